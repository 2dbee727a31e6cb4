"""What a body, a query or a path may hold, and everything that it may not."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import suppress

import msgspec
import pytest

from tests.api_kit import MORNING, Kit, good, problem, wrong_keys
from ticketing.api.routes import ROUTES


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("requests")) as kit:
        yield kit


TICKETS = "/sites/ward/tickets"
BAD_BODIES = {
    b"{": {"": "not_json"},
    b"}{": {"": "not_json"},
    b"field=HT": {"": "not_json"},
    b'{"field": "HT",}': {"": "not_json"},
    b"{'field': 'HT'}": {"": "not_json"},
    b'{"field": "HT"} {}': {"": "not_json"},
    b'{"dossiers": NaN}': {"": "not_json"},
    b'{"field": "\xff"}': {"": "not_json"},
    b'{"field": "\\ud800"}': {"": "not_json"},
    b'\xef\xbb\xbf{"field": "HT"}': {"": "not_json"},
    '{"field": "HT"}'.encode("utf-16"): {"": "not_json"},
    b"\x00": {"": "not_json"},
    b"null": {"": "wrong_type"},
    b"[]": {"": "wrong_type"},
    b'"HT"': {"": "wrong_type"},
    b"17": {"": "wrong_type"},
    b"[" * 60_000: {"": "wrong_type"},
    b'{"field": "HT", "name": "x"}': {"name": "unknown_key"},
    b'{"field": "HT", "Field": "HT"}': {"Field": "unknown_key"},
    b'{"field": "HT", "exception": {"reason": "x", "by": "y"}}': {"exception.by": "unknown_key"},
    b'{"field": "HT", "exception": {}}': {"exception.reason": "missing"},
    b'{"field": "HT", "exception": {"reason": ""}}': {"exception.reason": "too_short"},
    b'{"field": 1}': {"field": "wrong_type"},
    b'{"field": ["HT"]}': {"field": "wrong_type"},
    b'{"field": "HT", "dossiers": "1"}': {"dossiers": "wrong_type"},
    b'{"field": "HT", "dossiers": 1.0}': {"dossiers": "wrong_type"},
    b'{"field": "HT", "dossiers": true}': {"dossiers": "wrong_type"},
    b'{"field": "HT", "dossiers": null}': {"dossiers": "wrong_type"},
    b'{"field": "HT", "dossiers": 0}': {"dossiers": "too_small"},
    b'{"field": "HT", "dossiers": -1}': {"dossiers": "too_small"},
    b'{"field": "HT", "dossiers": 1e999}': {"dossiers": "too_large"},
    b'{"field": "HT", "dossiers": 99999999999999999999999}': {"dossiers": "too_large"},
    b'{"field": "HT", "service": "buy"}': {"service": "not_allowed"},
    b'{"field": "HT", "lang": "fr"}': {"lang": "not_allowed"},
    b'{"field": "HT", "priority": "vip"}': {"priority": "unknown"},
    b'{"field": "' + b"x" * 65 + b'"}': {"field": "too_long"},
    b'{"field": "H\\u0000T"}': {"field": "control_characters"},
    b'{"field": "HT", "exception": {"reason": "a\\u001b[31m"}}': {"exception.reason": "control_characters"},
    b"{}": {"field": "required"},
    b'{"procedure": "1.001193", "field": "CT"}': {"field": "not_of_procedure"},
}


@pytest.mark.parametrize("sent", BAD_BODIES, ids=lambda sent: repr(sent[:40]))
def test_a_bad_body_is_422_names_its_key_and_changes_nothing(kit: Kit, sent: bytes) -> None:
    before = kit.seq()
    answer = kit.call("POST", TICKETS, "kiosk", data=sent, content_type="application/json")
    assert wrong_keys(answer) == BAD_BODIES[sent]
    assert kit.seq() == before


@pytest.mark.faults("U13")
def test_all_mistakes_of_a_body_are_named_at_once(kit: Kit) -> None:
    body = {"dossiers": 0, "lang": "fr", "servce": "submit", "exception": {"reason": ""}, "print": 3}
    refused = problem(kit.call("POST", TICKETS, "kiosk", json=body), 422, "invalid")
    told = {(one["key"], one["reason"]) for one in refused["errors"]}
    assert told == {
        ("dossiers", "too_small"), ("lang", "not_allowed"), ("servce", "unknown_key"),
        ("exception.reason", "too_short"), ("print", "wrong_type"),
    }  # fmt: skip
    assert all(one["key"] in refused["detail"] for one in refused["errors"])


@pytest.mark.faults("U13")
def test_of_a_list_each_wrong_item_is_named_and_a_flood_of_them_in_part(kit: Kit) -> None:
    codes = ["a", "H19.33.15-261123-0007", 5]
    refused = problem(kit.at_counter("finish", dossier_codes=codes), 422, "invalid")
    assert [one["key"] for one in refused["errors"]] == ["dossier_codes[0]", "dossier_codes[2]"]
    flood = {f"k{n}": n for n in range(3000)}
    refused = problem(kit.call("POST", TICKETS, "kiosk", json=flood), 422, "invalid")
    assert len(refused["errors"]) == 50


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_body_that_is_not_sent_as_json_is_422(kit: Kit, kind: str) -> None:
    before = kit.seq()
    answer = kit.call("POST", TICKETS, "kiosk", data=b'{"field": "HT"}', content_type=kind)
    assert wrong_keys(answer) == {"Content-Type": "not_json"}
    assert kit.seq() == before


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/vnd.x+json"])
def test_json_may_be_named_in_its_usual_ways(kit: Kit, kind: str) -> None:
    answer = kit.call("POST", TICKETS, "kiosk", data=b'{"service": "help"}', content_type=kind)
    good(answer, 201)


def test_a_body_over_64_kilobytes_is_413_and_one_just_below_is_read(kit: Kit) -> None:
    before = kit.seq()
    large = json.dumps({"field": "x" * 66_000}).encode()
    problem(kit.call("POST", TICKETS, "kiosk", data=large, content_type="application/json"), 413, "too_large")
    unsized = kit.call(
        "POST", TICKETS, "kiosk", input_stream=io.BytesIO(large), content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )  # fmt: skip
    problem(unsized, 413, "too_large")
    padded = b'{"field": "XX"' + b" " * 65_000 + b"}"
    problem(kit.call("POST", TICKETS, "kiosk", data=padded, content_type="application/json"), 422, "unknown_field")
    assert kit.seq() == before


def test_a_missing_body_is_an_empty_object(kit: Kit) -> None:
    good(kit.call("POST", "/sites/ward/counters/3/open", "officer"))
    good(kit.call("POST", "/sites/ward/counters/3/close", "officer", content_type="text/plain"))
    assert wrong_keys(kit.call("POST", TICKETS, "kiosk")) == {"field": "required"}
    assert wrong_keys(kit.call("POST", "/sites/ward/counters/3/call", "officer")) == {"number": "missing"}


@pytest.mark.parametrize("route", [r for r in ROUTES if r.body], ids=lambda route: route.view.__name__)
def test_every_body_refuses_a_key_it_does_not_know(kit: Kit, route: object) -> None:
    path = route.path  # type: ignore[attr-defined]
    code = kit.take(service="help")["code"]
    for name, value in (
        ("site", "ward"), ("counter", "1"), ("number", "1001"), ("session", "2026-11-23-morning"), ("code", code),
        ("job", "1"),
    ):  # fmt: skip
        path = path.replace(f"<{name}>", value)
    before = kit.seq()
    method = route.method  # type: ignore[attr-defined]
    roles = route.roles  # type: ignore[attr-defined]
    role = "kiosk" if "display" in roles else "agent" if roles == ("agent",) else "admin"
    told = wrong_keys(kit.call(method, path, role, json={"nâme": 1}))
    assert told.pop("nâme") == "unknown_key" and set(told.values()) <= {"missing"}
    assert kit.seq() == before


def test_decomposed_letters_arrive_composed(kit: Kit) -> None:
    good(kit.at_counter("open"))
    decomposed = "Ho\u0323p"
    paused = kit.call(
        "POST", "/sites/ward/counters/1/pause", "officer", data=json.dumps({"reason": decomposed}),
        content_type="application/json",
    )  # fmt: skip
    assert good(paused)["reason"] == "H\u1ecdp"
    raw = json.dumps({"reason": decomposed}, ensure_ascii=False).encode()
    again = kit.call("POST", "/sites/ward/counters/1/pause", "officer", data=raw, content_type="application/json")
    assert good(again)["reason"] == "H\u1ecdp"
    found = good(kit.call("GET", "/sites/ward/procedures", query_string={"q": "ke\u0302\u0301t ho\u0302n"}))
    assert [each["code"] for each in found["items"]] == ["1.000894"]


@pytest.mark.parametrize(
    "day", ["2026-11-32", "23/11/2026", "20261123", "2026-W48-1", "today", "0001-01-01", "x" * 500]
)
def test_a_day_is_written_in_one_way(kit: Kit, day: str) -> None:
    assert wrong_keys(kit.call("GET", f"/sites/ward/sessions?date={day}")) == {"date": "not_a_day"}


def test_a_query_is_text_of_some_length(kit: Kit) -> None:
    assert wrong_keys(kit.call("GET", f"/sites/ward/procedures?q={'x' * 201}")) == {"q": "too_long"}
    assert wrong_keys(kit.call("GET", "/sites/ward/procedures?q=a%00b")) == {"q": "control_characters"}
    for width in ("57", "80.0", "x", "-58", "9" * 40):
        assert "width" in wrong_keys(
            kit.call("GET", f"/tickets/{kit.take(service='help')['code']}/slip.png?width={width}")
        )


@pytest.mark.parametrize("code", ["%00", "..%2f..%2fetc", "%F0%9F%98%80", "x" * 3000, "%27%20OR%201=1"])
def test_a_strange_code_is_just_an_unknown_ticket(kit: Kit, code: str) -> None:
    answer = kit.call("GET", f"/tickets/{code}")
    assert answer.status_code == 404
    assert (answer.json or {})["code"] in ("unknown_ticket", "not_found")


MARKED = "a\u202eb\u200b \u2067c\ufeff\u00ad"


@pytest.mark.faults("S18")
def test_direction_marks_and_other_invisible_signs_are_left_out_of_every_text(kit: Kit) -> None:
    session = f"/sites/ward/sessions/{MORNING}"
    good(kit.call("POST", f"{session}/difficulties", "supervisor", json={"text": MARKED}), 201)
    good(kit.call("PATCH", session, "supervisor", json={"cap": 9, "reason": MARKED}))
    number = kit.take()["number"]
    good(kit.at_counter("open"))
    good(kit.at_counter("call", number=number, reason=MARKED))
    good(kit.at_counter("hold", reason=MARKED))
    good(kit.call("POST", f"/sites/ward/tickets/{number}/requeue", "officer", json={"reason": MARKED}))
    lines = kit.call("GET", "/sites/ward/journal?limit=1000", "supervisor").text
    assert lines.count('"ab c"') == 5
    report = "/sites/ward/reports/difficulties?from=2026-11-23&to=2026-11-23&format=csv"
    for text in (lines, kit.call("GET", report, "supervisor").text.removeprefix("\ufeff")):
        assert not set("\u202e\u200b\u2067\ufeff\u00ad") & set(text)


@pytest.mark.faults("S18")
def test_a_text_of_invisible_signs_alone_is_none(kit: Kit) -> None:
    sent = {"text": "\u200b\u202e", "reason": "\ufeff"}
    answer = kit.call("POST", "/sites/ward/emergency", "supervisor", json=sent)
    assert set(wrong_keys(answer).values()) == {"control_characters"}
    assert kit.call("GET", "/sites/ward/journal?limit=1000", "supervisor").text.count("emergency_stopped") == 0


@pytest.mark.faults("S18")
@pytest.mark.parametrize("day", ["9999-12-31", "3000-01-01", "0001-01-01", "1999-12-31"])
def test_a_day_beyond_what_can_be_read_is_refused_alike_wherever_it_stands(kit: Kit, day: str) -> None:
    before = kit.seq()
    assert wrong_keys(kit.call("GET", f"/sites/ward/sessions?date={day}", "supervisor")) == {"date": "not_a_day"}
    changed = kit.call("PATCH", f"/sites/ward/sessions/{day}-morning", "supervisor", json={"cap": 5})
    assert wrong_keys(changed) == {"session": "not_a_day"}
    corrected = {"day": day, "form": "submit", "dossiers": 1, "reason": "x"}
    answer = kit.call("POST", "/sites/ward/postal/corrections", "supervisor", json=corrected)
    assert wrong_keys(answer) == {"day": "not_a_day"}
    assert kit.seq() == before


NUMBERS = ("Ông An 0912345678", "CCCD 079085001234", "H19.1-261123-0007")


def noted() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every route whose body says why, and where in it."""
    found = []
    for route in ROUTES:
        names = route.body.__struct_fields__ if route.body else ()
        paths = [(name,) for name in ("reason", "outcome") if name in names]
        paths += [("exception", "reason")] if "exception" in names else []
        found += [(route.method, route.path, path) for path in paths]
    return found


@pytest.mark.parametrize(("method", "path", "place"), noted(), ids=str)
def test_nobodys_number_is_taken_into_the_journal_with_a_reason(
    kit: Kit, method: str, path: str, place: tuple[str, ...]
) -> None:
    route = next(one for one in ROUTES if (one.method, one.path) == (method, path))
    assert route.body is not None
    given: dict[str, object] = {}
    for field in msgspec.structs.fields(route.body):
        if field.required and field.name not in place:
            given[field.name] = example(field.type)
    address = path.replace("<site>", "ward").replace("<session>", MORNING).replace("<int:counter>", "1")
    address = re.sub("<[^>]*>", "1001", address)
    before = kit.seq()
    for number in NUMBERS:
        said: object = number
        for name in reversed(place):
            said = {name: said}
        assert isinstance(said, dict)
        found = wrong_keys(kit.call(method, address, "admin", json=given | said))
        assert found == {".".join(place): "personal_number"}
    assert kit.seq() == before


def example(kind: object) -> object:
    for value in ("1001", MORNING[:10], 1, True, "submit", ["x"]):
        with suppress(msgspec.ValidationError):
            return msgspec.to_builtins(msgspec.convert(value, kind))
    raise AssertionError(kind)
