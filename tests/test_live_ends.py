"""Sockets that end: a token revoked, a logout, a restart, a stop."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests import test_live
from tests.live_kit import eventually, listening, refusal
from tests.serving import Server, layso
from tests.test_live import help_ticket

server, counter = test_live.server, test_live.counter


def test_a_revoked_token_ends_its_socket_and_no_other(server: Server) -> None:
    issued = layso("token", "issue", "--site", "demo", "--role", "officer", "--name", "to be revoked", data=server.data)
    secret = issued.stdout.strip()
    with (
        listening(server, "/counter", {"token": secret}) as ended,
        listening(server, "/counter", {"token": server.token("officer")}) as other,
    ):
        ended.wait("queue")
        other.wait("queue")
        listed = layso("token", "list", data=server.data).stdout
        token_id = next(line.split()[0] for line in listed.splitlines() if "to be revoked" in line)
        revoked = layso("token", "revoke", token_id, data=server.data)
        assert revoked.returncode == 0, revoked.stderr
        assert eventually(lambda: not ended.connected)
        assert other.connected
    assert refusal(server, "/counter", {"token": secret})["message"] == "unauthorized"


def test_a_logout_ends_the_console_that_its_cookie_opened(server: Server) -> None:
    browser = Browser(server)
    cookie = browser.log_in()
    with listening(server, "/counter", {"counter": 1}, cookie=cookie) as console:
        assert console.wait("queue")["counter"]["counter"] == 1
        browser.log_out()
        assert eventually(lambda: not console.connected)
    assert refusal(server, "/counter", None, cookie)["message"] == "unauthorized"


class Browser:
    """Logs in and out as the pages' forms do."""

    def __init__(self, server: Server) -> None:
        import requests

        self._server, self._http = server, requests.Session()
        self._http.trust_env = False

    def _csrf(self, page: str) -> str:
        import re

        text = self._http.get(self._server.url + page, timeout=60).text
        found = re.search(r'name="csrf[-_]token"[^>]*(?:content|value)="([^"]+)"', text)
        assert found, text[:2000]
        return found.group(1)

    def log_in(self) -> str:
        login, password = self._server.login("officer")
        form = {"login": login, "password": password, "csrf_token": self._csrf("/login")}
        answer = self._http.post(f"{self._server.url}/login", data=form, allow_redirects=False, timeout=60)
        assert answer.status_code in (302, 303), answer.text
        staff = self._server.cookie("staff")
        return f"{staff}={self._http.cookies[staff]}"

    def log_out(self) -> None:
        form = {"csrf_token": self._csrf("/demo/counter/")}
        answer = self._http.post(f"{self._server.url}/logout", data=form, allow_redirects=False, timeout=60)
        assert answer.status_code in (302, 303, 200), answer.text


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
def test_after_a_restart_everybody_comes_back_to_the_present_state(tmp_path: Path, kill: bool) -> None:
    with Server(tmp_path / "data") as server:
        server.token("kiosk")
        ticket = help_ticket(server)
        with (
            listening(server, "/display", {"site": "demo"}, reconnect=True) as wall,
            listening(server, "/ticket", {"code": ticket["code"]}, reconnect=True) as phone,
        ):
            before = wall.wait("board")
            phone.wait("ticket")
            wall.forget()
            phone.forget()
            server.restart(kill=kill)
            after = wall.wait("board")
            assert after["epoch"] == before["epoch"] and after["seq"] >= before["seq"]
            assert phone.wait("ticket")["number"] == ticket["number"]
            wall.forget()
            help_ticket(server)
            assert wall.wait("board", lambda board: board["seq"] > after["seq"])


def test_a_stop_ends_every_socket_and_the_process(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server, listening(server, "/display", {"site": "demo"}) as wall:
        wall.wait("board")
        stopped = threading.Event()
        wall.client.on("disconnect", lambda *_reason: stopped.set(), namespace="/display")
        assert server.stop() == 0
        assert stopped.wait(2)
