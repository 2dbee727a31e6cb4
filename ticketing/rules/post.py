"""The postal service (bưu chính công ích, Quyết định 45/2016/QĐ-TTg): what went by post, told by the journal.

The list is never stored: it is folded from the journal each time, so that it says the same whenever it is asked
for, with or without the dossier codes that were kept beside it for a while.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ticketing import events as ev
from ticketing.errors import Invalid
from ticketing.events import JournalLine
from ticketing.rules.sites import Site

FORMS = ("submit", "return")
CHOICES = (*FORMS, "both")
MOST_DOSSIERS = 1000
MOST_CORRECTED = 100_000
LONGEST_REASON = 300
DOSSIER_CODES = "dossier_codes"
VISIT_KINDS = (ev.TicketTaken.kind, ev.TicketFinished.kind, ev.StepUndone.kind, ev.TicketReopened.kind)
# Both styles of dossier codes in use, loosely, so that no name or phone number is kept as one.
_UNIT = r"([0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}|[A-Z][0-9]{2}(\.[0-9]{1,3}){0,3})"
_CODE = re.compile(rf"{_UNIT}-[0-9]{{6}}-[0-9]{{4,}}")
_LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class PostalRow:
    """`dossiers` of one `form` (submit or return) that went by post on the local day `day`, below 0 only in a
    correction.

    `source` is counter (a visit's postal choice), handover (a postman's pile) or correction; `number` is the
    ticket's, "" for a correction of the whole day. `at` and `actor` are the journal line's, `seq` its place.
    """

    day: date
    number: str
    ticket: int | None
    form: str
    dossiers: int
    source: str
    reason: str
    at: datetime
    actor: str
    seq: int = 0


@dataclass(frozen=True, slots=True)
class PostalOrder:
    """A correction as a person enters it: `dossiers` more of `form` (submit or return) on the local day `day`,
    fewer below 0. `number` names a ticket of that day, "" the day as a whole."""

    day: date
    form: str
    dossiers: int
    reason: str
    number: str = ""


@dataclass(slots=True)
class _Visit:
    day: date
    number: str
    service: str


def rows(lines: Iterable[JournalLine]) -> list[PostalRow]:
    """The postal rows of one site's journal lines (kinds VISIT_KINDS and postal_corrected, oldest first; others
    are passed over), by day and then in the order they were written.

    A visit counts on its ticket's day; `both` gives a row in each form; an undo and a reopening take the visit's
    rows back. The hand-over of a pile by a postman is its submission, since the signature on its record is the time of
    submission (Quyết định 45/2016, Điều 7.3 and 7.4), unless the officer said return or both. A correction
    counts on the day that it corrects. Visits whose issue is not among the lines are left out.
    """
    visits: dict[int, _Visit] = {}
    found: dict[int | tuple[int], list[PostalRow]] = {}
    for line in lines:
        if line.kind == ev.PostalCorrected.kind:
            found[line.seq,] = [_correction(line, visits)]
        elif line.ticket is None:
            continue
        elif line.kind == ev.TicketTaken.kind:
            day = date.fromisoformat(line.data["session"][:10])
            visits[line.ticket] = _Visit(day, line.data["number"], line.data["service"])
        elif line.kind == ev.TicketFinished.kind and line.ticket in visits:
            found[line.ticket] = _finished(line, line.ticket, visits[line.ticket])
        elif line.kind in (ev.StepUndone.kind, ev.TicketReopened.kind):
            found.pop(line.ticket, None)
    return sorted((row for some in found.values() for row in some), key=lambda row: (row.day, row.seq))


def _finished(line: JournalLine, ticket: int, visit: _Visit) -> list[PostalRow]:
    handover = visit.service == "postal_handover"
    choice = line.data.get("postal", "") or ("submit" if handover else "")
    # Without a number of its own what goes by post is what was received.
    dossiers = (line.data.get("postal_dossiers", 0) if line.data.get("postal") else 0) or line.data["dossiers"]
    return [
        PostalRow(
            visit.day, visit.number, ticket, form, dossiers, "handover" if handover else "counter",
            line.data.get("outcome", ""), line.at, line.actor, line.seq,
        )
        for form in (FORMS if choice == "both" else (choice,))
        if form and dossiers
    ]  # fmt: skip


def _correction(line: JournalLine, visits: Mapping[int, _Visit]) -> PostalRow:
    data = line.data
    day, number = date.fromisoformat(data["day"]), data.get("number", "")
    ticket = line.ticket
    if ticket is None and number:
        ticket = next((i for i, one in visits.items() if (one.day, one.number) == (day, number)), None)
    return PostalRow(
        day, number, ticket, data["form"], data["dossiers"], "correction", data["reason"], line.at, line.actor,
        line.seq,
    )  # fmt: skip


def totals(found: Iterable[PostalRow]) -> dict[str, int]:
    """Dossiers by form, corrections included; both forms are always there."""
    sums = dict.fromkeys(FORMS, 0)
    for row in found:
        sums[row.form] += row.dossiers
    return sums


def codes_kept_from(site: Site, today: date) -> date:
    """The first local day whose visits' dossier codes are still kept on `today`."""
    return today - timedelta(days=site.dossier_code_days)


