"""The advice about a session's cap over HTTP."""

from __future__ import annotations

from flask import Response, request

from ticketing.answers import advice
from ticketing.answers.advice import Advice
from ticketing.api.calls import Call, answer
from ticketing.api.elsewhere import elsewhere
from ticketing.errors import Invalid
from ticketing.office import Office


def show_advice(call: Call, site: str, session: str) -> Response:
    """The cap that the counters can finish by closing with the probability `confidence`, for the session and by field:
    of today from the present state, of days to come from the timetable and who came in the past. While nothing
    happens the same question gets the answer of before, for ten seconds: `time` says when it was made."""
    confidence = confidence_of(request.args.get("confidence", ""))
    # Who works it out may only read: what is due by the clock is done before.
    state, now = call.office.see(site, lambda look: (look.still_state, look.now))
    asked, last = (state, session, confidence, call.lang), call.office.wiring.advice
    found = last.of(site, asked, now)
    if found is None:
        found = elsewhere(advise, site, session, confidence, call.lang)
        last.keep(site, asked, now, found)
    return answer(found)


def confidence_of(given: str) -> float:
    """A probability of the query, 0.9 when it wasn't given. Raises Invalid for what isn't between 0.5 and 0.99."""
    try:
        found = float(given or advice.CONFIDENCE)
    except ValueError:
        found = 0.0
    if not advice.LEAST_CONFIDENCE <= found <= advice.MOST_CONFIDENCE:
        raise Invalid(("confidence", "out_of_range"))
    return found


def advise(office: Office, site: str, session: str, confidence: float, lang: str) -> Advice:
    return advice.of(office.look(site, advice.asked, session, lang), confidence)
