"""The calendar of the configuration: a month as it will be worked, and exceptions for days to come."""

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from ticketing.desk.config.edits import Edit, set_days
from ticketing.desk.config.forms import blank, day, filled, told
from ticketing.desk.config.review import Opened, Proposal, opened, page, settle, with_options
from ticketing.desk.config.sections import BY_NAME, UNTIL, WEEKDAY_NAMES, Section, may
from ticketing.desk.config.words import faults, words_of
from ticketing.desk.gate import Desk
from ticketing.profiles.problems import ConfigError, Problems
from ticketing.profiles.reading import must_be
from ticketing.profiles.tables import DAY
from ticketing.rules.sessions import business_day, plan_day, weekday_in_force
from ticketing.rules.sites import WEEKDAYS, CalendarDay, Site, localized


def add(pages: Blueprint, desk: Desk) -> None:
    section = BY_NAME["calendar"]
    inputs = (section.inputs[0], UNTIL, *section.inputs[1:])

    def shown(at: Opened, values: MultiDict[str, str], problems: Problems, edit: Edit, status: int) -> Any:
        place = at.place
        today = business_day(place, desk.office.clock.now())
        month = _month(request.args.get("month") or values.get("day", "")[:7], today)
        return page(
            "desk/config_calendar.html", place, "calendar", status, section=section, values=values, version=at.version,
            month=month, exceptions=_exceptions(section, place),
            weeks=_weeks(desk, place, month, today), weekdays=WEEKDAY_NAMES,
            earlier=_month_text(month - timedelta(days=1)), later=_month_text(month + timedelta(days=31)),
            inputs=with_options(inputs, place), may_edit=may(at.actor, "calendar"),
            faults=faults(problems, edit.site, edit.prefix, inputs, g.lang),
        )  # fmt: skip

    @pages.get("/<site>/supervisor/config/calendar")
    def config_calendar(site: str) -> ResponseReturnValue:
        at = opened(desk, site)
        chosen = day(request.args.get("day", ""))
        entry = next((one for one in at.place.calendar if one.day == chosen), None)
        values = filled(section.inputs, entry or replace(blank(CalendarDay), day=chosen))
        if chosen and entry is None:
            values["kind"] = ""
        return shown(at, values, [], Edit(at.place), 200)

    @pages.post("/<site>/supervisor/config/calendar")
    def change_calendar(site: str) -> ResponseReturnValue:
        at = opened(desk, site, "calendar")

        def make() -> Edit:
            entry = told(section.inputs, request.form, blank(CalendarDay), at.place)
            last = day(request.form.get("until", "").strip())
            if isinstance(entry.day, str):
                raise ConfigError("", [must_be("day", DAY, entry.day)])
            return set_days(at.place, entry.day, last, entry if entry.kind else None)

        form = partial(shown, at, request.form)
        month = request.form.get("day", "")[:7]
        here = url_for("desk.config_calendar", site=site, month=month or None)
        return settle(desk, Proposal(at, make, form, "calendar", here))


def _exceptions(section: Section, place: Site) -> list[tuple[date, list[str]]]:
    """The unit's own days and what they are in words, the latest first."""
    return [
        (entry.day, [words_of(section, key, getattr(entry, key), place, g.lang) for key in section.columns])
        for entry in sorted(place.calendar, key=lambda entry: entry.day, reverse=True)
    ]


def _month(text: str, today: date) -> date:
    """The first day of a "2026-11", of this month for anything else."""
    found = day(f"{text}-01")
    return found if isinstance(found, date) and 2000 <= found.year <= 2100 else today.replace(day=1)


def _month_text(moment: date) -> str:
    return moment.isoformat()[:7]


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the month as it will be worked: `own` is an exception of the unit, `like` the weekday whose sessions
    it has when that is not its own."""

    day: date
    today: bool
    own: bool
    name: str
    off: bool
    like: str
    sessions: list[str]


def _weeks(desk: Desk, place: Site, month: date, today: date) -> list[list[Cell | None]]:
    """The month by weeks from Monday on; None stands for the days of its neighbours."""
    own = {entry.day: entry for entry in place.calendar}

    def cell(moment: date) -> Cell:
        public = desk.office.wiring.holidays(moment.year) if place.public_holidays else None
        weekday = weekday_in_force(place, moment, desk.office.wiring.holidays)
        entry = own.get(moment)
        name = localized(entry, g.lang) if entry else public.days_off.get(moment, "") if public else ""
        like = "" if weekday in (None, WEEKDAYS[moment.weekday()]) else str(WEEKDAY_NAMES[weekday])
        sessions = [localized(one, g.lang, "title") for one in plan_day(place, moment, desk.office.wiring.holidays)]
        return Cell(moment, moment == today, entry is not None, name, weekday is None, like, sessions)

    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return [[cell(moment) if moment.month == month.month else None for moment in week] for week in weeks]
