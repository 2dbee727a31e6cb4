"""Charts of the reports: one picture, laid out once, for the PDF (a drawing of reportlab.graphics) and for the
screen (`report_svg` writes that drawing as SVG). They tell their series apart by tone and hatching and write the
figures at the bars, so that a black and white print says all of it.

Which report has which chart is decided by who fills the paper. Four forms serve them:

- waiting by hour: `columns`, series (median, 90th percentile), `goal` with `goal_name`
- dossiers issued against the cap: `within`, series (issued, cap); one label for each session or day
- diversions by way, dossiers by field: `rows`, one series
- satisfaction: `stack`, one series for each degree from best to worst; one label for each day, counter or field
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from printer_templates import fonts
from printer_templates.report_content import COLUMNS, ROWS, STACK, WITHIN, Chart
from printer_templates.text import clean, wrap

INK, SOFT, RULE, GOAL = "#111827", "#3a4859", "#c9d1dc", "#8d0f18"
DARK, MIDDLE, PALE, HATCHED, LINED = range(5)
GROUNDS = ("#1f3a5f", "#8da2bf", "#e3e9f1", "#ffffff", "#ffffff")
LOOKS = {1: (DARK,), 2: (DARK, PALE), 3: (DARK, PALE, HATCHED), 4: (DARK, MIDDLE, PALE, HATCHED)}
THICKEST = 46.0


def number(value: float, mark: str = ",") -> str:
    """1234.5 as "1.234,5" with a decimal comma, "1,234.5" with a point; at most one decimal."""
    shown = f"{value:,.1f}".removesuffix(".0")
    return shown.translate(str.maketrans(",.", ".,")) if mark == "," else shown


def drawing(chart: Chart, width: float, size: float = 7.5) -> Any:
    """A reportlab Drawing, `width` points wide, as tall as it needs, its words `size` points high."""
    fonts.register()
    return _Picture(chart, width, size).draw()


def crowded(chart: Chart, width: float) -> bool:
    """Whether its bars would stand too close on `width` points to bear their figures."""
    bars = len(chart.series) if chart.kind == COLUMNS else 1
    return chart.kind in (COLUMNS, WITHIN) and width / max(1, len(chart.labels)) < 12 * bars + 5


def described(chart: Chart) -> str:
    """The chart in words, for who can't see it."""
    parts = [
        ", ".join(
            f"{one.name} {'–' if one.values[place] is None else number(one.values[place] or 0, chart.decimal_mark)}"
            for one in chart.series
        )
        for place in range(len(chart.labels))
    ]
    told = "; ".join(f"{clean(label)}: {part}" for label, part in zip(chart.labels, parts, strict=True))
    return f"{_titled(chart)}. {told}"


