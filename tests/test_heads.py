"""A head of plain lines says the same to the server as the standard library's parser would have it say."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from gevent.pywsgi import WSGIHandler, headers_factory
from hypothesis import given
from hypothesis import strategies as st

from kiosk.heads import Head, is_ambiguous, read_head
from kiosk.serving import Handler

PLAIN = (
    b"Host: a\r\nX-Empty:\r\nX-Spaces: \t a  b\r\nCookie: a=1\r\ncookie: b=2\r\nX_Bad: 1\r\nAuthorization: Bearer a\r\n"
    b"content-type: application/json\r\nContent-Length: 12\r\nContent-Length: 13\r\nX-Colon: a:b: c\r\n\r\nrest"
)
UNUSUAL = (
    b"Host: a\nX: b\n\n", b"Host: a\r\n folded\r\n\r\n", b"Host: a \r\n\r\n", "X: điện\r\n\r\n".encode(),
    b"no colon\r\nHost: a\r\n\r\n", b": no name\r\n\r\n", b"From here\r\nHost: a\r\n\r\n", b"Host: a\r\n", b"",
    b"X: a\x00b\r\n\r\n", b"X: a\rb\r\n\r\n", b"X: a\x0bb\r\nY: c\r\n\r\n", b"Host : a\r\n\r\n",
    b"A: b\r\n" * 99 + b"\r\n",
)  # fmt: skip


def environ_of(headers: Any, kind: type[WSGIHandler] = WSGIHandler) -> dict[str, Any]:
    handler = kind.__new__(kind)
    handler.headers, handler.command, handler.path, handler.request_version = headers, "POST", "/a", "HTTP/1.1"
    handler.client_address, handler.rfile, handler.content_length = ("127.0.0.1", 1), BytesIO(), 0
    handler.socket, handler.server = None, SimpleNamespace(get_environ=dict)
    made: dict[str, Any] = handler.get_environ()
    return {key: value for key, value in made.items() if key != "wsgi.input"}


def both(raw: bytes) -> None:
    ours, theirs = BytesIO(raw), BytesIO(raw)
    found, expected = read_head(ours), headers_factory(theirs)
    assert ours.tell() == theirs.tell() and found.status == expected.status
    assert environ_of(found, Handler) == environ_of(expected)
    for name in ("Content-Length", "transfer-encoding", "connection", "upgrade", "host"):
        assert found.get(name) == expected.get(name)
    assert is_ambiguous(found) == is_ambiguous(expected)


def test_plain_lines_are_read_by_us_and_say_the_same() -> None:
    assert isinstance(read_head(BytesIO(PLAIN)), Head)
    both(PLAIN)


@pytest.mark.parametrize("raw", UNUSUAL)
def test_whatever_is_unusual_is_read_as_before(raw: bytes) -> None:
    both(raw)


@pytest.mark.parametrize(
    ("head", "refused"),
    [
        (b"Host: a\r\nContent-Length: 1\r\nCookie: a=1\r\nCookie: a=2\r\n", False),
        (b"Host: a\r\nTransfer-Encoding: chunked\r\n", False), (b"Host: a\r\nHOST: a\r\n", True),
        (b"Host: a\r\nContent-Length: 1\r\ncontent-length: 1\r\n", True),
        (b"Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", True),
        (b"Host: a\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", True),
    ],
)  # fmt: skip
def test_more_than_one_host_or_length_is_ambiguous(head: bytes, refused: bool) -> None:
    for raw in (head, b"X: folded\r\n too\r\n" + head):
        both(raw + b"\r\n")
        assert is_ambiguous(read_head(BytesIO(raw + b"\r\n"))) == refused


def test_a_length_that_does_not_hold_is_taken_out() -> None:
    head = read_head(BytesIO(PLAIN))
    del head["content-length"]
    assert head.getheader("Content-Length") is None
    assert "CONTENT_LENGTH" not in environ_of(head, Handler)


@pytest.mark.parametrize("raw", [b"A: b\r\n" * 101 + b"\r\n", b"A: " + b"b" * 65_536 + b"\r\n\r\n"])
def test_too_many_lines_and_too_long_ones_are_refused_as_before(raw: bytes) -> None:
    said = []
    for read in (read_head, headers_factory):
        try:
            said.append(read(BytesIO(raw)).status)
        except Exception as error:
            said.append(str(error))
    assert said[0] == said[1] != ""


@given(st.binary(max_size=60), st.sampled_from([b"X: ", b"Content-Length: ", b"Transfer-Encoding: chunked", b""]))
def test_no_byte_makes_a_difference(line: bytes, before: bytes) -> None:
    both(b"Host: a\r\n" + before + line + b"\r\n\r\n")
