"""How satisfied people were (Nghị định 61/2018/NĐ-CP, Điều 29; Thông tư 01/2018/TT-VPCP, Điều 12).

A rating becomes one more of a count for its day, session, counter and queue at once: there is no row, journal
line or time of a single rating, so that nobody can say later who gave it. That a ticket has rated is kept
beside it until the day's codes are erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from ticketing.errors import Conflict, Invalid, Unknown
from ticketing.officers import CITIZEN
from ticketing.ports import Clock, RatingCount, Store, Transaction, View
from ticketing.sessions import business_day
from ticketing.sites import HolidaySource, Site, localized
from ticketing.tickets import Ticket, need
from ticketing.workday import Workday

SCORES = (4, 3, 2, 1)
"""4 very satisfied, 3 satisfied, 2 neutral, 1 not satisfied."""
RATE_WITHIN = timedelta(minutes=5)


def checked(score: int) -> int:
    if score not in SCORES:
        raise Invalid(("score", "out_of_range"))
    return score


def queue_of(ticket: Ticket) -> str:
    """ "submit/FIELD", or the other service's code."""
    service, field = ticket.queue
    return f"{service}/{field}" if field else service


def rate(tx: Transaction, ticket: Ticket, score: int) -> None:
    """Counts the ticket's rating, once. Raises Conflict unless its visit is done and not rated yet."""
    need(ticket, "done")
    if not tx.mark_rated(ticket):
        raise Conflict("rated", number=ticket.number)
    tx.count_rating(
        RatingCount(ticket.site, ticket.day, ticket.session, ticket.counter or 0, queue_of(ticket), score, 1)
    )


def to_rate(view: View, site: Site, counter: int, now: datetime) -> Ticket | None:
    """The visit that ended last at this counter, for five minutes and while it isn't rated."""
    if site.counter(counter) is None:
        raise Unknown("counter", counter)
    last = view.last_done(site.code, business_day(site, now), counter)
    if last is None or last.ended_at is None or view.is_rated(last.id):
        return None
    return last if timedelta(0) <= now - last.ended_at <= RATE_WITHIN else None


def summary(site: Site, counts: Iterable[RatingCount], lang: str) -> list[dict[str, Any]]:
    """One item for each day with a rating: its scores in all, then by counter, field and service."""
    by_day: dict[date, list[RatingCount]] = {}
    for count in counts:
        by_day.setdefault(count.day, []).append(count)
    return [_day(site, day, by_day[day], lang) for day in sorted(by_day)]


def _day(site: Site, day: date, counts: Sequence[RatingCount], lang: str) -> dict[str, Any]:
    fields = {c.queue: c.queue.partition("/")[2] for c in counts if "/" in c.queue}
    services = {c.queue: c.queue for c in counts if "/" not in c.queue}
    return {
        "date": day.isoformat(),
        **_scores(counts),
        "counters": [
            {"counter": number, **_scores([c for c in counts if c.counter == number])}
            for number in sorted({c.counter for c in counts})
        ],
        "fields": _parts(counts, fields, site.field, lang),
        "services": _parts(counts, services, site.service, lang),
    }


def _parts(
    counts: Sequence[RatingCount], codes: dict[str, str], find: Any, lang: str
) -> list[dict[str, Any]]:
    """By field or service; one that has left the configuration since is named by its code."""
    return [
        {
            "code": code,
            "name": localized(found, lang) if (found := find(code)) else code,
            **_scores([c for c in counts if c.queue == queue]),
        }
        for queue, code in sorted(codes.items())
    ]


def _scores(counts: Sequence[RatingCount]) -> dict[str, Any]:
    scores = {str(score): sum(c.number for c in counts if c.score == score) for score in SCORES}
    return {"number": sum(scores.values()), "scores": scores}


class RatingVerbs:
    """The office's verbs about ratings. None of them tells the bus: a push at the moment of a rating would
    show every listener when it was given."""

    store: Store
    clock: Clock
    holidays: HolidaySource

    def rate(self, code: str, score: int, lang: str = "") -> dict[str, Any]:
        """The holder of the code rates his visit, once. Raises Unknown, Invalid, or Conflict: wrong_state
        unless the visit is done, rated when it has been."""
        checked(score)

        def run(tx: Transaction) -> None:
            ticket = _known(tx.ticket_by_code(code), code)
            work = self._on_day(tx, ticket.site)
            # Following the clock may have ended the ticket's day, and its code with it.
            rate(work.tx, _known(work.tx.ticket_by_code(code), code), score)

        self.store.write(run)
        return {"score": score}

    def rate_counter(self, site: str, counter: int, score: int) -> dict[str, Any]:
        """The visit that ended last at this counter is rated on the tablet there. Raises Unknown, Invalid, or
        Conflict("nothing_to_rate") once it is rated or five minutes old."""
        checked(score)

        def run(tx: Transaction) -> None:
            work = self._on_day(tx, site)
            ticket = to_rate(work.tx, work.site, counter, work.now)
            if ticket is None:
                raise Conflict("nothing_to_rate", counter=counter)
            rate(work.tx, ticket, score)

        self.store.write(run)
        return {"score": score}

    def can_rate(self, code: str) -> bool:
        """Whether the visit of this code is done and waits for its rating."""

        def reading(view: View) -> bool:
            ticket = view.ticket_by_code(code)
            return ticket is not None and ticket.state == "done" and not view.is_rated(ticket.id)

        return self.store.read(reading)

    def number_to_rate(self, site: str, counter: int) -> str | None:
        """The number whose visit at this counter waits for its rating on the tablet there, if any."""
        now = self.clock.now()
        ticket = self.store.read(lambda view: to_rate(view, _site(view, site), counter, now))
        return ticket.number if ticket else None

    def ratings(self, site: str, first: date, last: date, lang: str = "vi") -> list[dict[str, Any]]:
        """Of each local day from `first` to `last`, both inclusive, that has a rating: `date`, `number`,
        `scores` ("4" to "1"), and the same by `counters`, `fields` and `services`. Names are the office's own."""
        return self.store.read(lambda view: summary(_site(view, site), view.ratings(site, first, last), lang))

    def _on_day(self, tx: Transaction, site: str) -> Workday:
        return Workday(tx, _site(tx, site), self.clock.now(), CITIZEN, self.holidays)


def _site(view: View, code: str) -> Site:
    found = view.site(code)
    if found is None:
        raise Unknown("site", code)
    return found


def _known(ticket: Ticket | None, code: str) -> Ticket:
    if ticket is None:
        raise Unknown("ticket", code[:4] + "…" if code else "")
    return ticket
