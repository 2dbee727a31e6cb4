"""The tables of a configuration file, key by key: what each may hold, beside what the dataclasses in ticketing/rules
say of it. `expected` completes the sentence "must be …" of a refusal.
"""

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, datetime, time
from typing import Annotated, Any, TypeAlias, get_args, get_type_hints

from msgspec import Meta

from ticketing.profiles.problems import Fact, Phrase
from ticketing.rules import policies, printers, sites, slips

NOTICE_PLACES = ("kiosk", "wall", "phone", "slip", "public", "leaflet", "sms")
CALENDAR_KINDS = ("holiday", "working")
LANGUAGES = ("vi", "en")
_NATIONAL = re.compile(r"(\d\.\d{6})(?:\.[A-Za-z0-9]+)+")
# What stands in a list, where its type says no other number.
MAX_ITEMS = 2_000
# An annotated type, or one of Many, Named and Table.
Kind: TypeAlias = Any


def national_code(code: str) -> str:
    """The first two groups of a national procedure code; any other code unchanged.

    A unit writes 1.001612.000.00.00.H19 for what the national list calls 1.001612.
    """
    found = _NATIONAL.fullmatch(code)
    return found[1] if found else code


def _text(low: int, high: int) -> Kind:
    expected = Phrase("text", {"low": low, "high": high}) if low else Phrase("text_at_most", {"high": high})
    return Annotated[str, Meta(min_length=low, max_length=high, extra={"expected": expected})]


def _match(pattern: str, code: str, **facts: Fact) -> Kind:
    return Annotated[str, Meta(pattern=rf"^(?:{pattern})\Z", extra={"expected": Phrase(code, facts)})]


def _slug(low: int, high: int) -> Kind:
    return _match(rf"[a-z0-9-]{{{low},{high}}}", "slug" if low else "slug_at_most", high=high)


def _choice(*values: str) -> Kind:
    return _match("|".join(values), "choice", values=values)


def _whole(low: int, high: int) -> Kind:
    return Annotated[int, Meta(ge=low, le=high, extra={"expected": Phrase("whole", {"low": low, "high": high})})]


def _one_of(*values: int) -> Kind:
    def makes(value: int) -> int:
        if value not in values:
            raise ValueError(value)
        return value

    expected = Phrase("choice", {"values": tuple(map(str, values))})
    return Annotated[int, Meta(extra={"expected": expected, "makes": makes})]


PROCEDURE_CODE = Phrase("procedure_code", {"code": "1.001193"})
DAY = Phrase("day", {"day": "2026-11-23"})
_MOMENT = Phrase("moment", {"time": "2023-10-20T08:00:00+07:00"})
# What an attribute of such a type holds, wherever it stands.
_BY_TYPE: Mapping[object, Kind] = {
    bool: Annotated[bool, Meta(extra={"expected": Phrase("flag")})],
    date: Annotated[date, Meta(extra={"expected": DAY})],
    date | None: Annotated[date, Meta(extra={"expected": DAY})],
    time: Annotated[time, Meta(extra={"expected": Phrase("time_of_day", {"time": "07:30"})})],
    datetime: Annotated[datetime, Meta(tz=True, extra={"expected": _MOMENT})],
}
_LONGEST_NAME = 200

_code = _slug(1, 40)
_slug_30 = _slug(1, 30)
_item_code = _match("[A-Za-z0-9_-]{1,30}", "item_code", high=30)
_procedure_code = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9._-]{1,40}\Z", extra={"expected": PROCEDURE_CODE, "makes": national_code})
]
_prefix = _match("[0-9A-Z]", "prefix")
_minutes = Annotated[float, Meta(ge=0.5, le=480, extra={"expected": Phrase("minutes")})]
_cap = _whole(0, sites.MAX_CAP)
_short = _text(0, 60)
_url = _text(0, 500)
_synonym = _match(r"[^,;\s](?:[^,;]{0,38}[^,;\s])?", "synonym", high=40)
_content = _choice(*policies.CONTENTS)
_submit_mode = _choice(*policies.SUBMIT_MODES)
_result_mode = _choice(*policies.RESULT_MODES)


@dataclass(frozen=True, slots=True)
class Many:
    """A list, of `most` entries at the most."""

    of: Kind
    most: int = MAX_ITEMS


