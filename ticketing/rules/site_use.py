"""What tickets of today stand in and a new configuration takes away, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ticketing import events as ev
from ticketing.errors import Invalid
from ticketing.rules.counters import Queue
from ticketing.rules.sites import Site
from ticketing.rules.tickets import AT_COUNTER, Ticket

NAMED = ("timezone", "field", "service", "counter", "priority")


@dataclass(frozen=True, slots=True)
class Carry:
    """How a configuration is carried through where tickets stand: into what they are moved, by the code of what goes
    ("BT", or "field:BT" where that is not plain; "" is no priority), or all of it at the end of the day."""

    moves: Mapping[str, str] = field(default_factory=dict)
    at_day_end: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """`what` is the field, service, counter or priority that goes, or the timezone, since a day of another one ends
    elsewhere; `uncalled`: it stays, and loses the last counter that calls it."""

    what: str
    code: str
    uncalled: bool
    tickets: tuple[Ticket, ...]


def taken_away(before: Site, after: Site, tickets: Iterable[Ticket]) -> list[Use]:
    """Of open tickets, those that would stand in nothing any more."""
    found: dict[tuple[str, str, bool], list[Ticket]] = {}
    for ticket in tickets:
        for key in _stands_in(before, after, ticket):
            found.setdefault(key, []).append(ticket)
    order = sorted(found, key=lambda key: (NAMED.index(key[0]), key))
    return [Use(*key, tuple(sorted(found[key], key=lambda one: one.position))) for key in order]


def _stands_in(before: Site, after: Site, ticket: Ticket) -> Iterator[tuple[str, str, bool]]:
    if before.timezone != after.timezone:
        yield "timezone", before.timezone, False
    what, code, gone = _queue(before, after, ticket)
    if gone:
        yield what, code, False
    if before.priority(ticket.priority) and not after.priority(ticket.priority):
        yield "priority", str(ticket.priority), False
    counter = ticket.counter if ticket.state in AT_COUNTER else ticket.target
    if counter is not None:
        if before.counter(counter) and not after.counter(counter):
            yield "counter", str(counter), False
    elif not gone and called_at(before, ticket.queue) and not called_at(after, ticket.queue):
        yield what, code, True


def _queue(before: Site, after: Site, ticket: Ticket) -> tuple[str, str, bool]:
    service, code = ticket.queue
    if service == "submit":
        return "field", str(code), before.field(code) is not None and after.field(code) is None
    return "service", service, before.service(service) is not None and after.service(service) is None


def called_at(site: Site, queue: Queue) -> list[int]:
    """The counters of the configuration that call a queue."""
    service, code = queue
    if service == "submit":
        return [one.number for one in site.counters if code in one.fields]
    return [one.number for one in site.counters if service in one.services]


@dataclass(frozen=True, slots=True)
class Uncalled:
    """A field or service (`what`, `code`) that numbers are given for and no counter calls: at all, or none of those
    that serve in the session of that name."""

    what: str
    code: str
    session: str = ""


def uncalled(site: Site) -> list[Uncalled]:
    fields, services = [one.code for one in site.fields], [one.code for one in site.services]
    found = [Uncalled("field", code) for code in fields if not called_at(site, ("submit", code))]
    found += [Uncalled("service", code) for code in services if not called_at(site, (code, None))]
    nowhere = {one.code for one in found}
    for session in site.sessions:
        there = set(session.counters) if session.counters is not None else {one.number for one in site.counters}
        offered = fields if session.fields is None else session.fields
        found += [
            Uncalled("field", code, session.name) for code in offered
            if code not in nowhere and there.isdisjoint(called_at(site, ("submit", code)))
        ]  # fmt: skip
    return list(dict.fromkeys(found))


Moved = Callable[[Ticket], ev.TicketEvent]


def move_of(before: Site, after: Site, use: Use, moves: Mapping[str, str]) -> Moved | None:
    """What happens to the tickets of a use as `moves` say, None where they don't. Raises Invalid for a move into what
    isn't there or nobody calls."""
    for old in (f"{use.what}:{use.code}", use.code):
        if old in moves:
            return _into(after, use.what, old, moves[old])
    if use.uncalled:
        # Whoever waits follows a counter that goes.
        for number in called_at(before, use.tickets[0].queue):
            for old in (f"counter:{number}", str(number)):
                if old in moves and not after.counter(number):
                    return _into(after, "counter", old, moves[old])
    return None


def _into(after: Site, what: str, old: str, new: str) -> Moved:
    place = f"move_to {old}={new}"
    if what == "counter":
        if not (new.isascii() and new.isdecimal() and len(new) < 10 and after.counter(int(new))):
            raise Invalid((place, "no_such_counter"))
        return lambda ticket: _to_counter(ticket, int(new))
    if what == "priority":
        if new and not after.priority(new):
            raise Invalid((place, "no_such_priority"))
        return lambda _ticket: ev.TicketMoved(priority=new or None, ordinary=not new)
    if not (after.field(new) if what == "field" else after.service(new)):
        raise Invalid((place, f"no_such_{what}"))
    if not called_at(after, ("submit", new) if what == "field" else (new, None)):
        raise Invalid((place, "called_nowhere"))
    if what == "field":
        return lambda _ticket: ev.TicketMoved(field=new)
    return lambda _ticket: ev.TicketMoved(service=new)


def _to_counter(ticket: Ticket, number: int) -> ev.TicketEvent:
    at_counter = ticket.state in AT_COUNTER
    return ev.TicketTransferred(counter=number) if at_counter else ev.TicketMoved(counter=number)


def unknown_moves(sites: Sequence[Site], moves: Mapping[str, str]) -> list[str]:
    """Moves out of what none of these sites has: typing errors."""
    there = {
        name
        for site in sites
        for what, codes in (
            ("field", [one.code for one in site.fields]), ("service", [one.code for one in site.services]),
            ("counter", [str(one.number) for one in site.counters]),
            ("priority", [one.code for one in site.priorities]),
        )
        for code in codes
        for name in (code, f"{what}:{code}")
    }  # fmt: skip
    return [old for old in moves if old not in there]
