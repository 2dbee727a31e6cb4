"""The supervisor's charts: the figures, the drawing, and that a strict content policy shows them whole."""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from printer_templates.report_content import COLUMNS, ROWS, Chart, Series
from printer_templates.report_svg import height, svg
from tests.api_kit import URL, Kit
from tests.kit import MONDAY, OFFICER, SITE, Centre
from tests.test_desk import Person, person
from ticketing.answers.sessions import of_day
from ticketing.desk import charts
from ticketing.reports.from_tickets import waiting_hours

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {"svg", "rect", "path", "text"}


def tickets(centre: Centre) -> list:
    return centre.store.read(lambda view: view.tickets.of_days(SITE, MONDAY, MONDAY))


def serve(centre: Centre, wait: int, service: int) -> None:
    """Somebody takes a number, is called after `wait` minutes and served for `service`."""
    centre.take()
    centre.clock.pass_(minutes=wait)
    centre.next()
    centre.clock.pass_(minutes=service)
    centre.office.finish(SITE, 1, OFFICER)


def test_waits_are_told_by_the_hour_of_the_number_with_no_hour_left_out(centre: Centre) -> None:
    site = centre.office.site(SITE)
    assert waiting_hours(site, tickets(centre)) == []
    centre.clock.set("2026-11-23T07:40")
    centre.open(1)
    for wait in (2, 10, 4):
        serve(centre, wait, 0)
    centre.clock.set("2026-11-23T09:50")
    serve(centre, 30, 5)
    centre.take()
    rows = waiting_hours(site, tickets(centre))
    assert [tuple(row[c] for c in ("hour", "called", "wait_median_s", "wait_p90_s")) for row in rows] == [
        (7, 3, 240, 600), (8, 0, None, None), (9, 1, 1800, 1800),
    ]  # fmt: skip


def test_service_times_are_told_for_each_queue_that_has_finished_somebody(centre: Centre) -> None:
    centre.open(1)
    for service in (5, 20):
        serve(centre, 1, service)
    centre.take("CT")
    site = centre.office.site(SITE)
    told = charts.served(site, MONDAY, tickets(centre), "vi")
    assert [
        (row["code"], row["name"], row["done"], row["service_median_s"], row["service_p90_s"]) for row in told
    ] == [("HT", "Hộ tịch", 2, 300, 1200)]  # fmt: skip


def test_the_use_of_a_cap_counts_what_was_carried_over(centre: Centre) -> None:
    centre.take(dossiers=3)
    sessions = centre.office.see(SITE, of_day, None, "vi")
    assert charts.cap_use(sessions)[0] == ("Buổi sáng", 3, 10)
    carried = replace(sessions[1], carried=4, cap=None)
    assert charts.cap_use([carried]) == [("Buổi chiều", 4, None)]


def chart(kind: str, *bars: tuple[str, float | None, float | None]) -> Chart:
    names, halves, most = zip(*bars, strict=True) if bars else ((), (), ())
    series = (Series("một nửa", halves), Series("chín phần mười", most))
    return Chart(kind, "Chờ & gọi <10>", names, series, empty="Chưa có số liệu.")


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


@pytest.mark.parametrize("kind", [COLUMNS, ROWS])
def test_a_drawing_is_plain_and_says_what_its_bars_say(kind: str) -> None:
    bars = ((unicodedata.normalize("NFD", "Hộ tịch"), 5, 12.5), ("B", None, None))
    root = sound(svg(chart(kind, *bars)))
    assert root.get("role") == "img" and "Be Vietnam Pro" in (root.get("font-family") or "")
    assert "Chờ & gọi <10>" in root.get("aria-label") and "Hộ tịch: một nửa 5" in root.get("aria-label")
    assert {"Chờ & gọi <10>", "Hộ tịch", "5", "12,5", "một nửa", "chín phần mười"} <= set(texts(root))


@pytest.mark.parametrize("kind", [COLUMNS, ROWS])
@pytest.mark.parametrize("highest", [0, 0.2, 1, 7, 30, 999, 1_000_000])
def test_bars_keep_their_proportion_at_every_height(kind: str, highest: float) -> None:
    root = sound(svg(chart(kind, ("a", highest / 2, highest))))
    pale, strong = ([r for r in root.iter(f"{SVG}rect") if r.get("fill") == tone] for tone in ("#e3e9f1", "#1f3a5f"))
    side = "height" if kind == COLUMNS else "width"
    assert (len(pale), len(strong)) == ((2, 2) if highest else (1, 1))
    if highest:
        assert float(strong[1].get(side)) == pytest.approx(float(pale[1].get(side)) / 2, abs=0.11)


def test_a_name_keeps_to_the_room_that_was_measured_whatever_letters_the_page_has() -> None:
    root = sound(svg(chart(ROWS, ("Hộ kinh doanh", 1, 2), ("Bảo trợ xã hội, giảm nghèo", 3, 4))))
    names = [element for element in root.iter(f"{SVG}text") if len(element.text or "") > 1]
    assert {element.get("lengthAdjust") for element in names} == {"spacingAndGlyphs"}
    for element in names:
        x, long = float(element.get("x", "")), float(element.get("textLength", ""))
        assert x - long >= -1 or element.get("text-anchor") != "end", element.text


def test_a_long_name_takes_two_lines_and_no_bars_are_said_to_be_none() -> None:
    name = "Đăng ký biện pháp bảo đảm tài sản"
    lines = [t for t in texts(sound(svg(chart(ROWS, (name, 1, 2))))) if t in name and len(t) > 2]
    assert len(lines) == 2 and " ".join(lines) == name
    for kind in (COLUMNS, ROWS):
        assert texts(sound(svg(chart(kind))))[-1] == "Chưa có số liệu."
        assert height(chart(kind)) < height(chart(kind, ("a", 1, 2)))
    assert height(chart(ROWS, ("a", 1, 2))) < height(chart(ROWS, ("a", 1, 2), ("b", 1, 2)))


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


def test_the_page_has_a_chart_of_how_true_told_waits_were(kit: Kit) -> None:
    boss = person(kit, "ha")
    assert "Nobody who was told a time has been called yet." in shown(boss.get("/ward/supervisor/").text, "estimates")
    kit.at_counter("open")
    kit.take()
    kit.clock.pass_(minutes=30)
    kit.at_counter("call-next")
    figure = shown(boss.get("/ward/supervisor/").text, "estimates")
    assert "Times told: 1, off by 30 min in the mean; called before the span 0 %, after it 100 %." in figure
    assert '<th scope="row">Civil status</th><td class="num">1</td><td class="num">30</td>' in figure
    drawn = texts(sound(boss.get(re.search(r'<img src="([^"]+)"', figure)[1]).text))
    assert {"Civil status", "30", "waited", "off by"} <= set(drawn)


def test_charts_are_for_supervisors_of_the_site_alone(kit: Kit) -> None:
    path = "/ward/supervisor/charts/caps.svg"
    assert kit.app.test_client().get(path, base_url=URL).status_code == 303
    assert person(kit, "lan").get(path).status_code == 403
    assert person(kit, "far").get(path).status_code == 403
    boss: Person = person(kit, "ha")
    assert boss.get(path).status_code == 200
    assert boss.get("/ward/supervisor/charts/other.svg").status_code == 404
    assert boss.get(f"{path}?date=never").status_code == 200
