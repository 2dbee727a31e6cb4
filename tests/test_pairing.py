"""A device asks for its code by POST: looking at a page writes nothing, and no stranger takes a code away."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api_kit import Kit, good
from ticketing.errors import RateLimited
from ticketing.rules.people import CLI
from ticketing.verbs.pairings import MOST_CODES_OF_A_SITE
from ticketing.verbs.people import MOST_CODES_OF_A_VISITOR

pytestmark = pytest.mark.faults("S8")
CODE = re.compile(r'data-pairing-code="([A-Z0-9]{3}-[A-Z0-9]{3})"')


def ask(client: FlaskClient, address: str = "192.0.2.7", **more: str) -> TestResponse:
    return client.post("/ward/kiosk/pairing", environ_base={"REMOTE_ADDR": address}, headers=more)


@pytest.mark.parametrize("path", ["/ward/kiosk/", "/ward/rating/1", "/ward/kiosk/pairing"])
def test_looking_at_a_page_asks_for_no_code(tmp_path: Path, path: str) -> None:
    with Kit(tmp_path) as kit:
        visitor = kit.app.test_client()
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])
        assert CODE.search(answer.text) is None
        assert kit.accounts.pairings() == []


@pytest.mark.parametrize("path", ["/ward/kiosk/", "/ward/rating/1"])
def test_a_reload_shows_the_code_that_was_asked_for_until_it_is_confirmed(tmp_path: Path, path: str) -> None:
    with Kit(tmp_path) as kit:
        device = kit.app.test_client()
        code = good(ask(device))["code"]
        assert good(ask(device)) == good(device.get("/ward/kiosk/pairing")) == {"paired": False, "code": code}
        assert CODE.findall(device.get(path).text) == [code]
        kit.accounts.confirm_pairing(code, "cửa chính", CLI)
        assert good(ask(device)) == {"paired": True, "code": ""}
        assert CODE.search(device.get(path).text) is None


def test_no_stranger_takes_a_waiting_code_away(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        device = kit.app.test_client()
        code = good(ask(device))["code"]
        flood = [ask(kit.app.test_client(), "192.0.2.66").status_code for _one in range(MOST_CODES_OF_A_VISITOR + 5)]
        assert flood == [200] * MOST_CODES_OF_A_VISITOR + [429] * 5
        assert good(ask(kit.app.test_client(), "192.0.2.8"))["code"]
        assert good(device.get("/ward/kiosk/pairing"))["code"] == code
        assert kit.accounts.confirm_pairing(code, "cửa chính", CLI).site == "ward"


def test_a_confirmed_code_makes_room_for_the_next_of_its_address(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        codes = [good(ask(kit.app.test_client()))["code"] for _one in range(MOST_CODES_OF_A_VISITOR)]
        refused = ask(kit.app.test_client())
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        kit.accounts.confirm_pairing(codes[0], "một", CLI)
        assert ask(kit.app.test_client()).status_code == 200


def test_a_flood_at_one_site_leaves_the_others_alone(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        for place in range(MOST_CODES_OF_A_SITE):
            kit.accounts.begin_pairing("ward", "kiosk", visitor=f"192.0.2.{place}")
        with pytest.raises(RateLimited):
            kit.accounts.begin_pairing("ward", "kiosk", visitor="198.51.100.1")
        assert kit.accounts.begin_pairing("other", "kiosk", visitor="198.51.100.1")
        assert len(kit.accounts.pairings("ward")) == MOST_CODES_OF_A_SITE


def test_another_sites_page_asks_for_no_code(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        assert ask(kit.app.test_client(), Origin="https://elsewhere.example").status_code == 403
        assert kit.accounts.pairings() == []
        assert ask(kit.app.test_client(), Origin="http://localhost").status_code == 200
        assert kit.app.test_client().post("/nowhere/kiosk/pairing").status_code == 404


def test_a_kiosks_page_shows_the_board_and_the_configuration_of_this_moment(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        device = kit.app.test_client()
        kit.accounts.confirm_pairing(good(ask(device))["code"], "cửa chính", CLI)
        assert '"issued":0' in device.get("/ward/kiosk/").text
        kit.take(dossiers=3)
        page = device.get("/ward/kiosk/?width=58").text
        assert '"issued":3' in page and '"slip_width":58' in page
        kit.office.apply_site(replace(kit.layso.office.site("ward"), name="Phường <b>Mới</b>"))
        later = device.get("/ward/kiosk/").text
        assert "Phường &lt;b&gt;Mới" in later and "<b>Mới" not in later
        tokens = {re.search(r'name="csrf-token" content="([^"]+)"', device.get("/ward/kiosk/").text)[1] for _ in "ab"}
        assert all(token.count(".") == 2 for token in tokens)
