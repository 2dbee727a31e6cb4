"""Whatever people and the clock do, in whatever order: the journal alone tells how everything stands."""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from msgspec import structs

from display.live import shown_in
from display.sockets import Room
from tests.kit import HANOI, OFFICER, OTHER_OFFICER, SITE, SUPERVISOR, Centre, ManualClock, small_site
from tests.races.hall import EVERYTHING, FIELDS, SERVICES, START, Desk, tables
from ticketing.errors import Conflict, SessionClosed
from ticketing.events import JournalLine, ServiceStarted, TicketTaken
from ticketing.lookups import Kept, Look, planned
from ticketing.ports import View
from ticketing.rules import caps
from ticketing.rules.orders import TicketOrder
from ticketing.rules.replay import replay
from ticketing.rules.sessions import SessionChange
from ticketing.rules.sites import PRIORITY_RULES, UNSERVED
from ticketing.rules.tickets import AT_COUNTER
from ticketing.store.reading import SqlView

counters = st.sampled_from([1, 1, 2, 3])
strangers = st.sampled_from([False] * 9 + [True])
expectations = st.sampled_from(["any"] * 5 + ["true"] * 4 + ["wrong"])
keys = st.sampled_from([""] * 6 + ["k1", "k2"])
nth = st.integers(0, 20)
few = st.integers(1, 5)


