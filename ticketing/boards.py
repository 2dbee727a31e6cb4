"""What screens are told: the board of a site, the officer's queue, and every waiting phone's place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from ticketing import (
    alarms,
    answers,
    caps,
    checklists,
    decisions,
    difficulties,
    emergency,
    estimates,
    queues,
    room,
    sessions,
)
from ticketing.calling import UNDO_WITHIN
from ticketing.ports import CounterState, Queue, View
from ticketing.sessions import Session, business_day
from ticketing.sites import HolidaySource, Site, localized
from ticketing.tickets import Ticket
from ticketing.workday import line_of, next_session, usage_of

CALLS_SHOWN = 24
PACE_KEPT = timedelta(seconds=20)


class Boards:
    """Builds boards; keeps each site's measured visit lengths for 20 s, since they move slowly."""

    def __init__(self, holidays: HolidaySource) -> None:
        self._holidays = holidays
        self._visits: dict[str, tuple[datetime, list[tuple[date, str, str | None, int, float]]]] = {}

    def pace(
        self,
        view: View,
        site: Site,
        now: datetime,
        counters: Mapping[int, CounterState],
        waiting: Mapping[Queue, int],
        asked: Queue | None = None,
    ) -> estimates.Pace:
        today = business_day(site, now)
        kept = self._visits.get(site.code)
        if kept is None or not timedelta(0) <= now - kept[0] < PACE_KEPT:
            kept = (now, view.visit_times(site.code, today - timedelta(days=estimates.PAST_DAYS)))
            self._visits[site.code] = kept
        return estimates.pace(site, today, kept[1], counters, waiting, asked)

    def place(
        self, view: View, site: Site, ticket: Ticket, session: Session | None, now: datetime
    ) -> tuple[int | None, datetime | None]:
        """How many are ahead of one ticket, and when it is likely to be called; 0 and None at a counter."""
        if ticket.state in ("called", "serving"):
            return 0, None
        if ticket.state != "waiting":
            return None, None
        run = queues.run_of(view.last_turns(site.code, ticket.day, [ticket.queue], queues.PRIORITY_RUN))
        special = ticket.priority is not None
        ahead = queues.ahead(site.priority_rule, run, special, *view.before(ticket))
        waiting = _by_queue(view.waiting_counts(site.code, ticket.day))
        pace = self.pace(view, site, now, view.counters(site.code), waiting, ticket.queue)
        service_from = session.service_from if session else None
        return ahead, estimates.expected_at(now, service_from, pace.wait_s(ticket.queue, ahead))

    def positions(self, view: View, site: Site, now: datetime) -> dict[str, tuple[int, str | None]]:
        """Of every waiting ticket's code: how many are ahead, and the expected time as it is shown."""
        day = business_day(site, now)
        codes = view.codes_of(site.code, day)
        starts = {s.key: s.service_from for s in view.sessions(site.code, day)}
        by_queue: dict[Queue, list[Ticket]] = {}
        for ticket in view.waiting(site.code, day):
            by_queue.setdefault(ticket.queue, []).append(ticket)
        waiting = {queue: len(tickets) for queue, tickets in by_queue.items()}
        pace = self.pace(view, site, now, view.counters(site.code), waiting)
        places: dict[str, tuple[int, str | None]] = {}
        for queue, tickets in by_queue.items():
            run = queues.run_of(view.last_turns(site.code, day, [queue], queues.PRIORITY_RUN))
            for ahead, ticket in enumerate(queues.order(site.priority_rule, run, tickets)):
                expected = estimates.expected_at(now, starts.get(ticket.session), pace.wait_s(queue, ahead))
                if ticket.id in codes:
                    places[codes[ticket.id]] = (ahead, answers.stamp(site, expected))
        return places

    def board(self, view: View, site: Site, now: datetime, lang: str) -> dict[str, Any]:
        day = business_day(site, now)
        today = view.sessions(site.code, day)
        shown = sessions.shown(today)
        usage = usage_of(view, shown) if shown else {}
        states = view.counters(site.code)
        counts = view.waiting_counts(site.code, day)
        waiting = _by_queue(counts)
        pace = self.pace(view, site, now, states, waiting)
        following = next_session(view, site, today, shown, day, self._holidays)
        line = line_of(view, site)
        plan = decisions.plan(line, day)
        outage = view.outage([one.code for one in line]) is not None
        return {
            "time": answers.stamp(site, now),
            "session": self._session(view, site, shown, usage, lang),
            "emergency": emergency.answer(site, view.emergency(site.code), lang),
            "next_session": answers.brief_session(
                site, following, usage_of(view, following) if following else {}, lang
            ),
            "fields": [
                answers.field(site, f, shown, usage, lang, *_waits(pace, ("submit", f.code), waiting))
                for f in site.fields
            ],
            "services": [
                answers.service(v, shown, usage, lang, *_waits(pace, (v.code, None), waiting))
                for v in site.services
            ],
            "counters": _counters(view, site, day, states, lang),
            "calls": [answers.call(site, c) for c in view.calls(site.code, day, CALLS_SHOWN)],
            "notices": answers.notices(decisions.notices(plan, line), lang),
            "policy": answers.policy(plan, lang, outage),
            "room": room.occupancy(site, sum(waiting.values()), len(view.at_counters(site.code, day))),
        }

    def _session(
        self, view: View, site: Site, shown: Session | None, usage: caps.Usage, lang: str
    ) -> dict[str, Any]:
        if shown is None:
            return dict(answers.NO_SESSION)
        stopped = view.emergency(site.code) is not None
        return answers.session(site, shown, usage, view.state_counts(site.code, shown.key), lang, stopped)

    def queue(
        self, view: View, site: Site, now: datetime, counter: int | None, lang: str, public_url: str
    ) -> dict[str, Any]:
        """The console's whole state. Lists hold this counter's queues only; without a counter, all."""
        board = self.board(view, site, now, lang)
        day = business_day(site, now)
        state = view.counter(site.code, counter) if counter is not None else None
        here = view.at_counter(site.code, day, counter) if counter is not None else None
        listed = [t for t in view.open_tickets(site.code, day) if t.state in ("waiting", "held")]
        absent = view.absent(site.code, day)
        return {
            **{
                key: board[key]
                for key in (
                    "time", "session", "next_session", "emergency", "fields", "services", "counters", "room",
                )  # fmt: skip
            },
            "checklists": [checklists.shown(site, one, lang) for one in checklists.listed(view, site, now)],
            "difficulties": difficulties.counts(view, site, now),
            "counter": counter_answer(view, site, day, state, lang) if state else None,
            "ticket": self._here(view, site, here, now, lang, public_url),
            "waiting": [
                line(site, t, now, lang) for t in listed if t.state == "waiting" and _theirs(t, state)
            ],
            "held": [line(site, t, now, lang) for t in listed if t.state == "held"],
            "absent": [line(site, t, now, lang) for t in absent],
            "alarms": [
                alarm
                for alarm in self._alarms(view, site, now, listed, lang, bool(board["emergency"]))
                if state is None or alarms.concerns(alarm, state)
            ],
        }

    def _alarms(
        self, view: View, site: Site, now: datetime, listed: list[Ticket], lang: str, stopped: bool
    ) -> list[dict[str, Any]]:
        """A stopped site has no alarms about queues: nobody may be called."""
        day = business_day(site, now)
        pace = self.pace(view, site, now, {}, {})
        found = list(
            alarms.forgotten(view.at_counters(site.code, day), lambda q: pace.visit_s.get(q, 0.0), now)
        )
        if stopped:
            return found
        waiting = [t for t in listed if t.state == "waiting"]
        counts = Counter(t.queue for t in waiting)
        starts = {s.key: s.service_from for s in view.sessions(site.code, day)}
        return [
            *alarms.no_counter(site, view.counters(site.code), counts, lang),
            *alarms.long_wait(site, waiting, starts, now, lang),
            *found,
        ]

    def _here(
        self, view: View, site: Site, here: Ticket | None, now: datetime, lang: str, public_url: str
    ) -> dict[str, Any] | None:
        if here is None:
            return None
        shown = answers.ticket(
            site, here, view.code_of(here.id), view.session(site.code, here.session),
            lang=lang, staff=True, public_url=public_url, ahead=0, expected=None,
        )  # fmt: skip
        pace = self.pace(view, site, now, {}, {})
        recall_at = None
        if here.state == "called" and here.last_call_at and here.calls < site.max_calls:
            recall_at = here.last_call_at + timedelta(seconds=site.recall_gap_s)
        return shown | {
            "last_call_at": answers.stamp(site, here.last_call_at),
            "started_at": answers.stamp(site, here.started_at),
            "usual_s": round(pace.visit_s.get(here.queue, 0)),
            "recall_at": answers.stamp(site, recall_at),
            "max_calls": site.max_calls,
        }


