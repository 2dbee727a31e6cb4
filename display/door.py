"""Who may open a socket, and how fast polling may go: judged before Engine.IO makes anything of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from flask import Flask
from flask_socketio import SocketIO
from limits import RateLimitItemPerMinute

from display.live import Live
from display.wire import Flood, Traffic
from ticketing.api.auth import credential
from ticketing.api.limits import Limits, short, visitor
from ticketing.errors import RateLimited
from ticketing.verbs.people import Accounts

PATH = "/socket.io"
MOST_IN_ALL = 8000
MOST_OF_VISITOR = 200
PER_VISITOR_NEW = RateLimitItemPerMinute(600)
PER_VISITOR_FLOODS = RateLimitItemPerMinute(10)
PER_VISITOR_STRAY = RateLimitItemPerMinute(600)
# A poll that waits for the next push is no packet, and a busy wall polls as often as it is pushed to.
POLL_COSTS = 0.25
AGAIN_S = 5
WHO = "layso.visitor"
Wsgi = Callable[..., Iterable[bytes]]
Exempt = Callable[[str], bool]


class Door:
    """WSGI before the sockets' own, by which no other request goes. A device or officer that shows a credential is
    never held back here, and who is `exempt`, a proxy that doesn't say for whom it asks, by the bound in all alone."""

    def __init__(
        self, app: Wsgi, sockets: Wsgi, engine: Any, limits: Limits, accounts: Accounts,
        exempt: Exempt = lambda address: False,
    ) -> None:  # fmt: skip
        self._app, self._sockets, self._exempt = app, sockets, exempt
        self._engine, self._limits, self._accounts = engine, limits, accounts
        self._open: dict[str, set[str]] = {}
        engine.on("connect", partial(self._enter, engine.handlers["connect"]))
        engine.on("disconnect", partial(self._leave, engine.handlers["disconnect"]))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return self._app(environ, start_response)
        try:
            self._judge(environ)
        except (RateLimited, Flood):
            self._limits.hold_back()
            start_response(
                "429 Too Many Requests",
                [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Retry-After", str(AGAIN_S))],
            )
            return []
        return self._sockets(environ, start_response)

    def _judge(self, environ: dict[str, Any]) -> None:
        """Raises RateLimited or Flood."""
        asked = parse_qs(environ.get("QUERY_STRING", "")).get("sid")
        if asked is None:
            self._admit(environ)
            return
        connection = self._engine.sockets.get(asked[0])
        if connection is None:
            self._limits.windows.hit(PER_VISITOR_STRAY, short("stray", visitor(environ)))
        elif environ.get("REQUEST_METHOD") == "POST":
            connection.traffic.count(packets=1, size=int(environ.get("CONTENT_LENGTH") or 0))
        else:
            connection.traffic.count(packets=POLL_COSTS)

    def _admit(self, environ: dict[str, Any]) -> None:
        if credential(environ, self._accounts) is not None:
            return
        if self._exempt(environ.get("REMOTE_ADDR") or ""):
            if len(self._engine.sockets) >= MOST_IN_ALL:
                raise RateLimited(retry_after=AGAIN_S)
            return
        who = environ[WHO] = visitor(environ)
        self._limits.windows.hit(PER_VISITOR_NEW, short("sockets", who))
        if not self._limits.windows.has_room(PER_VISITOR_FLOODS, short("floods", who)):
            raise RateLimited(retry_after=AGAIN_S)
        if len(self._engine.sockets) >= MOST_IN_ALL or len(self._of(who)) >= MOST_OF_VISITOR:
            raise RateLimited(retry_after=AGAIN_S)

    def _of(self, who: str) -> set[str]:
        """The visitor's open connections. One that broke while it was being made is told of by nobody."""
        mine = self._open.get(who, set())
        if len(mine) >= MOST_OF_VISITOR:
            mine &= self._engine.sockets.keys()
        return mine

    def _enter(self, connected: Any, eio_sid: str, environ: dict[str, Any]) -> Any:
        connection = self._engine.sockets[eio_sid]
        who = connection.visitor = environ.get(WHO, "")
        connection.traffic = Traffic(partial(connection.close, wait=False, abort=True), partial(self._flooded, who))
        if who:
            self._open.setdefault(who, set()).add(eio_sid)
        return connected(eio_sid, environ)

    def _flooded(self, who: str) -> None:
        """Who was cut off a few times gets no new socket for the rest of the minute."""
        self._limits.windows.count(PER_VISITOR_FLOODS, short("floods", who))

    def _leave(self, disconnected: Any, eio_sid: str, *reason: Any) -> Any:
        self.vouch(eio_sid)
        return disconnected(eio_sid, *reason)

    def vouch(self, eio_sid: str) -> None:
        """This connection counts as a stranger's no longer: it has shown a token, or is gone."""
        who = getattr(self._engine.sockets.get(eio_sid), "visitor", "")
        mine = self._open.get(who, set())
        mine.discard(eio_sid)
        if not mine:
            self._open.pop(who, None)


def stand_at_the_door(
    app: Flask, socketio: SocketIO, live: Live, limits: Limits, accounts: Accounts, exempt: Exempt
) -> None:
    sockets: Any = app.wsgi_app
    door = Door(sockets.wsgi_app, sockets, socketio.server.eio, limits, accounts, exempt)
    app.wsgi_app = door  # type: ignore[method-assign]
    live.on_miss, live.on_token = limits.missed, door.vouch
