"""Behind a proxy everybody is himself, and nobody can say that he is another."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import websocket
from limits import RateLimitItemPerMinute

from display.door import MOST_OF_VISITOR
from kiosk.config import BadSetting, settings_from
from kiosk.connections import MOST_HALVES, YOUNG_S, Connections
from kiosk.proxy import BehindProxy, Proxies, networks
from tests.api_kit import Kit
from tests.live_kit import open_wire
from tests.serving import Server
from ticketing.api import limits
from ticketing.desk.attempts import FAILURES

pytestmark = pytest.mark.faults("S9")
PROXY = "10.0.0.1"
STRANGER = "198.51.100.7"


def seen(trusted: str, peer: str, **headers: str) -> tuple[str, str, str]:
    """What the application sees of a request: the address, the scheme and the host."""
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_HOST": "so.example.vn"}
    environ |= {f"HTTP_X_FORWARDED_{name.upper()}": value for name, value in headers.items()}
    BehindProxy(lambda environ, start: [], Proxies(networks(trusted)))(environ, None)
    return environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (PROXY, "192.0.2.1", "192.0.2.1"),
        (f"::ffff:{PROXY}", "192.0.2.1", "192.0.2.1"),
        ("fd00::5", "2001:db8::1", "2001:db8::1"),
        (PROXY, "203.0.113.9, 192.0.2.1", "192.0.2.1"),
        (PROXY, "203.0.113.9, 192.0.2.1, 10.0.0.1", "192.0.2.1"),
        (PROXY, "192.0.2.1:4711", "192.0.2.1"),
        (PROXY, "[2001:db8::1]:4711", "2001:db8::1"),
        (PROXY, "", PROXY),
        (PROXY, "unknown", PROXY),
        (PROXY, "203.0.113.9, garbage", PROXY),
        (STRANGER, "192.0.2.1", STRANGER),
        ("10.0.0.2", "192.0.2.1", "10.0.0.2"),
    ],
)
def test_a_trusted_proxy_says_whose_request_it_is_and_nobody_else_does(peer: str, forwarded: str, address: str) -> None:
    assert seen("10.0.0.1,fd00::/8", peer, **{"for": forwarded})[0] == address


@pytest.mark.parametrize(
    ("peer", "proto", "scheme"),
    [
        (PROXY, "https", "https"),
        (PROXY, "wss", "https"),
        (PROXY, "http, https", "https"),
        (PROXY, "javascript", "http"),
        (PROXY, "", "http"),
        (STRANGER, "https", "http"),
    ],
)
def test_a_trusted_proxy_says_by_what_way_a_request_came(peer: str, proto: str, scheme: str) -> None:
    assert seen(PROXY, peer, proto=proto, host="")[1:] == (scheme, "so.example.vn")


def test_a_host_holds_from_a_trusted_proxy_alone() -> None:
    assert seen(PROXY, PROXY, host="so.other.vn")[2] == "so.other.vn"
    assert seen(PROXY, STRANGER, host="so.other.vn")[2] == "so.example.vn"


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.0/33", "10.0.0.1;10.0.0.2", "127.0.0.1,me"])
def test_what_is_no_address_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(BadSetting, match="^--trusted-proxy: "):
        settings_from({"trusted_proxy": text}, {})
    with pytest.raises(BadSetting, match="^LAYSO_TRUSTED_PROXY: "):
        settings_from({}, {"LAYSO_TRUSTED_PROXY": text})


def test_nobody_is_trusted_by_default_and_several_may_be() -> None:
    assert settings_from({}, {}).trusted_proxy == ()
    given = settings_from({}, {"LAYSO_TRUSTED_PROXY": "127.0.0.1, 10.0.0.0/24 ,::1"})
    assert [str(one) for one in given.trusted_proxy] == ["127.0.0.1/32", "10.0.0.0/24", "::1/128"]


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kit]:
    monkeypatch.setattr(limits, "PER_VISITOR", RateLimitItemPerMinute(3))
    with Kit(tmp_path, limits=True, trusted_proxy=PROXY) as kit:
        yield kit


@pytest.mark.parametrize(("peer", "statuses"), [(PROXY, [200] * 5), (STRANGER, [200] * 3 + [429] * 2)])
def test_a_visitor_behind_the_proxy_has_a_limit_of_his_own_and_a_forger_none(
    kit: Kit, peer: str, statuses: list[int]
) -> None:
    def ask(forwarded: str) -> int:
        sent = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}
        return kit.call("GET", "/sites/ward/board", environ_overrides=sent).status_code

    assert [ask(f"192.0.2.{number}") for number in range(5)] == statuses


def test_a_proxy_is_exempt_from_the_bound_of_half_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk import connections

    now = [1000.0]
    monkeypatch.setattr(connections.time, "monotonic", lambda: now[0])
    every = Connections(True, Proxies(networks(PROXY)).trusts)
    for address in (PROXY, STRANGER):
        for _half in range(MOST_HALVES + 3):
            every.add(None, address)
    now[0] += YOUNG_S + 1
    late = every.sweep
    monkeypatch.setattr(Connections, "_end", lambda self, ended: [one.address for one in ended])
    assert late() == [STRANGER] * 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ("--trusted-proxy", "127.0.0.2,127.0.0.9/32")
    with Server(tmp_path_factory.mktemp("proxy") / "data", options=options) as server:
        yield server


class From(requests.adapters.HTTPAdapter):
    """Asks from one of this machine's addresses, as a proxy or a stranger of its own."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *given: object, **named: object) -> None:
        super().init_poolmanager(*given, source_address=(self.address, 0), **named)


