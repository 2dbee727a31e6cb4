"""A centre that a state machine drives: its database, its people, and what each of their acts must keep."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from tests.kit import HANOI, KIOSK, OFFICER, OTHER_OFFICER, SITE, Centre, ManualClock
from ticketing.errors import StorageFull, TicketingError, Unavailable
from ticketing.ports import View
from ticketing.rules import caps
from ticketing.rules.counters import ANY
from ticketing.rules.orders import TicketOrder
from ticketing.rules.tickets import Ticket

START = "2026-11-23T07:20"
EVERYTHING = 1_000_000
FIELDS, SERVICES = ("HT", "CT", "BT"), ("result", "help")


def local_day(site: str, at: datetime) -> date:
    return at.astimezone(HANOI).date()


def tables(view: View) -> dict[str, list[Any]]:
    run = view.run  # type: ignore[attr-defined]
    named = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    if not isinstance(view.connection, sqlite3.Connection):  # type: ignore[attr-defined]
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    names = sorted(name for (name,) in run(named).fetchall())
    return {name: sorted(run(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}


class Desk(RuleBasedStateMachine):
    """A centre on a fresh copy of the database `empty`, and how its people act; who uses it adds the rules."""

    empty: Path

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory(prefix="layso-replay-")
        self.clock = ManualClock(START)
        self.centre = Centre(self.place(), self.clock)
        self.office, self.store = self.centre.office, self.centre.store
        self.kept: dict[tuple[Any, ...], str | None] = {}
        self.shown = 0
        self.looked_at = True

    def place(self) -> Path | str:
        path = Path(self.directory.name) / "layso.db"
        shutil.copy(self.empty, path)
        return path

    def teardown(self) -> None:
        self.centre.close()
        self.directory.cleanup()

    # -- what there is --------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return local_day(SITE, self.clock.now())

    def tickets(self) -> list[Ticket]:
        return self.store.read(lambda view: view.tickets.of_days(SITE, date.min, date.max))

    def some_number(self, index: int, *states: str) -> str:
        """A number of today, in one of `states` if there is any such; an unknown one if there is none."""
        todays = [t for t in self.tickets() if t.day == self.today]
        likely = [t for t in todays if t.state in states] or todays
        return likely[index % len(likely)].number if likely else "1999"

    def who(self, counter: int, stranger: bool) -> Any:
        held_by = self.store.read(lambda view: view.counters.get(SITE, counter)).holder
        other = OFFICER if held_by == OTHER_OFFICER.id else OTHER_OFFICER
        here = OTHER_OFFICER if held_by == OTHER_OFFICER.id else OFFICER
        return other if stranger else here

    def expected(self, counter: int, choice: str) -> Any:
        here = self.store.read(lambda view: view.tickets.at_counter(SITE, self.today, counter))
        return {"any": ANY, "true": here.number if here else None, "wrong": "7777"}[choice]

    # -- doing ----------------------------------------------------------------------------------------

    def attempt(self, verb: Callable[[], Any]) -> Any:
        """The verb's answer; None for a refusal, which must have left every table as it was."""
        before = self.store.read(tables)
        try:
            return verb()
        except TicketingError as refusal:
            assert not isinstance(refusal, (Unavailable, StorageFull))
            assert self.store.read(tables) == before
            return None

    def attempt_with_key(self, name: str, actor: Any, key: str, verb: Callable[[], Any]) -> Any:
        """As `attempt`; a key that was used today leads to the same ticket and changes nothing."""
        if not key:
            return self.attempt(verb)
        self.office.follow_clock()
        slot = (self.today, actor.id, name, key)
        before = self.store.read(tables)
        answer = self.attempt(verb)
        if slot in self.kept:
            assert (answer["number"] if answer else None) == self.kept[slot]
            assert self.store.read(tables) == before
        elif answer is not None:
            self.kept[slot] = answer["number"]
        return answer

    def at_counter(self, name: str, counter: int, stranger: bool, expect: str, key: str, **more: Any) -> Any:
        if not self.store.read(lambda view: view.counters.get(SITE, counter)).holder:
            who = self.who(counter, stranger=False)
            self.attempt(
                lambda: self.office.open_counter(SITE, counter, who, fields=FIELDS, services=SERVICES)
            )
        actor, expected = self.who(counter, stranger), self.expected(counter, expect)
        act = getattr(self.office, name.replace("-", "_"))
        return self.attempt_with_key(
            f"{counter}/{name}", actor, key,
            lambda: act(SITE, counter, actor, expect=expected, key=key, **more),
        )  # fmt: skip

    def with_a_ticket(self, counter: int) -> int:
        """A counter that has a ticket now, if there is one or somebody waits."""
        busy = self.store.read(lambda view: view.tickets.at_counters(SITE, self.today))
        if not busy:
            self.take_one(TicketOrder(field="HT"))
            self.at_counter("call-next", counter, False, "any", "")
        return counter if counter in busy or not busy else min(busy)

    def take_one(self, order: TicketOrder, key: str = "") -> None:
        known = {t.id for t in self.tickets()}

        def verb() -> dict[str, Any]:
            return self.office.take_ticket(SITE, order, KIOSK, key=key)[0]

        if self.attempt_with_key("take", KIOSK, key, verb) is not None:
            for ticket in self.tickets():
                if ticket.id not in known:
                    self.under_every_cap(ticket)

    def under_every_cap(self, new: Ticket) -> None:
        session = self.store.read(lambda view: view.sessions.get(SITE, new.session))
        used = self.store.read(lambda view: view.sessions.usage(session.id))
        limits = {("session", ""): session.cap, ("field", new.field): session.field_caps.get(new.field)}
        if new.service != "submit":
            limits = {("service", new.service): session.service_caps.get(new.service)}
        for (kind, code), cap in limits.items():
            if cap is not None and new.service != "help":
                assert caps.issued(used, kind, code) + caps.carried(used, kind, code) <= cap
