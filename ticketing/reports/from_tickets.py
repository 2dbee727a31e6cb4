"""The reports that are told by the tickets: by day, by session, by field, by hour."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ticketing import events as ev
from ticketing.answers import ledger
from ticketing.ports import View
from ticketing.reports.table import Making, Row, Table, Tally, Times, named, summed
from ticketing.rules.sessions import Session, midnight_after
from ticketing.rules.sites import Site, localized
from ticketing.rules.tickets import STATES, Ticket

TIMES = ("wait_median_s", "wait_p90_s", "service_median_s", "service_p90_s")
FIGURES = ("tickets", "dossiers", "received", *STATES, *TIMES)
FATES = ("served", "absent", "cancelled", "unserved")
FATE_OF = {"done": "served", "no_show": "absent", "cancelled": "cancelled"}
COUNTED = ("issued", *FATES, "given_back", "carried_out", "carried_in")
SESSION_COUNTS = tuple(f"{what}_{unit}" for what in COUNTED for unit in ("tickets", "dossiers"))


@dataclass(eq=False)
class Daily(Making):
    """Each day (`group` day), then each field and service that had a ticket on it.

    `dossiers` are those on all tickets for submitting, `received` those of visits that ended; for a service
    both are its own. The states count tickets. `wait_*` runs from the ticket to its last call, `service_*` from
    the start (else the call) to the end of visits that ended; whole seconds, None when nobody was. Every day
    has a row, one without tickets too.
    """

    kind = "daily"
    columns = ("date", "group", "code", "name", *FIGURES)

    whole: Tally = field(default_factory=Tally, init=False)
    checkpoints: list[str] = field(default_factory=list, init=False)
    verifier: str = field(default="", init=False)

    def begin(self, view: View) -> None:
        self.verifier = ledger.noted_verifier(view, self.site.code)

    def day(self, view: View, day: date) -> None:
        self.add(day, view.tickets.of_days(self.site.code, day, day))
        if kept := view.ledgers.checkpoint(self.site.code, day)[0]:
            self.checkpoints.append(kept)

    def add(self, day: date, tickets: Sequence[Ticket]) -> None:
        self.rows += day_rows(self.site, day, tickets, self.lang)
        for ticket in tickets:
            self.whole.add(ticket, ticket.service == "submit")

    def table(self) -> Table:
        return self.made(
            self.rows, self.whole.figures(), checkpoints=tuple(self.checkpoints), verifier=self.verifier
        )


def day_rows(site: Site, day: date, tickets: Iterable[Ticket], lang: str = "vi") -> list[Row]:
    """The day's own row, then one for each field and service that had a ticket, in the site's order."""
    parts = _Parts()
    for ticket in tickets:
        parts.add(ticket)
    head = {"date": day.isoformat(), "group": "day", "code": "", "name": "", **parts.whole.figures()}
    return [head, *({"date": day.isoformat(), **row} for row in parts.rows(site, lang))]


@dataclass(slots=True)
class _Parts:
    """Tickets counted in all, by field and by service."""

    whole: Tally = field(default_factory=Tally)
    _of: dict[tuple[str, str | None], Tally] = field(default_factory=dict)

    def add(self, ticket: Ticket) -> None:
        submits = ticket.service == "submit"
        self.whole.add(ticket, submits)
        key = ("field", ticket.field) if submits else ("service", ticket.service)
        self._of.setdefault(key, Tally()).add(ticket)

    def rows(self, site: Site, lang: str, *, all_known: bool = False) -> list[Row]:
        return [
            {"group": group, "code": code, "name": name, **self._of.get((group, code), Tally()).figures()}
            for group, known in (("field", site.fields), ("service", site.services))
            for code, name in named(
                known, [code for kind, code in self._of if kind == group], lang, all_known=all_known
            )
        ]


@dataclass(eq=False)
class Fields(Making):
    """Each field and service of the site over the whole window, with the daily report's figures; those without
    a ticket too. `totals` are the whole office's."""

    kind = "fields"
    columns = ("group", "code", "name", *FIGURES)

    _parts: _Parts = field(default_factory=_Parts, init=False)

    def day(self, view: View, day: date) -> None:
        for ticket in view.tickets.of_days(self.site.code, day, day):
            self._parts.add(ticket)

    def table(self) -> Table:
        return self.made(self._parts.rows(self.site, self.lang, all_known=True), self._parts.whole.figures())


