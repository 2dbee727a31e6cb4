"""Refusals and journal lines as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from ticketing.desk.config_words import path_words
from ticketing.desk.journaling import ACTORS, KINDS, LABELS, VALUES
from ticketing.desk.texts import spoken
from ticketing.errors import Conflict, Forbidden, TicketingError, Unknown
from ticketing.sites import Site, localized


def refusal(error: TicketingError) -> str:
    """One sentence for a page that could not be shown or a form that was refused."""
    if isinstance(error, Forbidden):
        return _("Your login has no right to this page. Sign in with another one, or ask the administrator.")
    if isinstance(error, Unknown):
        return {
            "site": _("There is no such unit here."),
            "device": _("No device shows this code any more. Load the page on the device again."),
            "token": _("This access has been revoked already."),
            "officer": _("There is no such login at this unit."),
        }.get(error.kind, _("There is no such thing here."))
    if isinstance(error, Conflict):
        return _("This cannot be done, or somebody has done it already. Load the page again.")
    return _("This was refused. Check what you entered.")


def local_time(at: datetime | str, zone: ZoneInfo) -> str:
    """An instant as a day and a time of the site, in the page's language."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S" if isinstance(at, str) else "%d/%m/%Y %H:%M")


def journal_entries(
    lines: Iterable[dict[str, Any]], site: Site, devices: Mapping[str, str], lang: str
) -> list[dict[str, Any]]:
    """Journal lines as a person reads them: `who`, `what` happened, and `facts` as (label, value) pairs.

    `devices` names the tokens by actor id ("token:3").
    """
    kinds, labels, values = spoken(KINDS), spoken(LABELS), spoken(VALUES)
    actors = spoken(ACTORS) | dict(devices)
    names = {f.code: localized(f, lang) for f in site.fields}
    names |= {s.code: localized(s, lang) for s in site.services}
    names |= {p.code: localized(p, lang) for p in site.priorities}

    def value(key: str, raw: Any) -> str:
        if key == "keys" and isinstance(raw, str):
            return path_words(raw)
        if isinstance(raw, dict):
            named = (f"{names.get(k, labels.get(k, k))}: {value(k, v)}" for k, v in raw.items())
            return ", ".join(named) or "–"
        if isinstance(raw, (list, tuple)):
            return ", ".join(value(key, item) for item in raw) or "–"
        if isinstance(raw, bool):
            return _("yes") if raw else _("no")
        return names.get(str(raw), values.get(str(raw), str(raw)))

    def entry(line: dict[str, Any]) -> dict[str, Any]:
        data = dict(line.get("data") or {})
        told = {key: raw for key, raw in data.items() if key in labels and raw != "" and raw is not False}
        if told.get("counter") == line["counter"] and line["kind"] != "ticket_transferred":
            told.pop("counter", None)
        return line | {
            "who": actors.get(line["actor"], line["actor"].removeprefix("officer:")),
            "what": kinds.get(line["kind"], line["kind"]),
            "facts": [(labels[key], value(key, raw)) for key, raw in told.items()],
        }

    return [entry(line) for line in lines]
