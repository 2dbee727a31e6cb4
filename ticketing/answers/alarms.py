"""What a supervisor should look at now. Pure: the state and the time are handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import UNSET, UnsetType

from ticketing.answers.names import Time, stamp
from ticketing.rules.bursts import Deeds
from ticketing.rules.caps import Usage, remaining
from ticketing.rules.counters import CounterState, Queue, queues_of
from ticketing.rules.lines import Standing
from ticketing.rules.people import Token
from ticketing.rules.printers import PrinterState, PrintJob
from ticketing.rules.sessions import Session
from ticketing.rules.sites import Site, localized
from ticketing.rules.tickets import Ticket, TooLong

FORGOTTEN_TIMES = 3
FORGOTTEN_LEAST = timedelta(minutes=20)
GHOST_AFTER = timedelta(minutes=2)
SILENT_AFTER = timedelta(minutes=5)
OF_PRINTERS = ("printer_down", "paper_low", "papers_given_up")
RUNNING = ("open", "paused", "full", "cut_off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What it is about (`field` or `service`, `counter`, a device's `name` and `role`), the ticket's `number`, how
    many wait, for how long it has been so, and what would be right; of a printer its `state`; of a burst how many
    `numbers` a device gave, or saw given up, from `at` on; of a printer how many slips it has given up, the last of
    them `number`'s, at `at`; of a session until when (`at`) it is likely to last."""

    kind: Literal[
        "unassigned",
        "unopened",
        "no_counter",
        "long_wait",
        "goal_near",
        "forgotten",
        "ghost_counter",
        "silent_device",
        "burst",
        "give_ups",
        "printer_down",
        "paper_low",
        "papers_given_up",
        "uncalled",
        "cap_not_finished",
        "field_cap_not_finished",
        "session_overruns",
    ]
    name: str | UnsetType = UNSET
    field: str | UnsetType = UNSET
    service: str | UnsetType = UNSET
    counter: int | UnsetType = UNSET
    number: str | UnsetType = UNSET
    state: str | UnsetType = UNSET
    role: str | UnsetType = UNSET
    waiting: int | UnsetType = UNSET
    for_s: int | UnsetType = UNSET
    goal_s: int | UnsetType = UNSET
    usual_s: int | UnsetType = UNSET
    last_seen: Time | UnsetType = UNSET
    numbers: int | UnsetType = UNSET
    at: Time | UnsetType = UNSET

    @property
    def queue(self) -> Queue:
        return ("submit", self.field) if self.field is not UNSET else (str(self.service), None)


def unassigned(site: Site, session: Session | None, counters: Mapping[int, CounterState], lang: str) -> Iterator[Alarm]:
    """Queues of the session that runs, or of today's next, that no counter has by the configuration, and that none
    calls now: known before anybody waits there."""
    if session is None or session.stage == "closed":
        return
    held = [one for one in site.counters if session.counters is None or one.number in session.counters]
    called = {queue for one in held for queue in queues_of(one.fields, one.services)}
    called |= {queue for state in counters.values() if state.state == "open" for queue in state.queues}
    for alarm in _of_queues(site, "unassigned", lang):
        if alarm.queue not in called and (alarm.field is UNSET or session.takes(alarm.field)):
            yield alarm


def unopened(
    site: Site, session: Session | None, counters: Mapping[int, CounterState], waiting: Mapping[Queue, int],
    usage: Usage, lang: str,
) -> Iterator[Alarm]:  # fmt: skip
    """Fields with a cap of their own that go on giving numbers while a counter is named for them and none is open, not
    even paused. As soon as somebody waits it is `no_counter`."""
    if session is None or session.stage != "open" or session.paused:
        return
    named = {queue for one in site.counters for queue in queues_of(one.fields, one.services)}
    seated = {queue for state in counters.values() if state.state != "closed" for queue in state.queues}
    for alarm in _of_queues(site, "unopened", lang):
        if alarm.field is UNSET or alarm.queue not in named - seated or waiting.get(alarm.queue):
            continue
        left = remaining(session.field_caps.get(alarm.field), usage, "field", alarm.field)
        if left and session.takes(alarm.field):
            yield alarm


