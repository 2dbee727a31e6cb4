"""Officers in the store, and what becomes of their logins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ticketing.errors import Conflict
from ticketing.ports import Transaction
from ticketing.rules.people import Officer
from ticketing.verbs import tokens
from ticketing.verbs.tokens import Deed, known, record


def add(tx: Transaction, officer: Officer, deed: Deed) -> Officer:
    known(tx.sites.get(officer.site), "site", officer.site)
    if tx.people.officer(officer.login) is not None:
        raise Conflict("login_taken", login=officer.login)
    return _save(tx, officer, "officer_added", deed)


def rename(tx: Transaction, login: str, name: str, deed: Deed) -> Officer:
    return _save(tx, replace(known(tx.people.officer(login), "officer", login), name=name), "officer_renamed", deed)


def _save(tx: Transaction, officer: Officer, what: str, deed: Deed) -> Officer:
    tx.people.save_officer(officer)
    record(tx, officer.site, what, officer.login, officer.role, deed)
    return known(tx.people.officer(officer.login), "officer", officer.login)


def change(tx: Transaction, login: str, what: str, deed: Deed, **to: Any) -> None:
    """Also ends every login of this officer. Raises Conflict for a site's last administrator."""
    before = known(tx.people.officer(login), "officer", login)
    officer = replace(before, **to)
    if _administers(before) and not _administers(officer):
        others = (one for one in tx.people.officers(officer.site) if one.login != officer.login)
        if not any(map(_administers, others)):
            raise Conflict("last_admin", login=officer.login)
    for token in tx.people.tokens(officer.site):
        if token.officer == officer.login and token.revoked_at is None:
            tx.people.save_token(replace(token, revoked_at=deed.at))
    _save(tx, officer, what, deed)


def end_logins(tx: Transaction, site: str, login: str, seen: Mapping[int, datetime], deed: Deed) -> int:
    """How many have ended; `seen` as in `tokens.ends_at`."""
    own = [token for token in tx.people.tokens(site) if token.officer == login]
    live = [token for token in own if tokens.live(tx, token, seen, deed.at)]
    for token in live:
        tokens.revoke(tx, token.id, deed)
    return len(live)


def _administers(officer: Officer) -> bool:
    return officer.role == "admin" and not officer.disabled
