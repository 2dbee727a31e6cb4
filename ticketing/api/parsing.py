"""From a request to plain values: body, query, headers, all normalised to NFC. What doesn't fit raises
Invalid."""

import re
from datetime import date
from functools import cache
from typing import Any, TypeVar

import msgspec
from flask import Request, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from ticketing.errors import Invalid, Unknown
from ticketing.rules.notes import holds_number
from ticketing.rules.text import day_of, is_day, plain

MAX_BODY = 64 * 1024
MAX_KEY = 200
# So many are named, and so many of a list's items looked at one by one.
MAX_MISTAKES = 50
# Where somebody says in words of his own why he did something: it stays in the journal.
NOTED = ("reason", "outcome")
M = TypeVar("M", bound=msgspec.Struct)

_message = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>.+)`)?$", re.DOTALL)
_named = re.compile(r"(?P<kind>unknown|missing required) field `(?P<name>.*)`", re.DOTALL)
_decoders: dict[type[msgspec.Struct], msgspec.json.Decoder[Any]] = {}
_KINDS = (
    ("encoded date", "not_a_day"),
    ("Invalid enum value", "not_allowed"),
    (" matching regex", "wrong_form"),
    ("length <=", "too_long"),
    ("length >=", "too_short"),
    (">=", "too_small"),
    ("<=", "too_large"),
    ("out of range", "too_large"),
    (", got `", "wrong_type"),
)


