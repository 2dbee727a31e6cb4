"""The supervisor's pages: today, the journal, the configuration. Changes of sessions go to the API."""

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Blueprint, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from ticketing.answers import alarms, console
from ticketing.answers.console import Console
from ticketing.answers.names import extended
from ticketing.api.parsing import query_number
from ticketing.desk import charts
from ticketing.desk.advice_words import ADVICE
from ticketing.desk.alarm_words import ALARMS, CLOCK, STOPPING, stop_proposals
from ticketing.desk.console import Facts, page_facts
from ticketing.desk.gate import Desk, enter, units_of
from ticketing.desk.journal import read_back
from ticketing.desk.printers import STATES
from ticketing.desk.texts import COMMON, SUPERVISOR, spoken
from ticketing.desk.words import journal_entries
from ticketing.profiles import write_sites
from ticketing.rules.people import Actor
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import Site

PRINTERS = {f"printer_{state}": text for state, text in STATES.items()}


def add(pages: Blueprint, desk: Desk) -> None:
    charts.add(pages, desk)

    @pages.get("/<site>/supervisor/")
    def supervisor_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        today = business_day(place, desk.office.clock.now())
        return render_template(
            "desk/today.html", site=place, tab="today", page=_facts(desk, place, actor),
            first=_queue(desk, place), texts=spoken(COMMON, SUPERVISOR, ADVICE, ALARMS, STOPPING, CLOCK, PRINTERS),
            today=today, last_day=today + timedelta(days=366), chart_day=(day := charts.day_asked(desk, place)),
            charts=charts.charts_of(desk, place, day, g.lang),
        )  # fmt: skip

    @pages.get("/<site>/supervisor/queue.json")
    def supervisor_queue(site: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        return jsonify(_queue(desk, place)), 200, {"Cache-Control": "no-store"}

    @pages.get("/<site>/supervisor/journal")
    def journal_page(site: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        words = request.args.get("q", "").strip()[:80]
        found = read_back(desk.office, site, words, query_number("before", 0) or None)
        people = {f"token:{token.id}": token.name for token in desk.accounts.tokens(site)}
        people |= {f"officer:{officer.login}": officer.called for officer in desk.accounts.officers(site)}
        return render_template(
            "desk/journal.html", site=place, tab="journal", q=words, older=found.older,
            entries=journal_entries(found.lines, place, people, g.lang),
        )  # fmt: skip

    @pages.get("/<site>/supervisor/config.toml")
    def configuration(site: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        text = write_sites([place])
        name = f'attachment; filename="{place.code}.toml"'
        return Response(text, mimetype="application/toml", headers={"Content-Disposition": name})


def _queue(desk: Desk, place: Site) -> Console:
    """The site's state; while a session's service goes on also which devices have fallen silent."""
    queue = desk.office.see(place.code, console.of, None, g.lang)
    session = queue.session
    silent = alarms.silent_now(
        place, session.state, session.service_from, queue.time, desk.accounts.tokens(place.code), desk.accounts.now()
    )
    return replace(queue, alarms=[*queue.alarms, *silent])


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsOfToday(Facts):
    """`units`: of how many units the actor is the admin besides; `stops`: what usually makes an office stop."""

    units: int
    stops: list[dict[str, str | bool]]


def _facts(desk: Desk, place: Site, actor: Actor) -> FactsOfToday:
    units = len(units_of(desk, place, actor))
    return extended(FactsOfToday, page_facts(place, actor, g.lang), units=units, stops=stop_proposals())
