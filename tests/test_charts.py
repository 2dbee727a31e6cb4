"""The supervisor's charts: the figures, the drawing, and that a strict content policy shows them whole."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from printer_templates.charts import Bar, Chart, columns_svg, rows_height, rows_svg
from tests.api_kit import URL, Kit
from tests.kit import MONDAY, OFFICER, SITE, Centre
from tests.test_desk import Person, person
from ticketing import figures

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "title", "desc", "rect", "path", "text"}


def tickets(centre: Centre) -> list:
    return centre.store.read(lambda view: view.tickets_of(SITE, MONDAY, MONDAY))


def serve(centre: Centre, wait: int, service: int) -> None:
    """Somebody takes a number, is called after `wait` minutes and served for `service`."""
    centre.take()
    centre.clock.pass_(minutes=wait)
    centre.next()
    centre.clock.pass_(minutes=service)
    centre.office.finish(SITE, 1, OFFICER)


def test_waits_are_told_by_the_hour_of_the_number_with_no_hour_left_out(centre: Centre) -> None:
    site = centre.office.site(SITE)
    assert figures.waiting_by_hour(site, tickets(centre)) == []
    centre.clock.set("2026-11-23T07:40")
    centre.open(1)
    for wait in (2, 10, 4):
        serve(centre, wait, 0)
    centre.clock.set("2026-11-23T09:50")
    serve(centre, 30, 5)
    centre.take()
    assert figures.waiting_by_hour(site, tickets(centre)) == [
        figures.HourWait(7, 3, 240, 600),
        figures.HourWait(8, 0, None, None),
        figures.HourWait(9, 1, 1800, 1800),
    ]


def test_service_times_are_told_for_each_queue_that_has_finished_somebody(centre: Centre) -> None:
    centre.open(1)
    for service in (5, 20):
        serve(centre, 1, service)
    centre.take("CT")
    site = centre.office.site(SITE)
    told = figures.service_times(site, MONDAY, tickets(centre), "vi")
    assert told == [figures.ServiceTime("HT", "Hộ tịch", 2, 300, 1200)]


def test_the_use_of_a_cap_counts_what_was_carried_over(centre: Centre) -> None:
    centre.take(dossiers=3)
    sessions = centre.office.sessions(SITE)
    assert figures.cap_use(sessions)[0] == figures.CapUse("2026-11-23-morning", "Buổi sáng", 3, 10)
    carried = {**sessions[1], "carried": 4, "cap": None}
    assert figures.cap_use([carried])[0] == figures.CapUse("2026-11-23-afternoon", "Buổi chiều", 4, None)


def chart(*bars: Bar) -> Chart:
    return Chart("Chờ & gọi", "Lâu nhất <10>", ("một nửa", "chín phần mười"), "Chưa có số liệu.", bars)


def sound(drawing: str) -> ET.Element:
    """The drawing, once it holds nothing but plain elements that no policy forbids, all of it inside the frame."""
    root = ET.fromstring(drawing)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ALLOWED
        assert not [name for name in element.attrib if name in ("style", "class", "href") or name.startswith("on")]
        for name in ("x", "y", "width", "height"):
            assert 0 <= float(element.get(name, "0")) <= 2000
    assert unicodedata.is_normalized("NFC", drawing)
    assert "<!" not in drawing and "url(" not in drawing
    return root


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("draw", [columns_svg, rows_svg])
def test_a_drawing_is_plain_and_says_what_its_bars_say(draw) -> None:
    root = sound(draw(chart(Bar(unicodedata.normalize("NFD", "Hộ tịch"), 5, 12.5, "5 – 12"), Bar("B", None, None, ""))))
    assert root.get("role") == "img" and "Be Vietnam Pro" in (root.get("font-family") or "")
    assert [root.find(f"{SVG}{name}").text for name in ("title", "desc")] == ["Chờ & gọi", "Lâu nhất <10>"]
    assert {"Hộ tịch", "5 – 12", "một nửa", "chín phần mười"} <= set(texts(root))


@pytest.mark.parametrize("draw", [columns_svg, rows_svg])
@pytest.mark.parametrize("highest", [0, 0.2, 1, 7, 30, 999, 1_000_000])
def test_bars_keep_their_proportion_at_every_height(draw, highest: float) -> None:
    root = sound(draw(chart(Bar("a", highest / 2, highest, "x"))))
    pale, strong = ([r for r in root.iter(f"{SVG}rect") if r.get("fill") == tone] for tone in ("#a9c1e0", "#0a3d77"))
    side = "height" if draw is columns_svg else "width"
    assert (len(pale), len(strong)) == ((2, 2) if highest else (1, 1))
    if highest:
        assert float(strong[1].get(side)) == pytest.approx(float(pale[1].get(side)) / 2, abs=0.11)


def test_a_long_name_takes_two_lines_and_no_bars_are_said_to_be_none() -> None:
    root = sound(rows_svg(chart(Bar("Đăng ký biện pháp bảo đảm bằng quyền sử dụng đất và tài sản", 1, 2, "1 – 2"))))
    assert [t for t in texts(root) if t.startswith("Đăng ký") or t.endswith("…")] != []
    assert len(texts(root)) == 5
    for draw in (columns_svg, rows_svg):
        assert texts(sound(draw(chart()))) == ["Chưa có số liệu."]
    assert rows_height(0) == rows_height(1) < rows_height(2)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def shown(answer_text: str, name: str) -> str:
    return re.search(rf'<figure class="chart" data-chart="{name}">.*?</figure>', answer_text, re.DOTALL)[0]


def test_the_page_has_each_chart_with_its_words_and_its_table(kit: Kit) -> None:
    boss = person(kit, "ha")
    kit.take(dossiers=3)
    kit.at_counter("open")
    kit.clock.pass_(minutes=12)
    kit.at_counter("call-next")
    kit.clock.pass_(minutes=7)
    kit.at_counter("finish")
    page = boss.get("/ward/supervisor/").text
    for name, alt, row in (
        ("waiting", "half of the people waited 12 min", "<th scope=\"row\">08:00</th><td class=\"num\">1</td>"),
        ("caps", "Morning: 3 of 10 dossiers", "<td class=\"num\">3</td><td class=\"num\">10</td>"),
        ("service", "Longest for Civil status: half of the visits took 7 min", "<td class=\"num\">7</td>"),
    ):  # fmt: skip
        figure = shown(page, name)
        assert alt in figure and row in figure
        address = re.search(r'<img src="([^"]+)"', figure)[1]
        answer = boss.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert len(texts(sound(answer.text))) >= 4
    earlier = boss.get("/ward/supervisor/?date=2026-11-20").text
    assert "Nobody has been called yet." in shown(earlier, "waiting")
    assert 'value="2026-11-20"' in earlier


def test_charts_are_for_supervisors_of_the_site_alone(kit: Kit) -> None:
    path = "/ward/supervisor/charts/caps.svg"
    assert kit.app.test_client().get(path, base_url=URL).status_code == 303
    assert person(kit, "lan").get(path).status_code == 403
    assert person(kit, "far").get(path).status_code == 403
    boss: Person = person(kit, "ha")
    assert boss.get(path).status_code == 200
    assert boss.get("/ward/supervisor/charts/other.svg").status_code == 404
    assert boss.get(f"{path}?date=never").status_code == 200
