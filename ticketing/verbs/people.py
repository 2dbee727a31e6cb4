"""Tokens, officers, and devices that pair: who somebody is. A login and a paired device hold tokens too.

A token's secret is shown once and kept as its SHA-256; a password is kept as scrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ticketing.errors import Invalid, RateLimited, StorageFull, Unauthorized, Unavailable
from ticketing.ports import Store, View
from ticketing.rules.people import AGENT, ROLES, STAFF_ROLES, Actor, Login, Officer, Pairing, Token, fits, login_form
from ticketing.rules.text import nfc, tidy
from ticketing.verbs import officers, pairings, tokens
from ticketing.verbs.tokens import Deed, known

Offload = Callable[[Callable[[], Any]], Any]
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}
MIN_PASSWORD = 8
LONGEST_NAME = 80
SEEN_EVERY = timedelta(minutes=1)
MOST_CODES_OF_A_VISITOR = 20


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_password(password: str) -> str:
    salt = secrets.token_bytes(16)
    hashed = hashlib.scrypt(nfc(password).encode(), salt=salt, **SCRYPT)
    return f"scrypt${SCRYPT['n']}${salt.hex()}${hashed.hex()}"


def password_matches(password: str, kept: str) -> bool:
    _, n, salt, hashed = kept.split("$")
    again = hashlib.scrypt(nfc(password).encode(), salt=bytes.fromhex(salt), **(SCRYPT | {"n": int(n)}))
    return hmac.compare_digest(again.hex(), hashed)


NOBODY = f"scrypt${SCRYPT['n']}${'00' * 16}${'00' * 64}"


def _named(typed: str, key: str = "name") -> str:
    """A name as it is kept, an officer's or a token's. Raises Invalid for a longer one: a printer finds its kiosks by
    whole names."""
    name = tidy(typed)
    if len(name) > LONGEST_NAME:
        raise Invalid((key, "too_long"))
    return name


class Accounts:
    """`now` is the real clock, whatever a rehearsal's says. `offload` runs what takes long: scrypt."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        offload: Offload = lambda work: work(),
        site_now: Callable[[], datetime] | None = None,
    ) -> None:
        self._store, self._now, self._offload = store, now, offload
        self._site_now = site_now or now
        self._seen: dict[int, datetime] = {}
        self._seen_written = datetime.min.replace(tzinfo=UTC)
        self._asked_by: dict[str, str] = {}
        self._writing: set[str] = set()

    def now(self) -> datetime:
        """The real clock's time, in which tokens are seen."""
        return self._now()

    def _by(self, actor: Actor) -> Deed:
        return Deed(actor, self._now(), self._site_now())

    # -- tokens ---------------------------------------------------------------------------------------

    def issue_token(self, site: str, role: str, name: str, actor: Actor, kiosk: str = "") -> str:
        """The new token's secret, never to be had again; an agent's names the `kiosk` whose papers it prints. Raises
        Unknown("site"), Invalid."""
        if role not in ROLES:
            raise Invalid(("role", "unknown"))
        name, kiosk = _named(name), _named(kiosk, "kiosk")
        if kiosk and role != AGENT:
            raise Invalid(("kiosk", "agents_only"))
        if role == AGENT:
            name, kiosk = name or kiosk, kiosk or name
        if not name:
            raise Invalid(("name", "required"))
        secret = secrets.token_urlsafe(32)
        deed = self._by(actor)
        token = Token(0, site, role, name, digest(secret), "", deed.at, kiosk=kiosk)
        self._store.write((site,), partial(tokens.add, token=token, what="token_issued", deed=deed))
        return secret

    def tokens(self, site: str | None = None) -> list[Token]:
        return self._store.read(lambda view: view.people.tokens(site))

    def revoke_token(self, token_id: int, actor: Actor) -> Token:
        """Raises Unknown("token")."""
        run = partial(tokens.revoke, token_id=token_id, deed=self._by(actor))
        return self._store.write((self._site_of(token_id),), run)

    def rename_token(self, token_id: int, name: str, actor: Actor) -> Token:
        """Raises Unknown("token"), and Invalid for a name that is too long."""
        run = partial(tokens.rename, token_id=token_id, name=_named(name), deed=self._by(actor))
        return self._store.write((self._site_of(token_id),), run)

    def authenticate(self, secret: str) -> Actor | None:
        """Who holds this secret, or None. Nothing is written: that the token was seen is kept for `write_seen`."""
        token = self._store.read(lambda view: self._live(view, view.people.token_by_digest(digest(secret))))
        if token is None:
            return None
        now = self._now()
        if token.last_seen is None or now - token.last_seen > SEEN_EVERY:
            self._seen[token.id] = now
        actor_id = f"officer:{token.officer}" if token.officer else f"token:{token.id}"
        return Actor(actor_id, token.role, token.site, token.name, token.id, kiosk=token.kiosk)

    def write_seen(self) -> None:
        """Writes when tokens were last seen, at most once a minute and all together. What a full disk or a crash
        takes of it is no harm."""
        now = self._now()
        if not self._seen or now - self._seen_written <= SEEN_EVERY:
            return
        seen, self._seen, self._seen_written = self._seen, {}, now
        with suppress(StorageFull, Unavailable):
            self._store.write((), partial(tokens.note_seen, seen=seen))

    def _site_of(self, token_id: int) -> str:
        return known(self._store.read(lambda view: view.people.token(token_id)), "token", token_id).site

    def is_live(self, token_id: int) -> bool:
        return self._store.read(lambda view: self._live(view, view.people.token(token_id))) is not None

    def _live(self, view: View, token: Token | None) -> Token | None:
        return tokens.live(view, token, self._seen, self._now())

    def logins(self, site: str | None = None) -> list[Login]:
        """Who is signed in now, the latest first."""

        def work(view: View) -> list[Login]:
            live = [token for token in view.people.tokens(site) if token.officer and self._live(view, token)]
            return [Login(token, ends_at) for token in live if (ends_at := tokens.ends_at(view, token, self._seen))]

        return sorted(self._store.read(work), key=lambda login: login.token.issued_at, reverse=True)

    # -- officers -------------------------------------------------------------------------------------

    def add_officer(self, site: str, login: str, role: str, password: str, actor: Actor, name: str = "") -> Officer:
        """`name` is how colleagues call the officer. Raises Unknown("site"), Invalid, also for a login of other
        characters, or Conflict for one that is taken."""
        login = login_form(login)
        if role not in STAFF_ROLES:
            raise Invalid(("role", "unknown"))
        if not fits(login):
            raise Invalid(("login", "malformed_login"))
        officer = Officer(login, site, role, self._hashed(password), name=_named(name))
        return self._store.write((site,), partial(officers.add, officer=officer, deed=self._by(actor)))

    def officers(self, site: str | None = None) -> list[Officer]:
        return self._store.read(lambda view: view.people.officers(site))

    def rename_officer(self, login: str, name: str, actor: Actor) -> Officer:
        """Holds from the next signing in on; on pages that list officers at once. Raises Unknown("officer"), and for a
        name that is too long Invalid."""
        run = partial(officers.rename, login=login, name=_named(name), deed=self._by(actor))
        return self._store.write((self._known(login).site,), run)

    def set_password(self, login: str, password: str, actor: Actor) -> None:
        """Also ends every login of this officer."""
        self._change_officer(login, "officer_password", actor, password=self._hashed(password))

    def disable_officer(self, login: str, actor: Actor) -> None:
        """Also ends every login of this officer. Raises Conflict for a site's last administrator."""
        self._change_officer(login, "officer_disabled", actor, disabled=True)

    def end_logins(self, login: str, actor: Actor) -> int:
        """On how many devices the officer was signed in. Raises Unknown("officer")."""
        login = login_form(login)
        site = self._known(login).site
        run = partial(officers.end_logins, site=site, login=login, seen=dict(self._seen), deed=self._by(actor))
        return self._store.write((site,), run)

    def _known(self, login: str) -> Officer:
        return self._store.read(lambda view: known(view.people.officer(login), "officer", login))

    def _hashed(self, password: str) -> str:
        if len(password) < MIN_PASSWORD:
            raise Invalid(("password", "too_short"))
        return self._offload(lambda: hash_password(password))

    def _change_officer(self, login: str, what: str, actor: Actor, **to: Any) -> None:
        login = login_form(login)
        run = partial(officers.change, login=login, what=what, deed=self._by(actor), **to)
        self._store.write((self._known(login).site,), run)

    def sign_in(self, login: str, password: str) -> tuple[str, Actor]:
        """A login's secret, for its cookie, and who it is. Raises Unauthorized, after the same work for an
        unknown login as for a wrong password."""
        login = login_form(login)
        officer = self._store.read(lambda view: view.people.officer(login))
        kept = officer.password if officer else NOBODY
        right = self._offload(lambda: password_matches(password, kept))
        if officer is None or officer.disabled or not right:
            raise Unauthorized("wrong_login")
        secret = secrets.token_urlsafe(32)
        deed = self._by(Actor(f"officer:{login}", officer.role, officer.site))
        token = Token(0, officer.site, officer.role, officer.called, digest(secret), login, deed.at)
        token = self._store.write((officer.site,), partial(tokens.add, token=token, what="signed_in", deed=deed))
        return secret, Actor(f"officer:{login}", officer.role, officer.site, officer.called, token.id, by_cookie=True)

    def sign_out(self, secret: str) -> None:
        hashed = digest(secret)
        token = self._store.read(lambda view: view.people.token_by_digest(hashed))
        if token is not None:
            deed = self._by(Actor(f"officer:{token.officer}", token.role, token.site))
            self._store.write((token.site,), partial(tokens.sign_out, token_id=token.id, deed=deed))

    # -- devices --------------------------------------------------------------------------------------

    def begin_pairing(self, site: str, role: str, screen: str = "", visitor: str = "") -> tuple[str, str]:
        """A short code for the device to show, and the secret for its cookie, which becomes its token once
        somebody confirms the code. No code that waits makes room for another: raises RateLimited where too many
        wait at the site, or of the `visitor`."""
        secret = secrets.token_urlsafe(32)
        self._reserve(visitor, secret)
        try:
            device = Pairing("", digest(secret), site, role, screen, self._now())
            return self._store.write((), partial(pairings.begin, device=device)), secret
        finally:
            self._writing.discard(digest(secret))

    def _reserve(self, visitor: str, secret: str) -> None:
        """Counts a code that is asked for, by the digest that it will wait with. Raises RateLimited."""
        waiting = {p.digest for p in self.pairings()} | self._writing
        self._asked_by = {key: who for key, who in self._asked_by.items() if key in waiting}
        if visitor and sum(who == visitor for who in self._asked_by.values()) >= MOST_CODES_OF_A_VISITOR:
            raise RateLimited(retry_after=pairings.ASK_AGAIN_S)
        self._asked_by[digest(secret)] = visitor
        self._writing.add(digest(secret))

    def pairings(self, site: str | None = None) -> list[Pairing]:
        oldest = self._now() - pairings.LASTS
        waiting = self._store.read(lambda view: view.people.pairings())
        return [p for p in waiting if p.asked_at > oldest and site in (None, p.site)]

    def confirm_pairing(self, code: str, name: str, actor: Actor) -> Token:
        """Makes the waiting device's secret its token. Raises Unknown("device") for a code not (or no longer) shown,
        Invalid for a name that is too long."""
        wanted = "".join(c for c in code.upper() if c.isalnum())
        run = partial(pairings.confirm, code=code, wanted=wanted, name=_named(name), deed=self._by(actor))
        return self._store.write({p.site for p in self.pairings() if p.code.replace("-", "") == wanted}, run)
