"""The tables of a configuration file, key by key, as msgspec types.

Each type's description completes the sentence "must be …" of a refusal. The keys are the attributes of the
dataclasses in ticketing/sites.py, so a table turns into its dataclass by name.
"""

from datetime import date, datetime, time
from typing import Annotated

from msgspec import UNSET, Meta, Struct

from ticketing.policies import CHANNELS, CONTENTS, IN_PERSON, ONLINE_MODES, RESULT_MODES, SUBMIT_MODES
from ticketing.sites import (
    LEVELS,
    MAX_CAP,
    PRIORITY_RULES,
    SERVICES,
    UNSERVED,
    VOICE_ACCENTS,
    VOICE_MODES,
    VOICE_READINGS,
    VOICE_SPEEDS,
    WEEKDAYS,
)

NOTICE_PLACES = ("kiosk", "wall", "phone", "slip", "public", "leaflet", "sms")
CALENDAR_KINDS = ("holiday", "working")
LANGUAGES = ("vi", "en")


def _text(low: int, high: int) -> object:
    words = f"a text of {low} to {high:,} characters" if low else f"a text of at most {high:,} characters"
    return Annotated[str, Meta(min_length=low, max_length=high, description=words)]


def _match(pattern: str, words: str) -> object:
    return Annotated[str, Meta(pattern=rf"^(?:{pattern})\Z", description=words)]


def _choice(*values: str) -> object:
    return _match("|".join(values), "one of " + ", ".join(values))


def _whole(low: int, high: int) -> object:
    return Annotated[int, Meta(ge=low, le=high, description=f"a whole number from {low:,} to {high:,}")]


Title = _text(1, 60)
TitleEn = _text(0, 60)
Name = _text(1, 200)
NameEn = _text(0, 200)
Text = _text(1, 1000)
TextEn = _text(0, 1000)
Url = _text(0, 500)
SiteCode = _match("[a-z0-9-]{1,40}", "1 to 40 lowercase letters, digits or hyphens")
PolicyCode = _match("[a-z0-9-]{1,40}", "1 to 40 lowercase letters, digits or hyphens")
Slug = _match("[a-z0-9-]{1,30}", "1 to 30 lowercase letters, digits or hyphens")
ItemCode = _match("[A-Za-z0-9_-]{1,30}", "1 to 30 letters (without marks), digits, hyphens or underscores")
ProcedureCode = _match("[A-Za-z0-9._-]{1,40}", "a procedure's code such as 1.001193")
Prefix = _match("[0-9A-Z]", "one character 0-9 or A-Z")
Minutes = Annotated[float, Meta(ge=0.5, le=480, description="a number of minutes from 0.5 to 480")]
Cap = _whole(0, MAX_CAP)
CounterNumber = _whole(1, 999)
Day = Annotated[date, Meta(description="a day such as 2026-11-23")]
TimeOfDay = Annotated[time, Meta(description='a time of day such as "07:30"')]
Moment = Annotated[datetime, Meta(tz=True, description="a time such as 2023-10-20T08:00:00+07:00")]
Flag = Annotated[bool, Meta(description="true or false")]
Weekday = _choice(*WEEKDAYS)


class Table(Struct, forbid_unknown_fields=True, kw_only=True):
    """A table of the file; a key left out keeps the dataclass's default."""


class FieldTable(Table):
    code: ItemCode
    name: Name
    prefix: Prefix
    name_en: NameEn = UNSET
    sensitive: Flag = UNSET
    usual_minutes: Minutes = UNSET


class ServiceTable(Table):
    code: _choice(*SERVICES[1:])
    name: Name
    prefix: Prefix
    name_en: NameEn = UNSET
    usual_minutes: Minutes = UNSET


class OnlineTable(Table):
    scheme: Slug
    value: ItemCode


