"""The reports that are told by the journal's lines, and the sums of the ratings."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from ticketing import events as ev
from ticketing.answers.names import stamp
from ticketing.events import JournalLine
from ticketing.lookups import postal_day
from ticketing.ports import View
from ticketing.reports.table import Making, Row, Table, Times, named, seconds, summed
from ticketing.rules import post
from ticketing.rules.plans import WAYS
from ticketing.rules.post import DOSSIER_CODES, PostalRow
from ticketing.rules.ratings import SCORES
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import Site, localized
from ticketing.rules.tickets import Ticket

TURNS = ("calls", "recalls", "no_shows", "out_of_turn")
PERSONS = ("chosen_persons", "chosen_dossiers", "refused_persons", "refused_dossiers")
IN_PERSON = ("in_person_tickets", "in_person_dossiers", "results_returned")
WAY_TEXTS = ("service", "decision", "to", "field", "procedure", "name", "policy")
FORMS = (*post.FORMS, "dossiers")


@dataclass(slots=True)
class _Seat:
    """A counter during one day: how long it was open and paused, in seconds."""

    state: str = "closed"
    since: datetime | None = None
    used: JournalLine | None = None
    open_s: float = 0.0
    paused_s: float = 0.0

    def use(self, line: JournalLine) -> None:
        if self.used is None or line.seq > self.used.seq:
            self.used = line

    def move(self, state: str, at: datetime) -> None:
        if self.since is not None:
            spent = max(0.0, seconds(self.since, at))
            self.open_s += spent if self.state == "open" else 0.0
            self.paused_s += spent if self.state == "paused" else 0.0
        self.state, self.since = state, at


@dataclass(eq=False)
class Counters(Making):
    """Each counter of the site over the window, and one that has left the configuration but was used.

    `visits` ended there, with the `dossiers` for submitting received in them: of a number that was finished, reopened
    and finished again the last one alone. `calls` are all first calls of a turn, `out_of_turn` those of them past the
    queue, `recalls` the calls after; `no_shows` those not taken back. `open_s` and `paused_s` are seconds in each of
    the two states; a counter that nobody closed counts up to the end of the day's last session, or to the last thing
    done there if that was later. `service_*` is the length of visits, in seconds.
    """

    kind = "counters"
    columns = (
        "counter", "name", "visits", "dossiers", *TURNS, "open_s", "paused_s", "service_median_s", "service_p90_s",
    )  # fmt: skip
    _MOVES = {
        ev.CounterOpened.kind: "open", ev.CounterPaused.kind: "paused", ev.CounterClosed.kind: "closed",
    }  # fmt: skip
    _BESIDE = (ev.ServiceStarted.kind, ev.TicketHeld.kind, ev.TicketTransferred.kind)

    _sums: dict[int, Counter[str]] = field(default_factory=partial(defaultdict, Counter), init=False)
    _times: dict[int, Times] = field(default_factory=partial(defaultdict, Times), init=False)

    def day(self, view: View, day: date) -> None:
        lines = self.lines(
            view, day, *self._MOVES, ev.SessionMoved.kind, ev.TicketCalled.kind, ev.TicketRecalled.kind,
            ev.TicketAbsent.kind, ev.TicketFinished.kind, ev.StepUndone.kind, ev.TicketReopened.kind,
        )  # fmt: skip
        seats, closing = self._seats(day, lines)
        if any(seat.state != "closed" for seat in seats.values()):
            # Only what nobody closed counts up to the last thing done there, whatever it was.
            for line in self.lines(view, day, *self._BESIDE):
                if seat := seats.get(line.counter or 0):
                    seat.use(line)
        self._sit(seats, closing)
        self._turns(lines)
        for ticket in view.tickets.of_days(self.site.code, day, day):
            if ticket.state == "done" and ticket.counter:
                self._visit(ticket, ticket.counter)

    def _visit(self, ticket: Ticket, counter: int) -> None:
        sums = self._sums[counter]
        sums["visits"] += 1
        sums["dossiers"] += ticket.dossiers if ticket.service == "submit" else 0
        self._times[counter].add(ticket)

    def _seats(self, day: date, lines: Iterable[JournalLine]) -> tuple[dict[int, _Seat], datetime | None]:
        """The counters that were used, and when the day's last session closed."""
        seats: dict[int, _Seat] = {}
        closing: datetime | None = None
        for line in lines:
            if line.kind == ev.SessionMoved.kind:
                if line.data["stage"] == "closed" and line.session.startswith(day.isoformat()):
                    closing = line.at if closing is None else max(closing, line.at)
            elif line.counter:
                seat = seats.setdefault(line.counter, _Seat())
                seat.used = line
                if line.kind in self._MOVES:
                    seat.move(self._MOVES[line.kind], line.at)
        return seats, closing

    def _sit(self, seats: Mapping[int, _Seat], closing: datetime | None) -> None:
        for counter, seat in seats.items():
            if seat.used is not None:
                seat.move("closed", max(seat.used.at, closing or seat.used.at))
            sums = self._sums[counter]
            sums["open_s"] += round(seat.open_s)
            sums["paused_s"] += round(seat.paused_s)

    def _turns(self, lines: Iterable[JournalLine]) -> None:
        ended: dict[int | None, str] = {}
        for line in lines:
            if not line.counter:
                continue
            sums = self._sums[line.counter]
            if line.kind in (ev.TicketCalled.kind, ev.TicketReopened.kind):
                sums["calls"] += 1
                sums["out_of_turn"] += line.data.get("turn") == "out_of_turn"
            elif line.kind == ev.TicketRecalled.kind:
                sums["recalls"] += 1
            elif line.kind == ev.TicketAbsent.kind:
                sums["no_shows"] += 1
                ended[line.ticket] = line.kind
            elif line.kind == ev.TicketFinished.kind:
                ended[line.ticket] = line.kind
            elif line.kind == ev.StepUndone.kind and ended.get(line.ticket) == ev.TicketAbsent.kind:
                sums["no_shows"] -= 1

    def table(self) -> Table:
        known = {c.number: localized(c, self.lang) for c in self.site.counters}
        counted = ("visits", "dossiers", *TURNS, "open_s", "paused_s")
        rows = [
            {
                "counter": number, "name": known.get(number, ""),
                **{name: self._sums[number][name] for name in counted},
                **self._times[number].service(),
            }
            for number in sorted({*known, *(n for n, sums in self._sums.items() if any(sums.values()))})
        ]  # fmt: skip
        whole = Times(visits=[v for times in self._times.values() for v in times.visits])
        return self.made(rows, {**summed(rows, counted), **whole.service()})


