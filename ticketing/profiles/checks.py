"""What must hold between the values of one site. Every check yields problems with keys within the site."""

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from ticketing.profiles.logos import logo_problem
from ticketing.profiles.problems import Fact, Phrase, Problem, written
from ticketing.profiles.reading import child
from ticketing.rules import announcements
from ticketing.rules.policies import DEFAULT_PORTAL
from ticketing.rules.printers import address
from ticketing.rules.sites import RESERVED_CODES, Field, Notice, Service, SessionTemplate, Site

Found = Iterator[Problem]


def check_site(site: Site, broken: Set[str] = frozenset(), lent: Set[str] = frozenset()) -> Found:
    """The problems of `site`, leaving out the checks that would look at an attribute in `broken`, and those that look
    at nothing but what is `lent`: they are the lender's."""
    for check, needs in _CHECKS:
        if broken.isdisjoint(needs) and not lent >= set(needs):
            yield from check(site)


def _code(site: Site) -> Found:
    if site.code in RESERVED_CODES:
        yield Problem("code", "reserved", {"value": written(site.code)})
    elif site.code.startswith("-") or site.code.endswith("-"):
        yield Problem("code", "hyphen_at_end")


def _timezone(site: Site) -> Found:
    if site.timezone not in _zones():
        yield Problem("timezone", "no_time_zone", {"value": written(site.timezone)})


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


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
        expected = Phrase("address", {"url": DEFAULT_PORTAL})
        yield Problem(key, "wrong_value", {"expected": expected, "value": written(url)})


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
            facts: dict[str, Fact] = {"kind": what, "value": written(value), "ref": f"{key}[{first[value]}]"}
            yield Problem(f"{key}[{number}].{name}", "repeated", facts)
        first.setdefault(value, number)


def _once(key: str, name: str, what: str) -> Callable[[Site], Found]:
    """The check that of the list at `key` no two entries have one `name`."""
    return lambda site: _repeated(key, name, (getattr(one, name) for one in getattr(site, key)), what)


def _prefixes(site: Site) -> Found:
    """One series of numbers for one prefix; sensitive fields may all carry the neutral series' own."""
    taken: dict[str, str] = {}
    if site.neutral:
        taken[site.neutral.prefix] = "neutral"
    series: dict[str, tuple[Field | Service, ...]] = {"fields": site.fields, "services": site.services}
    for key, things in series.items():
        for number, thing in enumerate(things):
            if site.neutral and getattr(thing, "sensitive", False) and thing.prefix == site.neutral.prefix:
                continue
            if other := taken.get(thing.prefix):
                code = "prefix_of_neutral" if other == "neutral" else "prefix_taken"
                yield Problem(f"{key}[{number}].prefix", code, {"value": written(thing.prefix), "ref": other})
            taken.setdefault(thing.prefix, f"{key}[{number}]")


def _procedure_fields(site: Site) -> Found:
    known = {f.code for f in site.fields}
    for number, procedure in enumerate(site.procedures):
        if procedure.field not in known:
            yield _no_such(f"procedures[{number}].field", "field", procedure.field)


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
            if code not in fields:
                yield _no_such(child(f"{key}.field_caps", code), "field", code)
        for code in session.service_caps:
            if code not in services:
                yield _no_such(child(f"{key}.service_caps", code), "service", code)


def _session_counters(site: Site) -> Found:
    known = {c.number for c in site.counters}
    for number, session in enumerate(site.sessions):
        yield from _members(f"sessions[{number}].counters", session.counters or (), known, "counter")


def _members(key: str, values: Iterable[object], known: Set[object], what: str) -> Found:
    seen = set()
    for number, value in enumerate(values):
        if value not in known:
            yield _no_such(f"{key}[{number}]", what, value)
        if value in seen:
            yield Problem(f"{key}[{number}]", "named_twice", {"kind": what, "value": written(value)})
        seen.add(value)


def _no_such(key: str, what: str, value: object) -> Problem:
    return Problem(key, "no_such", {"kind": what, "value": written(value)})


