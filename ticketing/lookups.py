"""What verbs and answers both ask of a view."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar, cast

from ticketing import events as ev
from ticketing.errors import Unknown
from ticketing.ports import Clock, NewCode, View
from ticketing.rules import bursts, post, sessions, visits, waits
from ticketing.rules import plans as decisions
from ticketing.rules.advised import Advised, LastAnswer
from ticketing.rules.bursts import Deeds
from ticketing.rules.checklists import Checklist, Signatures, checklist, items_of, signatures
from ticketing.rules.checkpoints import Signer
from ticketing.rules.clock import Moment
from ticketing.rules.consoles import Consoles
from ticketing.rules.counters import Queue
from ticketing.rules.pauses import Seat, Sitting, pauses_of, sittings
from ticketing.rules.people import CLOCK
from ticketing.rules.plans import Plan
from ticketing.rules.policies import CHECKLISTS
from ticketing.rules.post import PostalRow
from ticketing.rules.ratings import RATE_WITHIN
from ticketing.rules.sessions import Session
from ticketing.rules.sites import HolidaySource, Site, with_parents
from ticketing.rules.tickets import Ticket
from ticketing.rules.visits import Lengths, Measured, Serving, Visit
from ticketing.rules.waits import Forecast, Present

LOOK_AHEAD_DAYS, LOOK_BACK_DAYS = 21, 14
T = TypeVar("T")
VISITS_KEPT = timedelta(seconds=20)
STILL_FOR = timedelta(seconds=10)
A_SECOND, MOST_TOGETHER = timedelta(seconds=1), 64
SEATS = (ev.CounterOpened.kind, ev.CounterPaused.kind, ev.CounterClosed.kind)
State = tuple[str, int, datetime, tuple[Site, ...]]
Still = tuple[str, int, date, bool, tuple[Site, ...]]


class VisitLengths:
    """How long visits last at each site by queue, measured over the last days; kept for 20 s, since they move slowly,
    and what past days say for the day."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[datetime, Site, Lengths, date]] = {}
        self._past: dict[str, tuple[date, Measured, list[Sitting]]] = {}
        self._usual: dict[str, Mapping[Queue, Visit]] = {}

    def of(self, look: Look) -> Lengths:
        kept = self._kept.get(look.site.code)
        if (
            kept is None or kept[1] is not look.site or kept[3] != look.date
            or not timedelta(0) <= look.now - kept[0] < VISITS_KEPT
        ):  # fmt: skip
            kept = self._kept[look.site.code] = look.now, look.site, self._measured(look), look.date
        return kept[2]

    def usual_s(self, look: Look, queue: Queue) -> float:
        """The mean of such visits, of those that are over."""
        self.of(look)
        found = self._usual[look.site.code].get(queue)
        return found.mean_s if found else 0.0

    def past(self, look: Look) -> Measured:
        return self._of_past(look)[0]

    def _of_past(self, look: Look) -> tuple[Measured, list[Sitting]]:
        kept = self._past.get(look.site.code)
        if kept is None or kept[0] != look.date:
            days = [look.date - timedelta(days=back) for back in range(waits.PAST_DAYS, 0, -1)]
            ended = look.view.tickets.ended(look.site.code, days[0], days[-1])
            held = [one for day in days for one in look.view.sessions.of_day(look.site.code, day)]
            served = {one.day for one in ended}
            times = [_times(one) for one in held if one.day in served]
            sat = [one.over() for one in _sittings(look, days[0], look.date)]
            kept = self._past[look.site.code] = look.date, visits.measured(ended, times, pauses_of(sat)), sat
        return kept[1], kept[2]

    def _measured(self, look: Look) -> Lengths:
        held = look.view.sessions.of_day(look.site.code, look.date)
        ended = look.view.tickets.ended(look.site.code, look.date, look.date)
        sat = _sittings(look, look.date, look.date + timedelta(days=1))
        today = visits.measured(ended, [_times(one) for one in held], pauses_of(sat))
        here = look.view.queues.line(look.site.code, look.date).here.values()
        under_way = [(queue, max(0.0, (look.now - called).total_seconds())) for queue, called in here]
        past, sat_then = self._of_past(look)
        usual = waits.usual_lengths(look.site)
        self._usual[look.site.code] = visits.visits(usual, past, today, ())
        lengths = visits.visits(usual, past, today, under_way)
        habits = visits.habits(past, today, sat_then, {one.counter: one for one in sat})
        return Lengths(lengths, late=[*visits.USUALLY_LATE, *past.late, *today.late], habits=habits)