def body(model: type[M], asked: Request) -> M:
    """The request's body as `model`; a missing body is `{}`. Bodies over 64 KB raise werkzeug's 413."""
    raw = _read(asked)
    if len(raw) > MAX_BODY:
        raise RequestEntityTooLarge()
    if not raw:
        raw = b"{}"
    elif asked.environ.get("CONTENT_TYPE") != "application/json" and not asked.is_json:
        raise Invalid(("Content-Type", "not_json"))
    decoder = _decoders.get(model) or _decoders.setdefault(model, msgspec.json.Decoder(model))
    try:
        found = decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise Invalid(*_mistakes(model, raw) or [_explain(str(error))]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid(("", "not_json")) from None
    if not raw.isascii() or b"\\" in raw or b"\x7f" in raw or _has_days(model):
        found = _clean(found, "")
    for path in _noted(model):
        _refuse_numbers(found, path)
    return found


@cache
def _noted(model: type[msgspec.Struct]) -> tuple[tuple[str, ...], ...]:
    names = model.__struct_fields__
    inner = [("exception", "reason")] if "exception" in names else []
    return *((name,) for name in NOTED if name in names), *inner


def _refuse_numbers(found: Any, path: tuple[str, ...]) -> None:
    for name in path:
        found = getattr(found, name, "")
    if isinstance(found, str) and holds_number(found):
        raise Invalid((".".join(path), "personal_number"))


@cache
def _has_days(model: type[msgspec.Struct]) -> bool:
    return any("date" in str(one.type) for one in msgspec.structs.fields(model))


def _read(asked: Request) -> bytes:
    length = asked.environ.get("CONTENT_LENGTH", "")
    if length.isdecimal() and len(length) < 5 and "HTTP_TRANSFER_ENCODING" not in asked.environ:
        # What werkzeug would do through three streams.
        raw: bytes = asked.environ["wsgi.input"].read(int(length))
        if len(raw) == int(length):
            return raw
        raise ClientDisconnected()
    # Without a Content-Length werkzeug cuts a body off at the limit and says nothing: read one byte more.
    asked.max_content_length = MAX_BODY + 1
    return asked.get_data(cache=False)


def _mistakes(model: type[msgspec.Struct], raw: bytes) -> list[tuple[str, str]]:
    """Key and reason of everything that is wrong with a body, where msgspec stops at the first."""
    try:
        given = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return []
    if not isinstance(given, dict):
        return []
    found: list[tuple[str, str]] = []
    fields = {field.encode_name: field for field in msgspec.structs.fields(model)}
    for name, field in fields.items():
        if name in given:
            found += _mistakes_of(field.type, given[name], name)
        elif field.required:
            found.append((name, "missing"))
    found += [(name[:100], "unknown_key") for name in given if name not in fields]
    return found[:MAX_MISTAKES]


def _mistakes_of(kind: Any, value: Any, name: str) -> list[tuple[str, str]]:
    """Of a list each item's own, unless it is the list itself that is wrong."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        if isinstance(value, list) and len(value) > 1:
            items = enumerate(value[:MAX_MISTAKES])
            if found := [one for at, item in items for one in _mistakes_of(kind, [item], f"{name}[{at}]")]:
                return [(key.replace("][0]", "]", 1)[:100], reason) for key, reason in found]
        key, reason = _explain(str(error))
        return [(f"{name}{'' if key.startswith('[') else '.' if key else ''}{key}"[:100], reason)]
    return []


def _explain(message: str) -> tuple[str, str]:
    """Key and reason of a refusal by msgspec, whose words are the only place where it says them."""
    match = _message.match(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    key = path.removeprefix("$").removeprefix(".")
    if named := _named.search(what):
        key = f"{key}.{named['name']}" if key else named["name"]
        return key[:100], "unknown_key" if named["kind"] == "unknown" else "missing"
    return key[:100], next((reason for sign, reason in _KINDS if sign in what), "wrong_type")


def _clean(value: Any, key: str) -> Any:
    if isinstance(value, str):
        kept = text(value, key)
        if value and not kept:
            # It was long enough for its model, and is made of what nobody sees.
            raise Invalid((key, "control_characters"))
        return kept
    if isinstance(value, date) and not is_day(value):
        raise Invalid((key, "not_a_day"))
    if isinstance(value, list):
        return [_clean(item, f"{key}[{place}]") for place, item in enumerate(value)]
    if isinstance(value, dict):
        return {text(name, key): _clean(item, key) for name, item in value.items()}
    if isinstance(value, msgspec.Struct):
        path = f"{key}." if key else ""
        inner = {name: _clean(getattr(value, name), f"{path}{name}") for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **inner)
    return value


def text(value: str, key: str) -> str:
    """`value` by the rule for texts: NFC, no format characters. Control characters raise Invalid."""
    try:
        return plain(value)
    except ValueError:
        raise Invalid((key, "control_characters")) from None


def idempotency_key(asked: Request) -> str:
    """The `Idempotency-Key`, 1 to 200 printable characters; "" when it wasn't given."""
    given = asked.environ.get("HTTP_IDEMPOTENCY_KEY")
    if given is None:
        return ""
    try:
        # WSGI hands headers over as Latin-1, whatever the client wrote.
        given = given.encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise Invalid(("Idempotency-Key", "wrong_form")) from None
    if not given.strip() or not given.isprintable():
        raise Invalid(("Idempotency-Key", "wrong_form"))
    if len(given) > MAX_KEY:
        raise Invalid(("Idempotency-Key", "too_long"))
    return given


def query(name: str, longest: int = 200) -> str:
    value = text(request.args.get(name, ""), name)
    if len(value) > longest:
        raise Invalid((name, "too_long"))
    return value


def query_day(name: str) -> date | None:
    """A day of the query as YYYY-MM-DD, None when it wasn't given."""
    given = request.args.get(name, "")
    if not given:
        return None
    found = day_of(given)
    if found is None:
        raise Invalid((name, "not_a_day"))
    return found


def query_number(name: str, default: int) -> int:
    """A whole number of the query, within what the store can hold."""
    given = request.args.get(name, "")
    if not given:
        return default
    if not re.fullmatch(r"-?[0-9]{1,30}", given):
        raise Invalid((name, "not_a_number"))
    return max(-(2**62), min(int(given), 2**62))


def counter_number(given: str) -> int:
    """The counter of a path. Raises Unknown for what is no number on a door."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", given):
        raise Unknown("counter", given[:64])
    return int(given)
