from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import API, MORNING, URL, Kit, body, good, problem, wrong_keys
from tests.kit import small_site
from tests.test_store_kept import statements
from ticketing.rules.sites import Neutral


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def test_a_ticket_is_created_and_found_at_its_location(kit: Kit) -> None:
    answer = kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT", "dossiers": 2})
    ticket = good(answer, 201)
    assert answer.headers["Location"] == f"{API}/tickets/{ticket['code']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert (ticket["number"], ticket["state"], ticket["dossiers"]) == ("1001", "waiting", 2)
    assert (ticket["session"], ticket["field_name"]) == (MORNING, "Hộ tịch")
    assert ticket["url"] == f"{URL}/t/{ticket['code']}"
    assert ticket["issued_at"] == "2026-11-23T08:00:00+07:00"
    again = good(kit.client.get(answer.headers["Location"]))
    assert {key: again[key] for key in ticket} == ticket
    assert again["ahead"] == 0 and again["epoch"] and again["seq"] == kit.seq()


def test_a_ticket_is_looked_up_by_its_code_once_unless_the_clock_has_something_to_do(kit: Kit) -> None:
    code = kit.take()["code"]

    def asked(path: str) -> int:
        with statements(kit.layso.store, reading=True) as seen:
            assert kit.client.get(path).status_code == 200
        return sum("FROM ticket_codes WHERE code" in one for one in seen)

    assert asked(f"{API}/tickets/{code}") == 1
    assert asked(f"/t/{code}") == 1
    kit.clock.set("2026-11-24T00:30")
    assert body(kit.call("GET", f"/tickets/{code}"))["state"] == "expired"
    assert asked(f"{API}/tickets/{code}") == 1
    problem(kit.call("GET", "/tickets/nobodys"), 404, "unknown_ticket")


def test_the_same_key_gives_the_same_ticket_again_and_never_a_second(kit: Kit) -> None:
    def take(key: str, role: str = "kiosk") -> tuple[int, str]:
        sent = {"Idempotency-Key": key.encode().decode("latin-1")}
        answer = kit.call("POST", "/sites/ward/tickets", role, json={"field": "HT"}, headers=sent)
        return answer.status_code, body(answer)["number"]

    assert take("một") == (201, "1001")
    before = kit.seq()
    assert take("một") == (200, "1001")
    assert kit.seq() == before
    assert take("hai") == (201, "1002")
    assert take("một", "officer") == (201, "1003")
    assert kit.office.board("ward")["session"]["issued"] == 3


def test_a_refusal_is_not_remembered_under_its_key(kit: Kit) -> None:
    key = {"Idempotency-Key": "k"}
    kit.clock.set("2026-11-23T06:59")
    early = kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"}, headers=key)
    assert problem(early, 409, "session_closed")["reason"] == "upcoming"
    kit.clock.set("2026-11-23T07:00")
    good(kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"}, headers=key), 201)


def test_keys_that_are_empty_long_or_unprintable_are_refused(kit: Kit) -> None:
    before = kit.seq()
    for key, reason in (("", "wrong_form"), ("x" * 201, "too_long"), ("a\x01b", "wrong_form"), ("\xff", "wrong_form")):
        answer = kit.call(
            "POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"}, headers={"Idempotency-Key": key}
        )
        assert wrong_keys(answer) == {"Idempotency-Key": reason}
    assert kit.seq() == before


def test_priority_is_seen_by_officers_and_by_nobody_else(kit: Kit) -> None:
    taken = kit.take("kiosk", priority="elderly")
    assert "priority" not in taken
    path = f"/tickets/{taken['code']}"
    for role in ("", "kiosk", "display"):
        assert not {"priority", "priority_name", "source"} & good(kit.call("GET", path, role)).keys()
    assert good(kit.call("GET", path, "officer"))["priority"] == "elderly"
    foreign = good(kit.call("GET", path, token=kit.token("officer", "other")))
    assert "priority" not in foreign


def test_whoever_holds_the_code_gives_the_number_up_once(kit: Kit) -> None:
    ticket = kit.take()
    path = f"/tickets/{ticket['code']}"
    assert good(kit.call("DELETE", path))["state"] == "cancelled"
    before = kit.seq()
    again = problem(kit.call("DELETE", path), 409, "conflict")
    assert (again["reason"], again["state"]) == ("wrong_state", "cancelled")
    assert kit.seq() == before


def test_a_code_that_nobody_has_is_unknown_everywhere(kit: Kit) -> None:
    for method, tail in (("GET", ""), ("DELETE", ""), ("GET", "/slip.pdf"), ("GET", "/slip.png")):
        problem(kit.call(method, f"/tickets/nothing{tail}"), 404, "unknown_ticket")


def test_refusals_of_the_day_say_what_is_left_and_when_the_next_session_begins(kit: Kit) -> None:
    for _ in range(2):
        kit.take(field="HT", dossiers=4)
    before = kit.seq()
    refused = problem(
        kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT", "dossiers": 3}), 409, "cap_reached"
    )
    assert (refused["remaining"], refused["reason"]) == (2, "not_enough")
    assert refused["next_session"]["issuing_from"] == "2026-11-23T13:00:00+07:00"
    assert "13:00" in refused["detail"] and "2" in refused["detail"]
    assert kit.seq() == before