@dataclass(eq=False)
class Diversions(Making):
    """Who was sent another way at the kiosk: never the portal's own filings, which are the portal's to count.

    Each day (`group` day), then a row (`group` way) for each service, decision, way (`to`: portal, zalo, post,
    deferred, help, none), field, procedure and policy version; `name` is the procedure's, else the field's.
    `chosen` are those who chose that way, `refused` those who asked for a number and were told of it; somebody
    refused who then chooses a way is in both, so the two are never added up. Persons and dossiers are apart.
    Beside them, in the day's row only: what was handed in at the counters that day (tickets for submitting and
    their dossiers) and results returned there. Facts: `ways`, the window's sums by way.
    """

    kind = "diversions"
    columns = ("date", "group", *WAY_TEXTS, *PERSONS, *IN_PERSON)

    def day(self, view: View, day: date) -> None:
        sums: dict[tuple[str, ...], Counter[str]] = {}
        for line in self.lines(view, day, ev.Diverted.kind):
            data = line.data
            key = tuple(data.get(k) or "" for k in ("service", "decision", "to", "field", "procedure", "policy"))
            how = "refused" if data.get("refused") else "chosen"
            counted = sums.setdefault(key, Counter())
            counted[f"{how}_persons"] += 1
            counted[f"{how}_dossiers"] += data["dossiers"]
        ways = [self._way(day, key, sums[key]) for key in sorted(sums, key=_in_order)]
        tickets = view.tickets.of_days(self.site.code, day, day)
        self.rows += [self._day(day, ways, tickets), *ways]

    def _way(self, day: date, key: tuple[str, ...], counted: Counter[str]) -> Row:
        service, decision, to, field, code, policy = key
        found = self.site.procedure(code) or (self.site.field(field) if not code else None)
        name = localized(found, self.lang) if found else code or field
        return {
            "date": day.isoformat(), "group": "way", "service": service, "decision": decision, "to": to,
            "field": field, "procedure": code, "name": name, "policy": policy,
            **{column: counted[column] for column in PERSONS}, **dict.fromkeys(IN_PERSON),
        }  # fmt: skip

    def _day(self, day: date, ways: Sequence[Row], tickets: Sequence[Ticket]) -> Row:
        submits = [t for t in tickets if t.service == "submit"]
        return {
            "date": day.isoformat(), "group": "day", **dict.fromkeys(WAY_TEXTS, ""), **summed(ways, PERSONS),
            "in_person_tickets": len(submits), "in_person_dossiers": sum(t.dossiers for t in submits),
            "results_returned": sum(t.dossiers for t in tickets if t.service == "result" and t.state == "done"),
        }  # fmt: skip

    def table(self) -> Table:
        parts = [row for row in self.rows if row["group"] == "way"]
        ways = [
            {"to": way, **summed((row for row in parts if row["to"] == way), PERSONS)}
            for way in WAYS
            if any(row["to"] == way for row in parts)
        ]
        totals = summed((row for row in self.rows if row["group"] == "day"), (*PERSONS, *IN_PERSON))
        return self.made(self.rows, totals, ways=ways)