def no_counter(
    site: Site, counters: Mapping[int, CounterState], waiting: Mapping[Queue, int], lang: str
) -> Iterator[Alarm]:
    """Queues in which people wait and that no open counter calls. `waiting` leaves out who holds a number of a session
    whose service has not begun: nobody is late yet."""
    called = {queue for state in counters.values() if state.state == "open" for queue in state.queues}
    for alarm in _of_queues(site, "no_counter", lang):
        if waiting.get(alarm.queue) and alarm.queue not in called:
            yield replace(alarm, waiting=waiting[alarm.queue])


def ghosts(
    counters: Mapping[int, CounterState], here: Mapping[int, Ticket],
    gone_since: Callable[[tuple[int, str]], datetime | None], now: datetime,
) -> Iterator[Alarm]:  # fmt: skip
    """Counters that were opened from a console, and whose officer has had none open for two minutes. They go on
    counting as open everywhere; a pause without a number is a pause."""
    for counter, state in sorted(counters.items()):
        there = here.get(counter)
        if not state.by_page or (state.state == "paused" and there is None):
            continue
        since = gone_since((counter, state.holder))
        if since is not None and now - since >= GHOST_AFTER:
            yield Alarm(
                kind="ghost_counter", counter=counter, name=state.holder_name,
                number=there.number if there else UNSET, for_s=round((now - since).total_seconds()),
            )  # fmt: skip


def goal_of(site: Site) -> timedelta:
    return timedelta(minutes=site.wait_goal_minutes)


def long_wait(
    site: Site, found: Iterable[TooLong], service_from: Mapping[str, datetime], now: datetime, lang: str
) -> Iterator[Alarm]:
    """Queues in which somebody waits longer than the site's goal: `found` are those who do by their number or last
    call, by queue and session.

    Nobody can be called before the service begins: the waiting counts from there, `service_from` by session.
    """
    goal, by_queue = goal_of(site), dict[Queue, list[TooLong]]()
    for one in found:
        since = max(one.since, service_from.get(one.session, one.since))
        if now - since > goal:
            by_queue.setdefault(one.queue, []).append(replace(one, since=since))
    for alarm in _of_queues(site, "long_wait", lang):
        if waiting := by_queue.get(alarm.queue):
            oldest = min(waiting, key=lambda one: one.since)
            yield replace(
                alarm, number=oldest.number, waiting=sum(one.waiting for one in waiting),
                for_s=round((now - oldest.since).total_seconds()), goal_s=round(goal.total_seconds()),
            )  # fmt: skip


def goal_near(
    site: Site, missing: Iterable[tuple[Standing, datetime]], number: Callable[[int], str], now: datetime, lang: str
) -> Iterator[Alarm]:
    """Queues in which somebody is likely to be called after the goal for people like him: the first of them, in how
    many seconds he should be, and how many they are."""
    by_queue = dict[Queue, list[tuple[Standing, datetime]]]()
    for one, due in missing:
        by_queue.setdefault(one.queue, []).append((one, due))
    for alarm in _of_queues(site, "goal_near", lang):
        if found := by_queue.get(alarm.queue):
            first, due = found[0]
            yield replace(
                alarm, number=number(first.id), waiting=len(found), for_s=round((due - now).total_seconds()),
                goal_s=60 * site.goal_minutes(first.priority),
            )  # fmt: skip


def forgotten(at_counters: Mapping[int, Ticket], usual_s: Callable[[Queue], float], now: datetime) -> Iterator[Alarm]:
    """Counters whose ticket is there much longer than such a visit usually takes: over 3 times as long, and
    over 20 minutes, since its call."""
    for counter, ticket in sorted(at_counters.items()):
        if ticket.called_at is None:
            continue
        usual = timedelta(seconds=usual_s(ticket.queue))
        there = now - ticket.called_at
        if there > max(FORGOTTEN_TIMES * usual, FORGOTTEN_LEAST):
            yield Alarm(
                kind="forgotten", counter=counter, number=ticket.number, state=ticket.state,
                for_s=round(there.total_seconds()), usual_s=round(usual.total_seconds()),
            )  # fmt: skip


