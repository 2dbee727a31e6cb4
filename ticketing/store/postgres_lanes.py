"""Writes on PostgreSQL, a lane for each site: of what waits in a process for one site a group shares one lock and one
commit. What a lane has read it keeps as long as the row that it locks says that nobody else has written for its
site."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import psycopg
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from ticketing.errors import Unavailable
from ticketing.store.kept import MOST, Kept
from ticketing.store.postgres_connection import PATIENCE_S, Pool, PostgresConnection, Raw, is_lost
from ticketing.store.postgres_writing import WritingConnection
from ticketing.store.schema import MOVING_TABLES
from ticketing.store.writing import SqlTransaction

T = TypeVar("T")
GROUP, WAITING, TRIES = 64, 2000, 5
LOCK = "SELECT site, version FROM locks WHERE site = ANY($1) ORDER BY site FOR UPDATE"
NEW_LOCK = "INSERT INTO locks SELECT unnest($1::text[]), 0 ON CONFLICT DO NOTHING"
# Of the others' steady rows the versions; numbers for tickets.
BESIDE = """SELECT (SELECT SUM(version)::bigint FROM steady WHERE site <> ALL($1)),
nextval(pg_get_serial_sequence('tickets', 'id')) FROM generate_series(1, $2)"""
WRITTEN = "UPDATE locks SET version = version + 1 WHERE site = ANY($1)"
# What stands under the lock of the site that it is of; everything else may change without it.
OWN = frozenset(
    ["version", "clock", "emergency", "outage", "session", "sessions", "counters", "at counter", "head", "line"]
)


OLD_MARKS = "DELETE FROM locks WHERE site LIKE '@%' AND site < '@' || to_char(now() - interval '30 days', 'YYYYMMDD')"


class Marks:
    """Names of rows beside the sites' locks that only one writer at a time counts up, with each commit: by its own a
    writer sees whether the commit went through whose answer was lost. PostgreSQL's number of a transaction doesn't
    tell: one that never came to the disk is given again after a crash, to somebody else's, which commits."""

    def __init__(self) -> None:
        self._free: list[str] = []

    @staticmethod
    def new() -> str:
        return f"@{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(8)}"

    @contextmanager
    def one(self) -> Iterator[str]:
        """For one work."""
        mark = self._free.pop() if self._free else self.new()
        try:
            yield mark
        finally:
            self._free.append(mark)


class LaneKept(Kept):
    """What belongs to the lane's site is kept by the version of the row that it locks, what belongs to others as long
    as no steady row of theirs has changed."""

    def __init__(self, connection: PostgresConnection, site: str) -> None:
        super().__init__(connection)
        self._site = site
        self._own: int | None = None
        self._others: Hashable = None
        self._foreign: dict[Hashable, Any] = {}
        self._before: dict[Hashable, tuple[Any, int]] = {}

    def begin_at(self, own: int, others: Hashable) -> bool:
        """Whether what was kept of the site holds no more."""
        forgets = own != self._own or len(self) > MOST
        if forgets:
            before = self._newest_line()
            self.forget()
            self._before = before
        if others != self._others:
            self._foreign.clear()
        self._own, self._others = own, others
        for counts in (self.lengths, self.series):
            counts.let_go(lambda part: part[0] != self._site)
        return forgets

    def _newest_line(self) -> dict[Hashable, tuple[Any, int]]:
        """The line of the last day that one was asked for, and the journal's last line that it knows of."""
        found, (seq, _hash) = dict(self._before), self._values.get(("head", self._site), (None, ""))
        if seq is not None:
            lines = [key for key in self._values if isinstance(key, tuple) and key[0] == "line"]
            found |= {key: (self._values[key], seq) for key in lines}
        newest = max(found, key=lambda key: key[2], default=None)  # type: ignore[index]
        return {} if newest is None else {newest: found[newest]}

    def before(self, key: Hashable) -> tuple[Any, int]:
        return self._before.pop(key, (None, 0))

    def written(self) -> None:
        assert self._own is not None
        self._own += 1

    def _is_own(self, key: Hashable) -> bool:
        return isinstance(key, tuple) and key[0] in OWN and key[1] == self._site

    def value(self, key: Hashable, load: Callable[[], T]) -> T:
        if self._is_own(key):
            return super().value(key, load)
        if isinstance(key, tuple) and key[0] in MOVING_TABLES:
            return load()
        if key not in self._foreign:
            self._foreign[key] = load()
        found: T = self._foreign[key]
        return found

    def known(self, key: Hashable) -> Any:
        return super().known(key) if self._is_own(key) else self._foreign.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        if self._is_own(key):
            super().put(key, value)
        else:
            self._foreign[key] = value

    def drop(self, *keys: Hashable) -> None:
        super().drop(*keys)
        for key in keys:
            self._foreign.pop(key, None)

    def undo_step(self) -> None:
        super().undo_step()
        self._foreign.clear()

    def __len__(self) -> int:
        return super().__len__() + len(self._foreign)

    def forget(self) -> None:
        super().forget()
        self._foreign.clear()
        self._before.clear()
        self._own = None


