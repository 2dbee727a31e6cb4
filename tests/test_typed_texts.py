"""Whatever somebody typed or handed in, on its way to pages, papers, tables, printers, the voice and the log."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from display.numbers import spoken
from kiosk import logs
from printer_templates.report import report_pdf
from printer_templates.report_content import Line
from printer_templates.slip import slip_escpos, slip_pdf
from tests.api_kit import MORNING, Kit, good
from tests.test_report_files import of_texts, rows_of
from tests.test_report_papers import paper
from tests.test_slip_printing import read_printer
from tests.test_slips import FULL
from ticketing.profiles import ConfigError, parse_sites, profile_path
from ticketing.profiles.procedure_lists import listed_of
from ticketing.reports.catalogue import as_csv
from ticketing.rules.policies import ProcedureList

NASTY = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; DROP TABLE tickets; --", "{{ 7 * 7 }}",
    "{% include 'x' %}", "%(name)s %s %d", "=1+1", "@SUM(A1)", "+84", "-1", "\t=1", "</title><b>", "&lt;b&gt;",
    "<!-- -->", "]]>", "javascript:alert(1)", "\u202etxt.exe", "\u200b", "Đ" * 70, "a\\nb", "\\u003c", "${jndi:x}",
)  # fmt: skip
SEVERAL = st.lists(st.sampled_from(NASTY), min_size=1, max_size=3).map("".join)
TYPED = st.sampled_from(NASTY) | st.text(min_size=1, max_size=60) | SEVERAL
few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
DEMO = profile_path("demo").read_text(encoding="utf-8")
TOLD = ProcedureList("qd", "Danh mục", decision_no="2132", decision_date=date(2019, 10, 2))
LIST = "code,from,to\n1.001193,2020-04-01,\n1.000656,,2020-05-01\n"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("typed")) as kit:
        good(kit.at_counter("open"))
        yield kit


# Pages


class Skeleton(HTMLParser):
    """A page's elements with the names of what they bear, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(sorted({name for name, _value in attrs}))))

    def handle_data(self, data: str) -> None:
        self.words += data


PAGES = ("/ward/", "/ward/kiosk/", "/ward/display/", "/ward/ledger/", "/ward/where/", "/login", "/")


def named(kit: Kit, text: str) -> list[Skeleton]:
    """The public pages of a site of which everything that can be is called so."""
    site = kit.office.site("ward")
    kit.office.apply_site(
        replace(
            site, name=text, name_en=text,
            fields=tuple(replace(field, name=text, name_en=text) for field in site.fields),
            counters=tuple(replace(counter, name=text) for counter in site.counters),
        )
    )  # fmt: skip
    code = kit.take(service="help")["code"]
    answers = [kit.client.get(path, base_url="https://so.example.vn") for path in (*PAGES, f"/t/{code}")]
    return [Skeleton(answer.text) for answer in answers]


@pytest.mark.parametrize("text", NASTY)
def test_on_pages_it_is_text(kit: Kit, text: str) -> None:
    plain, typed = named(kit, "Tên"), named(kit, text)
    for one, other in zip(plain, typed, strict=True):
        assert set(other.elements) <= set(one.elements), set(other.elements) - set(one.elements)
    visible = " ".join("".join(page.words for page in typed).split())
    assert " ".join(text.split()) in visible or "\u202e" in text or "\u200b" in text


@few
@given(TYPED)
def test_in_the_journals_page_it_is_text(kit: Kit, text: str) -> None:
    kit.call("PATCH", f"/sites/ward/sessions/{MORNING}", "supervisor", json={"cap": 500, "reason": text})
    client = kit.app.test_client()
    client.set_cookie(kit.cookie("staff"), kit.token("supervisor"), domain="so.example.vn", secure=True)
    page = Skeleton(client.get("/ward/supervisor/journal", base_url="https://so.example.vn").text)
    assert not {"img", "b"} & {tag for tag, _names in page.elements}
    assert not [name for _tag, names in page.elements for name in names if name.startswith("on")]