def _times(session: Session) -> Serving:
    return Serving(*(at.timestamp() for at in (session.issuing_from, session.issuing_until, session.service_from)))


def _sittings(look: Look, first: date, before: date) -> list[Sitting]:
    """Of the days `first` to `before`, that one left out."""
    begin, end = (sessions.instant(look.site, day, time()) for day in (first, before))
    found = look.view.journal.of_kinds(look.site.code, SEATS, begin, end)
    seats = ((one, sessions.business_day(look.site, one.at)) for one in found)
    return sittings(Seat(one.counter or 0, one.at.timestamp(), one.kind, day) for one, day in seats)


class Kept:
    """What was made of a site's state, until the state or the second is another one; or, what may be as old as
    `STILL_FOR`, until something happens there."""

    def __init__(self) -> None:
        self._by_site: dict[str, tuple[State, dict[Hashable, object]]] = {}
        self._still: dict[tuple[str, Hashable], tuple[Still, datetime, object]] = {}

    def of(self, look: Look) -> dict[Hashable, object]:
        kept = self._by_site.get(look.site.code)
        if kept is None or kept[0] != look.state:
            kept = self._by_site[look.site.code] = (look.state, {})
        return kept[1]

    def still(self, look: Look, name: Hashable, make: Callable[[], T]) -> T:
        key, state = (look.site.code, name), look.still_state
        kept = self._still.get(key)
        if kept is None or kept[0] != state or not timedelta(0) <= look.now - kept[1] < STILL_FOR:
            kept = self._still[key] = (state, look.now, make())
        return cast(T, kept[2])


class Together:
    """What was made of many sites at once, until something happens at any of them or a second has passed."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Mapping[str, int], datetime, object]] = {}

    def of(self, name: Hashable, heads: Mapping[str, int], now: datetime, make: Callable[[], T]) -> T:
        kept = self._kept.get(name)
        if kept is None or kept[0] != heads or not timedelta(0) <= now - kept[1] < A_SECOND:
            made = make()
            if len(self._kept) >= MOST_TOGETHER:
                self._kept.clear()
            kept = self._kept[name] = (heads, now, made)
        return cast(T, kept[2])


@dataclass(frozen=True, slots=True)
class Wiring:
    """What an office is given once, and its verbs and answers use."""

    clock: Clock
    new_code: NewCode
    holidays: HolidaySource
    public_url: str
    signer: Signer
    visits: VisitLengths = field(default_factory=VisitLengths)
    kept: Kept = field(default_factory=Kept)
    together: Together = field(default_factory=Together)
    consoles: Consoles = field(default_factory=Consoles)
    advised: Advised[Sequence[Any]] = field(default_factory=Advised)
    advice: LastAnswer[Any] = field(default_factory=LastAnswer)


class once_a_look(Generic[T]):  # noqa: N801
    """functools.cached_property without its lock, which costs more than what is kept: a look is one thread's."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make, self._name = make, make.__name__

    def __get__(self, look: Any, owner: object = None) -> T:
        made = look.__dict__[self._name] = self._make(look)
        return made


