"""How often people were called within the goal for their class, and all others within theirs."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from ticketing.ports import View
from ticketing.reports.table import Making, Row, Table, named, percentile, seconds

FIGURES = ("goal_minutes", "called", "within", "within_percent", "wait_median_s", "longest_s")


@dataclass(eq=False)
class Goals(Making):
    """By class of priority, and for all others (without a code): how many were `called`, how many of them `within` the
    goal that holds now, and how long they waited, from their number, or the beginning of the session's service, to the
    last call."""

    kind = "goals"
    columns = ("code", "name", *FIGURES)

    waits: dict[str, list[float]] = field(default_factory=partial(defaultdict, list), init=False)

    def day(self, view: View, day: date) -> None:
        starts = {one.key: one.service_from for one in view.sessions.of_day(self.site.code, day)}
        for ticket in view.tickets.of_days(self.site.code, day, day):
            if ticket.called_at is not None:
                since = max(ticket.issued_at, starts.get(ticket.session, ticket.issued_at))
                self.waits[ticket.priority or ""].append(max(0.0, seconds(since, ticket.called_at)))

    def table(self) -> Table:
        used = [code for code in self.waits if code]
        classes = [*named(self.site.priorities, used, self.lang, all_known=True), ("", "")]
        rows = [{"code": code, "name": name, **self._figures(code)} for code, name in classes]
        totals = {name: sum(row[name] for row in rows) for name in ("called", "within")}
        return self.made(rows, totals | {"within_percent": _percent(totals["within"], totals["called"])})

    def _figures(self, code: str) -> Row:
        waits, goal = self.waits.get(code, []), self.site.goal_minutes(code or None)
        within = sum(one <= 60 * goal for one in waits)
        return {
            "goal_minutes": goal, "called": len(waits), "within": within,
            "within_percent": _percent(within, len(waits)), "wait_median_s": percentile(waits, 50),
            "longest_s": percentile(waits, 100),
        }  # fmt: skip


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
