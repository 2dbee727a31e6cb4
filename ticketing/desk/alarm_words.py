"""The words of alarms and of the emergency stop. Lazy, as those of `texts`."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import lazy_gettext as _

ALARMS = {
    "alarm_no_counter": _("%(n)s waiting for %(name)s, and no open counter calls it."),
    "do_no_counter": _("Open a counter for it, or let an open counter call it too."),
    "alarm_long_wait": _(
        "%(name)s: %(number)s has waited %(min)s min, the goal is %(goal)s min. Over the goal: %(n)s."
    ),
    "do_long_wait": _("Let another counter call this queue too, and tell the people who wait."),
    "alarm_forgotten": _("Counter %(counter)s: %(number)s has been there for %(min)s min, usually %(usual)s min."),
    "do_forgotten": _("Ask the officer whether the visit is over, then finish it or put it on hold."),
    "alarm_silent_device": _("%(name)s has not been heard of for %(min)s min."),
    "do_silent_device": _("See whether it is switched on and connected, then load its page again."),
}

STOPPING = {
    "stop_all": _("Emergency stop"),
    "stop_title": _("Pause everything now?"),
    "stop_what": _("The kiosk gives no more numbers, not even for help. Nobody is called."),
    "stop_here": _("Who is at a counter can be served to the end. Now waiting: %(n)s; they keep their numbers."),
    "stop_shows": _("Kiosk, wall, phones and the public page show the text until you lift the stop."),
    "stop_why": _("What happened"),
    "stop_text": _("Text on every screen (Vietnamese)"),
    "stop_text_en": _("The same in English (optional)"),
    "stop_units": _("Units"),
    "stop_units_too": _("Also stop the units of this office: %(n)s"),
    "stop_do": _("Pause everything"),
    "stop_change": _("Change the text"),
    "stop_change_title": _("Change what every screen says"),
    "stopped_now": _("Everything is paused since %(time)s."),
    "lift": _("Lift the stop"),
    "lift_title": _("Lift the stop?"),
    "lift_what": _("The kiosk gives numbers again and counters call again, as sessions and caps stand now."),
    "lift_units_too": _("Also lift it at the units that were stopped from here"),
    "now_stopped": _("Everything is paused."),
    "now_lifted": _("The stop is lifted."),
    "reason": _("Reason"),
}

_STOPS = (
    (
        _("Leaving the building"),
        _("Please stay calm, leave by the nearest exit and follow the officers."),
    ),
    (
        _("Power cut"),
        _("Service is paused because of a power cut. Your number stays valid; please wait for the announcement."),
    ),
    (
        _("Fault of the network or the system"),
        _("Service is paused because of a technical fault. Your number stays valid; please wait for the announcement."),
    ),
)  # fmt: skip


def stop_proposals() -> list[dict[str, str]]:
    """What usually makes an office stop: a `reason` in the language of the page, a text in both."""
    proposals = []
    for reason, text in _STOPS:
        said = {"reason": str(reason)}
        for key, lang in (("text", "vi"), ("text_en", "en")):
            with force_locale(lang):
                said[key] = str(text)
        proposals.append(said)
    return [*proposals, {"reason": str(_("Another reason")), "text": "", "text_en": ""}]