def _by_queue(counts: Mapping[tuple[str, str | None, bool], int]) -> dict[Queue, int]:
    waiting: dict[Queue, int] = {}
    for (service, field, _), number in counts.items():
        waiting[service, field] = waiting.get((service, field), 0) + number
    return waiting


def _waits(pace: estimates.Pace, queue: Queue, waiting: Mapping[Queue, int]) -> tuple[int, float]:
    number = waiting.get(queue, 0)
    return number, pace.wait_s(queue, number)


def _counters(
    view: View, site: Site, day: date, states: Mapping[int, CounterState], lang: str
) -> list[dict[str, Any]]:
    here = view.at_counters(site.code, day)
    return [
        answers.counter(
            c, states.get(c.number) or CounterState(site.code, c.number), here.get(c.number), lang
        )
        for c in site.counters
    ]


def _theirs(ticket: Ticket, state: CounterState | None) -> bool:
    if state is None:
        return True
    if ticket.target is not None:
        return ticket.target == state.number
    return ticket.queue in state.queues


def counter_answer(view: View, site: Site, day: date, state: CounterState, lang: str) -> dict[str, Any]:
    """A counter as its officer sees it: the board's line, who sits there, and until when a step can be undone."""
    configured = site.counter(state.number)
    assert configured is not None
    here = view.at_counter(site.code, day, state.number)
    undo_until = state.last_at + UNDO_WITHIN if state.last_ticket and state.last_at else None
    return answers.counter(configured, state, here, lang) | {
        "holder": state.holder,
        "holder_name": state.holder_name,
        "reason": state.reason,
        "undo_until": answers.stamp(site, undo_until),
    }


def line(site: Site, t: Ticket, now: datetime, lang: str) -> dict[str, Any]:
    """A ticket in an officer's list."""
    procedure = site.procedure(t.procedure)
    special = site.priority(t.priority)
    return {
        "number": t.number,
        "service": t.service,
        "service_name": answers.service_name(site, t, lang, staff=True),
        "field": t.field,
        "field_name": answers.field_name(site, t.field, lang, staff=True) if t.field else "",
        "procedure_name": localized(procedure, lang) if procedure else "",
        "dossiers": t.dossiers,
        "priority": t.priority,
        "priority_name": localized(special, lang) if special else "",
        "state": t.state,
        "waited_s": max(0, round((now - t.issued_at).total_seconds())),
        "issued_at": answers.stamp(site, t.issued_at),
        "calls": t.calls,
        "returns": t.returns,
        "target": t.target,
        "applicant": t.applicant,
        "reason": t.reason,
    }
