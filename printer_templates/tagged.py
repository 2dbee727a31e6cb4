"""A canvas that also writes what each piece of a page is, in the order in which it is read aloud (ISO 32000-1, 14.7
and 14.8): reportlab draws pages, but keeps no structure tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObject, PDFString
from reportlab.pdfbase.pdfdoc import format as written
from reportlab.pdfgen.canvas import Canvas


class Element(PDFObject):
    """One element of the tree: with elements below it, or with its `place` among the marked pieces of `page`."""

    __RefOnly__ = 1

    def __init__(self, kind: str, above: PDFObject, alt: str = "") -> None:
        self.kind, self.above, self.alt = kind, above, alt
        self.below: list[Element] = []
        self.page: PDFObject | None = None
        self.place = 0

    def format(self, document: Any) -> bytes:
        """Written out here: a long table has many, and PDFDictionary sorts and wraps each."""

        def to(other: PDFObject) -> bytes:
            return bytes(written(document.Reference(other), document))

        said = b"<< /S /%s /P %s" % (self.kind.encode(), to(self.above))
        if self.page is None:
            said += b" /K [%s]" % b" ".join(map(to, self.below))
        else:
            said += b" /Pg %s /K %d" % (to(self.page), self.place)
        if self.alt:
            said += b" /Alt " + written(PDFString(self.alt), document)
        if self.kind == "TH":
            said += b" /A << /O /Table /Scope /Column >>"
        return said + b" >>"


class TaggedCanvas(Canvas):
    """Every piece that is drawn stands within `piece` or `aside`; the title stands in the window instead of the
    file's name. The same drawing gives the same bytes."""

    def __init__(self, out: Any, size: tuple[float, float], lang: str, title: str, author: str = "") -> None:
        super().__init__(out, pagesize=size, invariant=1, pageCompression=1, lang=lang)
        self.setTitle(title)
        self.setAuthor(author)
        self.setViewerPreference("DisplayDocTitle", "true")
        self._root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        self._within = [Element("Document", self._root)]
        self._marked: list[list[Element]] = []
        self._on_page: list[Element] = []

    def begin(self, kind: str) -> None:
        """An element of which the next ones are parts, until `end`."""
        element = Element(kind, self._within[-1])
        self._within[-1].below.append(element)
        self._within.append(element)

    def end(self) -> None:
        self._within.pop()

    @contextmanager
    def piece(self, kind: str, alt: str = "") -> Iterator[None]:
        """What is drawn meanwhile is one element; `alt` says in words what a figure shows."""
        self.begin_piece(kind, alt)
        yield
        self.end_marked()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is drawn meanwhile is decoration, or repeats from page to page: not read aloud."""
        self.begin_aside()
        yield
        self.end_marked()

    def begin_piece(self, kind: str, alt: str = "") -> None:
        element = Element(kind, self._within[-1], alt)
        self._within[-1].below.append(element)
        element.place = len(self._on_page)
        self._on_page.append(element)
        self.addLiteral(f"/{kind} <</MCID {element.place}>> BDC")

    def begin_aside(self) -> None:
        self.addLiteral("/Artifact BMC")

    def end_marked(self) -> None:
        self.addLiteral("EMC")

    def showPage(self) -> None:
        super().showPage()
        page = self._doc.Pages.pages[-1]
        # A page has no place for these two: name them for this one.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = len(self._marked), PDFName("S")
        for element in self._on_page:
            element.page = page
        self._marked.append(self._on_page)
        self._on_page = []

    def save(self) -> None:
        if self._code:
            self.showPage()
        document = self._doc
        numbers: list[Any] = []
        for number, elements in enumerate(self._marked):
            numbers += [number, PDFArray([document.Reference(one) for one in elements])]
        self._root.dict["K"] = document.Reference(self._within[0])
        self._root.dict["ParentTree"] = PDFDictionary({"Nums": PDFArray(numbers)})
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        document.Catalog.StructTreeRoot = self._root
        super().save()


def table(drawn: Any, what: str, *where: Any) -> None:
    """A Table's `renderCB`: its lines and cells are elements, the first line its head."""
    canvas = drawn.canv
    if what == "startTable":
        canvas.begin("Table")
    elif what == "startRow":
        canvas.begin("TR")
    elif what == "startCell":
        canvas.begin_piece("TD" if where[0] else "TH")
    elif what in ("startBG", "startLines"):
        canvas.begin_aside()
    elif what in ("endCell", "endBG", "endLines"):
        canvas.end_marked()
    else:
        canvas.end()


def columns(*figures: str) -> Callable[..., None]:
    """A Table's `renderCB` where it only sets texts beside each other, or figures that show what is said here."""

    def told(drawn: Any, what: str, *where: Any) -> None:
        if what == "startCell":
            drawn.canv.begin_piece("Figure" if figures else "P", figures[where[1]] if figures else "")
        elif what in ("startBG", "startLines"):
            drawn.canv.begin_aside()
        elif what in ("endCell", "endBG", "endLines"):
            drawn.canv.end_marked()

    return told
