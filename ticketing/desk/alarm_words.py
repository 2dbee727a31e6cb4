"""The words of alarms and of the emergency stop. Lazy, as those of `texts`."""

from flask_babel import force_locale
from flask_babel import lazy_gettext as _

# Of several alarms of one kind `_many` says the sum and `_each` is an item of its list.
ALARMS = {
    "alarm_unassigned": _("No counter is assigned to this field: %(name)s."),
    "alarm_unassigned_many": _("No counter is assigned to %(count)s fields: %(list)s."),
    "alarm_unassigned_each": "%(name)s",
    "do_unassigned": _("Name a counter for it in the configuration, or let an open counter call it too."),
    "alarm_unopened": _("%(name)s has a cap and goes on giving numbers, but no counter that calls it is open."),
    "alarm_unopened_many": _(
        "%(count)s fields with a cap go on giving numbers, but no counter that calls them is open: %(list)s."
    ),
    "alarm_unopened_each": "%(name)s",
    "do_unopened": _("Open a counter for it before people wait, or set its cap to what has been given."),
    "alarm_no_counter": _("%(n)s waiting for %(name)s, and no open counter calls it."),
    "alarm_no_counter_many": _("%(n)s people wait in %(count)s queues that no open counter calls: %(list)s."),
    "alarm_no_counter_each": "%(name)s (%(n)s)",
    "do_no_counter": _("Open a counter for it, or let an open counter call it too."),
    "alarm_long_wait": _(
        "%(name)s: %(number)s has waited %(min)s min, the goal is %(goal)s min. Over the goal: %(n)s."
    ),
    "alarm_long_wait_many": _("%(n)s people have waited for more than the goal of %(goal)s min: %(list)s."),
    "alarm_long_wait_each": _("%(name)s (%(n)s, the longest %(number)s: %(min)s min)"),
    "do_long_wait": _("Let another counter call this queue too, and tell the people who wait."),
    "alarm_goal_near": _(
        "%(name)s: %(number)s is likely to be called after the goal of %(goal)s min, which ends in %(min)s min. "
        "Such numbers: %(n)s."
    ),
    "alarm_goal_near_many": _("%(n)s people are likely to be called after their goal: %(list)s."),
    "alarm_goal_near_each": _("%(name)s (%(n)s, first %(number)s in %(min)s min)"),
    "do_goal_near": _("Let another counter call this queue too, before the goal is missed."),
    "alarm_forgotten": _("Counter %(counter)s: %(number)s has been there for %(min)s min, usually %(usual)s min."),
    "alarm_forgotten_many": _("At %(count)s counters a number has been there for unusually long: %(list)s."),
    "alarm_forgotten_each": _("counter %(counter)s (%(number)s, %(min)s min)"),
    "do_forgotten": _("Ask the officer whether the visit is over, then finish it or put it on hold."),
    "alarm_ghost_counter": _(
        "Counter %(counter)s is open, but nobody has its console open: %(name)s, for %(min)s min."
    ),
    "alarm_ghost_counter_many": _("%(count)s counters are open, but nobody has their consoles open: %(list)s."),
    "alarm_ghost_counter_each": _("counter %(counter)s (%(name)s, %(min)s min)"),
    "do_ghost_counter": _(
        "Go and see. If the officer has left, take the counter over, settle the number there and close it."
    ),
    "alarm_silent_device": _("%(name)s has not been heard of for %(min)s min."),
    "alarm_silent_device_many": _("%(count)s devices have not been heard of: %(list)s."),
    "alarm_silent_device_each": _("%(name)s (%(min)s min)"),
    "do_silent_device": _("See whether it is switched on and connected, then load its page again."),
    "alarm_burst": _("%(name)s gave %(numbers)s numbers within a minute, from %(at)s on."),
    "alarm_burst_many": _("%(count)s devices gave numbers unusually fast: %(list)s."),
    "alarm_burst_each": _("%(name)s (%(numbers)s in a minute, from %(at)s on)"),
    "do_burst": _("See who stands at the device; numbers that nobody waits for can be cancelled at a counter."),
    "alarm_give_ups": _("%(numbers)s numbers of %(name)s were given up within ten minutes, from %(at)s on."),
    "alarm_give_ups_many": _("At %(count)s devices numbers were given up again and again: %(list)s."),
    "alarm_give_ups_each": _("%(name)s (%(numbers)s, from %(at)s on)"),
    "alarm_printer_down": _("Printer %(name)s can't print: %(state)s, for %(min)s min."),
    "alarm_printer_down_many": _("%(count)s printers can't print: %(list)s."),
    "alarm_printer_down_each": _("%(name)s (%(state)s)"),
    "do_printer_down": _("See to its paper, cover, power and cable: it goes on by itself. Kiosks offer the phone."),
    "alarm_paper_low": _("Printer %(name)s: the paper runs low."),
    "alarm_paper_low_many": _("The paper runs low in %(count)s printers: %(list)s."),
    "alarm_paper_low_each": "%(name)s",
    "do_paper_low": _("Have a new roll at hand, and put it in before the hall is full."),
    "alarm_papers_given_up": _(
        "Printer %(name)s: slips given up and not printed since: %(numbers)s, the last of number %(number)s at %(at)s."
    ),
    "alarm_papers_given_up_many": _("%(count)s printers have given up slips: %(list)s."),
    "alarm_papers_given_up_each": _("%(name)s (%(numbers)s, the last of %(number)s at %(at)s)"),
    "do_papers_given_up": _(
        "The numbers hold and are called as always. Print a slip again for those who ask, from the page Printers."
    ),
    "alarm_uncalled": _("No open counter calls %(name)s, and numbers are given for it."),
    "alarm_uncalled_many": _("Numbers are given for %(count)s fields that no open counter calls: %(list)s."),
    "alarm_uncalled_each": "%(name)s",
    "do_uncalled": _("Open a counter for it before people wait, or let an open one call it too."),
    "alarm_cap_not_finished": _("The open counters are not likely to finish the session's cap by closing."),
    "do_cap_not_finished": _("Open another counter, or take the advised cap over beside the session."),
    "alarm_field_cap_not_finished": _("The cap of %(name)s is not likely to be finished by closing."),
    "alarm_field_cap_not_finished_many": _(
        "The caps of %(count)s fields are not likely to be finished by closing: %(list)s."
    ),
    "alarm_field_cap_not_finished_each": "%(name)s",
    "do_field_cap_not_finished": _("Let another counter call it too, or lower its cap."),
    "alarm_session_overruns": _(
        "The numbers that are out are likely to be served until about %(at)s, after closing."
    ),
    "do_session_overruns": _(
        "Open another counter, give no more numbers, or tell the officers that they will stay longer."
    ),
    "state_paper_low": _("paper runs low"),
    "state_paper_out": _("out of paper"),
    "state_cover_open": _("its cover is open"),
    "state_offline": _("it can't be reached"),
    "do_give_ups": _("See whether somebody takes numbers and gives them up in turns."),
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

CLOCK = {
    "clock_held": _("The server's clock has jumped"),
    "clock_times": _("The server shows %(wall)s. By the time that has passed it should be %(time)s."),
    "clock_held_what": _(
        "Nothing opens, closes or expires, and no new numbers are given. Counters go on calling and serving. If the "
        "server is wrong, have its clock put right: everything goes on by itself."
    ),
    "clock_held_do": _("The server's time is right"),
    "clock_confirm_title": _("Is the server's time right?"),
    "clock_confirm_what": _(
        "Whatever is due by this time is done at once, in all offices of this server: sessions close, numbers expire."
    ),
    "clock_confirmed": _("The server's clock holds."),
    "clock_ahead": _("The wrong clock ended things too early"),
    "clock_ended": _("Sessions moved on: %(sessions)s. Numbers expired: %(n)s."),
    "clock_ahead_what": _("Taken back, the sessions stand as their times have it, and people keep their places."),
    "clock_ahead_do": _("Take it back"),
    "clock_taken_back": _("The sessions and numbers are as they were."),
    "clock_line": _("The server's clock has jumped: no new numbers. Go on calling and serving."),
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


def stop_proposals() -> list[dict[str, str | bool]]:
    """What usually makes an office stop: a `reason` in the language of the page, a text in both, and whether it is
    an evacuation, which the first of them is."""
    proposals: list[dict[str, str | bool]] = []
    for reason, text in _STOPS:
        said: dict[str, str | bool] = {"reason": str(reason), "evacuate": not proposals}
        for key, lang in (("text", "vi"), ("text_en", "en")):
            with force_locale(lang):
                said[key] = str(text)
        proposals.append(said)
    return [*proposals, {"reason": str(_("Another reason")), "evacuate": False, "text": "", "text_en": ""}]
