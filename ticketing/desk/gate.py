"""Who may open which page of the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from flask import g

from ticketing.answers import units
from ticketing.desk.attempts import Attempts
from ticketing.errors import Unauthorized, Unknown
from ticketing.office import Office
from ticketing.rules.people import Actor, require
from ticketing.rules.sites import Site
from ticketing.verbs.people import Accounts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    office: Office
    accounts: Accounts
    attempts: Attempts


class LoginNeeded(Exception):
    """Nobody is signed in: the page leads to /login and back."""


def enter(desk: Desk, site_code: str, needed: str) -> tuple[Site, Actor]:
    """The site and who acts there. Raises LoginNeeded, Unknown("site") or Forbidden."""
    site = desk.office.site(site_code)
    try:
        return site, require(g.get("actor"), site, needed)
    except Unauthorized:
        raise LoginNeeded from None


def enter_unit(desk: Desk, head_code: str, code: str) -> tuple[Site, Site, Actor]:
    """An office, the unit under it and who looks at it from there, a supervisor of the office at least. Raises as
    `enter` does."""
    head, actor = enter(desk, head_code, "supervisor")
    return head, found("site", code, units.under(desk.office.site_values(), head.code)), actor


def units_of(desk: Desk, site: Site, actor: Actor) -> list[Site]:
    """The units under an office, for its own administrator; for anybody else none."""
    boss = actor.role == "admin" and actor.site == site.code
    return [one for one in desk.office.site_values() if boss and one.parent == site.code]


def found(kind: str, wanted: object, things: Iterable[T], key: str = "code") -> T:
    """The one of `things` that is called `wanted`. Raises Unknown of that kind."""
    for one in things:
        if getattr(one, key) == wanted:
            return one
    raise Unknown(kind, wanted)


def same_site_path(target: str) -> str:
    """`target` when it is a path of ours, else "". Browsers read a backslash as a slash and drop control
    characters, so `/\\evil.example` and `/<tab>/evil.example` lead away."""
    if not target.startswith("/") or target[1:2] in ("/", "\\"):
        return ""
    if any(ord(char) < 33 or char == "\\" for char in target):
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc else target