# Papers and tables


@few
@given(TYPED)
def test_in_csv_and_xlsx_it_is_text(kit: Kit, text: str) -> None:
    (row,) = rows_of(as_csv(of_texts(text)))
    assert row["text"] in (text, f"'{text}") and not re.match(r"[=+\-@\t\r]", row["text"])
    sent = kit.call("POST", f"/sites/ward/sessions/{MORNING}/difficulties", "officer", json={"text": text})
    assert sent.status_code in (201, 422), sent.text
    path = "/sites/ward/reports/difficulties?from=2026-11-23&to=2026-11-23&format="
    book = openpyxl.load_workbook(io.BytesIO(kit.call("GET", f"{path}xlsx", "supervisor").data))
    assert [cell.coordinate for row in book.active for cell in row if cell.data_type == "f"] == []
    for line in csv.reader(io.StringIO(kit.call("GET", f"{path}csv", "supervisor").data.decode("utf-8-sig"))):
        assert [cell for cell in line if re.match(r"[=+@\t\r]|-\D", cell)] == []


@few
@given(TYPED)
def test_on_paper_it_prints(text: str) -> None:
    slip = replace(FULL, site_name=text, procedure_name=text, notices=(text,))
    assert slip_pdf(slip, 80)[:5] == b"%PDF-"
    names, _paper = read_printer(slip_escpos(slip, 58))
    assert set(names) <= {"initialise", "raster", "feed 4", "cut 1"}, "a text gave the printer an order"
    made = report_pdf(replace(paper(), title=text, lines=(Line((text,) * len(paper().columns)),), notes=(text,)))
    assert made[:5] == b"%PDF-"


# The voice and the log


@given(st.text(max_size=12), st.sampled_from(["vi", "en"]))
@example("1001", "vi")
@example("A017", "en")
def test_the_voice_says_words_or_refuses(label: str, lang: str) -> None:
    try:
        said = spoken(label, lang)
    except ValueError:
        return
    assert said and not re.search(r"[0-9<>&\x00-\x1f]", said)


@given(TYPED | st.text(alphabet="\n\r\x00\x1b\u2028\x85 a", max_size=20))
def test_in_the_log_it_is_within_one_line_of_json(text: str) -> None:
    record = logging.LogRecord("layso", logging.WARNING, __file__, 1, "said %s", (text,), None)
    record.reason = text
    line = logs.JsonLines().format(record)
    assert "\n" not in line and "\r" not in line and json.loads(line)["message"].startswith("said ")


# Files


@st.composite
def damaged(draw: st.DrawFn, whole: str) -> str:
    """A file of which pieces were lost, doubled, exchanged, or typed over."""
    text = whole
    for _each in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from(["", "\n", '"', "[[", "]", "= ", "\x00", "true", "99999999999999999999"]) | TYPED)
        text = text[:start] + piece + text[end:]
    return text


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged(DEMO))
def test_a_damaged_configuration_is_read_or_refused_by_name(text: str) -> None:
    try:
        sites = parse_sites(text, "demo.toml")
    except ConfigError as refused:
        assert refused.problems
    else:
        assert sites


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged(LIST) | st.text(max_size=80), st.sampled_from(["l.csv", "l.toml"]), st.sampled_from(["utf-8", "utf-16"]))
def test_a_damaged_list_of_procedures_is_read_or_refused_by_name(text: str, name: str, coding: str) -> None:
    try:
        made = listed_of(text.encode(coding, "surrogatepass"), name, TOLD)
    except ConfigError as refused:
        assert refused.problems
    else:
        assert made.code


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200))
def test_bytes_that_are_no_list_are_refused_by_name(raw: bytes) -> None:
    try:
        listed_of(raw, "list.csv", TOLD)
    except ConfigError as refused:
        assert refused.problems


def test_a_configuration_that_is_whole_is_read(tmp_path: Path) -> None:
    assert parse_sites(DEMO, "demo.toml") and listed_of(LIST.encode(), "list.csv", TOLD).items