class Job:
    """A work, and who waits for it: until it is done, or its turn has come to lead."""

    __slots__ = ("_gate", "done", "error", "result", "work")

    def __init__(self, work: Callable[[SqlTransaction], Any]) -> None:
        self.work = work
        self.result: Any = None
        self.error: BaseException | None = None
        self.done = False
        self._gate = threading.Lock()
        self._gate.acquire()

    def wait(self) -> None:
        self._gate.acquire()

    def wake(self) -> None:
        self._gate.release()


class Lane:
    """One site's writes of one process, one group after the other. Whoever comes to an empty lane leads: runs what
    waits by then and commits it; then the first of those that came meanwhile does."""

    def __init__(self, pool: Pool, site: str) -> None:
        self._pool = pool
        self._connection = WritingConnection()
        self._transaction = SqlTransaction(self._connection, LaneKept(self._connection, site))
        self._sites, self._mark = frozenset([site]), Marks.new()
        self._waiting: list[Job] = []
        self._door = threading.Lock()
        self._busy = False
        self._closed = False

    @property
    def backlog(self) -> int:
        return len(self._waiting)

    def submit(self, work: Callable[[SqlTransaction], T]) -> T:
        """Raises Unavailable when too many wait, and as `run` does."""
        job = Job(work)
        with self._door:
            if self._closed:
                raise Unavailable("closing")
            if len(self._waiting) >= WAITING:
                raise Unavailable("busy")
            self._waiting.append(job)
            leads, self._busy = not self._busy, True
        if not leads:
            job.wait()
        if not job.done:
            self._lead()
        if job.error is not None:
            raise job.error
        found: T = job.result
        return found

    def _lead(self) -> None:
        with self._door:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
        try:
            run(self._pool, self._connection, self._transaction, self._sites, group, self._mark)
        except BaseException as error:
            for job in group:
                job.result, job.error = None, error
        for job in group:
            job.done = True
        with self._door:
            follower = self._waiting[0] if self._waiting else None
            self._busy = follower is not None
        for job in group[1:]:
            job.wake()
        if follower is not None:
            follower.wake()

    def close(self) -> None:
        with self._door:
            self._closed = True


def run_alone(pool: Pool, sites: frozenset[str], work: Callable[[SqlTransaction], T], mark: str) -> T:
    """A work for several sites, or for none: what it reads is kept by nobody."""
    connection = WritingConnection()
    job = Job(work)
    run(pool, connection, SqlTransaction(connection), sites, [job], mark)
    if job.error is not None:
        raise job.error
    found: T = job.result
    return found


def run(
    pool: Pool, connection: WritingConnection, transaction: SqlTransaction, sites: frozenset[str], group: list[Job],
    mark: str,
) -> None:  # fmt: skip
    """Runs all of them, commits once, and fills in what each returned or raised.

    Begins again where two transactions met in a circle, and where the connection was lost: the row `mark` tells what
    became of a commit that had no answer. Raises Unavailable where it can't be asked, and psycopg.Error.
    """
    attempt = Attempt(connection, transaction, sites, group, mark)
    until, tries = time.monotonic() + PATIENCE_S, 0
    while True:
        tries += 1
        lost = False
        try:
            with pool.connection() as raw:
                connection.raw = raw
                try:
                    return attempt.make()
                except psycopg.Error as error:
                    lost = is_lost(error, raw)
                    raise
                finally:
                    if not raw.closed and raw.info.transaction_status:
                        # psycopg's own would end what is prepared.
                        connection.begin()
                        connection.send(("ROLLBACK", ()))
                    connection.raw = None
        except (DeadlockDetected, SerializationFailure):
            transaction.kept.forget()
            if tries >= TRIES:
                raise
        except psycopg.Error:
            transaction.kept.forget()
            if not lost and len(group) > 1:
                return _one_by_one(pool, connection, transaction, sites, group, mark)
            if not lost or time.monotonic() > until:
                if lost and attempt.in_doubt is not None:
                    raise Unavailable("storage", cause="in_doubt") from None
                raise
        except BaseException:
            transaction.kept.forget()
            raise


