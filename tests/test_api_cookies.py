"""The pages' way in: a cookie as the credential, with the page's own token on everything that changes something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from tests.api_kit import API, Kit, good, problem
from ticketing.rules.people import CLI


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


class Browser:
    """A browser that holds a credential as a cookie, and the page's token with its session."""

    def __init__(self, kit: Kit, cookie: str, secret: str) -> None:
        self.client: FlaskClient = kit.app.test_client()
        self.client.set_cookie(cookie, secret)
        with kit.app.test_request_context():
            self.csrf = generate_csrf()
            kept = dict(session)
        with self.client.session_transaction() as browsers:
            browsers.update(kept)

    def send(
        self, method: str, path: str, acting_as: str = "", csrf: str | None = None, **more: object
    ) -> TestResponse:
        headers = {"X-Layso-As": acting_as} if acting_as else {}
        if csrf is not None:
            headers["X-CSRFToken"] = csrf
        return self.client.open(f"{API}{path}", method=method, headers=headers, **more)


TAKE = ("POST", "/sites/ward/tickets")
ORDER = {"json": {"field": "HT"}}


def test_a_cookie_reads_but_changes_nothing_without_the_pages_token(kit: Kit) -> None:
    browser = Browser(kit, kit.cookie("staff"), kit.token("supervisor"))
    good(browser.send("GET", "/sites/ward/journal"))
    before = kit.seq()
    for token in (None, "", "made-up", browser.csrf[:-1]):
        refused = problem(browser.send(*TAKE, csrf=token, **ORDER), 403, "forbidden")
        assert refused["reason"] == "csrf"
    assert kit.seq() == before
    good(browser.send(*TAKE, csrf=browser.csrf, **ORDER), 201)


def test_another_browsers_page_token_does_not_fit(kit: Kit) -> None:
    browser, stranger = (Browser(kit, kit.cookie("staff"), kit.token("officer")) for _ in range(2))
    before = kit.seq()
    problem(browser.send(*TAKE, csrf=stranger.csrf, **ORDER), 403, "forbidden")
    assert kit.seq() == before


def test_a_bearer_token_beside_a_cookie_needs_no_page_token(kit: Kit) -> None:
    browser = Browser(kit, kit.cookie("staff"), kit.token("officer"))
    bearer = {"Authorization": f"Bearer {kit.token('kiosk')}"}
    answer = browser.client.post(f"{API}/sites/ward/tickets", json={"field": "HT"}, headers=bearer)
    assert answer.status_code == 201


def test_a_kiosk_speaks_by_its_own_sites_cookie_only_when_it_says_so(kit: Kit) -> None:
    browser = Browser(kit, kit.cookie("kiosk", "ward"), kit.token("kiosk"))
    good(browser.send(*TAKE, "kiosk", browser.csrf, **ORDER), 201)
    before = kit.seq()
    for acting_as in ("", "staff", "display", "admin"):
        problem(browser.send(*TAKE, acting_as, browser.csrf, **ORDER), 401, "unauthorized")
    elsewhere = browser.send("POST", "/sites/other/tickets", "kiosk", browser.csrf, **ORDER)
    problem(elsewhere, 401, "unauthorized")
    assert kit.seq() == before


def test_a_device_cookie_never_carries_an_officers_rights_nor_the_other_way_round(kit: Kit) -> None:
    for cookie, secret, acting_as in (
        (kit.cookie("kiosk", "ward"), kit.token("admin"), "kiosk"),
        (kit.cookie("kiosk", "ward"), kit.token("display"), "kiosk"),
        (kit.cookie("staff"), kit.token("kiosk"), "staff"),
    ):
        browser = Browser(kit, cookie, secret)
        problem(browser.send(*TAKE, acting_as, browser.csrf, **ORDER), 401, "unauthorized")


def test_a_cookie_that_no_longer_holds_is_no_cookie_on_public_calls(kit: Kit) -> None:
    browser = Browser(kit, kit.cookie("staff"), "left over from yesterday")
    good(browser.send("GET", "/sites/ward/board"))
    problem(browser.send("GET", "/sites/ward/journal"), 401, "unauthorized")


def test_a_sign_out_ends_the_cookies_credential(kit: Kit) -> None:
    kit.accounts.add_officer("ward", "lan", "officer", "mật khẩu dài", CLI)
    secret, _actor = kit.accounts.sign_in("lan", "mật khẩu dài")
    browser = Browser(kit, kit.cookie("staff"), secret)
    good(browser.send(*TAKE, csrf=browser.csrf, **ORDER), 201)
    kit.accounts.sign_out(secret)
    problem(browser.send(*TAKE, csrf=browser.csrf, **ORDER), 401, "unauthorized")


def test_giving_up_needs_the_code_alone_whatever_cookie_is_there(kit: Kit) -> None:
    code = kit.take()["code"]
    browser = Browser(kit, kit.cookie("staff"), kit.token("officer"))
    assert good(browser.send("DELETE", f"/tickets/{code}"))["state"] == "cancelled"


def test_answers_set_no_cookie_and_allow_no_other_origin(kit: Kit) -> None:
    answer = kit.call("GET", "/sites/ward/board", headers={"Origin": "https://elsewhere.example"})
    assert "Set-Cookie" not in answer.headers
    assert not [name for name, _value in answer.headers if name.startswith("Access-Control-")]
