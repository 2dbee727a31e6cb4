"""How often one token, one ticket's code or one visitor may ask.

A whole waiting room shares one address, so that an address has generous limits, and none at all where a device
or an officer shows a credential. The counting is that of the `limits` package, which Flask-Limiter is built on,
asked directly: 5 µs a request, where the extension's own hooks take 70 µs of the 400 µs that a ticket costs.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from collections.abc import Callable, Mapping
from threading import Semaphore
from typing import Any, NamedTuple, TypeVar, cast

from flask import g, request
from limits import RateLimitItem, RateLimitItemPerMinute, WindowStats, errors
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

from ticketing.api.auth import credential
from ticketing.errors import RateLimited, TicketingError
from ticketing.verbs.people import Accounts

T = TypeVar("T")


class Place(NamedTuple):
    """Where counts are kept, as an address of the `limits` package (`memory://`, `redis://…`), and whose they are
    there: databases on one Redis count for themselves."""

    address: str
    name: str = ""


IN_MEMORY = Place("memory://")
SHARED: dict[str, Any] = {"wrap_exceptions": True, "socket_timeout": 0.5, "socket_connect_timeout": 0.5}
LOST_S = 1.0
FIXED, MOVING = 0, 1


class PerMinute(RateLimitItemPerMinute):
    """The package's own, which looks at the type of each part of a key."""

    def key_for(self, *identifiers: Any) -> str:
        return f"{self.namespace}/{'/'.join(identifiers)}/{self.amount}/{self.multiples}/minute"


PER_TOKEN = PerMinute(1200)
PER_CODE = PerMinute(120)
PER_VISITOR = PerMinute(1800)
PER_VISITOR_PAGES = PerMinute(600)
PER_VISITOR_IN_ALL = PerMinute(6000)
PER_KNOWN_DEVICE = PerMinute(60)
PER_VISITOR_MISSES = PerMinute(60)
CLOCK_FELL_S = 60.0
SWEEP_EVERY_S = 10.0
STRANGERS_AT_ONCE = 2
TURN_S = 2.0
HELD_S = 0.5


def visitor(environ: Mapping[str, Any]) -> str:
    """Whom every limit counts: the address, of IPv6 the network. Behind a trusted proxy it is the visitor's own
    by now; what others write into X-Forwarded-For is nothing."""
    peer = environ.get("REMOTE_ADDR") or ""
    return network_of(peer) if ":" in peer else peer[:64]


def network_of(peer: str) -> str:
    """Whoever has one address of IPv6 has the 2^64 beside it."""
    try:
        address = ipaddress.IPv6Address(peer.partition("%")[0])
    except ValueError:
        return peer[:64]
    return str(address.ipv4_mapped or ipaddress.IPv6Network((address, 64), strict=False))


def short(*words: object) -> str:
    """A key of fixed length, whatever was sent."""
    return hashlib.blake2b("\0".join(map(str, words)).encode(errors="replace"), digest_size=12).hexdigest()


def bucket(word: str) -> int:
    """One of 65,536 keys, for what a stranger may make up."""
    return int.from_bytes(hashlib.blake2b(word.encode(errors="replace"), digest_size=2).digest())


class Swept(MemoryStorage):
    """Counts of this process. The package's own storage looks through every key a hundred times a second while
    anything is counted, which a province's phones would make long; what is over is over here when it is asked for,
    and is swept away now and then."""

    def __init__(self) -> None:
        self._next_sweep = time.monotonic() + SWEEP_EVERY_S
        super().__init__()

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802
        now = time.monotonic()
        if now >= self._next_sweep:
            self._next_sweep = now + SWEEP_EVERY_S
            getattr(self, "_MemoryStorage__expire_events")()  # noqa: B009

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """The package's own, which takes a lock for each key: here nobody comes between."""
        self._MemoryStorage__schedule_expiry()
        now = time.time()
        if self.expirations.get(key, 0) <= now:
            self.storage[key], self.expirations[key] = 0, now + expiry
        self.storage[key] += amount
        return self.storage[key]


