"""A province as `deploy/` sets it up: PostgreSQL, Redis, four processes and nginx with TLS in front; a morning through
its one address, while what can fail does."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests
import socketio

from tests import serving
from tests.cluster_kit import MISSING, ClusterServer, Postgres, Redis, programs
from tests.nginx_kit import Nginx
from tests.waiting import until

pytestmark = [pytest.mark.races, pytest.mark.slow]
SESSION = "2026-11-23-morning"
PROCESSES, KIOSKS, CAP, COUNTERS = 4, 4, 80, 3
PATIENCE_S = 90.0


class Province:
    """Everything, and who asks it: always through nginx, each with a connection of his own."""

    def __init__(self, database: Postgres, signals: Redis, servers: list[ClusterServer], nginx: Nginx) -> None:
        self.database, self.signals, self.servers, self.nginx = database, signals, servers, nginx

    def ask(self, method: str, path: str, role: str = "", key: str = "", **given: Any) -> requests.Response:
        """What gets no answer is asked again, under its key."""
        headers = {"Connection": "close"}
        headers |= {"Authorization": f"Bearer {self.servers[0].token(role)}"} if role else {}
        headers |= {"Idempotency-Key": key} if key else {}
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = requests.request(
                    method, f"{self.nginx.url}{path}", headers=headers, timeout=30, verify=str(self.nginx.cert), **given
                )
                if answer.status_code not in (502, 503, 504):
                    return answer
            except requests.RequestException:
                pass
            assert time.monotonic() < end, path
            time.sleep(0.05)

    def api(self, method: str, path: str, role: str = "", key: str = "", **given: Any) -> requests.Response:
        return self.ask(method, f"/api/v1/sites/demo{path}", role, key, **given)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    if programs() is None:
        pytest.skip(MISSING)
    nginx = Nginx(tmp_path_factory.mktemp("nginx"))
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "START_S", 240.0)
        database, signals = Postgres(), Redis()
        stack.callback(database.close)
        stack.callback(signals.kill)
        url = database.url()
        servers = [
            stack.enter_context(
                ClusterServer(
                    tmp_path_factory.mktemp(f"process{number}"), url, signals.url, workers=1,
                    more=("--trusted-proxy", "127.0.0.1", "--public-url", nginx.url, "--polling"),
                )  # fmt: skip
            )
            for number in range(PROCESSES)
        ]
        stack.enter_context(nginx.leading_to([server.port for server in servers]))
        yield Province(database, signals, servers, nginx)


class Wall:
    """A wall, by websocket or by polling, and the newest board that it was told."""

    def __init__(self, province: Province, transport: str) -> None:
        self.board: dict[str, Any] = {}
        session = requests.Session()
        session.trust_env, session.verify = False, str(province.nginx.cert)
        self.client = socketio.Client(
            reconnection_delay=0.2, reconnection_delay_max=0.5, http_session=session, ssl_verify=True
        )
        self.client.on("board", self.hear, namespace="/display")
        self.client.connect(
            province.nginx.url, auth={"site": "demo"}, namespaces=["/display"], transports=[transport], wait_timeout=30
        )

    def hear(self, board: dict[str, Any]) -> None:
        if board["seq"] >= self.board.get("seq", 0):
            self.board = board


def kiosk(province: Province, name: str, given: list[dict[str, Any]], refused: list[str]) -> None:
    for number in range(CAP + 1):
        answer = province.api("POST", "/tickets", "kiosk", f"{name}-{number}", json={"field": "HT"})
        if answer.status_code == 409:
            refused.append(answer.json()["code"])
            return
        assert answer.status_code in (200, 201), answer.text
        given.append(answer.json())


def officer(province: Province, counter: int, called: list[str], over: threading.Event) -> None:
    """Calls whoever is next until nobody comes any more."""
    number = 0
    while True:
        last, number = over.is_set(), number + 1
        answer = province.api("POST", f"/counters/{counter}/call-next", "officer", f"c{counter}-{number}", json={})
        if answer.status_code == 204:
            if last:
                return
            time.sleep(0.05)
            continue
        assert answer.status_code == 200, answer.text
        called.append(answer.json()["number"])


def test_a_morning_through_nginx_while_what_can_fail_does(province: Province) -> None:
    change = {"cap": CAP, "field_caps": {"HT": None}, "reason": "trial"}
    assert province.api("PATCH", f"/sessions/{SESSION}", "supervisor", json=change).status_code == 200
    for counter in range(1, COUNTERS + 1):
        opened = province.api("POST", f"/counters/{counter}/open", "officer", json={"fields": ["HT"], "takeover": True})
        assert opened.status_code == 200, opened.text
    walls = [Wall(province, transport) for transport in ("websocket", "polling", "websocket")]
    given: list[dict[str, Any]] = []
    refused: list[str] = []
    called: list[str] = []
    over = threading.Event()
    kiosks = [
        threading.Thread(target=kiosk, args=(province, f"kiosk-{number}", given, refused), daemon=True)
        for number in range(KIOSKS)
    ]
    officers = [
        threading.Thread(target=officer, args=(province, counter, called, over), daemon=True)
        for counter in range(1, COUNTERS + 1)
    ]
    for thread in (*kiosks, *officers):
        thread.start()

    until(lambda: len(given) >= CAP // 5, PATIENCE_S)
    os.kill(province.servers[1].pid, signal.SIGKILL)
    until(lambda: len(given) >= 2 * CAP // 5, PATIENCE_S)
    province.database.restart_immediately()
    until(lambda: len(given) >= 3 * CAP // 5, PATIENCE_S)
    province.signals.kill()
    until(lambda: len(given) >= 4 * CAP // 5, PATIENCE_S)
    province.signals.start()
    for thread in kiosks:
        thread.join(PATIENCE_S)
    over.set()
    for thread in officers:
        thread.join(PATIENCE_S)

    numbers = sorted(ticket["number"] for ticket in given)
    assert refused == ["cap_reached"] * KIOSKS and len(numbers) == CAP
    assert numbers == [f"{int(numbers[0]) + place}" for place in range(CAP)]
    assert sorted(called) == numbers
    board = province.api("GET", "/board").json()
    assert (board["session"]["issued"], board["session"]["remaining"], board["session"]["waiting"]) == (CAP, 0, 0)
    until(lambda: all(wall.board.get("seq", 0) >= board["seq"] for wall in walls), PATIENCE_S)
    for wall in walls:
        wall.client.disconnect()
    found = province.servers[0].layso("check")
    assert (found.returncode, found.stderr) == (0, "")


def test_a_phone_a_slip_and_every_page_come_through_nginx_whichever_process_answers(province: Province) -> None:
    change = {"cap": None, "reason": "more"}
    assert province.api("PATCH", f"/sessions/{SESSION}", "supervisor", json=change).status_code == 200
    ticket = province.api("POST", "/tickets", "kiosk", json={"field": "HT"}).json()
    assert ticket["url"].startswith(province.nginx.url)
    for _ in range(2 * PROCESSES):
        seen = province.ask("GET", f"/api/v1/tickets/{ticket['code']}").json()
        assert (seen["number"], seen["state"]) == (ticket["number"], "waiting")
        for page in (f"/t/{ticket['code']}", "/demo/", "/demo/where/", "/demo/ledger/", "/demo/display/", "/login"):
            answer = province.ask("GET", page)
            assert answer.status_code == 200 and answer.headers["Strict-Transport-Security"], page
    slip = province.ask("GET", f"/api/v1/tickets/{ticket['code']}/slip.pdf")
    assert slip.content.startswith(b"%PDF")
