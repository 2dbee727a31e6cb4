"""A process that writes for the server: a fork of it, made before there are threads or sockets. It runs the verbs and
commits, so that requests and websockets have an interpreter of their own.

Both speak in pickles through two pipes. Where one ends, the other's next read does; signals are the server's alone. It
leaves the database open: the server closes it last, and after a server that was killed it is as after a power cut.
"""

from __future__ import annotations

import copyreg
import ctypes
import gc
import io
import logging
import os
import pickle
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, timezone
from functools import cache
from itertools import chain
from select import PIPE_BUF
from typing import Any, BinaryIO, NamedTuple, TypeVar

import gevent
from gevent import monkey
from gevent.event import Event
from gevent.fileobject import FileObjectPosix
from gevent.hub import Waiter
from msgspec import UNSET, UnsetType

from kiosk.datadir import DataDir
from kiosk.parts import make_wiring
from kiosk.signing import signer
from ticketing.errors import TicketingError, Unavailable
from ticketing.lookups import Wiring
from ticketing.ports import Clock
from ticketing.rules.sites import Site
from ticketing.store.committing import PATIENCE_S, Committing, Job
from ticketing.store.rows import site_text, site_value
from ticketing.store.sqlite import writing_at
from ticketing.store.writer import WAITING, Gone
from ticketing.store.writing import NotHeld, SqlTransaction

log = logging.getLogger("layso.writing")
T = TypeVar("T")
# So many at least are handed over together, and committed together, if so many have come.
GROUP = 256
# Of so many half go along before the loop reads on.
FEW = 32
LENGTH = 4
END_S = 2.0
PIPE_BYTES = 64 * 1024
PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Asked(NamedTuple):
    sites: frozenset[str]
    work: Callable[[SqlTransaction], Any]
    until: float
    answer: Waiter[tuple[Any, BaseException | None]]