class ProcedureTable(Table):
    code: ProcedureCode
    name: _text(1, 500)
    field: ItemCode
    name_en: _text(0, 500) = UNSET
    processing_time: NameEn = UNSET
    processing_time_en: NameEn = UNSET
    processing_time_late: NameEn = UNSET
    processing_time_late_en: NameEn = UNSET
    bring: TextEn = UNSET
    bring_en: TextEn = UNSET
    requires_presence: Flag = UNSET
    online: OnlineTable = UNSET


class PriorityTable(Table):
    code: ItemCode
    name: Name
    name_en: NameEn = UNSET


class CounterTable(Table):
    number: CounterNumber
    name: NameEn = UNSET
    name_en: NameEn = UNSET
    fields: tuple[ItemCode, ...] = UNSET
    services: tuple[ItemCode, ...] = UNSET
    screen: _match("[a-z0-9-]{0,30}", "at most 30 lowercase letters, digits or hyphens") = UNSET


class SessionTable(Table):
    name: Slug
    title: Title
    weekdays: tuple[Weekday, ...]
    issuing_from: TimeOfDay
    issuing_until: TimeOfDay
    service_from: TimeOfDay
    closes_at: TimeOfDay
    title_en: TitleEn = UNSET
    cap: Cap = UNSET
    field_caps: dict[str, Cap] = UNSET
    service_caps: dict[str, Cap] = UNSET
    fields: tuple[ItemCode, ...] = UNSET
    counters: tuple[CounterNumber, ...] = UNSET
    valid_from: Day = UNSET
    valid_to: Day = UNSET


class CalendarTable(Table):
    day: Day
    kind: _choice(*CALENDAR_KINDS)
    name: NameEn = UNSET
    name_en: NameEn = UNSET
    like: Weekday = UNSET


class NoticeTable(Table):
    text: Text
    text_en: TextEn = UNSET
    places: tuple[_choice(*NOTICE_PLACES), ...] = UNSET
    valid_from: Day = UNSET
    valid_to: Day = UNSET
    policy: PolicyCode = UNSET
    about: _choice(*CONTENTS) = UNSET
    for_units: Flag = UNSET


class ListedTable(Table):
    procedure: ProcedureCode
    valid_from: Day = UNSET
    valid_to: Day = UNSET


class ProcedureListTable(Table):
    code: PolicyCode
    title: Name
    title_en: NameEn = UNSET
    decision_no: _text(0, 60) = UNSET
    decision_date: Day = UNSET
    sample: Flag = UNSET
    items: tuple[ListedTable, ...] = UNSET


class CheckItemTable(Table):
    name: Name
    name_en: NameEn = UNSET


class ChannelTable(Table):
    code: _choice(*CHANNELS)
    owner: NameEn = UNSET
    owner_en: NameEn = UNSET


class DiscountTable(Table):
    percent: _whole(1, 100)
    valid_from: Day
    valid_to: Day
    note: NameEn = UNSET
    note_en: NameEn = UNSET


class ExemptionTable(Table):
    procedure: ProcedureCode
    reason: Name
    reason_en: NameEn = UNSET


class ReleaseTable(Table):
    authority: Name
    act: Name
    act_date: Day
    effective_from: Day
    entered_by: Name
    entered_at: Moment


