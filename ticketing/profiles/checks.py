"""What must hold between the values of one site. Every check yields `(key within the site, reason)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from itertools import combinations
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from ticketing import announcements
from ticketing.profiles.reading import child
from ticketing.sites import RESERVED_CODES, SessionTemplate, Site

Found = Iterator[tuple[str, str]]


def check_site(site: Site, broken: frozenset[str] = frozenset()) -> Found:
    """The problems of `site`, leaving out the checks that would look at an attribute in `broken`."""
    for check, needs in _CHECKS:
        if broken.isdisjoint(needs):
            yield from check(site)


def _code(site: Site) -> Found:
    if site.code in RESERVED_CODES:
        yield "code", f"{site.code!r} is a path of the service and cannot be a site"
    elif site.code.startswith("-") or site.code.endswith("-"):
        yield "code", "must begin and end with a letter or a digit"


def _timezone(site: Site) -> Found:
    if site.timezone not in _zones():
        yield "timezone", f"no time zone {site.timezone!r}"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _portal_url(site: Site) -> Found:
    yield from _url("portal_url", site.portal_url)


def _zalo_url(site: Site) -> Found:
    yield from _url("zalo_url", site.zalo_url)


def _url(key: str, url: str) -> Found:
    if not url:
        return
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
        host = parts.hostname or ""
        good = parts.scheme in ("http", "https") and "@" not in parts.netloc and _is_host(host)
    except ValueError:
        good = False
    if not good or any(character.isspace() or character in '<>"\\' for character in url):
        yield key, f"must be an address such as https://dichvucong.gov.vn, not {url!r}"


def _is_host(host: str) -> bool:
    if ":" in host:  # urlsplit has checked the brackets of an IPv6 address
        return True
    return len(host) <= 253 and all(
        0 < len(label) <= 63
        and label.replace("-", "").isalnum()
        and not label.startswith("-")
        and not label.endswith("-")
        for label in host.removesuffix(".").split(".")
    )


def _repeated(key: str, name: str, values: Iterable[object], what: str) -> Found:
    first: dict[object, int] = {}
    for number, value in enumerate(values):
        if value in first:
            yield f"{key}[{number}].{name}", f"{what} {_word(value)} is already {key}[{first[value]}]"
        first.setdefault(value, number)


def _repeated_field(site: Site) -> Found:
    yield from _repeated("fields", "code", (f.code for f in site.fields), "field")


def _repeated_service(site: Site) -> Found:
    yield from _repeated("services", "code", (s.code for s in site.services), "service")


def _repeated_procedure(site: Site) -> Found:
    yield from _repeated("procedures", "code", (p.code for p in site.procedures), "procedure")


def _repeated_priority(site: Site) -> Found:
    yield from _repeated("priorities", "code", (p.code for p in site.priorities), "priority class")


def _repeated_counter(site: Site) -> Found:
    yield from _repeated("counters", "number", (c.number for c in site.counters), "counter")


def _prefixes(site: Site) -> Found:
    """One series of numbers for one prefix; sensitive fields may all carry the neutral series' own."""
    taken: dict[str, str] = {}
    if site.neutral:
        taken[site.neutral.prefix] = "neutral"
    for key, things in (("fields", site.fields), ("services", site.services)):
        for number, thing in enumerate(things):
            if site.neutral and getattr(thing, "sensitive", False) and thing.prefix == site.neutral.prefix:
                continue
            if other := taken.get(thing.prefix):
                yield f"{key}[{number}].prefix", f"prefix {thing.prefix!r} is already that of {other}"
            taken.setdefault(thing.prefix, f"{key}[{number}]")


def _procedure_fields(site: Site) -> Found:
    known = {f.code for f in site.fields}
    for number, procedure in enumerate(site.procedures):
        yield from _unknown(f"procedures[{number}].field", [procedure.field], known, "field")


def _counter_queues(site: Site) -> Found:
    fields, services = {f.code for f in site.fields}, {s.code for s in site.services}
    for number, counter in enumerate(site.counters):
        yield from _members(f"counters[{number}].fields", counter.fields, fields, "field")
        yield from _members(f"counters[{number}].services", counter.services, services, "service")


