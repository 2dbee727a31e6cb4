"""What the reports look like as JSON; the daily one stands with the other answers. What each column means is told
where the report is made (`ticketing.reports`)."""

from __future__ import annotations

from typing import Literal

from ticketing.api.answers import Answer, DailyReport, Day, Time


class NoFacts(Answer):
    """No facts beside this report's table."""


class ReportOf(Answer, rename={"from_": "from"}):
    """Both ends of the window are included. `items` are the rows, `totals` what can be told of all of it."""

    site: str
    from_: Day
    to: Day


class CapCounts(Answer):
    """Of the numbers and dossiers `issued`, each is served, absent, cancelled or unserved."""

    cap: int | None
    issued_tickets: int
    issued_dossiers: int
    served_tickets: int
    served_dossiers: int
    absent_tickets: int
    absent_dossiers: int
    cancelled_tickets: int
    cancelled_dossiers: int
    unserved_tickets: int
    unserved_dossiers: int
    given_back_tickets: int
    given_back_dossiers: int
    carried_out_tickets: int
    carried_out_dossiers: int
    carried_in_tickets: int
    carried_in_dossiers: int


class SessionPart(CapCounts):
    code: str
    name: str


class SessionTotals(CapCounts):
    caps_changed: int


class SessionItem(SessionTotals):
    date: Day
    session: str
    code: str
    name: str
    fields: list[SessionPart]
    services: list[SessionPart]


class SessionFacts(Answer):
    days: int
    days_with_sessions: int
    sessions: int


class SessionsReport(ReportOf, kw_only=True):
    kind: Literal["sessions"]
    items: list[SessionItem]
    totals: SessionTotals
    facts: SessionFacts


class FieldFigures(Answer):
    """The daily report's figures, each state a key of its own."""

    tickets: int
    dossiers: int
    received: int
    waiting: int
    called: int
    serving: int
    held: int
    done: int
    no_show: int
    cancelled: int
    expired: int
    wait_median_s: int | None
    wait_p90_s: int | None
    service_median_s: int | None
    service_p90_s: int | None


class FieldRow(FieldFigures):
    group: Literal["field", "service"]
    code: str
    name: str


class FieldsReport(ReportOf, kw_only=True):
    kind: Literal["fields"]
    items: list[FieldRow]
    totals: FieldFigures
    facts: NoFacts


class CounterFigures(Answer):
    visits: int
    dossiers: int
    calls: int
    recalls: int
    no_shows: int
    out_of_turn: int
    open_s: int
    paused_s: int
    service_median_s: int | None
    service_p90_s: int | None


class CounterRow(CounterFigures):
    counter: int
    name: str


class CountersReport(ReportOf, kw_only=True):
    kind: Literal["counters"]
    items: list[CounterRow]
    totals: CounterFigures
    facts: NoFacts


class DivertedCounts(Answer):
    """Counted at the kiosk, never by the portal. `chosen` and `refused` are not to be added up."""

    chosen_persons: int
    chosen_dossiers: int
    refused_persons: int
    refused_dossiers: int


Way = Literal["portal", "zalo", "post", "deferred", "help", "none"]


class DivertedBy(DivertedCounts):
    to: Way


class DiversionRow(DivertedBy):
    service: str
    decision: str
    field: str
    procedure: str
    name: str
    policy: str


class DiversionTotals(DivertedCounts):
    """Beside the diversions: what was handed in at the counters, and results returned there."""

    in_person_tickets: int
    in_person_dossiers: int
    results_returned: int


class DiversionDay(DiversionTotals):
    date: Day
    ways: list[DiversionRow]


class DiversionFacts(Answer):
    ways: list[DivertedBy]


class DiversionsReport(ReportOf, kw_only=True):
    kind: Literal["diversions"]
    items: list[DiversionDay]
    totals: DiversionTotals
    facts: DiversionFacts


class PostalSums(Answer, rename={"return_": "return"}):
    submit: int
    return_: int
    dossiers: int


class PostalEntry(PostalSums, rename={"return_": "return"}):
    """`codes` are the dossier codes that are still kept."""

    site: str
    unit: str
    date: Day
    number: str
    ticket: int | None
    form: Literal["submit", "return"]
    source: Literal["counter", "handover", "correction"]
    reason: str
    at: Time
    codes: list[str]
    erased: bool


class PostalUnit(PostalSums, rename={"return_": "return"}):
    site: str
    name: str


class PostalDay(PostalSums, rename={"return_": "return"}):
    site: str
    date: Day


class PostalFacts(Answer):
    units: list[PostalUnit]
    days: list[PostalDay]


class PostalReport(ReportOf, kw_only=True):
    kind: Literal["postal"]
    items: list[PostalEntry]
    totals: PostalSums
    facts: PostalFacts


class HourFigures(Answer):
    issued: int
    called: int
    wait_median_s: int | None
    wait_p90_s: int | None
    visits: int
    service_median_s: int | None
    service_p90_s: int | None


class HourRow(HourFigures):
    hour: int


class HoursReport(ReportOf, kw_only=True):
    kind: Literal["hours"]
    items: list[HourRow]
    totals: HourFigures
    facts: NoFacts


class Scores(Answer):
    """How many ratings gave each score, from 4 (very satisfied) to 1 (not satisfied)."""

    number: int
    score_4: int
    score_3: int
    score_2: int
    score_1: int


class ScoresOf(Scores):
    group: Literal["counter", "field", "service"]
    code: str
    name: str


class SatisfactionReport(ReportOf, kw_only=True):
    kind: Literal["satisfaction"]
    items: list[ScoresOf]
    totals: Scores
    facts: NoFacts


class DifficultyRow(Answer):
    date: Day
    session: str
    name: str
    at: Time
    text: str


class DifficultyTotals(Answer):
    notes: int


class DifficultiesReport(ReportOf, kw_only=True):
    kind: Literal["difficulties"]
    items: list[DifficultyRow]
    totals: DifficultyTotals
    facts: NoFacts


REPORTS = (
    DailyReport, SessionsReport, FieldsReport, CountersReport, DiversionsReport, PostalReport, HoursReport,
    SatisfactionReport, DifficultiesReport,
)  # fmt: skip
