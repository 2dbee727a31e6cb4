from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from printer_templates import Slip
from tests.api_kit import URL, Kit, good, wrong_keys
from tests.kit import small_site
from ticketing.papers.slips import slip_for
from ticketing.rules.sites import Notice


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    notices = (Notice("Vui lòng giữ trật tự", "Please keep quiet", ("slip",)), Notice("Chỉ trên màn hình"))
    with Kit(tmp_path, notices=notices) as kit:
        yield kit


def slip_of(kit: Kit, **order: Any) -> Slip:
    code = kit.take(**order)["code"]
    with kit.app.test_request_context():
        return slip_for(kit.office.slip(code))


@pytest.mark.parametrize(
    ("tail", "kind", "begins"),
    [
        ("slip.pdf", "application/pdf", b"%PDF-"),
        ("slip.png", "image/png", b"\x89PNG"),
        ("slip.escpos", "application/vnd.escpos", b"\x1b@"),
    ],
)
def test_a_slip_is_had_by_whoever_holds_the_code(kit: Kit, tail: str, kind: str, begins: bytes) -> None:
    code = kit.take()["code"]
    before = kit.seq()
    answer = kit.call("GET", f"/tickets/{code}/{tail}")
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.data.startswith(begins)
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert kit.seq() == before


def test_paper_is_58_or_80_millimetres_wide(kit: Kit) -> None:
    path = f"/tickets/{kit.take()['code']}"
    for query, dots, points in (("", 576, 226.8), ("?width=80", 576, 226.8), ("?width=58", 384, 164.4)):
        png = kit.call("GET", f"{path}/slip.png{query}").data
        assert Image.open(io.BytesIO(png)).width == dots
        page = pypdfium2.PdfDocument(kit.call("GET", f"{path}/slip.pdf{query}").data)[0]
        assert page.get_width() == pytest.approx(points, abs=0.1)
    for width in ("57", "0", "-80", "8000", "eighty"):
        for kind in ("pdf", "png", "escpos"):
            assert "width" in wrong_keys(kit.call("GET", f"{path}/slip.{kind}?width={width}"))


def test_a_second_paper_that_a_browser_prints_says_that_it_is_one(kit: Kit) -> None:
    path = f"/tickets/{kit.take()['code']}"

    def words(query: str) -> str:
        pdf = pypdfium2.PdfDocument(kit.call("GET", f"{path}/slip.pdf{query}").data)
        return str(pdf[0].get_textpage().get_text_bounded())

    assert "IN LẠI" not in words("") and "IN LẠI" not in words("?copy=0")
    assert "IN LẠI 2" in words("?copy=2")
    first, again = (kit.call("GET", f"{path}/slip.png{query}").data for query in ("", "?copy=1"))
    assert first != again
    for copy in ("-1", "100", "x"):
        assert "copy" in wrong_keys(kit.call("GET", f"{path}/slip.png?copy={copy}"))


def test_a_slip_says_what_a_citizen_needs(kit: Kit) -> None:
    assert kit.at_counter("open").status_code == 200
    kit.take()
    slip = slip_of(kit, procedure="1.001193", dossiers=2, lang="en")
    assert (slip.number, slip.site_name, slip.service_name) == ("1002", "Trial centre", "Civil status")
    assert (slip.procedure_name, slip.session_name) == ("Birth registration", "Morning")
    assert slip.issued == "08:00 23/11/2026"
    assert "2" in slip.dossiers and "1" in slip.ahead and ":" in slip.expected and "1022" in slip.hotline
    assert slip.notices == ("Please keep quiet",)
    assert slip.url.startswith(f"{URL}/t/") and slip.rehearsal == ""


def test_a_slip_says_when_its_time_is_a_wide_guess(kit: Kit) -> None:
    kit.at_counter("open")
    kit.take()
    assert slip_of(kit).expected.endswith("(ước tính rộng vì còn ít số liệu)")


def test_a_slip_shows_neither_priority_nor_a_sensitive_field_or_procedure(kit: Kit) -> None:
    slip = slip_of(kit, procedure="1.001699", priority="elderly")
    assert slip.service_name == "Lĩnh vực xã hội"
    assert slip.procedure_name == ""
    # A ticket's code is drawn, of any letters.
    said = str(astuple(replace(slip, url="")))
    for secret in ("Bảo trợ", "khuyết tật", "cao tuổi", "elderly", "BT"):
        assert secret not in said


def test_help_counts_no_dossiers_and_a_ticket_that_left_the_queue_no_place(kit: Kit) -> None:
    assert slip_of(kit, service="help").dossiers == ""
    code = kit.take()["code"]
    good(kit.call("DELETE", f"/tickets/{code}"))
    with kit.app.test_request_context():
        slip = slip_for(kit.office.slip(code))
    assert (slip.ahead, slip.expected) == ("", "")


def test_a_slip_speaks_the_tickets_language_whatever_the_browser_says(kit: Kit) -> None:
    code = kit.take(lang="vi")["code"]

    def text(query: str = "", **asked: str) -> str:
        pdf = kit.call("GET", f"/tickets/{code}/slip.pdf{query}", **asked).data
        return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded())

    assert "Trung tâm thử" in text(lang="en")
    assert "Trial centre" in text("?lang=en")


def test_a_rehearsals_slip_has_its_banner(kit: Kit) -> None:
    code = kit.take()["code"]
    with kit.app.test_request_context():
        facts = kit.office.slip(code, "en")
        assert slip_for(replace(facts, rehearsal=True)).rehearsal == "REHEARSAL – NOT VALID"
        assert slip_for(facts).rehearsal == ""


@pytest.mark.faults("U10")
def test_a_slip_says_what_to_bring_but_nothing_of_a_sensitive_fields_procedure(tmp_path: Path) -> None:
    procedures = tuple(
        replace(one, bring="Giấy tờ tùy thân", bring_en="Identity papers") for one in small_site().procedures
    )
    with Kit(tmp_path, procedures=procedures) as kit:
        assert slip_of(kit, procedure="1.001193").bring == "Giấy tờ cần mang theo: Giấy tờ tùy thân"
        assert slip_of(kit, procedure="1.001193", lang="en").bring == "Please bring: Identity papers"
        for order in ({"procedure": "1.001699"}, {}, {"service": "result"}):
            assert slip_of(kit, **order).bring == ""
