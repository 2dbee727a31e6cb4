"""Charts of the reports: bars as long as their figures, readable without colour, the same picture on page and paper."""

from __future__ import annotations

import re
from typing import Any

import pytest

from printer_templates.report_charts import GROUNDS, crowded, described, drawing, number
from printer_templates.report_content import COLUMNS, ROWS, STACK, WITHIN, Chart, Series
from printer_templates.report_svg import svg

HOURS = ("07:00", "08:00", "09:00")


def waiting(**changes: Any) -> Chart:
    given: dict[str, Any] = {
        "kind": COLUMNS, "title": "Thời gian chờ theo giờ", "labels": HOURS, "unit": "phút",
        "series": (Series("trung vị", (10.0, 20.0, None)), Series("phân vị 90", (40.0, 80.0, 5.0))),
        "goal": 60.0, "goal_name": "mục tiêu",
    }  # fmt: skip
    return Chart(**(given | changes))


def shapes(picture: Any, kind: str) -> list[Any]:
    return [shape for shape in picture.contents if type(shape).__name__ == kind]


def bars(picture: Any, count: int) -> list[Any]:
    """The rectangles with an outline after the legend's `count`."""
    return [one for one in shapes(picture, "Rect") if one.strokeColor is not None][count:]


def words(picture: Any) -> list[str]:
    return [shape.text for shape in shapes(picture, "String")]


def test_standing_bars_are_as_tall_as_their_figures_and_bear_them() -> None:
    picture = drawing(waiting(), 300)
    drawn = bars(picture, 2)
    assert [round(bar.height / drawn[0].height, 3) for bar in drawn] == [1, 4, 2, 8, 0.5]
    assert {"10", "40", "20", "80", "5"} <= set(words(picture))
    assert "Thời gian chờ theo giờ (phút)" in words(picture)


def test_no_figure_is_no_bar_while_zero_is_said() -> None:
    chart = waiting(series=(Series("trung vị", (None, 0.0, 5.0)),), goal=None)
    picture = drawing(chart, 300)
    assert [bar.height > 0 for bar in bars(picture, 0)] == [False, True]
    assert words(picture).count("0") == 2, "the axis and the bar"


def test_the_goal_is_a_line_at_its_height_and_named() -> None:
    picture = drawing(waiting(), 300)
    line = next(one for one in shapes(picture, "Line") if one.strokeDashArray and one.x2 - one.x1 > 100)
    bar = bars(picture, 2)[3]
    assert (line.y1 - bar.y) / bar.height == pytest.approx(60 / 80)
    assert "mục tiêu: 60" in words(picture)


def test_what_is_used_stands_inside_what_there_is() -> None:
    chart = Chart(
        WITHIN, "Hồ sơ đã cấp", ("Sáng", "Chiều"), (Series("đã cấp", (30.0, 66.0)), Series("tối đa", (60.0, 60.0)))
    )
    picture = drawing(chart, 260)
    cap, used, other_cap, over = bars(picture, 2)
    assert (used.height / cap.height, over.height / other_cap.height) == (pytest.approx(0.5), pytest.approx(1.1))
    assert cap.x < used.x and used.x + used.width < cap.x + cap.width
    assert {"30/60", "66/60"} <= set(words(picture))


def test_lying_bars_are_as_long_as_their_figures_whatever_the_names() -> None:
    names = ("Hộ tịch", "Đất đai, môi trường và tài nguyên khoáng sản, đo đạc bản đồ")
    picture = drawing(Chart(ROWS, "Theo lĩnh vực", names, (Series("số phiếu", (1200.0, 300.0)),)), 240)
    long, short = bars(picture, 0)
    assert long.width / short.width == pytest.approx(4)
    assert {"1.200", "300"} <= set(words(picture))


def test_parts_of_a_stack_share_one_bar_and_say_how_many_in_all() -> None:
    chart = Chart(
        STACK, "Mức độ hài lòng", ("Cả đơn vị",),
        (Series("Rất hài lòng", (60.0,)), Series("Hài lòng", (30.0,)), Series("Chưa hài lòng", (10.0,))),
    )  # fmt: skip
    picture = drawing(chart, 300)
    parts = bars(picture, 3)
    whole = sum(part.width for part in parts)
    assert [round(part.width / whole, 2) for part in parts] == [0.6, 0.3, 0.1]
    assert "60 (60%)" in words(picture) and "100" in words(picture)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_series_differ_in_tone_or_hatching_so_that_a_grey_print_tells_them_apart(count: int) -> None:
    series = tuple(Series(f"mức {i}", (10.0,)) for i in range(count))
    picture = drawing(Chart(STACK, "Tỷ lệ", ("Cả đơn vị",), series), 400)
    parts = bars(picture, count)
    looks = []
    for part in parts:
        inside = [
            (line.x1 != line.x2, line.y1 != line.y2)
            for line in shapes(picture, "Line")
            if part.x <= line.x1 <= line.x2 <= part.x + part.width and part.y < line.y1 + 0.01 < part.y + part.height
        ]
        looks.append((part.fillColor.hexval(), tuple(sorted(set(inside)))))
    assert len(set(looks)) == count


