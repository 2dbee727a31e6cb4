"""How a server ends: on a signal, with requests in flight and pages open; and by a power cut."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import gevent
import gevent.event
import pytest
import requests
import socketio

from kiosk import serving
from tests.serving import Server, executed, layso


def until_it_listens_no_more(server: Server) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=60).close()
        except ConnectionError:
            return
    raise AssertionError("it still accepts connections")


def test_a_request_in_flight_is_finished_before_it_ends(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        body = json.dumps({"service": "help"}).encode()
        head = (
            "POST /api/v1/sites/demo/tickets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {server.token('kiosk')}\r\nContent-Length: {len(body)}\r\n"
            "Expect: 100-continue\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
            raw.sendall(head.encode())
            # It asks for the body from inside the view: the request is in flight now.
            assert raw.recv(1000).startswith(b"HTTP/1.1 100 ")
            server.send(signal.SIGTERM)
            until_it_listens_no_more(server)
            assert server.running
            raw.sendall(body)
            answer = b"".join(iter(lambda: raw.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 201 ")
        assert b"\r\nConnection: close\r\n" in answer
        assert server.wait() == 0
        code = json.loads(answer.partition(b"\r\n\r\n")[2])["code"]
        server.start()
        assert server.ask("GET", f"/tickets/{code}").json()["state"] == "waiting"


@pytest.mark.faults("S15")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_idle_connections_and_open_pages_do_not_hold_it_up(tmp_path: Path, number: signal.Signals) -> None:
    with Server(tmp_path / "data") as server, socketio.SimpleClient(reconnection=False) as wall:
        server.ask("GET", "//healthz")
        wall.connect(server.url, namespace="/display", auth={"site": "demo"}, transports=["websocket"])
        assert wall.receive(timeout=60)[0] == "board"
        server.send(number)
        assert server.wait() == 0
        lines = [json.loads(line) for line in server.logged().splitlines()]
        assert [line["message"] for line in lines if line["logger"] == "layso.server"] == ["stopping", "stopped"]
        assert not [line for line in lines if line["level"] in ("warning", "error")]


def test_an_open_display_comes_back_to_the_next_server_by_itself(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        boards: list[dict[str, object]] = []
        fresh = threading.Event()
        wall = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=0.5)
        wall.on("board", lambda board: (boards.append(board), fresh.set()), namespace="/display")
        wall.connect(server.url, namespaces=["/display"], auth={"site": "demo"}, transports=["websocket"])
        try:
            assert fresh.wait(60)
            before = boards[-1]
            server.kill()
            fresh.clear()
            server.start()
            ticket = server.take(service="help").json()
            assert fresh.wait(60)
            deadline = time.monotonic() + 60
            while boards[-1]["seq"] < server.board()["seq"] and time.monotonic() < deadline:
                fresh.clear()
                fresh.wait(2)
            assert boards[-1]["seq"] == server.board()["seq"]
            assert boards[-1]["epoch"] == before["epoch"]
            assert server.ask("GET", f"/tickets/{ticket['code']}").json()["number"] == ticket["number"]
        finally:
            wall.disconnect()


def test_every_acknowledged_ticket_survives_a_power_cut_and_no_number_is_given_twice(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        token = server.token("kiosk")
        kept: list[dict[str, str]] = []
        enough = threading.Event()

        def kiosk() -> None:
            with requests.Session() as http:
                http.trust_env = False
                http.headers["Authorization"] = f"Bearer {token}"
                while True:
                    try:
                        answer = http.post(
                            f"{server.url}/api/v1/sites/demo/tickets", json={"service": "help"}, timeout=60
                        )
                    except requests.RequestException:
                        return
                    assert answer.status_code == 201, answer.text
                    kept.append(answer.json())
                    if len(kept) >= 150:
                        enough.set()

        kiosks = [threading.Thread(target=kiosk) for _each in range(6)]
        for each in kiosks:
            each.start()
        assert enough.wait(30)
        server.kill()
        for each in kiosks:
            each.join(20)
        acknowledged = {ticket["code"]: ticket["number"] for ticket in kept}
        assert len(acknowledged) == len(kept) >= 150
        assert len(set(acknowledged.values())) == len(acknowledged)

        server.start()
        found = {code: server.ask("GET", f"/tickets/{code}").json()["number"] for code in acknowledged}
        assert found == acknowledged
        after = server.take(service="help").json()["number"]
        assert after not in acknowledged.values()
        assert int(after[1:]) > max(int(number[1:]) for number in acknowledged.values())
        checked = layso("check", data=server.data)
        assert checked.returncode == 0, checked.stdout


def test_after_a_power_cut_the_directory_is_free_again(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        logins = (server.data / "demo-logins.json").read_bytes()
        printed = [server.login(role) for role in ("admin", "supervisor", "officer")]
        server.restart(kill=True)
        assert [server.login(role) for role in ("admin", "supervisor", "officer")] == printed
        assert (server.data / "demo-logins.json").read_bytes() == logins
        officers = layso("officer", "list", data=server.data).stdout
        assert officers.count("demo.") == 4


def test_a_changed_password_is_no_longer_printed(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        login, password = server.login("admin")
        changed = layso("officer", "password", login, "--password-stdin", data=server.data, stdin="mat-khau-moi\n")
        assert changed.returncode == 0, changed.stderr
        server.restart()
        assert password not in server.output and "mat-khau-moi" not in server.output
        with pytest.raises(LookupError):
            server.login("admin")
        assert server.login("supervisor")


def test_it_speaks_https_with_a_certificate(tmp_path: Path) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    options = ("--tls-cert", str(cert), "--tls-key", str(key))
    with Server(tmp_path / "data", options=options) as server:
        assert server.url.startswith("https://127.0.0.1:")
        server.http.verify = str(cert)
        ticket = server.take(service="help").json()
        assert ticket["url"] == f"{server.url}/t/{ticket['code']}"
        assert "Secure" in server.ask("GET", "//demo/?lang=en").headers["Set-Cookie"]
        with pytest.raises(requests.ConnectionError):
            requests.get(server.url.replace("https", "http"), timeout=60)
        assert server.ask("GET", "//healthz").status_code == 200
        with socketio.SimpleClient(reconnection=False, http_session=server.http) as wall:
            wall.connect(server.url, namespace="/display", auth={"site": "demo"}, transports=["websocket"])
            assert wall.receive(timeout=60)[0] == "board"
            server.take(service="help")
            while (heard := wall.receive(timeout=60))[0] != "board":
                pass
            assert heard[1]["seq"] == server.board()["seq"]
        assert server.stop() == 0


def test_a_certificate_that_is_none_is_refused_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("nothing of the kind")
    words = ("--tls-cert", tmp_path / "cert.pem", "--tls-key", tmp_path / "cert.pem")
    refused = layso("serve", "--port", "0", *words, data=tmp_path / "data")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.count("\n") == 1 and "--tls-cert" in refused.stderr


def test_a_full_view_of_the_process_shows_no_secret(tmp_path: Path) -> None:
    with executed(), Server(tmp_path / "data") as server:
        words = Path(f"/proc/{server.pid}/cmdline").read_bytes() + Path(f"/proc/{server.pid}/environ").read_bytes()
        for secret in ((server.data / "secret-key").read_text(), server.login("admin")[1]):
            assert secret.encode() not in words
        assert os.stat(server.data / "secret-key").st_mode & 0o077 == 0


def test_a_task_that_does_not_end_in_time_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serving, "CUT_OFF_S", 0.01)
    let_go, begun, never = (gevent.event.Event() for _ in range(3))

    def stubborn() -> None:
        begun.set()
        try:
            never.wait()
        finally:
            let_go.wait()

    tasks = [gevent.spawn(stubborn), gevent.spawn(never.wait)]
    begun.wait()
    serving.end_tasks(tasks)
    assert [task.dead for task in tasks] == [False, True]
    assert "some tasks did not end in time" in caplog.text
    let_go.set()
    gevent.joinall(tasks)
