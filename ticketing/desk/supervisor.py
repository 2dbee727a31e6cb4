"""The supervisor's pages: today, the journal, the configuration. Changes of sessions go to the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from ticketing import alarms
from ticketing.desk import charts
from ticketing.desk.alarm_words import ALARMS, STOPPING, stop_proposals
from ticketing.desk.console import page_facts, queue_of
from ticketing.desk.gate import Desk, enter
from ticketing.desk.ledger import read_back
from ticketing.desk.texts import COMMON, SUPERVISOR, spoken
from ticketing.desk.words import journal_entries
from ticketing.officers import Actor
from ticketing.profiles import write_sites
from ticketing.sessions import business_day
from ticketing.sites import Site


def add(pages: Blueprint, desk: Desk) -> None:
    charts.add(pages, desk)

    @pages.get("/<site>/supervisor/")
    def supervisor_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        today = business_day(place, desk.office.clock.now())
        return render_template(
            "desk/today.html", site=place, tab="today", page=_facts(desk, place, actor),
            first=_queue(desk, place), texts=spoken(COMMON, SUPERVISOR, ALARMS, STOPPING),
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
        found = read_back(desk.office, site, words, request.args.get("before", type=int))
        devices = {f"token:{token.id}": token.name for token in desk.accounts.tokens(site)}
        return render_template(
            "desk/journal.html", site=place, tab="journal", q=words, older=found.older,
            entries=journal_entries(found.lines, place, devices, g.lang),
        )  # fmt: skip

    @pages.get("/<site>/supervisor/config.toml")
    def configuration(site: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        text = write_sites([place])
        name = f'attachment; filename="{place.code}.toml"'
        return Response(text, mimetype="application/toml", headers={"Content-Disposition": name})


def _queue(desk: Desk, place: Site) -> dict[str, Any]:
    """The site's whole state; while a session runs also which devices have fallen silent."""
    queue = queue_of(desk, place.code, None, g.lang)
    if queue["session"]["state"] in alarms.RUNNING:
        tokens = desk.accounts.tokens(place.code)
        queue["alarms"] += alarms.silent_devices(place, tokens, desk.accounts.now())
    return queue


def _facts(desk: Desk, place: Site, actor: Actor) -> dict[str, Any]:
    """`units`: of how many units the actor is the admin besides; `stops`: what usually makes an office stop."""
    boss = actor.role == "admin" and actor.site == place.code
    units = [site for site in desk.office.site_values() if boss and site.parent == place.code]
    return page_facts(place, actor, g.lang) | {"units": len(units), "stops": stop_proposals()}
