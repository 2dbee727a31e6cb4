"""The emergency stop and its end."""

from __future__ import annotations

from flask import Response

from ticketing.answers.emergency import state
from ticketing.api.calls import Call, answer
from ticketing.office import Where
from ticketing.rules.emergency import StopOrder
from ticketing.verbs import emergency


def stop_everything(call: Call, site: str) -> Response:
    """Pauses the whole office at once: no numbers, no calls, and `text` on every screen. Asked again, it changes
    the text."""
    sent = call.body
    order = StopOrder(sent.text, sent.text_en, sent.reason, sent.units, sent.evacuate)
    stopped = call.office.do(Where(site, call.who, units=sent.units), emergency.stop, order)
    return answer(call.office.see(site, state, stopped, call.lang))


def lift_stop(call: Call, site: str) -> Response:
    """Ends the emergency stop; sessions, queues and counters are as they were."""
    sent = call.body
    lifted = call.office.do(Where(site, call.who, units=sent.units), emergency.lift, sent.reason, sent.units)
    return answer(call.office.see(site, state, lifted, call.lang))
