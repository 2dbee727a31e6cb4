"""The journal told again from nothing: the tickets, what counts against each session, and broken promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from ticketing import events as ev
from ticketing.errors import TicketingError
from ticketing.events import JournalLine
from ticketing.rules import caps, emergency
from ticketing.rules.emergency import Emergency
from ticketing.rules.plans import Outage
from ticketing.rules.tickets import Ticket, changes, taken

Key = tuple[str, str]


class Replay:
    """Follows journal lines in their order. `tickets` is by id; `usage` by site and session, as
    `caps.Usage`; `caps` by site and session, as the events tell them; `emergencies` and `outages` by site, those in
    force; `waiting` are the sites that have a configuration for the end of the day."""

    def __init__(self) -> None:
        self.tickets: dict[int, Ticket] = {}
        self.usage: dict[Key, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
        self.caps: dict[Key, Mapping[str, object]] = {}
        self.emergencies: dict[str, Emergency] = {}
        self.outages: dict[str, Outage] = {}
        self.waiting: set[str] = set()

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
        elif line.kind == ev.ConfigurationKept.kind and not line.data.get("dropped"):
            self.waiting.add(line.site)
        elif line.kind == ev.ConfigurationKept.kind or (
            line.kind == ev.SiteConfigured.kind and line.data.get("waited")
        ):
            self.waiting.discard(line.site)
        emergency.follow(self.emergencies, line)
        event = ev.ticket_event(line.kind, line.data)
        if event is None or line.ticket is None:
            return
        if isinstance(event, ev.TicketTaken):
            day = date.fromisoformat(event.session[:10])
            problem = self.issue(taken(event, line.ticket, line.site, day, line.at))
        else:
            problem = self.step(line.ticket, event, line.at)
        if problem:
            yield f"line {line.seq} of {line.site}: {problem}"

    def issue(self, ticket: Ticket) -> str:
        """Takes a new ticket in, its day and times as they come; what must not have been, or ""."""
        before = self.tickets.get(ticket.id)
        self.tickets[ticket.id] = ticket
        self._book(ticket, 1)
        if before is not None:
            self._book(before, -1)
            return f"ticket {ticket.id} is issued a second time"
        return f"ticket {ticket.id} was issued over a cap" if self._over(ticket) else ""

    def step(self, ticket_id: int, event: ev.TicketEvent, at: Any) -> str:
        """What happens to a ticket that is there, its time as it comes; what can't be, or ""."""
        ticket = self.tickets.get(ticket_id)
        if ticket is None:
            return f"ticket {ticket_id} was never issued"
        try:
            made = changes(ticket, event, at)
        except TicketingError:
            return f"{event.kind} can't happen to a ticket that is {ticket.state}"
        counts = (
            ticket.session != ticket.counted_session
            or "session" in made
            or made.get("counted", ticket.counted) != ticket.counted
            or made.get("dossiers", ticket.dossiers) != ticket.dossiers
            or made.get("service", ticket.service) != ticket.service
        )
        if counts:
            self._book(ticket, -1)
        after = self.tickets[ticket_id] = replace(ticket, **made)
        if counts:
            self._book(after, 1)
        return ""

    def _book(self, ticket: Ticket, sign: int) -> None:
        for key, kind, code, dossiers in caps.counting(ticket):
            self.usage[ticket.site, key][kind, code] += sign * dossiers

    def _over(self, ticket: Ticket) -> bool:
        told = self.caps.get((ticket.site, ticket.session))
        if told is None:
            return False
        if ticket.service == "submit":
            of_field = _of(told, "field_caps", ticket.field)
            limits = [("session", "", told.get("cap")), ("field", ticket.field or "", of_field)]
        elif ticket.service == "help":
            limits = []
        else:
            limits = [("service", ticket.service, _of(told, "service_caps", ticket.service))]
        usage = self.usage[ticket.site, ticket.session]
        for kind, code, cap in limits:
            if isinstance(cap, int) and caps.issued(usage, kind, code) + caps.carried(usage, kind, code) > cap:
                return True
        return False


def _of(told: Mapping[str, object], name: str, code: str | None) -> object:
    found = told.get(name)
    return found.get(code) if found and isinstance(found, Mapping) else None


def replay(lines: Iterable[JournalLine]) -> Replay:
    """Follows all lines. Raises ValueError with the first that can't be."""
    told = Replay()
    for line in lines:
        for problem in told.follow(line):
            raise ValueError(problem)
    return told
