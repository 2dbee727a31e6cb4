"""Who may open which page of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import g

from ticketing.accounts import Accounts
from ticketing.desk.throttle import Attempts
from ticketing.errors import Unauthorized
from ticketing.office import Office
from ticketing.officers import Actor, require
from ticketing.sites import Site


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


def same_site_path(target: str) -> str:
    """`target` when it is a path of ours, else "". Browsers read a backslash as a slash and drop control
    characters, so `/\\evil.example` and `/<tab>/evil.example` lead away."""
    if not target.startswith("/") or target[1:2] in ("/", "\\"):
        return ""
    if any(ord(char) < 33 or char == "\\" for char in target):
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc else target
