"""Who may do what: every role of the house, the parent and the neighbour, on every route of the table."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.api_kit import MORNING, Kit, good, problem
from ticketing.api.routes import ROUTES, Route
from ticketing.rules.people import CLI, ROLES

# What a code leads to is another matter: see test_printers.
PROTECTED = [route for route in ROUTES if route.roles and "<site>" in route.path]
PLACES = {
    "site": "ward", "counter": "1", "number": "1001", "session": MORNING, "kind": "daily", "policy": "plan",
    "version": "province/plan@0", "job": "1",
}  # fmt: skip
VERSION = "GET /sites/<site>/policies/versions/<path:version>"
JOBS = "GET /sites/<site>/printers/jobs"
PREVIEW = "GET /sites/<site>/policies/preview"

STAFF = {"officer", "supervisor", "admin"}
SENIOR = {"supervisor", "admin"}
ALLOWED = {
    "POST /sites/<site>/tickets": STAFF | {"kiosk"},
    "GET /sites/<site>/waiting": STAFF,
    "GET /sites/<site>/printers": STAFF,
    "GET /sites/<site>/printer": {"kiosk"},
    "GET /sites/<site>/printers/jobs": {"agent"},
    "POST /sites/<site>/printers/jobs/<job>": {"agent"},
    "POST /sites/<site>/printers/state": {"agent"},
    "PATCH /sites/<site>/sessions/<session>": SENIOR,
    "GET /sites/<site>/sessions/<session>/advice": SENIOR,
    "GET /sites/<site>/journal": SENIOR,
    "GET /sites/<site>/clock": SENIOR,
    "POST /sites/<site>/clock/confirm": SENIOR,
    "POST /sites/<site>/clock/take-back": SENIOR,
    "POST /sites/<site>/emergency": SENIOR,
    "POST /sites/<site>/emergency/lift": SENIOR,
    "GET /sites/<site>/reports/<kind>": SENIOR,
    "GET /sites/<site>/estimates": SENIOR,
    **{
        f"{method} /sites/<site>/sessions/<session>/{what}": STAFF
        for method, what in (
            ("GET", "checklists"), ("POST", "checklists/opening"), ("POST", "checklists/cleaning"),
            ("GET", "difficulties"), ("POST", "difficulties"),
        )
    },
    "POST /sites/<site>/diversions": STAFF | {"kiosk"},
    "GET /sites/<site>/policies": SENIOR,
    PREVIEW: SENIOR,
    VERSION: SENIOR,
    "POST /sites/<site>/policies/<policy>/release": {"admin"},
    "POST /sites/<site>/policies/<policy>/override": {"admin"},
    "POST /sites/<site>/portal": SENIOR,
    "POST /sites/<site>/postal/corrections": SENIOR,
    **{
        f"POST /sites/<site>/counters/<counter>/{verb}": STAFF
        for verb in (
            "open", "pause", "close", "call-next", "call", "recall", "start", "finish", "no-show", "hold",
            "transfer", "resume", "reopen", "undo",
        )
    },
    "POST /sites/<site>/counters/<counter>/rating": {"kiosk", "display"},
    "POST /sites/<site>/tickets/<number>/requeue": STAFF,
    "POST /sites/<site>/tickets/<number>/cancel": STAFF,
    "POST /sites/<site>/tickets/<number>/print": STAFF,
}  # fmt: skip
# Sessions are everybody's to read; alarms stand on the parent's own pages.
READ_FROM_ABOVE = {
    "GET /sites/<site>/reports/<kind>", "GET /sites/<site>/printers", "GET /sites/<site>/sessions/<session>/advice",
    "GET /sites/<site>/estimates",
}  # fmt: skip


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("roles")) as kit:
        yield kit


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def path_of(route: Route) -> str:
    asked = "?service=help" if name(route) == PREVIEW else ""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: PLACES[found[1]], route.path) + asked


def let_in(route: Route) -> int:
    """The status past the role check, see `knock`; no version of a plan is kept here, and no printer is an agent's."""
    if route.method != "GET":
        return 422
    return 409 if name(route) == JOBS else 404 if name(route) == VERSION else 200


