"""A web origin as browsers write it (RFC 6454, WHATWG URL): what isn't written so is compared with nothing."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# IDNA of 2003, which Python has, writes these otherwise than browsers do.
OTHERWISE = re.compile("[ßςẞ\u200c\u200d]")


def origin(text: str) -> str:
    """`https://so.example` for `HTTPS://So.Example:443/`. Raises ValueError that says what is wrong."""
    if re.search(r"[\s\x00-\x1f\x7f\\]", text):
        raise ValueError("holds a space, a line break or a backslash")
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError("begins with neither http:// nor https://")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError("has a path or a query")
    if "@" in parts.netloc:
        raise ValueError("holds a name or a password")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("has a port that is not one") from None
    if port == 0:
        raise ValueError("has a port that is not one")
    host = _host(parts.hostname or "", parts.netloc.startswith("["))
    return f"{parts.scheme}://{host}" + ("" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}")


def same(one: str, other: str) -> bool:
    """Whether both are the same origin; what is none is the same as nothing."""
    try:
        return origin(one) == origin(other)
    except ValueError:
        return False


def one_of_ours(asker: str | None, *ours: str) -> bool:
    """Whether a page of ours asks, or no page: programs name no origin."""
    return asker is None or any(same(asker, own) for own in ours)


def _host(name: str, bracketed: bool) -> str:
    if bracketed:
        try:
            return f"[{ipaddress.IPv6Address(name).compressed}]"
        except ValueError:
            raise ValueError("has an address of IPv6 that is not one") from None
    if OTHERWISE.search(name):
        raise ValueError("has a letter that browsers write in several ways: give its xn-- form")
    try:
        name = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValueError("has a host that is no name") from None
    labels = name.removesuffix(".").split(".")
    if not all(LABEL.fullmatch(label) for label in labels):
        raise ValueError("has a host that is no name")
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise ValueError("has an address that is not one: write it as in 192.0.2.1") from None
    return name
