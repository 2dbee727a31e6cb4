"""What a site is: its fields, procedures, counters, timetable and rules, as one immutable value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from ticketing.rules.policies import Days, Override, Policy, ProcedureList
from ticketing.rules.printers import Printer
from ticketing.rules.slips import SlipLayout

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
WAIT_GOAL_MINUTES = 30
RESERVED_CODES = frozenset(
    (
        "t", "api", "static", "login", "logout", "socket.io", "healthz", "readyz", "metrics", "favicon.ico",
        "robots.txt", "pair", "rating", "assets",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field (lĩnh vực). `prefix` is one character; `usual_minutes` one visit's length until measured; `also` what
    people call it besides."""

    code: str
    name: str
    prefix: str
    name_en: str = ""
    sensitive: bool = False
    usual_minutes: float = 8.0
    also: tuple[str, ...] = ()


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
    for a dossier handed in from the site's `late_from` on, where it differs. `also` is what people call it besides: a
    search finds it by those words too.
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
    also: tuple[str, ...] = ()
    requires_presence: bool = False
    online: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """`wait_goal_minutes`: within how many such people are to be called; None: as all others, see `Site`."""

    code: str
    name: str
    name_en: str = ""
    wait_goal_minutes: int | None = None


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
class SessionTemplate(Days):
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
class Notice(Days):
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

    `superior` is the body above that heads its papers (Nghị định 30/2020/NĐ-CP); empty, the parent's name stands there.
    `refuse_bursts`: a kiosk that takes numbers faster than people do has to wait.
    `max_waiting_in_room` are people (None: no limit is shown). Dossiers handed in from `late_from` on are
    forwarded on the next working day (Nghị định 118/2025/NĐ-CP; until 30/6/2025 Nghị định 61/2018/NĐ-CP, Điều
    18.2). `dossier_code_days` after a visit the dossier codes recorded with it are erased; a ticket's own code leads to
    it until `codes_kept_hours` of the next day. `print_retry_s`: for so long the citizen may still stand at the
    printer, and a slip is tried again. `policies` and `procedure_lists` are those of the whole province and stand at
    its head; `overrides` are a unit's own.
    """

    code: str
    name: str
    level: str
    name_en: str = ""
    superior: str = ""
    superior_en: str = ""
    parent: str = ""
    timezone: str = "Asia/Ho_Chi_Minh"
    lang: str = "vi"
    address: str = ""
    hotline: str = ""
    portal_url: str = ""
    zalo_url: str = ""
    map_url: str = ""
    address_word: str = "công dân"
    address_word_en: str = ""
    max_dossiers: int = 5
    priority_rule: str = "interleaved"
    max_calls: int = 3
    recall_gap_s: int = 30
    return_after: int = 3
    wait_goal_minutes: int = WAIT_GOAL_MINUTES
    refuse_bursts: bool = False
    unserved: str = "serve_out"
    public_holidays: bool = True
    max_waiting_in_room: int | None = None
    late_from: time = time(15)
    dossier_code_days: int = 90
    codes_kept_hours: int = 4
    print_retry_s: int = 120
    neutral: Neutral | None = None
    voice: Voice = Voice()
    slip: SlipLayout = SlipLayout()
    fields: tuple[Field, ...] = ()
    services: tuple[Service, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    priorities: tuple[PriorityClass, ...] = ()
    counters: tuple[Counter, ...] = ()
    printers: tuple[Printer, ...] = ()
    sessions: tuple[SessionTemplate, ...] = ()
    calendar: tuple[CalendarDay, ...] = ()
    notices: tuple[Notice, ...] = ()
    procedure_lists: tuple[ProcedureList, ...] = ()
    policies: tuple[Policy, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return _zone(self.timezone)

    def field(self, code: str | None) -> Field | None:
        return _of_code(self.fields, code)

    def service(self, code: str | None) -> Service | None:
        return _of_code(self.services, code)

    def procedure(self, code: str | None) -> Procedure | None:
        return _of_code(self.procedures, code)

    def policy(self, code: str | None) -> Policy | None:
        return _of_code(self.policies, code)

    def counter(self, number: int) -> Counter | None:
        return next((c for c in self.counters if c.number == number), None)

    def printer(self, name: str) -> Printer | None:
        return next((one for one in self.printers if one.name == name), None)

    def priority(self, code: str | None) -> PriorityClass | None:
        return _of_code(self.priorities, code)

    @property
    def sets_goals(self) -> bool:
        """Whether waiting goals are the site's own, not what stands in for them."""
        return self.wait_goal_minutes != WAIT_GOAL_MINUTES or any(one.wait_goal_minutes for one in self.priorities)

    def goal_minutes(self, priority: str | None) -> int:
        """Within how many minutes somebody of this class, or of none, is to be called."""
        own = self.priority(priority)
        return own.wait_goal_minutes if own and own.wait_goal_minutes else self.wait_goal_minutes

    def prefix(self, service: str, field_code: str | None) -> str:
        """The series a new ticket belongs to; sensitive fields share the neutral one if the site has it."""
        if service != "submit":
            found = self.service(service)
            return found.prefix if found else ""
        chosen = self.field(field_code)
        if chosen is None:
            return ""
        return self.neutral.prefix if chosen.sensitive and self.neutral else chosen.prefix


C = TypeVar("C", Field, Service, Procedure, PriorityClass, Policy)
_zone = lru_cache(maxsize=64)(ZoneInfo)


def _of_code(things: tuple[C, ...], code: str | None) -> C | None:
    if code is not None:
        for thing in things:
            if thing.code == code:
                return thing
    return None


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
    """A year's public holidays (day → name), the weekend days worked in their place, and the names in English."""

    days_off: Mapping[date, str]
    days_worked: frozenset[date]
    names_en: Mapping[date, str] = field(default_factory=dict)


HolidaySource = Callable[[int], Holidays]


def with_parents(site: Site, find: Callable[[str], Site | None]) -> tuple[Site, ...]:
    """A site and those above it, itself first."""
    line = [site]
    while line[-1].parent and (above := find(line[-1].parent)) is not None and above not in line:
        line.append(above)
    return tuple(line)


def with_units(sites: Iterable[Site], code: str) -> list[Site]:
    """A site and all those under it, in their own order."""
    known = {site.code: site for site in sites}
    return [one for one in known.values() if any(above.code == code for above in with_parents(one, known.get))]
