"""Bar charts as SVG: plain elements with presentation attributes, no style and no script, so that the strictest
content policy shows them whole. Each bar has a strong value in front of a pale one (a median before its 90th
percentile, what is used before what there is).

Written out here rather than by reportlab's renderSVG, which puts a style attribute on every element, names an
address outside in its head, and places each text by the widths of a font that the screen may not have.
"""

from __future__ import annotations

import math
import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 460
TOP = 46
INK, SOFT, LINE = "#101c2c", "#3a4859", "#d3dae3"
STRONG, PALE = "#0a3d77", "#a9c1e0"
FONT = "'Be Vietnam Pro', 'Noto Sans', 'DejaVu Sans', sans-serif"
COLUMNS_HEIGHT = 270
ROW_HEIGHT = 44
LABEL_WIDTH, VALUE_WIDTH = 150, 112
LABEL_LETTERS = 18
MANY = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """`front` and `back` are measures of one unit, None for nothing; `text` is what stands at the bar."""

    label: str
    front: float | None
    back: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """All words are translated already. `legend` names front and back; `empty` is said when there are no bars."""

    title: str
    description: str
    legend: tuple[str, str]
    empty: str
    bars: tuple[Bar, ...]


def columns_svg(chart: Chart) -> str:
    """Standing bars over an axis of time."""
    return _document(chart, COLUMNS_HEIGHT, _columns(chart))


def rows_svg(chart: Chart) -> str:
    """Lying bars, one line each, for names of any length."""
    return _document(chart, rows_height(len(chart.bars)), _rows(chart))


def rows_height(bars: int) -> int:
    return TOP + ROW_HEIGHT * max(1, bars) + 8


def _columns(chart: Chart) -> Iterator[str]:
    left, right, top, foot = 34, 4, TOP + 18, 30
    size = 15 if len(chart.bars) <= MANY else 12
    height, width = COLUMNS_HEIGHT - top - foot, WIDTH - left - right
    most, step = _scale(chart)
    base = float(top + height)
    for tick in range(0, round(most / step) + 1):
        y = base - height * tick * step / most
        yield _line(left, y, left + width, y, SOFT if tick == 0 else LINE)
        yield _text(left - 8, y + 5, f"{tick * step:g}", anchor="end", tone=SOFT)
    share = width / len(chart.bars)
    thick = min(56.0, share * 0.62)
    for place, bar in enumerate(chart.bars):
        middle = left + share * (place + 0.5)
        tops = [base]
        for value, tone in ((bar.back, PALE), (bar.front, STRONG)):
            if value:
                tall = height * value / most
                yield _rect(middle - thick / 2, base - tall, thick, tall, tone)
                tops.append(base - tall)
        yield _text(middle, min(tops) - 6, bar.text, anchor="middle", weight=600, size=size)
        yield _text(middle, base + 21, bar.label, anchor="middle", tone=SOFT, size=size)


def _rows(chart: Chart) -> Iterator[str]:
    width = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    most = max((v for bar in chart.bars for v in (bar.front, bar.back) if v), default=1.0)
    for place, bar in enumerate(chart.bars):
        middle = TOP + ROW_HEIGHT * (place + 0.5)
        lines = textwrap.wrap(bar.label, LABEL_LETTERS, max_lines=2, placeholder="…") or [""]
        for number, words in enumerate(lines):
            yield _text(LABEL_WIDTH - 10, middle + 5 + 17 * (number - (len(lines) - 1) / 2), words, anchor="end")
        end = float(LABEL_WIDTH)
        for value, tone in ((bar.back, PALE), (bar.front, STRONG)):
            if value:
                yield _rect(LABEL_WIDTH, middle - 12, width * value / most, 24, tone)
                end = max(end, LABEL_WIDTH + width * value / most)
        yield _text(end + 8, middle + 5, bar.text, weight=600)
    yield _line(LABEL_WIDTH, TOP, LABEL_WIDTH, TOP + ROW_HEIGHT * len(chart.bars), SOFT)


def _scale(chart: Chart) -> tuple[float, float]:
    """The axis' end and its step: 3 to 6 round steps that hold the highest value."""
    highest = max((v for bar in chart.bars for v in (bar.front, bar.back) if v), default=1.0)
    power = 10.0 ** math.floor(math.log10(highest / 5))
    step = next(power * n for n in (1, 2, 5, 10) if power * n * 6 >= highest)
    step = max(step, 1.0)
    return step * max(1, math.ceil(highest / step)), step


def _document(chart: Chart, height: int, body: Iterator[str]) -> str:
    nothing = _text(WIDTH / 2, height / 2, chart.empty, anchor="middle", tone=SOFT)
    drawn = [*_legend(chart), *body] if chart.bars else [nothing]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-labelledby="title desc" font-family="{FONT}">'
        f'<title id="title">{_words(chart.title)}</title><desc id="desc">{_words(chart.description)}</desc>'
        f"{''.join(drawn)}</svg>"
    )


def _legend(chart: Chart) -> Iterator[str]:
    x = 8.0
    for words, tone in zip(chart.legend, (STRONG, PALE), strict=True):
        yield _rect(x, 10, 16, 16, tone)
        yield _text(x + 23, 23, words, tone=SOFT)
        x += 23 + 8.4 * len(words) + 26


def _rect(x: float, y: float, width: float, height: float, tone: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{tone}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, tone: str) -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{tone}" fill="none"/>'


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", tone: str = INK, weight: int = 400, size: int = 15
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{tone}" font-weight="{weight}"'
        f' font-size="{size}">'
        f"{_words(words)}</text>"
    )


def _words(text: str) -> str:
    return escape(unicodedata.normalize("NFC", text))
