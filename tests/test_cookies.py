"""One browser, two services on one host: cookies know no ports, so that their names must tell the services apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.http import parse_cookie
from werkzeug.test import TestResponse

from tests.api_kit import URL, Kit
from ticketing.rules.people import CLI

pytestmark = pytest.mark.faults("P3")
PASSWORD = "long enough 1"


class Browser:
    """One jar for every port of the host, as browsers have it; whose path a cookie has is left out."""

    def __init__(self) -> None:
        self.jar: dict[str, str] = {}

    def open(self, kit: Kit, path: str, method: str = "", **form: str) -> TestResponse:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.jar.items())}
        method = method or ("POST" if form else "GET")
        answer = kit.client.open(path, method=method, data=form or None, base_url=URL, headers=headers)
        for line in answer.headers.getlist("Set-Cookie"):
            self.jar |= parse_cookie(line.partition(";")[0])
        return answer

    def sign_in(self, kit: Kit) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.open(kit, "/login").text)
        assert found
        return self.open(kit, "/login", csrf_token=found[1], login="ha", password=PASSWORD)


@pytest.fixture
def kits(tmp_path: Path) -> Iterator[tuple[Kit, Kit]]:
    with Kit(tmp_path / "real") as real, Kit(tmp_path / "rehearsal") as rehearsal:
        for kit in (real, rehearsal):
            kit.accounts.add_officer("ward", "ha", "supervisor", PASSWORD, CLI)
        yield real, rehearsal


def test_a_service_beside_another_signs_nobody_out_and_unpairs_no_kiosk(kits: tuple[Kit, Kit]) -> None:
    browser = Browser()
    for kit in kits:
        code = browser.open(kit, "/ward/kiosk/pairing", "POST").json["code"]
        kit.accounts.confirm_pairing(code, "lobby", CLI)
        assert browser.sign_in(kit).status_code == 303
        browser.open(kit, "/ward/?lang=en")
        browser.open(kit, "/ward/kiosk/?lang=en")
    for kit in kits:
        assert browser.open(kit, "/ward/supervisor/").status_code == 200
        assert browser.open(kit, "/ward/kiosk/pairing").json == {"paired": True, "code": ""}
    assert len(browser.jar) == 2 * 6 and all(name.startswith("layso_") for name in browser.jar)


def test_the_names_outlive_a_restart_and_tell_nothing_of_the_key(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        name = kit.cookie("staff")
        described = kit.call("GET", "/openapi.json").json
    assert described["components"]["securitySchemes"]["cookie"]["name"] == name
    key = (tmp_path / "data" / "secret-key").read_text()
    assert not any(key[at : at + 8].lower() in name for at in range(len(key) - 8))
    with Kit(tmp_path) as again:
        assert again.cookie("staff") == name


def test_a_cookie_of_the_service_beside_is_no_credential(kits: tuple[Kit, Kit]) -> None:
    real, rehearsal = kits
    secret = real.token("admin")
    headers = {"Cookie": f"{rehearsal.cookie('staff')}={secret}; layso_staff={secret}"}
    assert real.call("GET", "/sites/ward/journal", headers=headers).status_code == 401