def _session_times(site: Site) -> Found:
    for number, session in enumerate(site.sessions):
        key = f"sessions[{number}]"
        if not session.weekdays:
            yield Problem(f"{key}.weekdays", "no_weekday")
        if len(set(session.weekdays)) < len(session.weekdays):
            yield Problem(f"{key}.weekdays", "weekday_twice")
        if session.issuing_until <= session.issuing_from:
            yield Problem(f"{key}.issuing_until", "issues_no_time")
        if session.closes_at < session.issuing_until:
            yield Problem(f"{key}.closes_at", "closes_early")
        if session.closes_at <= session.service_from:
            yield Problem(f"{key}.service_from", "serves_late")
        yield from _validity(key, session.valid_from, session.valid_to)


def _overlaps(site: Site) -> Found:
    """Two sessions of one day that run at once or would carry one name, and so one key."""
    for (i, first), (k, second) in combinations(enumerate(site.sessions), 2):
        days = [day for day in second.weekdays if day in first.weekdays]
        if not days or not _share_dates(first, second):
            continue
        facts: dict[str, Fact] = {"ref": f"sessions[{i}]", "name": first.name, "weekdays": tuple(days)}
        if first.issuing_from < second.closes_at and second.issuing_from < first.closes_at:
            yield Problem(f"sessions[{k}].issuing_from", "overlaps", facts)
        if first.name == second.name:
            yield Problem(f"sessions[{k}].name", "name_taken", facts | {"value": written(second.name)})


def _share_dates(first: SessionTemplate, second: SessionTemplate) -> bool:
    start = max(first.valid_from or date.min, second.valid_from or date.min)
    return start <= min(first.valid_to or date.max, second.valid_to or date.max)


def _validity(key: str, start: date | None, end: date | None) -> Found:
    if start and end and end < start:
        yield Problem(f"{key}.valid_to", "ends_early")


def _calendar(site: Site) -> Found:
    for number, entry in enumerate(site.calendar):
        if entry.like and entry.kind != "working":
            yield Problem(f"calendar[{number}].like", "working_only")


def _notices(site: Site) -> Found:
    policies = {policy.code for policy in site.policies}
    for number, notice in enumerate(site.notices):
        if not notice.places:
            yield Problem(f"notices[{number}].places", "no_place")
        if len(set(notice.places)) < len(notice.places):
            yield Problem(f"notices[{number}].places", "place_twice")
        yield from _validity(f"notices[{number}]", notice.valid_from, notice.valid_to)
        if notice.policy and not site.parent and notice.policy not in policies:
            yield _no_such(f"notices[{number}].policy", "policy", notice.policy)


def _policies(site: Site) -> Found:
    if site.parent:
        for key in ("policies", "procedure_lists"):
            if getattr(site, key):
                yield Problem(key, "head_only")
    lists = {one.code for one in site.procedure_lists}
    for number, policy in enumerate(site.policies):
        key = f"policies[{number}]"
        yield from _validity(key, policy.valid_from, policy.valid_to)
        yield from _url(f"{key}.portal_url", policy.portal_url)
        yield from _url(f"{key}.zalo_url", policy.zalo_url)
        if policy.online_mode != "offer" and not policy.online_list:
            yield Problem(f"{key}.online_list", "list_needed")
        if policy.online_list and policy.online_list not in lists:
            yield _no_such(f"{key}.online_list", "list", policy.online_list)
        if policy.postal_discount:
            yield from _validity(
                f"{key}.postal_discount", policy.postal_discount.valid_from, policy.postal_discount.valid_to
            )
        if policy.release and policy.result_mode != "postal_only":
            yield Problem(f"{key}.release", "postal_only")


def _announced(site: Site) -> Found:
    """A policy is published with the contents that it asks for, each in both languages (Đồng Nai 2020, IV.2)."""
    notices: dict[str, list[Notice]] = {}
    for notice in site.notices:
        notices.setdefault(notice.policy, []).append(notice)
    for number, policy in enumerate(() if site.parent else site.policies):
        own = replace(site, notices=tuple(notices.get(policy.code, ())))
        for lack in announcements.missing(own, policy) if policy.published else ():
            key = f"policies[{number}].required_contents[{policy.required_contents.index(lack.content)}]"
            facts: dict[str, Fact] = {"policy": policy.code, "content": lack.content, "lang": lack.lang}
            if lack.reason == "hotline":
                facts["hotline"] = policy.hotline
            if lack.reason == "period":
                facts["days"] = tuple(day for day in (policy.valid_from, policy.valid_to) if day)
            if lack.day:
                facts["from"] = lack.day
            yield Problem(key, f"notice_{lack.reason}", facts)