def refusal(kit: Kit, lang: str = "vi", **order: object) -> dict[str, Any]:
    return problem(kit.call("POST", "/sites/ward/tickets", "kiosk", lang=lang, json=order), 409, "cap_reached")


@pytest.mark.faults("U6")
def test_a_full_field_is_called_a_full_field_with_what_is_still_open(kit: Kit) -> None:
    kit.take(field="CT", dossiers=3)
    scarce = refusal(kit, "en", field="CT", dossiers=2)
    assert scarce["full"] == {"kind": "field", "code": "CT", "name": "Certification"}
    assert "Certification can take only 1 more dossier in this session" in scarce["detail"]
    kit.take(field="CT")
    full = refusal(kit, field="CT")
    assert (full["reason"], full["remaining"]) == ("none_left", 0)
    assert full["full"] == {"kind": "field", "code": "CT", "name": "Chứng thực"}
    assert "Lĩnh vực Chứng thực đã nhận đủ hồ sơ" in full["detail"] and "Buổi này đã nhận đủ" not in full["detail"]
    fields = {one["code"]: one["remaining"] for one in full["still_open"] if one["kind"] == "field"}
    assert fields == {"HT": 6, "BT": 6}
    assert "Hộ tịch" in full["detail"] and "Bảo trợ" not in full["detail"], "a sensitive field keeps its public name"


@pytest.mark.faults("U6")
def test_a_full_session_is_called_a_full_session_with_the_services_that_go_on(kit: Kit) -> None:
    for _ in range(2):
        kit.take(field="HT", dossiers=5)
    full = refusal(kit, field="CT")
    assert full["full"] == {"kind": "session", "code": "2026-11-23-morning", "name": "Buổi sáng"}
    assert "Buổi này đã nhận đủ hồ sơ" in full["detail"]
    assert {one["kind"] for one in full["still_open"]} == {"service"}
    for _ in range(3):
        kit.take(service="result")
    results = refusal(kit, service="result")
    assert results["full"] == {"kind": "service", "code": "result", "name": "Nhận kết quả"}
    assert "result" not in {one["code"] for one in results["still_open"]}


def test_unknown_things_in_a_body_are_422_and_in_a_path_404(kit: Kit) -> None:
    def refuse(order: dict[str, object], status: int, code: str) -> None:
        problem(kit.call("POST", "/sites/ward/tickets", "kiosk", json=order), status, code)

    refuse({"field": "XX"}, 422, "unknown_field")
    refuse({"procedure": "9.999999"}, 422, "unknown_procedure")
    refuse({"field": "HT", "dossiers": 6}, 422, "too_many_dossiers")
    problem(kit.call("GET", "/sites/ward/procedures?field=XX"), 422, "unknown_field")
    problem(kit.call("GET", "/sites/nowhere/board"), 404, "unknown_site")
    problem(kit.call("POST", "/sites/nowhere/tickets", "kiosk", json={}), 404, "unknown_site")


def test_an_exception_is_for_supervisors(kit: Kit) -> None:
    order = {"field": "HT", "exception": {"reason": "Người dân ở xa"}}
    before = kit.seq()
    for role in ("kiosk", "officer"):
        refused = problem(kit.call("POST", "/sites/ward/tickets", role, json=order), 403, "forbidden")
        assert refused["reason"] == "exception"
    assert kit.seq() == before
    kit.take("supervisor", **order)
    lines = kit.office.journal("ward", after=before)
    assert [line["data"]["exception"] for line in lines if line["kind"] == "ticket_taken"] == ["Người dân ở xa"]


def test_names_come_in_the_language_asked_for_and_else_in_the_tickets_own(kit: Kit) -> None:
    code = kit.take(lang="en")["code"]
    assert good(kit.call("GET", f"/tickets/{code}"))["field_name"] == "Civil status"
    assert good(kit.call("GET", f"/tickets/{code}", lang="vi"))["field_name"] == "Hộ tịch"
    assert good(kit.call("GET", f"/tickets/{code}?lang=vi", lang="en"))["field_name"] == "Hộ tịch"
    assert good(kit.call("GET", "/sites/ward/board"))["fields"][0]["name"] == "Hộ tịch"
    assert good(kit.call("GET", "/sites/ward/board", lang="en-GB,en;q=0.9"))["fields"][0]["name"] == "Civil status"


