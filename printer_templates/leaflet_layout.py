"""Where everything on a leaflet stands: A5 upright, in twentieths of a point from the top left corner, y downwards.

The first side has the title, what to do, the hotline and the codes; what does not fit there goes overleaf, in the
largest type that needs no third side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from printer_templates import fonts, qr
from printer_templates.text import clean, wrap

POINT = 20
MM = 57
WIDTH, HEIGHT = 8391, 11906
MARGIN = 11 * MM
INNER = WIDTH - 2 * MARGIN
FOOT = HEIGHT - 9 * MM
CODE_MM = 26
BRAND, FLAG, TINT, INK, SOFT, WHITE, LINE = (
    "#0a3d77", "#b8141f", "#e7effa", "#101c2c", "#3a4859", "#ffffff", "#b9c6d8",
)  # fmt: skip
TITLE_SIZES = (21, 19, 17, 15, 13, 11)
BODY_SIZES = (11.5, 11, 10.5, 10, 9.5, 9, 8.5, 8)
READS_WELL = 9.5
SIDES = 2


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its paragraphs; `numbered` ones are steps, several others get a mark each."""

    title: str
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class LeafletCode:
    """A QR code of `url`; `shown` is the address as people type it."""

    label: str
    url: str
    shown: str


@dataclass(frozen=True, slots=True)
class Leaflet:
    """All that is printed, already translated; "" and () leave a part out. `facts` stand in a panel of their own,
    `small` at the end in small type, `page` has the placeholders {page} and {pages}."""

    unit: str
    title: str
    superior: str = ""
    period: str = ""
    facts: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    hotline_label: str = ""
    hotline: str = ""
    codes: tuple[LeafletCode, ...] = ()
    small: tuple[str, ...] = ()
    overleaf: str = ""
    page: str = "{page}/{pages}"
    rehearsal: str = ""
    lang: str = "vi"


@dataclass(frozen=True, slots=True)
class Text:
    """One line. `kind` is what a structure tree calls the piece that begins with it, "" where it goes on."""

    x: float
    baseline: int
    text: str
    face: str
    size: int
    colour: str
    kind: str = "P"

    @property
    def width(self) -> float:
        return fonts.width(self.text, self.face, self.size)


@dataclass(frozen=True, slots=True)
class Fill:
    x: int
    y: int
    width: int
    height: int
    colour: str
    radius: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """`module` is a module's side; `runs` are the dark ones as (column, row, length), without the quiet zone."""

    x: int
    y: int
    module: float
    runs: tuple[tuple[int, int, int], ...]
    url: str = ""


Mark = Text | Fill | Code


@dataclass(frozen=True, slots=True)
class Block:
    """Something of a known height that is never cut; `stays` keeps it with the block after it."""

    height: int
    marks: tuple[Mark, ...]
    stays: bool = False


def sides(leaflet: Leaflet) -> list[list[Mark]]:
    """The marks of each side: one in a type that reads well, else two in the largest that lets them be enough, and
    with the smallest as many as needed."""
    fonts.register()
    head, begin = _front(leaflet)
    bottom, end = _bottom(leaflet)
    tries = [(size, 1) for size in BODY_SIZES if size >= READS_WELL] + [(size, SIDES) for size in BODY_SIZES]
    for size, most in tries:
        pages = _flow(_blocks(leaflet, round(size * POINT)), begin, end, leaflet)
        if len(pages) <= most:
            break
    pages[0] = [*head, *pages[0], *bottom]
    for number, page in enumerate(pages, 1):
        page += _foot(leaflet, number, len(pages))
    return pages


def _lines(
    text: str, x: int, y: int, width: int, size: int, *, bold: bool = False, colour: str = INK, centred: bool = False,
    balanced: bool = False, kind: str = "P",
) -> tuple[list[Text], int]:  # fmt: skip
    """The text broken to `width`, and where it ends."""
    face = fonts.BOLD if bold else fonts.TEXT
    marks: list[Text] = []
    step = round(size * 1.36)
    for line in wrap(clean(text), face, size, width, balanced or centred):
        left = x + (width - fonts.width(line, face, size)) / 2 if centred else x
        marks.append(Text(left, y + round(size * 1.04), line, face, size, colour, "" if marks else kind))
        y += step
    return marks, y