def silent_devices(site: Site, tokens: Iterable[Token], real_now: datetime) -> Iterator[Alarm]:
    """Paired kiosks and displays that were heard of today, but not in the last 5 minutes. A program's token is no
    device: it may be silent all day.

    `real_now` is the real clock's: a token is seen in real time, whatever a rehearsal's clock says.
    """
    today = _day(site, real_now)
    for token in tokens:
        seen = token.last_seen
        if not token.paired or token.revoked_at is not None or seen is None:
            continue
        if _day(site, seen) == today and real_now - seen > SILENT_AFTER:
            yield Alarm(
                kind="silent_device", name=token.name, role=token.role,
                for_s=round((real_now - seen).total_seconds()), last_seen=stamp(site, seen),
            )  # fmt: skip


def silent_now(
    site: Site, state: str, service_from: Time | None, time: Time, tokens: Iterable[Token], real_now: datetime
) -> list[Alarm]:
    """The silent devices, while a session's service goes on."""
    if state not in RUNNING or not service_from or time < service_from:
        return []
    return list(silent_devices(site, tokens, real_now))


def hasty_devices(site: Site, done: Iterable[Deeds], name: Callable[[str], str]) -> Iterator[Alarm]:
    """Devices that gave 30 numbers in a minute, or whose numbers were given up five times in ten minutes, of the last
    ten minutes; `name` tells a device by its actor's id."""
    for one in done:
        if one.numbers is not None:
            numbers, at = one.numbers
            yield Alarm(kind="burst", name=name(one.device), numbers=numbers, at=stamp(site, at))
        if one.give_ups is not None:
            numbers, at = one.give_ups
            yield Alarm(kind="give_ups", name=name(one.device), numbers=numbers, at=stamp(site, at))


def printers_failing(states: Iterable[PrinterState], now: datetime) -> Iterator[Alarm]:
    """Printers that no paper comes out of, `state` is why; and those that it soon won't."""
    for one in states:
        for_s = max(0, round((now - (one.since or now)).total_seconds()))
        if one.down:
            yield Alarm(kind="printer_down", name=one.name, state=one.state, for_s=for_s)
        elif one.state == "paper_low":
            yield Alarm(kind="paper_low", name=one.name, for_s=for_s)


def papers_given_up(site: Site, lost: Iterable[PrintJob], number: Callable[[int], str]) -> Iterator[Alarm]:
    """Printers whose slips nobody got: `lost` are those, oldest first; `number` tells a ticket's by its id."""
    by_printer: dict[str, list[PrintJob]] = {}
    for job in lost:
        by_printer.setdefault(job.printer, []).append(job)
    for name, jobs in by_printer.items():
        last = jobs[-1]
        yield Alarm(
            kind="papers_given_up", name=name, numbers=len(jobs), number=number(last.ticket or 0),
            at=stamp(site, last.ended_at) or UNSET,
        )  # fmt: skip


def _of_queues(
    site: Site, kind: Literal["unassigned", "unopened", "no_counter", "long_wait", "goal_near"], lang: str
) -> Iterator[Alarm]:
    for f in site.fields:
        yield Alarm(kind=kind, field=f.code, name=localized(f, lang))
    for v in site.services:
        yield Alarm(kind=kind, service=v.code, name=localized(v, lang))


def _day(site: Site, at: datetime) -> date:
    return at.astimezone(site.zone).date()


def concerns(alarm: Alarm, state: CounterState) -> bool:
    """Whether an alarm is about this counter: its own ticket, or a queue that it calls."""
    if alarm.kind in OF_PRINTERS:
        return False
    if alarm.field is UNSET and alarm.service is UNSET:
        return alarm.counter == state.number
    return alarm.queue in state.queues
