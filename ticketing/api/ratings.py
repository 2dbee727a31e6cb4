"""How satisfied people were: once for each visit, kept as counts without a link to the ticket."""

from __future__ import annotations

from flask import Response

from ticketing.api.calls import Call, answer
from ticketing.api.parsing import counter_number


def rate_ticket(call: Call, code: str) -> Response:
    """The citizen rates the visit, once, when it is done."""
    return answer(call.office.rate(code, call.body.score, call.asked))


def rate_counter(call: Call, site: str, counter: str) -> Response:
    """The visit that ended last at this counter is rated on the tablet there, once, within five minutes."""
    return answer(call.office.rate_counter(site, counter_number(counter), call.body.score))
