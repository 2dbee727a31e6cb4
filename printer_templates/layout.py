"""Where everything on a slip stands, in dots of the print head: 203 dpi, 8 dots to the millimetre.

The PDF and the raster draw the same marks, so that paper from a thermal printer and from a PDF printer say
the same, line for line. The origin is the top left corner of what the print head reaches; y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from printer_templates import fonts, logos, qr
from printer_templates.slip_content import Slip
from printer_templates.text import clean, wrap

DOTS_PER_MM = 8
QR_LEAST = 22 * DOTS_PER_MM
QR_LEAST_MODULE = 3


@dataclass(frozen=True, slots=True)
class Text:
    """One line; `x` is the left end, `baseline` its foot. `stretch` scales the glyphs horizontally only."""

    x: float
    baseline: int
    width: float
    text: str
    face: str
    size: int
    white: bool = False
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Box:
    """A black rectangle: a rule or the banner's ground."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code without quiet zone: `side` modules of `module` dots, dark runs as (column, row, length)."""

    x: int
    y: int
    module: int
    side: int
    runs: list[tuple[int, int, int]]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo, one bit a dot, ink 1, each row whole bytes."""

    x: int
    y: int
    width: int
    height: int
    dots: bytes


Mark = Text | Box | Code | Picture


@dataclass(frozen=True, slots=True)
class Page:
    """`title` is the number. Of the paper, `paper_mm` wide, the middle `width` dots can be printed."""

    title: str
    paper_mm: int
    width: int
    height: int
    marks: tuple[Mark, ...]
    lang: str = "vi"


@dataclass(frozen=True, slots=True)
class Style:
    """Measures of one paper width in dots; type sizes are dots an em (24 = 8.5 pt)."""

    width: int
    margin: int
    gap: int
    digits: int
    qr: int
    site: int
    title: int
    service: int
    body: int
    strong: int
    small: int

    @property
    def inner(self) -> int:
        return self.width - 2 * self.margin


STYLES = {
    58: Style(width=384, margin=4, gap=12, digits=124, qr=208, site=25, title=28, service=30, body=25,
              strong=25, small=24),
    80: Style(width=576, margin=20, gap=16, digits=148, qr=240, site=30, title=34, service=36, body=28,
              strong=31, small=26),
}  # fmt: skip


BRING_LINES = 2


def compose(slip: Slip, width_mm: int) -> Page:
    """Lay the slip out for 58 or 80 mm paper. Raises ValueError as `slip_pdf` documents."""
    if width_mm not in STYLES:
        raise ValueError(f"paper width must be 58 or 80 mm, not {width_mm}")
    number = clean(slip.number)
    if not number:
        raise ValueError("a slip needs a number")
    fonts.register()
    column = _Column(STYLES[width_mm])
    style = column.style
    column.logo(slip.logo)
    column.lines(slip.site_name, fonts.BOLD, style.site)
    column.lines(slip.header, fonts.TEXT, style.small, above=style.gap // 3)
    column.rule()
    column.banner(slip.rehearsal)
    column.banner(slip.reprint)
    column.lines(slip.labels.title, fonts.BOLD, style.title)
    column.number(number)
    column.lines(slip.service_name, fonts.BOLD, style.service)
    column.lines(slip.procedure_name, fonts.TEXT, style.body, above=style.gap // 3)
    column.rule()
    column.lines(slip.ahead, fonts.BOLD, style.strong)
    column.lines(slip.expected, fonts.BOLD, style.strong)
    column.space(style.gap // 2)
    column.lines(slip.dossiers, fonts.TEXT, style.body)
    column.lines(slip.processing_time, fonts.TEXT, style.body)
    column.lines(slip.late, fonts.TEXT, style.body)
    column.lines(slip.bring, fonts.TEXT, style.body, above=style.gap // 3, most=BRING_LINES)
    column.issued(slip.session_name, slip.issued)
    column.rule()
    column.code(slip.url)
    column.lines(slip.labels.scan if slip.url else "", fonts.TEXT, style.body)
    column.rule()
    column.notices(slip.notices)
    column.lines(slip.hotline, fonts.BOLD, style.body, above=style.gap // 3)
    column.rule()
    column.lines(slip.labels.not_a_receipt, fonts.TEXT, style.small)
    column.lines(slip.ledger, fonts.TEXT, style.small)
    column.lines(slip.labels.thanks, fonts.BOLD, style.small, above=style.gap // 2)
    column.lines(slip.footer, fonts.TEXT, style.small, above=style.gap // 2)
    return column.page(number, width_mm, slip.labels.lang)


class _Column:
    """Marks stacked from the top. A rule is drawn only before something that follows it."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.marks: list[Mark] = []
        self.y = style.gap
        self.rule_due = False

    def _begin(self) -> None:
        if self.rule_due:
            style = self.style
            self.marks.append(Box(style.margin, self.y + style.gap, style.inner, 2))
            self.y += 2 * style.gap + 2
            self.rule_due = False

    def rule(self) -> None:
        self.rule_due = bool(self.marks)

    def space(self, dots: int) -> None:
        """Air between two lines of one block; none where a block has just ended."""
        if not self.rule_due:
            self.y += dots

    def lines(self, text: str, face: str, size: int, above: int = 0, most: int = 0) -> None:
        """Nothing of a text that takes more than `most` lines, where that is given."""
        wrapped = wrap(clean(text), face, size, self.style.inner) if clean(text) else []
        if not wrapped or 0 < most < len(wrapped):
            return
        self.space(above)
        self._begin()
        for line in wrapped:
            self._centred(line, face, size)

    def _centred(self, line: str, face: str, size: int, white: bool = False) -> None:
        width = fonts.width(line, face, size)
        self._line((self.style.width - width) / 2, line, width, face, size, white)

    def _line(self, x: float, line: str, width: float, face: str, size: int, white: bool = False) -> None:
        baseline = self.y + round(size * fonts.ASCENT)
        self.marks.append(Text(x, baseline, width, line, face, size, white))
        self.y += round(size * fonts.LINE_HEIGHT)

    def number(self, number: str) -> None:
        style = self.style
        size = round(style.digits / fonts.CAP_HEIGHT)
        natural = fonts.width(number, fonts.BOLD, size)
        stretch = min(1.0, style.inner / natural)
        width = natural * stretch
        self.y += style.gap + style.digits
        x = (style.width - width) / 2
        self.marks.append(Text(x, self.y, width, number, fonts.BOLD, size, stretch=stretch))
        self.y += style.gap + style.gap // 2

    def issued(self, session: str, issued: str) -> None:
        """Session and time of issue on one line where they fit, else one below the other."""
        style = self.style
        joined = clean(" · ".join(filter(None, (session, issued))))
        fits = fonts.width(joined, fonts.TEXT, style.small) <= style.inner
        for line in (joined,) if fits else (session, issued):
            self.lines(line, fonts.TEXT, style.small)

    def banner(self, text: str) -> None:
        text = clean(text)
        if not text:
            return
        self._begin()
        style, size = self.style, self.style.strong
        lines = wrap(text, fonts.BOLD, size, style.inner - 2 * style.gap)
        pad = style.gap // 2
        height = len(lines) * round(size * fonts.LINE_HEIGHT) + 2 * pad
        self.marks.append(Box(style.margin, self.y, style.inner, height))
        self.y += pad
        for line in lines:
            self._centred(line, fonts.BOLD, size, white=True)
        self.y += pad + style.gap

    def logo(self, png: bytes) -> None:
        if not png:
            return
        width, height, dots = logos.ink(png)
        self.marks.append(Picture((self.style.width - width) // 2, self.y, width, height, dots))
        self.y += height + self.style.gap

    def code(self, url: str) -> None:
        if not url:
            return
        self._begin()
        rows = qr.modules(url)
        module = _module(len(rows), self.style)
        side = len(rows) * module
        # The rule and the line below keep the gap already; the quiet zone wants the rest.
        quiet = qr.QUIET_ZONE * module
        self.y += max(0, quiet - self.style.gap)
        self.marks.append(Code((self.style.width - side) // 2, self.y, module, len(rows), qr.runs(rows), url))
        self.y += side + quiet

    def notices(self, notices: tuple[str, ...]) -> None:
        style, size = self.style, self.style.small
        dash, indent = fonts.width("–", fonts.TEXT, size), round(fonts.width("– ", fonts.TEXT, size))
        for notice in filter(None, map(clean, notices)):
            self._begin()
            top = self.y + round(size * fonts.ASCENT)
            self.marks.append(Text(style.margin, top, dash, "–", fonts.TEXT, size))
            for line in wrap(notice, fonts.TEXT, size, style.inner - indent, balanced=False):
                width = fonts.width(line, fonts.TEXT, size)
                self._line(style.margin + indent, line, width, fonts.TEXT, size)
            self.y += style.gap // 3

    def page(self, title: str, paper_mm: int, lang: str) -> Page:
        height = self.y + self.style.gap
        return Page(title, paper_mm, self.style.width, height, tuple(self.marks), lang)


def _module(side: int, style: Style) -> int:
    """Whole dots for one module: as near below the wished size as it goes, never too small to be scanned."""
    module = max(QR_LEAST_MODULE, -(-QR_LEAST // side), style.qr // side)
    if (side + 2 * qr.QUIET_ZONE) * module > style.width:
        raise ValueError("address too long for a QR code on this paper")
    return module