@dataclass(eq=False)
class Sessions(Making):
    """Each session (`group` session), then its fields and services that have a cap or had a ticket.

    A ticket stands where it was issued, in its field then; tickets are those of all services, dossiers those
    on tickets for submitting (a service's own in its row), as they are now: an officer's correction counts.
    `issued` is the sum of `served` (done), `absent`, `cancelled` and `unserved` (expired, or still open).
    Of these, `given_back` no longer count against a cap and `carried_out` went on to a later session, whose
    `carried_in` they are. `cap` is the last that held, None for no cap; `caps_changed` how often it was
    changed, None in the row of a field or service. A day without a session has no row. Facts: `days` of the
    window, `days_with_sessions`, `sessions`.
    """

    kind = "sessions"
    columns = ("date", "group", "session", "code", "name", "cap", "caps_changed", *SESSION_COUNTS)

    _changed: Counter[str] = field(default_factory=Counter, init=False)

    def begin(self, view: View) -> None:
        # A cap may be changed long before its session's day.
        lines = view.journal.of_kinds(
            self.site.code, (ev.CapsChanged.kind,), None, midnight_after(self.site, self.last)
        )
        self._changed = Counter(line.session for line in lines)

    def day(self, view: View, day: date) -> None:
        tickets = view.tickets.of_days(self.site.code, day, day)
        for session in view.sessions.of_day(self.site.code, day):
            self.rows += self._session(session, tickets)

    def _session(self, session: Session, tickets: Sequence[Ticket]) -> list[Row]:
        own = [t for t in tickets if session.key in (t.session, t.counted_session)]
        head = {"date": session.day.isoformat(), "session": session.key}
        fields = {t.counted_field for t in own if t.service == "submit"} | {*session.field_caps}
        services = {t.service for t in own if t.service != "submit"} | {*session.service_caps}
        rows: list[Row] = [
            {
                **head, "group": "session", "code": session.name, "name": localized(session, self.lang, "title"),
                "cap": session.cap, "caps_changed": self._changed[session.key],
                **_counts(session.key, own, lambda t: t.service == "submit"),
            }
        ]  # fmt: skip
        for code, name in named(self.site.fields, fields, self.lang):
            part = [t for t in own if t.service == "submit" and t.counted_field == code]
            rows.append(_part(head, session.key, "field", code, name, session.field_caps.get(code), part))
        for code, name in named(self.site.services, services, self.lang):
            part = [t for t in own if t.service == code]
            rows.append(_part(head, session.key, "service", code, name, session.service_caps.get(code), part))
        return rows

    def table(self) -> Table:
        whole = [row for row in self.rows if row["group"] == "session"]
        caps = [row["cap"] for row in whole]
        totals = {
            "cap": None if None in caps else sum(caps),
            **summed(whole, ("caps_changed", *SESSION_COUNTS)),
        }
        return self.made(
            self.rows, totals, days=(self.last - self.first).days + 1,
            days_with_sessions=len({row["date"] for row in whole}), sessions=len(whole),
        )  # fmt: skip


def _part(head: Row, key: str, group: str, code: str, name: str, cap: int | None, tickets: Sequence[Ticket]) -> Row:
    counts = _counts(key, tickets, lambda t: True)
    return {**head, "group": group, "code": code, "name": name, "cap": cap, "caps_changed": None, **counts}


def _counts(key: str, tickets: Sequence[Ticket], with_dossiers: Any) -> dict[str, int]:
    counts = dict.fromkeys(SESSION_COUNTS, 0)
    for ticket in tickets:
        for what in _booked(key, ticket):
            counts[f"{what}_tickets"] += 1
            counts[f"{what}_dossiers"] += ticket.dossiers if with_dossiers(ticket) else 0
    return counts


def _booked(key: str, ticket: Ticket) -> list[str]:
    """Under which headings of session `key` a ticket stands."""
    moved = ticket.session != ticket.counted_session
    if ticket.counted_session != key:
        return ["carried_in"] if moved else []
    found = ["issued", FATE_OF.get(ticket.state, "unserved")]
    if not ticket.counted:
        found.append("given_back")
    return [*found, "carried_out"] if moved else found


@dataclass(eq=False)
class Hours(Making):
    """Waiting and service times by the local hour, over the whole window: `issued` numbers and the waits of
    those `called` by the hour of the number, `visits` that ended by the hour of their start. From the first
    hour with anything to the last, none left out between; `totals` are the whole day's.
    """

    kind = "hours"
    columns = (
        "hour", "issued", "called", "wait_median_s", "wait_p90_s", "visits", "service_median_s", "service_p90_s",
    )  # fmt: skip

    _hours: dict[int, Times] = field(default_factory=dict, init=False)
    _issued: Counter[int] = field(default_factory=Counter, init=False)

    def day(self, view: View, day: date) -> None:
        for ticket in view.tickets.of_days(self.site.code, day, day):
            self.add(ticket)

    def add(self, ticket: Ticket) -> None:
        told = Times()
        told.add(ticket)
        hour = self._hour(ticket.issued_at)
        self._issued[hour] += 1
        self._of(hour).waits.extend(told.waits)
        if (begin := ticket.started_at or ticket.called_at) is not None:
            self._of(self._hour(begin)).visits.extend(told.visits)

    def _hour(self, at: datetime) -> int:
        return at.astimezone(self.site.zone).hour

    def _of(self, hour: int) -> Times:
        return self._hours.setdefault(hour, Times())

    def table(self) -> Table:
        hours = range(min(self._hours), max(self._hours) + 1) if self._hours else range(0)
        rows = [{"hour": hour, **told_hours(self._issued[hour], self._hours.get(hour, Times()))} for hour in hours]
        return self.made(rows, told_hours(self.issued(), self.times()))

    def issued(self) -> int:
        return self._issued.total()

    def times(self) -> Times:
        """Those of all hours."""
        whole = Times()
        for times in self._hours.values():
            whole.take_in(times)
        return whole


def waiting_hours(site: Site, tickets: Iterable[Ticket]) -> list[Row]:
    """The rows of `Hours` from the first hour with a call to the last, none left out between."""
    making = Hours(site, date.min, date.max, "vi")
    for ticket in tickets:
        making.add(ticket)
    rows = making.table().rows
    called = [row["hour"] for row in rows if row["called"]]
    return [row for row in rows if called and called[0] <= row["hour"] <= called[-1]]


def told_hours(issued: int, times: Times) -> dict[str, int | None]:
    return {
        "issued": issued, "called": len(times.waits), **times.waiting(),
        "visits": len(times.visits), **times.service(),
    }  # fmt: skip
