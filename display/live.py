"""The sockets: /display, /ticket and /counter, and the one subscriber that pushes whole states.

A change marks its site; a pusher sends what the site's rooms now show: at once after a rest, at most some
16 times a second, the last state always. Nobody has to be replayed anything: joining gives the state.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_socketio import ConnectionRefusedError, SocketIO

from display import board as boards
from display.board import Screen
from display.pace import Pace
from display.phones import Phones
from display.sockets import Member, Room, Sockets, State
from ticketing.answers import board, console, printers
from ticketing.answers.console import Console
from ticketing.api import cookies
from ticketing.api.auth import STAFF_COOKIE
from ticketing.api.languages import spoken
from ticketing.errors import Invalid, TicketingError, Unauthorized, Unknown
from ticketing.lookups import Look
from ticketing.office import Office
from ticketing.rules import people
from ticketing.rules.sites import localized
from ticketing.signals.local import Bus
from ticketing.verbs.people import Accounts

log = logging.getLogger(__name__)
EVENTS = {"/display": "board", "/counter": "queue"}
TICK_S = 2.0
BEAT_S = 1.0
REFRESH_S = 10.0
RETRY_S = 1.0
JOIN_RETRY_S = 0.01
FAREWELL_S = 1.0
WELCOMES_A_TURN = 4
Auth = dict[str, Any]


def attach(socketio: SocketIO, office: Office, accounts: Accounts, bus: Bus) -> Live:
    """Registers the namespaces and the subscriber. Call `start()` once the server is about to listen."""
    live = Live(socketio, office, accounts)
    joins = {"/display": live.join_display, "/ticket": live.join_ticket, "/counter": live.join_counter}
    for namespace, join in joins.items():
        socketio.on_event("connect", _connect_handler(live, namespace, join), namespace=namespace)
        socketio.on_event("disconnect", live.left, namespace=namespace)
    bus.subscribe(live.changed)
    return live


def _connect_handler(live: Live, namespace: str, join: Callable[[Auth], tuple[Room, int]]) -> Callable[[Any], None]:
    def connect(auth: Any) -> None:
        # A TypeError that got out of here would make the library call again without `auth`, and any other
        # exception would leave the client without an answer.
        try:
            room, token_id = join(_shape(auth))
        except TicketingError as refusal:
            raise ConnectionRefusedError(refusal.code, {"code": refusal.code}) from None
        except Exception:
            log.exception("a connection could not be judged")
            raise ConnectionRefusedError("unavailable", {"code": "unavailable"}) from None
        live.joined(request.sid, namespace, room, token_id)  # type: ignore[attr-defined]

    return connect


def _shape(auth: Any) -> Auth:
    """What every namespace asks of `auth`, its `lang` as one of ours or "". Raises Invalid."""
    if auth is None:
        return {}
    if not isinstance(auth, dict):
        raise Invalid(("auth", "object"))
    for key in ("site", "screen", "lang", "code", "token"):
        value = auth.get(key, "")
        # JSON may hold half of a surrogate pair, which is no text to any store.
        if not isinstance(value, str | None) or (value or "").encode(errors="ignore").decode() != (value or ""):
            raise Invalid((key, "string"))
    counter = auth.get("counter")
    if counter is not None and (not isinstance(counter, int) or isinstance(counter, bool)):
        raise Invalid(("counter", "integer"))
    return auth | {"lang": spoken(auth.get("lang") or "")}


class Live:
    """The connected clients and the tasks that serve them. Nothing is locked while something is sent.

    `on_push` hears of every push of a site's boards: the seconds since the change that it tells of. `on_miss` hears
    of a ticket's code that isn't known, and may refuse by RateLimited; `on_token` of the connection that showed one.
    """

    def __init__(self, socketio: SocketIO, office: Office, accounts: Accounts) -> None:
        self._socketio, self._office, self._accounts = socketio, office, accounts
        self._sockets = Sockets(socketio)
        self._phones = Phones(office, self._sockets)
        self._boards_due, self._phones_due = Pace(), Pace()
        self._newcomers: list[Member] = []
        self._new_phones: list[Member] = []
        self._boards_wake: Any = None
        self._phones_wake: Any = None
        self._stop: Any = None
        # Set while the store can't be asked: whoever hears nothing shows that he is cut off.
        self.cut_off = False
        self._marked: dict[str, float] = {}
        self.on_push: Callable[[float], None] = lambda seconds: None
        self.on_miss: Callable[[Mapping[str, Any]], None] = lambda environ: None
        self.on_token: Callable[[str], None] = lambda eio_sid: None

    def start(self) -> None:
        self._sockets.use_own_websockets()
        self._sockets.throw_events_away()
        event = self._socketio.server.eio.create_event
        self._boards_wake, self._phones_wake, self._stop = event(), event(), event()
        for task in (self._push_boards, self._push_phones, self._beat):
            self._socketio.start_background_task(task)
        # What changed before there was anybody to wake waits already.
        self._wake()

    def stop(self) -> None:
        """Ends the tasks and closes every connection; clients come back to the next server by themselves."""
        if self._stop is None or self._stop.is_set():
            return
        self._stop.set()
        self._wake()
        self._sockets.close_all(FAREWELL_S)

    def changed(self, site: str) -> None:
        """The bus' subscriber: only marks, so that a tap never waits for screens."""
        self._marked.setdefault(site, time.monotonic())
        for due, wake in ((self._boards_due, self._boards_wake), (self._phones_due, self._phones_wake)):
            if due.mark(site) and wake is not None:
                wake.set()

    def connected(self) -> dict[str, int]:
        """Joined clients by namespace."""
        counts = {"/display": 0, "/ticket": 0, "/counter": 0}
        for member in list(self._sockets.members.values()):
            counts[member.room.namespace] += 1
        return counts

    # Joining

    def join_display(self, auth: Auth) -> tuple[Room, int]:
        if not auth.get("site"):
            raise Invalid(("site", "missing"))
        site = self._office.site(auth["site"])
        screen = auth.get("screen") or ""
        boards.counters_on(site, screen)
        return Room("/display", site.code, auth.get("lang") or site.lang, screen), 0

    def join_ticket(self, auth: Auth) -> tuple[Room, int]:
        if not auth.get("code"):
            raise Invalid(("code", "missing"))
        lang = auth.get("lang") or ""
        try:
            site = self._office.site_of(auth["code"])
        except Unknown:
            self.on_miss(request.environ)
            raise
        return Room("/ticket", site, lang, auth["code"]), 0

    def join_counter(self, auth: Auth) -> tuple[Room, int]:
        secret = auth.get("token") or cookies.sent(*STAFF_COOKIE)
        actor = self._accounts.authenticate(secret) if secret else None
        if actor is None:
            raise Unauthorized()
        site = self._office.site(auth.get("site") or actor.site)
        people.require(actor, site, "officer")
        counter = auth.get("counter")
        if counter is not None:
            if site.counter(counter) is None:
                raise Unknown("counter", counter)
            self._office.wiring.consoles.came(request.sid, site.code, counter, actor.id)  # type: ignore[attr-defined]
        return Room("/counter", site.code, auth.get("lang") or site.lang, counter), actor.token_id

    def joined(self, sid: str, namespace: str, room: Room, token_id: int) -> None:
        member = Member(sid, self._sockets.eio_sid(sid, namespace) or "", room, time.monotonic(), token_id)
        self._sockets.add(member)
        if token_id:
            self.on_token(member.eio_sid)
        (self._new_phones if namespace == "/ticket" else self._newcomers).append(member)
        self._wake()

    def left(self, reason: str = "") -> None:
        sid = request.sid  # type: ignore[attr-defined]
        self._sockets.remove(sid)
        self._office.wiring.consoles.went(sid, self._office.clock.look().at)

    # Pushing

    def _wake(self) -> None:
        if self._stop is not None:
            self._boards_wake.set()
            self._phones_wake.set()

    def _push_boards(self) -> None:
        self._serve(self._boards_wake, self._boards_due, self._newcomers, self._welcome, self._push_site)

    def _push_phones(self) -> None:
        self._serve(self._phones_wake, self._phones_due, self._new_phones, self._phones.welcome, self._push_places)

    def _serve(
        self, wake: Any, pace: Pace, newcomers: list[Member],
        welcome: Callable[[Member], None], push: Callable[[str], None],
    ) -> None:  # fmt: skip
        """One pusher: sleeps until a mark or a newcomer, pushes what is due, never dies of an error."""
        wait: float | None = None
        while not self._stop.is_set():
            wake.wait(wait)
            wake.clear()
            for site in pace.due(time.monotonic()):
                self._push_one(site, pace, push)
            unsettled = self._welcome_all(newcomers, welcome)
            waits = [pace.wait(time.monotonic()), JOIN_RETRY_S if unsettled else None]
            wait = min((seconds for seconds in waits if seconds is not None), default=None)

    def _push_one(self, site: str, pace: Pace, push: Callable[[str], None]) -> None:
        started = time.monotonic()
        try:
            push(site)
        except Exception:
            log.exception("a push failed")
            pace.mark(site)
            pace.pushed(site, started, time.monotonic() + RETRY_S)
        else:
            pace.pushed(site, started, time.monotonic())

    def _welcome_all(self, newcomers: list[Member], welcome: Callable[[Member], None]) -> bool:
        """True while somebody's connection is still being made: nothing may be sent before it is."""
        for count, member in enumerate(list(newcomers), 1):
            if self._sockets.settled(member):
                newcomers.remove(member)
                member.ready = True
                try:
                    welcome(member)
                except Exception:
                    log.exception("a newcomer could not be told the state")
                    self._sockets.end(member)
                if count % WELCOMES_A_TURN == 0:
                    self._sockets.take_turns()
            elif member.sid not in self._sockets.members:
                newcomers.remove(member)
        return bool(newcomers)

    def _welcome(self, member: Member) -> None:
        self._sockets.send([member], EVENTS[member.room.namespace], self._state(member.room))

    def _push_site(self, site: str) -> None:
        marked = self._marked.pop(site, None)
        for room in self._sockets.of("/display", site) + self._sockets.of("/counter", site):
            self._send_newer(room)
        if marked is not None:
            self.on_push(time.monotonic() - marked)

    def _send_newer(self, room: Room) -> None:
        """A change is told twice when it was seen on the bus and in the journal; members hear it once."""
        members = self._sockets.ready(room)
        if not members:
            return
        state = self._state(room)
        behind = [m for m in members if state.is_news(m)]
        self._sockets.send(behind, EVENTS[room.namespace], state)

    def _state(self, room: Room) -> State:
        def of(look: Look) -> State:
            beside = printers.unjournaled(look) if room.namespace == "/counter" else ()
            return look.kept((room, beside), lambda: State.of(shown_in(look, room), beside))

        return self._office.see(room.site, of)

    def _push_places(self, site: str) -> None:
        now = time.monotonic()
        held_back = self._phones.follow(site, now)
        if held_back is not None:
            self._phones_due.mark_at(site, now + held_back)

    # The steady beat

    def _beat(self) -> None:
        """Each second: sockets of ended logins; every 2 s a tick; every 10 s a second look for the phones."""
        started = time.monotonic()
        next_tick, next_refresh = started + TICK_S, started + REFRESH_S
        while not self._stop.wait(BEAT_S):
            now = time.monotonic()
            try:
                self._end_revoked()
                if now >= next_tick - BEAT_S / 2:
                    next_tick = max(next_tick + TICK_S, now)
                    if not self.cut_off:
                        self._tick()
                    self._sockets.sweep(now)
                if now >= next_refresh:
                    next_refresh = now + REFRESH_S
                    for site in self._phones.sites():
                        self._phones.recheck(site)
                        self._phones_due.mark(site)
                        self._phones_wake.set()
            except Exception:
                log.exception("a beat failed")

    def _end_revoked(self) -> None:
        holders = [member for member in list(self._sockets.members.values()) if member.token_id]
        live = {token_id: self._accounts.is_live(token_id) for token_id in {m.token_id for m in holders}}
        for member in holders:
            if not live[member.token_id]:
                self._sockets.end(member)

    def _tick(self) -> None:
        """`seq` is that of the last state sent there, so that a tick never makes a client drop one on its way."""
        groups: dict[tuple[str, str, str, int], list[Member]] = {}
        for member in list(self._sockets.members.values()):
            if member.ready:
                key = (member.room.namespace, member.room.site, member.epoch, member.seq)
                groups.setdefault(key, []).append(member)
        times: dict[str, str] = {}
        for (_namespace, site, epoch, seq), members in groups.items():
            if site not in times:
                zone = self._office.site(site).zone
                times[site] = self._office.clock.now().astimezone(zone).isoformat(timespec="seconds")
            self._sockets.send(members, "tick", {"site": site, "epoch": epoch, "seq": seq, "time": times[site]})


def shown_in(look: Look, room: Room) -> Screen | Console:
    """What a wall or a counter is told."""
    if room.namespace == "/counter":
        return console.of(look, room.part, room.lang)
    try:
        counters = boards.counters_on(look.site, room.part)
    except Unknown:
        counters = frozenset()
    whole = board.of(look, room.lang)
    calls = look.view.queues.line(look.site.code, look.date).kept(
        ("screen", room.lang, counters), (whole.counters, whole.calls), lambda: boards.shown_calls(whole, counters)
    )
    return boards.screen(whole, counters, localized(look.site, room.lang), calls)