class Hall(Desk):
    """Everything that people do, in any order, while the clock goes on."""

    @initialize(unserved=st.sampled_from(UNSERVED), rule=st.sampled_from(PRIORITY_RULES), early=strangers)
    def a_centre(self, unserved: str, rule: str, early: bool) -> None:
        self.office.apply_site(replace(small_site(), unserved=unserved, priority_rule=rule))
        if not early:
            self.clock.set("2026-11-23T08:00")
            self.centre.open(1)
            self.centre.open(2, OTHER_OFFICER)
            for field in ("HT", "CT", "BT", "HT"):
                self.centre.take(field)

    @rule(field=st.sampled_from(["HT", "CT", "BT"]), dossiers=few, special=strangers, key=keys)
    def take(self, field: str, dossiers: int, special: bool, key: str) -> None:
        self.take_one(
            TicketOrder(field=field, dossiers=dossiers, priority="elderly" if special else None), key
        )

    @rule(field=st.sampled_from(["HT", "CT", "BT"]), dossiers=few)
    def take_one_more(self, field: str, dossiers: int) -> None:
        self.take_one(TicketOrder(field=field, dossiers=dossiers))

    @rule(service=st.sampled_from(["result", "help", "postal_handover"]), dossiers=few, key=keys)
    def take_for_a_service(self, service: str, dossiers: int, key: str) -> None:
        self.take_one(TicketOrder(service=service, dossiers=dossiers), key)

    @rule(counter=counters, stranger=strangers, everything=st.booleans())
    def open_counter(self, counter: int, stranger: bool, everything: bool) -> None:
        choice = {"fields": FIELDS, "services": SERVICES} if everything else {}
        self.attempt(
            lambda: self.office.open_counter(
                SITE, counter, self.who(counter, stranger), takeover=stranger, **choice
            )
        )

    @rule(counter=counters, stranger=strangers, pause=st.booleans())
    def leave_counter(self, counter: int, stranger: bool, pause: bool) -> None:
        leave = self.office.pause_counter if pause else self.office.close_counter
        self.attempt(lambda: leave(SITE, counter, self.who(counter, stranger)))

    @rule(
        counter=counters, stranger=strangers, expect=expectations, key=keys,
        previous=st.sampled_from(["done", "no_show"]),
    )  # fmt: skip
    def call_next(self, counter: int, stranger: bool, expect: str, key: str, previous: str) -> None:
        self.at_counter("call-next", counter, stranger, expect, key, previous=previous)

    @rule(counter=st.sampled_from([1, 2]))
    def call_the_next_one(self, counter: int) -> None:
        self.at_counter("call-next", counter, False, "any", "")

    @rule(counter=counters, stranger=strangers, expect=expectations, key=keys, index=nth, why=st.booleans())
    def call(self, counter: int, stranger: bool, expect: str, key: str, index: int, why: bool) -> None:
        number, reason = self.some_number(index, "waiting"), "urgent" if why else ""
        self.at_counter("call", counter, stranger, expect, key, number=number, reason=reason)

    @rule(counter=counters, stranger=strangers, expect=expectations, key=keys)
    def no_show(self, counter: int, stranger: bool, expect: str, key: str) -> None:
        self.at_counter("no-show", self.with_a_ticket(counter), stranger, expect, key)

    @rule(
        name=st.sampled_from(["recall", "start", "hold"]),
        counter=counters, stranger=strangers, expect=expectations, key=keys,
    )  # fmt: skip
    def act(self, name: str, counter: int, stranger: bool, expect: str, key: str) -> None:
        self.at_counter(name, self.with_a_ticket(counter), stranger, expect, key)

    @rule(
        counter=counters, stranger=strangers, expect=expectations, key=keys,
        dossiers=st.none() | st.integers(0, 7), postal=st.sampled_from(["", "return"]),
    )  # fmt: skip
    def finish(
        self, counter: int, stranger: bool, expect: str, key: str, dossiers: int | None, postal: str
    ) -> None:
        codes = ("H19-261123-0001",) if postal else ()
        self.at_counter(
            "finish",
            self.with_a_ticket(counter),
            stranger,
            expect,
            key,
            dossiers=dossiers,
            postal=postal,
            dossier_codes=codes,
        )

    @rule(
        counter=counters, stranger=strangers, expect=expectations, key=keys,
        place=st.sampled_from([("HT", None), ("BT", None), (None, 1), (None, 2), (None, 9), (None, None)]),
    )  # fmt: skip
    def transfer(self, counter: int, stranger: bool, expect: str, key: str, place: Any) -> None:
        counter = self.with_a_ticket(counter)
        self.at_counter("transfer", counter, stranger, expect, key, field=place[0], to_counter=place[1])

    @rule(counter=counters, stranger=strangers, expect=expectations, key=keys, index=nth)
    def resume(self, counter: int, stranger: bool, expect: str, key: str, index: int) -> None:
        number = self.some_number(index, "held", "no_show")
        self.at_counter("resume", counter, stranger, expect, key, number=number)

    @rule(counter=counters, stranger=strangers, expect=expectations, key=keys, index=nth)
    def reopen(self, counter: int, stranger: bool, expect: str, key: str, index: int) -> None:
        number = self.some_number(index, "done")
        self.at_counter("reopen", counter, stranger, expect, key, number=number, reason="slip")

    @rule(counter=counters, stranger=strangers, absent=st.booleans())
    def end_and_undo(self, counter: int, stranger: bool, absent: bool) -> None:
        counter = self.with_a_ticket(counter)
        self.at_counter("no-show" if absent else "finish", counter, False, "any", "")
        self.undo(counter, stranger)

    @rule(counter=counters, stranger=strangers)
    def undo(self, counter: int, stranger: bool) -> None:
        ended = {t.number: t for t in self.tickets() if t.day == self.today}
        answer = self.attempt(lambda: self.office.undo(SITE, counter, self.who(counter, stranger)))
        if answer is not None:
            before = ended[answer["number"]]
            assert before.counter == counter
            assert self.clock.now() - before.ended_at <= timedelta(minutes=2)

    @rule(index=nth)
    def requeue(self, index: int) -> None:
        number = self.some_number(index, "held", "no_show")
        self.attempt(lambda: self.office.requeue(SITE, number, OFFICER, reason="back"))

    @rule(index=nth)
    def cancel(self, index: int) -> None:
        number = self.some_number(index, "waiting")
        self.attempt(lambda: self.office.cancel(SITE, number, OFFICER, reason="wrong field"))

    @rule(index=nth)
    def give_up(self, index: int) -> None:
        number = self.some_number(index, "waiting")
        code = self.store.read(
            lambda view: (
                view.tickets.code_of(found.id)
                if (found := view.tickets.by_number(SITE, self.today, number))
                else "gone"
            )
        )
        self.attempt(lambda: self.office.give_up(code))

    @rule(
        ahead=st.sampled_from([0, 0, 0, 1]), index=nth, cap=st.none() | st.integers(0, 30),
        field_cap=st.none() | st.integers(0, 9), service_cap=st.none() | st.integers(0, 4),
    )  # fmt: skip
    def change_caps(
        self, ahead: int, index: int, cap: int | None, field_cap: int | None, service_cap: int | None
    ) -> None:
        change = SessionChange(
            cap=cap, field_caps={"CT": field_cap}, service_caps={"result": service_cap}, reason="x"
        )
        self._change(ahead, index, change)

    @rule(
        ahead=st.sampled_from([0, 0, 0, 1]), index=nth, state=st.sampled_from(["open", "open", "paused", "closed"]),
        waiting=st.sampled_from([None, *UNSERVED]),
    )  # fmt: skip
    def change_state(self, ahead: int, index: int, state: str, waiting: str | None) -> None:
        waiting = waiting if state == "closed" else None
        self._change(ahead, index, SessionChange(state=state, waiting=waiting))

    def _change(self, ahead: int, index: int, change: SessionChange) -> None:
        day = self.today + timedelta(days=ahead)
        there = self.office.look(SITE, planned, day)
        key = there[index % len(there)].key if there else f"{day}-morning"
        self.attempt(lambda: self.office.change_session(SITE, key, change, SUPERVISOR))

    @rule(step=st.sampled_from([31, 31, 31, 60, 90, 180, 1500, 3600]), look=st.booleans())
    def time_passes(self, step: int, look: bool) -> None:
        self.clock.pass_(seconds=step)
        self.looked_at = look

    @rule(look=st.booleans())
    def the_next_boundary_comes(self, look: bool) -> None:
        clock = self.store.read(lambda view: view.sites.day_clock(SITE))
        if clock is not None and clock.next_due > self.clock.now():
            self.clock.pass_(seconds=(clock.next_due - self.clock.now()).total_seconds())
        self.looked_at = look

    @rule(days=st.sampled_from([1, 1, 3]), look=st.booleans())
    def another_day_comes(self, days: int, look: bool) -> None:
        morning = datetime.combine(self.today + timedelta(days=days), time(7, 30), tzinfo=HANOI)
        self.clock.pass_(seconds=(morning.astimezone(UTC) - self.clock.now()).total_seconds())
        self.looked_at = look

    # -- what always holds ----------------------------------------------------------------------------

    @invariant()
    def the_journal_tells_how_every_ticket_stands(self) -> None:
        lines, rows = self.store.read(
            lambda view: (view.journal.lines(SITE, 0, EVERYTHING), view.tickets.of_days(SITE, date.min, date.max))
        )
        assert replay(lines).tickets == {ticket.id: ticket for ticket in rows}

    @invariant()
    def usage_is_the_sum_over_the_tickets(self) -> None:
        def booked(view: View) -> dict[tuple[str, str, str], int]:
            sessions = tables(view)["sessions"]
            return {
                (key, kind, code): dossiers
                for session_id, _site, key, *_ in sessions
                for (kind, code), dossiers in view.sessions.usage(session_id).items()
                if dossiers
            }

        summed: Tally[tuple[str, str, str]] = Tally()
        for ticket in self.tickets():
            for key, kind, code, dossiers in caps.counting(ticket):
                summed[key, kind, code] += dossiers
        assert self.store.read(booked) == {slot: n for slot, n in summed.items() if n}

    @invariant()
    def a_counter_has_one_ticket_at_most_and_somebody_behind_it(self) -> None:
        present = [t for t in self.tickets() if t.state in AT_COUNTER]
        places = [t.counter for t in present]
        assert len(set(places)) == len(places)
        manned = self.store.read(lambda view: view.counters.all(SITE))
        assert all(manned[place].state != "closed" for place in places)

    @invariant()
    def a_number_is_given_once_a_day(self) -> None:
        numbers = [(t.day, t.number) for t in self.tickets()]
        assert len(set(numbers)) == len(numbers)

    @invariant()
    def one_session_runs_at_a_time(self) -> None:
        assert sum(s.running for s in self.store.read(lambda view: view.sessions.of_day(SITE, self.today))) <= 1

    @invariant()
    def the_boards_seq_grows_with_the_journal(self) -> None:
        if not self.looked_at:
            self.looked_at = True
            return
        board = self.office.board(SITE)
        assert board["seq"] == self.centre.seq() >= self.shown
        self.shown = board["seq"]
        assert all(t.day == self.today for t in self.tickets() if t.open)
        self.office.look(SITE, a_wall_shows_what_is_read_anew)


