"""The postal list on the supervisor's pages: a day or a window, its corrections, and the form for a new one."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ticketing.answers import post
from ticketing.api.elsewhere import elsewhere
from ticketing.desk.gate import Desk, enter, units_of
from ticketing.desk.journal_words import ACTORS
from ticketing.desk.texts import spoken
from ticketing.errors import Invalid, Unknown
from ticketing.office import Office, Where
from ticketing.reports.catalogue import LONGEST_DAYS
from ticketing.rules import post as postal
from ticketing.rules.people import Actor
from ticketing.rules.plans import Plan
from ticketing.rules.post import LONGEST_REASON, MOST_CORRECTED, PostalOrder, PostalRow
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import Site, localized
from ticketing.rules.text import day_figures, day_of, tidy
from ticketing.verbs import post as verbs

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


@dataclass(frozen=True, slots=True)
class Listed:
    """`rows` are all of the window's or, unless it is `whole`, its corrections alone; `codes` by a row's `seq`."""

    totals: Mapping[str, int]
    days: Sequence[DayTotals]
    rows: Sequence[PostalRow]
    whole: bool
    corrections: int
    codes: Mapping[int, tuple[str, ...]]


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/postal")
    def postal_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        return _page(desk, place, actor, {})

    @pages.post("/<site>/supervisor/postal")
    def correct_postal(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        try:
            order = _order(request.form, business_day(place, desk.office.clock.now()))
            here = Where(site, actor, request.form.get("key", "")[:64])
            entered = desk.office.do(here, verbs.correct_postal, order)
        except (Invalid, Unknown) as error:
            return _page(desk, place, actor, request.form, _wrong(error)), 422
        name, total = FORM_NAMES[order.form], desk.office.see(site, post.totals_of, entered.day)[entered.form]
        flash(
            _(
                "The correction is on the list. %(day)s, %(name)s: %(total)s in all.",
                name=name,
                day=day_figures(order.day),
                total=total,
            )  # fmt: skip
        )
        window = {key: request.form.get(key) or None for key in ("from", "to")}
        return redirect(url_for("desk.postal_page", site=site, _external=False, **window), 303)


def _page(desk: Desk, place: Site, actor: Actor, entered: Mapping[str, str], wrong: str = "") -> str:
    plan = desk.office.look(place.code, lambda look: look.plan)
    discount = plan.policy.postal_discount if plan.policy else None
    window = _window(desk, place, plan, entered)
    one_day = window.first == window.last
    days = (place.code, window.first, window.last)
    found = list_of(desk.office, *days) if one_day else elsewhere(list_of, *days)
    return render_template(
        "desk/postal.html", site=place, tab="postal", window=window, totals=found.totals, days=found.days,
        rows=found.rows, all_rows=found.whole, corrections=found.corrections, codes=found.codes,
        who=_names(desk, place.code), forms=spoken(FORM_NAMES), sources=spoken(SOURCES),
        discount=discount, note=localized(discount, g.lang, "note") if discount else "",
        entered=entered, wrong=wrong, key=secrets.token_hex(16),
        most=MOST_CORRECTED, longest=LONGEST_REASON, plan=plan.policy, kept_days=place.dossier_code_days,
        family=bool(units_of(desk, place, actor)),
    )  # fmt: skip


def list_of(office: Office, site: str, first: date, last: date) -> Listed:
    """The postal list of a window as the page shows it, read day by day."""
    rows: list[PostalRow] = []
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        rows += office.look(site, post.rows, day, day)
    corrections = _corrections(rows)
    whole = len(rows) <= MOST_ROWS or first == last
    listed = rows if whole else corrections
    codes = office.look(site, post.codes, listed)
    return Listed(postal.totals(rows), _days(rows), listed, whole, len(corrections), codes)


def _window(desk: Desk, place: Site, plan: Plan, entered: Mapping[str, str]) -> Window:
    """The days asked for, today when none are; at most a year, ending where it was asked to end."""
    today = business_day(place, desk.office.clock.now())
    asked = entered or request.args
    last = min(day_of(asked.get("to")) or today, today + LONGEST_WINDOW)
    first = min(day_of(asked.get("from")) or last, last)
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


def _order(form: Mapping[str, str], today: date) -> PostalOrder:
    """What was typed. Raises Invalid with all that is wrong with it."""
    day, number = day_of(form.get("day")), form.get("dossiers", "").strip()
    counts = form.get("way") in ("more", "fewer") and number.isascii() and number.isdigit() and len(number) < 8
    dossiers = (int(number) if form["way"] == "more" else -int(number)) if counts else 1
    order = PostalOrder(
        day or today, form.get("form", ""), dossiers, tidy(form.get("reason", "")), tidy(form.get("number", ""))[:16]
    )
    wrong = [] if day else [("day", "required")]
    wrong += [] if counts else [("dossiers", "wrong_form")]
    try:
        postal.entered_of(order)
    except Invalid as error:
        wrong += [(one["key"], one["reason"]) for one in error.details["errors"]]
    if wrong:
        raise Invalid(*wrong)
    return order


def _wrong(error: Invalid | Unknown) -> str:
    """A sentence for each mistake."""
    found = [("number", "")] if isinstance(error, Unknown) else [
        (one["key"], one["reason"]) for one in error.details["errors"]
    ]  # fmt: skip
    said = (str(WRONG.get((key, reason)) or WRONG[key, ""]) % {"most": MOST_CORRECTED} for key, reason in found)
    return " ".join(said)
