"""Devices that pair, in the store: each waits with a short code."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from ticketing.errors import RateLimited, Unknown
from ticketing.ports import Transaction
from ticketing.rules.people import Pairing, Token
from ticketing.verbs import tokens
from ticketing.verbs.tokens import Deed, known

LASTS = timedelta(minutes=15)
LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
MOST_CODES_OF_A_SITE = 100
ASK_AGAIN_S = 60


def begin(tx: Transaction, device: Pairing) -> str:
    """The code under which the device waits, which has none yet. Raises RateLimited where too many wait."""
    known(tx.sites.get(device.site), "site", device.site)
    waiting = tx.people.pairings()
    kept = [p for p in waiting if p.asked_at > device.asked_at - LASTS]
    if sum(p.site == device.site for p in kept) >= MOST_CODES_OF_A_SITE:
        raise RateLimited(retry_after=ASK_AGAIN_S)
    tx.people.forget_pairings([p.code for p in waiting if p not in kept])
    code = _free_code(tx)
    tx.people.save_pairing(replace(device, code=code))
    return code


def _free_code(tx: Transaction) -> str:
    while True:
        letters = "".join(secrets.choice(LETTERS) for _ in range(6))
        code = f"{letters[:3]}-{letters[3:]}"
        if tx.people.pairing(code) is None:
            return code


def confirm(tx: Transaction, code: str, wanted: str, name: str, deed: Deed) -> Token:
    """The token of the device that waits with `wanted`, the letters of `code`."""
    waiting = next((p for p in tx.people.pairings() if p.code.replace("-", "") == wanted), None)
    if waiting is None or waiting.asked_at < deed.at - LASTS:
        raise Unknown("device", code)
    label = name or waiting.code
    token = Token(0, waiting.site, waiting.role, label, waiting.digest, "", deed.at, paired=True)
    token = tokens.add(tx, token, "device_paired", deed)
    tx.people.save_pairing(replace(waiting, token_id=token.id))
    return token
