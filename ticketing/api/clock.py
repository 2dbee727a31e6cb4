"""The clock of the machine: held after a leap until it is back, or until a supervisor says that it is right."""

from __future__ import annotations

from flask import Response

from ticketing.answers.clock import state
from ticketing.api.calls import Call, answer
from ticketing.verbs.sessions import take_back


def show_clock(call: Call, site: str) -> Response:
    """Whether the clock is held, the machine's time beside the site's, and what can be taken back."""
    return answer(call.office.see(site, state))


def confirm_clock(call: Call, site: str) -> Response:
    """The machine's clock is right: it holds from now on, for every office of this server, and what is due is done in
    order. Conflict while the clock is not held."""
    call.office.confirm_clock(call.who)
    return answer(call.office.see(site, state))


def take_back_clock(call: Call, site: str) -> Response:
    """Today's sessions that the clock moved on at a moment that lies ahead stand as their times have it, and the
    numbers that it let expire wait again where they stood. Conflict when there is nothing of it."""
    call.office.do(call.here, take_back, call.body.reason)
    return answer(call.office.see(site, state))
