"""The officers' counter console: one page, and the state it starts from. Every verb goes to the API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from ticketing.desk.alarm_words import ALARMS, STOPPING
from ticketing.desk.gate import Desk, enter
from ticketing.desk.texts import COMMON, CONSOLE, spoken
from ticketing.officers import Actor, satisfies
from ticketing.sites import Site, localized


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/counter/")
    def console_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "officer")
        return render_template(
            "desk/counter.html", site=place, page=page_facts(place, actor, g.lang),
            first=queue_of(desk, site, _counter(place), g.lang), texts=spoken(STOPPING, ALARMS, COMMON, CONSOLE),
        )  # fmt: skip

    @pages.get("/<site>/counter/queue.json")
    def console_queue(site: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "officer")
        return jsonify(queue_of(desk, site, _counter(place), g.lang)), 200, {"Cache-Control": "no-store"}


def _counter(site: Site) -> int | None:
    number = request.args.get("counter", type=int)
    return number if number is not None and site.counter(number) else None


def queue_of(desk: Desk, site: str, counter: int | None, lang: str) -> dict[str, Any]:
    """The live queue, and who sits where, by counter number."""
    states = desk.office.store.read(lambda view: view.counters(site))
    sitting = {
        number: {"holder": state.holder, "holder_name": state.holder_name, "reason": state.reason}
        for number, state in states.items()
        if state.state != "closed"
    }
    return desk.office.queue(site, counter, lang) | {"sitting": sitting}


def page_facts(site: Site, actor: Actor, lang: str) -> dict[str, Any]:
    """What the page's script knows of the site and of who sits in front of it."""
    return {
        "site": site.code,
        "me": actor.id,
        "my_name": actor.name or actor.id,
        "supervisor": satisfies(actor.role, "supervisor"),
        "max_dossiers": site.max_dossiers,
        "max_calls": site.max_calls,
        "recall_gap_s": site.recall_gap_s,
        "zone": site.timezone,
        "priorities": [{"code": p.code, "name": localized(p, lang)} for p in site.priorities],
        "fields": [{"code": f.code, "name": localized(f, lang)} for f in site.fields],
        "services": [{"code": s.code, "name": localized(s, lang)} for s in site.services],
        "counters": [
            {"counter": c.number, "name": localized(c, lang), "fields": c.fields, "services": c.services}
            for c in site.counters
        ],
    }
