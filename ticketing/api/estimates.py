"""How true the told waits were, over HTTP."""

from datetime import date

import msgspec
from flask import Response

from ticketing.answers.names import Day
from ticketing.api.calls import Call, json
from ticketing.api.elsewhere import elsewhere
from ticketing.api.reports import window
from ticketing.office import Office
from ticketing.reports import catalogue as reports
from ticketing.reports.estimates import Estimates, Score
from ticketing.reports.table import Row
from ticketing.rules.sites import Site

PARTS = Score.__struct_fields__


class ScoreOf(Score, frozen=True, kw_only=True):
    group: str
    code: str
    name: str


class EstimateScores(Score, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """Over the days `from` to `to`, both included: in all, and by field and service."""

    site: str
    first: Day
    last: Day
    items: list[ScoreOf]


def show_estimates(call: Call, site: str) -> Response:
    """What was told of waits, at the taking and when three were ahead, against what came; of the days `from` to `to`,
    both included (today, unless they say otherwise)."""
    first, last = window(call)
    reports.begin(call.where, Estimates.kind, first, last)
    asked = (call.where, first, last, call.lang)
    return json(write_scores(call.office, *asked) if first == last else elsewhere(write_scores, *asked))


def write_scores(office: Office, site: Site, first: date, last: date, lang: str) -> bytes:
    making = Estimates(site, first, last, lang)
    reports.gather(office.store.read, making)
    items = [
        ScoreOf(group=group, code=code, name=name, **_parts(found))
        for group, known in (("field", site.fields), ("service", site.services))
        for code, name, found in making.of(group, known)
    ]
    in_all = _parts(making.in_all())
    return msgspec.json.encode(
        EstimateScores(site=site.code, first=first.isoformat(), last=last.isoformat(), items=items, **in_all)
    )


def _parts(found: Score) -> Row:
    return {name: getattr(found, name) for name in PARTS}
