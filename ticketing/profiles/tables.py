"""The tables of a configuration file, key by key, as msgspec types.

Each type's description completes the sentence "must be …" of a refusal. The keys are the attributes of the
dataclasses in ticketing/sites.py, so a table turns into its dataclass by name.
"""

from datetime import date, time
from typing import Annotated

from msgspec import UNSET, Meta, Struct

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

NOTICE_PLACES = ("kiosk", "wall", "phone", "slip", "public")
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
Slug = _match("[a-z0-9-]{1,30}", "1 to 30 lowercase letters, digits or hyphens")
ItemCode = _match("[A-Za-z0-9_-]{1,30}", "1 to 30 letters (without marks), digits, hyphens or underscores")
ProcedureCode = _match("[A-Za-z0-9._-]{1,40}", "a procedure's code such as 1.001193")
Prefix = _match("[0-9A-Z]", "one character 0-9 or A-Z")
Minutes = Annotated[float, Meta(ge=0.5, le=480, description="a number of minutes from 0.5 to 480")]
Cap = _whole(0, MAX_CAP)
CounterNumber = _whole(1, 999)
Day = Annotated[date, Meta(description="a day such as 2026-11-23")]
TimeOfDay = Annotated[time, Meta(description='a time of day such as "07:30"')]
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