def _in_order(key: tuple[str, ...]) -> tuple[Any, ...]:
    service, decision, to, *rest = key
    return (service != "submit", service, decision, WAYS.index(to) if to in WAYS else len(WAYS), *rest)


@dataclass(eq=False)
class Satisfaction(Making):
    """Scores of visits over the whole window, by counter, by field and by service: `score_4` very satisfied,
    `score_1` not satisfied, `number` all of them. There is nothing finer: no day, no session, no visit.
    `totals` are the whole office's. Ratings are counts beside the journal, which knows none of them."""

    kind = "satisfaction"
    columns = ("group", "code", "name", "number", *(f"score_{score}" for score in SCORES))

    _counts: Counter[tuple[int, str, int]] = field(default_factory=Counter, init=False)

    def day(self, view: View, day: date) -> None:
        for count in view.ratings.of_days(self.site.code, day, day):
            self._counts[count.counter, count.queue, count.score] += count.number

    def table(self) -> Table:
        queues = {queue for _counter, queue, _score in self._counts}
        fields = {queue.partition("/")[2]: queue for queue in queues if "/" in queue}
        services = {queue: queue for queue in queues if "/" not in queue}
        known = {c.number: localized(c, self.lang) for c in self.site.counters}
        rows = [
            {"group": "counter", "code": str(n), "name": known.get(n, ""), **self._scores(lambda c, q, n=n: c == n)}
            for n in sorted({counter for counter, _queue, _score in self._counts})
        ]
        for group, codes, names in (("field", fields, self.site.fields), ("service", services, self.site.services)):
            rows += [
                {
                    "group": group, "code": code, "name": name,
                    **self._scores(lambda c, q, queue=codes[code]: q == queue),
                }
                for code, name in named(names, codes, self.lang)
            ]  # fmt: skip
        return self.made(rows, self._scores(lambda c, q: True))

    def _scores(self, wanted: Any) -> dict[str, int]:
        scores = {
            f"score_{score}": sum(n for (c, q, s), n in self._counts.items() if s == score and wanted(c, q))
            for score in SCORES
        }
        return {"number": sum(scores.values()), **scores}


@dataclass(eq=False)
class Difficulties(Making):
    """What sessions stumbled over, as staff wrote it, by session and then in the order written; a note stands on
    its session's day, whenever it was written (`at`, local). `totals` has how many `notes` there are."""

    kind = "difficulties"
    columns = ("date", "session", "name", "at", "text")

    def begin(self, view: View) -> None:
        found: list[tuple[datetime, int, Row]] = []
        for line in view.journal.of_kinds(self.site.code, (ev.DifficultyNoted.kind,)):
            day = line.session[:10] or business_day(self.site, line.at).isoformat()
            if not self.first.isoformat() <= day <= self.last.isoformat():
                continue
            session = view.sessions.get(self.site.code, line.session)
            row = {
                "date": day, "session": line.session, "name": localized(session, self.lang, "title") if session else "",
                "at": stamp(self.site, line.at), "text": line.data["text"],
            }  # fmt: skip
            found.append((session.issuing_from if session else line.at, line.seq, row))
        self.rows = [row for _begin, _seq, row in sorted(found, key=lambda one: one[:2])]

    def day(self, view: View, day: date) -> None:
        """All was read at the beginning: a note may be written days after its session."""

    def table(self) -> Table:
        return self.made(self.rows, {"notes": len(self.rows)})