class _Picture:
    """A drawing being made: from the top down the title, the legend, the bars."""

    def __init__(self, chart: Chart, width: float, size: float) -> None:
        from reportlab.graphics import shapes

        self.chart, self.width, self.size = chart, width, size
        self.shapes = shapes
        self.parts: list[Any] = []
        # Drawn last, above the line of the goal.
        self.figures: list[tuple[float, float, list[tuple[str, float]]]] = []
        count = len(chart.series)
        self.looks = LOOKS.get(count) or tuple(range(5)) * math.ceil(count / 5)

    def draw(self) -> Any:
        """The parts are laid out from y = 0 downwards and lifted once the height is known."""
        y = self._head()
        if self.chart.empty and not self.chart.drawn:
            height = self.size * 2 - y
            self._text(0, y - self.size * 1.2, self.chart.empty, tone=SOFT)
        else:
            body = self._lying if self.chart.kind in (ROWS, STACK) else self._standing
            height = -body(y)
        picture = self.shapes.Drawing(self.width, height)
        for part in self.parts:
            for axis in ("y", "y1", "y2"):
                if hasattr(part, axis):
                    setattr(part, axis, getattr(part, axis) + height)
            picture.add(part)
        return picture

    def _head(self) -> float:
        size, y = self.size, 0.0
        for line in wrap(_titled(self.chart), fonts.BOLD, round(size * 1.15), int(self.width), False):
            y -= size * 1.5
            self._text(0, y, line, bold=True, size=size * 1.15)
        y -= size * 0.6
        names = [one.name for one in self.chart.series] if len(self.chart.series) > 1 else []
        x = 0.0
        entries: list[tuple[str, int | None]] = list(zip(names, self.looks, strict=False))
        if self.chart.goal is not None and self.chart.kind != STACK:
            goal = f"{self.chart.goal_name}: {number(self.chart.goal, self.chart.decimal_mark)}"
            entries.append((goal.removeprefix(": "), None))
        for place, (name, look) in enumerate(entries):
            long = size * 1.9 + self._wide(name)
            if place == 0 or x + long > self.width:
                x, y = 0.0, y - size * 1.5
            self._key(x, y, look)
            self._text(x + size * 1.5, y, name, tone=SOFT)
            x += long + size
        return y - size * (0.9 if entries else 0.2)

    def _key(self, x: float, y: float, look: int | None) -> None:
        if look is None:
            self._line(x, y + self.size * 0.3, x + self.size * 1.2, y + self.size * 0.3, GOAL, 1.3, dash=True)
        else:
            self._bar(x, y - self.size * 0.1, self.size, self.size * 0.9, look)

    # -- standing -------------------------------------------------------------------------------------

    def _standing(self, top: float) -> float:
        size, chart = self.size, self.chart
        most, step = _scale([*self._values(), chart.goal or 0])
        ticks = [tick * step for tick in range(round(most / step) + 1)]
        left = max(self._wide(number(tick, chart.decimal_mark)) for tick in ticks) + size * 0.6
        height = min(max(self.width * 0.29, size * 11), size * 18)
        base, wide = top - size * 1.3 - height, self.width - left
        for tick in ticks:
            y = base + height * tick / most
            self._line(left, y, self.width, y, SOFT if tick == 0 else RULE, 0.6 if tick == 0 else 0.4)
            self._text(left - size * 0.4, y - size * 0.35, number(tick, chart.decimal_mark), anchor="end", tone=SOFT)
        slot = wide / max(1, len(chart.labels))
        for place in range(len(chart.labels)):
            self._standing_group(left + slot * place, slot, base, height / most, place)
        if chart.goal is not None:
            y = base + height * chart.goal / most
            self._line(left, y, self.width, y, GOAL, 1.2, dash=True)
        for x, room, choices in self.figures:
            self._fitting(x, room, choices)
        return self._feet(left, slot, base)

    def _standing_group(self, x: float, slot: float, base: float, scale: float, place: int) -> None:
        values = [one.values[place] for one in self.chart.series]
        if self.chart.kind == WITHIN:
            thick = min(THICKEST * self.size / 7.5, slot * 0.62)
            self._inner(x + (slot - thick) / 2, thick, slot, base, scale, values)
            return
        thick = min(THICKEST * self.size / 7.5, slot * 0.78 / len(values))
        start = x + (slot - thick * len(values)) / 2
        for each, (value, look) in enumerate(zip(values, self.looks, strict=False)):
            if value is None:
                continue
            at = start + thick * each
            self._bar(at, base, thick, value * scale, look)
            room = slot / len(values)
            texts = (number(value, self.chart.decimal_mark), f"{value:.0f}")
            self.figures.append((at + thick / 2, room, [(text, base + value * scale) for text in texts]))

    def _inner(
        self, x: float, thick: float, slot: float, base: float, scale: float, values: list[float | None]
    ) -> None:
        """`used of there is` stands above the taller of the two."""
        inner, *outer = values
        whole = outer[0] if outer else None
        if whole is not None:
            self._bar(x, base, thick, whole * scale, PALE)
        if inner:
            self._bar(x + thick * 0.14, base, thick * 0.72, inner * scale, DARK)
        mark = self.chart.decimal_mark
        told = [number(value, mark) for value in (inner, whole) if value is not None]
        high = max([value for value in values if value is not None], default=0.0)
        choices = [("/".join(told), base + high * scale)]
        if inner is not None:
            choices.append((told[0], base + inner * scale))
        self.figures.append((x + thick / 2, slot, choices))

    def _fitting(self, x: float, room: float, choices: list[tuple[str, float]]) -> None:
        """The first text that has the room, a little smaller if it must; else none, the axis stays."""
        for text, y in choices:
            for size in (self.size, self.size * 0.85):
                wide = self._wide(text, size)
                if text and wide <= room * 0.92:
                    self._ground(x, y + size * 0.75, wide, size * 0.9)
                    self._text(x, y + size * 0.4, text, anchor="middle", size=size)
                    return

    def _feet(self, left: float, slot: float, base: float) -> float:
        """Labels in up to two lines, or every second, third … of them in one."""
        size, labels = self.size, [clean(label) for label in self.chart.labels]
        lines = [wrap(label, fonts.TEXT, round(size), max(1, int(slot * 0.96))) for label in labels]
        whole = all(self._wide(word) <= slot * 0.96 for label in labels for word in label.split(" "))
        small = whole and all(len(each) <= 2 and max(map(self._wide, each), default=0) <= slot for each in lines)
        if small:
            for place, each in enumerate(lines):
                for number_, line in enumerate(each):
                    y = base - size * (1.3 + 1.2 * number_)
                    self._text(left + slot * (place + 0.5), y, line, anchor="middle", tone=SOFT)
            return base - size * (0.6 + 1.25 * max(map(len, lines), default=1)) - size * 0.5
        every = math.ceil(max(map(self._wide, labels)) * 1.15 / slot)
        for place, label in enumerate(labels):
            if place % every == 0:
                x = left + slot * (place + 0.5)
                half = self._wide(label) / 2
                x = min(max(x, half), self.width - half)
                self._text(x, base - size * 1.3, label, anchor="middle", tone=SOFT)
        return base - size * 2.2

    # -- lying ----------------------------------------------------------------------------------------

    def _lying(self, top: float) -> float:
        size, chart = self.size, self.chart
        count = 1 if chart.kind == STACK else len(chart.series)
        column = min(max((self._wide(clean(label)) for label in chart.labels), default=0), self.width * 0.36)
        left = column + size * 0.8 if column else 0.0
        figures = max((self._wide(self._end(place)) for place in range(len(chart.labels))), default=0)
        wide = self.width - left - figures - size
        thick = size * (1.8 if count == 1 else 1.3)
        most = max([*self._values(), chart.goal or 0], default=1) or 1
        y = top
        for place, label in enumerate(chart.labels):
            lines = wrap(clean(label), fonts.TEXT, round(size), int(column) + 1, False)[:3]
            tall = max(thick * count, size * 1.2 * len(lines)) + size * 0.6
            middle = y - tall / 2
            for each, line in enumerate(lines):
                at = middle - size * 0.35 - size * 1.25 * (each - (len(lines) - 1) / 2)
                self._text(column, at, line, anchor="end")
            if chart.kind == STACK:
                self._parts(left, middle - thick / 2, wide, thick, place)
            else:
                self._bars(left, middle + thick * count / 2, wide / most, thick, place)
            y -= tall
        if chart.kind == ROWS and chart.goal is not None:
            x = left + wide * chart.goal / most
            self._line(x, top, x, y, GOAL, 1.2, dash=True)
        self._line(left, top, left, y, SOFT, 0.6)
        return y - size * 0.4

    def _end(self, place: int) -> str:
        """What stands behind a lying bar: the greatest figure, which asks for the most room; a stack's sum."""
        values = [one.values[place] or 0 for one in self.chart.series]
        return number(sum(values) if self.chart.kind == STACK else max(values), self.chart.decimal_mark)

    def _bars(self, left: float, top: float, scale: float, thick: float, place: int) -> None:
        for each, (one, look) in enumerate(zip(self.chart.series, self.looks, strict=False)):
            value = one.values[place]
            if value is None:
                continue
            y = top - thick * (each + 1)
            self._bar(left, y, value * scale, thick * 0.92, look)
            text = number(value, self.chart.decimal_mark)
            self._text(left + value * scale + self.size * 0.4, y + thick / 2 - self.size * 0.35, text)

    def _parts(self, left: float, y: float, wide: float, thick: float, place: int) -> None:
        values = [one.values[place] or 0 for one in self.chart.series]
        whole, x = sum(values), left
        for value, look in zip(values, self.looks, strict=False):
            if not value:
                continue
            long = wide * value / whole
            self._bar(x, y, long, thick, look)
            count = number(value, self.chart.decimal_mark)
            for text in (f"{count} ({value / whole:.0%})", count):
                if self._wide(text) < long - self.size * 0.4:
                    self._plate(x + long / 2, y + thick / 2, text, look)
                    break
            x += long
        if whole:
            self._text(left + wide + self.size * 0.4, y + thick / 2 - self.size * 0.35, self._end(place))

    def _plate(self, x: float, y: float, text: str, look: int) -> None:
        """A figure inside a bar; on hatching it has a white ground of its own."""
        size = self.size
        if look in (HATCHED, LINED):
            self._ground(x, y, self._wide(text) + size * 0.4, size * 1.2)
        self._text(x, y - size * 0.35, text, anchor="middle", tone="#ffffff" if look == DARK else INK)

    def _ground(self, x: float, y: float, wide: float, tall: float) -> None:
        """White below a figure, so that no line runs through it."""
        ground = self.shapes.Rect(x - wide / 2, y - tall / 2, wide, tall, strokeColor=None)
        ground.fillColor = _colour("#ffffff")
        self.parts.append(ground)

    # -- strokes --------------------------------------------------------------------------------------

    def _values(self) -> list[float]:
        return [value for one in self.chart.series for value in one.values if value is not None]

    def _wide(self, text: str, size: float | None = None) -> float:
        return fonts.width(text, fonts.TEXT, size or self.size)

    def _text(
        self, x: float, y: float, text: str, *, anchor: str = "start", tone: str = INK, bold: bool = False,
        size: float | None = None,
    ) -> None:  # fmt: skip
        face = fonts.BOLD if bold else fonts.TEXT
        self.parts.append(
            self.shapes.String(
                x, y, clean(text), fontName=face, fontSize=size or self.size, textAnchor=anchor, fillColor=_colour(tone)
            )
        )

    def _line(self, x1: float, y1: float, x2: float, y2: float, tone: str, wide: float, dash: bool = False) -> None:
        line = self.shapes.Line(x1, y1, x2, y2, strokeColor=_colour(tone), strokeWidth=wide * self.size / 7.5)
        line.strokeDashArray = [4, 2.5] if dash else None
        self.parts.append(line)

    def _bar(self, x: float, y: float, wide: float, tall: float, look: int) -> None:
        thin = 0.6 * self.size / 7.5
        rect = self.shapes.Rect(x, y, wide, tall, strokeWidth=thin, fillColor=_colour(GROUNDS[look]))
        rect.strokeColor = _colour(GROUNDS[DARK])
        self.parts.append(rect)
        for start, end in _hatching(x, y, wide, tall, look, self.size * 0.42):
            self._line(*start, *end, GROUNDS[DARK], 0.6)


def _hatching(
    x: float, y: float, wide: float, tall: float, look: int, gap: float
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Strokes inside a rectangle: rising to the right, or level."""
    if look == LINED:
        for each in range(1, math.ceil(tall / gap)):
            yield (x, y + gap * each), (x + wide, y + gap * each)
    if look == HATCHED:
        for each in range(1, math.ceil((wide + tall) / gap)):
            reach = gap * each
            start = (x + max(0.0, reach - tall), y + min(tall, reach))
            end = (x + min(wide, reach), y + max(0.0, reach - wide))
            yield start, end


def _scale(values: list[float]) -> tuple[float, float]:
    """The axis' end and its step: 2 to 5 round steps that hold the highest value."""
    highest = max(values, default=0) or 1.0
    power = 10.0 ** math.floor(math.log10(highest / 4))
    step = max(1.0, next(power * n for n in (1, 2, 5, 10) if power * n * 5 >= highest))
    return step * math.ceil(highest / step), step


def _titled(chart: Chart) -> str:
    return clean(f"{chart.title} ({chart.unit})" if chart.unit else chart.title)


def _colour(tone: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(tone)
