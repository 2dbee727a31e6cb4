"""What a view gets and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIEnvironment

import msgspec
from flask import Response
from werkzeug.datastructures import Headers

from ticketing.api.headers import EVERYWHERE
from ticketing.office import Office, Where
from ticketing.rules.people import Actor
from ticketing.rules.sites import Site

PREFIX = "/api/v1"


@dataclass(slots=True)
class Call:
    """One request, checked: `actor` has one of the route's roles at `site` (both None on a public call),
    `body` is the route's model, `key` the Idempotency-Key or "". `lang` is the language of the answer,
    `asked` the same, but "" where the request names none."""

    office: Office
    actor: Actor | None
    site: Site | None
    lang: str
    asked: str
    body: Any = None
    key: str = ""

    @property
    def who(self) -> Actor:
        """The actor of a route that has roles."""
        assert self.actor is not None
        return self.actor

    @property
    def where(self) -> Site:
        """The site of a route that has roles."""
        assert self.site is not None
        return self.site

    @property
    def here(self) -> Where:
        """Where the verb of a route that has roles acts, and for whom."""
        assert self.actor is not None and self.site is not None
        return Where(self.site.code, self.actor, self.key)


@cache
def _status_line(status: int) -> str:
    return Response(status=status).status


class _Then(list[bytes]):
    """The chunks of an answer, and what is to be done once they are sent."""

    def __init__(self, chunks: Iterable[bytes], then: Callable[[], None]) -> None:
        super().__init__(chunks)
        self._then = then

    def close(self) -> None:
        self._then()


class Json(Response):
    """Bytes under headers that are whole as they are, those that every answer bears among them: werkzeug would go
    through them twice, to take them in and to give them out. `then` is done when they are sent."""

    then: Callable[[], None] | None = None

    default_mimetype = "application/json"

    def __init__(self, content: bytes, status: int) -> None:
        self.headers = Headers()
        self.headers._list = [
            ("Cache-Control", "no-store"), ("Content-Type", "application/json"),
            ("Content-Length", str(len(content))), *EVERYWHERE,
        ]  # fmt: skip
        self.response = [content]
        self._status_code, self._status = status, _status_line(status)
        self.direct_passthrough, self._on_close = False, []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "HEAD":
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        sent = cast(Iterable[bytes], self.response)
        return sent if self.then is None else _Then(sent, self.then)


def answer(content: Any, status: int = 200, **headers: str) -> Json:
    """JSON in UTF-8 that nobody keeps: every answer is the state of one moment."""
    made = json(msgspec.json.encode(content), status)
    for name, value in headers.items():
        made.headers.add(name, value)
    return made


def json(content: bytes, status: int = 200) -> Json:
    return Json(content, status)


def items(found: list[Any], following: int | None = None) -> Response:
    return answer({"items": found} if following is None else {"items": found, "next": following})


def nothing() -> Response:
    made = Response(status=204)
    made.headers["Cache-Control"] = "no-store"
    del made.headers["Content-Type"]
    return made


def document(content: bytes, mimetype: str, disposition: str) -> Response:
    made = Response(content, mimetype=mimetype)
    made.headers["Cache-Control"] = "private, no-store"
    made.headers["Content-Disposition"] = disposition
    return made
