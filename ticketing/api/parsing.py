"""From a request to plain values: body, query, headers, all normalised to NFC. What doesn't fit raises
Invalid."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, TypeVar

import msgspec
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from ticketing.errors import Invalid, Unknown

MAX_BODY = 64 * 1024
MAX_KEY = 200
M = TypeVar("M", bound=msgspec.Struct)

_control = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
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


def body(model: type[M]) -> M:
    """The request's body as `model`; a missing body is `{}`. Bodies over 64 KB raise werkzeug's 413."""
    # Without a Content-Length werkzeug cuts a body off at the limit and says nothing: read one byte more.
    request.max_content_length = MAX_BODY + 1
    raw = request.get_data(cache=False)
    if len(raw) > MAX_BODY:
        raise RequestEntityTooLarge()
    if not raw:
        raw = b"{}"
    elif not request.is_json:
        raise Invalid(("Content-Type", "not_json"))
    decoder = _decoders.get(model) or _decoders.setdefault(model, msgspec.json.Decoder(model))
    try:
        found = decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise Invalid(_explain(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid(("", "not_json")) from None
    if raw.isascii() and b"\\" not in raw:
        return found
    changes = {name: _clean(getattr(found, name), name) for name in found.__struct_fields__}
    return msgspec.structs.replace(found, **changes)


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
        return text(value, key)
    if isinstance(value, list):
        return [_clean(item, f"{key}[{place}]") for place, item in enumerate(value)]
    if isinstance(value, dict):
        return {text(name, key): _clean(item, key) for name, item in value.items()}
    if isinstance(value, msgspec.Struct):
        fields = value.__struct_fields__
        inner = {name: _clean(getattr(value, name), f"{key}.{name}") for name in fields}
        return msgspec.structs.replace(value, **inner)
    return value


def text(value: str, key: str) -> str:
    """`value` in NFC. Control characters raise Invalid; tab and line breaks may stay."""
    if _control.search(value):
        raise Invalid((key, "control_characters"))
    return unicodedata.normalize("NFC", value)


def idempotency_key() -> str:
    """The `Idempotency-Key`, 1 to 200 printable characters; "" when it wasn't given."""
    given = request.headers.get("Idempotency-Key")
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
    try:
        found = date.fromisoformat(given)
    except ValueError:
        found = None
    # fromisoformat also reads 20261123 and 2026-W48-1; the contract writes days in one way.
    if found is None or found.isoformat() != given or not 2000 <= found.year <= 2999:
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