class Windows:
    """Windows of time on one storage."""

    def __init__(self, place: Place = IN_MEMORY) -> None:
        self._latest = 0.0
        self._own = self._limiters(Swept())
        self._shared = None
        if place != IN_MEMORY:
            storage = storage_from_string(place.address, key_prefix=f"layso:{place.name}", **SHARED)
            self._shared = self._limiters(cast(Storage, storage))
        self._own_until = 0.0

    @staticmethod
    def _limiters(storage: Storage) -> tuple[FixedWindowRateLimiter, MovingWindowRateLimiter]:
        return FixedWindowRateLimiter(storage), MovingWindowRateLimiter(storage)

    def _ask(self, which: int, asked: Callable[[Any], T]) -> T:
        """Of the storage that processes share; of our own while that is lost, and for a moment after."""
        if self._shared is not None and time.monotonic() >= self._own_until:
            try:
                return asked(self._shared[which])
            except errors.StorageError:
                self._own_until = time.monotonic() + LOST_S
        return asked(self._own[which])

    def mind_the_clock(self) -> None:
        """Entries of a clock that has fallen back since lie ahead, and would stand for as long as it fell."""
        now = time.time()
        if now < self._latest - CLOCK_FELL_S:
            self._own[0].storage.reset()
        self._latest = now

    def hit(self, item: RateLimitItem, key: str) -> None:
        """Counts in a fixed window. Raises RateLimited, with the seconds to wait, when it is one too many."""
        self.mind_the_clock()
        own = self._shared is None
        if not (self._own[FIXED].hit(item, key) if own else self._ask(FIXED, lambda windows: windows.hit(item, key))):
            wait = self._ask(FIXED, lambda windows: windows.get_window_stats(item, key)).reset_time - time.time()
            raise RateLimited(retry_after=max(1, math.ceil(wait)))


    def has_room(self, item: RateLimitItem, key: str) -> bool:
        return self._ask(FIXED, lambda windows: bool(windows.test(item, key)))

    def count(self, item: RateLimitItem, key: str) -> None:
        """Counts in a fixed window, and refuses nobody."""
        self._ask(FIXED, lambda windows: windows.hit(item, key))

    def hit_moving(self, item: RateLimitItem, key: str) -> None:
        self._ask(MOVING, lambda windows: windows.hit(item, key))

    def moving_stats(self, item: RateLimitItem, key: str) -> WindowStats:
        return self._ask(MOVING, lambda windows: windows.get_window_stats(item, key))

    def clear_moving(self, item: RateLimitItem, key: str) -> None:
        self._ask(MOVING, lambda windows: windows.clear(item, key))


class Limits:
    """Fixed windows of a minute, and turns. `pause` lets others go on, for so many seconds, before a stranger's request
    is begun or refused."""

    def __init__(
        self, accounts: Accounts, storage: Place = IN_MEMORY, pause: Callable[[float], object] = lambda seconds: None
    ) -> None:
        self.windows = Windows(storage)
        self._accounts, self.pause = accounts, pause
        # A device that somebody has signed in on before: its name, else "".
        self.known_device: Callable[[], str] = lambda: ""
        self._turns = Semaphore(STRANGERS_AT_ONCE)

    def check(self) -> None:
        """Counts this request. Raises RateLimited when it is one too many. Needs `g.actor`, and
        `end_turn` afterwards.

        A request with a credential is counted under that, and held back by no other. Strangers take turns, so
        that a device's tap has few of them before it; a turn that doesn't come is not waited for.
        """
        known = g._get_current_object()
        actor = known.actor
        if actor is None:
            known.hold_back = self.hold_back
            if self._turns.acquire(timeout=TURN_S):
                known.end_turn = self._turns.release
            self.pause(0)
            try:
                return self._count_stranger()
            except RateLimited:
                # A kiosk's page brings its cookie, which nothing has gone by yet.
                if device := self.known_device():
                    return self.windows.hit(PER_KNOWN_DEVICE, short("known", device))
                actor = credential(request.environ, self._accounts)
                if actor is None:
                    refuse_slowly()
                    raise
        self.windows.hit(PER_TOKEN, f"token:{actor.token_id or actor.id}")

    def _count_stranger(self) -> None:
        path, who = request.view_args or {}, visitor(request.environ)
        self.windows.hit(PER_VISITOR_IN_ALL, short("all", who))
        if "code" in path:
            self.windows.hit(PER_CODE, f"code:{bucket(path['code'])}")
        elif request.path.startswith("/api/"):
            self.windows.hit(PER_VISITOR, short(request.endpoint, bucket(path.get("site", "")), who))
        elif not request.path.startswith("/static/"):
            self.windows.hit(PER_VISITOR_PAGES, short("pages", who))

    def hold_back(self) -> None:
        """Before a refusal: who asks again at once asks less often, and no refusal costs others their time."""
        self.pause(HELD_S)

    def missed(self, environ: Mapping[str, Any]) -> None:
        """Counts a ticket's code that isn't known. Raises RateLimited: a visitor who goes on guessing no longer
        learns which codes there are not; those that there are answer as before."""
        self.windows.hit(PER_VISITOR_MISSES, short("misses", visitor(environ)))


def end_turn() -> None:
    """A stranger's turn is over: with his request, or before what waits elsewhere."""
    if (end := g._get_current_object().pop("end_turn", None)) is not None:
        end()


def refuse_slowly() -> None:
    """Before a refusal to somebody who has asked too often."""
    end_turn()
    g.get("hold_back", lambda: None)()


def refusal_of_guess(limits: Limits, status: int) -> TicketingError | None:
    """What to answer in the place of a stranger's 404 for a ticket's code, once he has made up too many."""
    if status != 404 or g.get("actor") is not None or "code" not in (request.view_args or {}):
        return None
    try:
        limits.missed(request.environ)
    except RateLimited as refusal:
        refuse_slowly()
        return refusal
    return None
