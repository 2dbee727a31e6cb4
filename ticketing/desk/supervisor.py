"""The supervisor's pages: today, the journal, the configuration. Changes of sessions go to the API."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from ticketing.desk.console import page_facts, queue_of
from ticketing.desk.gate import Desk, enter
from ticketing.desk.ledger import read_back
from ticketing.desk.texts import COMMON, SUPERVISOR, spoken
from ticketing.desk.words import journal_entries
from ticketing.profiles import write_sites
from ticketing.sessions import business_day


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/")
    def supervisor_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        today = business_day(place, desk.office.clock.now())
        return render_template(
            "desk/today.html", site=place, tab="today", page=page_facts(place, actor, g.lang),
            first=queue_of(desk, site, None, g.lang), texts=spoken(COMMON, SUPERVISOR),
            today=today, last_day=today + timedelta(days=366),
        )  # fmt: skip

    @pages.get("/<site>/supervisor/queue.json")
    def supervisor_queue(site: str) -> ResponseReturnValue:
        enter(desk, site, "supervisor")
        return jsonify(queue_of(desk, site, None, g.lang)), 200, {"Cache-Control": "no-store"}

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
