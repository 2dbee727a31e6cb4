"""How satisfied people were: once for each visit, kept as counts without a link to the ticket."""

from __future__ import annotations

from flask import Response

from ticketing.answers.ratings import Rated
from ticketing.api.calls import Call, answer
from ticketing.api.parsing import counter_number
from ticketing.office import Where
from ticketing.rules.people import CITIZEN
from ticketing.verbs import ratings


def rate_ticket(call: Call, code: str) -> Response:
    """The citizen rates the visit, once, when it is done."""
    call.office.do(Where(call.office.site_of(code), CITIZEN), ratings.rate, code, call.body.score)
    return answer(Rated(score=call.body.score))


def rate_counter(call: Call, site: str, counter: str) -> Response:
    """The visit that ended last at this counter is rated on the tablet there, once, within five minutes."""
    call.office.do(Where(site, CITIZEN), ratings.rate_counter, counter_number(counter), call.body.score)
    return answer(Rated(score=call.body.score))
