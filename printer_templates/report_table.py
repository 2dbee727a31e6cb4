"""The table of a report: how wide its columns are, how tall its lines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from printer_templates import fonts
from printer_templates.report_content import ReportPaper, decimals_of, shown
from printer_templates.text import clean, wrap

ITALIC = "BeVietnamPro-MediumItalic"
INK, SOFT, RULE = "#111111", "#3f4754", "#4b5563"
PAD = 3.5
# A line taller than this goes on in another, in points.
TALLEST = 238
BLOCK = 200
# Longer words are broken, in sizes of the letters: no column takes the room of the others.
LONGEST = 16
PORTRAIT_SIZES, LANDSCAPE_SIZES = (10.0, 9.5, 9.0), (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)


@dataclass(slots=True)
class Grid:
    """The table's measures: the size of its letters, the width of each column, its texts by line."""

    size: float
    widths: list[float]
    rows: list[list[str]]


def texts_of(paper: ReportPaper) -> list[list[str]]:
    decimals = [decimals_of(paper, column) for column in range(len(paper.columns))]
    lines = [line.cells for line in paper.lines] + ([paper.totals] if paper.totals else [])
    return [[shown(c, paper.decimal_mark, decimals[at]) for at, c in enumerate(cells)] for cells in lines]


def needs(paper: ReportPaper, rows: list[list[str]], size: float) -> tuple[list[float], list[float]]:
    """The least width of each column (only endless words and figures are broken), and the width at which it looks
    well: a figure's whole, a text's up to a line of some length, a title's in three lines."""
    least, well = [], []
    for at, column in enumerate(paper.columns):
        cells = {row[at] for row in rows if at < len(row)}
        words = {word for cell in cells for word in cell.split(" ")}
        title = clean(column.title)
        head = max((fonts.width(word, fonts.BOLD, size) for word in title.split(" ")), default=0)
        own = max((fonts.width(word, fonts.BOLD, size) for word in words), default=0)
        whole = max((fonts.width(cell, fonts.BOLD, size) for cell in cells), default=0)
        least.append(min(max(head, whole if column.right else own), size * LONGEST) + 2 * PAD + 1)
        lines = fonts.width(title, fonts.BOLD, size) * 0.42
        well.append(max(least[-1], min(max(whole, lines), size * 24) + 2 * PAD + 1))
    return least, well


def grid_of(paper: ReportPaper, width: float, upright: bool) -> Grid:
    """The largest letters with which the table fits well; with the smallest, words may be broken."""
    rows = texts_of(paper)
    sizes = PORTRAIT_SIZES + LANDSCAPE_SIZES[2:] if upright else LANDSCAPE_SIZES
    for size in sizes:
        least, well = needs(paper, rows, size)
        if wanted(least, well) <= width or (size == sizes[-1] and sum(least) <= width):
            return Grid(size, _shared([column.share for column in paper.columns], least, well, width), rows)
    share = width / sum(least)
    return Grid(sizes[-1], [one * share for one in least], rows)


def wanted(least: list[float], well: list[float]) -> float:
    """What a table needs to be read with ease: most of what its columns would like beyond their least."""
    return 0.3 * sum(least) + 0.7 * sum(well)


def _shared(shares: list[float], least: list[float], well: list[float], width: float) -> list[float]:
    """Each column its least; then towards what it wants; what is left after that by shares."""
    spare, wish = width - sum(least), sum(well) - sum(least)
    if spare <= wish:
        return [low + (high - low) * spare / wish for low, high in zip(least, well, strict=True)]
    return [high + (spare - wish) * share / sum(shares) for high, share in zip(well, shares, strict=True)]


