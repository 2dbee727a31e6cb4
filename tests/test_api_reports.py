"""The daily figures: pure rows first, then what a supervisor downloads."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest
from jsonschema_rs import Draft202012Validator

from tests.api_kit import Kit, good, problem, wrong_keys
from tests.kit import SUPERVISOR
from ticketing import events as ev
from ticketing.api.elsewhere import LONG_WORK
from ticketing.reports.catalogue import KINDS
from ticketing.reports.shapes import REPORTS


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    """A busy morning that its tests only read."""
    with Kit(tmp_path_factory.mktemp("filled")) as kit:
        busy(kit)
        yield kit


DAILY = "/sites/ward/reports/daily"


def test_the_report_over_http_is_todays_by_default(kit: Kit) -> None:
    kit.take(dossiers=2)
    kit.take(service="help")
    good(kit.at_counter("open"))
    kit.clock.pass_(minutes=4)
    kit.at_counter("call-next")
    kit.clock.pass_(minutes=6)
    good(kit.at_counter("finish", dossiers=1))
    report = good(kit.call("GET", DAILY, "supervisor"))
    assert (report["kind"], report["site"], report["from"], report["to"]) == (
        "daily",
        "ward",
        "2026-11-23",
        "2026-11-23",
    )
    (day,) = report["items"]
    assert (day["tickets"], day["received"], day["wait_median_s"], day["service_median_s"]) == (2, 1, 240, 360)


def test_the_report_as_csv_is_a_file_with_titles_in_the_language_asked_for(kit: Kit) -> None:
    kit.take()
    answer = kit.call("GET", f"{DAILY}?format=csv&from=2026-11-20&to=2026-11-23", "supervisor", lang="en")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert 'filename="ward-daily-2026-11-20-2026-11-23.csv"' in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["Day"] for row in rows if row["Line of"] == "day"] == [f"2026-11-{day}" for day in range(20, 24)]
    assert rows[-1]["Name"] == "Civil status"


def test_a_window_that_makes_no_sense_is_refused(kit: Kit) -> None:
    for query, wrong in (
        ("from=2026-11-23&to=2026-11-22", {"to": "from_after_to"}),
        ("from=2020-01-01&to=2026-01-01", {"to": "range_too_long"}),
        ("from=2026-13-01", {"from": "not_a_day"}),
        ("format=exe", {"format": "not_available"}),
    ):
        assert wrong_keys(kit.call("GET", f"{DAILY}?{query}", "supervisor")) == wrong
    assert wrong_keys(kit.call("GET", "/sites/ward/reports/weather", "supervisor")) == {"kind": "not_available"}


def test_one_end_alone_asks_up_to_today_or_for_that_day(kit: Kit) -> None:
    since = good(kit.call("GET", f"{DAILY}?from=2026-11-20", "supervisor"))
    assert (since["from"], since["to"]) == ("2026-11-20", "2026-11-23")
    past = good(kit.call("GET", f"{DAILY}?to=2026-11-20", "supervisor"))
    assert (past["from"], past["to"]) == ("2026-11-20", "2026-11-20")
    assert date.fromisoformat(past["items"][0]["date"]) == date(2026, 11, 20)


def test_the_report_as_pdf_is_a_document_that_an_office_signs(kit: Kit) -> None:
    kit.take(dossiers=2)
    answer = kit.call("GET", f"{DAILY}?format=pdf", "supervisor")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Hộ tịch", "Thủ trưởng đơn vị", "Trang 1/1", "23/11/2026"):
        assert part in text


def busy(kit: Kit) -> None:
    """A little of everything that the reports tell of."""
    for _number in range(3):
        kit.take(dossiers=2)
    kit.take(service="help")
    good(kit.at_counter("open"))
    for sent in ({"dossiers": 1, "postal": "both", "dossier_codes": ["H19-261123-0001"]}, {"postal": "return"}):
        kit.clock.pass_(minutes=4)
        good(kit.at_counter("call-next"))
        kit.clock.pass_(minutes=6)
        good(kit.at_counter("finish", **sent))
        good(kit.call("POST", "/sites/ward/counters/1/rating", "kiosk", json={"score": 4}))
    good(kit.at_counter("pause", reason="nghỉ"))
    kit.clock.pass_(minutes=5)
    for event, session in (
        (ev.Diverted("submit", "HT", "1.001193", "online_only", "portal", 2, "province/x@1", "kiosk", True), ""),
        (ev.DifficultyNoted("=1+1 máy in hết giấy"), "2026-11-23-morning"),
        (ev.PostalCorrected("2026-11-23", "submit", 3, "+bỏ sót"), ""),
    ):
        now = kit.clock.now()
        kit.office.store.write(
            ("ward",), lambda tx, event=event, session=session, now=now: tx.journal.record(
                event, site="ward", at=now, actor=SUPERVISOR, session=session
            )
        )  # fmt: skip


@pytest.mark.faults("U13", "U17")
def test_charts_and_files_say_what_they_mean_in_vietnamese(filled: Kit) -> None:
    path = "/sites/ward/reports"
    for kind in ("hours", "difficulties", "counters", "diversions"):
        content = filled.call("GET", f"{path}/{kind}?format=csv", "supervisor").data.decode("utf-8-sig")
        assert "total" not in content and "default" not in content
    pages = pypdfium2.PdfDocument(filled.call("GET", f"{path}/hours?format=pdf", "supervisor").data)
    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)
    assert "trung vị" in text and "90 % số lượt không quá" in text
    for literal in ("bách phân vị", "một nửa, không quá", "9 trên 10"):
        assert literal not in text


@pytest.mark.parametrize(("kind", "struct"), list(zip(KINDS, REPORTS, strict=False)))
def test_every_report_over_http_is_as_described(filled: Kit, kind: str, struct: type[msgspec.Struct]) -> None:
    before = filled.seq()
    told = good(filled.call("GET", f"/sites/ward/reports/{kind}?from=2026-11-20&to=2026-11-24", "supervisor"))
    msgspec.convert(told, struct, strict=True)
    assert (told["kind"], told["site"], told["from"], told["to"]) == (kind, "ward", "2026-11-20", "2026-11-24")
    document = good(filled.call("GET", "/openapi.json"))
    refs = document["paths"]["/sites/{site}/reports/{kind}"]["get"]["responses"]["200"]["content"]
    assert {"$ref": f"#/components/schemas/{struct.__name__}"} in refs["application/json"]["schema"]["oneOf"]
    schema = {"oneOf": refs["application/json"]["schema"]["oneOf"], "components": document["components"]}
    Draft202012Validator(schema).validate(told)
    assert filled.seq() == before


def test_sessions_and_days_hold_their_parts(filled: Kit) -> None:
    window = "from=2026-11-20&to=2026-11-23"
    morning, afternoon = good(filled.call("GET", f"/sites/ward/reports/sessions?{window}", "supervisor"))["items"]
    assert (morning["session"], afternoon["session"]) == ("2026-11-23-morning", "2026-11-23-afternoon")
    assert (morning["cap"], morning["issued_tickets"], morning["issued_dossiers"]) == (10, 4, 5)
    parts = {part["code"]: (part["cap"], part["issued_dossiers"]) for part in morning["fields"] + morning["services"]}
    assert parts == {"HT": (None, 5), "CT": (4, 0), "result": (3, 0), "help": (None, 1)}
    days = good(filled.call("GET", f"/sites/ward/reports/diversions?{window}", "supervisor"))["items"]
    assert [(day["date"], day["refused_persons"], len(day["ways"])) for day in days] == [
        ("2026-11-20", 0, 0), ("2026-11-21", 0, 0), ("2026-11-22", 0, 0), ("2026-11-23", 1, 1),
    ]  # fmt: skip
    (way,) = days[-1]["ways"]
    assert (way["to"], way["procedure"], way["refused_dossiers"], way["chosen_persons"]) == ("portal", "1.001193", 2, 0)


@pytest.mark.states("DN-29")
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_asked_for_again_is_the_same_byte_for_byte(filled: Kit, kind: str) -> None:
    for form in ("json", "csv", "xlsx", "pdf"):
        asked = f"/sites/ward/reports/{kind}?format={form}&from=2026-11-20&to=2026-11-23"
        first, second = (filled.call("GET", asked, "supervisor") for _time in range(2))
        assert (first.status_code, second.status_code) == (200, 200)
        assert (form, first.data == second.data) == (form, True)
        if form == "xlsx":
            # Writers of files like to put the moment into them.
            book = zipfile.ZipFile(io.BytesIO(first.data))
            assert max(part.date_time[0] for part in book.infolist()) < 2020
            assert not re.search("20[2-9][0-9]-", book.read("docProps/core.xml").decode())


@pytest.mark.states("DN-28", "DN-29", "TN-15")
def test_the_postal_list_of_all_units_is_for_the_provinces_own_admin(filled: Kit) -> None:
    path = "/sites/province/reports/postal?units=true"
    told = good(filled.call("GET", path, token=filled.token("admin", "province")))
    units = [(unit["site"], unit["submit"], unit["return"]) for unit in told["facts"]["units"]]
    assert units[0][0] == "province"
    assert sorted(units) == [("other", 0, 0), ("province", 0, 0), ("ward", 4, 3)]
    assert told["facts"]["days"] == [{"site": "ward", "date": "2026-11-23", "submit": 4, "return": 3, "dossiers": 7}]
    assert {item["site"] for item in told["items"]} == {"ward"}
    assert sum(item["dossiers"] for item in told["items"]) == 7
    assert told["totals"] == {"submit": 4, "return": 3, "dossiers": 7}
    own = good(filled.call("GET", "/sites/province/reports/postal", token=filled.token("admin", "province")))
    assert (own["items"], own["totals"]["dossiers"]) == ([], 0)
    for role, site in (("admin", "ward"), ("supervisor", "province"), ("officer", "province")):
        problem(filled.call("GET", path, token=filled.token(role, site)), 403, "forbidden")
    # A parent's admin may read a unit, but not in the unit's stead ask for what lies under it.
    under = "/sites/ward/reports/postal?units=true"
    problem(filled.call("GET", under, token=filled.token("admin", "province")), 403, "forbidden")
    counters = "/sites/province/reports/counters?units=true"
    boss = filled.token("admin", "province")
    assert wrong_keys(filled.call("GET", counters, token=boss)) == {"units": "not_available"}
    assert wrong_keys(filled.call("GET", f"{DAILY}?units=perhaps", "supervisor")) == {"units": "not_allowed"}


def test_what_takes_long_is_written_where_the_app_says(kit: Kit) -> None:
    done: list[Any] = []

    def elsewhere(job: Callable[..., Any], *given: Any) -> Any:
        done.append(job(kit.office, *given))
        return done[-1]

    kit.app.extensions[LONG_WORK] = elsewhere
    week = "from=2026-11-17&to=2026-11-23"
    for query, times in (("", 0), (week, 1), ("format=csv", 2), (f"{week}&format=xlsx", 3), ("format=pdf", 4)):
        answer = kit.call("GET", f"{DAILY}?{query}", "supervisor")
        assert (answer.status_code, len(done)) == (200, times)
        assert not times or answer.data in (done[-1], done[-1][0])


@pytest.mark.states("DN-29")
def test_erased_codes_are_said_to_be_erased_and_the_figures_stay(kit: Kit) -> None:
    busy(kit)
    path = "/sites/ward/reports/postal"
    before = good(kit.call("GET", path, "supervisor"))
    now = kit.clock.now()
    kit.office.store.write((), lambda tx: tx.post.forget_dossier_codes("ward", date(2026, 11, 24)))
    erased = ev.DataErased("dossier_codes", "2026-11-24", 1)
    kit.office.store.write(("ward",), lambda tx: tx.journal.record(erased, site="ward", at=now, actor=SUPERVISOR))
    after = good(kit.call("GET", path, "supervisor"))
    assert (after["totals"], after["facts"]) == (before["totals"], before["facts"])
    assert [(item["codes"], item["erased"]) for item in after["items"]] == [([], True)] * 3 + [([], False)]
    for lang, words in (("vi", "đã xóa theo quy định lưu trữ"), ("en", "erased under the retention rules")):
        text = kit.call("GET", f"{path}?format=csv", "supervisor", lang=lang).text
        assert text.count(words) == 3 and "H19-261123-0001" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_reports_are_for_supervisors_only(filled: Kit, kind: str) -> None:
    for role in ("kiosk", "display", "officer"):
        problem(filled.call("GET", f"/sites/ward/reports/{kind}", role), 403, "forbidden")
    problem(filled.call("GET", f"/sites/ward/reports/{kind}"), 401, "unauthorized")
    problem(filled.call("GET", f"/sites/other/reports/{kind}", "supervisor"), 403, "forbidden")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "postal"])
def test_no_report_but_the_postal_list_shows_a_code(filled: Kit, kind: str) -> None:
    code = filled.office.store.read(lambda view: view.tickets.code_of(1))
    assert code
    for form in ("json", "csv"):
        text = filled.call("GET", f"/sites/ward/reports/{kind}?format={form}", "supervisor").text
        assert code not in text and "H19-261123-0001" not in text
    assert "H19-261123-0001" in filled.call("GET", "/sites/ward/reports/postal?format=csv", "supervisor").text


@pytest.mark.states("DN-25")
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("DIVERSIONS AT THE KIOSK", "not filings on the portal")),
        ("vi", ("TẠI MÁY LẤY SỐ", "không phải số hồ sơ đã nộp trên Cổng dịch vụ công")),
    ],
)
def test_diversions_are_said_to_be_no_filings_on_the_portal(filled: Kit, lang: str, words: tuple[str, ...]) -> None:
    answer = filled.call("GET", "/sites/ward/reports/diversions?format=pdf", "supervisor", lang=lang)
    pages = pypdfium2.PdfDocument(answer.data)
    text = " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)
    for part in words:
        assert part in text


@pytest.mark.states("DN-28")
@pytest.mark.parametrize(
    ("lang", "signers"),
    [("en", ("For the one-stop unit", "For the Post Office")), ("vi", ("Đại diện đơn vị", "Đại diện Bưu điện"))],
)
def test_the_postal_list_is_signed_by_the_unit_and_the_post_office(
    filled: Kit, lang: str, signers: tuple[str, ...]
) -> None:
    answer = filled.call("GET", "/sites/ward/reports/postal?format=pdf", "supervisor", lang=lang)
    text = pypdfium2.PdfDocument(answer.data)[0].get_textpage().get_text_range()
    for signer in signers:
        assert signer in text