def _front(leaflet: Leaflet) -> tuple[list[Mark], int]:
    """Strip, unit and the title's band; and where the text begins below it."""
    marks: list[Mark] = [Fill(0, 0, WIDTH, 3 * MM, FLAG)]
    y = 6 * MM
    if leaflet.rehearsal:
        said, y = _lines(leaflet.rehearsal, MARGIN, y - MM, INNER, 9 * POINT, bold=True, colour=FLAG, centred=True)
        marks += said
    if leaflet.superior:
        said, y = _lines(leaflet.superior, MARGIN, y, INNER, 9 * POINT, colour=SOFT, centred=True)
        marks += said
    said, y = _lines(leaflet.unit, MARGIN, y, INNER, 11 * POINT, bold=True, colour=BRAND, centred=True)
    marks += said
    top = y + 2 * MM
    said, y = _title(leaflet.title, top + 4 * MM)
    if leaflet.period:
        more, y = _lines(leaflet.period, MARGIN, y + MM, INNER, 12 * POINT, bold=True, colour="#ffe08a", centred=True)
        said += more
    y += 4 * MM
    return [*marks, Fill(0, top, WIDTH, y - top, BRAND), *said], y + 4 * MM


def _title(text: str, y: int) -> tuple[list[Text], int]:
    for points in TITLE_SIZES:
        said, end = _lines(text, MARGIN, y, INNER, points * POINT, bold=True, colour=WHITE, centred=True, kind="H1")
        if len(said) <= (3 if points > 15 else 4):
            break
    return said, end


def _bottom(leaflet: Leaflet) -> tuple[list[Mark], int]:
    """Hotline and codes above the first side's foot; and where the text must end above them."""
    marks, y = _codes(leaflet.codes)
    if not leaflet.hotline:
        return marks, y - 3 * MM
    number = clean(leaflet.hotline)
    size, room = next(((s, room) for s, room in _hotline_sizes(number) if room <= INNER * 0.6), (0, 0.0))
    # What is no number of any usual length goes on in lines behind its label.
    text = leaflet.hotline_label if size else f"{leaflet.hotline_label} {number}"
    said, end = _lines(text, 0, 0, round(INNER - room - 12 * MM), 11 * POINT, bold=True, colour=BRAND)
    height = max(15 * MM, end + 4 * MM)
    top = y - height - 2 * MM
    marks.append(Fill(MARGIN, top, INNER, height, TINT, 2 * MM))
    down = top + (height - end) // 2
    marks += [replace(mark, x=MARGIN + 5 * MM, baseline=mark.baseline + down) for mark in said]
    if size:
        baseline = top + height // 2 + round(size * 0.36)
        marks.append(Text(WIDTH - MARGIN - 5 * MM - room, baseline, number, fonts.BOLD, size, BRAND))
    return marks, top - 4 * MM


def _hotline_sizes(number: str) -> list[tuple[int, float]]:
    """Sizes of its letters, from the largest, each with the width that it takes."""
    return [(points * POINT, fonts.width(number, fonts.BOLD, points * POINT)) for points in (26, 22, 18, 15, 13)]


def _codes(codes: tuple[LeafletCode, ...]) -> tuple[list[Mark], int]:
    """The codes side by side, each with its words below; and where they begin."""
    if not codes:
        return [], FOOT
    cell = INNER // len(codes)
    rows = [qr.modules(code.url) for code in codes]
    quiet = qr.QUIET_ZONE * CODE_MM * MM // min(len(one) for one in rows)
    drawn = [_code(code, rows[i], quiet, MARGIN + i * cell, cell) for i, code in enumerate(codes)]
    height = max(end for _marks, end in drawn)
    top = FOOT - height
    return [_moved(mark, top) for marks, _end in drawn for mark in marks], top