def a_wall_shows_what_is_read_anew(look: Look) -> None:
    """Whatever is kept of the boards before."""
    # In one transaction from here on.
    look.view.run("SELECT 1")  # type: ignore[attr-defined]
    anew = Look(SqlView(look.view.connection), look.site, look.moment, replace(look.wiring, kept=Kept()))  # type: ignore[attr-defined]
    for screen in ("", "1"):
        room = Room("/display", SITE, "vi", screen)
        assert shown_in(look, room) == shown_in(anew, room)


@pytest.fixture(scope="module", autouse=True)
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Made once and copied for every run: migrating anew each time would take most of the time."""
    path = tmp_path_factory.mktemp("replay") / "empty.db"
    Centre(path, ManualClock(START)).close()
    Hall.empty = path


Hall.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TestWhateverHappens = Hall.TestCase


def test_an_end_at_another_counter_is_not_taken_back(centre: Centre) -> None:
    number = centre.take()["number"]
    centre.open(1)
    centre.open(2, OTHER_OFFICER)
    centre.next(1)
    centre.office.no_show(SITE, 1, OFFICER)
    centre.office.resume(SITE, 2, OTHER_OFFICER, number=number)
    centre.office.finish(SITE, 2, OTHER_OFFICER)
    after = centre.seq()
    with pytest.raises(Conflict) as refused:
        centre.office.undo(SITE, 1, OFFICER)
    assert (refused.value.reason, centre.seq(), centre.state(number)) == ("nothing_to_undo", after, "done")
    assert centre.office.undo(SITE, 2, OTHER_OFFICER)["counter"] == 2


def test_a_session_is_not_opened_so_early_that_another_would_open_beside_it(centre: Centre) -> None:
    centre.clock.set("2026-11-24T06:00")
    centre.office.follow_clock()
    after = centre.seq()
    early = SessionChange(state="open")
    with pytest.raises(Conflict) as refused:
        centre.office.change_session(SITE, "2026-11-24-afternoon", early, SUPERVISOR)
    assert (refused.value.details["session"], centre.seq()) == ("2026-11-24-morning", after)
    centre.office.change_session(SITE, "2026-11-24-morning", SessionChange(state="closed"), SUPERVISOR)
    centre.office.change_session(SITE, "2026-11-24-afternoon", early, SUPERVISOR)
    centre.office.change_session(SITE, "2026-11-24-afternoon", SessionChange(state="closed"), SUPERVISOR)
    centre.office.change_session(SITE, "2026-11-24-morning", early, SUPERVISOR)
    with pytest.raises(Conflict):
        centre.office.change_session(SITE, "2026-11-24-afternoon", early, SUPERVISOR)


def test_a_refused_first_ticket_does_not_hide_that_the_data_are_real(tmp_path: Path) -> None:
    centre = Centre(tmp_path / "layso.db", ManualClock("2026-11-23T05:00"), small_site())
    with pytest.raises(SessionClosed):
        centre.take()
    assert centre.store.read(lambda view: view.meta("mode")) == ""
    centre.clock.set("2026-11-23T08:00")
    centre.take()
    assert centre.store.read(lambda view: view.meta("mode")) == "real"
    centre.clock.rehearsal = True
    with pytest.raises(Conflict):
        centre.office.check_mode()
    centre.close()


def line(seq: int, event: Any, ticket: int = 1) -> JournalLine:
    at = datetime(2026, 11, 23, 1, tzinfo=UTC)
    return JournalLine(seq, SITE, at, "token:1", event.kind, ticket, "", None, event.data())


TAKEN = TicketTaken(
    "1001", "submit", "HT", None, "2026-11-23-morning", 1, None, "vi", "kiosk", "default", 1.0
)


@pytest.mark.parametrize(
    ("lines", "seq"),
    [
        ([line(1, TAKEN), line(2, TAKEN)], 2),
        ([line(1, ServiceStarted(1))], 1),
        ([line(1, TAKEN), line(2, ServiceStarted(1))], 2),
    ],
)
def test_a_journal_that_does_not_follow_is_broken_at_its_line(lines: list[JournalLine], seq: int) -> None:
    with pytest.raises(ValueError, match=f"^line {seq} of {SITE}: "):
        replay(lines)


def test_a_state_that_somebody_edited_is_found_by_the_replay(centre: Centre) -> None:
    number = centre.take()["number"]
    before = centre.row(number)
    centre.store.write((), lambda tx: tx.tickets.save(before, structs.replace(before, state="done")))
    lines = centre.store.read(lambda view: view.journal.lines(SITE, 0, EVERYTHING))
    assert replay(lines).tickets[before.id] == before != centre.row(number)
    with pytest.raises(Conflict):
        centre.office.cancel(SITE, number, OFFICER)
