"""How refusals read: one form, one code each, in Vietnamese and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask_babel import force_locale

from tests.api_kit import AFTERNOON, Kit, problem
from ticketing import errors
from ticketing.api import problem_texts
from ticketing.api.problems import STATUS, status_of
from ticketing.errors import TicketingError, Unavailable, Unknown
from ticketing.lookups import session_of
from ticketing.rules.sessions import Following

CONTRACT = {
    "session_closed": 409, "cap_reached": 409, "online_only": 409, "post_only": 409, "suspended": 409,
    "too_many_dossiers": 422, "unknown_site": 404, "unknown_session": 404, "unknown_field": 404,
    "unknown_procedure": 404, "unknown_counter": 404, "unknown_ticket": 404, "invalid": 422, "unauthorized": 401,
    "forbidden": 403, "conflict": 409, "too_early": 409, "counter_closed": 409, "rate_limited": 429,
    "busy": 503, "storage_full": 507, "unavailable": 503,
}  # fmt: skip


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("problems")) as kit:
        yield kit


def test_every_code_of_the_contract_has_its_status_and_its_words() -> None:
    assert CONTRACT.items() <= STATUS.items()
    assert all(title for _status, title in problem_texts.PROBLEMS.values())
    assert {code for code, reason in problem_texts.SENTENCES if not reason} == set(STATUS)


def test_every_kind_of_refusal_has_a_status() -> None:
    kinds = [kind for kind in TicketingError.__subclasses__() if kind is not Unknown]
    assert len(kinds) > 10
    assert {kind.code for kind in kinds} <= set(STATUS)
    assert status_of(Unknown("procedure", "1"), {"site": "ward"}) == 422
    assert status_of(Unknown("site", "ward"), {"site": "ward"}) == 404


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/v2/sites", 404, "not_found"),
        ("/api/v1/sites/", 404, "not_found"),
        ("/api/v1/sites/nowhere/board", 404, "unknown_site"),
        ("/api/v1/tickets/nothing", 404, "unknown_ticket"),
        ("/api/v1/sites/ward/journal", 401, "unauthorized"),
    ],
)
def test_refusals_read_in_the_language_asked_for_and_else_in_vietnamese(
    kit: Kit, path: str, status: int, code: str
) -> None:
    for asked, given in (
        ({}, "vi"),
        ({"Accept-Language": "vi"}, "vi"),
        ({"Accept-Language": "en-GB,en;q=0.8,vi;q=0.5"}, "en"),
        ({"Accept-Language": "fr"}, "vi"),
        ({"Accept-Language": ";;;"}, "vi"),
    ):
        answer = kit.client.get(path, headers=asked)
        found = problem(answer, status, code)
        assert answer.headers["Content-Language"] == given
        with kit.app.test_request_context(), force_locale(given):
            assert found["title"] == problem_texts.title_of(code)
    assert problem(kit.client.get(f"{path}?lang=en"), status, code)["title"] == problem_texts.PROBLEMS[code][1]


def test_a_wrong_method_says_which_are_right(kit: Kit) -> None:
    answer = kit.call("PUT", "/sites/ward/board")
    problem(answer, 405, "method_not_allowed")
    assert {"GET", "HEAD"} <= set(re.split(", ?", answer.headers["Allow"]))


def test_a_fault_of_ours_is_a_problem_that_tells_nothing(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("secret inner words")

    monkeypatch.setattr(kit.office, "site_values", fail)
    answer = kit.call("GET", "/sites")
    problem(answer, 500, "internal")
    assert "secret" not in answer.text


def test_a_fault_is_logged_by_its_rule_and_never_by_the_tickets_code(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(kit.office, "see_ticket", fail)
    kit.call("GET", "/tickets/abcdefghijklmnop")
    messages = [record.getMessage() for record in caplog.records]
    assert any("/tickets/<code>" in message for message in messages)
    assert "abcdefghijklmnop" not in caplog.text


def test_a_full_store_asks_to_come_back(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise Unavailable(retry_after=2)

    monkeypatch.setattr(kit.office, "do_once", refuse)
    answer = kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"})
    problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "2"


def test_details_stand_beside_the_code_and_never_replace_it(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    afternoon = kit.office.see("ward", session_of, AFTERNOON)
    following = Following(kit.office.site("ward"), afternoon, {})

    def refuse(*_given: object) -> None:
        raise errors.CapReached(next_session=following, remaining=3, status=200, code="fine", title="")

    monkeypatch.setattr(kit.office, "do_once", refuse)
    answer = kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"})
    found = problem(answer, 409, "cap_reached")
    assert (found["next_session"]["id"], found["remaining"]) == (AFTERNOON, 3)


def test_a_sentence_survives_details_that_are_missing(kit: Kit) -> None:
    with kit.app.test_request_context():
        for code, reason in problem_texts.SENTENCES:
            assert problem_texts.detail_of(code, reason, {})


def test_refusals_on_pages_are_pages(kit: Kit) -> None:
    answer = kit.client.get("/nowhere/")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
