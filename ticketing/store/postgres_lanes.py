"""Writes on PostgreSQL, a lane for each site: of what waits in a process for one site a group shares one lock and one
commit, each of it behind a savepoint of its own. What a lane has read it keeps as long as the row that it locks says
that nobody else has written for its site."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from ticketing.errors import Unavailable
from ticketing.store.kept import MOST, Kept
from ticketing.store.postgres_connection import PATIENCE_S, Pool, PostgresConnection, Raw, is_lost
from ticketing.store.writing import SqlTransaction

T = TypeVar("T")
GROUP, WAITING, TRIES = 64, 2000, 5
# What stands under the lock of the site that it is of; everything else may change without it.
OWN = frozenset(["version", "clock", "emergency", "outage", "session", "sessions", "counters", "head"])


class LaneKept(Kept):
    """What belongs to the lane's site is kept by the version of the row that it locks, what belongs to others as long
    as no steady row of theirs has changed."""

    def __init__(self, connection: PostgresConnection, site: str) -> None:
        super().__init__(connection)
        self._site = site
        self._own: int | None = None
        self._others: Hashable = None
        self._foreign: dict[Hashable, Any] = {}

    def begin_at(self, own: int, others: Hashable) -> None:
        if own != self._own or len(self) > MOST:
            self.forget()
        if others != self._others:
            self._foreign.clear()
        self._own, self._others = own, others
        for counts in (self.lengths, self.series):
            counts.let_go(lambda part: part[0] != self._site)

    def written(self) -> None:
        assert self._own is not None
        self._own += 1

    def _is_own(self, key: Hashable) -> bool:
        return isinstance(key, tuple) and key[0] in OWN and key[1] == self._site

    def value(self, key: Hashable, load: Callable[[], T]) -> T:
        if self._is_own(key):
            return super().value(key, load)
        if key not in self._foreign:
            self._foreign[key] = load()
        found: T = self._foreign[key]
        return found

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
        self._connection = PostgresConnection()
        self._transaction = SqlTransaction(self._connection, LaneKept(self._connection, site))
        self._sites = frozenset([site])
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
            run(self._pool, self._connection, self._transaction, self._sites, group)
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


def run_alone(pool: Pool, sites: frozenset[str], work: Callable[[SqlTransaction], T]) -> T:
    """A work for several sites, or for none: what it reads is kept by nobody."""
    connection = PostgresConnection()
    job = Job(work)
    run(pool, connection, SqlTransaction(connection), sites, [job])
    if job.error is not None:
        raise job.error
    found: T = job.result
    return found


def run(
    pool: Pool, connection: PostgresConnection, transaction: SqlTransaction, sites: frozenset[str], group: list[Job]
) -> None:
    """Runs all of them, commits once, and fills in what each returned or raised.

    Begins again where two transactions met in a circle, and where the connection was lost: before the commit nothing
    was done, and after it the row that was locked tells whether it was. Raises Unavailable where it can't tell, and
    psycopg.Error.
    """
    attempt = Attempt(connection, transaction, sites, group)
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
                        raw.rollback()
                    connection.raw = None
        except (DeadlockDetected, SerializationFailure):
            transaction.kept.forget()
            if tries >= TRIES:
                raise
        except psycopg.Error:
            transaction.kept.forget()
            if not lost or time.monotonic() > until:
                if lost and attempt.in_doubt:
                    raise Unavailable("storage", cause="in_doubt") from None
                raise
        except BaseException:
            transaction.kept.forget()
            raise


class Attempt:
    """One group, as often as it takes."""

    def __init__(
        self, connection: PostgresConnection, transaction: SqlTransaction, sites: frozenset[str], group: list[Job]
    ) -> None:
        self._connection, self._transaction, self._group = connection, transaction, group
        self._sites = sorted(sites)
        transaction.held = sites - {""}
        self._listed = ", ".join(_quoted(site) for site in self._sites)
        # The versions that a commit, whose answer never came, found; and its mark.
        self.in_doubt: dict[str, int] = {}
        self._mark = secrets.token_hex(8)

    def make(self) -> None:
        versions = self._lock()
        if self.in_doubt and self._was_done(versions):
            return
        self.in_doubt = {}
        for job in self._group:
            job.result = job.error = None
        if len(self._group) == 1:
            self._alone(self._group[0])
        else:
            self._together()
        self._commit(versions)

    def _lock(self) -> dict[str, tuple[int, str]]:
        """Begins, with the rows of these sites locked. A site that is being made gets its row with it."""
        others = f"SELECT SUM(version)::bigint FROM steady WHERE site NOT IN ({self._listed})"
        cursor = self._now(f"BEGIN; {self._rows()}; {others}")
        cursor.nextset()
        found = {site: (version, mark) for site, version, mark in cursor.fetchall()}
        cursor.nextset()
        steady = cursor.fetchone()[0]
        for site in self._sites:
            if site not in found:
                self._now(f"INSERT INTO locks VALUES ({_quoted(site)}, 0, '') ON CONFLICT DO NOTHING")
        if len(found) < len(self._sites):
            found = {site: (version, mark) for site, version, mark in self._now(self._rows()).fetchall()}
        kept = self._transaction.kept
        if isinstance(kept, LaneKept):
            kept.begin_at(found[self._sites[0]][0], steady)
        else:
            kept.forget()
        return found

    def _rows(self) -> str:
        return f"SELECT site, version, mark FROM locks WHERE site IN ({self._listed}) ORDER BY site FOR UPDATE"

    def _was_done(self, versions: dict[str, tuple[int, str]]) -> bool:
        """Whether the commit that had no answer went through. Raises Unavailable where others have written since."""
        if all(versions[site][0] == before for site, before in self.in_doubt.items()):
            return False
        if all(mark == self._mark for _version, mark in versions.values()):
            self._now("COMMIT")
            return True
        raise Unavailable("storage", cause="in_doubt")

    def _alone(self, job: Job) -> None:
        try:
            job.result = job.work(self._transaction)
            self._transaction.kept.write()
        except Exception as error:
            if _begins_again(error, self._connection.raw):
                raise
            job.error = error

    def _together(self) -> None:
        kept = self._transaction.kept
        self._now("SAVEPOINT step")
        for job in self._group:
            kept.begin_step()
            try:
                job.result = job.work(self._transaction)
                self._now("RELEASE step; SAVEPOINT step")
            except Exception as error:
                if _begins_again(error, self._connection.raw):
                    raise
                self._now("ROLLBACK TO step")
                kept.undo_step()
                job.error = error
        kept.write()

    def _commit(self, versions: dict[str, tuple[int, str]]) -> None:
        if all(job.error is not None for job in self._group):
            self._now("ROLLBACK")
            self._transaction.kept.forget()
            return
        mark = f"UPDATE locks SET version = version + 1, mark = '{self._mark}' WHERE site IN ({self._listed})"
        self.in_doubt = {site: version for site, (version, _mark) in versions.items()}
        self._now(f"{mark}; COMMIT")
        self.in_doubt = {}
        kept = self._transaction.kept
        if isinstance(kept, LaneKept):
            kept.written()

    def _now(self, statement: str) -> Any:
        raw = self._connection.raw
        assert raw is not None
        return raw.execute(statement)


def _quoted(site: str) -> str:
    return sql.Literal(site).as_string()


def _begins_again(error: Exception, raw: Raw | None) -> bool:
    """Whether the error is of the transaction and not of this work."""
    circle = isinstance(error, DeadlockDetected | SerializationFailure | LockNotAvailable)
    return circle or (isinstance(error, psycopg.Error) and is_lost(error, raw))
