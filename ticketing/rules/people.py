"""Who acts, and what a role may do."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from msgspec import Struct

from ticketing.errors import Forbidden, Unauthorized
from ticketing.rules.sites import Site

STAFF_ROLES = ("officer", "supervisor", "admin")
DEVICE_ROLES = ("kiosk", "display")
AGENT = "agent"
ROLES = (*DEVICE_ROLES, AGENT, *STAFF_ROLES)
LONGEST_TYPED = 256
LOGIN_IDLE = timedelta(hours=12)
LOGINS_END_AT = time(4)
_LOGIN = re.compile(r"[a-z0-9._-]{1,64}")


class Actor(Struct, frozen=True):
    """`id` is stable ("token:3", "officer:lan", "citizen", "clock", "cli") and is what the journal names. `kiosk` is
    whose papers an agent prints."""

    id: str
    role: str
    site: str = ""
    name: str = ""
    token_id: int = 0
    by_cookie: bool = False
    kiosk: str = ""

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES


CITIZEN = Actor("citizen", "citizen")
CLOCK = Actor("clock", "system")
CLI = Actor("cli", "system")


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token at rest: `digest` is the SHA-256 of the secret. `officer` is set for a login, `paired` for a
    device that showed a code; what is neither belongs to a program. `kiosk` is whose papers an agent prints."""

    id: int
    site: str
    role: str
    name: str
    digest: str
    officer: str
    issued_at: datetime
    revoked_at: datetime | None = None
    last_seen: datetime | None = None
    paired: bool = False
    kiosk: str = ""


    def ends_at(self, site: Site, used_at: datetime | None = None) -> datetime | None:
        """When a login ends by itself: after some idle hours, and in the night after it began, by the site's own
        time. A device's token and a program's have no such end."""
        if not self.officer:
            return None
        tomorrow = self.issued_at.astimezone(site.zone).date() + timedelta(days=1)
        night = datetime.combine(tomorrow, LOGINS_END_AT, site.zone)
        used = max(at for at in (self.issued_at, self.last_seen, used_at) if at is not None)
        return min(used + LOGIN_IDLE, night)


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who is signed in now, and when that ends if he doesn't come back."""

    token: Token
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Officer:
    """`id` is what addresses name it by: a login of an older version may hold any character."""

    login: str
    site: str
    role: str
    password: str
    disabled: bool = False
    id: int = 0
    name: str = ""

    @property
    def called(self) -> str:
        """How colleagues know the officer: by name, as long as there is one."""
        return self.name or self.login


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


def login_form(typed: str) -> str:
    """The one form of a login, in whichever of Unicode's ways and in whichever case it was typed."""
    folded = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def fits(login: str) -> bool:
    """Whether a new login may be called so. Those of an older version may be called otherwise."""
    return _LOGIN.fullmatch(login) is not None


def satisfies(role: str, needed: str) -> bool:
    """admin ⊇ supervisor ⊇ officer; kiosk, display and agent stand apart."""
    if role in STAFF_ROLES and needed in STAFF_ROLES:
        return STAFF_ROLES.index(role) >= STAFF_ROLES.index(needed)
    return role == needed


def belongs(actor: Actor, site: Site) -> bool:
    """Whether the actor's role holds at `site`: at his own, or as a parent's admin."""
    return actor.site == site.code or (actor.role == "admin" and actor.site == site.parent != "")


def looks_down(actor: Actor, site: Site) -> bool:
    """Whether the actor is a supervisor of the office above, who may read of its units what is no matter of persons."""
    return actor.role == "supervisor" and actor.site == site.parent != ""


def require(actor: Actor | None, site: Site, *needed: str, from_above: bool = False) -> Actor:
    """The actor, if one of `needed` roles is his at `site`; a parent's admin counts at its units too, and with
    `from_above` its supervisor.

    Raises Unauthorized for nobody, Forbidden for somebody else.
    """
    if actor is None:
        raise Unauthorized()
    here = belongs(actor, site) or (from_above and looks_down(actor, site))
    if here and any(satisfies(actor.role, role) for role in needed):
        return actor
    raise Forbidden()
