"""Refusals and journal lines as sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from ticketing.answers.names import extended
from ticketing.api.problem_texts import detail_of
from ticketing.desk.config.words import path_words
from ticketing.desk.journal import Numbered
from ticketing.desk.journal_words import ACTORS, KINDS, LABELS, VALUES
from ticketing.desk.texts import spoken
from ticketing.errors import Busy, Conflict, Forbidden, InUse, StorageFull, TicketingError, Unavailable, Unknown
from ticketing.rules.sites import Site, localized


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
    if isinstance(error, InUse) or (isinstance(error, Conflict) and error.reason == "last_admin"):
        return detail_of(error.code, error.reason, error.details)
    if isinstance(error, Conflict):
        if error.reason == "login_taken":
            return _("There is a login of this name already.")
        return _("This cannot be done, or somebody has done it already. Load the page again.")
    if isinstance(error, (Busy, Unavailable, StorageFull)):
        return detail_of(error.code, error.reason, error.details)
    return _("This was refused. Check what you entered.")


def local_time(at: datetime | str, zone: ZoneInfo) -> str:
    """An instant as a day and a time of the site, in the page's language."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S" if isinstance(at, str) else "%d/%m/%Y %H:%M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Numbered):
    """`who` did `what`, and `facts` as (label, value) pairs."""

    who: str
    what: str
    facts: list[tuple[str, str]]


def journal_entries(
    lines: Iterable[Numbered], site: Site, people: Mapping[str, str], lang: str
) -> list[Entry]:
    """Journal lines as a person reads them.

    `people` names tokens and officers by actor id ("token:3", "officer:lan").
    """
    kinds, labels, values = spoken(KINDS), spoken(LABELS), spoken(VALUES)
    actors = spoken(ACTORS) | dict(people)
    names = {f.code: localized(f, lang) for f in site.fields}
    names |= {s.code: localized(s, lang) for s in site.services}
    names |= {p.code: localized(p, lang) for p in site.priorities}

    def value(key: str, raw: Any) -> str:
        if key == "wall":
            return local_time(str(raw), site.zone)
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

    def entry(line: Numbered) -> Entry:
        told = {key: raw for key, raw in line.data.items() if key in labels and raw != "" and raw is not False}
        if told.get("counter") == line.counter and line.kind != "ticket_transferred":
            told.pop("counter", None)
        return extended(
            Entry, line,
            who=actors.get(line.actor, line.actor.removeprefix("officer:")),
            what=kinds.get(line.kind, line.kind),
            facts=[(labels[key], value(key, raw)) for key, raw in told.items()],
        )  # fmt: skip

    return [entry(line) for line in lines]
