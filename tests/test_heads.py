"""A head of plain lines says the same to the server as the standard library's parser would have it say."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from gevent.pywsgi import WSGIHandler, headers_factory
from hypothesis import given
from hypothesis import strategies as st

from kiosk.heads import Head, clear_head, head_of, is_ambiguous, lines_of
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


def read_head(wire: BytesIO) -> Any:
    return head_of(lines_of(wire))


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
    assert is_ambiguous(found, "HTTP/1.1") == is_ambiguous(expected, "HTTP/1.1")


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
        assert is_ambiguous(read_head(BytesIO(raw + b"\r\n")), "HTTP/1.1") == refused


LENGTH = b"Content-Length: 3\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"", LENGTH,
        *(b"Host: a\r\nContent-Length: %s\r\n" % one for one in (b"+3", b"1_0", b"-0", b"0x3", b"3, 3", b"\xb2", b"")),
        *(b"Host: a\r\nTransfer-Encoding: %s\r\n" % one for one in (b"gzip, chunked", b"xchunked", b"identity", b"")),
        *(b"Host: a\r\n%s\r\n" % one + LENGTH for one in (b"X Y: 1", b"XY", b"Foo : 1", b": 1", b"From x", b" folded")),
        *(b"Host: a\r\n%s\r\n" % one + LENGTH for one in (b"X: a\r\rb", b"X: a\rY: b", b"X: a\0b")),
        b"X: a\rHost: b\r\n", b" Host: a\r\nHost: a\r\n", b"X Y: 1\r\nHost: a\r\nHost: b\r\n",
    ],
)  # fmt: skip
def test_what_a_proxy_may_part_otherwise_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError, match=r"no field|no host"):
        clear_head(BytesIO(head + b"\r\n"), "HTTP/1.1")


@pytest.mark.parametrize(
    ("head", "version"),
    [
        (PLAIN.replace(b"Content-Length: 13\r\n", b""), "HTTP/1.1"), (b"\r\n", "HTTP/1.0"), (b"\r\n", "HTTP/0.9"),
        (b"Host: a\r\nTransfer-Encoding: Chunked\r\n\r\n", "HTTP/1.1"), (b"Host: a\nX: b\n\n", "HTTP/1.1"),
        ("Host: a\r\nCookie: a=đ\r\nContent-Length: 003\r\n\r\n".encode(), "HTTP/1.1"),
    ],
)  # fmt: skip
def test_what_is_plain_enough_is_not(head: bytes, version: str) -> None:
    assert clear_head(BytesIO(head), version) is not None


def test_a_coded_body_of_an_older_version_is_refused() -> None:
    with pytest.raises(ValueError, match="part it"):
        clear_head(BytesIO(b"Host: a\r\nTransfer-Encoding: chunked\r\n\r\n"), "HTTP/1.0")


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
