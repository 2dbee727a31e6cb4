"""What the answers look like. These structs describe; the office makes the answers, and a test holds one
against the other, key by key."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]
State = Literal["waiting", "called", "serving", "held", "done", "no_show", "cancelled", "expired"]
SessionState = Literal["upcoming", "open", "paused", "full", "cut_off", "closed", "none"]
Decision = Literal["ticket", "online_preferred", "online_only", "post_preferred", "suspended"]
ResultDecision = Literal["ticket", "post_preferred", "post_only", "suspended"]


class Answer(Struct, forbid_unknown_fields=True):
    pass


class Site(Answer):
    """`parent` is the code of the office above, "" for none."""

    code: str
    name: str
    level: Literal["province", "district", "commune", "sector"]
    parent: str | None


class SiteList(Answer):
    items: list[Site]


class NextSession(Answer):
    """The session that gives out numbers next; caps and remainders are in dossiers, null without a cap."""

    id: str
    name: str
    title: str
    date: Day
    cap: int | None
    remaining: int | None
    issuing_from: Time
    issuing_until: Time
    service_from: Time
    closes_at: Time


class BoardSession(Answer):
    """`cap`, `issued`, `carried` and `remaining` are dossiers (null without a cap), the other counts tickets.
    On a day without a session `state` is none and most of it null."""

    id: str | None
    name: str | None
    title: str
    date: Day | None
    state: SessionState
    paused: bool
    cap: int | None
    issued: int
    carried: int
    remaining: int | None
    waiting: int
    called: int
    serving: int
    held: int
    done: int
    no_show: int
    issuing_from: Time | None
    issuing_until: Time | None
    service_from: Time | None
    closes_at: Time | None


class BoardField(Answer):
    """`remaining` is the lower of the field's and the session's, null without a cap."""

    code: str
    name: str
    prefix: str
    offered: bool
    cap: int | None
    issued: int
    remaining: int | None
    waiting: int
    wait_estimate_s: int


class BoardService(Answer):
    code: str
    name: str
    prefix: str
    cap: int | None
    issued: int
    remaining: int | None
    waiting: int
    wait_estimate_s: int


class BoardCounter(Answer):
    """`counter` is the number on the door, `ticket` the number called or served there."""

    counter: int
    name: str
    state: Literal["open", "paused", "closed"]
    ticket: str | None
    ticket_state: Literal["called", "serving"] | None
    fields: list[str]
    services: list[str]
    screen: str


class Counter(BoardCounter):
    """What the officer who acted sees besides; until `undo_until` the last finish or no-show can be undone."""

    holder: str
    holder_name: str
    reason: str
    undo_until: Time | None


class BoardCall(Answer):
    """The latest call of a ticket; `call_id` grows, `times` counts the calls of this turn."""

    number: str
    counter: int
    called_at: Time
    times: int
    call_id: int


class Notice(Answer):
    """`about` says which content of the plan it carries, "" for none."""

    text: str
    places: list[Literal["kiosk", "wall", "phone", "slip", "public"]]
    about: Literal["", "period", "hotline", "how_to", "advantages", "measures", "why"]


class Emergency(Answer):
    """Everything is paused since then. `text` is in the language asked for, `text_en` "" where none was given."""

    text: str
    text_vi: str
    text_en: str
    since: Time


class EmergencyState(Answer):
    """What holds at the site now; `sites` are those that this call has stopped or lifted."""

    site: str
    emergency: Emergency | None
    sites: list[str]


class Alternatives(Answer):
    """Ways to go besides the counter; an address is "" where there is none, the portal's also while the portal
    is marked as interrupted (`portal_down`). `zalo_channel` is the channel's name, to look for where `zalo` has no
    address."""

    portal_url: str
    portal_down: bool
    zalo: str
    zalo_channel: str
    hotline: str
    post: bool
    help_desk: bool


class LegalBase(Answer):
    """What a decision rests on. For a listed procedure also its list's decision: `decision_no` is "" and
    `decision_date` null where the text does not state them; a `sample` is not the real list."""

    text: str
    decision_no: str | None
    decision_date: Day | None
    list: str
    sample: bool


class PolicyInForce(Answer):
    """The plan that holds today, as anybody may see it. `decision` and `result_decision` are those of ordinary
    procedures; `deferred_until` says in words what a deferred result waits for; `overridden` that the unit
    has postal rules of its own. `valid_to` is null without an end."""

    version: str
    code: str
    title: str
    authority: str
    valid_from: Day
    valid_to: Day | None
    decision: Decision
    result_decision: ResultDecision
    online_mode: Literal["offer", "online_preferred", "online_only"]
    in_person: Literal["open", "suspended"]
    deferred_until: str
    cap_announced: bool
    alternatives: Alternatives
    legal_base: LegalBase
    zalo_channel: str
    overridden: bool


class Room(Answer):
    """The waiting room: `present` are the tickets waiting, called and served, `outside` how many of those waiting
    are beyond `max` people (null: no limit is shown). Nobody is refused a number for it."""

    present: int
    max: int | None
    full: bool
    outside: int


class Board(Answer):
    """`epoch` changes when the data were restored or replaced; within one, ignore a smaller `seq`."""

    site: str
    epoch: str
    seq: int
    time: Time
    rehearsal: bool
    session: BoardSession
    next_session: NextSession | None
    emergency: Emergency | None
    fields: list[BoardField]
    services: list[BoardService]
    counters: list[BoardCounter]
    calls: list[BoardCall]
    notices: list[Notice]
    policy: PolicyInForce | None
    room: Room


class Procedure(Answer):
    """What today's plan says of a procedure. `late`: a dossier handed in now is forwarded on the next working day
    only; `online`: the plan's list names it; `deferred_until`: what its result waits for, "" when it doesn't."""

    code: str
    name: str
    field: str
    decision: Decision
    result_decision: ResultDecision
    alternatives: Alternatives
    legal_base: LegalBase | None
    deferred_until: str
    processing_time: str
    late: bool
    bring: str
    requires_presence: bool
    online: bool
    policy: str


class ProcedureList(Answer):
    items: list[Procedure]


class Ticket(Answer):
    """`ahead` and `expected_at` are null once it no longer waits. `priority`, `priority_name`, `source`
    and `applicant` are there for officers and above only; `epoch` and `seq` where the state is read. `wait_outside`:
    the waiting room is full, and the turn is far."""

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
    issued_at: Time
    called_at: Time | None
    url: str
    policy: str
    priority: str | None = None
    priority_name: str = ""
    source: str = ""
    applicant: str | None = None
    epoch: str = ""
    seq: int = 0
    time: Time = ""
    rehearsal: bool = False
    emergency: Emergency | None = None
    wait_outside: bool = False


class Rated(Answer):
    """The rating was counted, and nothing else of it was kept."""

    score: int


class Session(BoardSession):
    """A session as a supervisor changes it: the caps of every field and service as well, null for no cap."""

    field_caps: dict[str, int | None]
    service_caps: dict[str, int | None]
    fields: list[BoardField]
    services: list[BoardService]
    closed_by: str


class SessionList(Answer):
    items: list[Session]


class JournalLine(Answer):
    """`ticket` is an internal number: the journal knows neither codes nor dossier codes. `data` depends on
    `kind`."""

    seq: int
    at: Time
    actor: str
    kind: str
    ticket: int | None
    session: str | None
    counter: int | None
    data: dict[str, Any]


class Journal(Answer):
    """`next`, when there is more, is the `after` to ask with."""

    items: list[JournalLine]
    next: int | None = None


class Figures(Answer):
    """Times in whole seconds, null when nobody was called or served. `received` are the dossiers of ended
    visits."""

    tickets: int
    dossiers: int
    received: int
    states: dict[State, int]
    wait_median_s: int | None
    wait_p90_s: int | None
    service_median_s: int | None
    service_p90_s: int | None


class FiguresOf(Figures):
    code: str
    name: str


class FiguresOfDay(Figures):
    date: Day
    fields: list[FiguresOf]
    services: list[FiguresOf]


class DailyReport(Answer, rename={"from_": "from"}):
    """Both ends of the window are included, and days without tickets are listed."""

    kind: Literal["daily"]
    site: str
    from_: Day
    to: Day
    items: list[FiguresOfDay]


class WrongKey(Answer):
    """`reason` is stable, `text` says it in the language asked for."""

    key: str
    reason: str
    text: str


class Problem(Answer):
    """RFC 9457. `code` is stable, `reason` tells apart what one code can mean; other members depend on the
    code."""

    type: str
    status: int
    title: str
    detail: str
    code: str
    reason: str = ""
    errors: list[WrongKey] = []
    remaining: int | None = None
    cap: int | None = None
    next_session: NextSession | None = None
    alternatives: Alternatives | None = None
    legal_base: LegalBase | None = None
    policy: str | None = None
    since: Day | None = None
    deferred_until: str | None = None
    retry_after: int | None = None
    max: int | None = None
    number: str | None = None
    state: str | None = None
    holder: str | None = None
    value: str | None = None
    counter: int | None = None
    session: str | None = None
    calls: int | None = None
    text: str | None = None
