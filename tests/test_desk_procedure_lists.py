"""Lists of procedures from a file, without a browser: read, reviewed, shown and exported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from kiosk.config_refusals import place, reason
from tests.api_kit import Kit, problem
from tests.desk_plan_kit import HEAD, PLAN, boss, decision, province, read, version
from tests.policy_kit import LIST, LISTED, ORDINARY, STRICT
from tests.test_desk import Person, person
from ticketing.profiles import ConfigError
from ticketing.profiles.procedure_lists import effective, listed_of
from ticketing.rules.policies import Listed, ProcedureList


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        kit.office.apply_site(province(STRICT))
        yield kit


TOLD = ProcedureList("qd", "Danh mục", decision_no="2132", decision_date=date(2019, 10, 2))


@pytest.mark.states("TN-03", "TN-14")
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with-bom"])
@pytest.mark.parametrize(
    "text",
    [
        "code,from,to\n1.001612,2020-04-01,2020-04-30\n2.000815,,\n",
        "Mã thủ tục;Từ ngày;Đến ngày\r\n1.001612.000.00.00.H19;1/4/2020;30/04/2020\r\n;;\r\n2.000815;;\r\n",
        'STT,Tên thủ tục,"Mã",Từ\n1,"Đăng ký, thay đổi",1.001612,01/04/2020\n2,,2.000815,\n',
    ],
    ids=["english", "vietnamese", "with-names"],
)
def test_a_csv_is_read_as_spreadsheets_save_it(mark: str, text: str) -> None:
    found = listed_of((mark + text).encode(), "danh-muc.csv", TOLD)
    last = None if "Từ\n" in text else date(2020, 4, 30)
    assert found.items == (Listed("1.001612", date(2020, 4, 1), last), Listed("2.000815"))
    assert (found.code, found.decision_no, found.decision_date) == ("qd", "2132", date(2019, 10, 2))


def test_a_toml_names_itself() -> None:
    text = (
        'code = "moi"\ntitle = "Danh mục mới"\ndecision_no = "15"\ndecision_date = 2026-11-20\nsample = true\n'
        '[[items]]\nprocedure = "1.001612.000.00.00.H19"\nvalid_from = 2026-12-01\n'
    )
    assert listed_of(text.encode(), "x.toml", TOLD) == ProcedureList(
        "moi", "Danh mục mới", "", "15", date(2026, 11, 20), True, (Listed("1.001612", date(2026, 12, 1)),)
    )


@pytest.mark.parametrize(
    ("text", "at", "why"),
    [
        ("code,from,to\n1.1,,\n1 2,,\n", "line 3, column code", "must be a procedure's code"),
        ("code,from,to\n,2020-04-01,\n", "line 2, column code", "is missing"),
        ("Mã;Từ ngày\n1.1;31/4/2020\n", "line 2, column Từ ngày", "must be a day"),
        ("code,from,to\n1.1,2020-04-02,2020-04-01\n", "line 2", "ends before it begins"),
        ("code,from,to\n1.1,,2020-04-01\n\n1.1,2020-04-01,\n", "line 4", "on the list twice"),
        ("code,from,to\n1.1,,,x\n", "line 2", "has 4 columns"),
        ("code,when\n1.1,\n", "line 1, column 2 (when)", "unknown column"),
        ("from,to\n,\n", "line 1", "no column with the procedures' codes"),
        ("code,code\n1.1,1.2\n", "line 1, column 2 (code)", "twice"),
        ("code\n", "", "empty"),
        ("", "line 1", "no column"),
        ('code\n"1.1\n', "line 2", "not valid CSV"),
        ("code\n=1+1\n", "line 2, column code", "must be a procedure's code"),
    ],
)
def test_a_bad_csv_is_refused_whole_with_line_column_and_reason(text: str, at: str, why: str) -> None:
    with pytest.raises(ConfigError) as refused:
        listed_of(text.encode(), "x.csv", TOLD)
    found = refused.value.problems
    assert any(place(one) == at and why in reason(one) for one in found), found


def test_bytes_that_are_no_utf_8_and_broken_toml_are_refused_with_their_line() -> None:
    with pytest.raises(ConfigError) as refused:
        listed_of("code\nđ\n".encode("utf-16"), "x.csv", TOLD)
    assert place(refused.value.problems[0]) == "line 1"
    with pytest.raises(ConfigError) as refused:
        listed_of(b'code = "a"\ntitle =\n', "x.toml", TOLD)
    assert place(refused.value.problems[0]) == "line 2"
    with pytest.raises(ConfigError) as refused:
        listed_of(b'code = "a"\n[[items]]\nprocedure = 5\nday = 1\n', "x.toml", TOLD)
    assert [one.key for one in refused.value.problems] == ["items[0].day", "items[0].procedure"]


@pytest.mark.states("TN-14")
def test_with_a_day_what_is_new_begins_then_and_what_is_gone_ends_the_day_before() -> None:
    day = date(2026, 12, 1)
    old = (Listed("1.1"), Listed("1.2"), Listed("1.3", None, date(2026, 11, 1)), Listed("1.4", date(2026, 12, 5)))
    new = (Listed("1.2"), Listed("1.5"), Listed("1.6", date(2027, 1, 1)))
    assert effective(old, new, day) == (
        Listed("1.2"), Listed("1.5", day), Listed("1.6", date(2027, 1, 1)), Listed("1.1", None, date(2026, 11, 30)),
        Listed("1.3", None, date(2026, 11, 1)),
    )  # fmt: skip
    assert effective(old, new, None) == new


def send_list(who: Person, text: str, step: str, name: str = "x.csv", **form: str) -> TestResponse:
    sent = {
        "csrf_token": who.token(), "version": str(version(who.kit)), "step": step, "code": "qd-2132",
        "title": "Danh mục thử", "decision_no": "2133", "decision_date": "2026-11-20", "reason": "QĐ 2133", **form,
    }  # fmt: skip
    if step == "review":
        sent["upload"] = (BytesIO(text.encode()), name)  # type: ignore[assignment]
    else:
        sent |= {"text": text, "name": name}
    return who.client.post(f"{HEAD}/import", data=sent, content_type="multipart/form-data", **who.base)


@pytest.mark.states("TN-03", "TN-14")
def test_a_new_list_is_reviewed_line_by_line_and_takes_effect_on_its_day_without_a_restart(kit: Kit) -> None:
    head = boss(kit)
    text = f"code;from;to\n{LISTED};;\n{ORDINARY};25/11/2026;\n"
    looked = send_list(head, text, "review")
    shown = re.findall(r'<tr data-change="([^"]+)">.*?<td>(.*?)</td><td><strong>(.*?)</strong>', looked.text, re.S)
    rows = {key: (before, after) for key, before, after in shown}
    assert rows[f"procedure_lists[qd-2132].items[{ORDINARY}]"] == ("not on the list", "from 25/11/2026 on")
    assert rows["procedure_lists[qd-2132].items[1.001699]"][1] == "not on the list"
    assert rows["procedure_lists[qd-2132].decision_no"] == ("2132", "2133")
    assert decision(kit, procedure=ORDINARY) == "ticket"
    assert send_list(head, text, "confirm").status_code == 303
    line = kit.office.journal("province", 0, 1000)[-1]
    assert (line["kind"], line["data"]["reason"]) == ("site_configured", "QĐ 2133")
    assert decision(kit, procedure=ORDINARY) == "ticket"
    kit.clock.set("2026-11-25T08:00")
    refused = problem(
        kit.call("POST", "/sites/ward/tickets", "kiosk", json={"procedure": ORDINARY}), 409, "online_only"
    )
    assert (refused["legal_base"]["decision_no"], refused["legal_base"]["sample"]) == ("2133", False)


def test_a_bad_file_changes_nothing_and_the_page_names_every_line(kit: Kit) -> None:
    before = version(kit)
    answer = send_list(boss(kit), "code,from,to\nx y,,\n1.1,bad,\n", "review")
    page = read(answer, 422)
    assert "line 2, column code" in page and "line 3, column from" in page and "Must be a day such as" in page
    assert "title" in read(send_list(boss_again(kit), "code\n1.1\n", "review", title=""), 422).lower()
    assert version(kit) == before


def boss_again(kit: Kit) -> Person:
    someone = Person(kit)
    assert someone.sign_in("boss").status_code == 303
    return someone


def test_a_list_is_shown_with_its_days_and_exported_as_it_is_imported(kit: Kit) -> None:
    who = person(kit, "ha")
    page = read(who.get(f"{PLAN}/lists/qd-2132"))
    for words in ("This is a sample, not the real list", "Certified copy", "Not begun", "Used by: Strict plan"):
        assert words in page, words
    answer = who.get(f"{PLAN}/lists/qd-2132.csv")
    assert (answer.mimetype, answer.data[:3]) == ("text/csv", b"\xef\xbb\xbf")
    assert listed_of(answer.data, "x.csv", TOLD).items == LIST.items
    assert who.get(f"{PLAN}/lists/none").status_code == 404