class Lines:
    """The table's lines, measured. The line of totals is the last of them; without lines there is one that says so."""

    def __init__(self, paper: ReportPaper, grid: Grid) -> None:
        from reportlab.platypus import Table

        self.paper, self.grid = paper, grid
        self.weights = [line.weight for line in paper.lines] + (["total"] if paper.totals else [])
        self.cells = [self._cells(row, weight) for row, weight in zip(grid.rows, self.weights, strict=True)]
        self._divide_tall()
        if not self.cells:
            self.cells = [[paragraph(paper.empty, grid.size), *[""] * (len(paper.columns) - 1)]]
            self.weights = ["empty"]
        self.titles = [paragraph(column.title, grid.size, face=fonts.BOLD) for column in paper.columns]
        self.count = len(self.cells)
        self.heights: list[float] = []
        # In blocks: for each row whose height it doesn't know a table looks through all of them.
        for start in range(0, self.count, BLOCK):
            rows, weights = self.cells[start : start + BLOCK], self.weights[start : start + BLOCK]
            table = Table([self.titles, *rows], colWidths=grid.widths, style=self._style(weights))
            table.wrap(sum(grid.widths), 10_000)
            self.head, *heights = table._rowHeights
            self.heights += heights

    def _cells(self, row: list[str], weight: str) -> list[Any]:
        made: list[Any] = []
        for text, column, cell_width in zip(row, self.paper.columns, self.grid.widths, strict=False):
            face = fonts.BOLD if weight in ("strong", "total") else fonts.TEXT
            if not text or fonts.width(text, face, self.grid.size) <= cell_width - 2 * PAD:
                made.append(text)
            else:
                tone = SOFT if weight == "quiet" else INK
                made.append(paragraph(text, self.grid.size, align=2 if column.right else 0, face=face, tone=tone))
        return made + [""] * (len(self.paper.columns) - len(made))

    def _divide_tall(self) -> None:
        """A note that is taller than half a page goes on in a line of its own."""
        most, at = TALLEST, 0
        while at < len(self.cells):
            parts = [
                cell.split(width - 2 * PAD, most) if hasattr(cell, "split") and not isinstance(cell, str) else [cell]
                for cell, width in zip(self.cells[at], self.grid.widths, strict=True)
            ]
            if any(len(part) > 1 for part in parts):
                self.cells[at : at + 1] = [[p[0] for p in parts], [p[1] if len(p) > 1 else "" for p in parts]]
                self.weights.insert(at, self.weights[at])
            at += 1

    def height(self, start: int, end: int) -> float:
        return float(sum(self.heights[start:end]))

    def reach(self, start: int, room: float) -> int:
        """The line before which a page must end that begins with `start`. A strong line stays with its next,
        the last one with the one before."""
        end = start
        while end < self.count and self.heights[end] <= room:
            room -= self.heights[end]
            end += 1
        if end == self.count - 1 and end - start > 1:
            end -= 1
        if end < self.count:
            while end > start and self.weights[end - 1] == "strong" and self.weights[end] != "strong":
                end -= 1
        return end

    def part(self, start: int, end: int) -> Any:
        from reportlab.platypus import Table

        from printer_templates import tagged

        heights = [self.head, *self.heights[start:end]]
        style = self._style(self.weights[start:end])
        lines = [self.titles, *self.cells[start:end]]
        return Table(lines, self.grid.widths, heights, hAlign="LEFT", style=style, renderCB=tagged.table)

    def _style(self, weights: list[str]) -> list[Any]:
        size, rule = self.grid.size, colour(RULE)
        style: list[Any] = [
            ("FONT", (0, 1), (-1, -1), fonts.TEXT, size),
            ("LEADING", (0, 1), (-1, -1), size * 1.3),
            ("TEXTCOLOR", (0, 1), (-1, -1), colour(INK)),
            ("GRID", (0, 0), (-1, -1), 0.45, rule),
            ("BACKGROUND", (0, 0), (-1, 0), colour("#e9edf2")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (-1, -1), PAD),
            ("RIGHTPADDING", (0, 0), (-1, -1), PAD),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ]
        style += [("ALIGN", (i, 1), (i, -1), "RIGHT") for i, column in enumerate(self.paper.columns) if column.right]
        for at, weight in enumerate(weights, 1):
            if weight in ("strong", "total"):
                style.append(("FONT", (0, at), (-1, at), fonts.BOLD, size))
                style.append(("BACKGROUND", (0, at), (-1, at), colour("#f4f6f9")))
            if weight == "quiet":
                style.append(("TEXTCOLOR", (0, at), (-1, at), colour(SOFT)))
            if weight == "total":
                style.append(("LINEABOVE", (0, at), (-1, at), 1.1, rule))
            if weight == "empty":
                style.append(("SPAN", (0, at), (-1, at)))
        return style


def paragraph(
    text: str, size: float, *, align: int = 1, face: str = fonts.TEXT, tone: str = INK, even: float = 0
) -> Any:
    """`align`: 0 left, 1 centre, 2 right; `even`: the width in which lines of even length are wanted."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "cell", fontName=face, fontSize=size, leading=size * 1.3, alignment=align, textColor=colour(tone)
    )
    lines = wrap(clean(text), face, math.ceil(size), int(even)) if even and text else [clean(text)]
    return Paragraph("<br/>".join(line.replace("&", "&amp;").replace("<", "&lt;") for line in lines), style)


def colour(tone: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(tone)