def _one_by_one(
    pool: Pool, connection: WritingConnection, transaction: SqlTransaction, sites: frozenset[str], group: list[Job],
    mark: str,
) -> None:  # fmt: skip
    """What the database refuses of one takes the whole transaction with it: each gets its own."""
    for job in group:
        try:
            run(pool, connection, transaction, sites, [job], mark)
        except Exception as error:
            job.result, job.error = None, error


class Attempt:
    """One group, as often as it takes. `in_doubt` is the mark's count before a commit that had no answer."""

    def __init__(
        self, connection: WritingConnection, transaction: SqlTransaction, sites: frozenset[str], group: list[Job],
        mark: str,
    ) -> None:  # fmt: skip
        self._connection, self._transaction, self._group = connection, transaction, group
        self._sites, self._mark = sorted(sites), mark
        self._rows = [*self._sites, mark]
        transaction.held = sites - {""}
        self.in_doubt: int | None = None

    def make(self) -> None:
        count = self._lock()
        # By now, the lock being ours, it has gone through or never will.
        done = self.in_doubt is not None and count > self.in_doubt
        self.in_doubt = None
        if done:
            return
        for job in self._group:
            job.result = job.error = None
        if len(self._group) == 1:
            self._alone(self._group[0])
        else:
            self._together()
        self._commit(count)

    def _lock(self) -> int:
        """Begins, with the rows of these sites locked; the mark's count. A site that is being made gets its row with
        it, a mark that is used for the first time too."""
        connection, rows = self._connection, (self._rows,)
        connection.begin()
        asked = (("BEGIN", ()), (LOCK, rows), (BESIDE, (self._sites, len(self._group))))
        _begun, locked, beside = connection.send(*asked)
        if len(locked) < len(self._rows):
            _made, locked = connection.send((NEW_LOCK, rows), (LOCK, rows))
        connection.ids = [int(number or 0) for _steady, number in beside]
        steady, _number = beside[0]
        versions = {(row or b"").decode(): int(version or 0) for row, version in locked}
        kept = self._transaction.kept
        if isinstance(kept, LaneKept):
            if kept.begin_at(versions[self._sites[0]], steady) and connection.raw is not None:
                connection.foresight.look(connection.raw)
        else:
            kept.forget()
        return versions[self._mark]

    def _alone(self, job: Job) -> None:
        try:
            job.result = job.work(self._transaction)
            self._transaction.kept.write()
        except Exception as error:
            if _begins_again(error, self._connection.raw):
                raise
            job.error = error

    def _together(self) -> None:
        for job in self._group:
            job.error = self._step(job)
        self._transaction.kept.write()

    def _step(self, job: Job) -> Exception | None:
        """Runs it, and takes back what it did if it fails, unless the database says so; the error."""
        kept, connection = self._transaction.kept, self._connection
        kept.begin_step()
        connection.begin_step()
        try:
            job.result = job.work(self._transaction)
            connection.end_step()
        except psycopg.Error:
            raise
        except Exception as error:
            connection.undo_step()
            kept.undo_step()
            return error
        return None

    def _commit(self, count: int) -> None:
        connection = self._connection
        if all(job.error is not None for job in self._group):
            connection.begin()
            connection.send(("ROLLBACK", ()))
            self._transaction.kept.forget()
            return
        self.in_doubt = count
        connection.send((WRITTEN, (self._rows,)), ("COMMIT", ()))
        self.in_doubt = None
        kept = self._transaction.kept
        if isinstance(kept, LaneKept):
            kept.written()


def _begins_again(error: Exception, raw: Raw | None) -> bool:
    """Whether the error is of the transaction and not of this work."""
    circle = isinstance(error, DeadlockDetected | SerializationFailure | LockNotAvailable)
    return circle or (isinstance(error, psycopg.Error) and is_lost(error, raw))