def test_hatching_stays_inside_its_bar() -> None:
    series = tuple(Series(f"mức {i}", (10.0,)) for i in range(4))
    picture = drawing(Chart(STACK, "Tỷ lệ", ("A",), series), 400)
    hatched = bars(picture, 4)[3]
    strokes = [
        line for line in shapes(picture, "Line")
        if line.x1 >= hatched.x - 0.01 and line.y1 != line.y2 and line.x1 != line.x2
    ]  # fmt: skip
    assert strokes
    for line in strokes:
        assert hatched.x - 0.01 <= min(line.x1, line.x2) and max(line.x1, line.x2) <= hatched.x + hatched.width + 0.01
        assert hatched.y - 0.01 <= min(line.y1, line.y2) and max(line.y1, line.y2) <= hatched.y + hatched.height + 0.01


@pytest.mark.parametrize("kind", [COLUMNS, WITHIN, ROWS, STACK])
@pytest.mark.parametrize("labels", [1, 7, 44])
@pytest.mark.parametrize("width", [200, 467])
def test_nothing_sticks_out_of_the_picture(kind: str, labels: int, width: int) -> None:
    from printer_templates import fonts

    values = tuple(float(place * 37 % 61) for place in range(labels))
    chart = Chart(
        kind, "Số hồ sơ đã cấp so với số tối đa của từng buổi trong toàn bộ thời gian thực hiện phương án",
        tuple(f"Buổi sáng {place + 1:02d}/04" for place in range(labels)),
        (Series("đã cấp", values), Series("tối đa", (60.0,) * labels)), goal=70.0, goal_name="mục tiêu",
    )  # fmt: skip
    picture = drawing(chart, width)
    for text in shapes(picture, "String"):
        wide = fonts.width(text.text, text.fontName, text.fontSize)
        start = text.x - {"start": 0, "middle": wide / 2, "end": wide}[text.textAnchor]
        assert start >= -0.5 and start + wide <= width + 0.5, text.text
        assert 0 <= text.y <= picture.height - text.fontSize * 0.7, text.text
    for bar in bars(picture, 0):
        assert bar.x >= -0.01 and bar.x + bar.width <= width + 0.01 and bar.y >= -0.01


def test_the_same_figures_give_the_same_picture() -> None:
    first, second = (
        [(type(shape).__name__, str(sorted(vars(shape).items(), key=lambda item: item[0]))) for shape in made.contents]
        for made in (drawing(waiting(), 300), drawing(waiting(), 300))
    )
    assert first == second
    assert svg(waiting()) == svg(waiting())


def test_a_page_gets_the_same_bars_without_style_script_or_address() -> None:
    drawn = svg(waiting(title="<b> & Hộ tịch"))
    assert not re.search(r"style|script|href|url\(|<b>", drawn)
    assert drawn.count(f'fill="{GROUNDS[0]}"') >= 2
    heights = [float(h) for h in re.findall(r'<rect [^>]*height="([\d.]+)"[^>]*stroke', drawn)][2:]
    assert heights[3] / heights[0] == pytest.approx(8, rel=0.02)
    assert 'role="img" aria-label="&lt;b&gt; &amp; Hộ tịch (phút). 07:00: trung vị 10, phân vị 90 40;' in drawn


def test_who_cannot_see_it_hears_every_figure_and_what_is_missing() -> None:
    assert described(waiting()).endswith("09:00: trung vị –, phân vị 90 5")


def test_a_chart_of_nothing_is_known_as_such() -> None:
    assert not waiting(series=(Series("trung vị", (None, 0.0, None)),)).drawn
    assert waiting().drawn
    assert drawing(waiting(labels=(), series=(Series("x", ()),), goal=None), 200).height > 0


@pytest.mark.parametrize(
    "wrong", [{"kind": "pie"}, {"series": ()}, {"series": (Series("x", (1.0,)),)}], ids=["kind", "none", "short"]
)
def test_a_chart_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"chart|label"):
        waiting(**wrong)


@pytest.mark.parametrize(
    ("value", "mark", "shown"),
    [(1234.5, ",", "1.234,5"), (1234.5, ".", "1,234.5"), (7.0, ",", "7"), (0.04, ",", "0"), (1e6, ".", "1,000,000")],
)
def test_figures_have_the_signs_of_their_language(value: float, mark: str, shown: str) -> None:
    assert number(value, mark) == shown


def test_many_bars_want_the_whole_width() -> None:
    assert crowded(waiting(labels=HOURS * 8, series=(Series("x", (1.0,) * 24),)), 220)
    assert not crowded(waiting(), 220)
    assert not crowded(Chart(ROWS, "x", HOURS * 8, (Series("x", (1.0,) * 24),)), 220)
