"""The public ledger: parse, one call, answer."""

from __future__ import annotations

from flask import Response

from ticketing.answers import ledger
from ticketing.api.calls import Call, answer
from ticketing.api.parsing import query

TEXT = "text/plain"


def show_proof(call: Call, code: str) -> Response:
    """That this number stands in the public ledger of its day, for whoever holds its code."""
    site = call.office.site_of(code)
    return answer(call.office.see(site, ledger.proof, code))


def show_ledger(call: Call, site: str, day: str) -> Response:
    """What happened to the numbers of today or yesterday, in order: nothing says whose they are, or why."""
    return answer(call.office.see(site, ledger.of_day, day))


def show_checkpoint(call: Call, site: str) -> Response:
    """The signed checkpoint of today's ledger and of the journal, as C2SP's tlog-checkpoint; of an earlier `day` the
    one that was kept when it had ended."""
    text = call.office.see(site, ledger.checkpoint, query("day", 10))
    return Response(text, mimetype=TEXT)
