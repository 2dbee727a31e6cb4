"""A hall with many counters, and the store with its lock taken away, on which the controls run."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from tests.kit import MONDAY, MORNING, SITE, Centre, ManualClock, no_holidays, small_site
from tests.office_kit import Clerk
from ticketing.events import JournalLine
from ticketing.office import Office
from ticketing.ports import Store
from ticketing.rules.people import Actor
from ticketing.rules.sites import Counter, Site
from ticketing.rules.tickets import Ticket
from ticketing.signals.local import Bus
from ticketing.store import rows
from ticketing.store.sqlite import SqliteStore, connect
from ticketing.store.writing import SqlTransaction, TicketsWriter

T = TypeVar("T")
ALL_FIELDS = ("HT", "CT", "BT")
SESSION = "2026-11-23-morning"
BLIND_UPDATE = (
    f"UPDATE tickets SET {', '.join(f'{c} = ?' for c in rows.TICKET_COLUMNS.split(', '))} WHERE id = ?"
)


def big_site(cap: int | None = None, counters: int = 8, **field_caps: int) -> Site:
    """One morning with these caps, and counters that all call every field."""
    return small_site(
        sessions=(replace(MORNING, cap=cap, field_caps=field_caps, service_caps={}),),
        counters=tuple(Counter(n, f"Quầy {n}", "", ALL_FIELDS, ()) for n in range(1, counters + 1)),
    )


def kiosk(number: int) -> Actor:
    return Actor(f"token:{number}", "kiosk", SITE, f"kiosk {number}")


def officer(number: int) -> Actor:
    return Actor(f"officer:{number}", "officer", SITE, f"officer {number}")


def office_on(store: Store, clock: ManualClock, codes: str) -> Clerk:
    """An office of its own, as another process would have; its tickets' codes begin with `codes`."""
    serial = itertools.count(1)
    return Clerk(Office(store, Bus(), clock, lambda: f"{codes}-{next(serial):06d}", no_holidays, "http://x"))


def everything(centre: Centre) -> dict[str, list[Any]]:
    """Every row that a verb may write."""
    names = ("tickets", "ticket_codes", "usage", "series", "calls", "counters", "remembered", "journal")
    return centre.store.read(
        lambda view: {name: view.run(f"SELECT * FROM {name}").fetchall() for name in names}
    )


def tickets(centre: Centre) -> list[Ticket]:
    return centre.store.read(lambda view: view.tickets.of_days(SITE, MONDAY, MONDAY))


def lines(centre: Centre, *kinds: str) -> list[JournalLine]:
    journal = centre.store.read(lambda view: view.journal.lines(SITE, 0, 1_000_000))
    return [line for line in journal if not kinds or line.kind in kinds]


class InterleavedTickets(TicketsWriter):
    """Waits before its first write until everybody has checked; then one after the other writes."""

    def __init__(self, transaction: Interleaved) -> None:
        super().__init__(transaction)
        self.meet, self.compare = transaction.meet, transaction.store.compare

    def next_serial(self, *series: Any) -> int:
        self.meet()
        return super().next_serial(*series)

    def save(self, before: Ticket, after: Ticket) -> None:
        self.meet()
        if self.compare:
            super().save(before, after)
        else:
            self._run(BLIND_UPDATE, (*rows.ticket_row(after), before.id))


class Interleaved(SqlTransaction):
    def __init__(self, connection: Any, store: Unlocked, sites: Collection[str]) -> None:
        super().__init__(connection)
        self.store, self.waited, self.held = store, False, frozenset(sites)
        self.tickets = InterleavedTickets(self)

    def meet(self) -> None:
        if not self.waited:
            self.waited = True
            self.store.checked.wait()
            self.store.turn.acquire()
            # What was checked stands; what is counted is read anew, in turn.
            self.kept.forget()


class Unlocked(SqliteStore):
    """The store without its write lock: every write has a connection of its own and, if `deferred`, a
    transaction that asks for the lock only when it writes. Without `compare` a ticket is saved blindly."""

    def __init__(self, path: Path, parties: int, compare: bool = True, deferred: bool = False) -> None:
        super().__init__(path)
        self.compare, self.deferred = compare, deferred
        self.checked = threading.Barrier(parties, timeout=30)
        self.turn = threading.Lock()

    def write(self, sites: Collection[str], work: Callable[[Any], T]) -> T:
        connection = connect(self.path)
        transaction = Interleaved(connection, self, sites)
        try:
            if self.deferred:
                connection.execute("BEGIN")
            try:
                return work(transaction)
            finally:
                # Without a lock a refused work leaves behind what it did until then.
                transaction.kept.write()
                connection.commit()
        finally:
            connection.close()
            if transaction.waited:
                self.turn.release()


@contextmanager
def without_lock(
    centre: Centre, parties: int, compare: bool = True, deferred: bool = False
) -> Iterator[Office]:
    """An office on the same file as `centre`, whose day has begun, for `parties` writes at once."""
    centre.office.follow_clock()
    store = Unlocked(centre.path, parties, compare, deferred)
    try:
        yield office_on(store, centre.clock, "unlocked")
    finally:
        store.close()