class Look:
    """One consistent state of a site at a moment: what an answer is made from, and a verb's day too."""

    def __init__(self, view: View, site: Site, moment: Moment, wiring: Wiring) -> None:
        self.view, self.site, self.moment, self.wiring = view, site, moment, wiring
        self.now = moment.at
        self.date = sessions.business_day(site, self.now)
        # A clock that is held begins no day.
        if moment.held and (followed := view.sites.day_clock(site.code)):
            self.date = followed.day

    @once_a_look
    def state(self) -> State:
        """Two looks at a site with the same one see the same."""
        journal = self.view.journal.last_seq(self.site.code)
        return self.view.meta("epoch"), journal, self.now.replace(microsecond=0), self.line

    def kept(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once for a state: for answers alone, since a verb's day may still be taken back."""
        kept = self.wiring.kept.of(self)
        if name not in kept:
            kept[name] = make()
        return cast(T, kept[name])

    def is_due(self) -> bool:
        """Whether the clock has something to do here that it has not done."""
        if self.moment.held:
            return False
        followed = self.view.sites.day_clock(self.site.code)
        return followed is None or self.now >= followed.next_due or followed.day != self.date

    @property
    def still_state(self) -> Still:
        """What a site's state is but for the time of day."""
        journal = self.view.journal.last_seq(self.site.code)
        return self.view.meta("epoch"), journal, self.date, self.moment.held, self.line

    def kept_while_still(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made again when something happens at the site, else every ten seconds: for what the time
        alone moves but slowly, and is asked of many sites at once."""
        return self.wiring.kept.still(self, name, make)

    @once_a_look
    def line(self) -> tuple[Site, ...]:
        return with_parents(self.site, self.view.sites.get)

    @once_a_look
    def plan(self) -> Plan:
        """What the policies in force decide here today."""
        return decisions.plan(self.line, self.date)

    def plan_of(self, day: date) -> Plan:
        return decisions.plan(self.line, day)

    def plan_at(self, at: datetime) -> Plan:
        return self.plan_of(sessions.business_day(self.site, at))

    @once_a_look
    def portal_down(self) -> bool:
        """Whether the portal is marked as interrupted, here or above."""
        return self.view.sites.outage([one.code for one in self.line]) is not None


def crosses(a: Session, b: Session) -> bool:
    return a.issuing_from < b.closes_at and b.issuing_from < a.closes_at


def next_session(look: Look, today: list[Session], after: Session | None, field: str | None = None) -> Session | None:
    """The session that will issue next: later today, else on one of the next 21 days."""
    for session in today:
        later = after is None or session.issuing_from > after.issuing_from
        if later and session.stage == "upcoming" and (field is None or session.takes(field)):
            return session
    for ahead in range(1, LOOK_AHEAD_DAYS + 1):
        for session in planned(look, look.date + timedelta(days=ahead)):
            if session.stage != "closed" and (field is None or session.takes(field)):
                return session
    return None


def planned(look: Look, day: date) -> list[Session]:
    """A day's sessions: those that exist, and those that the timetable will still add."""
    known = look.view.sessions.of_day(look.site.code, day)
    keys = {s.key for s in known}
    plans = [p for p in sessions.plan_day(look.site, day, look.wiring.holidays) if p.key not in keys]
    return sorted(
        [*known, *(p for p in plans if not any(crosses(p, s) for s in known))], key=lambda s: s.issuing_from
    )


def sessions_ahead(look: Look) -> list[Session]:
    """Today's sessions that the clock moved on at a moment that still lies ahead."""
    today = look.view.sessions.of_day(look.site.code, look.date)
    return [one for one in today if sessions.ahead(one, look.now)]


def expired_by_clock(look: Look, since: datetime, session: str = "") -> list[Ticket]:
    """Today's tickets that the clock let expire at `since` or later, of one session or of all."""
    lines = look.view.journal.of_kinds(look.site.code, (ev.TicketExpired.kind,), since)
    ids = dict.fromkeys(line.ticket for line in lines if line.actor == CLOCK.id and line.ticket is not None)
    found = [one for ticket in ids if (one := look.view.tickets.get(ticket))]
    return [one for one in found if one.state == "expired" and one.day == look.date and session in ("", one.session)]


def session_of(look: Look, key: str) -> Session:
    """Raises Unknown("session")."""
    found = look.view.sessions.get(look.site.code, key)
    if found is None:
        raise Unknown("session", key)
    return found


def by_code(view: View, code: str) -> Ticket:
    """Raises Unknown("ticket"), which repeats no whole code."""
    found = view.tickets.by_code(code)
    if found is None:
        raise Unknown("ticket", code[:4] + "…" if code else "")
    return found


def usage_of(view: View, session: Session) -> Mapping[tuple[str, str], int]:
    return view.sessions.usage(session.id) if session.id else {}


def postal_day(view: View, site: Site, day: date) -> list[PostalRow]:
    """A local day's rows, with the corrections of that day that were entered since."""
    begin, end = sessions.instant(site, day, time()), sessions.instant(site, day + timedelta(days=1), time())
    # The clock ends what is still served at the midnight itself, which belongs to the day before.
    lines = view.journal.of_kinds(site.code, post.VISIT_KINDS, begin, end + timedelta(milliseconds=1))
    since = view.journal.of_kinds(site.code, (ev.PostalCorrected.kind,), begin)
    lines += [line for line in since if line.data["day"] == day.isoformat()]
    return [row for row in post.rows(lines) if row.day == day]


def postal_days(view: View, site: Site, first: date, last: date) -> list[PostalRow]:
    """The rows of the local days `first` to `last`, both included."""
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [row for day in days for row in postal_day(view, site, day)]


def to_rate(look: Look, counter: int) -> Ticket | None:
    """The visit that ended last at this counter, for five minutes and while it isn't rated. Raises Unknown."""
    if look.site.counter(counter) is None:
        raise Unknown("counter", counter)
    last = look.view.tickets.last_done(look.site.code, look.date, counter)
    if last is None or last.ended_at is None or look.view.ratings.is_rated(last.id):
        return None
    return last if timedelta(0) <= look.now - last.ended_at <= RATE_WITHIN else None


def device_deeds(look: Look) -> list[Deeds]:
    """What each device did of late, from the journal: a restart forgets nothing of it, and every process tells the
    same."""
    return bursts.deeds(look.view.journal.of_kinds(look.site.code, bursts.KINDS, look.now - bursts.LOOK_BACK))


def checklists_now(look: Look) -> list[Checklist]:
    """Today's lists and, until it is signed, the cleaning after the last session of an earlier day. None where
    the policy in force today has none."""
    policy = look.plan.policy
    if not any(items_of(policy, kind) for kind in CHECKLISTS):
        return []
    of_today = look.view.sessions.of_day(look.site.code, look.date)
    earlier = _last_before(look) if items_of(policy, "cleaning") else None
    signed = _signed_since(look, earlier.day if earlier else look.date)
    closed = [s for s in of_today if s.stage == "closed"]
    newest = closed[-1] if closed else earlier
    found = [checklist(kind, s, policy, newest, signed) for s in of_today for kind in CHECKLISTS]
    if earlier is not None:
        before = checklist("cleaning", earlier, look.plan_of(earlier.day).policy, newest, signed)
        if before.signed is None or sessions.business_day(look.site, before.signed.at) == look.date:
            found.insert(0, before)
    return [one for one in found if one.items and (one.kind == "opening" or one.session.stage == "closed")]


def checklists_of(look: Look, session: Session) -> list[Checklist]:
    """Both lists of one session, of whatever day, as far as the policy of that day has them."""
    current = {(one.kind, one.session.key): one for one in checklists_now(look)}
    policy, signed = look.plan_of(session.day).policy, _signed_since(look, session.day)
    over = [replace(checklist(kind, session, policy, None, signed), due=False, open=False) for kind in CHECKLISTS]
    return [current.get((one.kind, session.key), one) for one in over if one.items]


def _last_before(look: Look) -> Session | None:
    """The last session of the days before, within two weeks."""
    for back in range(1, LOOK_BACK_DAYS + 1):
        if held := look.view.sessions.of_day(look.site.code, look.date - timedelta(days=back)):
            return held[-1]
    return None


def _signed_since(look: Look, day: date) -> Signatures:
    kinds = (ev.ChecklistSigned.kind, ev.SessionMoved.kind)
    return signatures(look.view.journal.of_kinds(look.site.code, kinds, sessions.instant(look.site, day, time())))


def forecast(look: Look) -> Forecast:
    """When those who wait here are called; made anew when anything has happened, or every 5 seconds."""
    view, site = look.view, look.site
    line, today = view.queues.line(site.code, look.date), view.sessions.of_day(site.code, look.date)
    present = Present(
        site, waits.step_of(look.now), view.counters.all(site.code), today, sessions.current(today),
        look.wiring.visits.of(look), look.wiring.visits.past(look),
    )  # fmt: skip
    made = line.made
    if not isinstance(made, Forecast) or not made.holds(present):
        made = line.made = Forecast(present, line)
    return made
