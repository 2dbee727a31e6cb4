"""Who acts, and what a role may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ticketing.errors import Forbidden, Unauthorized
from ticketing.sites import Site

STAFF_ROLES = ("officer", "supervisor", "admin")
DEVICE_ROLES = ("kiosk", "display")
ROLES = DEVICE_ROLES + STAFF_ROLES


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is stable ("token:3", "officer:lan", "citizen", "clock", "cli") and is what the journal names."""

    id: str
    role: str
    site: str = ""
    name: str = ""
    token_id: int = 0
    by_cookie: bool = False

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES


CITIZEN = Actor("citizen", "citizen")
CLOCK = Actor("clock", "system")
CLI = Actor("cli", "system")


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token at rest: `digest` is the SHA-256 of the secret. `officer` is set for a login."""

    id: int
    site: str
    role: str
    name: str
    digest: str
    officer: str
    issued_at: datetime
    revoked_at: datetime | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Officer:
    login: str
    site: str
    role: str
    password: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """A device that waits to be confirmed: it shows `code` and alone knows the secret behind `digest`."""

    code: str
    digest: str
    site: str
    role: str
    screen: str
    asked_at: datetime
    token_id: int = 0


def satisfies(role: str, needed: str) -> bool:
    """admin ⊇ supervisor ⊇ officer; kiosk and display stand apart."""
    if role in STAFF_ROLES and needed in STAFF_ROLES:
        return STAFF_ROLES.index(role) >= STAFF_ROLES.index(needed)
    return role == needed


def belongs(actor: Actor, site: Site) -> bool:
    """Whether the actor's role holds at `site`: at his own, or as a parent's admin."""
    return actor.site == site.code or (actor.role == "admin" and actor.site == site.parent != "")


def require(actor: Actor | None, site: Site, *needed: str) -> Actor:
    """The actor, if one of `needed` roles is his at `site`; a parent's admin counts at its units too.

    Raises Unauthorized for nobody, Forbidden for somebody else.
    """
    if actor is None:
        raise Unauthorized()
    if belongs(actor, site) and any(satisfies(actor.role, role) for role in needed):
        return actor
    raise Forbidden()
