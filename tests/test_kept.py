"""A login that ends while somebody types: what was typed comes through the next one, and nothing is done unasked."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.api_kit import Kit
from tests.test_desk import PASSWORD, Person, person
from ticketing.rules.people import CLI

pytestmark = pytest.mark.faults("S12")
TYPED = "Nghỉ chiều 25/11\r\n<b>và</b> \"thứ sáu\""


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def boxes(page: str) -> dict[str, str]:
    """What the page's form would send: hidden boxes and kept texts, as a browser reads them."""
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    texts = re.findall(r'<textarea name="([^"]+)" hidden readonly>\n(.*?)</textarea>', page, flags=re.DOTALL)
    return {name: html.unescape(value) for name, value in inputs + texts}


def sent_too_late(kit: Kit, someone: Person, path: str, signed_in: str, **form: str) -> TestResponse:
    """The login page that a form leads to whose sender is signed in no longer."""
    body = {"csrf_token": someone.token(), **form}
    kit.accounts.end_logins(signed_in, CLI)
    answer = someone.client.post(path, data=body, **someone.base)
    assert (answer.status_code, answer.location) == (307, f"/login?form_of={path}")
    page = someone.client.post(answer.location, data=body, **someone.base)
    assert page.status_code == 200 and 'id="password"' in page.text
    return page


def test_a_form_that_was_sent_too_late_comes_back_behind_the_login(kit: Kit) -> None:
    boss, path = person(kit, "tu"), "/ward/supervisor/officers"
    page = sent_too_late(kit, boss, path, "tu", login="minh", role="officer", password="secret words 1", note=TYPED)
    assert "secret words 1" not in page.text
    wrong = boss.client.post("/login", data=boxes(page.text) | {"login": "tu", "password": "wrong"}, **boss.base)
    assert wrong.status_code == 401
    back = boss.client.post("/login", data=boxes(wrong.text) | {"login": "tu", "password": PASSWORD}, **boss.base)
    assert back.status_code == 200 and f'action="{path}"' in back.text
    kept = boxes(back.text)
    assert {name: kept[name].replace("\n", "\r\n").replace("\r\r", "\r") for name in ("login", "role", "note")} == {
        "login": "minh", "role": "officer", "note": TYPED,
    }  # fmt: skip
    assert [one.login for one in kit.accounts.officers("ward")] == ["tu"]
    assert "secret words 1" not in back.text and 'name="password" type="password"' in back.text
    done = boss.client.post(path, data=kept | {"password": "secret words 1"}, **boss.base)
    assert done.status_code == 303 and [one.login for one in kit.accounts.officers("ward")] == ["minh", "tu"]


def test_what_is_kept_leads_to_no_other_place_and_is_believed_when_sealed_here_alone(kit: Kit) -> None:
    boss = person(kit, "ha")
    form = {"csrf_token": boss.token(), "text": TYPED}
    for path in ("//evil.example/x", "https://evil.example/x"):
        page = boss.client.post(f"/login?form_of={path}", data=form, **boss.base)
        assert page.status_code == 200 and "kept" not in boxes(page.text)
    assert boss.sign_in("ha", kept="made-up.seal").status_code == 303


def test_what_is_too_long_to_be_kept_is_said_before_the_login(kit: Kit) -> None:
    boss = person(kit, "tu")
    text = "".join(random.Random(1).choices("abcdefghijklmnop0123456789", k=900_000))
    page = sent_too_late(kit, boss, "/ward/supervisor/config/import", "tu", text=text)
    assert "kept" not in boxes(page.text) and "too long to be kept" in page.text


def test_a_page_that_stays_open_signs_in_beside_itself(kit: Kit) -> None:
    kit.accounts.add_officer("ward", "lan", "officer", PASSWORD, CLI)
    someone = Person(kit)
    someone.base["headers"]["Accept"] = "application/json"  # type: ignore[index]
    form = {"csrf_token": "", "login": "lan", "password": "wrong one"}
    token = someone.token()
    wrong = someone.client.post("/login", data=form | {"csrf_token": token}, **someone.base)
    assert (wrong.status_code, wrong.json) == (401, {"detail": "Login or password is wrong."})
    right = someone.client.post("/login", data=form | {"csrf_token": token, "password": PASSWORD}, **someone.base)
    assert (right.status_code, right.json) == (200, {"me": "officer:lan"})
    assert someone.get("/ward/counter/").status_code == 200


def test_a_supervisor_sees_who_is_signed_in_and_ends_it(kit: Kit) -> None:
    officer, boss = person(kit, "lan"), person(kit, "ha")
    admin = person(kit, "tu")
    page = boss.get("/ward/supervisor/officers").text
    assert re.findall(r'data-login="([^"]+)"', page) == ["tu", "ha", "lan"]
    tokens = {login.token.officer: login.token.id for login in kit.accounts.logins("ward")}
    ending = "/ward/supervisor/tokens/{}/revoke"
    assert ending.format(tokens["lan"]) in page and ending.format(tokens["tu"]) not in page
    assert boss.post(ending.format(tokens["tu"])).status_code == 403
    assert boss.post(ending.format(tokens["lan"])).location == "/ward/supervisor/officers"
    assert officer.get("/ward/counter/").status_code == 303 and admin.get("/ward/supervisor/").status_code == 200
    assert re.findall(r'data-login="([^"]+)"', boss.get("/ward/supervisor/officers").text) == ["tu", "ha"]
