"""The words of the cap adviser on the supervisor's page. Lazy, as those of `texts`."""

from flask_babel import lazy_gettext as _

ADVICE = {
    "advice_now": _(
        "With %(n)s {counter|counters} open: %(advised)s {dossier|dossiers} finished before %(close)s (%(share)s)."
    ),
    "advice_then": _(
        "With the session's %(n)s {counter|counters}: %(advised)s {dossier|dossiers} finished before %(close)s"
        " (%(share)s)."
    ),
    "advice_none": _("No counter is open: no dossier can be finished."),
    "advice_cap": _("All %(cap)s of the cap of now: %(share)s, finished at about %(time)s."),
    "advice_cap_never": _("All %(cap)s of the cap of now: %(share)s."),
    "advice_more": _("With counter %(counter)s (%(name)s) open as well: %(advised)s."),
    "advice_take": _("Take %(advised)s as the cap"),
    "advice_take_title": _("Take %(advised)s as the cap of %(session)s?"),
    "advice_reason": _("Advised with %(n)s {counter|counters} open: finished before %(close)s (%(share)s)"),
    "advice_work_out": _("What can be finished?"),
    "advice_details": _("Chances of every cap, and field by field"),
    "advice_chart": _("Chance that all dossiers of a cap are finished before %(close)s"),
    "advice_chart_cap": _("cap now %(cap)s"),
    "advice_field": _("Field"),
    "advice_can": _("Can be finished"),
    "advice_chance": _("Chance of its cap"),
    "advice_counters": _("Counters"),
    "advice_basis": _("Reckoned from %(n)s {visit|visits} since %(date)s, played on by the rule of the calls."),
    "advice_basis_none": _("No visit has been measured yet: reckoned from the configured lengths."),
    "advice_over": _("over %(share)s"),
    "advice_under": _("under %(share)s"),
    "advice_field_without_counter": _("Numbers are given, and no open counter calls them: %(name)s."),
    "advice_field_without_counter_waiting": _("%(n)s waiting for %(name)s, and no open counter calls it."),
    "advice_cap_not_finished": _("The cap of now is not likely to be finished before %(close)s."),
    "advice_cap_not_finished_field": _("The cap of %(name)s is not likely to be finished before %(close)s."),
    "advice_session_overruns": _("Whoever has a number already will be served until about %(time)s."),
}
