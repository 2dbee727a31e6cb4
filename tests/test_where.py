"""The page of the centres that still have room, as it comes without any script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_kit import MORNING, Kit, good
from tests.kit import small_site


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path, name="Phường Một", address="Số 1 phố Chợ", map_url="https://maps.example.vn/1") as kit:
        kit.office.apply_site(small_site(code="alone", level="province"))
        yield kit


def page(kit: Kit, path: str, status: int = 200) -> str:
    answer = kit.client.get(path)
    assert answer.status_code == status, answer.text
    return re.sub(r"\s+", " ", answer.text)


def cards(text: str) -> dict[str, str]:
    """The centres of a page, in its order."""
    found = re.findall(r'data-centre="(\w+)">(.*?)</article>', text)
    return {code: re.sub(r"<[^>]*>|\s+", " ", card) for code, card in found}


def test_each_centre_is_told_with_what_is_left_its_wait_its_session_and_its_place(kit: Kit) -> None:
    good(kit.at_counter("open"))
    for _one in range(3):
        kit.take()
    told = cards(page(kit, "/ward/where/"))
    assert list(told)[0] == "ward" and set(told) == {"ward", "province", "other"}
    for words in ("Phường Một", "Đang phát số", "hồ sơ còn nhận", "Số 1 phố Chợ", "Bản đồ", "07:30–11:30", "đến 11:00"):
        assert words in told["ward"], words
    assert re.search(r" 7 +hồ sơ còn nhận", told["ward"]) and re.search(r"Đang chờ: 3 · Quầy đang mở: 1", told["ward"])
    assert "Chưa có quầy mở" in told["other"]
    assert 'value="12"' in page(kit, "/ward/where/")


def test_a_wait_is_told_once_a_field_or_a_procedure_is_chosen(kit: Kit) -> None:
    """Each field has a wait of its own; one span over all of them would be nobody's."""
    good(kit.at_counter("open"))
    for _one in range(3):
        kit.take(field="HT")
    for asked in ("", "?field=XX"):
        text = page(kit, f"/ward/where/{asked}", 404 if asked else 200)
        assert "Mỗi lĩnh vực có thời gian chờ riêng" in text
        assert "Chờ" not in cards(text)["ward"] and "Đang chờ: 3" in cards(text)["ward"]
    for asked in ("field=HT", "procedure=1.001193"):
        text = page(kit, f"/ward/where/?{asked}")
        assert "Chờ khoảng" in cards(text)["ward"] and "thời gian chờ riêng" not in text


def test_the_shortest_wait_comes_first_and_who_is_full_is_folded_away(kit: Kit) -> None:
    good(kit.at_counter("open"))
    text = page(kit, "/province/where/")
    assert list(cards(text)) == ["province", "ward", "other"]
    good(kit.call("PATCH", f"/sites/ward/sessions/{MORNING}", "supervisor", json={"cap": 0}))
    text = page(kit, "/province/where/")
    assert list(cards(text)) == ["province", "other", "ward"]
    assert text.index("<details") < text.index('data-centre="ward"') and "Đã hết số" in cards(text)["ward"]
    assert "Buổi chiều" in cards(text)["ward"]


def test_what_is_looked_for_narrows_the_page_and_what_nobody_knows_says_so(kit: Kit) -> None:
    assert "Chứng thực bản sao" in page(kit, "/ward/where/?procedure=2.000815")
    assert "2.000815" in page(kit, "/ward/where/?q=chung+thuc")
    assert "Không tìm thấy" in page(kit, "/ward/where/?q=zzz")
    assert len(cards(page(kit, "/ward/where/?field=XX", 404))) == 3
    page(kit, "/nowhere/where/", 404)


def test_a_sensitive_field_is_called_as_everybody_may_see_it(kit: Kit) -> None:
    text = page(kit, "/ward/where/?field=BT")
    assert "Lĩnh vực xã hội" in text and "Bảo trợ" not in text


def test_other_screens_lead_there_where_there_are_other_centres(kit: Kit) -> None:
    ticket = kit.take(field="HT")
    assert 'href="/ward/where/"' in page(kit, "/ward/")
    assert 'href="/ward/where/?field=HT"' in page(kit, f"/t/{ticket['code']}")
    assert 'href="/ward/where/"' in page(kit, f"/t/{kit.take(field='BT')['code']}")
    assert "/where/" not in page(kit, "/alone/")
    assert kit.client.get("/ward/qr/where.svg?field=HT").mimetype == "image/svg+xml"
