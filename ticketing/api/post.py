"""Corrections of the postal list over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from flask import Response
from msgspec import Meta, Struct

from ticketing.api.calls import Call, answer
from ticketing.api.models import Request
from ticketing.postalwork import MOST_CORRECTED, PostalOrder

Form = Literal["submit", "return"]


class PostalCorrection(Request):
    """`dossiers` more of that form on that day, fewer below 0, never 0; `number` names a ticket of the day."""

    day: date
    form: Form
    dossiers: Annotated[int, Meta(ge=-MOST_CORRECTED, le=MOST_CORRECTED)]
    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    number: Annotated[str, Meta(max_length=16)] = ""


class PostalTotals(Struct, rename={"returned": "return"}):
    """Dossiers of a day by form, corrections included."""

    submit: int
    returned: int


class PostalCorrected(Struct):
    """The row as it was added, and what the day comes to with it."""

    day: str
    form: Form
    dossiers: int
    reason: str
    number: str
    totals: PostalTotals


def correct_postal(call: Call, site: str) -> Response:
    """Adds a row to the postal list of a day that has been; nothing is edited. 200 when the key was there."""
    body = call.body
    order = PostalOrder(body.day, body.form, body.dossiers, body.reason, body.number)
    found, fresh = call.office.correct_postal(site, order, call.who, call.key)
    return answer(found, 201 if fresh else 200)