@dataclass(frozen=True, slots=True)
class Named:
    """A table whose keys are codes."""

    of: Kind


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table of the file, which becomes what `makes` makes; of a key left out that keeps its default. `above` are
    keys that are no keys here, as only the province sets them."""

    makes: Callable[..., Any]
    keys: Mapping[str, Kind]
    needed: Set[str]
    above: Set[str] = frozenset()


def _table(made: type, above: Set[str] = frozenset(), **own: Kind) -> Table:
    """The table of a dataclass: a key for each attribute, needed where that has no default.

    What its type tells alone is not said in `own`. A text is a name, which may be empty where the attribute has a
    default; an English one is as long as the Vietnamese one, and may be.
    """
    needed = {each.name for each in fields(made) if each.default is MISSING and each.default_factory is MISSING}
    keys: dict[str, Kind] = {}
    for name, kind in get_type_hints(made).items():
        if name in own:
            keys[name] = own[name]
        elif name.endswith("_en"):
            keys[name] = _text(0, get_args(keys[name.removesuffix("_en")])[1].max_length)
        else:
            keys[name] = _text(int(name in needed), _LONGEST_NAME) if kind is str else _BY_TYPE[kind]
    return Table(made, keys, needed, above)


_ONLINE = Table(lambda scheme, value: (scheme, value), {"scheme": _slug_30, "value": _item_code}, {"scheme", "value"})
_CHECKLIST = Many(_table(policies.CheckItem))
PROCEDURE_LIST = _table(
    policies.ProcedureList,
    code=_code,
    decision_no=_short,
    items=Many(_table(policies.Listed, procedure=_procedure_code), 10_000),
)
_POLICY = _table(
    policies.Policy,
    code=_code,
    number=_short,
    legal_base=_text(0, 1000),
    online_mode=_choice(*policies.ONLINE_MODES),
    online_list=_code,
    other_submit_mode=_submit_mode,
    result_mode=_result_mode,
    in_person=_choice(*policies.IN_PERSON),
    release=_table(policies.Release),
    hotline=_short,
    portal_url=_url,
    zalo_url=_url,
    opening_checklist=_CHECKLIST,
    cleaning_checklist=_CHECKLIST,
    channels=Many(_table(policies.Channel, code=_choice(*policies.CHANNELS)), 100),
    local_override=Many(_choice(*sites.LEVELS), len(sites.LEVELS)),
    postal_discount=_table(policies.Discount, percent=_whole(1, 100)),
    required_contents=Many(_content, len(policies.CONTENTS)),
    exemptions=Many(_table(policies.Exemption, procedure=_procedure_code)),
)
_OVERRIDE = _table(
    policies.Override,
    frozenset(policies.Policy.__dataclass_fields__),
    policy=_code,
    other_submit_mode=_submit_mode,
    result_mode=_result_mode,
)
_SESSION = _table(
    sites.SessionTemplate,
    name=_slug_30,
    title=_text(1, 60),
    weekdays=Many(_choice(*sites.WEEKDAYS), 7),
    cap=_cap,
    field_caps=Named(_cap),
    service_caps=Named(_cap),
    fields=Many(_item_code),
    counters=Many(_whole(1, 999)),
)
_NOTICE = _table(
    sites.Notice,
    text=_text(1, 1000),
    places=Many(_choice(*NOTICE_PLACES), len(NOTICE_PLACES)),
    policy=_code,
    about=_content,
)
_ALSO = Many(_synonym, 20)
_PROCEDURE = _table(
    sites.Procedure,
    code=_procedure_code,
    name=_text(1, 500),
    field=_item_code,
    bring=_text(0, 1000),
    also=_ALSO,
    online=_ONLINE,
)
_COUNTER = _table(
    sites.Counter,
    number=_whole(1, 999),
    fields=Many(_item_code),
    services=Many(_item_code),
    screen=_slug(0, 30),
)
_SERVICE = _table(sites.Service, code=_choice(*sites.SERVICES[1:]), prefix=_prefix, usual_minutes=_minutes)
_VOICE = _table(
    sites.Voice,
    mode=_choice(*sites.VOICE_MODES),
    accent=_choice(*sites.VOICE_ACCENTS),
    speed=_whole(*sites.VOICE_SPEEDS),
    reading=_choice(*sites.VOICE_READINGS),
)
_SLIP = _table(
    slips.SlipLayout,
    blocks=Many(_choice(*slips.BLOCKS), len(slips.BLOCKS)),
    header=_text(0, slips.LONGEST_TEXT),
    footer=_text(0, slips.LONGEST_TEXT),
    # A third more than its bytes, as base64 has it; what is longer is told in bytes.
    logo=_text(0, 4 * slips.MOST_LOGO_BYTES),
    width=_one_of(*slips.WIDTHS),
)
_PRINTER = _table(
    printers.Printer,
    name=_text(1, printers.LONGEST_NAME),
    address=_text(1, 300),
    width=_one_of(*printers.WIDTHS),
    kiosks=Many(_text(1, _LONGEST_NAME), 200),
    density=_whole(*printers.DENSITIES),
)
_SITE = _table(
    sites.Site,
    code=_code,
    level=_choice(*sites.LEVELS),
    parent=_code,
    timezone=_text(1, 60),
    lang=_choice(*LANGUAGES),
    address=_text(0, 300),
    hotline=_short,
    portal_url=_url,
    zalo_url=_url,
    map_url=_url,
    address_word=_text(1, 30),
    max_dossiers=_whole(1, 1000),
    priority_rule=_choice(*sites.PRIORITY_RULES),
    max_calls=_whole(1, 20),
    recall_gap_s=_whole(0, 3600),
    return_after=_whole(0, 1000),
    wait_goal_minutes=_whole(1, 480),
    unserved=_choice(*sites.UNSERVED),
    max_waiting_in_room=_whole(1, 10_000),
    dossier_code_days=_whole(0, 3660),
    codes_kept_hours=_whole(0, 23),
    print_retry_s=_whole(5, 3600),
    neutral=_table(sites.Neutral, prefix=_prefix),
    voice=_VOICE,
    slip=_SLIP,
    fields=Many(_table(sites.Field, code=_item_code, prefix=_prefix, usual_minutes=_minutes, also=_ALSO)),
    services=Many(_SERVICE),
    procedures=Many(_PROCEDURE, 5_000),
    priorities=Many(_table(sites.PriorityClass, code=_item_code, wait_goal_minutes=_whole(1, 480))),
    counters=Many(_COUNTER),
    printers=Many(_PRINTER, 100),
    sessions=Many(_SESSION, 200),
    calendar=Many(
        _table(sites.CalendarDay, kind=_choice(*CALENDAR_KINDS), like=_choice(*sites.WEEKDAYS)),
    ),
    notices=Many(_NOTICE),
    procedure_lists=Many(PROCEDURE_LIST),
    policies=Many(_POLICY, 100),
    overrides=Many(_OVERRIDE, 100),
)
SITE = replace(_SITE, keys={**_SITE.keys, "like": _code})
"""`like` names the site of the file whose lists are taken over."""