@dataclass(eq=False)
class Postal(Making):
    """The list of what went by the public postal service, for the finance department.

    For each unit (`group` unit, its sums, where units are asked for) and each day with a row (`group` day, its
    sums): one row (`group` item) for each visit and form. `form` is submit or return, and `submit` or `return`
    has the row's dossiers as well; `dossiers` is their sum, below 0 in a correction that takes away. `source`
    is counter, handover (a postman's pile) or correction; a correction stands on the day that it corrects, with
    its `reason` and the local time `at` that it was entered. `ticket` is the internal id. `codes` are the
    dossier codes that are still kept; `erased` tells that the retention rule has been through that day, so that
    none can be there. Facts: `units` and `days`, each with its sums.
    """

    kind = "postal"
    columns = (
        "site", "unit", "date", "group", "number", "ticket", "form", "source", *FORMS, "reason", "at", "codes",
        "erased",
    )  # fmt: skip

    units: Sequence[Site] = ()
    _own: dict[str, list[Row]] = field(default_factory=partial(defaultdict, list), init=False)
    _erased: dict[str, str] = field(default_factory=dict, init=False)

    def begin(self, view: View) -> None:
        for unit in self.units or (self.site,):
            lines = view.journal.of_kinds(unit.code, (ev.DataErased.kind,))
            days = [line.data["before"] for line in lines if line.data["what"] == DOSSIER_CODES]
            self._erased[unit.code] = max(days, default="")

    def day(self, view: View, day: date) -> None:
        for unit in self.units or (self.site,):
            found = postal_day(view, unit, day)
            if found:
                codes = view.post.dossier_codes([row.ticket for row in found if row.ticket is not None])
                items = [self._item(unit, row, codes) for row in found]
                self._own[unit.code] += [self._sum(unit, "day", day.isoformat(), items), *items]

    def _item(self, unit: Site, row: PostalRow, codes: Mapping[int, tuple[str, ...]]) -> Row:
        day, corrects = row.day.isoformat(), row.source == "correction"
        kept = codes.get(row.ticket, ()) if row.ticket is not None and not corrects else ()
        return {
            **self._head(unit, day, "item"), "number": row.number, "ticket": row.ticket, "form": row.form,
            "source": row.source, **{form: row.dossiers if form == row.form else 0 for form in post.FORMS},
            "dossiers": row.dossiers, "reason": row.reason, "at": stamp(unit, row.at), "codes": kept,
            "erased": not kept and not corrects and day < self._erased[unit.code],
        }  # fmt: skip

    def _sum(self, unit: Site, group: str, day: str, rows: Sequence[Row]) -> Row:
        return {
            **self._head(unit, day, group), "number": "", "ticket": None, "form": "", "source": "",
            **summed(rows, FORMS), "reason": "", "at": None, "codes": (), "erased": False,
        }  # fmt: skip

    def _head(self, unit: Site, day: str, group: str) -> Row:
        return {"site": unit.code, "unit": localized(unit, self.lang), "date": day, "group": group}

    def table(self) -> Table:
        rows: list[Row] = []
        sums: list[Row] = []
        for unit in self.units or (self.site,):
            own = self._own[unit.code]
            whole = self._sum(unit, "unit", "", [row for row in own if row["group"] == "day"])
            sums.append({"site": unit.code, "name": whole["unit"], **{form: whole[form] for form in FORMS}})
            rows += [whole, *own] if self.units else own
        days = [{column: row[column] for column in ("site", "date", *FORMS)} for row in rows if row["group"] == "day"]
        return self.made(rows, summed(sums, FORMS), units=sums, days=days)
