"""The wall display: its page. The live boards come from `display.live`."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from display.board import counters_on, screens
from ticketing.errors import Unknown
from ticketing.office import Office
from ticketing.rules.sites import Site, localized

MOST_OF_A_NAME = 60


def make_display(office: Office) -> Blueprint:
    """`/{site}/display/`, public; `?screen=` is a screen's name or one counter's number."""
    room = Blueprint(
        "display", __name__, template_folder="templates", static_folder="static", static_url_path="/static/display"
    )

    @room.get("/<site>/display/")
    def wall(site: str) -> ResponseReturnValue:
        found = office.site(site)
        screen = request.args.get("screen", "").strip()
        try:
            shown = counters_on(found, screen)
        except Unknown:
            return _no_screen(found, screen), 404
        alone = next(iter(shown)) if shown is not None and len(shown) == 1 else None
        page = {"site": found.code, "screen": screen, "lang": g.lang, "alone": alone}
        page |= {"voice": found.voice.mode != "off", "english": found.voice.english}
        name = localized(found, g.lang)
        return render_template("display/wall.html", page=page, name=name, alone=alone, texts=_texts())

    return room


def _no_screen(site: Site, screen: str) -> str:
    """The screens there are, for whoever mistyped a name; the page opens it by itself once it is set up."""
    return render_template(
        "display/no_screen.html", site=site.code, name=localized(site, g.lang), screen=screen[:MOST_OF_A_NAME],
        screens=screens(site), counters=[counter.number for counter in site.counters],
    )  # fmt: skip


def _texts() -> dict[str, object]:
    return {
        "counter": _("Counter"),
        "counter_n": _("Counter %(n)s"),
        "open": _("Open"),
        "paused": _("Paused"),
        "closed": _("Closed"),
        "calling": _("Now calling"),
        "serving": _("Now serving"),
        "call_again": _("Now calling, call %(n)s"),
        "idle": _("Please wait for your number to be called"),
        "no_counter": _("No counter is open yet"),
        "closed_counters": _("Not open: counters %(counters)s"),
        "idle_paused": _("This counter is paused"),
        "idle_closed": _("This counter is closed"),
        "left": _("%(left)s of %(cap)s dossiers left"),
        "cap": _("At most %(cap)s dossiers per session"),
        "uncapped": _("Numbers are being given out"),
        "wait": _("A number %(prefix)s… taken now: called about %(time)s"),
        "rough": _("a wide guess, since little is known yet"),
        "upcoming": _("Numbers from %(time)s"),
        "lunch": _("Lunch break"),
        "session_paused": _("No numbers are given out at the moment"),
        "full": _("No numbers left in this session"),
        "cut_off": _("No more numbers are given out in this session"),
        "session_closed": _("The session is over"),
        "none": _("No session today"),
        "next_today": _("%(session)s: numbers from %(time)s"),
        "next_later": _("%(session)s, %(day)s: numbers from %(time)s"),
        "ledger": _("Ledger of numbers: %(size)s lines, root %(root)s"),
        "stopped_since": _("Since %(time)s. This page goes on by itself."),
        "lost": _("No connection since %(time)s"),
        "never": _("No connection to the server"),
        "refused": _("This screen was refused. Please check its address."),
        "days": [
            _("Sunday"), _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
        ],
        "day_short": _("%(weekday)s %(day)s/%(month)s"),
        "day_long": _("%(weekday)s, %(day)s/%(month)s/%(year)s"),
    }  # fmt: skip
