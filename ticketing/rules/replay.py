"""The journal told again from nothing: the tickets, what counts against each session, and broken promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from ticketing import caps, emergency
from ticketing import events as ev
from ticketing.errors import TicketingError
from ticketing.ports import Emergency, JournalLine, Outage
from ticketing.tickets import Ticket, evolve, taken

Key = tuple[str, str]


class Replay:
    """Follows journal lines in their order. `tickets` is by id; `usage` by site and session, as
    `caps.Usage`; `caps` by site and session, as the events tell them; `emergencies` and `outages` by site, those in
    force."""

    def __init__(self) -> None:
        self.tickets: dict[int, Ticket] = {}
        self.usage: dict[Key, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
        self.caps: dict[Key, dict[str, object]] = {}
        self.emergencies: dict[str, Emergency] = {}
        self.outages: dict[str, Outage] = {}

    def follow(self, line: JournalLine) -> Iterator[str]:
        """Takes one line in; yields what can't be, or must not have been."""
        if line.kind == ev.SessionPlanned.kind:
            self.caps[line.site, line.session] = dict(line.data)
        elif line.kind == ev.CapsChanged.kind:
            self.caps[line.site, line.session] = dict(line.data["after"])
        elif line.kind == ev.PortalMarked.kind:
            self.outages.pop(line.site, None)
            if line.data["down"]:
                self.outages[line.site] = Outage(line.at, str(line.data.get("reason", "")), line.site)
        emergency.told(self.emergencies, line)
        event = ev.ticket_event(line.kind, dict(line.data))
        if event is None or line.ticket is None:
            return
        before = self.tickets.get(line.ticket)
        if isinstance(event, ev.TicketTaken):
            if before is not None:
                yield f"line {line.seq}: ticket {line.ticket} is issued a second time"
            day = date.fromisoformat(event.session[:10])
            after = taken(event, line.ticket, line.site, day, line.at)
        elif before is None:
            yield f"line {line.seq}: ticket {line.ticket} was never issued"
            return
        else:
            try:
                after = evolve(before, event, line.at)
            except TicketingError:
                yield f"line {line.seq}: {line.kind} can't happen to a ticket that is {before.state}"
                return
        self.tickets[line.ticket] = after
        self._book(before, -1)
        self._book(after, 1)
        if before is None and self._over(after):
            yield f"line {line.seq}: ticket {line.ticket} was issued over a cap"

    def _book(self, ticket: Ticket | None, sign: int) -> None:
        for key, kind, code, dossiers in caps.counting(ticket) if ticket else ():
            self.usage[ticket.site, key][kind, code] += sign * dossiers  # type: ignore[union-attr]

    def _over(self, ticket: Ticket) -> bool:
        told = self.caps.get((ticket.site, ticket.session), {})
        if ticket.service == "submit":
            of_field = _of(told, "field_caps", ticket.field)
            limits = [("session", "", told.get("cap")), ("field", ticket.field or "", of_field)]
        elif ticket.service == "help":
            limits = []
        else:
            limits = [("service", ticket.service, _of(told, "service_caps", ticket.service))]
        usage = self.usage[ticket.site, ticket.session]
        return any(
            isinstance(cap, int) and caps.issued(usage, kind, code) + caps.carried(usage, kind, code) > cap
            for kind, code, cap in limits
        )


def _of(told: dict[str, object], name: str, code: str | None) -> object:
    found = told.get(name)
    return found.get(code) if isinstance(found, dict) else None


def replay(lines: Iterable[JournalLine]) -> Replay:
    """Follows all lines. Raises ValueError with the first that can't be."""
    told = Replay()
    for line in lines:
        for problem in told.follow(line):
            raise ValueError(problem)
    return told
