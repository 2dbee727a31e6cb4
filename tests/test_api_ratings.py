"""Rating a visit over HTTP: who may, when, and what the answer says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import Kit, body, good, problem, wrong_keys

DAY = date(2026, 11, 23)
TABLET = "/sites/ward/counters/1/rating"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        good(kit.at_counter("open"))
        yield kit


def visit(kit: Kit) -> str:
    code = str(kit.take()["code"])
    good(kit.at_counter("call-next"))
    good(kit.at_counter("finish"))
    return code


def counted(kit: Kit) -> dict[str, int]:
    days = kit.office.ratings("ward", DAY, DAY)
    return {score: number for score, number in days[0]["scores"].items() if number} if days else {}


def rate(kit: Kit, code: str, **sent: Any) -> Any:
    return kit.call("POST", f"/tickets/{code}/rating", json=sent)


def test_who_holds_the_code_rates_once_without_a_token(kit: Kit) -> None:
    code = visit(kit)
    before = kit.seq()
    assert good(rate(kit, code, score=4)) == {"score": 4}
    refused = problem(rate(kit, code, score=1), 409, "conflict")
    assert refused["reason"] == "rated"
    assert counted(kit) == {"4": 1}
    assert kit.seq() == before


def test_a_visit_that_is_not_done_is_a_conflict_that_names_its_state(kit: Kit) -> None:
    code = str(kit.take()["code"])
    refused = problem(rate(kit, code, score=4), 409, "conflict")
    assert (refused["reason"], refused["state"]) == ("wrong_state", "waiting")
    assert counted(kit) == {}


def test_an_unknown_code_is_404(kit: Kit) -> None:
    problem(rate(kit, "nobodyhasthiscode", score=4), 404, "unknown_ticket")


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({}, "missing"),
        ({"score": 0}, "too_small"),
        ({"score": 5}, "too_large"),
        ({"score": "4"}, "wrong_type"),
        ({"score": None}, "wrong_type"),
    ],
)
@pytest.mark.parametrize("place", ["phone", "tablet"])
def test_a_score_that_is_none_of_the_four_is_422(kit: Kit, sent: dict[str, Any], reason: str, place: str) -> None:
    code = visit(kit)
    path, role = (f"/tickets/{code}/rating", "") if place == "phone" else (TABLET, "kiosk")
    assert wrong_keys(kit.call("POST", path, role, json=sent)) == {"score": reason}
    assert counted(kit) == {}


def test_a_rating_takes_no_words(kit: Kit) -> None:
    code = visit(kit)
    assert wrong_keys(rate(kit, code, score=4, comment="Cảm ơn chị Lan")) == {"comment": "unknown_key"}
    assert counted(kit) == {}


@pytest.mark.parametrize("role", ["kiosk", "display"])
def test_the_tablet_at_the_counter_rates_the_last_visit_there_once(kit: Kit, role: str) -> None:
    visit(kit)
    assert good(kit.call("POST", TABLET, role, json={"score": 2})) == {"score": 2}
    refused = problem(kit.call("POST", TABLET, role, json={"score": 2}), 409, "conflict")
    assert refused["reason"] == "nothing_to_rate"
    assert counted(kit) == {"2": 1}


def test_the_tablet_rates_nothing_before_a_visit_and_after_five_minutes(kit: Kit) -> None:
    problem(kit.call("POST", TABLET, "kiosk", json={"score": 4}), 409, "conflict")
    visit(kit)
    kit.clock.pass_(minutes=6)
    problem(kit.call("POST", TABLET, "kiosk", json={"score": 4}), 409, "conflict")
    assert counted(kit) == {}


@pytest.mark.parametrize("counter", ["99", "0", "x"])
def test_an_unknown_counter_is_404(kit: Kit, counter: str) -> None:
    path = f"/sites/ward/counters/{counter}/rating"
    problem(kit.call("POST", path, "kiosk", json={"score": 4}), 404, "unknown_counter")


def test_a_neighbours_kiosk_rates_nothing_here(kit: Kit) -> None:
    visit(kit)
    problem(kit.call("POST", TABLET, token=kit.token("kiosk", "other"), json={"score": 1}), 403, "forbidden")
    problem(kit.call("POST", TABLET, json={"score": 1}), 401, "unauthorized")
    assert counted(kit) == {}


def test_no_get_rates(kit: Kit) -> None:
    code = visit(kit)
    problem(kit.call("GET", f"/tickets/{code}/rating"), 405, "method_not_allowed")
    assert counted(kit) == {}


@pytest.mark.parametrize(("lang", "word"), [("vi", "đánh giá"), ("en", "rated")])
def test_the_refusal_is_said_in_the_language_asked_for(kit: Kit, lang: str, word: str) -> None:
    code = visit(kit)
    good(rate(kit, code, score=4))
    again = kit.call("POST", f"/tickets/{code}/rating", json={"score": 4}, lang=lang)
    assert word in body(again)["detail"]


def test_the_ticket_is_the_same_to_everybody_before_and_after(kit: Kit) -> None:
    code = visit(kit)
    before = {role: good(kit.call("GET", f"/tickets/{code}", role)) for role in ("", "officer")}
    good(rate(kit, code, score=1))
    assert {role: good(kit.call("GET", f"/tickets/{code}", role)) for role in ("", "officer")} == before