def test_lists_of_sites_sessions_and_procedures_come_as_items(kit: Kit) -> None:
    sites = good(kit.call("GET", "/sites"))["items"]
    assert [site["code"] for site in sites][0] == "province"
    assert {site["code"]: site["parent"] for site in sites}["ward"] == "province"
    day = good(kit.call("GET", "/sites/ward/sessions"))["items"]
    assert [session["id"] for session in day] == [MORNING, "2026-11-23-afternoon"]
    assert good(kit.call("GET", "/sites/ward/sessions?date=2026-11-22"))["items"] == []
    found = good(kit.call("GET", "/sites/ward/procedures?q=khai+sinh"))["items"]
    assert [procedure["code"] for procedure in found] == ["1.001193"]
    assert found[0]["decision"] == "ticket"
    assert good(kit.call("GET", "/sites/ward/procedures?field=CT"))["items"][0]["field"] == "CT"


def test_head_answers_like_get_without_a_body(kit: Kit) -> None:
    answer = kit.call("HEAD", "/sites/ward/board")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"", "application/json")


def test_no_get_changes_anything(kit: Kit) -> None:
    code = kit.take()["code"]
    before = kit.seq()
    for path in (
        "/sites", "/sites/ward/board", "/sites/ward/procedures", "/sites/ward/sessions", "/sites/ward/journal",
        "/sites/ward/reports/daily", f"/tickets/{code}", f"/tickets/{code}/slip.pdf", f"/tickets/{code}/slip.png",
    ):  # fmt: skip
        assert kit.call("GET", path, "supervisor").status_code == 200
    assert kit.seq() == before


def test_the_journal_is_paged_oldest_first_and_names_no_code(kit: Kit) -> None:
    code = kit.take()["code"]
    kit.take()
    whole = good(kit.call("GET", "/sites/ward/journal", "supervisor"))
    assert "next" not in whole and code not in str(whole)
    paged, after = [], 0
    while True:
        page = good(kit.call("GET", f"/sites/ward/journal?after={after}&limit=2", "supervisor"))
        assert len(page["items"]) <= 2
        paged += page["items"]
        if "next" not in page:
            break
        after = page["next"]
    assert paged == whole["items"]
    assert [line["seq"] for line in paged] == sorted(line["seq"] for line in paged)


@pytest.mark.parametrize("asked", ["0", "-5", "1", ""])
def test_a_limit_below_one_is_clamped(kit: Kit, asked: str) -> None:
    page = good(kit.call("GET", f"/sites/ward/journal?limit={asked}", "supervisor"))
    assert len(page["items"]) == (1 if asked else len(kit.office.journal("ward")))


def test_a_huge_limit_is_clamped_and_a_huge_seq_finds_nothing(kit: Kit) -> None:
    many = "9" * 25
    assert good(kit.call("GET", f"/sites/ward/journal?limit={many}", "supervisor"))["items"]
    assert good(kit.call("GET", f"/sites/ward/journal?after={many}", "supervisor"))["items"] == []
    assert wrong_keys(kit.call("GET", "/sites/ward/journal?limit=many", "supervisor")) == {"limit": "not_a_number"}


def test_an_ended_ticket_is_found_by_its_code_until_four_in_the_morning(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        again = {"Idempotency-Key": "the same tap"}
        ticket = good(kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"}, headers=again), 201)
        path = f"/tickets/{ticket['code']}"
        kit.clock.set("2026-11-24T03:59:59")
        ended = good(kit.call("GET", path))
        assert (ended["number"], ended["state"], ended["ahead"]) == (ticket["number"], "expired", None)
        assert good(kit.call("GET", f"{path}/proof"))["leaf"]
        repeated = kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"}, headers=again)
        assert body(repeated)["code"] == ticket["code"]
        kit.clock.set("2026-11-24T04:00")
        problem(kit.call("GET", path), 404, "unknown_ticket")
        problem(kit.call("GET", f"{path}/proof"), 404, "unknown_ticket")


def test_a_site_may_keep_codes_for_no_hour_of_the_next_day(tmp_path: Path) -> None:
    with Kit(tmp_path, codes_kept_hours=0) as kit:
        code = kit.take(field="HT")["code"]
        kit.clock.set("2026-11-24T00:00")
        problem(kit.call("GET", f"/tickets/{code}"), 404, "unknown_ticket")


def test_names_are_those_of_the_configuration_in_force_and_of_whoever_asks(kit: Kit) -> None:
    hidden = {"field": "BT", "procedure": "1.001699"}

    def told() -> list[tuple[str, str, str]]:
        answers = [kit.take(role, **hidden) for role in ("kiosk", "officer")]
        answers.append(good(kit.call("GET", f"/tickets/{answers[0]['code']}", lang="en")))
        return [(one["service_name"], one["field_name"], one["procedure_name"]) for one in answers]

    named = ("Bảo trợ xã hội", "Bảo trợ xã hội", "Xác định mức độ khuyết tật")
    assert told() == [("Lĩnh vực xã hội", "Lĩnh vực xã hội", ""), named, ("Social matters", "Social matters", "")]
    assert kit.take(service="help")["service_name"] == "Hướng dẫn"
    kit.office.apply_site(small_site(code="ward", parent="province", neutral=Neutral("8", "Việc xã hội")))
    assert told() == [("Việc xã hội", "Việc xã hội", ""), named, ("Việc xã hội", "Việc xã hội", "")]