def entered_of(order: PostalOrder) -> PostalOrder:
    """The correction as it is kept, its texts trimmed. Raises Invalid with all that is wrong with it."""
    wrong: list[tuple[str, str]] = []
    if order.form not in FORMS:
        wrong.append(("form", "not_allowed"))
    if order.dossiers == 0:
        wrong.append(("dossiers", "zero"))
    elif abs(order.dossiers) > MOST_CORRECTED:
        wrong.append(("dossiers", "too_large" if order.dossiers > 0 else "too_small"))
    if not order.reason.strip():
        wrong.append(("reason", "required"))
    elif len(order.reason) > LONGEST_REASON:
        wrong.append(("reason", "too_long"))
    if wrong:
        raise Invalid(*wrong)
    return replace(order, reason=order.reason.strip(), number=order.number.strip().upper())


def dossier_codes(given: Sequence[str]) -> tuple[str, ...]:
    """The codes as they are kept: NFC, upper case, no blanks around. Raises Invalid for what is no dossier code
    and for one that is there twice."""
    codes = tuple(unicodedata.normalize("NFC", code).strip().upper() for code in given)
    if len(codes) > MOST_DOSSIERS:
        raise Invalid(("dossier_codes", "too_long"))
    for place, code in enumerate(codes):
        if len(code) > _LONGEST_CODE or not _CODE.fullmatch(code):
            raise Invalid((f"dossier_codes[{place}]", "wrong_form"))
    seen: set[str] = set()
    for place, code in enumerate(codes):
        if code in seen:
            raise Invalid((f"dossier_codes[{place}]", "repeated"))
        seen.add(code)
    return codes


def by_post(choice: str, received: int, codes: int, said: int | None) -> int:
    """How many dossiers of a visit go by post: as the officer says, else as many as codes were entered, else all
    that were received; 0 without a postal choice.

    Raises Invalid for a number without a choice, one that is no number of dossiers, fewer than the codes, and
    a choice for no dossier at all.
    """
    if not choice:
        if said is not None:
            raise Invalid(("postal", "required"))
        return 0
    if choice not in CHOICES:
        raise Invalid(("postal", "not_allowed"))
    if said is not None and not 0 < said <= MOST_DOSSIERS:
        raise Invalid(("postal_dossiers", "too_small" if said < 1 else "too_large"))
    if said is not None and said < codes:
        raise Invalid(("postal_dossiers", "fewer_than_codes"))
    number = said or codes or received
    if number < 1:
        raise Invalid(("postal_dossiers", "required"))
    return number