def _procedure_lists(site: Site) -> Found:
    for number, named in enumerate(site.procedure_lists):
        key = f"procedure_lists[{number}].items"
        yield from _repeated(key, "procedure", ((i.procedure, i.valid_from) for i in named.items), "procedure")
        for place, item in enumerate(named.items):
            yield from _validity(f"{key}[{place}]", item.valid_from, item.valid_to)


def _own_overrides(site: Site) -> Found:
    for number, override in enumerate(site.overrides):
        key = f"overrides[{number}]"
        yield from _validity(key, override.valid_from, override.valid_to)
        if not site.parent:
            yield Problem(key, "units_only")
        elif not (override.other_submit_mode or override.result_mode):
            yield Problem(key, "sets_nothing")


def _slip(site: Site) -> Found:
    blocks = site.slip.blocks
    for number, block in enumerate(blocks):
        if block in blocks[:number]:
            yield Problem(f"slip.blocks[{number}]", "named_twice", {"kind": "block", "value": written(block)})
    if site.slip.logo and (problem := logo_problem("slip.logo", site.slip.logo)):
        yield problem


def _printers(site: Site) -> Found:
    for number, printer in enumerate(site.printers):
        key = f"printers[{number}]"
        if address(printer.address) is None:
            expected = Phrase("printer_address")
            yield Problem(f"{key}.address", "wrong_value", {"expected": expected, "value": written(printer.address)})
        for place, kiosk in enumerate(printer.kiosks or ()):
            if kiosk in (printer.kiosks or ())[:place]:
                yield Problem(f"{key}.kiosks[{place}]", "named_twice", {"kind": "kiosk", "value": written(kiosk)})


def _printer_places(site: Site) -> Found:
    """Most printers take one connection: two workers of one would shut each other out."""
    found = [address(one.address) for one in site.printers]
    places = (one if one and one.kind in ("tcp", "usb", "serial") else number for number, one in enumerate(found))
    yield from _repeated("printers", "address", places, "address")


_CHECKS: tuple[tuple[Callable[[Site], Found], tuple[str, ...]], ...] = (
    (_code, ("code",)),
    (_timezone, ("timezone",)),
    (lambda site: _url("portal_url", site.portal_url), ("portal_url",)),
    (lambda site: _url("zalo_url", site.zalo_url), ("zalo_url",)),
    (lambda site: _url("map_url", site.map_url), ("map_url",)),
    (_once("fields", "code", "field"), ("fields",)),
    (_once("services", "code", "service"), ("services",)),
    (_prefixes, ("fields", "services", "neutral")),
    (_once("procedures", "code", "procedure"), ("procedures",)),
    (_procedure_fields, ("procedures", "fields")),
    (_once("priorities", "code", "priority"), ("priorities",)),
    (_once("counters", "number", "counter"), ("counters",)),
    (_counter_queues, ("counters", "fields", "services")),
    (_once("printers", "name", "printer"), ("printers",)),
    (_printers, ("printers",)),
    (_printer_places, ("printers",)),
    (_session_times, ("sessions",)),
    (_overlaps, ("sessions",)),
    (_session_queues, ("sessions", "fields", "services")),
    (_session_counters, ("sessions", "counters")),
    (_once("calendar", "day", "day"), ("calendar",)),
    (_calendar, ("calendar",)),
    (_notices, ("notices", "policies", "parent")),
    (_once("procedure_lists", "code", "list"), ("procedure_lists",)),
    (_procedure_lists, ("procedure_lists",)),
    (_once("policies", "code", "policy"), ("policies",)),
    (_policies, ("policies", "procedure_lists", "parent")),
    (_once("overrides", "policy", "policy"), ("overrides",)),
    (_own_overrides, ("overrides", "parent")),
    (_slip, ("slip",)),
    (_announced, ("policies", "notices", "parent")),
)
