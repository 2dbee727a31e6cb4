"""Every answer bears the usual headers: pages, refusals, files, sockets, and what is refused at the wire itself."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
import requests
from requests import Response

from tests.serving import Server
from ticketing.api.headers import EVERYWHERE

pytestmark = pytest.mark.faults("S21")
ASKED = [
    ("GET", "/", 302), ("GET", "/demo/", 200), ("GET", "/login", 200), ("GET", "/demo/counter/", 303),
    ("GET", "/demo/kiosk", 308), ("GET", "/nowhere/at/all", 404), ("GET", "/t/unknown", 404),
    ("POST", "/healthz", 405), ("OPTIONS", "/healthz", 200), ("HEAD", "/demo/", 200), ("GET", "/favicon.ico", 200),
    ("GET", "/static/css/base.css", 200), ("GET", "/static/css/none.css", 404), ("GET", "/metrics", 200),
    ("GET", "/readyz", 200), ("GET", "/robots.txt", 200), ("POST", "/login", 400), ("PUT", "/login", 405),
    ("GET", "/api/v1/sites", 200), ("GET", "/api/v1/nowhere", 404), ("POST", "/api/v1/sites", 405),
    ("GET", "/api/v1/sites/demo/journal", 401), ("GET", "/api/v1/openapi.json", 200),
    ("GET", "/socket.io/?EIO=4&transport=polling", 200), ("GET", "/socket.io/?EIO=3&transport=polling", 400),
    ("GET", "/socket.io/?EIO=4&transport=polling&sid=none", 400), ("PUT", "/socket.io/", 400),
    ("OPTIONS", "/socket.io/?EIO=4&transport=polling", 200), ("GET", "/socket.io/", 400),
    ("GET", "/socket.io/?EIO=4&transport=websocket", 400),
]  # fmt: skip
AT_THE_WIRE = [
    (b"\r\nnonsense\r\n\r\n", b"400"),
    (b"GET / HTTP/9.9\r\n\r\n", b"400"),
    (b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),
    (b"GET /a HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n", b"400"),
    (b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", b"400"),
    (b"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
    (b"POST /c HTTP/1.1\r\nHost: x\r\n folded\r\nContent-Length: 0\r\nContent-Length: 1\r\n\r\na", b"400"),
    (b"GET /" + b"x" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
    (b"POST /api/v1/sites HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"405"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("headers") / "data", options=()) as server:
        yield server


def lacking(answer: Response) -> list[str]:
    return [name for name, value in EVERYWHERE if answer.headers.get(name) != value]


@pytest.mark.parametrize(("method", "path", "status"), ASKED, ids=lambda value: str(value))
def test_an_answer_bears_the_usual_headers(server: Server, method: str, path: str, status: int) -> None:
    answer = server.http.request(method, server.url + path, allow_redirects=False, timeout=60)
    assert (answer.status_code, lacking(answer)) == (status, [])


def test_a_body_that_is_too_long_is_refused_with_them(server: Server) -> None:
    answer = server.ask("POST", "/sites/demo/tickets", role="kiosk", data=b"x" * 1_100_000)
    assert (answer.status_code, lacking(answer)) == (413, [])


def test_who_is_held_off_from_the_sockets_gets_them_too(server: Server) -> None:
    with requests.Session() as http:
        http.trust_env = False
        for _socket in range(700):
            answer = http.get(f"{server.url}/socket.io/?EIO=4&transport=polling", timeout=60)
            if answer.status_code == 429:
                break
    assert (answer.status_code, lacking(answer)) == (429, [])


@pytest.mark.parametrize(("sent", "status"), AT_THE_WIRE, ids=lambda value: str(value)[:30])
def test_what_is_refused_at_the_wire_is_refused_with_them(server: Server, sent: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as wire:
        wire.sendall(sent)
        answer = b""
        while b"\r\n\r\n" not in answer and (more := wire.recv(65536)):
            answer += more
    head = answer.partition(b"\r\n\r\n")[0].decode()
    assert head.startswith("HTTP/1.1 "), answer
    assert head.split()[1].encode() == status
    assert [name for name, value in EVERYWHERE if f"{name}: {value}" not in head] == []


@pytest.mark.parametrize("line", [b"XY", b"Foo : 1", b"X: a\r\rb", b"Transfer-Encoding: gzip, chunked"])
def test_no_body_is_taken_for_another_request(server: Server, line: bytes) -> None:
    inner = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    length = b"" if b"chunked" in line else b"Content-Length: %d\r\n" % len(inner)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as wire:
        wire.sendall(b"POST /healthz HTTP/1.1\r\nHost: a\r\n" + line + b"\r\n" + length + b"\r\n" + inner)
        answer = b""
        with suppress(ConnectionResetError):
            while more := wire.recv(65536):
                answer += more
    assert re.findall(rb"HTTP/1.1 (\d+)", answer) == [b"400"]


def test_a_websocket_is_opened_with_them(server: Server) -> None:
    head = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    head += "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    # Another visitor than the one who was refused above.
    here = ("127.0.2.9", 0)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60, source_address=here) as wire:
        wire.sendall(head.encode())
        answer = wire.recv(65536).decode(errors="replace")
    assert answer.startswith("HTTP/1.1 101")
    assert [name for name, value in EVERYWHERE if f"{name}: {value}".lower() not in answer.lower()] == []
