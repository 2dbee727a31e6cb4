"""Three of the window's days over HTTP, on a server that rehearses them with --at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.serving import Server
from tests.simulation.arrivals import Arrival, arrivals
from tests.simulation.ledger import Ledger, ledger
from tests.simulation.reported import persons, posted
from ticketing.profiles import profile_path, read_sites
from ticketing.rules.sites import Site

DAYS = (date(2020, 3, 30), date(2020, 4, 15), date(2020, 4, 29))
UNIT = "dong-nai"
SEED = "by-api"
HALVES = (("morning", "08:00", 12), ("afternoon", "14:00", 17))

pytestmark = pytest.mark.slow


class Told:
    """What the answers said."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()
        self.ended: Counter[tuple[str, str]] = Counter()
        self.diverted: Counter[tuple[str, str, str]] = Counter()
        self.postal: Counter[tuple[str, str]] = Counter()
        self.versions: set[str] = set()


def body_of(site: Site, one: Arrival) -> dict[str, Any]:
    if one.service != "submit":
        return {"service": one.service, "dossiers": one.dossiers if one.service == "postal_handover" else 1}
    if one.place % 5:
        return {"procedure": site.procedures[one.place % len(site.procedures)].code, "dossiers": one.dossiers}
    return {"field": site.fields[one.place % len(site.fields)].code, "dossiers": one.dossiers}


def half(server: Server, site: Site, day: date, people: list[Arrival], told: Told) -> None:
    """A half-day: all come, then the counters serve all of them."""
    decisions = {p["code"]: p["decision"] for p in server.ask("GET", f"/sites/{UNIT}/procedures").json()["items"]}
    general = server.board()["policy"]
    postal: dict[str, str] = {}
    for one in people:
        body = body_of(site, one)
        decision = decisions.get(body.get("procedure", ""), general["decision"])
        if one.service == "result":
            decision = general["result_decision"]
        way = {"online_preferred": "portal", "post_preferred": "post"}.get(decision, "")
        if way and one.service in ("submit", "result") and one.online < 0.4:
            answer = server.ask("POST", f"/sites/{UNIT}/diversions", role="kiosk", json={**body, "to": way})
            assert answer.status_code == 201, answer.text
            told.diverted[day.isoformat(), decision, way] += 1
            continue
        answer = server.ask("POST", f"/sites/{UNIT}/tickets", role="kiosk", json=body)
        assert answer.status_code == 201, answer.text
        ticket = answer.json()
        told.taken[ticket["session"], ticket["service"]] += 1
        told.versions.add(ticket["policy"])
        postal[ticket["number"]] = one.postal if one.service in ("submit", "result") else ""
    for counter in site.counters:
        assert server.at_counter(counter.number, "open").status_code == 200
        while (answer := server.at_counter(counter.number, "call-next")).status_code == 200:
            serve(server, counter.number, answer.json(), postal, day, told)
        assert server.at_counter(counter.number, "close").status_code == 200


def serve(server: Server, counter: int, ticket: dict[str, Any], postal: dict[str, str], day: date, told: Told) -> None:
    form = postal[ticket["number"]]
    assert server.at_counter(counter, "finish", **({"postal": form} if form else {})).status_code == 200
    told.ended[ticket["session"], "done"] += 1
    forms = ("submit", "return") if form == "both" else (form,) if form else ()
    for each in ("submit",) if ticket["service"] == "postal_handover" else forms:
        told.postal[day.isoformat(), each] += ticket["dossiers"]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Told, Ledger]]:
    folder = tmp_path_factory.mktemp("by-api")
    site = next(one for one in read_sites(profile_path("dong-nai-2020")) if one.code == UNIT)
    told = Told()
    with Server(folder / "data", at=f"{DAYS[0]}T08:00", profile="dong-nai-2020") as server:
        server.site = UNIT
        for day in DAYS:
            people = arrivals(site, day, 14, SEED)
            for name, at, until in HALVES:
                if (day, name) != (DAYS[0], "morning"):
                    server.restart(at=f"{day}T{at}")
                came = [one for one in people if (one.at.hour < 12) == (until == 12)]
                half(server, site, day, came, told)
        server.restart(at="2020-04-30T08:00")
        yield server, told, ledger(folder / "data" / "layso.db", UNIT)


def report(server: Server, kind: str) -> dict[str, Any]:
    answer = server.ask("GET", f"/sites/{UNIT}/reports/{kind}?from=2020-03-30&to=2020-04-29", role="supervisor")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_journal_counts_what_the_answers_said(days: tuple[Server, Told, Ledger]) -> None:
    _server, told, book = days
    assert (book.taken, book.ended) == (told.taken, told.ended)
    assert (book.diverted, book.postal) == (told.diverted, told.postal)
    assert book.policies == told.versions and len(told.versions) == 1


def test_the_reports_over_http_add_up(days: tuple[Server, Told, Ledger]) -> None:
    server, _told, book = days
    listed = report(server, "sessions")["items"]
    sessions = {i["session"]: i["issued_tickets"] for i in listed if i["issued_tickets"]}
    taken: Counter[str] = Counter()
    for (session, _service), number in book.taken.items():
        taken[session] += number
    assert sessions == dict(taken) and len(sessions) == 6
    assert persons(report(server, "diversions")) == book.diverted
    assert posted(report(server, "postal")) == book.postal


@pytest.mark.states("DN-09")
def test_on_the_day_after_the_window_the_plan_is_gone(days: tuple[Server, Told, Ledger]) -> None:
    server, _told, _book = days
    assert server.board()["policy"] is None
    answer = server.ask("POST", f"/sites/{UNIT}/diversions", role="kiosk", json={"service": "result", "to": "post"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
