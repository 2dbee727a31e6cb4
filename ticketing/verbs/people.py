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
from datetime import datetime, timedelta
from typing import Any, TypeVar

from ticketing import events as ev
from ticketing.errors import Conflict, Invalid, StorageFull, Unauthorized, Unavailable, Unknown
from ticketing.officers import ROLES, STAFF_ROLES, Actor, Officer, Pairing, Token
from ticketing.ports import Store, Transaction
from ticketing.spelling import nfc

T = TypeVar("T")
Offload = Callable[[Callable[[], Any]], Any]
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}
MIN_PASSWORD = 8
SEEN_EVERY = timedelta(minutes=1)
PAIRING_LASTS = timedelta(minutes=15)
PAIRING_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
MAX_PAIRINGS = 200


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
        self, store: Store, now: Callable[[], datetime], offload: Offload = lambda work: work()
    ) -> None:
        self._store, self._now, self._offload = store, now, offload

    def now(self) -> datetime:
        """The real clock's time, in which tokens are seen."""
        return self._now()

    # -- tokens ---------------------------------------------------------------------------------------

    def issue_token(self, site: str, role: str, name: str, actor: Actor) -> str:
        """The new token's secret, never to be had again. Raises Unknown("site"), Invalid."""
        if role not in ROLES:
            raise Invalid(("role", "unknown"))
        if not name.strip():
            raise Invalid(("name", "required"))
        secret = secrets.token_urlsafe(32)

        def run(tx: Transaction) -> None:
            self._add_token(tx, site, role, name, digest(secret), "", actor, "token_issued")

        self._store.write(run)
        return secret

    def tokens(self, site: str | None = None) -> list[Token]:
        return self._store.read(lambda view: view.tokens(site))

    def revoke_token(self, token_id: int, actor: Actor) -> Token:
        """Raises Unknown("token")."""

        def run(tx: Transaction) -> Token:
            token = _known(tx.token(token_id), "token", token_id)
            revoked = replace(token, revoked_at=token.revoked_at or self._now())
            tx.save_token(revoked)
            self._record(tx, revoked.site, "token_revoked", revoked.name, revoked.role, actor)
            return revoked

        return self._store.write(run)

    def rename_token(self, token_id: int, name: str, actor: Actor) -> Token:
        def run(tx: Transaction) -> Token:
            renamed = replace(_known(tx.token(token_id), "token", token_id), name=name)
            tx.save_token(renamed)
            self._record(tx, renamed.site, "token_renamed", name, renamed.role, actor)
            return renamed

        return self._store.write(run)

    def authenticate(self, secret: str) -> Actor | None:
        """Who holds this secret, or None. Keeps, at most once a minute, when the token was last seen."""
        token = self._store.read(lambda view: view.token_by_digest(digest(secret)))
        if token is None or token.revoked_at is not None:
            return None
        now = self._now()
        if token.last_seen is None or now - token.last_seen > SEEN_EVERY:
            # A full disk must not keep anybody from reading.
            with suppress(StorageFull, Unavailable):
                self._store.write(lambda tx: _seen(tx, token.id, now))
        actor_id = f"officer:{token.officer}" if token.officer else f"token:{token.id}"
        return Actor(actor_id, token.role, token.site, token.name, token.id)

    def is_live(self, token_id: int) -> bool:
        token = self._store.read(lambda view: view.token(token_id))
        return token is not None and token.revoked_at is None

    # -- officers -------------------------------------------------------------------------------------

    def add_officer(self, site: str, login: str, role: str, password: str, actor: Actor) -> Officer:
        """Raises Unknown("site"), Invalid, or Conflict for a login that is taken."""
        login = nfc(login).strip().lower()
        if role not in STAFF_ROLES:
            raise Invalid(("role", "unknown"))
        if not login or len(login) > 64 or any(c.isspace() for c in login):
            raise Invalid(("login", "malformed"))
        hashed = self._hashed(password)

        def run(tx: Transaction) -> Officer:
            if tx.site(site) is None:
                raise Unknown("site", site)
            if tx.officer(login) is not None:
                raise Conflict("login_taken", login=login)
            officer = Officer(login, site, role, hashed)
            tx.save_officer(officer)
            self._record(tx, site, "officer_added", login, role, actor)
            return officer

        return self._store.write(run)

    def officers(self, site: str | None = None) -> list[Officer]:
        return self._store.read(lambda view: view.officers(site))

    def set_password(self, login: str, password: str, actor: Actor) -> None:
        """Also ends every login of this officer."""
        hashed = self._hashed(password)
        self._change_officer(
            login, "officer_password", actor, lambda officer: replace(officer, password=hashed)
        )

    def disable_officer(self, login: str, actor: Actor) -> None:
        """Also ends every login of this officer."""
        self._change_officer(
            login, "officer_disabled", actor, lambda officer: replace(officer, disabled=True)
        )

    def _hashed(self, password: str) -> str:
        if len(password) < MIN_PASSWORD:
            raise Invalid(("password", "too_short"))
        return self._offload(lambda: hash_password(password))

    def _change_officer(
        self, login: str, what: str, actor: Actor, change: Callable[[Officer], Officer]
    ) -> None:
        def run(tx: Transaction) -> None:
            officer = change(_known(tx.officer(login.strip().lower()), "officer", login))
            tx.save_officer(officer)
            for token in tx.tokens(officer.site):
                if token.officer == officer.login and token.revoked_at is None:
                    tx.save_token(replace(token, revoked_at=self._now()))
            self._record(tx, officer.site, what, officer.login, officer.role, actor)

        self._store.write(run)

    def sign_in(self, login: str, password: str) -> tuple[str, Actor]:
        """A login's secret, for its cookie, and who it is. Raises Unauthorized, after the same work for an
        unknown login as for a wrong password."""
        login = nfc(login).strip().lower()
        officer = self._store.read(lambda view: view.officer(login))
        kept = officer.password if officer else NOBODY
        right = self._offload(lambda: password_matches(password, kept))
        if officer is None or officer.disabled or not right:
            raise Unauthorized("wrong_login")
        secret = secrets.token_urlsafe(32)

        def run(tx: Transaction) -> Token:
            actor = Actor(f"officer:{login}", officer.role, officer.site)
            return self._add_token(
                tx, officer.site, officer.role, login, digest(secret), login, actor, "signed_in"
            )

        token = self._store.write(run)
        return secret, Actor(f"officer:{login}", officer.role, officer.site, login, token.id, by_cookie=True)

    def sign_out(self, secret: str) -> None:
        def run(tx: Transaction) -> None:
            token = tx.token_by_digest(digest(secret))
            if token is not None and token.officer and token.revoked_at is None:
                tx.save_token(replace(token, revoked_at=self._now()))
                actor = Actor(f"officer:{token.officer}", token.role, token.site)
                self._record(tx, token.site, "signed_out", token.officer, token.role, actor)

        self._store.write(run)

    # -- devices --------------------------------------------------------------------------------------

    def begin_pairing(self, site: str, role: str, screen: str = "") -> tuple[str, str]:
        """A short code for the device to show, and the secret for its cookie, which becomes its token once
        somebody confirms the code."""
        secret = secrets.token_urlsafe(32)

        def run(tx: Transaction) -> str:
            if tx.site(site) is None:
                raise Unknown("site", site)
            oldest = self._now() - PAIRING_LASTS
            waiting = tx.pairings()
            kept = [p for p in waiting if p.asked_at > oldest]
            if len(kept) >= MAX_PAIRINGS:
                kept = kept[MAX_PAIRINGS // 2 :]
            tx.forget_pairings([p.code for p in waiting if p not in kept])
            code = _free_code(tx)
            tx.save_pairing(Pairing(code, digest(secret), site, role, screen, self._now()))
            return code

        return self._store.write(run), secret

    def pairing_of(self, secret: str) -> Pairing | None:
        """The pairing that a device with this secret still waits for, or None."""
        hashed = digest(secret)
        oldest = self._now() - PAIRING_LASTS
        waiting = self._store.read(lambda view: view.pairings())
        return next((p for p in waiting if p.digest == hashed and p.asked_at > oldest), None)

    def pairings(self, site: str | None = None) -> list[Pairing]:
        oldest = self._now() - PAIRING_LASTS
        waiting = self._store.read(lambda view: view.pairings())
        return [p for p in waiting if p.asked_at > oldest and site in (None, p.site)]

    def confirm_pairing(self, code: str, name: str, actor: Actor) -> Token:
        """Makes the waiting device's secret its token. Raises Unknown("device") for a code not (or no longer) shown."""
        wanted = "".join(c for c in code.upper() if c.isalnum())

        def run(tx: Transaction) -> Token:
            waiting = next((p for p in tx.pairings() if p.code.replace("-", "") == wanted), None)
            if waiting is None or waiting.asked_at < self._now() - PAIRING_LASTS:
                raise Unknown("device", code)
            label = name.strip() or f"{waiting.role} {waiting.code}"
            token = self._add_token(
                tx, waiting.site, waiting.role, label, waiting.digest, "", actor, "device_paired"
            )
            tx.save_pairing(replace(waiting, token_id=token.id))
            return token

        return self._store.write(run)

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
    ) -> Token:
        if tx.site(site) is None:
            raise Unknown("site", site)
        token = tx.add_token(Token(0, site, role, name, hashed, officer, self._now()))
        self._record(tx, site, what, name, role, actor)
        return token

    def _record(self, tx: Transaction, site: str, what: str, name: str, role: str, actor: Actor) -> None:
        tx.record(ev.AccountChanged(what, name, role), site=site, at=self._now(), actor=actor)


def _known(found: T | None, kind: str, value: object) -> T:
    if found is None:
        raise Unknown(kind, value)
    return found


def _seen(tx: Transaction, token_id: int, now: datetime) -> None:
    token = tx.token(token_id)
    if token is not None:
        tx.save_token(replace(token, last_seen=now))


def _free_code(tx: Transaction) -> str:
    while True:
        letters = "".join(secrets.choice(PAIRING_LETTERS) for _ in range(6))
        code = f"{letters[:3]}-{letters[3:]}"
        if tx.pairing(code) is None:
            return code
