"""Guessing passwords: many at once, from many addresses, in many spellings; and who must never be locked out."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute
from werkzeug.test import TestResponse

from tests.api_kit import URL, Kit
from tests.serving import Server
from ticketing.api import limits
from ticketing.desk import attempts as guesses
from ticketing.desk.attempts import BY_ADDRESS, BY_LOGIN, FAILURES, STRANGERS_AT_ONCE, Attempts
from ticketing.errors import RateLimited, Unauthorized
from ticketing.rules.people import CLI, login_form

pytestmark = pytest.mark.faults("S3")
PASSWORD = "long enough 1"


class Browser:
    """A device at an address of its own: it keeps its cookies."""

    def __init__(self, kit: Kit, address: str = "192.0.2.1") -> None:
        self.client: FlaskClient = kit.app.test_client()
        self.base = {"base_url": URL, "environ_overrides": {"REMOTE_ADDR": address}}

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/login", **self.base).text)
        assert found
        form = {"csrf_token": found[1], "login": login, "password": password}
        return self.client.post("/login", data=form, **self.base)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        kit.accounts.add_officer("ward", "lan", "officer", PASSWORD, CLI)
        yield kit


@pytest.mark.parametrize("typed", ["Lan", " lan ", "ＬＡＮ", "ﬁLAN"[1:], "lan\u3000"])
def test_a_login_has_one_form_however_it_is_typed(kit: Kit, typed: str) -> None:
    assert login_form(typed) == "lan"
    assert Browser(kit).sign_in(typed).status_code == 303


@pytest.mark.parametrize("typed", ["İ", "ﬃ", "straße", "ΑΣ", "ſ", "Å", "ᾳ"])
def test_the_form_of_a_form_is_itself(typed: str) -> None:
    assert login_form(login_form(typed)) == login_form(typed)


def test_spellings_of_a_login_share_their_count(kit: Kit) -> None:
    guesser = Browser(kit)
    for typed in ("lan", "LAN", "ｌａｎ", "Ｌan", " lan"):
        assert guesser.sign_in(typed, "wrong password").status_code == 401
    assert guesser.sign_in("lAn", "wrong password").status_code == 429


def test_an_account_is_changed_under_any_spelling_of_its_login(kit: Kit) -> None:
    kit.accounts.set_password("ＬＡＮ", "another one 2", CLI)
    assert Browser(kit).sign_in("lan", "another one 2").status_code == 303
    kit.accounts.disable_officer("Ｌan", CLI)
    assert Browser(kit).sign_in("lan", "another one 2").status_code == 401


def test_one_login_is_limited_from_many_addresses(kit: Kit) -> None:
    for number in range(BY_LOGIN.amount):
        assert Browser(kit, f"192.0.2.{number}").sign_in("lan", "wrong password").status_code == 401
    assert Browser(kit, "198.51.100.1").sign_in("lan").status_code == 429


def test_one_address_is_limited_over_many_logins_and_others_go_on(kit: Kit) -> None:
    guesser = Browser(kit)
    for number in range(BY_ADDRESS.amount):
        assert guesser.sign_in(f"somebody{number}", "wrong password").status_code == 401
    assert guesser.sign_in("lan").status_code == 429
    assert Browser(kit, "192.0.2.2").sign_in("lan").status_code == 303


def test_a_device_that_the_login_has_used_is_never_locked_out_by_strangers(kit: Kit) -> None:
    own = Browser(kit)
    assert own.sign_in("lan").status_code == 303
    for number in range(BY_LOGIN.amount):
        Browser(kit, f"192.0.2.{number + 1}").sign_in("lan", "wrong password")
    guesser = Browser(kit)
    for number in range(BY_ADDRESS.amount):
        guesser.sign_in(f"somebody{number}", "wrong password")
    assert guesser.sign_in("lan").status_code == 429
    assert own.sign_in("lan").status_code == 303
    # The mark is the login's and the device's: it opens nothing for others, and doesn't let it guess for ever.
    kit.accounts.add_officer("ward", "ha", "supervisor", PASSWORD, CLI)
    assert own.sign_in("ha").status_code == 429
    told = [own.sign_in("lan", "wrong password").status_code for _guess in range(11)]
    assert told == [401] * 10 + [429]


def test_who_asks_for_pages_without_end_keeps_no_known_device_of_his_address_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_VISITOR_PAGES", RateLimitItemPerMinute(20))
    monkeypatch.setattr(limits, "PER_KNOWN_DEVICE", RateLimitItemPerMinute(5))
    with Kit(tmp_path, limits=True) as kit:
        kit.accounts.add_officer("ward", "lan", "officer", PASSWORD, CLI)
        own, other = Browser(kit), Browser(kit)
        assert own.sign_in("lan").status_code == 303
        own.client.delete_cookie(kit.cookie("staff"), domain="so.example.vn")
        while other.client.get("/login", **other.base).status_code != 429:
            pass
        assert own.sign_in("lan").status_code == 303
        own.client.delete_cookie(kit.cookie("staff"), domain="so.example.vn")
        told = [own.client.get("/login", **own.base).status_code for _page in range(5)]
        assert told == [200] * 3 + [429] * 2


def test_a_mark_that_was_not_signed_here_is_none(kit: Kit) -> None:
    browser = Browser(kit)
    for _guess in range(FAILURES):
        browser.sign_in("lan", "wrong password")
    browser.client.set_cookie(kit.cookie("known"), "eyJkZXZpY2UiOiJ4In0.made-up", domain="so.example.vn", path="/login")
    assert browser.sign_in("lan").status_code == 429


def test_guesses_sent_together_are_counted_before_they_are_tried() -> None:
    attempts, tried, told = Attempts(), [], []
    together, go_on = threading.Barrier(60), threading.Event()

    def guess() -> None:
        together.wait(10)
        try:
            with attempts.attempt("lan", "192.0.2.1"):
                tried.append(1)
                go_on.wait(10)
                raise Unauthorized("wrong_login")
        except Unauthorized:
            pass
        except RateLimited as refusal:
            told.append(refusal.details["retry_after"])
            if len(told) == 60 - FAILURES:
                go_on.set()

    threads = [threading.Thread(target=guess) for _guess in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(tried), len(told)) == (FAILURES, 60 - FAILURES)


def test_what_was_right_is_taken_back_and_what_was_refused_elsewhere_too() -> None:
    attempts = Attempts()
    for _time in range(3 * FAILURES):
        with attempts.attempt("lan", "192.0.2.1"):
            pass
    for _time in range(3 * FAILURES):
        with pytest.raises(RateLimited), attempts.attempt("lan", "192.0.2.1"):
            raise RateLimited("busy", retry_after=1)
    with attempts.attempt("lan", "192.0.2.1"):
        pass


def test_what_is_kept_of_guesses_is_forgotten_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    attempts = Attempts()
    for number in range(guesses.IN_ALL.amount):
        with pytest.raises(Unauthorized), attempts.attempt(f"made-up-{number}", f"192.0.2.{number}"):
            raise Unauthorized("wrong_login")
    now[0] += guesses.WINDOW_S + 1
    with pytest.raises(Unauthorized), attempts.attempt("lan", "192.0.2.1"):
        raise Unauthorized("wrong_login")
    assert len(attempts._windows._own[0].storage.events) <= 4  # type: ignore[attr-defined]
    assert not attempts._under_way


@pytest.mark.faults("S2")
def test_a_flood_of_wrong_passwords_is_refused_and_taps_and_known_devices_go_on(tmp_path: Path) -> None:
    with Server(tmp_path / "data", options=()) as server:
        server.token("kiosk")
        login, password = server.login("officer")

        def browser() -> tuple[requests.Session, dict[str, str]]:
            http = requests.Session()
            http.trust_env = False
            page = http.get(f"{server.url}/login", timeout=60).text
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert found
            return http, {"csrf_token": found[1], "login": login, "password": password}

        own, form = browser()
        assert own.post(f"{server.url}/login", data=form, allow_redirects=False, timeout=60).status_code == 303
        guessers = [browser() for _guesser in range(40)]
        statuses: list[int] = []

        def guess(number: int) -> None:
            http, form = guessers[number]
            wrong = {**form, "login": f"somebody{number}", "password": "wrong password"}
            statuses.append(http.post(f"{server.url}/login", data=wrong, timeout=60).status_code)

        threads = [threading.Thread(target=guess, args=(number,)) for number in range(40)]
        for thread in threads:
            thread.start()
        assert [server.take(service="help").status_code for _tap in range(10)] == [201] * 10
        assert own.post(f"{server.url}/login", data=form, allow_redirects=False, timeout=60).status_code == 303
        for thread in threads:
            thread.join(60)
        told = Counter(statuses)
        assert set(told) == {401, 429} and STRANGERS_AT_ONCE <= told[401] <= BY_ADDRESS.amount
