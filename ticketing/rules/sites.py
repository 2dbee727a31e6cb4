"""What a site is: its fields, procedures, counters, timetable and rules, as one immutable value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

from ticketing.policies import Override, Policy, ProcedureList

LEVELS = ("province", "district", "commune", "sector")
SERVICES = ("submit", "result", "help", "postal_handover")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VOICE_MODES = ("engine", "clips", "off")
VOICE_ACCENTS = ("north", "central", "south")
VOICE_READINGS = ("digits", "number")
VOICE_SPEEDS = (80, 450)
UNSERVED = ("serve_out", "carry_over", "expire")
PRIORITY_RULES = ("interleaved", "strict")
MAX_CAP = 1_000_000
RESERVED_CODES = frozenset(
    (
        "t", "api", "static", "login", "logout", "socket.io", "healthz", "readyz", "metrics", "favicon.ico",
        "robots.txt", "pair", "rating", "assets",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field (lĩnh vực). `prefix` is one character; `usual_minutes` one visit's length until measured."""

    code: str
    name: str
    prefix: str
    name_en: str = ""
    sensitive: bool = False
    usual_minutes: float = 8.0


@dataclass(frozen=True, slots=True)
class Service:
    """A service besides submitting: `code` is result, help or postal_handover."""

    code: str
    name: str
    prefix: str
    name_en: str = ""
    usual_minutes: float = 4.0


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure (thủ tục hành chính); `code` is the national one, its first two groups.

    `online` is `(scheme, value)`, for example `("level", "4")` or `("extent", "full")`: "mức độ" has meant
    three different things, so a value never stands without its scheme. `processing_time_late` is what holds
    for a dossier handed in from the site's `late_from` on, where it differs.
    """

    code: str
    name: str
    field: str
    name_en: str = ""
    processing_time: str = ""
    processing_time_en: str = ""
    processing_time_late: str = ""
    processing_time_late_en: str = ""
    bring: str = ""
    bring_en: str = ""
    requires_presence: bool = False
    online: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PriorityClass:
    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter (quầy); `number` is what stands on its door."""

    number: int
    name: str = ""
    name_en: str = ""
    fields: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    screen: str = ""


@dataclass(frozen=True, slots=True)
class SessionTemplate:
    """One line of the weekly timetable, in local times.

    `fields` and `counters` are None when the session has all of the site's. A cap is in dossiers, None is
    no cap. `valid_from` and `valid_to` are local days, both inclusive.
    """

    name: str
    title: str
    weekdays: tuple[str, ...]
    issuing_from: time
    issuing_until: time
    service_from: time
    closes_at: time
    title_en: str = ""
    cap: int | None = None
    field_caps: Mapping[str, int] = field(default_factory=dict)
    service_caps: Mapping[str, int] = field(default_factory=dict)
    fields: tuple[str, ...] | None = None
    counters: tuple[int, ...] | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """An exception of the calendar: `kind` is holiday (no session) or working (sessions of weekday `like`)."""

    day: date
    kind: str
    name: str = ""
    name_en: str = ""
    like: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A text for citizens; `places` among kiosk, wall, phone, slip, public, leaflet, sms. Days are local and
    inclusive.

    One with a `policy` is shown while that policy is in force, at every unit under it; `about` says which of
    the contents a plan asks for it holds. `for_units` hands a notice without a policy down to the units.
    """

    text: str
    text_en: str = ""
    places: tuple[str, ...] = ("kiosk", "wall", "public")
    valid_from: date | None = None
    valid_to: date | None = None
    policy: str = ""
    about: str = ""
    for_units: bool = False

    def covers(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Neutral:
    """The one series, name and prefix that sensitive fields share on everything public."""

    prefix: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """How a site's walls speak.

    `mode` is engine (recorded clips where a sentence's pieces are all there, else the engine), clips (those
    alone) or off (chime and text). `speed` is in words a minute. `reading` is digits (sign by sign) or number.
    `english` says each call in English too.
    """

    mode: str = "engine"
    accent: str = "north"
    speed: int = 150
    reading: str = "digits"
    english: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A unit that issues numbers. Times of day in its timetable are local to `timezone`.

    `max_waiting_in_room` are people (None: no limit is shown). Dossiers handed in from `late_from` on are
    forwarded on the next working day (Nghị định 61/2018, Điều 18.2). `dossier_code_days` after a visit the
    dossier codes recorded with it are erased. `policies` and `procedure_lists` are those of the whole
    province and stand at its head; `overrides` are a unit's own.
    """

    code: str
    name: str
    level: str
    name_en: str = ""
    parent: str = ""
    timezone: str = "Asia/Ho_Chi_Minh"
    lang: str = "vi"
    address: str = ""
    hotline: str = ""
    portal_url: str = ""
    zalo_url: str = ""
    address_word: str = "công dân"
    address_word_en: str = ""
    max_dossiers: int = 5
    priority_rule: str = "interleaved"
    max_calls: int = 3
    recall_gap_s: int = 30
    return_after: int = 3
    wait_goal_minutes: int = 30
    unserved: str = "serve_out"
    public_holidays: bool = True
    max_waiting_in_room: int | None = None
    late_from: time = time(15)
    dossier_code_days: int = 90
    neutral: Neutral | None = None
    voice: Voice = Voice()
    fields: tuple[Field, ...] = ()
    services: tuple[Service, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    priorities: tuple[PriorityClass, ...] = ()
    counters: tuple[Counter, ...] = ()
    sessions: tuple[SessionTemplate, ...] = ()
    calendar: tuple[CalendarDay, ...] = ()
    notices: tuple[Notice, ...] = ()
    procedure_lists: tuple[ProcedureList, ...] = ()
    policies: tuple[Policy, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def field(self, code: str | None) -> Field | None:
        return next((f for f in self.fields if f.code == code), None)

    def service(self, code: str | None) -> Service | None:
        return next((s for s in self.services if s.code == code), None)

    def procedure(self, code: str | None) -> Procedure | None:
        return next((p for p in self.procedures if p.code == code), None)

    def policy(self, code: str | None) -> Policy | None:
        return next((p for p in self.policies if p.code == code), None)

    def counter(self, number: int) -> Counter | None:
        return next((c for c in self.counters if c.number == number), None)

    def priority(self, code: str | None) -> PriorityClass | None:
        return next((p for p in self.priorities if p.code == code), None)

    def prefix(self, service: str, field_code: str | None) -> str:
        """The series a new ticket belongs to; sensitive fields share the neutral one if the site has it."""
        if service != "submit":
            found = self.service(service)
            return found.prefix if found else ""
        chosen = self.field(field_code)
        if chosen is None:
            return ""
        return self.neutral.prefix if chosen.sensitive and self.neutral else chosen.prefix


def localized(thing: object, lang: str, attribute: str = "name") -> str:
    """`thing.name` in `lang`; Vietnamese stands in where a translation was not given."""
    if lang == "en":
        return str(getattr(thing, f"{attribute}_en") or getattr(thing, attribute))
    return str(getattr(thing, attribute))


def public_field_name(site: Site, field_code: str | None, lang: str) -> str:
    """The field's name as anybody may see it: the neutral one for a sensitive field."""
    chosen = site.field(field_code)
    if chosen is None:
        return ""
    return localized(site.neutral if chosen.sensitive and site.neutral else chosen, lang)


@dataclass(frozen=True, slots=True)
class Holidays:
    """A year's public holidays (day → name) and the weekend days worked in their place."""

    days_off: Mapping[date, str]
    days_worked: frozenset[date]


HolidaySource = Callable[[int], Holidays]
