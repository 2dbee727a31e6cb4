"""A policy (phương án tiếp nhận) as data: what a plan says, from when to when, on whose authority.

Nothing here knows a province. A field that a text does not state keeps its default; days are local and both
ends are included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

ONLINE_MODES = ("offer", "online_preferred", "online_only")
SUBMIT_MODES = ("ticket", "postal_suggested")
RESULT_MODES = ("in_person", "postal_preferred", "postal_only")
IN_PERSON = ("open", "suspended")
CHECKLISTS = ("opening", "cleaning")
CHANNELS = ("display", "kiosk", "slip", "leaflet", "portal", "web", "zalo", "press", "radio_tv", "sms")
CONTENTS = ("period", "hotline", "how_to", "advantages", "measures", "why")
POSTAL_FIELDS = ("other_submit_mode", "result_mode")
DEFAULT_PORTAL = "https://dichvucong.gov.vn"
_PORTAL = re.compile(r"https://dichvucong(\.[a-z0-9-]+)?\.gov\.vn(/.*)?")


def plausible_portal(url: str) -> bool:
    """Whether an address has the form of a public service portal: the national one's, or until 30/6/2025 also
    `dichvucong.<địa phương>.gov.vn` (Thông tư 01/2018/TT-VPCP, Điều 16.1). One that has not is worth a warning, never
    a refusal."""
    return _PORTAL.fullmatch(url) is not None


def provincial_portal(url: str) -> bool:
    """Whether an address is that of a province's own portal."""
    found = _PORTAL.fullmatch(url)
    return found is not None and bool(found[1])


class Days:
    """What holds from one local day to another, both included; None is no end on that side."""

    __slots__ = ()
    valid_from: date | None
    valid_to: date | None

    def hold(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Listed(Days):
    """A procedure on a list, from and to a day; None is no end on that side."""

    procedure: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class ProcedureList:
    """A named list of procedures that are accepted online. `decision_no` and `decision_date` say who
    published it ("" and None: the text does not state it); a `sample` is not the real list and is shown as such."""

    code: str
    title: str
    title_en: str = ""
    decision_no: str = ""
    decision_date: date | None = None
    sample: bool = False
    items: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckItem:
    """A line of a checklist."""

    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """Where the announcements go; `owner` is the office that puts them there."""

    code: str
    owner: str = ""
    owner_en: str = ""


@dataclass(frozen=True, slots=True)
class Discount:
    """A reduction of postage, with days of its own."""

    percent: int
    valid_from: date
    valid_to: date
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A procedure that the policy leaves at the counter, and why."""

    procedure: str
    reason: str
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """The act by which an authority ended the deferral of results: entered by hand, never by a timer."""

    authority: str
    act: str
    act_date: date
    effective_from: date
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Policy(Days):
    """What a province decided. `number` and `issued_at` are "" and None where its text does not state them.

    `online_mode` holds for the procedures of `online_list`, `other_submit_mode` for the rest, `result_mode`
    for collecting results; `in_person` = suspended stops both. Results that wait for `release_authority` are
    deferred until a `release` is entered. `local_override` are the levels that may set the postal fields
    themselves, `required_contents` what the notices must hold before it can be published.
    """

    code: str
    title: str
    valid_from: date
    title_en: str = ""
    valid_to: date | None = None
    published: bool = True
    authority: str = ""
    authority_en: str = ""
    number: str = ""
    issued_at: date | None = None
    legal_base: str = ""
    legal_base_en: str = ""
    online_mode: str = "offer"
    online_list: str = ""
    other_submit_mode: str = "ticket"
    result_mode: str = "in_person"
    in_person: str = "open"
    release_authority: str = ""
    release_authority_en: str = ""
    release: Release | None = None
    session_cap_announced: bool = False
    queue_number: bool = True
    announce_processing_time: bool = True
    hotline: str = ""
    portal_url: str = ""
    zalo_url: str = ""
    zalo_channel: str = ""
    health_notices: bool = False
    cleaning_after_session: bool = False
    opening_checklist: tuple[CheckItem, ...] = ()
    cleaning_checklist: tuple[CheckItem, ...] = ()
    channels: tuple[Channel, ...] = ()
    postal_report_for_finance: bool = False
    online_statistics: bool = True
    local_override: tuple[str, ...] = ()
    postal_discount: Discount | None = None
    required_contents: tuple[str, ...] = ()
    exemptions: tuple[Exemption, ...] = ()

    def released(self, day: date) -> bool:
        return self.release is not None and self.release.effective_from <= day


@dataclass(frozen=True, slots=True)
class Override(Days):
    """What a unit does otherwise, in the postal fields alone; "" leaves the province's. `by`, `decided_on` and
    `reason` say who, when and why (Tây Ninh 24/3/2020 and Đồng Nai 2020: postal content only, district and commune)."""

    policy: str
    by: str
    decided_on: date
    reason: str
    other_submit_mode: str = ""
    result_mode: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
