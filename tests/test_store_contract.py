"""What every store promises. Another store joins by one line in STORES."""

from __future__ import annotations

import inspect
import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from tests.cluster_kit import postgres
from tests.kit import HANOI, KIOSK, MONDAY, OFFICER, SITE, at_once, no_holidays, small_site
from ticketing import ports
from ticketing.errors import Conflict
from ticketing.events import CounterClosed, DayEnded, SiteConfigured
from ticketing.ports import Store, Transaction, View
from ticketing.rules.counters import CounterState
from ticketing.rules.people import Officer
from ticketing.rules.sessions import Session, plan_day
from ticketing.rules.tickets import Ticket
from ticketing.store import open_store


def on_postgres(_directory: Path) -> Store:
    url = postgres().new()
    from ticketing.store.postgres import open_postgres

    return open_postgres(url)


STORES: dict[str, Callable[[Path], Store]] = {
    "sqlite": lambda directory: open_store(directory / "layso.db"),
    "postgres": on_postgres,
}
TUESDAY = MONDAY + timedelta(days=1)
AT = datetime(2026, 11, 23, 8, tzinfo=HANOI).astimezone(UTC)
MORNING = f"{MONDAY}-morning"
SITE_VALUE = small_site()


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store with one site."""
    opened = STORES[request.param](tmp_path)
    opened.write((SITE,), lambda tx: tx.sites.save(SITE_VALUE))
    yield opened
    opened.close()


def later(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)

NOUNS = [name for name, noun in inspect.getmembers(View) if isinstance(noun, property)]


def a_ticket(number: str, **changes: Any) -> Ticket:
    ticket = Ticket(
        id=0, site=SITE, day=MONDAY, number=number, service="submit", field="HT", procedure=None,
        session=MORNING, counted_session=MORNING, counted_field="HT", dossiers=1, counted=True, priority=None,
        lang="vi", source="kiosk", policy="default", issued_at=AT, position=float(number),
    )  # fmt: skip
    return structs.replace(ticket, **changes)


def put(store: Store, number: str, **changes: Any) -> Ticket:
    """As it is when it is read again."""
    added = store.write(
        (SITE,), lambda tx: tx.tickets.add(a_ticket(number, **changes), f"code-{number}-{changes.get('day')}")
    )
    return structs.replace(added, issued=None)


def save(store: Store, before: Ticket, **changes: Any) -> Ticket:
    after = structs.replace(before, **changes)
    store.write((SITE,), lambda tx: tx.tickets.save(before, after))
    return after


def numbers(tickets: list[Ticket]) -> list[str]:
    return [t.number for t in tickets]


def a_day(store: Store, day: date) -> list[Session]:
    plans = plan_day(SITE_VALUE, day, no_holidays)
    return store.write((SITE,), lambda tx: [tx.sessions.add(plan) for plan in plans])


def note(tx: Transaction, day: str = "2026-11-22", site: str = SITE) -> int:
    return tx.journal.record(DayEnded(day), site=site, at=AT, actor=OFFICER)


# -- transactions -------------------------------------------------------------------------------------


def everything_at_once(tx: Transaction) -> None:
    ticket = tx.tickets.add(a_ticket("1001"), "secret")
    tx.tickets.save(ticket, structs.replace(ticket, state="called", counter=1, calls=1))
    tx.set_meta("mode", "real")
    tx.sites.save(small_site(hotline="113"))
    tx.tickets.next_serial(SITE, MONDAY, "1")
    tx.counters.save(CounterState(SITE, 1, "open", OFFICER.id))
    tx.keys.keep(KIOSK.id, SITE, MONDAY, "take", "key", ticket.id)
    tx.people.save_officer(Officer("lan", SITE, "officer", "hash"))
    note(tx)


def test_an_exception_takes_everything_of_its_transaction_back(store: Store) -> None:
    def failing(tx: Transaction) -> None:
        everything_at_once(tx)
        raise KeyError("in the middle")

    with pytest.raises(KeyError, match="in the middle"):
        store.write((SITE,), failing)

    def untouched(view: View) -> None:
        assert view.tickets.by_number(SITE, MONDAY, "1001") is view.tickets.by_code("secret") is None
        assert (view.meta("mode"), view.sites.get(SITE), view.sites.version(SITE)) == ("", SITE_VALUE, 1)
        assert view.counters.get(SITE, 1) == CounterState(SITE, 1)
        assert view.keys.get(KIOSK.id, SITE, MONDAY, "take", "key") is view.people.officer("lan") is None
        assert view.journal.last_seq(SITE) == 0

    store.read(untouched)
    assert store.write((SITE,), lambda tx: tx.tickets.next_serial(SITE, MONDAY, "1")) == 1


def test_a_work_that_journals_for_another_site_runs_again_alone_for_it_too(store: Store) -> None:
    runs: list[str] = []

    def work(tx: Transaction) -> int:
        runs.append(tx.meta("own"))
        tx.set_meta("own", "ours")
        note(tx)
        return note(tx, site="other")

    store.write((SITE,), work)
    assert (runs, store.read(lambda view: view.meta("own"))) == (["", ""], "ours")
    assert store.read(lambda view: [len(view.journal.lines(site, 0, 9)) for site in (SITE, "other")]) == [1, 1]


def test_a_refused_work_does_not_spoil_those_beside_it(store: Store) -> None:
    def work(number: int) -> Callable[[Transaction], str]:
        def run(tx: Transaction) -> str:
            added = tx.tickets.add(a_ticket(f"{1000 + number}"), f"code-{number}")
            if number % 3 == 0:
                raise Conflict("wrong_state")
            return added.number

        return run

    results = at_once([lambda n=n: store.write((SITE,), work(n)) for n in range(30)])  # type: ignore[misc]
    kept = [str(1000 + n) for n in range(30) if n % 3]
    assert [r for r in results if isinstance(r, str)] == kept
    assert sum(isinstance(r, Conflict) for r in results) == 10
    assert sorted(numbers(store.read(lambda view: view.tickets.of_days(SITE, MONDAY, MONDAY)))) == kept


@pytest.mark.parametrize("number", [1, 16, 17, 40])
def test_so_many_counts_of_one_transaction_are_all_written_and_none_of_a_refused_work(
    store: Store, number: int
) -> None:
    session = a_day(store, MONDAY)[0].id

    def use(refused: bool, tx: Transaction) -> None:
        for n in range(number):
            tx.sessions.use(session, "field", f"F{n}", n + 1)
        tx.sessions.use(session, "field", "refused" if refused else "taken", 1)
        if refused:
            raise Conflict("wrong_state")

    works = [partial(use, refused) for refused in (False, True, True, False, True)]
    results = at_once([partial(store.write, (SITE,), work) for work in works])
    assert [type(one) for one in results if one is not None] == [Conflict] * 3
    counts = {("field", f"F{n}"): 2 * (n + 1) for n in range(number)}
    assert store.read(lambda view: view.sessions.usage(session)) == {**counts, ("field", "taken"): 2}


def test_a_read_sees_the_last_acknowledged_write_in_every_thread(store: Store) -> None:
    def write_and_look(name: str) -> list[bool]:
        seen = []
        for value in map(str, range(25)):
            store.write((SITE,), lambda tx, value=value: tx.set_meta(name, value))  # type: ignore[misc]
            seen.append(store.read(lambda view: view.meta(name)) == value)
        return seen

    results = at_once([lambda n=n: write_and_look(f"name-{n}") for n in range(8)])  # type: ignore[misc]
    assert all(all(seen) for seen in results)


def test_a_read_stays_one_snapshot_while_others_write(store: Store) -> None:
    store.write((SITE,), lambda tx: (tx.set_meta("a", "old"), tx.set_meta("b", "old")))
    looked, written = threading.Event(), threading.Event()

    def reading(view: View) -> list[str]:
        first = view.meta("a")
        looked.set()
        assert written.wait(30)
        return [first, view.meta("a"), view.meta("b")]

    def writing() -> None:
        assert looked.wait(30)
        store.write((SITE,), lambda tx: (tx.set_meta("a", "new"), tx.set_meta("b", "new")))
        written.set()

    seen, _ = at_once([lambda: store.read(reading), writing])
    assert seen == ["old", "old", "old"]
    assert store.read(lambda view: (view.meta("a"), view.meta("b"))) == ("new", "new")


def test_writes_are_alone(store: Store) -> None:
    def add_one(tx: Transaction) -> None:
        tx.set_meta("sum", str(int(tx.meta("sum") or "0") + 1))

    at_once([lambda: [store.write((SITE,), add_one) for _ in range(10)]] * 16)
    assert store.read(lambda view: view.meta("sum")) == "160"


# -- tickets ------------------------------------------------------------------------------------------


def test_a_ticket_comes_back_whole_by_id_number_and_code(store: Store) -> None:
    whole = a_ticket(
        "2001", field="CT", procedure="2.000815", dossiers=3, priority="elderly", lang="en", position=1.5,
        state="serving", counter=2, target=3, calls=2, returns=1, called_at=later(1), last_call_at=later(2),
        started_at=later(3), ended_at=later(4), counted=False, counted_field="HT", session=f"{MONDAY}-afternoon",
    )  # fmt: skip
    added = store.write((SITE,), lambda tx: tx.tickets.add(whole, "secret"))
    added = structs.replace(added, issued=None)
    assert added == structs.replace(whole, id=added.id)
    assert added.id > 0

    def found(view: View) -> list[Ticket | None]:
        number = view.tickets.by_number(SITE, MONDAY, "2001")
        return [view.tickets.get(added.id), number, view.tickets.by_code("secret")]

    assert store.read(found) == [added] * 3
    assert store.read(lambda view: (view.tickets.code_of(added.id), view.tickets.codes_of(SITE, MONDAY))) == (
        "secret",
        {added.id: "secret"},
    )
    assert store.read(lambda view: view.tickets.by_number(SITE, TUESDAY, "2001")) is None
    assert store.read(
        lambda view: (view.tickets.get(99), view.tickets.code_of(99), view.tickets.codes_of(SITE, TUESDAY))
    ) == (
        None,
        "",
        {},
    )


def test_a_number_is_given_once_a_day_and_a_code_once_for_ever(store: Store) -> None:
    put(store, "1001")
    for ticket, code in [(a_ticket("1001"), "new"), (a_ticket("1002"), "code-1001-None")]:
        with pytest.raises(Exception, match="(?i)unique"):
            store.write((SITE,), lambda tx, t=ticket, c=code: tx.tickets.add(t, c))  # type: ignore[misc]
    put(store, "1001", day=TUESDAY)
    assert len(store.read(lambda view: view.tickets.of_days(SITE, MONDAY, TUESDAY))) == 2


def test_a_ticket_is_saved_only_as_it_was_read(store: Store) -> None:
    waiting = put(store, "1001")
    called = save(store, waiting, state="called", counter=1, calls=1)
    for stale in (waiting, structs.replace(called, calls=2)):
        with pytest.raises(Conflict) as refused:
            save(store, stale, state="cancelled")
        assert (refused.value.reason, refused.value.details["number"]) == ("wrong_state", "1001")
    assert store.read(lambda view: view.tickets.get(waiting.id)) == called


@pytest.mark.parametrize("states", list(itertools.product(["called", "serving"], repeat=2)))
def test_the_database_itself_keeps_a_second_ticket_from_a_counter(
    store: Store, states: tuple[str, str]
) -> None:
    here = save(store, put(store, "1001"), state=states[0], counter=1)
    second, third = put(store, "1002"), put(store, "1003")
    with pytest.raises(Exception, match="(?i)unique"):
        save(store, second, state=states[1], counter=1)
    elsewhere = save(store, third, state=states[1], counter=2)
    assert store.read(lambda view: view.tickets.get(second.id)) == second
    assert store.read(lambda view: view.tickets.at_counter(SITE, MONDAY, 1)) == here
    assert store.read(lambda view: dict(view.tickets.at_counters(SITE, MONDAY))) == {1: here, 2: elsewhere}
    assert store.read(lambda view: view.tickets.at_counter(SITE, TUESDAY, 1)) is None


def test_a_position_is_behind_everybody(store: Store) -> None:
    first = store.write((SITE,), lambda tx: tx.queues.next_position(SITE, MONDAY))
    put(store, "1001", position=first)
    assert store.write((SITE,), lambda tx: tx.queues.next_position(SITE, MONDAY)) > first


def test_dossier_codes_are_kept_for_a_ticket(store: Store) -> None:
    ticket = put(store, "1001")
    assert store.write((SITE,), lambda tx: tx.post.add_dossier_codes(ticket.id, ["H19-1", "H19-2"])) is None
    assert store.read(lambda view: view.journal.lines(SITE, 0, 10)) == []


# -- journal ------------------------------------------------------------------------------------------


def test_the_journal_comes_back_whole_in_order_by_site_and_page(store: Store) -> None:
    def three(tx: Transaction) -> list[int]:
        closed = tx.journal.record(
            CounterClosed(), site=SITE, at=AT, actor=OFFICER, ticket=7, session=MORNING, counter=2
        )
        return [closed, note(tx, site="other"), tx.journal.record(SiteConfigured(2), site=SITE, at=AT, actor=KIOSK)]

    store.write((SITE,), lambda tx: tx.sites.save(replace(SITE_VALUE, code="other")))
    assert store.write((SITE, "other"), three) == [1, 1, 2]
    lines = store.read(lambda view: view.journal.lines(SITE, 0, 10))
    assert [(x.seq, x.actor, x.kind, dict(x.data)) for x in lines] == [
        (1, OFFICER.id, "counter_closed", {}),
        (2, KIOSK.id, "site_configured", {"version": 2}),
    ]
    assert (lines[0].site, lines[0].at, lines[0].ticket, lines[0].session, lines[0].counter) == (
        SITE, AT, 7, MORNING, 2,
    )  # fmt: skip

    def pages(view: View) -> list[list[int]]:
        asked = [(SITE, 0, 1), (SITE, 1, 10), ("other", 0, 10), ("none", 0, 10)]
        return [[line.seq for line in view.journal.lines(*page)] for page in asked]

    assert store.read(pages) == [[1], [2], [1], []]
    assert store.read(lambda view: [view.journal.last_seq(s) for s in (SITE, "other", "none")]) == [2, 1, 0]
    assert store.read(lambda view: view.journal.heads()) == {SITE: 2, "other": 1}


def test_the_last_lines_of_a_kind_come_newest_first_by_one_actor_or_by_all(store: Store) -> None:
    def lines(tx: Transaction) -> None:
        for counter, (actor, minutes) in enumerate([(OFFICER, 0), (KIOSK, 1), (OFFICER, 2), (OFFICER, 3)], 1):
            tx.journal.record(CounterClosed(), site=SITE, at=later(minutes), actor=actor, counter=counter)
        note(tx)

    def found(view: View, actor: str | None, since: int, limit: int) -> list[int | None]:
        last = view.journal.last_of(SITE, CounterClosed.kind, actor, later(since), limit)
        return [line.counter for line in last]

    store.write((SITE,), lines)
    assert store.read(lambda view: found(view, OFFICER.id, 0, 2)) == [4, 3]
    assert store.read(lambda view: found(view, OFFICER.id, 1, 9)) == [4, 3]
    assert store.read(lambda view: found(view, None, 0, 9)) == [4, 3, 2, 1]


def test_a_line_that_was_taken_back_leaves_no_gap(store: Store) -> None:
    first = store.write((SITE,), note)

    def failing(tx: Transaction) -> None:
        note(tx)
        raise KeyError

    with pytest.raises(KeyError):
        store.write((SITE,), failing)
    assert store.write((SITE,), note) == first + 1


def test_every_method_of_the_ports_is_called_by_a_test_and_offered_with_its_parameters(store: Store) -> None:
    nouns = ("contract", "sites", "reads", "journal", "accounts", "policies")
    tests = "".join(Path(__file__).with_name(f"test_store_{noun}.py").read_text() for noun in nouns)
    offers = store.write((SITE,), lambda tx: {name: type(getattr(tx, name)) for name in NOUNS})
    for noun, offer in offers.items():
        for name, method in inspect.getmembers(getattr(ports, f"{noun.capitalize()}Writing"), inspect.isfunction):
            if not name.startswith("_"):
                assert f".{noun}.{name}(" in tests, f"{noun}.{name}"
                offered = inspect.signature(getattr(offer, name)).parameters
                assert list(inspect.signature(method).parameters) == list(offered), f"{noun}.{name}"
