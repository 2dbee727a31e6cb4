"""What a view gets and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Response

from ticketing.office import ANY, Office
from ticketing.officers import Actor
from ticketing.sites import Site

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
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
    def expect(self) -> Any:
        """The number that the officer's screen shows, None for nobody, ANY when he doesn't say."""
        return ANY if self.body.expect is msgspec.UNSET else self.body.expect


def answer(content: Any, status: int = 200, **headers: str) -> Response:
    """JSON in UTF-8 that nobody keeps: every answer is the state of one moment."""
    made = Response(msgspec.json.encode(content), status, mimetype="application/json")
    made.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        made.headers[name.replace("_", "-")] = value
    return made


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
