"""The province's page: every unit on one screen, one of them closely, and its session changed from above."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from msgspec import UNSET

from ticketing.answers import alarms, sessions, units
from ticketing.answers.alarms import Alarm
from ticketing.answers.units import Unit
from ticketing.desk.alarm_words import ALARMS
from ticketing.desk.gate import Desk, enter, enter_unit
from ticketing.desk.words import refusal
from ticketing.errors import Invalid, TicketingError
from ticketing.office import Where
from ticketing.rules.people import Token, belongs
from ticketing.rules.sessions import UNCHANGED, SessionChange
from ticketing.rules.sites import MAX_CAP, Site
from ticketing.rules.text import tidy
from ticketing.verbs.sessions import change_session

STATES = ("open", "paused", "closed")
FILES = ("daily", "sessions", "diversions", "counters", "hours")
# What a tile is coloured by, the most pressing first.
TROUBLED = ("stopped", "alarm")


@dataclass(frozen=True, slots=True)
class Tile:
    """A unit on the screen of all: `short` is its name without what all of them share, `look` its colour."""

    unit: Unit
    short: str
    look: str
    wait_min: int | None


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/units")
    def units_page(site: str) -> ResponseReturnValue:
        head, _actor = enter(desk, site, "supervisor")
        tiles = _tiles(_units(desk, units.under(desk.office.site_values(), head.code)))
        return render_template(
            "desk/units.html", site=head, tab="units", tiles=tiles, sums=_sums(tiles), state_names=_state_names(),
            troubled=[tile for tile in tiles if tile.look in TROUBLED], line=alarm_line, hints=_hints(),
            time=tiles[0].unit.time if tiles else "",
            texts={"offline": _("No connection since %(time)s. What you see may be old.")},
        )  # fmt: skip

    @pages.get("/<site>/supervisor/units/<unit>")
    def unit_page(site: str, unit: str) -> ResponseReturnValue:
        head, place, actor = enter_unit(desk, site, unit)
        return render_template(
            "desk/unit.html", site=head, tab="units", unit=_units(desk, [place])[0], line=alarm_line,
            sessions=desk.office.see(place.code, sessions.of_day, None, g.lang), state_names=_state_names(),
            may_change=actor.role == "admin" and belongs(actor, place), files=FILES, states=STATES,
            most=MAX_CAP, policies=url_for("desk.plan_page", site=head.code), hints=_hints(),
        )  # fmt: skip

    @pages.post("/<site>/supervisor/units/<unit>/sessions/<session>")
    def change_unit(site: str, unit: str, session: str) -> ResponseReturnValue:
        _head, place, _actor = enter_unit(desk, site, unit)
        _same, actor = enter(desk, place.code, "admin")
        try:
            before = next((one for one in desk.office.see(place.code, sessions.of_day, None, g.lang)
                           if one.id == session), None)  # fmt: skip
            change = _change(request.form, before.cap if before else None)
            desk.office.do(Where(place.code, actor), change_session, session, change)
            flash(_("The session has been changed, and the unit sees it."))
        except TicketingError as error:
            flash(refusal(error), "wrong")
        return redirect(url_for("desk.unit_page", site=site, unit=unit), 303)


def alarm_line(alarm: Alarm) -> str:
    """What it is about, in one sentence."""
    told = {"n": alarm.waiting, "name": alarm.name, "number": alarm.number, "counter": alarm.counter,
            "numbers": alarm.numbers, "at": str(alarm.at)[11:16], "min": _minutes(alarm.for_s),
            "goal": _minutes(alarm.goal_s), "usual": _minutes(alarm.usual_s),
            "state": UNSET if alarm.state is UNSET else ALARMS[f"state_{alarm.state}"]}  # fmt: skip
    return str(ALARMS[f"alarm_{alarm.kind}"]) % {name: value for name, value in told.items() if value is not UNSET}


def _minutes(seconds: object) -> object:
    return max(1, round(seconds / 60)) if isinstance(seconds, int) else UNSET


def _hints() -> dict[str, str]:
    return {name.removeprefix("do_"): str(text) for name, text in ALARMS.items() if name.startswith("do_")}


def _units(desk: Desk, sites: list[Site]) -> list[Unit]:
    """Each with its silent devices among the alarms."""
    found = desk.office.see_each([one.code for one in sites], units.of, g.lang)
    tokens: dict[str, list[Token]] = {}
    for token in desk.accounts.tokens(None if len(sites) > 1 else sites[0].code) if sites else ():
        tokens.setdefault(token.site, []).append(token)
    now = desk.accounts.now()
    return [_with_silent(unit, site, tokens.get(site.code, ()), now) for unit, site in zip(found, sites, strict=True)]


def _with_silent(unit: Unit, site: Site, tokens: Iterable[Token], now: object) -> Unit:
    session = unit.centre.session
    silent = alarms.silent_now(site, session.state, session.service_from, unit.time, tokens, now)  # type: ignore[arg-type]
    return replace(unit, alarms=[*unit.alarms, *silent]) if silent else unit


def _tiles(found: list[Unit]) -> list[Tile]:
    shared = _shared([unit.centre.name for unit in found])
    return [
        Tile(unit, " ".join(unit.centre.name.split()[shared:]), _look(unit), _wait(unit)) for unit in found
    ]


def _shared(names: list[str]) -> int:
    """How many words all the names begin with; each keeps one of its own."""
    words = [name.split() for name in names]
    most = min(map(len, words), default=1) - 1
    return next((at for at in range(most) if len({one[at] for one in words}) > 1), most) if len(words) > 1 else 0


def _look(unit: Unit) -> str:
    if unit.stopped:
        return "stopped"
    return "alarm" if unit.alarms else unit.centre.session.state


def _wait(unit: Unit) -> int | None:
    return None if unit.centre.wait_to_s is None else -(-unit.centre.wait_to_s // 60)


def _sums(tiles: list[Tile]) -> list[tuple[str, int]]:
    centres = [tile.unit.centre for tile in tiles]
    return [
        (_("Units"), len(tiles)),
        (_("Giving numbers now"), sum(one.session.state == "open" for one in centres)),
        (_("Numbers given"), sum(one.session.tickets for one in centres)),
        (_("Waiting"), sum(one.waiting for one in centres)),
        (_("Finished"), sum(one.session.done for one in centres)),
        (_("Dossiers left"), sum(one.remaining or 0 for one in centres)),
        (_("Counters open"), sum(one.open_counters for one in centres)),
        (_("Alarms"), sum(len(tile.unit.alarms) for tile in tiles)),
    ]


def _state_names() -> dict[str, str]:
    return {
        "upcoming": _("Not yet open"), "open": _("Giving numbers"), "paused": _("Paused"), "full": _("No numbers left"),
        "cut_off": _("No more numbers"), "closed": _("Closed"), "none": _("No session today"),
        "lunch": _("Lunch break"), "stopped": _("Emergency stop"), "alarm": _("To be looked at"),
    }  # fmt: skip


def _change(form: object, cap: int | None) -> SessionChange:
    """What the form asks for; the cap only if it is another."""
    get = form.get  # type: ignore[attr-defined]
    typed, state = get("cap", "").strip(), get("state", "")
    if typed and not (typed.isascii() and typed.isdigit() and int(typed) <= MAX_CAP):
        raise Invalid(("cap", "out_of_range"))
    if state not in ("", *STATES):
        raise Invalid(("state", "not_allowed"))
    reason = tidy(get("reason", ""))[:300]
    if not reason:
        raise Invalid(("reason", "required"))
    wanted = int(typed) if typed else None
    return SessionChange(cap=UNCHANGED if wanted == cap else wanted, state=state or None, reason=reason)