class WriterProcess:
    """`store.Writer` for greenlets. It forks as it is made, before anything opens the data; `begin` says that they are
    ready, and comes before the first work."""

    def __init__(self, directory: DataDir, clock: Clock) -> None:
        their_in, self._out_file = os.pipe()
        self._in_file, their_out = os.pipe()
        # Else its collections would copy all that was imported.
        gc.freeze()
        # gevent's would begin a loop in the child, and close files by it.
        fork, close = monkey.get_original("os", "fork"), monkey.get_original("os", "close")
        self.pid: int = fork()
        if not self.pid:
            close(self._out_file)
            close(self._in_file)
            _live(their_in, their_out, directory, clock)
        close(their_in)
        close(their_out)
        self._asked: dict[int, Asked] = {}
        self._new: list[int] = []
        self._number = 0
        self._ring = Event()
        self._closing = self._ended = self._failed = self._sending = False

    def begin(self) -> None:
        self._out = FileObjectPosix(self._out_file, "wb", PIPE_BYTES)
        self._in = FileObjectPosix(self._in_file, "rb", PIPE_BYTES)
        self._hand_over([])
        gevent.spawn(self._send)
        self._receiver = gevent.spawn(self._receive)

    @property
    def backlog(self) -> int:
        return len(self._asked)

    @property
    def failed(self) -> bool:
        """Also while somebody has waited for longer than any lock is waited for: a process may stand still."""
        oldest = next(iter(self._asked.values()), None)
        return self._failed or (oldest is not None and oldest.until < time.monotonic())

    def submit(self, sites: frozenset[str], work: Callable[[SqlTransaction], T]) -> T:
        """Raises what the work does; Unavailable when too many writes wait, or for one whose process ended before it
        had said what came of it; Gone for one that was not begun."""
        if self._closing:
            raise Unavailable("closing")
        if self._ended:
            raise Gone()
        if len(self._asked) >= WAITING:
            raise Unavailable("busy")
        self._number += 1
        asked = self._asked[self._number] = Asked(sites, work, time.monotonic() + PATIENCE_S, Waiter())
        self._new.append(self._number)
        if not self._sent_at_once():
            self._ring.set()
        result, error = asked.answer.get()
        if error is not None:
            raise error
        return result

    def close(self) -> None:
        """Lets the writes that wait finish, then ends; a process that stands still is not waited for."""
        self._closing = True
        self._ring.set()
        self._receiver.join(PATIENCE_S + END_S)
        if not self._ended:
            os.kill(self.pid, signal.SIGKILL)
            self._receiver.join()

    def _sent_at_once(self) -> bool:
        """Half of the few who wait go before the loop has read what else has come, to be written meanwhile: together
        all would be read first and written then. Of many enough come at each turn of the loop. A pipe takes so little
        whole or not at all."""
        if self._sending or len(self._asked) > FEW or 2 * len(self._new) < len(self._asked):
            return False
        content = self._message(self._new)
        if len(content) <= PIPE_BUF:
            with suppress(OSError):
                os.write(self._out_file, content)
                self._new = []
                return True
        # Else each who comes before `_send` has its turn would pack all of them once more.
        self._sending = True
        return False

    def _send(self) -> None:
        with suppress(OSError):
            while not (self._closing and not self._new):
                self._ring.wait()
                self._ring.clear()
                while self._new:
                    group, self._new = self._new[:GROUP], self._new[GROUP:]
                    self._hand_over(group)
            self._out.close()

    def _hand_over(self, group: list[int]) -> None:
        self._sending = True
        self._out.write(self._message(group))
        self._out.flush()
        self._sending = False

    def _message(self, group: list[int]) -> bytes:
        # One that can't be sent may have been answered at an earlier try.
        asked = ((number, self._asked[number]) for number in group if number in self._asked)
        orders = [(number, one.sites, one.work, one.until) for number, one in asked]
        try:
            content = packed(orders)
        except Exception:
            content = packed([one for one in orders if self._goes(one)])
        return len(content).to_bytes(LENGTH) + content

    def _goes(self, order: tuple[Any, ...]) -> bool:
        """A work that can't be sent is its caller's mistake, and nobody else's."""
        try:
            packed(order)
            return True
        except Exception as error:
            self._answer(order[0], None, error)
            return False

    def _answer(self, number: int, result: Any, error: BaseException | None) -> None:
        gevent.get_hub().loop.run_callback(self._asked.pop(number).answer.switch, (result, error))

    def _receive(self) -> None:
        try:
            while True:
                self._failed, answers = pickle.load(self._in)
                for answer in answers:
                    self._answer(*answer)
        except Exception as error:
            if not isinstance(error, EOFError | OSError | pickle.UnpicklingError):
                log.exception("what the process that writes has said can't be read")
            self._end()

    def _end(self) -> None:
        """Nobody knows whether what was handed over is done; the rest surely isn't."""
        self._ended = True
        if not self._closing:
            log.error("the process that writes has ended: the server writes by itself from now on")
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        # Once a program was run (a printer's, say) gevent's loop collects every child, and may have been first.
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        new, self._new = set(self._new), []
        for number in list(self._asked):
            self._answer(number, None, Gone() if number in new else Unavailable("storage", cause="writer"))


# -- what goes through the pipes --------------------------------------------------------------------------


class Packer(pickle.Pickler):
    """Of what an office is given once only the address goes along; of a site its text, made once."""

    dispatch_table = copyreg.dispatch_table.copy()


def packed(what: Any) -> bytes:
    content = io.BytesIO()
    Packer(content, pickle.HIGHEST_PROTOCOL).dump(what)
    return content.getvalue()


_texts: dict[str, tuple[Site, str]] = {}


def _reduced_site(site: Site) -> tuple[Any, ...]:
    kept = _texts.get(site.code)
    if kept is None or kept[0] is not site:
        kept = _texts[site.code] = site, site_text(site)
    return site_value, (kept[1],)


