"""Tokens, officers, and devices that pair: who somebody is. A login and a paired device hold tokens too.

A token's secret is shown once and kept as its SHA-256; a password is kept as scrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ticketing import events as ev
from ticketing.errors import Conflict, Invalid, RateLimited, StorageFull, Unauthorized, Unavailable, Unknown
from ticketing.ports import Store, Transaction, View
from ticketing.rules.people import AGENT, ROLES, STAFF_ROLES, Actor, Login, Officer, Pairing, Token, fits, login_form
from ticketing.rules.text import nfc, tidy

T = TypeVar("T")
Offload = Callable[[Callable[[], Any]], Any]
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}
MIN_PASSWORD = 8
LONGEST_NAME = 80
SEEN_EVERY = timedelta(minutes=1)
PAIRING_LASTS = timedelta(minutes=15)
PAIRING_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
MOST_CODES_OF_A_VISITOR = 20
MOST_CODES_OF_A_SITE = 100
ASK_AGAIN_S = 60


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

    # -- tokens ---------------------------------------------------------------------------------------

    def issue_token(self, site: str, role: str, name: str, actor: Actor, kiosk: str = "") -> str:
        """The new token's secret, never to be had again; an agent's names the `kiosk` whose papers it prints. Raises
        Unknown("site"), Invalid."""
        if role not in ROLES:
            raise Invalid(("role", "unknown"))
        name, kiosk = tidy(name), tidy(kiosk)
        if kiosk and role != AGENT:
            raise Invalid(("kiosk", "agents_only"))
        if role == AGENT:
            name, kiosk = name or kiosk, kiosk or name
        if not name:
            raise Invalid(("name", "required"))
        secret = secrets.token_urlsafe(32)

        def run(tx: Transaction) -> None:
            self._add_token(tx, site, role, name, digest(secret), "", actor, "token_issued", kiosk)

        self._store.write((site,), run)
        return secret

    def tokens(self, site: str | None = None) -> list[Token]:
        return self._store.read(lambda view: view.people.tokens(site))

    def revoke_token(self, token_id: int, actor: Actor) -> Token:
        """Raises Unknown("token")."""

        def run(tx: Transaction) -> Token:
            token = _known(tx.people.token(token_id), "token", token_id)
            revoked = replace(token, revoked_at=token.revoked_at or self._now())
            tx.people.save_token(revoked)
            self._record(tx, revoked.site, "token_revoked", revoked.name, revoked.role, actor)
            return revoked

        return self._store.write((self._site_of(token_id),), run)

    def rename_token(self, token_id: int, name: str, actor: Actor) -> Token:
        def run(tx: Transaction) -> Token:
            renamed = replace(_known(tx.people.token(token_id), "token", token_id), name=tidy(name))
            tx.people.save_token(renamed)
            self._record(tx, renamed.site, "token_renamed", renamed.name, renamed.role, actor)
            return renamed

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

        def run(tx: Transaction) -> None:
            for token_id, at in seen.items():
                if (token := tx.people.token(token_id)) is not None:
                    tx.people.note_seen(token, at)

        with suppress(StorageFull, Unavailable):
            self._store.write((), run)

    def _site_of(self, token_id: int) -> str:
        return _known(self._store.read(lambda view: view.people.token(token_id)), "token", token_id).site

    def is_live(self, token_id: int) -> bool:
        return self._store.read(lambda view: self._live(view, view.people.token(token_id))) is not None

    def _live(self, view: View, token: Token | None) -> Token | None:
        """The token, if it is neither revoked nor a login that has ended by itself."""
        if token is None or token.revoked_at is not None:
            return None
        if token.officer and (ends_at := self._ends_at(view, token)) is not None and ends_at <= self._now():
            return None
        return token

    def _ends_at(self, view: View, token: Token) -> datetime | None:
        site = view.sites.get(token.site)
        return token.ends_at(site, self._seen.get(token.id)) if site is not None else None

    def logins(self, site: str | None = None) -> list[Login]:
        """Who is signed in now, the latest first."""

        def work(view: View) -> list[Login]:
            live = [token for token in view.people.tokens(site) if token.officer and self._live(view, token)]
            return [Login(token, ends_at) for token in live if (ends_at := self._ends_at(view, token)) is not None]

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
        hashed = self._hashed(password)

        def run(tx: Transaction) -> Officer:
            if tx.sites.get(site) is None:
                raise Unknown("site", site)
            if tx.people.officer(login) is not None:
                raise Conflict("login_taken", login=login)
            tx.people.save_officer(Officer(login, site, role, hashed, name=tidy(name)[:LONGEST_NAME]))
            self._record(tx, site, "officer_added", login, role, actor)
            return _known(tx.people.officer(login), "officer", login)

        return self._store.write((site,), run)

    def officers(self, site: str | None = None) -> list[Officer]:
        return self._store.read(lambda view: view.people.officers(site))

    def rename_officer(self, login: str, name: str, actor: Actor) -> Officer:
        """Holds from the next signing in on; on pages that list officers at once. Raises Unknown("officer")."""
        known = self._store.read(lambda view: _known(view.people.officer(login), "officer", login))

        def run(tx: Transaction) -> Officer:
            officer = replace(_known(tx.people.officer(login), "officer", login), name=tidy(name)[:LONGEST_NAME])
            tx.people.save_officer(officer)
            self._record(tx, officer.site, "officer_renamed", officer.login, officer.role, actor)
            return officer

        return self._store.write((known.site,), run)

    def set_password(self, login: str, password: str, actor: Actor) -> None:
        """Also ends every login of this officer."""
        hashed = self._hashed(password)
        self._change_officer(
            login, "officer_password", actor, lambda officer: replace(officer, password=hashed)
        )

    def disable_officer(self, login: str, actor: Actor) -> None:
        """Also ends every login of this officer. Raises Conflict for a site's last administrator."""
        self._change_officer(
            login, "officer_disabled", actor, lambda officer: replace(officer, disabled=True)
        )

    def end_logins(self, login: str, actor: Actor) -> int:
        """On how many devices the officer was signed in. Raises Unknown("officer")."""
        login = login_form(login)
        known = self._store.read(lambda view: _known(view.people.officer(login), "officer", login))

        def run(tx: Transaction) -> int:
            live = [one for one in tx.people.tokens(known.site) if one.officer == login and self._live(tx, one)]
            for token in live:
                tx.people.save_token(replace(token, revoked_at=self._now()))
                self._record(tx, token.site, "token_revoked", token.name, token.role, actor)
            return len(live)

        return self._store.write((known.site,), run)

    def _hashed(self, password: str) -> str:
        if len(password) < MIN_PASSWORD:
            raise Invalid(("password", "too_short"))
        return self._offload(lambda: hash_password(password))

    def _change_officer(
        self, login: str, what: str, actor: Actor, change: Callable[[Officer], Officer]
    ) -> None:
        login = login_form(login)
        known = self._store.read(lambda view: _known(view.people.officer(login), "officer", login))

        def run(tx: Transaction) -> None:
            before = _known(tx.people.officer(login), "officer", login)
            officer = change(before)
            if _administers(before) and not _administers(officer):
                others = (one for one in tx.people.officers(officer.site) if one.login != officer.login)
                if not any(map(_administers, others)):
                    raise Conflict("last_admin", login=officer.login)
            tx.people.save_officer(officer)
            for token in tx.people.tokens(officer.site):
                if token.officer == officer.login and token.revoked_at is None:
                    tx.people.save_token(replace(token, revoked_at=self._now()))
            self._record(tx, officer.site, what, officer.login, officer.role, actor)

        self._store.write((known.site,), run)

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

        def run(tx: Transaction) -> Token:
            actor = Actor(f"officer:{login}", officer.role, officer.site)
            return self._add_token(
                tx, officer.site, officer.role, officer.called, digest(secret), login, actor, "signed_in"
            )

        token = self._store.write((officer.site,), run)
        return secret, Actor(f"officer:{login}", officer.role, officer.site, officer.called, token.id, by_cookie=True)

    def sign_out(self, secret: str) -> None:
        hashed = digest(secret)
        known = self._store.read(lambda view: view.people.token_by_digest(hashed))
        if known is None:
            return

        def run(tx: Transaction) -> None:
            token = tx.people.token(known.id)
            if token is not None and token.officer and token.revoked_at is None:
                tx.people.save_token(replace(token, revoked_at=self._now()))
                actor = Actor(f"officer:{token.officer}", token.role, token.site)
                self._record(tx, token.site, "signed_out", token.officer, token.role, actor)

        self._store.write((known.site,), run)

    # -- devices --------------------------------------------------------------------------------------

    def begin_pairing(self, site: str, role: str, screen: str = "", visitor: str = "") -> tuple[str, str]:
        """A short code for the device to show, and the secret for its cookie, which becomes its token once
        somebody confirms the code. No code that waits makes room for another: raises RateLimited where too many
        wait at the site, or of the `visitor`."""
        secret = secrets.token_urlsafe(32)
        self._reserve(visitor, secret)

        def run(tx: Transaction) -> str:
            if tx.sites.get(site) is None:
                raise Unknown("site", site)
            oldest = self._now() - PAIRING_LASTS
            waiting = tx.people.pairings()
            kept = [p for p in waiting if p.asked_at > oldest]
            if sum(p.site == site for p in kept) >= MOST_CODES_OF_A_SITE:
                raise RateLimited(retry_after=ASK_AGAIN_S)
            tx.people.forget_pairings([p.code for p in waiting if p not in kept])
            code = _free_code(tx)
            tx.people.save_pairing(Pairing(code, digest(secret), site, role, screen, self._now()))
            return code

        try:
            return self._store.write((), run), secret
        finally:
            self._writing.discard(digest(secret))

    def _reserve(self, visitor: str, secret: str) -> None:
        """Counts a code that is asked for, by the digest that it will wait with. Raises RateLimited."""
        waiting = {p.digest for p in self.pairings()} | self._writing
        self._asked_by = {key: who for key, who in self._asked_by.items() if key in waiting}
        if visitor and sum(who == visitor for who in self._asked_by.values()) >= MOST_CODES_OF_A_VISITOR:
            raise RateLimited(retry_after=ASK_AGAIN_S)
        self._asked_by[digest(secret)] = visitor
        self._writing.add(digest(secret))

    def pairings(self, site: str | None = None) -> list[Pairing]:
        oldest = self._now() - PAIRING_LASTS
        waiting = self._store.read(lambda view: view.people.pairings())
        return [p for p in waiting if p.asked_at > oldest and site in (None, p.site)]

    def confirm_pairing(self, code: str, name: str, actor: Actor) -> Token:
        """Makes the waiting device's secret its token. Raises Unknown("device") for a code not (or no longer) shown."""
        wanted = "".join(c for c in code.upper() if c.isalnum())

        def run(tx: Transaction) -> Token:
            waiting = next((p for p in tx.people.pairings() if p.code.replace("-", "") == wanted), None)
            if waiting is None or waiting.asked_at < self._now() - PAIRING_LASTS:
                raise Unknown("device", code)
            label = tidy(name) or waiting.code
            token = self._add_token(
                tx, waiting.site, waiting.role, label, waiting.digest, "", actor, "device_paired"
            )
            tx.people.save_pairing(replace(waiting, token_id=token.id))
            return token

        return self._store.write({p.site for p in self.pairings() if p.code.replace("-", "") == wanted}, run)

    def _add_token(
        self,
        tx: Transaction,
        site: str,
        role: str,
        name: str,
        hashed: str,
        officer: str,
        actor: Actor,
        what: str,
        kiosk: str = "",
    ) -> Token:
        if tx.sites.get(site) is None:
            raise Unknown("site", site)
        paired = what == "device_paired"
        token = Token(0, site, role, name, hashed, officer, self._now(), paired=paired, kiosk=kiosk)
        token = tx.people.add_token(token)
        self._record(tx, site, what, name, role, actor)
        return token

    def _record(self, tx: Transaction, site: str, what: str, name: str, role: str, actor: Actor) -> None:
        tx.journal.record(ev.AccountChanged(what, name, role), site=site, at=self._site_now(), actor=actor)


def _administers(officer: Officer) -> bool:
    return officer.role == "admin" and not officer.disabled


def _known(found: T | None, kind: str, value: object) -> T:
    if found is None:
        raise Unknown(kind, value)
    return found


def _free_code(tx: Transaction) -> str:
    while True:
        letters = "".join(secrets.choice(PAIRING_LETTERS) for _ in range(6))
        code = f"{letters[:3]}-{letters[3:]}"
        if tx.people.pairing(code) is None:
            return code
