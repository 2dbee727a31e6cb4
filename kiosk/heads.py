"""The head of a request, read as what it mostly is: plain lines of a name and a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from gevent.pywsgi import headers_factory

# Python's own bounds, at which `headers_factory` refuses.
LONGEST, MOST = 65_536, 100
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([!-~](?:[\t -~]*[!-~])?)?\r\n")
# Any field, of whatever bytes: no other line, no fold, and no end of a line within.
LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r?\n")
ENDS = (b"\r\n", b"\n", b"")


class Head:
    """What gevent's server asks of a request's headers. Of a name that stands there twice, `get` gives the first."""

    __slots__ = ("_fields", "_first")
    status = ""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields
        self._first: dict[str, str] = {}
        for name, value in fields:
            self._first.setdefault(name.lower(), value)

    def get(self, name: str, default: str | None = None) -> str | None:
        return self._first.get(name.lower(), default)

    getheader = get

    def get_all(self, name: str) -> list[str]:
        if len(self._first) == len(self._fields):
            return [self._first[name]] if name in self._first else []
        return [value for one, value in self._fields if one.lower() == name]

    def __delitem__(self, name: str) -> None:
        self._first.pop(name.lower(), None)
        self._fields = [one for one in self._fields if one[0].lower() != name.lower()]

    def environ(self) -> Iterator[tuple[str, str]]:
        """Its fields as WSGI calls them, but for a body's type and length; a name with "_" could pass for another."""
        for name, value in self._fields:
            key = name.replace("-", "_").upper()
            if "_" not in name and key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                yield f"HTTP_{key}", value

    @property
    def typeheader(self) -> str | None:
        return self.get("content-type")


def lines_of(wire: Any) -> list[bytes]:
    """The lines up to the empty one, that one too."""
    lines = [wire.readline(LONGEST + 1)]
    while lines[-1] not in ENDS and len(lines[-1]) <= LONGEST and len(lines) <= MOST:
        lines.append(wire.readline(LONGEST + 1))
    return lines


def head_of(lines: list[bytes]) -> Any:
    """Whatever is unusual in them is left to the parser of the standard library, which is made for mail and takes ten
    times as long."""
    found = [FIELD.fullmatch(line) for line in lines[:-1]]
    if lines[-1] == b"\r\n" and all(found):
        return Head([(one[1].decode(), (one[2] or b"").decode()) for one in found if one])
    return headers_factory(BytesIO(b"".join(lines)))


def is_ambiguous(head: Any, version: str) -> bool:
    """Whether a proxy might part the same bytes into other requests, or for another name: RFC 9112, 3.2 and 6."""
    hosts, lengths, codings = (head.get_all(name) or () for name in ("host", "content-length", "transfer-encoding"))
    if len(hosts) > 1 or len(lengths) + len(codings) > 1:
        return True
    if version == "HTTP/1.1" and not hosts:
        return True
    # gevent takes any other coding for none, and reads "+1" as a length.
    if any(coding.lower() != "chunked" for coding in codings) or (codings and version != "HTTP/1.1"):
        return True
    return not all(length.isascii() and length.isdigit() for length in lengths)


def clear_head(wire: Any, version: str) -> Any:
    """Raises ValueError for a head that is ambiguous, and for a line that a parser might end it at."""
    lines = lines_of(wire)
    head = head_of(lines)
    if not (isinstance(head, Head) or head.status or all(LINE.fullmatch(line) for line in lines[:-1])):
        raise ValueError("a line that is no field")
    if is_ambiguous(head, version):
        raise ValueError("no host, or more than one way to part it")
    return head