# In the process that writes: what makes its own of what an office is given.
_own: list[Callable[[str], Wiring]] = []


@cache
def own_wiring(public_url: str) -> Wiring:
    return _own[0](public_url)


def unset() -> UnsetType:
    return UNSET


def utc() -> timezone:
    return UTC


# Pickled by its name alone it is looked for in every module there is.
Packer.dispatch_table[UnsetType] = lambda _: (unset, ())
Packer.dispatch_table[timezone] = lambda zone: (utc, ()) if zone is UTC else zone.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
Packer.dispatch_table[Wiring] = lambda wiring: (own_wiring, (wiring.public_url,))
Packer.dispatch_table[Site] = _reduced_site


# -- the process that writes ------------------------------------------------------------------------------


def _live(orders_file: int, answers_file: int, directory: DataDir, clock: Clock) -> None:
    """Never returns."""
    code = 1
    try:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        # Not even a commit that waits for another process keeps the next server from the data.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # Work that is handed to it would else push the server off its processor in the middle of a request. A service's
        # own rules may forbid it.
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        _own.append(lambda public_url: make_wiring(clock, public_url=public_url, signer=signer(directory.ledger_key)))
        with os.fdopen(answers_file, "wb") as answers:
            _serve(Inbox(orders_file), answers, directory)
        code = 0
    except BrokenPipeError:
        # Nobody is left to be answered.
        code = 0
    except BaseException:
        log.exception("the process that writes has failed")
    finally:
        os._exit(code)


class Inbox:
    """What comes through a pipe. All that has come while a group was committed is the next one."""

    def __init__(self, file: int) -> None:
        self._file, self._come = file, bytearray()

    def take(self) -> list[Any]:
        """The orders of the messages that are here, waited for until there is one. Raises EOFError."""
        while not (messages := self._whole()):
            more = os.read(self._file, PIPE_BYTES)
            if not more:
                raise EOFError
            self._come += more
        return list(chain.from_iterable(messages))

    def _whole(self) -> list[list[Any]]:
        messages, orders, at = list[list[Any]](), 0, 0
        while orders < GROUP:
            begin = at + LENGTH
            end = begin + int.from_bytes(self._come[at:begin])
            if begin > len(self._come) or end > len(self._come):
                break
            messages.append(pickle.loads(self._come[begin:end]))
            orders, at = orders + len(messages[-1]), end
        del self._come[:at]
        return messages


def _serve(inbox: Inbox, answers: BinaryIO, directory: DataDir) -> None:
    committing: Committing | None = None
    with suppress(EOFError):
        while True:
            numbers, jobs = [], []
            for number, sites, work, until in inbox.take():
                numbers.append(number)
                jobs.append(Job(sites, work, until))
            # The first message, in which there is none, says that the tables are there.
            committing = committing or writing_at(directory.database)
            committing.commit(jobs)
            answers.write(_answered(committing.failed, numbers, jobs))
            answers.flush()


def _answered(failed: bool, numbers: list[int], jobs: list[Job]) -> bytes:
    for job in jobs:
        if _is_unexpected(job.error):
            log.error("a write went wrong", exc_info=job.error)
    answers = [(number, job.result, job.error) for number, job in zip(numbers, jobs, strict=True)]
    answers = [_sendable(one) if _is_unexpected(one[2]) else one for one in answers]
    try:
        return packed((failed, answers))
    except Exception:
        return packed((failed, [_sendable(one) for one in answers]))


def _is_unexpected(error: BaseException | None) -> bool:
    return error is not None and not isinstance(error, TicketingError | NotHeld)


def _sendable(answer: tuple[int, Any, BaseException | None]) -> tuple[int, Any, BaseException | None]:
    try:
        # An error may be packed and yet not be made again.
        pickle.loads(packed(answer))
        return answer
    except Exception as error:
        log.exception("what came of a write can't be sent")
        return answer[0], None, TypeError(str(error))