def _code(code: LeafletCode, rows: Sequence[Sequence[bool]], quiet: int, x: int, cell: int) -> tuple[list[Mark], int]:
    module = CODE_MM * MM / len(rows)
    marks: list[Mark] = [Code(x + (cell - CODE_MM * MM) // 2, quiet, module, tuple(qr.runs(rows)), code.url)]
    y = CODE_MM * MM + 2 * quiet
    inner, gap = cell - 2 * MM, x + MM
    said, y = _lines(code.label, gap, y, inner, 9 * POINT, bold=True, centred=True)
    more, y = _lines(code.shown, gap, y, inner, round(7.5 * POINT), colour=SOFT, centred=True)
    return [*marks, *said, *more], y


def _moved(mark: Mark, down: int) -> Mark:
    if isinstance(mark, Text):
        return replace(mark, baseline=mark.baseline + down)
    return replace(mark, y=mark.y + down)


def _blocks(leaflet: Leaflet, size: int) -> list[Block]:
    """The text in pieces that are never cut: panel, headings, items, small print."""
    blocks = [_panel(leaflet.facts, size)] if leaflet.facts else []
    for section in leaflet.sections:
        signs = [str(n) if section.numbered else "•" for n in range(1, len(section.items) + 1)]
        alone = len(signs) == 1
        items = [_item(text, size, "" if alone else signs[i]) for i, text in enumerate(section.items)]
        blocks += _together([_heading(section.title, size), *items])
    for place, text in enumerate(leaflet.small):
        above = 0 if place else 3 * MM
        rule = [] if place else [Fill(MARGIN, 2 * MM, INNER, MM // 5, LINE)]
        said, end = _lines(text, MARGIN, above, INNER, round(7.5 * POINT), colour=SOFT)
        blocks.append(Block(end, (*rule, *said)))
    return blocks


def _together(blocks: list[Block]) -> list[Block]:
    """A heading stays with its first item, and a short section with itself."""
    short = sum(block.height for block in blocks) < HEIGHT // 5
    last = len(blocks) - 1
    return [Block(b.height, b.marks, stays=i < last and (short or i == 0)) for i, b in enumerate(blocks)]


def _panel(facts: tuple[str, ...], size: int) -> Block:
    """The first fact in loud type, what belongs to it below."""
    y, left, within = round(2.5 * MM), MARGIN + 4 * MM, INNER - 8 * MM
    marks: list[Text] = []
    for place, fact in enumerate(facts):
        loud = round(size * (1 if place else 1.35))
        said, y = _lines(fact, left, y, within, loud, bold=place == 0, colour=BRAND, centred=True)
        marks += said
    height = y + round(2.5 * MM)
    return Block(height + 2 * MM, (Fill(MARGIN, 0, INNER, height, TINT, 2 * MM), *marks))


def _heading(title: str, size: int) -> Block:
    left, loud = MARGIN + 3 * MM, round(size * 1.12)
    said, y = _lines(title, left, 2 * MM, INNER - 3 * MM, loud, bold=True, colour=BRAND, kind="H2")
    return Block(y + MM // 2, (Fill(MARGIN, 2 * MM + size // 8, MM, y - 2 * MM - size // 4, FLAG), *said))


def _item(text: str, size: int, sign: str) -> Block:
    indent = round(size * 1.5) if sign else 0
    left = MARGIN + 3 * MM
    said, y = _lines(text, left + indent, 0, INNER - 3 * MM - indent, size)
    if sign:
        said[0] = replace(said[0], kind="")
        said.insert(0, Text(left, round(size * 1.04), f"{sign}." if sign.isdigit() else sign, fonts.BOLD, size, BRAND))
    return Block(y + size // 4, tuple(said))


def _flow(blocks: list[Block], begin: int, end: int, leaflet: Leaflet) -> list[list[Mark]]:
    pages: list[list[Mark]] = [[]]
    y = begin
    for place, block in enumerate(blocks):
        needed, after = block.height, place
        while blocks[after].stays:
            after += 1
            needed += blocks[after].height
        if y + needed > end:
            head, y = _back(leaflet)
            end = FOOT - 2 * MM
            pages.append(head)
        pages[-1] += [_moved(mark, y) for mark in block.marks]
        y += block.height
    return pages


def _back(leaflet: Leaflet) -> tuple[list[Mark], int]:
    """The head of a further side: strip, unit, rule."""
    marks: list[Mark] = [Fill(0, 0, WIDTH, 3 * MM, FLAG)]
    said, y = _lines(leaflet.unit, MARGIN, 6 * MM, INNER, 9 * POINT, bold=True, colour=BRAND)
    return [*marks, *said, Fill(MARGIN, y + MM, INNER, MM // 5, LINE)], y + 2 * MM


def _foot(leaflet: Leaflet, number: int, pages: int) -> list[Mark]:
    if pages == 1:
        return []
    size, baseline = round(7.5 * POINT), HEIGHT - 4 * MM
    shown = clean(leaflet.page.format(page=number, pages=pages))
    marks: list[Mark] = [
        Text(WIDTH - MARGIN - fonts.width(shown, fonts.TEXT, size), baseline, shown, fonts.TEXT, size, SOFT)
    ]
    if number < pages and leaflet.overleaf:
        marks.append(Text(MARGIN, baseline, clean(leaflet.overleaf), fonts.BOLD, size, BRAND))
    return marks
