"""The officers' counter console: one page, and the state it starts from. Every verb goes to the API."""

from dataclasses import dataclass

from flask import Blueprint, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from ticketing.answers import console
from ticketing.desk.alarm_words import ALARMS, CLOCK, STOPPING
from ticketing.desk.gate import Desk, enter
from ticketing.desk.texts import COMMON, CONSOLE, spoken
from ticketing.rules.people import Actor, satisfies
from ticketing.rules.sites import Site, localized


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/counter/")
    def console_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "officer")
        first = desk.office.see(site, console.of, _counter(place), g.lang)
        return render_template(
            "desk/counter.html", site=place, page=page_facts(place, actor, g.lang), first=first,
            texts=spoken(STOPPING, ALARMS, CLOCK, COMMON, CONSOLE),
        )  # fmt: skip

    @pages.get("/<site>/counter/queue.json")
    def console_queue(site: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "officer")
        return jsonify(desk.office.see(site, console.of, _counter(place), g.lang)), 200, {"Cache-Control": "no-store"}


def _counter(site: Site) -> int | None:
    number = request.args.get("counter", type=int)
    return number if number is not None and site.counter(number) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A counter as it is meant to be."""

    counter: int
    name: str
    fields: tuple[str, ...]
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the page's script knows of the site and of who sits in front of it; `printers` those that the server
    prints on."""

    site: str
    me: str
    my_name: str
    supervisor: bool
    max_dossiers: int
    max_calls: int
    recall_gap_s: int
    zone: str
    printers: list[str]
    priorities: list[Named]
    fields: list[Named]
    services: list[Named]
    counters: list[Door]


def page_facts(site: Site, actor: Actor, lang: str) -> Facts:
    return Facts(
        site=site.code,
        me=actor.id,
        my_name=actor.name or actor.id,
        supervisor=satisfies(actor.role, "supervisor"),
        max_dossiers=site.max_dossiers,
        max_calls=site.max_calls,
        recall_gap_s=site.recall_gap_s,
        zone=site.timezone,
        printers=[one.name for one in site.printers if not one.by_browser],
        priorities=[Named(code=one.code, name=localized(one, lang)) for one in site.priorities],
        fields=[Named(code=one.code, name=localized(one, lang)) for one in site.fields],
        services=[Named(code=one.code, name=localized(one, lang)) for one in site.services],
        counters=[
            Door(counter=one.number, name=localized(one, lang), fields=one.fields, services=one.services)
            for one in site.counters
        ],
    )