def _session_queues(site: Site) -> Found:
    fields, services = {f.code for f in site.fields}, {s.code for s in site.services}
    for number, session in enumerate(site.sessions):
        key = f"sessions[{number}]"
        yield from _members(f"{key}.fields", session.fields or (), fields, "field")
        for code in session.field_caps:
            yield from _unknown(child(f"{key}.field_caps", code), [code], fields, "field")
        for code in session.service_caps:
            yield from _unknown(child(f"{key}.service_caps", code), [code], services, "service")


def _session_counters(site: Site) -> Found:
    known = {c.number for c in site.counters}
    for number, session in enumerate(site.sessions):
        yield from _members(f"sessions[{number}].counters", session.counters or (), known, "counter")


def _members(key: str, values: tuple[object, ...], known: set, what: str) -> Found:
    for number, value in enumerate(values):
        yield from _unknown(f"{key}[{number}]", [value], known, what)
        if value in values[:number]:
            yield f"{key}[{number}]", f"{what} {_word(value)} is named twice"


def _unknown(key: str, values: list, known: set, what: str) -> Found:
    for value in values:
        if value not in known:
            yield key, f"the site has no {what} {_word(value)}"


def _word(value: object) -> str:
    return repr(value) if isinstance(value, str) else str(value)


def _session_times(site: Site) -> Found:
    for number, session in enumerate(site.sessions):
        key = f"sessions[{number}]"
        if not session.weekdays:
            yield f"{key}.weekdays", "must name at least one weekday"
        if len(set(session.weekdays)) < len(session.weekdays):
            yield f"{key}.weekdays", "names a weekday twice"
        if session.issuing_until <= session.issuing_from:
            yield f"{key}.issuing_until", "must be later than issuing_from"
        if session.closes_at < session.issuing_until:
            yield f"{key}.closes_at", "must not be before issuing_until"
        if session.closes_at <= session.service_from:
            yield f"{key}.service_from", "must be before closes_at"
        yield from _validity(key, session.valid_from, session.valid_to)


def _overlaps(site: Site) -> Found:
    """Two sessions of one day that run at once or would carry one name, and so one key."""
    for (i, first), (k, second) in combinations(enumerate(site.sessions), 2):
        days = [day for day in second.weekdays if day in first.weekdays]
        if not days or not _share_dates(first, second):
            continue
        when = f"on {', '.join(days)}"
        if first.issuing_from < second.closes_at and second.issuing_from < first.closes_at:
            yield f"sessions[{k}].issuing_from", f"overlaps sessions[{i}] ({first.name}) {when}"
        if first.name == second.name:
            yield f"sessions[{k}].name", f"{second.name!r} is already the name of sessions[{i}] {when}"


def _share_dates(first: SessionTemplate, second: SessionTemplate) -> bool:
    start = max(first.valid_from or date.min, second.valid_from or date.min)
    return start <= min(first.valid_to or date.max, second.valid_to or date.max)


def _validity(key: str, start: date | None, end: date | None) -> Found:
    if start and end and end < start:
        yield f"{key}.valid_to", "must not be before valid_from"


def _calendar(site: Site) -> Found:
    yield from _repeated("calendar", "day", (entry.day for entry in site.calendar), "day")
    for number, entry in enumerate(site.calendar):
        if entry.like and entry.kind != "working":
            yield f"calendar[{number}].like", 'goes with kind = "working" only'


def _notices(site: Site) -> Found:
    for number, notice in enumerate(site.notices):
        if not notice.places:
            yield f"notices[{number}].places", "must name at least one place"
        if len(set(notice.places)) < len(notice.places):
            yield f"notices[{number}].places", "names a place twice"
        yield from _validity(f"notices[{number}]", notice.valid_from, notice.valid_to)
        if notice.policy and not site.parent and site.policy(notice.policy) is None:
            yield f"notices[{number}].policy", f"the site has no policy {notice.policy!r}"


