"""One server as a process: what it prints, answers, refuses, and keeps to itself."""

from __future__ import annotations

import json
import re
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import socketio
from gevent.pywsgi import WSGIServer

from kiosk import serving
from tests.serving import Server, executed, free_port, layso

PAGES = ("/", "/login", "/demo/", "/demo/kiosk/", "/demo/display/")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("serve") / "data")
    with executed():
        running.start()
    try:
        yield running
    finally:
        running.__exit__()


def test_it_prints_every_pages_link_and_the_logins(server: Server) -> None:
    for page in ("kiosk/", "counter/", "display/", "supervisor/", ""):
        assert re.search(rf"\s{re.escape(server.url)}/demo/{page}$", server.output, re.MULTILINE), page
    passwords = [server.login(role)[1] for role in ("admin", "supervisor", "officer")]
    assert len(set(passwords)) == 3 and all(len(password) >= 12 for password in passwords)
    assert stat.S_IMODE((server.data / "demo-logins.json").stat().st_mode) == 0o600


def test_a_printed_login_opens_its_page(server: Server) -> None:
    login, password = server.login("supervisor")
    with server.http.__class__() as browser:
        browser.trust_env = False
        page = browser.get(f"{server.url}/login", timeout=60)
        csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert csrf is not None
        form = {"login": login, "password": password, "csrf_token": csrf[1]}
        answer = browser.post(f"{server.url}/login", data=form, timeout=60, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/demo/supervisor/")
        assert browser.get(f"{server.url}/demo/supervisor/", timeout=60).status_code == 200
        staff = f"{server.cookie('staff')}="
        cookie = next(line for line in answer.raw.headers.getlist("Set-Cookie") if line.startswith(staff))
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_second_server_on_the_same_directory_is_refused(server: Server) -> None:
    second = layso("serve", "--port", "0", data=server.data)
    assert (second.returncode, second.stdout) == (1, "")
    assert "another layso serve is already running" in second.stderr
    assert second.stderr.count("\n") == 1
    assert server.ask("GET", "//healthz").status_code == 200


def test_a_port_in_use_is_refused_with_one_line(server: Server, tmp_path: Path) -> None:
    second = layso("serve", "--port", str(server.port), data=tmp_path / "other")
    assert (second.returncode, second.stdout) == (1, "")
    assert f"port {server.port} is already in use" in second.stderr
    assert second.stderr.count("\n") == 1


def test_a_host_that_is_not_ours_is_refused_with_one_line(tmp_path: Path) -> None:
    refused = layso("serve", "--host", "192.0.2.7", "--port", "0", data=tmp_path / "data")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1 and "192.0.2.7" in refused.stderr


@pytest.mark.parametrize("page", [*PAGES, "/nowhere/at/all", "/static/css/base.css", "/healthz", "/favicon.ico"])
def test_every_page_has_the_strict_headers(server: Server, page: str) -> None:
    answer = server.ask("GET", f"/{page}", allow_redirects=False)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("page", [*PAGES, "/nowhere/at/all"])
def test_no_page_holds_inline_script_or_style(server: Server, page: str) -> None:
    text = server.ask("GET", f"/{page}").text
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag, tag


@pytest.mark.parametrize(
    ("asked", "cookie", "accepts", "expected"),
    [
        ("", "", "", "vi"),
        ("", "", "en-GB,en;q=0.9,vi;q=0.5", "en"),
        ("", "", "fr,de", "vi"),
        ("", "en", "vi", "en"),
        ("?lang=vi", "en", "en", "vi"),
        ("?lang=fr", "", "en", "en"),
    ],
)
def test_a_personal_page_speaks_the_visitors_language(
    server: Server, asked: str, cookie: str, accepts: str, expected: str
) -> None:
    headers = {"Accept-Language": accepts, "Cookie": f"{server.cookie('lang')}={cookie}" if cookie else ""}
    answer = server.ask("GET", f"//demo/{asked}", headers=headers)
    assert f'<html lang="{expected}"' in answer.text


def test_a_device_page_speaks_its_sites_language_until_it_is_asked_for_another(server: Server) -> None:
    english = {"Accept-Language": "en", "Cookie": f"{server.cookie('lang')}=en"}
    assert '<html lang="vi"' in server.ask("GET", "//demo/kiosk/", headers=english).text
    asked = server.ask("GET", "//demo/kiosk/?lang=en")
    assert '<html lang="en"' in asked.text
    kept = asked.headers["Set-Cookie"]
    assert f"{server.cookie('lang', 'device')}=en" in kept and "Path=/demo/kiosk/" in kept
    server.http.cookies.clear()


def test_an_unknown_path_is_a_page_for_people_and_a_problem_for_programs(server: Server) -> None:
    page = server.ask("GET", "//nowhere/at/all", headers={"Accept-Language": "vi"})
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert 'data-error-status="404"' in page.text
    problem = server.ask("GET", "/nowhere")
    assert problem.status_code == 404
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert problem.json()["status"] == 404


def test_an_unknown_site_is_a_page_that_says_so(server: Server) -> None:
    page = server.ask("GET", "//nowhere/", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert 'data-error-status="404"' in page.text


def test_a_redirect_never_repeats_the_host_header(server: Server) -> None:
    for path in ("//demo/kiosk", "//demo", "///evil.example/x"):
        answer = server.ask("GET", path, headers={"Host": "evil.example"}, allow_redirects=False)
        location = answer.headers.get("Location", "/")
        assert location.startswith("/") and not location.startswith("//"), (path, location)


def test_it_is_alive_and_ready(server: Server) -> None:
    assert server.ask("GET", "//healthz").json() == {"status": "ok"}
    ready = server.ask("GET", "//readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "read": True, "write": True})


def test_metrics_count_by_route_and_site_and_hold_no_code(server: Server) -> None:
    ticket = server.take(service="help").json()
    assert server.ask("GET", f"/tickets/{ticket['code']}").status_code == 200
    text = server.ask("GET", "//metrics").text
    waiting = server.board()["session"]["waiting"]
    assert f'layso_tickets_waiting{{site="demo"}} {float(waiting)}' in text
    assert re.search(r'layso_tickets_issued_total\{site="demo"\} [1-9]', text)
    asked = 'layso_http_requests_total{method="GET",route="/api/v1/tickets/<code>",status="200"}'
    assert asked in text
    assert 'layso_sockets{namespace="/display"}' in text and "layso_writer_queue" in text
    assert ticket["code"] not in text and server.token("kiosk") not in text


def test_metrics_tell_how_long_a_push_takes(server: Server) -> None:
    with socketio.SimpleClient() as wall:
        wall.connect(server.url, namespace="/display", auth={"site": "demo"}, transports=["websocket"])
        seq = wall.receive(timeout=60)[1]["seq"]
        # The first push is counted, at the latest, before the second one is made.
        for _ticket in range(2):
            server.take(service="help")
            while (told := wall.receive(timeout=60))[0] != "board" or told[1]["seq"] <= seq:
                pass
            seq = told[1]["seq"]
    text = server.ask("GET", "//metrics").text
    assert re.search(r"layso_push_seconds_count [1-9]", text)


def test_what_the_command_line_changes_holds_from_the_next_request(server: Server) -> None:
    words = ("token", "issue", "--site", "demo", "--role", "officer", "--name", "short-lived")
    secret = layso(*words, data=server.data).stdout.strip()
    bearer = {"Authorization": f"Bearer {secret}"}
    path = "/sites/demo/counters/6/open"
    assert server.ask("POST", path, headers=bearer, json={}).status_code == 200
    listed = layso("token", "list", data=server.data).stdout.splitlines()
    number = next(line.split()[0] for line in listed if "short-lived" in line)
    assert layso("token", "revoke", number, data=server.data).returncode == 0
    refused = server.ask("POST", "/sites/demo/counters/6/close", headers=bearer, json={})
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
    assert server.board()["counters"][5]["state"] == "open"


def test_a_configuration_applied_beside_it_reaches_open_displays(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "demo.toml"
    text = layso("export-config", "demo", data=server.data).stdout
    file.write_text(text.replace('name = "Hộ tịch"', 'name = "Hộ tịch và con nuôi"', 1), encoding="utf-8")
    with socketio.SimpleClient() as wall:
        wall.connect(server.url, namespace="/display", auth={"site": "demo"}, transports=["websocket"])
        assert named(wall, "Hộ tịch")
        applied = layso("apply", file, data=server.data)
        assert applied.stdout == "demo: changed\n  fields[HT].name: 'Hộ tịch' → 'Hộ tịch và con nuôi'\n"
        assert named(wall, "Hộ tịch và con nuôi")
    assert server.board()["fields"][0]["name"] == "Hộ tịch và con nuôi"


def named(wall: socketio.SimpleClient, name: str) -> bool:
    """Waits for a board whose first field has that name."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        event, payload = wall.receive(timeout=60)
        if event == "board" and payload["fields"][0]["name"] == name:
            return True
    return False


def test_accepted_connections_do_not_wait_for_a_delayed_acknowledgement() -> None:
    seen: list[int] = []
    handle = WSGIServer.handle
    with socket.socket() as accepted:

        def look(server: WSGIServer, sock: socket.socket, address: object) -> None:
            seen.append(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

        WSGIServer.handle = look
        try:
            serving.Server.handle(serving.Server.__new__(serving.Server), accepted, None)
        finally:
            WSGIServer.handle = handle
    assert seen and seen[0] != 0


def test_what_is_no_http_gets_400_and_harms_nobody(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        raw.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400 ")
    assert server.ask("GET", "//healthz").status_code == 200


def test_a_body_that_is_too_large_is_refused(server: Server) -> None:
    answer = server.ask("POST", "/sites/demo/tickets", role="kiosk", data=b"x" * 2_000_000)
    assert answer.status_code == 413


def test_logs_are_json_lines_without_codes_tokens_or_passwords(server: Server) -> None:
    ticket = server.take(service="help").json()
    server.ask("DELETE", f"/tickets/{ticket['code']}")
    server.ask("GET", f"//t/{ticket['code']}")
    server.ask("GET", f"//t/{ticket['code']}x/none")
    deadline = time.monotonic() + 60
    while "/api/v1/tickets/<code>" not in server.logged() and time.monotonic() < deadline:
        server.ask("GET", "//healthz")
    text = server.logged()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"time", "level", "logger", "message"} <= set.intersection(*(set(line) for line in lines))
    assert any(line.get("route") == "/api/v1/tickets/<code>" for line in lines)
    for secret in (ticket["code"], server.token("kiosk"), server.login("admin")[1]):
        assert secret not in text


def test_the_public_url_is_what_links_begin_with_whatever_the_host_header_says(tmp_path: Path) -> None:
    options = ("--public-url", "https://layso.example.vn/")
    with Server(tmp_path / "data", options=options, port=free_port()) as server:
        ticket = server.ask(
            "POST", "/sites/demo/tickets", role="kiosk", json={"service": "help"}, headers={"Host": "evil.example"}
        )
        assert ticket.status_code == 201
        assert ticket.json()["url"] == f"https://layso.example.vn/t/{ticket.json()['code']}"
        assert "evil" not in ticket.headers["Location"]
        assert server.url == f"http://127.0.0.1:{server.port}"
        page = server.ask("GET", "//demo/?lang=en", headers={"Host": "evil.example"})
        assert "evil.example" not in page.text
        assert "Secure" in page.headers["Set-Cookie"]
        *links, ready = re.findall(r"https?://\S+", server.output)
        assert ready == server.url
        assert {link.partition("/demo/")[0] for link in links[2:]} == {"https://layso.example.vn"}
        pages = {"", "kiosk/", "counter/", "display/", "supervisor/", "where/", "ledger/"}
        assert {link.partition("/demo/")[2] for link in links[2:]} == pages


def test_without_a_public_url_links_begin_with_the_address_served(server: Server) -> None:
    ticket = server.take(service="help").json()
    assert ticket["url"] == f"{server.url}/t/{ticket['code']}"
