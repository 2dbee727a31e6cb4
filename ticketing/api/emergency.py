"""The emergency stop and its end."""

from __future__ import annotations

from flask import Response

from ticketing.api.calls import Call, answer
from ticketing.office import StopOrder


def stop_everything(call: Call, site: str) -> Response:
    """Pauses the whole office at once: no numbers, no calls, and `text` on every screen. Asked again, it changes
    the text."""
    sent = call.body
    order = StopOrder(text=sent.text, text_en=sent.text_en, reason=sent.reason, units=sent.units)
    return answer(call.office.stop(site, order, call.who, call.lang))


def lift_stop(call: Call, site: str) -> Response:
    """Ends the emergency stop; sessions, queues and counters are as they were."""
    return answer(call.office.lift(site, call.who, call.body.reason, call.body.units, call.lang))