class PolicyTable(Table):
    code: PolicyCode
    title: Name
    valid_from: Day
    title_en: NameEn = UNSET
    valid_to: Day = UNSET
    published: Flag = UNSET
    authority: NameEn = UNSET
    authority_en: NameEn = UNSET
    number: _text(0, 60) = UNSET
    issued_at: Day = UNSET
    legal_base: TextEn = UNSET
    legal_base_en: TextEn = UNSET
    online_mode: _choice(*ONLINE_MODES) = UNSET
    online_list: PolicyCode = UNSET
    other_submit_mode: _choice(*SUBMIT_MODES) = UNSET
    result_mode: _choice(*RESULT_MODES) = UNSET
    in_person: _choice(*IN_PERSON) = UNSET
    release_authority: NameEn = UNSET
    release_authority_en: NameEn = UNSET
    release: ReleaseTable = UNSET
    session_cap_announced: Flag = UNSET
    queue_number: Flag = UNSET
    announce_processing_time: Flag = UNSET
    hotline: _text(0, 60) = UNSET
    portal_url: Url = UNSET
    zalo_url: Url = UNSET
    zalo_channel: NameEn = UNSET
    health_notices: Flag = UNSET
    cleaning_after_session: Flag = UNSET
    opening_checklist: tuple[CheckItemTable, ...] = UNSET
    cleaning_checklist: tuple[CheckItemTable, ...] = UNSET
    channels: tuple[ChannelTable, ...] = UNSET
    postal_report_for_finance: Flag = UNSET
    online_statistics: Flag = UNSET
    local_override: tuple[_choice(*LEVELS), ...] = UNSET
    postal_discount: DiscountTable = UNSET
    required_contents: tuple[_choice(*CONTENTS), ...] = UNSET
    exemptions: tuple[ExemptionTable, ...] = UNSET


class OverrideTable(Table):
    policy: PolicyCode
    by: Name
    decided_on: Day
    reason: Name
    other_submit_mode: _choice(*SUBMIT_MODES) = UNSET
    result_mode: _choice(*RESULT_MODES) = UNSET
    valid_from: Day = UNSET
    valid_to: Day = UNSET


class NeutralTable(Table):
    prefix: Prefix
    name: Name
    name_en: NameEn = UNSET


class VoiceTable(Table):
    mode: _choice(*VOICE_MODES) = UNSET
    accent: _choice(*VOICE_ACCENTS) = UNSET
    speed: _whole(*VOICE_SPEEDS) = UNSET
    reading: _choice(*VOICE_READINGS) = UNSET
    english: Flag = UNSET


class SiteTable(Table):
    code: SiteCode
    name: Name
    level: _choice(*LEVELS)
    name_en: NameEn = UNSET
    parent: SiteCode = UNSET
    like: SiteCode = UNSET
    timezone: _text(1, 60) = UNSET
    lang: _choice(*LANGUAGES) = UNSET
    address: _text(0, 300) = UNSET
    hotline: _text(0, 60) = UNSET
    portal_url: Url = UNSET
    zalo_url: Url = UNSET
    address_word: _text(1, 30) = UNSET
    address_word_en: _text(0, 30) = UNSET
    max_dossiers: _whole(1, 1000) = UNSET
    priority_rule: _choice(*PRIORITY_RULES) = UNSET
    max_calls: _whole(1, 20) = UNSET
    recall_gap_s: _whole(0, 3600) = UNSET
    return_after: _whole(0, 1000) = UNSET
    wait_goal_minutes: _whole(1, 480) = UNSET
    unserved: _choice(*UNSERVED) = UNSET
    public_holidays: Flag = UNSET
    max_waiting_in_room: _whole(1, 10_000) = UNSET
    late_from: TimeOfDay = UNSET
    dossier_code_days: _whole(0, 3660) = UNSET
    neutral: NeutralTable = UNSET
    voice: VoiceTable = UNSET
    fields: tuple[FieldTable, ...] = UNSET
    services: tuple[ServiceTable, ...] = UNSET
    procedures: tuple[ProcedureTable, ...] = UNSET
    priorities: tuple[PriorityTable, ...] = UNSET
    counters: tuple[CounterTable, ...] = UNSET
    sessions: tuple[SessionTable, ...] = UNSET
    calendar: tuple[CalendarTable, ...] = UNSET
    notices: tuple[NoticeTable, ...] = UNSET
    procedure_lists: tuple[ProcedureListTable, ...] = UNSET
    policies: tuple[PolicyTable, ...] = UNSET
    overrides: tuple[OverrideTable, ...] = UNSET
