"""Tokens in the store: who holds one, and until when. A login and a paired device hold one too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from ticketing import events as ev
from ticketing.errors import Unknown
from ticketing.ports import Transaction, View
from ticketing.rules.people import Actor, Token

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something to an account, and when: `at` by the real clock, `told` by the sites', as the journal has
    it."""

    actor: Actor
    at: datetime
    told: datetime


def record(tx: Transaction, site: str, what: str, name: str, role: str, deed: Deed) -> None:
    tx.journal.record(ev.AccountChanged(what, name, role), site=site, at=deed.told, actor=deed.actor)


def known(found: T | None, kind: str, value: object) -> T:
    if found is None:
        raise Unknown(kind, value)
    return found


def ends_at(view: View, token: Token, seen: Mapping[int, datetime]) -> datetime | None:
    """When a login ends by itself. `seen` are tokens that were seen since that was written, by id."""
    site = view.sites.get(token.site)
    return token.ends_at(site, seen.get(token.id)) if site is not None else None


def live(view: View, token: Token | None, seen: Mapping[int, datetime], now: datetime) -> Token | None:
    """The token, if it is neither revoked nor a login that has ended by itself."""
    if token is None or token.revoked_at is not None:
        return None
    if token.officer and (end := ends_at(view, token, seen)) is not None and end <= now:
        return None
    return token


def add(tx: Transaction, token: Token, what: str, deed: Deed) -> Token:
    known(tx.sites.get(token.site), "site", token.site)
    token = tx.people.add_token(token)
    record(tx, token.site, what, token.name, token.role, deed)
    return token


def revoke(tx: Transaction, token_id: int, deed: Deed) -> Token:
    token = known(tx.people.token(token_id), "token", token_id)
    return _save(tx, replace(token, revoked_at=token.revoked_at or deed.at), "token_revoked", deed)


def rename(tx: Transaction, token_id: int, name: str, deed: Deed) -> Token:
    token = known(tx.people.token(token_id), "token", token_id)
    return _save(tx, replace(token, name=name), "token_renamed", deed)


def _save(tx: Transaction, token: Token, what: str, deed: Deed) -> Token:
    tx.people.save_token(token)
    record(tx, token.site, what, token.name, token.role, deed)
    return token


def note_seen(tx: Transaction, seen: Mapping[int, datetime]) -> None:
    for token_id, at in seen.items():
        if (token := tx.people.token(token_id)) is not None:
            tx.people.note_seen(token, at)


def sign_out(tx: Transaction, token_id: int, deed: Deed) -> None:
    token = tx.people.token(token_id)
    if token is not None and token.officer and token.revoked_at is None:
        tx.people.save_token(replace(token, revoked_at=deed.at))
        record(tx, token.site, "signed_out", token.officer, token.role, deed)
