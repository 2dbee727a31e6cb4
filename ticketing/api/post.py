"""Corrections of the postal list over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from flask import Response
from msgspec import Meta

from ticketing.answers.post import Form, corrected
from ticketing.api.bodies import Request
from ticketing.api.calls import Call, answer
from ticketing.rules.post import MOST_CORRECTED, PostalOrder
from ticketing.verbs import post as verbs


class PostalCorrection(Request):
    """`dossiers` more of that form on that day, fewer below 0, never 0; `number` names a ticket of the day."""

    day: date
    form: Form
    dossiers: Annotated[int, Meta(ge=-MOST_CORRECTED, le=MOST_CORRECTED, extra_json_schema={"not": {"const": 0}})]
    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    number: Annotated[str, Meta(max_length=16)] = ""


def correct_postal(call: Call, site: str) -> Response:
    """Adds a row to the postal list of a day that has been; nothing is edited. 200 when the key was there."""
    body = call.body
    order = PostalOrder(body.day, body.form, body.dossiers, body.reason, body.number)
    entered, fresh = call.office.do_once(call.here, verbs.correct_postal, order)
    return answer(call.office.see(site, corrected, entered), 201 if fresh else 200)
