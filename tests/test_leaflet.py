"""The leaflet of a plan, as it comes out of the printer: read back from the rendered page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from flask_babel import force_locale

from kiosk.wording import kiosk_texts
from printer_templates.leaflet import Leaflet, LeafletCode, Section, leaflet_pdf, leaflet_svg
from printer_templates.leaflet_layout import BODY_SIZES, CODE_MM, HEIGHT, MARGIN, MM, WIDTH, Code, Text, sides
from tests.announce_kit import SPRING, TEXTS, spring
from tests.api_kit import URL, Kit, wrong_keys
from ticketing.rules.policies import Release

LEAFLET = "/sites/ward/leaflet.pdf"
OWN = f"{URL}/ward/"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        kit.clock.set("2020-03-30T08:00")
        yield kit


def pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert all("�" not in text and unicodedata.is_normalized("NFC", text) for text in texts)
    return [" ".join(text.split()) for text in texts]


def fetch(kit: Kit, lang: str = "vi", query: str = "") -> list[str]:
    answer = kit.call("GET", f"{LEAFLET}?lang={lang}{query}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
    return pages(answer.data)


def codes(content: bytes, page: int = 0, scale: float = 200 / 72) -> dict[str, Any]:
    picture = pypdfium2.PdfDocument(content)[page].render(scale=scale).to_pil()
    return {found.text: found.position for found in zxingcpp.read_barcodes(picture)}


@pytest.mark.states("DN-11", "DN-16", "DN-17", "DN-19", "DN-35", "TN-02")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_plans_leaflet_says_all_that_the_plan_has_people_told(kit: Kit, lang: str) -> None:
    kit.office.apply_site(spring())
    found = fetch(kit, lang)
    said = " ".join(found)
    assert len(found) == 2
    assert all(TEXTS[content][lang == "en"] in said for content in TEXTS)
    unit, title = ("Trial centre", SPRING.title_en) if lang == "en" else ("Trung tâm thử", SPRING.title)
    base = SPRING.legal_base_en if lang == "en" else SPRING.legal_base
    assert unit in found[0] and title in found[0] and base in said
    assert "30/3/2020" in found[0] and "29/4/2020" in found[0] and "0251-1022" in found[0]
    assert "dichvucong.dongnai.gov.vn" in found[0] and "2132" in said


@pytest.mark.states("TN-12", "TN-13", "DN-11")
def test_the_codes_are_portal_zalo_and_our_own_short_address_large_enough_and_in_the_clear(kit: Kit) -> None:
    kit.office.apply_site(spring())
    content = kit.call("GET", LEAFLET).data
    found = codes(content)
    assert set(found) == {SPRING.portal_url, SPRING.zalo_url, OWN}
    dots_per_mm = 200 / 25.4
    for place in found.values():
        side = (place.top_right.x - place.top_left.x) / dots_per_mm
        assert side >= 22
    drawn = [mark for mark in sides(Leaflet("u", "t", codes=_three()))[0] if isinstance(mark, Code)]
    for left, right in zip(drawn, drawn[1:], strict=False):
        assert right.x - (left.x + CODE_MM * MM) >= 4 * max(left.module, right.module)
    assert drawn[0].x >= 4 * drawn[0].module and CODE_MM >= 22


def _three() -> tuple[LeafletCode, ...]:
    return tuple(LeafletCode("Mã", f"https://dichvucong.dongnai.gov.vn/{n}", "x") for n in range(3))


@pytest.mark.states("TN-06")
def test_the_leaflet_announces_the_most_dossiers_of_a_session_only_where_the_plan_does(kit: Kit) -> None:
    kit.office.apply_site(spring())
    said = fetch(kit, "en")[0]
    assert "takes at most 10 dossiers" in said and "Certification 4" in said.replace("\N{NO-BREAK SPACE}", " ")
    kit.office.apply_site(spring(replace(SPRING, session_cap_announced=False)))
    assert "at most" not in " ".join(fetch(kit, "en"))


@pytest.mark.states("TN-10", "TN-11")
def test_results_by_post_only_are_told_with_what_the_deferred_wait_for_until_the_release(kit: Kit) -> None:
    policy = replace(
        SPRING, online_mode="online_only", result_mode="postal_only",
        release_authority="Thủ tướng công bố hết dịch", release_authority_en="the Prime Minister declares it over",
    )  # fmt: skip
    kit.office.apply_site(spring(policy))
    said = " ".join(fetch(kit, "en"))
    assert "by the public postal service only" in said and "after the Prime Minister declares it over" in said
    assert "online only, at dichvucong.dongnai.gov.vn" in said
    now = kit.clock.now()
    done = Release("Thủ tướng", "QĐ 1", date(2020, 3, 29), date(2020, 3, 30), "A", now)
    kit.office.apply_site(spring(replace(policy, release=done)))
    said = " ".join(fetch(kit, "en"))
    assert "declares it over" not in said and "Collect the result at the counter" in said


def test_a_suspended_reception_has_neither_numbers_nor_steps(kit: Kit) -> None:
    kit.office.apply_site(spring(replace(SPRING, in_person="suspended")))
    said = " ".join(fetch(kit, "en"))
    assert "Nothing is received at the counters for now" in said and "How to take a number" not in said


def test_without_a_plan_the_leaflet_tells_how_to_take_a_number_on_one_side(kit: Kit) -> None:
    found = fetch(kit, "en")
    assert len(found) == 1
    assert "How to take a number" in found[0] and "07:00" in found[0] and "1022" in found[0]
    assert set(codes(kit.call("GET", LEAFLET).data)) == {"https://dichvucong.gov.vn", OWN}


@pytest.mark.faults("U16")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_leaflet_calls_the_kiosks_buttons_by_their_names(kit: Kit, lang: str) -> None:
    said = " ".join(pages(kit.call("GET", f"{LEAFLET}?lang={lang}").data))
    with kit.app.test_request_context(), force_locale(lang):
        buttons = kiosk_texts()
    assert f"“{buttons['take']}”" in said and f"“{buttons['need_help']}”" in said
    assert f"“{buttons['take']}”" in buttons["guide_number_1"]


def test_a_leaflet_can_be_printed_before_its_plan_begins_and_not_after_it_has_ended(kit: Kit) -> None:
    kit.office.apply_site(spring())
    kit.clock.set("2020-03-20T08:00")
    assert SPRING.title not in fetch(kit)[0]
    assert SPRING.title in fetch(kit, query="&date=2020-03-30")[0]
    kit.clock.set("2020-04-29T23:59")
    assert SPRING.title in fetch(kit)[0]
    kit.clock.set("2020-04-30T00:00")
    assert SPRING.title not in fetch(kit)[0]


def test_a_draft_is_on_no_leaflet(kit: Kit) -> None:
    kit.office.apply_site(spring(replace(SPRING, published=False)))
    assert SPRING.title not in fetch(kit)[0]


def test_an_unknown_site_and_a_day_that_is_none_are_refused(kit: Kit) -> None:
    assert kit.call("GET", "/sites/nowhere/leaflet.pdf").status_code == 404
    assert wrong_keys(kit.call("GET", f"{LEAFLET}?date=30-3-2020")) == {"date": "not_a_day"}


def test_the_same_leaflet_gives_the_same_bytes_and_asking_changes_nothing(kit: Kit) -> None:
    kit.office.apply_site(spring())
    before = kit.seq()
    first, second = kit.call("GET", LEAFLET), kit.call("GET", LEAFLET)
    assert first.data == second.data and kit.seq() == before
    assert first.headers["Content-Disposition"] == 'inline; filename="ward-leaflet-vi.pdf"'


# -- the layout ---------------------------------------------------------------------------------------


def filled(paragraphs: int) -> Leaflet:
    text = "Nghiêng nghiêng những chữ Ẩ Ễ Ộ Ự đứng đủ trên trang giấy, không dòng nào bị cắt mất. " * 3
    sections = tuple(Section(f"Phần {n}", (text.strip(),) * 3) for n in range(paragraphs))
    return Leaflet(
        "Đơn vị", "Kế hoạch", period="Từ ngày 30/3/2020", facts=("Mỗi buổi nhận tối đa 60 hồ sơ",), sections=sections,
        hotline_label="Tổng đài", hotline="0251-1022", codes=_three(), small=("Căn cứ",), overleaf="Xem mặt sau",
        rehearsal="DIỄN TẬP",
    )  # fmt: skip


@pytest.mark.parametrize("paragraphs", [0, 1, 2, 3, 6, 12])
def test_no_line_leaves_the_paper_or_runs_into_another_and_nothing_is_lost(paragraphs: int) -> None:
    leaflet = filled(paragraphs)
    drawn = sides(leaflet)
    for marks in drawn:
        lines = [mark for mark in marks if isinstance(mark, Text)]
        assert all(one.x >= MARGIN - 1 and one.x + one.width <= WIDTH - MARGIN + 1 for one in lines)
        assert all(one.size <= one.baseline <= HEIGHT - 3 * MM for one in lines)
        column = [one for one in lines if one.size <= 12 * 20 and one.x < WIDTH / 3]
        column.sort(key=lambda one: one.baseline)
        for above, below in zip(column, column[1:], strict=False):
            assert above.baseline == below.baseline or below.baseline - above.baseline >= below.size * 0.9
    shown = " ".join(pages(leaflet_pdf(leaflet)))
    assert shown.count("không dòng nào bị cắt mất.") == 9 * paragraphs
    assert "DIỄN TẬP" in shown and "Căn cứ" in shown


def test_the_type_is_the_largest_that_two_sides_allow_and_never_below_eight_points() -> None:
    def body(leaflet: Leaflet) -> float:
        sizes = [one.size / 20 for marks in sides(leaflet) for one in marks if isinstance(one, Text)]
        return max(size for size in sizes if size in BODY_SIZES and size < 12)

    few, many = filled(1), filled(12)
    assert len(sides(few)) <= 2 < len(sides(many))
    assert body(few) >= 9.5
    assert re.search(r"1/2|1/\d", pages(leaflet_pdf(many))[0])


def test_the_picture_has_the_words_of_the_page_and_no_third_side() -> None:
    leaflet = filled(0)
    drawn = leaflet_svg(leaflet)
    assert drawn.startswith("<svg ") and "0251-1022" in drawn and "style" not in drawn
    assert leaflet_svg(leaflet, 9) == leaflet_svg(leaflet, 0) == ""
    assert "&lt;b&gt;" in leaflet_svg(replace(leaflet, title="<b>"))


def test_an_address_that_no_code_holds_is_refused() -> None:
    with pytest.raises(ValueError):
        leaflet_pdf(Leaflet("u", "t", codes=(LeafletCode("x", "https://x.vn/" + "a" * 4000, "x"),)))
