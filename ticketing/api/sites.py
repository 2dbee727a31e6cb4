"""Sites, boards, sessions and the journal: parse, one call, answer."""

from __future__ import annotations

import msgspec
from flask import Response

from ticketing.answers import board, journal, overview, plans, search, sessions, sites
from ticketing.api.calls import Call, answer, items, json
from ticketing.api.parsing import query, query_day, query_number
from ticketing.rules.sessions import SessionChange
from ticketing.verbs import sessions as planning


def list_sites(call: Call) -> Response:
    """The offices, parents before their units."""
    return items(sites.listed(call.office.site_values(), call.lang))


def show_board(call: Call, site: str) -> Response:
    """The office as it stands: session, fields, services, counters, calls, notices. Never older than the last
    acknowledged write."""
    return json(call.office.see(site, board.encoded, call.lang))


def show_overview(call: Call, site: str) -> Response:
    """The office, then its whole family: where the procedure or field is taken, what is left and how long one waits.
    Nothing asked for is anything."""
    asked = overview.Asked(query("procedure", 64) or None, query("field", 64) or None)
    kept = ("overview", site, asked, call.lang)
    return json(call.office.kept_while_all_still(kept, lambda: _overview(call, site, asked)))


def _overview(call: Call, site: str, asked: overview.Asked) -> bytes:
    centres = overview.family(call.office.site_values(), site)
    asked = overview.known_to(centres, asked)
    found = call.office.see_each([one.code for one in centres], overview.of, asked, call.lang)
    return msgspec.json.encode(overview.Overview(items=found))


def search_site(call: Call, site: str) -> Response:
    """The fields, then the procedures that people mean by `q`: spaces, order of words, accents, old and new spelling,
    look-alike letters and a code's agency part don't matter, and a procedure's other names count."""
    return items(call.office.look(site, search.hits, call.lang, query("q")))


def list_procedures(call: Call, site: str) -> Response:
    """The procedures that a search for `q` finds in the field `field`, with what today's policy says."""
    return items(call.office.look(site, plans.procedures, call.lang, query("q"), query("field", 64)))


def list_sessions(call: Call, site: str) -> Response:
    """The sessions of a day (today unless `date` says otherwise) with caps and counts."""
    return items(call.office.see(site, sessions.of_day, query_day("date"), call.lang))


def change_session(call: Call, site: str, session: str) -> Response:
    """Changes caps or state of a session, of a future day too; journaled with its reason."""
    change = SessionChange(
        cap=call.body.cap,
        field_caps=call.body.field_caps,
        service_caps=call.body.service_caps,
        state=call.body.state,
        waiting=call.body.waiting,
        reason=call.body.reason,
    )
    changed = call.office.do(call.here, planning.change_session, session, change)
    return answer(call.office.see(site, sessions.of, changed, call.lang))


def list_journal(call: Call, site: str) -> Response:
    """The append-only journal, oldest first. Ask again with `after` set to `next` until there is none."""
    after = max(0, query_number("after", 0))
    limit = min(max(1, query_number("limit", 100)), journal.MOST_LINES)
    lines = call.office.look(site, journal.lines, after, limit)
    more = len(lines) == limit and call.office.look(site, journal.lines, lines[-1].seq, 1)
    return items(lines, lines[-1].seq if more else None)
