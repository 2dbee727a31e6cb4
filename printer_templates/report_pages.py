"""The pages of a report: what stands where on the sheet. The layout is our own, since signatures need lines of the
table beside them and the number of pages must be known before the first is drawn."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field
from typing import Any

from printer_templates import fonts
from printer_templates.report_charts import crowded, described, drawing
from printer_templates.report_content import ReportPaper
from printer_templates.report_table import (
    ITALIC,
    PORTRAIT_SIZES,
    SOFT,
    Lines,
    colour,
    grid_of,
    needs,
    paragraph,
    texts_of,
    wanted,
)
from printer_templates.tagged import TaggedCanvas, columns
from printer_templates.text import clean

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
# Left, right, top, bottom: the margins that the decree gives to both ways of laying the sheet.
LEFT, RIGHT, TOP, BOTTOM = 30 * MM, 15 * MM, 20 * MM, 20 * MM


def pdf(paper: ReportPaper) -> bytes:
    """The whole document, A4."""
    _register()
    size = _sheet(paper)
    pages = _Pages(paper, size).laid_out()
    out = io.BytesIO()
    canvas = TaggedCanvas(out, size, paper.lang, clean(paper.title), clean(paper.unit))
    for count, page in enumerate(pages, 1):
        for flowable, x, y in page:
            _draw(canvas, flowable, x, y)
        with canvas.aside():
            _foot(canvas, paper, count, len(pages))
            if paper.rehearsal:
                _across(canvas, clean(paper.rehearsal))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: TaggedCanvas, flowable: Any, x: float, y: float) -> None:
    """A table says itself what its cells are; what is no text is a rule or room."""
    from reportlab.platypus import Paragraph, Table

    if isinstance(flowable, Table):
        flowable.drawOn(canvas, x, y)
        return
    text = isinstance(flowable, Paragraph)
    with canvas.piece(getattr(flowable, "kind", "P")) if text else canvas.aside():
        flowable.drawOn(canvas, x, y)


def _register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    fonts.register()
    if ITALIC not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(ITALIC, str(fonts._file(ITALIC)), asciiReadable=0))


def _sheet(paper: ReportPaper) -> tuple[float, float]:
    upright = paper.orientation == "portrait" or (not paper.orientation and _fits_upright(paper))
    return A4 if upright else (A4[1], A4[0])


def _fits_upright(paper: ReportPaper) -> bool:
    rows = texts_of(paper)
    return any(wanted(*needs(paper, rows, size)) <= A4[0] - LEFT - RIGHT for size in PORTRAIT_SIZES)


@dataclass(slots=True)
class _Pages:
    """Lays a paper out from the top down; a page is a list of (flowable, x, y)."""

    paper: ReportPaper
    size: tuple[float, float]
    pages: list[list[tuple[Any, float, float]]] = field(default_factory=lambda: [[]])
    y: float = 0.0

    @property
    def width(self) -> float:
        return self.size[0] - LEFT - RIGHT

    def laid_out(self) -> list[list[tuple[Any, float, float]]]:
        self.y = self.size[1] - TOP
        for block in (_heading(self.paper, self.width), *_title(self.paper, self.width)):
            self._put(block)
        self._charts()
        self._table(self._closing())
        return self.pages

    def _put(self, flowable: Any, gap: float = 0.0) -> None:
        _wide, tall = flowable.wrap(self.width, self.size[1])
        if self.y - tall < BOTTOM:
            self._turn()
        self.y -= tall
        self.pages[-1].append((flowable, LEFT, self.y))
        self.y -= gap

    def _turn(self) -> None:
        self.pages.append([])
        self.y = self.size[1] - TOP

    def _charts(self) -> None:
        """Two beside each other; one with many bars has the whole width, as has one alone on an upright page."""
        from reportlab.platypus import Table

        gap, left = 7 * MM, [chart for chart in self.paper.charts if chart.drawn]
        half = (self.width - gap) / 2
        alone = self.width if self.size[0] < self.size[1] else half
        while left:
            row = left[: 1 if crowded(left[0], half) or any(crowded(one, half) for one in left[1:2]) else 2]
            left = left[len(row) :]
            wide = half if len(row) == 2 else self.width if crowded(row[0], half) else alone
            style: list[Any] = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
            style.append(("VALIGN", (0, 0), (-1, -1), "TOP"))
            cells = [drawing(one, wide) for one in row]
            told = columns(*map(described, row))
            self._put(Table([cells], [wide + gap, wide][-len(row) :], hAlign="LEFT", style=style, renderCB=told), 4)

    def _closing(self) -> list[Any]:
        """Notes and signatures: what must stand below the last lines, on their page."""
        from reportlab.platypus import Spacer

        closing: list[Any] = [Spacer(1, 6)] if self.paper.notes else []
        closing += [paragraph(note, 9, align=0, face=ITALIC, tone=SOFT) for note in self.paper.notes]
        if self.paper.signatures:
            closing += [Spacer(1, 12), _signatures(self.paper, self.width)]
        return closing

    def _table(self, closing: list[Any]) -> None:
        """The lines by pages; as many lines go over to the last page as the closing needs company: two, or one
        where there is but one."""
        whole = Lines(self.paper, grid_of(self.paper, self.width, self.size[0] < self.size[1]))
        tall = sum(block.wrap(self.width, self.size[1])[1] for block in closing)
        last, start = whole.count, 0
        while start < last:
            room = self.y - BOTTOM - whole.head
            end = whole.reach(start, room)
            if end == last and whole.height(start, last) + tall > room:
                end = max(start, last - 2)
            if end == start and not self.pages[-1]:
                end = start + 1
            if start < end:
                self._put(whole.part(start, end))
            start = end
            if start < last:
                self._turn()
        for block in closing:
            self._put(block)


def _heading(paper: ReportPaper, width: float) -> Any:
    """Unit on the left, nation on the right; under the unit's name a line of half its length, under the motto one
    of its whole length."""
    from reportlab.platypus import Table

    left, right = width * 0.43, width * 0.57
    nation_size = (right - 8) / fonts.width(clean(paper.nation[0]) or "1", fonts.BOLD, 1)
    unit_size = (left - 8) / fonts.width(clean(paper.unit) or "1", fonts.BOLD, 1)
    size = min(12.0, nation_size, max(10.5, unit_size))
    motto = min(size + 1, (right - 8) / fonts.width(clean(paper.nation[1]) or "1", fonts.BOLD, 1))
    unit = [paragraph(paper.superior, size, even=left - 14)] if paper.superior else []
    unit.append(paragraph(paper.unit, size, face=fonts.BOLD, even=left - 14))
    unit.append(_rule(min(fonts.width(clean(paper.unit), fonts.BOLD, size), left) * 0.42))
    nation = [
        paragraph(paper.nation[0], size, face=fonts.BOLD),
        paragraph(paper.nation[1], motto, face=fonts.BOLD),
        _rule(fonts.width(clean(paper.nation[1]), fonts.BOLD, motto)),
    ]
    rows = [[unit, nation]]
    if paper.number or paper.place_and_date:
        rows.append([paragraph(paper.number, size), paragraph(paper.place_and_date, size, face=ITALIC)])
    plain = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP")]
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), *plain]
    return Table(rows, [left, right], hAlign="LEFT", style=style, renderCB=columns())


def _title(paper: ReportPaper, width: float) -> list[Any]:
    from reportlab.platypus import Spacer, Table

    title = paragraph(paper.title, 14, face=fonts.BOLD, even=width * 0.9)
    title.kind = "H1"
    blocks = [Spacer(1, 14), title, paragraph(paper.period, 11, face=ITALIC), _rule(90), Spacer(1, 10)]
    if paper.facts:
        told = [paragraph(f"{name}: {value}", 9.5, align=0) for name, value in paper.facts]
        told += [""] * (-len(told) % 2)
        rows = [told[at : at + 2] for at in range(0, len(told), 2)]
        style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 0)]
        style += [("BOTTOMPADDING", (0, 0), (-1, -1), 2), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
        blocks += [Table(rows, [width / 2] * 2, hAlign="LEFT", style=style, renderCB=columns()), Spacer(1, 6)]
    return blocks


def _signatures(paper: ReportPaper, width: float) -> Any:
    from reportlab.platypus import Spacer, Table

    blocks = [
        [paragraph(role, 11, face=fonts.BOLD), paragraph(hint, 10, face=ITALIC, tone=SOFT), Spacer(1, 66)]
        for role, hint in paper.signatures
    ]
    style = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    return Table([blocks], [width / len(blocks)] * len(blocks), hAlign="LEFT", style=style, renderCB=columns())


def _foot(canvas: Any, paper: ReportPaper, page: int, pages: int) -> None:
    """What keeps a loose sheet with its report, in two lines where one is too long, and its number."""
    canvas.setFont(fonts.TEXT, 8.5)
    canvas.setFillColor(colour(SOFT))
    y, right = BOTTOM - 9 * MM, canvas._pagesize[0] - RIGHT
    text = clean(paper.page.format(page=page, pages=pages))
    canvas.drawRightString(right, y, text)
    room = right - LEFT - fonts.width(text, fonts.TEXT, 8.5) - 20
    lines = [clean(f"{paper.unit} · {paper.title} · {paper.period}")]
    if fonts.width(lines[0], fonts.TEXT, 7.5) > room:
        lines = [clean(paper.unit), clean(f"{paper.title} · {paper.period}")]
    rooms = (room, right - LEFT)
    canvas.setFont(fonts.TEXT, 7.5)
    for above, (text, room) in enumerate(zip(lines, rooms, strict=False)):
        while text and fonts.width(text, fonts.TEXT, 7.5) > room:
            text = f"{text[:-2].rstrip(' ·')}…"
        canvas.drawString(LEFT, y + 9 * above, text)


def _across(canvas: Any, word: str) -> None:
    """A word from corner to corner, pale enough to read the figures through it."""
    wide, tall = canvas._pagesize
    inner, high = wide - LEFT - RIGHT, tall - TOP - BOTTOM
    angle = math.atan2(high, inner)
    size = min(150.0, 0.8 * math.hypot(inner, high) / fonts.width(word, fonts.BOLD, 1))
    canvas.saveState()
    canvas.translate(LEFT + inner / 2, BOTTOM + high / 2)
    canvas.rotate(math.degrees(angle))
    canvas.setFillColor(colour("#8d0f18"), alpha=0.1)
    canvas.setFont(fonts.BOLD, size)
    canvas.drawCentredString(0, -size * 0.35, word)
    canvas.restoreState()


def _rule(width: float) -> Any:
    """A stroke in the middle of the room it gets; HRFlowable would begin at the left of a table's cell."""
    from reportlab.platypus import Flowable

    class Rule(Flowable):
        def wrap(self, room: float, _tall: float) -> tuple[float, float]:
            self.room = room
            return room, 11

        def draw(self) -> None:
            self.canv.setLineWidth(0.8)
            self.canv.line((self.room - width) / 2, 6, (self.room + width) / 2, 6)

    return Rule()