def knock(kit: Kit, route: Route, token: str = "") -> int:
    """The status of a call with a body that no model takes: past the role check it is 422, and changes nothing."""
    if route.method == "GET":
        return kit.call("GET", path_of(route), token=token).status_code
    return kit.call(route.method, path_of(route), token=token, json={"no such key": 1}).status_code


def test_every_protected_route_stands_in_the_table_of_this_test() -> None:
    assert {name(route) for route in PROTECTED} == set(ALLOWED)


@pytest.mark.parametrize("route", PROTECTED, ids=name)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_exactly_its_routes(kit: Kit, route: Route, role: str) -> None:
    before = kit.seq()
    expected = let_in(route) if role in ALLOWED[name(route)] else 403
    assert knock(kit, route, kit.token(role)) == expected
    assert kit.seq() == before


@pytest.mark.parametrize("route", PROTECTED, ids=name)
def test_nobody_gets_401_with_the_scheme_to_use(kit: Kit, route: Route) -> None:
    before = kit.seq()
    answer = kit.call(route.method, path_of(route), json={} if route.method != "GET" else None)
    problem(answer, 401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert kit.seq() == before


@pytest.mark.parametrize("route", PROTECTED, ids=name)
@pytest.mark.parametrize("role", ROLES)
def test_a_neighbours_token_opens_nothing_here(kit: Kit, route: Route, role: str) -> None:
    assert knock(kit, route, kit.token(role, "other")) == 403


@pytest.mark.parametrize("route", PROTECTED, ids=name)
@pytest.mark.parametrize("role", ROLES)
def test_of_the_parents_roles_only_the_admin_acts_here_and_a_supervisor_reads_figures(
    kit: Kit, route: Route, role: str
) -> None:
    reads = role == "supervisor" and name(route) in READ_FROM_ABOVE
    holds = reads or (role == "admin" and not set(route.roles) <= {"kiosk", "display", "agent"})
    expected = let_in(route) if holds else 403
    assert knock(kit, route, kit.token(role, "province")) == expected


def test_a_wards_admin_is_nobody_at_the_parent(kit: Kit) -> None:
    token = kit.token("admin")
    problem(kit.call("GET", "/sites/province/journal", token=token), 403, "forbidden")


def test_a_revoked_token_ends_with_its_next_request_on_public_calls_too(kit: Kit) -> None:
    token = kit.accounts.issue_token("ward", "kiosk", "to be revoked", CLI)
    good(kit.call("POST", "/sites/ward/tickets", token=token, json={"field": "HT"}), 201)
    held = next(each for each in kit.accounts.tokens("ward") if each.name == "to be revoked")
    kit.accounts.revoke_token(held.id, CLI)
    before = kit.seq()
    problem(kit.call("POST", "/sites/ward/tickets", token=token, json={"field": "HT"}), 401, "unauthorized")
    problem(kit.call("GET", "/sites/ward/board", token=token), 401, "unauthorized")
    assert kit.seq() == before


@pytest.mark.parametrize("sent", ["Bearer", "Bearer  ", "bearer wrong", "BEARER a b", "Bearer Đăng"])
def test_a_bearer_token_that_does_not_hold_is_refused_even_where_none_is_needed(kit: Kit, sent: str) -> None:
    raw = sent.encode().decode("latin-1")
    refused = problem(kit.call("GET", "/sites/ward/board", headers={"Authorization": raw}), 401, "unauthorized")
    assert refused["reason"] == "bad_token"


def test_the_scheme_is_read_in_any_case(kit: Kit) -> None:
    token = kit.token("supervisor")
    for scheme in ("bearer", "BEARER", "Bearer"):
        good(kit.call("GET", "/sites/ward/journal", headers={"Authorization": f"{scheme} {token}"}))


def test_another_scheme_is_no_credential(kit: Kit) -> None:
    basic = {"Authorization": "Basic dXNlcjpwYXNz"}
    good(kit.call("GET", "/sites/ward/board", headers=basic))
    problem(kit.call("GET", "/sites/ward/journal", headers=basic), 401, "unauthorized")


def test_an_unknown_site_is_404_for_whoever_has_a_token_and_401_for_nobody(kit: Kit) -> None:
    problem(kit.call("GET", "/sites/nowhere/journal", "admin"), 404, "unknown_site")
    problem(kit.call("GET", "/sites/nowhere/journal"), 401, "unauthorized")