def browser(address: str, forwarded: str, proto: str = "") -> requests.Session:
    http = requests.Session()
    http.trust_env = False
    http.mount("http://", From(address))
    http.headers["X-Forwarded-For"] = forwarded
    if proto:
        http.headers["X-Forwarded-Proto"] = proto
    return http


def sign_in(server: Server, http: requests.Session, login: str, password: str) -> requests.Response:
    page = http.get(f"{server.url}/login", timeout=60)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    form = {"csrf_token": found[1], "login": login, "password": password}
    if http.headers.get("X-Forwarded-Proto"):
        # A session over plain HTTP to the test's own port doesn't send what asks for HTTPS.
        http.headers["Cookie"] = page.headers["Set-Cookie"].partition(";")[0]
    return http.post(f"{server.url}/login", data=form, allow_redirects=False, timeout=60)


def test_wrong_tries_behind_a_proxy_lock_out_their_own_address_alone(server: Server) -> None:
    login, password = server.login("officer")
    guesser = browser("127.0.0.2", "192.0.2.66")
    for _guess in range(FAILURES):
        assert sign_in(server, guesser, login, "wrong password").status_code == 401
    assert sign_in(server, guesser, login, "wrong password").status_code == 429
    assert sign_in(server, browser("127.0.0.2", "192.0.2.1"), login, password).status_code == 303


def test_a_forger_is_held_by_his_own_address_whatever_he_writes(server: Server) -> None:
    login, _password = server.login("supervisor")
    told = [
        sign_in(server, browser("127.0.0.3", f"192.0.2.{number}"), login, "wrong password").status_code
        for number in range(FAILURES + 1)
    ]
    assert told == [401] * FAILURES + [429]


@pytest.mark.parametrize(("peer", "guarded"), [("127.0.0.2", True), ("127.0.0.3", False)])
def test_cookies_ask_for_https_where_a_trusted_proxy_says_that_one_came_by_it(
    server: Server, peer: str, guarded: bool
) -> None:
    login, password = server.login("admin")
    answer = sign_in(server, browser(peer, "192.0.2.5", "https"), login, password)
    assert answer.status_code == 303
    cookies = [line for line in answer.raw.headers.getlist("Set-Cookie") if line.startswith("layso_")]
    assert cookies and all(("Secure" in line) is guarded for line in cookies)


def test_sockets_are_counted_by_the_visitor_behind_the_proxy(server: Server) -> None:
    def wires(address: str) -> int:
        opened = []
        with contextlib.suppress(websocket.WebSocketException):
            while len(opened) < MOST_OF_VISITOR + 2:
                opened.append(open_wire(server, source="127.0.0.2", forwarded=address))
        for wire in opened:
            wire.shutdown()
        return len(opened)

    assert wires("192.0.2.1") == MOST_OF_VISITOR
    assert wires("") == MOST_OF_VISITOR + 2
