"""The postal list on the supervisor's pages: a day or a window, its corrections, and the form for a new one."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ticketing import postal
from ticketing.decisions import Plan
from ticketing.desk.gate import Desk, enter
from ticketing.desk.journaling import ACTORS
from ticketing.desk.texts import spoken
from ticketing.errors import Invalid, Unknown
from ticketing.officers import Actor
from ticketing.policies import Discount
from ticketing.postal import PostalRow
from ticketing.postalwork import LONGEST_REASON, MOST_CORRECTED, PostalOrder
from ticketing.reports import LONGEST_DAYS
from ticketing.sessions import business_day
from ticketing.sites import Site, localized

LONGEST_WINDOW = timedelta(days=LONGEST_DAYS - 1)
# A longer list is shown by day, each a link to its rows: a page of ten thousand rows helps nobody.
MOST_ROWS = 400

FORM_NAMES = {"submit": _l("Dossiers received by post"), "return": _l("Results returned by post")}
SOURCES = {
    "counter": _l("at the counter"),
    "handover": _l("postman's hand-over"),
    "correction": _l("correction"),
}
WRONG = {
    ("day", ""): _l("Choose the day that the list is wrong for."),
    ("day", "in_future"): _l("This day is yet to come."),
    ("day", "before_data"): _l("This office has no data of that day."),
    ("form", ""): _l("Say which list is wrong: dossiers received or results returned."),
    ("dossiers", ""): _l("Enter a whole number of dossiers from 1 to %(most)s."),
    ("dossiers", "below_zero"): _l("So many were never on the list: the day's total would fall below 0."),
    ("reason", ""): _l("Enter a reason; it stays beside the correction."),
    ("number", ""): _l("Nobody had this number on that day."),
}


@dataclass(frozen=True, slots=True)
class Window:
    """What the page shows: `first` to `last`, and the windows that one press leads to, as (name, first, last)."""

    first: date
    last: date
    today: date
    presets: tuple[tuple[str, date, date], ...]


@dataclass(frozen=True, slots=True)
class DayTotals:
    day: date
    totals: Mapping[str, int]
    corrections: int


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/postal")
    def postal_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        return _page(desk, place, actor, {})

    @pages.post("/<site>/supervisor/postal")
    def correct_postal(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        try:
            order = _order(request.form)
            answer, _fresh = desk.office.correct_postal(site, order, actor, request.form.get("key", "")[:64])
        except (Invalid, Unknown) as error:
            return _page(desk, place, actor, request.form, _wrong(error)), 422
        name, total = FORM_NAMES[order.form], answer["totals"][order.form]
        flash(
            _(
                "The correction is on the list. %(day)s, %(name)s: %(total)s in all.",
                name=name,
                day=f"{order.day:%d/%m/%Y}",
                total=total,
            )  # fmt: skip
        )
        window = {key: request.form[key] for key in ("from", "to") if request.form.get(key)}
        return redirect(url_for("desk.postal_page", site=site, **window), 303)


def _page(desk: Desk, place: Site, actor: Actor, entered: Mapping[str, str], wrong: str = "") -> str:
    plan = desk.office.plan(place.code)
    window = _window(desk, place, plan, entered)
    rows = _rows(desk, place, window)
    shown = rows if len(rows) <= MOST_ROWS or window.first == window.last else _corrections(rows)
    return render_template(
        "desk/postal.html", site=place, tab="postal", window=window, totals=postal.totals(rows), days=_days(rows),
        rows=shown, all_rows=len(shown) == len(rows), corrections=len(_corrections(rows)),
        codes=desk.office.postal_codes(shown),
        who=_names(desk, place.code), forms=spoken(FORM_NAMES), sources=spoken(SOURCES),
        discount=_discount(plan), note=_discount_note(plan), entered=entered, wrong=wrong, key=secrets.token_hex(16),
        most=MOST_CORRECTED, longest=LONGEST_REASON, plan=plan.policy, kept_days=place.dossier_code_days,
        family=_has_units(desk, place, actor),
    )  # fmt: skip


def _rows(desk: Desk, place: Site, window: Window) -> list[PostalRow]:
    rows: list[PostalRow] = []
    for ahead in range((window.last - window.first).days + 1):
        day = window.first + timedelta(days=ahead)
        rows += desk.office.postal_list(place.code, day, day)
        # A year of a busy centre takes seconds: between two days the others on this loop have their turn.
        time.sleep(0)
    return rows


def _has_units(desk: Desk, place: Site, actor: Actor) -> bool:
    """Whether the actor may have one list for the office and all units under it."""
    own = actor.role == "admin" and actor.site == place.code
    return own and any(site.parent == place.code for site in desk.office.site_values())


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given or "")
    except ValueError:
        return None


def _window(desk: Desk, place: Site, plan: Plan, entered: Mapping[str, str]) -> Window:
    """The days asked for, today when none are; at most a year, ending where it was asked to end."""
    today = business_day(place, desk.office.clock.now())
    asked = entered or request.args
    last = min(_day(asked.get("to")) or today, today + LONGEST_WINDOW)
    first = min(_day(asked.get("from")) or last, last)
    presets = [(_("Today"), today, today), (_("This month"), today.replace(day=1), today)]
    if plan.policy is not None:
        end = plan.policy.valid_to or today
        presets.append((_("The plan's days"), max(plan.policy.valid_from, end - LONGEST_WINDOW), end))
    return Window(max(first, last - LONGEST_WINDOW), last, today, tuple(presets))


def _days(rows: Sequence[PostalRow]) -> list[DayTotals]:
    found: dict[date, list[PostalRow]] = {}
    for row in rows:
        found.setdefault(row.day, []).append(row)
    return [DayTotals(day, postal.totals(some), len(_corrections(some))) for day, some in found.items()]


def _corrections(rows: Sequence[PostalRow]) -> list[PostalRow]:
    return [row for row in rows if row.source == "correction"]


def _names(desk: Desk, site: str) -> dict[str, str]:
    return spoken(ACTORS) | {f"token:{token.id}": token.name for token in desk.accounts.tokens(site)}


def _discount(plan: Plan) -> Discount | None:
    return plan.policy.postal_discount if plan.policy else None


def _discount_note(plan: Plan) -> str:
    found = _discount(plan)
    return localized(found, g.lang, "note") if found else ""


def _order(form: Mapping[str, str]) -> PostalOrder:
    """What was typed. Raises Invalid for what is no day, no number, or no direction."""
    day, number = _day(form.get("day")), form.get("dossiers", "").strip()
    if day is None:
        raise Invalid(("day", "required"))
    if form.get("way") not in ("more", "fewer") or not (number.isascii() and number.isdigit() and len(number) < 8):
        raise Invalid(("dossiers", "wrong_form"))
    dossiers = int(number) if form["way"] == "more" else -int(number)
    return PostalOrder(
        day, form.get("form", ""), dossiers, form.get("reason", "").strip(), form.get("number", "").strip()[:16]
    )


def _wrong(error: Any) -> str:
    if isinstance(error, Unknown):
        key, reason = "number", ""
    else:
        key, reason = error.details["errors"][0]["key"], error.details["errors"][0]["reason"]
    return str(WRONG.get((key, reason)) or WRONG[key, ""]) % {"most": MOST_CORRECTED}
