"""The calendar of the configuration: a month as it will be worked, and exceptions for days to come."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from ticketing.desk.config_edits import Edit, Problems, Refused, set_days
from ticketing.desk.config_forms import blank, day, filled, told
from ticketing.desk.config_sections import BY_NAME, UNTIL, WEEKDAY_NAMES, Section, may
from ticketing.desk.config_steps import Proposal, opened, page, settle, with_options
from ticketing.desk.config_words import faults, words_of
from ticketing.desk.gate import Desk
from ticketing.errors import Forbidden
from ticketing.officers import Actor
from ticketing.sessions import business_day, plan_day, weekday_in_force
from ticketing.sites import CalendarDay, Site, localized

EXAMPLE_DAY = "2026-11-23"


def add(pages: Blueprint, desk: Desk) -> None:
    section = BY_NAME["calendar"]
    inputs = (section.inputs[0], UNTIL, *section.inputs[1:])

    def shown(
        place: Site, actor: Actor, values: MultiDict[str, str], version: int, problems: Problems, edit: Edit,
        status: int,
    ) -> ResponseReturnValue:  # fmt: skip
        today = business_day(place, desk.office.clock.now())
        month = _month(request.args.get("month") or values.get("day", "")[:7], today)
        return page(
            "desk/config_calendar.html", place, "calendar", status, section=section, values=values, version=version,
            month=month, exceptions=_exceptions(section, place),
            weeks=_weeks(desk, place, month, today), weekdays=WEEKDAY_NAMES,
            earlier=_month_text(month - timedelta(days=1)), later=_month_text(month + timedelta(days=31)),
            inputs=with_options(inputs, place), may_edit=may(actor, "calendar"),
            faults=faults(problems, edit.site, edit.prefix, inputs, g.lang),
        )  # fmt: skip

    @pages.get("/<site>/supervisor/config/calendar")
    def config_calendar(site: str) -> ResponseReturnValue:
        place, version, actor = opened(desk, site)
        chosen = day(request.args.get("day", ""))
        entry = next((one for one in place.calendar if one.day == chosen), None)
        values = filled(section.inputs, entry or replace(blank(CalendarDay), day=chosen))
        if chosen and entry is None:
            values["kind"] = ""
        return shown(place, actor, values, version, [], Edit(place), 200)

    @pages.post("/<site>/supervisor/config/calendar")
    def change_calendar(site: str) -> ResponseReturnValue:
        place, version, actor = opened(desk, site)
        if not may(actor, "calendar"):
            raise Forbidden()

        def make() -> Edit:
            entry = told(section.inputs, request.form, blank(CalendarDay), place)
            last = day(request.form.get("until", "").strip())
            if isinstance(entry.day, str):
                raise Refused([("day", f"must be a day such as {EXAMPLE_DAY}, not {entry.day!r}")])
            return set_days(place, entry.day, last, entry if entry.kind else None)

        def form(problems: Problems, edit: Edit, status: int) -> ResponseReturnValue:
            return shown(place, actor, request.form, version, problems, edit, status)

        month = request.form.get("day", "")[:7]
        here = url_for("desk.config_calendar", site=site, month=month or None)
        return settle(desk, Proposal(place, version, actor, make, form, "calendar", here, here))


def _exceptions(section: Section, place: Site) -> list[dict[str, Any]]:
    """The unit's own days in words, the latest first."""
    return [
        {
            "day": entry.day,
            "cells": [words_of(section, key, getattr(entry, key), place, g.lang) for key in section.columns],
        }
        for entry in sorted(place.calendar, key=lambda entry: entry.day, reverse=True)
    ]


def _month(text: str, today: date) -> date:
    """The first day of a "2026-11", of this month for anything else."""
    found = day(f"{text}-01")
    return found if isinstance(found, date) and 2000 <= found.year <= 2100 else today.replace(day=1)


def _month_text(moment: date) -> str:
    return moment.isoformat()[:7]


def _weeks(desk: Desk, place: Site, month: date, today: date) -> list[list[dict[str, Any] | None]]:
    """The month by weeks from Monday on; None stands for the days of its neighbours."""
    own = {entry.day: entry for entry in place.calendar}

    def cell(moment: date) -> dict[str, Any]:
        public = desk.office.holidays(moment.year) if place.public_holidays else None
        weekday = weekday_in_force(place, moment, desk.office.holidays)
        entry = own.get(moment)
        name = localized(entry, g.lang) if entry else public.days_off.get(moment, "") if public else ""
        return {
            "day": moment, "today": moment == today, "own": entry is not None, "name": name,
            "off": weekday is None, "like": "" if weekday in (None, _weekday(moment)) else WEEKDAY_NAMES[weekday],
            "sessions": [
                s.title_en or s.title if g.lang == "en" else s.title
                for s in plan_day(place, moment, desk.office.holidays)
            ],
        }  # fmt: skip

    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return [[cell(moment) if moment.month == month.month else None for moment in week] for week in weeks]


def _weekday(moment: date) -> str:
    return tuple(WEEKDAY_NAMES)[moment.weekday()]
