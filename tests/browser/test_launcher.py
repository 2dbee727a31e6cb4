"""The launcher's start page in a real Chromium: it waits on the disk, and goes on by itself."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from kiosk.cli_launcher import HERE
from tests.browser.conftest import LANDSCAPE, NewPage, violations
from tests.serving import Server, free_port

pytestmark = pytest.mark.browser


def start_page(new_page: NewPage, address: str) -> Page:
    page = new_page(LANDSCAPE)
    page.goto(f"file://{HERE}/start.html#{address}")
    return page


def waits(page: Page) -> None:
    expect(page.locator("#waiting")).to_be_visible()
    expect(page.get_by_text("Đang chờ máy chủ…")).to_be_visible()
    expect(page.get_by_text("Waiting for the server…")).to_be_visible()
    assert page.url.startswith("file://")


def test_the_page_waits_for_the_server_and_then_goes_on_by_itself(tmp_path: Path, new_page: NewPage) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/demo/display/?screen=&lang=en"
    page = start_page(new_page, address)
    with page.expect_event("requestfailed", lambda request: "/static/img/" in request.url):
        waits(page)
    expect(page.locator("[data-since]").first).to_have_text(page.evaluate("began.toTimeString().slice(0, 5)"))
    assert violations(page) == []
    with Server(tmp_path / "data", port=port):
        expect(page).to_have_url(address)
        expect(page.locator("body")).to_have_attribute("data-online", "yes")


def test_a_proxy_that_answers_for_a_server_that_is_away_is_not_the_server(new_page: NewPage) -> None:
    with answering(502) as (port, answered):
        page = start_page(new_page, f"http://127.0.0.1:{port}/demo/kiosk/")
        assert all(answered.acquire(timeout=60) for _time in range(3))
        waits(page)


def test_a_server_that_takes_calls_and_says_nothing_is_asked_again(new_page: NewPage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        page = start_page(new_page, f"http://127.0.0.1:{silent.getsockname()[1]}/demo/kiosk/")
        for _time in range(2):
            page.wait_for_event("request", lambda request: "/static/img/" in request.url)
        waits(page)


@pytest.mark.parametrize("address", ["", "demo", "javascript:alert(1)", "file:///etc/passwd", "http://"])
def test_what_is_no_address_is_said_and_never_gone_to(new_page: NewPage, address: str) -> None:
    page = start_page(new_page, address)
    expect(page.locator("#wrong")).to_be_visible()
    expect(page.locator("#waiting")).to_be_hidden()
    assert page.url.startswith("file://")
    assert violations(page) == []


@contextmanager
def answering(status: int) -> Iterator[tuple[int, threading.Semaphore]]:
    """A server that answers everything with this status; its port, and a count of its answers."""
    answered = threading.Semaphore(0)

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>Bad Gateway</h1>")
            answered.release()

        def log_message(self, *_words: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        yield proxy.server_address[1], answered
        proxy.shutdown()
        thread.join()