def _policies(site: Site) -> Found:
    if site.parent:
        for key in ("policies", "procedure_lists"):
            if getattr(site, key):
                yield key, "stand at the head of the province; a unit has overrides"
    yield from _repeated("policies", "code", (p.code for p in site.policies), "policy")
    lists = {one.code for one in site.procedure_lists}
    for number, policy in enumerate(site.policies):
        key = f"policies[{number}]"
        yield from _validity(key, policy.valid_from, policy.valid_to)
        yield from _url(f"{key}.portal_url", policy.portal_url)
        yield from _url(f"{key}.zalo_url", policy.zalo_url)
        if policy.online_mode != "offer" and not policy.online_list:
            yield f"{key}.online_list", "must name the list of procedures that online_mode holds for"
        if policy.online_list and policy.online_list not in lists:
            yield f"{key}.online_list", f"the site has no procedure list {policy.online_list!r}"
        if policy.postal_discount:
            yield from _validity(
                f"{key}.postal_discount", policy.postal_discount.valid_from, policy.postal_discount.valid_to
            )
        if policy.release and policy.result_mode != "postal_only":
            yield f"{key}.release", "goes with result_mode = \"postal_only\" only"


def _announced(site: Site) -> Found:
    """A policy is published with the contents that it asks for, each in both languages (Đồng Nai 2020, IV.2)."""
    for number, policy in enumerate(site.policies):
        for lack in announcements.missing(site, policy) if policy.published and not site.parent else ():
            about = f"no notice of {policy.code!r} about {lack.content!r} in {lack.lang!r}"
            days = " and ".join(f"{day:%d/%m/%Y}" for day in (policy.valid_from, policy.valid_to) if day)
            reason = {
                "hotline": f"{about} names the hotline {policy.hotline}",
                "period": f"{about} names its days {days}",
                "hidden": f"{about} is shown while health_notices is false",
                "window": f"{about} from {lack.day} on",
            }.get(lack.reason, about)
            key = f"policies[{number}].required_contents[{policy.required_contents.index(lack.content)}]"
            yield key, f"cannot be published: {reason}"


def _procedure_lists(site: Site) -> Found:
    yield from _repeated("procedure_lists", "code", (one.code for one in site.procedure_lists), "list")
    for number, named in enumerate(site.procedure_lists):
        key = f"procedure_lists[{number}].items"
        yield from _repeated(key, "procedure", ((i.procedure, i.valid_from) for i in named.items), "procedure")
        for place, item in enumerate(named.items):
            yield from _validity(f"{key}[{place}]", item.valid_from, item.valid_to)


def _own_overrides(site: Site) -> Found:
    yield from _repeated("overrides", "policy", (one.policy for one in site.overrides), "policy")
    for number, override in enumerate(site.overrides):
        key = f"overrides[{number}]"
        yield from _validity(key, override.valid_from, override.valid_to)
        if not site.parent:
            yield key, "is for units; the province's own centre follows its policy"
        elif not (override.other_submit_mode or override.result_mode):
            yield key, "must set other_submit_mode or result_mode"


_CHECKS: tuple[tuple[Callable[[Site], Found], tuple[str, ...]], ...] = (
    (_code, ("code",)),
    (_timezone, ("timezone",)),
    (_portal_url, ("portal_url",)),
    (_zalo_url, ("zalo_url",)),
    (_repeated_field, ("fields",)),
    (_repeated_service, ("services",)),
    (_prefixes, ("fields", "services", "neutral")),
    (_repeated_procedure, ("procedures",)),
    (_procedure_fields, ("procedures", "fields")),
    (_repeated_priority, ("priorities",)),
    (_repeated_counter, ("counters",)),
    (_counter_queues, ("counters", "fields", "services")),
    (_session_times, ("sessions",)),
    (_overlaps, ("sessions",)),
    (_session_queues, ("sessions", "fields", "services")),
    (_session_counters, ("sessions", "counters")),
    (_calendar, ("calendar",)),
    (_notices, ("notices", "policies", "parent")),
    (_procedure_lists, ("procedure_lists",)),
    (_policies, ("policies", "procedure_lists", "parent")),
    (_own_overrides, ("overrides", "parent")),
    (_announced, ("policies", "notices", "parent")),
)
