"""A ticket: as its holder sees it, and as officers do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from msgspec import UNSET, Struct, UnsetType

from ticketing import lookups
from ticketing.answers import emergency, places, printers
from ticketing.answers.emergency import Emergency
from ticketing.answers.names import Time, names, stamp
from ticketing.answers.notices import notices
from ticketing.answers.occupancy import asked_outside
from ticketing.answers.places import NowCalling, WaitReason
from ticketing.answers.printers import Print
from ticketing.lookups import Look
from ticketing.rules import plans, tickets
from ticketing.rules.people import Actor, belongs
from ticketing.rules.sessions import Session
from ticketing.rules.sites import Site, localized

State = Literal["waiting", "called", "serving", "held", "done", "no_show", "cancelled", "expired"]
ENDED = ("done", "cancelled", "expired")


class Ticket(Struct, frozen=True, kw_only=True):
    """`ahead` and `expected_at` (likely), `expected_from` and `expected_to` (nine of ten are called between) are null
    once it no longer waits, the times also while no counter calls its queue that is open, paused with a return that was
    told or, before the session's service begins, meant to be: `wait_reason` is no_counter then. `expected_rough`: the
    span is wide, since few such visits were measured. `now_calling`
    is there where the state is read: what the counters of its queue have now. `priority`, `priority_name`, `source`
    and `applicant` are there for officers and above only; `epoch` and `seq` where the state is read. `wait_outside`:
    the waiting room is full, and the turn is far. `print`, for kiosks and officers, is its last paper from a printer of
    the configuration."""

    code: str
    number: str
    site: str
    service: str
    service_name: str
    field: str | None
    field_name: str
    procedure: str | None
    procedure_name: str
    session: str
    session_name: str
    dossiers: int
    state: State
    counter: int | None
    calls: int
    ahead: int | None
    expected_at: Time | None
    expected_from: Time | None = None
    expected_to: Time | None = None
    expected_rough: bool = False
    wait_reason: WaitReason | None = None
    issued_at: Time
    called_at: Time | None
    url: str
    policy: str
    wait_outside: bool
    priority: str | None | UnsetType = UNSET
    priority_name: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    applicant: str | None | UnsetType = UNSET
    epoch: str | UnsetType = UNSET
    seq: int | UnsetType = UNSET
    time: Time | UnsetType = UNSET
    now_calling: list[NowCalling] | UnsetType = UNSET
    rehearsal: bool | UnsetType = UNSET
    emergency: Emergency | None | UnsetType = UNSET
    print: Print | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipFacts:
    """What a slip is made of, in the ticket's language `lang`; `ticket` is the public answer. `late` tells that
    the dossier is forwarded on the next working day only. `root` are the first digits of the public ledger's root
    before this number's leaf."""

    site: Site
    ticket: Ticket
    lang: str
    session_title: str
    processing_time: str
    late: bool
    hotline: str
    notices: tuple[str, ...]
    rehearsal: bool
    root: str = ""


T = TypeVar("T", bound=Ticket)


def of(look: Look, ticket: tickets.Ticket, lang: str, staff: bool, **more: Any) -> Ticket:
    """The ticket in `lang`, or in its holder's language; only staff sees its priority. `more` is what is there beside
    that."""
    session = look.view.sessions.get(look.site.code, ticket.session)
    ahead, told, reason, rough = places.of(look, ticket)
    return made(
        Ticket, look, ticket, session, lang or ticket.lang, staff,
        ahead=ahead,
        expected_at=stamp(look.site, told.at if told else None),
        expected_from=stamp(look.site, told.earliest if told else None),
        expected_to=stamp(look.site, told.latest if told else None),
        expected_rough=rough,
        wait_reason=reason,
        wait_outside=asked_outside(look.view, look.site, ticket, ahead), **more,
    )  # fmt: skip


def taken(look: Look, ticket: tickets.Ticket, lang: str, staff: bool) -> Ticket:
    """The ticket for whoever has taken it, with its paper."""
    return of(look, ticket, lang, staff, **_paper(look, ticket.id))


def _paper(look: Look, ticket_id: int) -> dict[str, Print]:
    paper = printers.of_ticket(look.view, ticket_id) if look.site.printers else None
    return {} if paper is None else {"print": paper}


def now(look: Look, ticket: tickets.Ticket, lang: str = "", actor: Actor | None = None) -> Ticket:
    """The ticket as its holder sees it now, or staff of this site."""
    view, site = look.view, look.site
    staff = actor is not None and actor.is_staff and belongs(actor, site)
    at_hand = actor is not None and (actor.is_staff or actor.role == "kiosk") and belongs(actor, site)
    return of(
        look, ticket, lang, staff, **(_paper(look, ticket.id) if at_hand else {}),
        epoch=view.meta("epoch"),
        seq=view.journal.last_seq(site.code),
        rehearsal=look.wiring.clock.rehearsal,
        time=stamp(site, look.now),
        now_calling=[] if ticket.state in ENDED else places.now_calling(look, ticket.queue),
        emergency=emergency.of(site, view.sites.emergency(site.code), lang or ticket.lang),
    )  # fmt: skip


def slip(look: Look, code: str, lang: str = "") -> SlipFacts:
    """What the paper of this ticket says. Raises Unknown("ticket")."""
    site = look.site
    ticket = lookups.by_code(look.view, code)
    own, plan = lang or ticket.lang, plans.plan(look.line, ticket.day)
    session = look.view.sessions.get(site.code, ticket.session)
    return SlipFacts(
        site=site,
        ticket=of(look, ticket, own, staff=False),
        lang=own,
        session_title=localized(session, own, "title") if session else "",
        processing_time=plans.processing_time(plan, site.procedure(ticket.procedure), own, ticket.issued_at),
        late=plans.late(site, ticket.issued_at),
        hotline=plan.hotline,
        notices=tuple(one.text for one in notices(plans.notices(plan, look.line), own, "slip")),
        rehearsal=look.wiring.clock.rehearsal,
        root=look.view.ledgers.root_of(ticket.id),
    )


def made(
    kind: type[T], look: Look, ticket: tickets.Ticket, session: Session | None, lang: str, staff: bool,
    **more: Any,
) -> T:  # fmt: skip
    """`more` is what `kind` has besides; without `ahead` it stands nowhere in a queue."""
    site, code = look.site, ticket.issued.code if ticket.issued else look.view.tickets.code_of(ticket.id)
    named = names(site, ticket, lang, staff)
    if staff:
        special = site.priority(ticket.priority)
        more |= {
            "priority": ticket.priority, "priority_name": localized(special, lang) if special else "",
            "source": ticket.source, "applicant": ticket.applicant,
        }  # fmt: skip
    return kind(
        code=code,
        number=ticket.number,
        site=site.code,
        service=ticket.service,
        service_name=named.service,
        field=ticket.field,
        field_name=named.field,
        procedure=ticket.procedure,
        procedure_name=named.procedure,
        session=ticket.session,
        session_name=localized(session, lang, "title") if session else "",
        dossiers=ticket.dossiers,
        state=cast(State, ticket.state),
        counter=ticket.counter,
        calls=ticket.calls,
        issued_at=stamp(site, ticket.issued_at),
        called_at=stamp(site, ticket.called_at),
        url=f"{look.wiring.public_url}/t/{code}" if code else "",
        policy=ticket.policy,
        **more,
    )
