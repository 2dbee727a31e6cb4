"""A device that isn't paired yet asks for a code, shows it, and waits for somebody to confirm it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from kiosk.origin import one_of_ours
from ticketing.api import cookies
from ticketing.api.auth import device_cookie
from ticketing.api.limits import visitor
from ticketing.errors import Forbidden
from ticketing.office import Office
from ticketing.verbs.people import Accounts

DEVICE_DAYS = 400


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the browser that asks is paired; else the code that it shows, "" while it has none."""

    paired: bool
    code: str


def make_pairing(office: Office, accounts: Accounts) -> Blueprint:
    pairing = Blueprint("pairing", __name__)

    @pairing.get("/<site>/kiosk/pairing")
    def show_pairing(site: str) -> ResponseReturnValue:
        office.site(site)
        return _answer(standing(accounts, site))

    @pairing.post("/<site>/kiosk/pairing")
    def ask_for_code(site: str) -> ResponseReturnValue:
        """The code that this browser shows already, else a new one. Raises RateLimited."""
        office.site(site)
        if not one_of_ours(request.headers.get("Origin"), request.host_url, office.public_url):
            raise Forbidden("origin")
        here = standing(accounts, site)
        if here.paired or here.code:
            return _answer(here)
        code, secret = accounts.begin_pairing(site, "kiosk", visitor=visitor(request.environ))
        answer = _answer(Standing(False, code))
        cookies.put(answer, device_cookie("kiosk", site), secret, DEVICE_DAYS * 86400)
        return answer

    return pairing


def standing(accounts: Accounts, site: str) -> Standing:
    """Nothing is written for it: a reload shows the code of before."""
    secret = cookies.sent(*device_cookie("kiosk", site))
    actor = accounts.authenticate(secret) if secret else None
    if actor is not None and actor.role == "kiosk" and actor.site == site:
        return Standing(True, "")
    digest = hashlib.sha256(secret.encode()).hexdigest() if secret else ""
    return Standing(False, next((one.code for one in accounts.pairings(site) if one.digest == digest), ""))


def _answer(here: Standing) -> Response:
    answer = jsonify(paired=here.paired, code=here.code)
    answer.headers["Cache-Control"] = "no-store"
    return answer
