"""The office's reports of a played window, as their JSON."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from tests.simulation.months import FIRST, LAST, Played
from ticketing.reports import catalogue as reports


def report(played: Played, site: str, kind: str, first: date = FIRST, last: date = LAST) -> dict[str, Any]:
    found = played.office.site(site)
    table = played.office.store.read(lambda view: reports.make(view, found, kind, first, last, "vi"))
    return reports.as_dict(table)


def total(made: dict[str, Any], column: str) -> int:
    return int(made["totals"][column])


def persons(made: dict[str, Any]) -> Counter[tuple[str, str, str]]:
    """Of a diversions report: how many went, by day, decision and way."""
    told: Counter[tuple[str, str, str]] = Counter()
    for day in made["items"]:
        for way in day["ways"]:
            told[day["date"], way["decision"], way["to"]] += way["chosen_persons"] + way["refused_persons"]
    return told


def posted(made: dict[str, Any]) -> Counter[tuple[str, str]]:
    """Of a postal list: dossiers by day and form."""
    told: Counter[tuple[str, str]] = Counter()
    for item in made["items"]:
        told[item["date"], item["form"]] += item["dossiers"]
    return told
