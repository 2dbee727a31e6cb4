"""The desk without a browser: signing in, who may open which page, the forms, and what must not happen."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api_kit import URL, Kit
from ticketing.desk import texts
from ticketing.desk.advice_words import ADVICE
from ticketing.desk.alarm_words import ALARMS, CLOCK, STOPPING
from ticketing.desk.attempts import FAILURES, WINDOW_S, Attempts
from ticketing.desk.gate import same_site_path
from ticketing.desk.journal import PAGE, read_back
from ticketing.errors import Conflict, RateLimited, Unauthorized
from ticketing.rules.people import CLI, Officer
from ticketing.verbs.people import hash_password

PASSWORD = "long enough 1"
LOGINS = {
    "lan": ("ward", "officer"),
    "ha": ("ward", "supervisor"),
    "tu": ("ward", "admin"),
    "boss": ("province", "admin"),
    "far": ("other", "admin"),
}
SCRIPTS = Path(texts.__file__).parent / "static" / "js"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


class Person:
    """A browser without scripts: keeps cookies, fills in forms with the token that their page carries."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.client: FlaskClient = kit.app.test_client()
        self.base = {"base_url": URL, "headers": {"Accept-Language": "en"}}

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, **self.base)

    def token(self, path: str = "/login") -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found
        return found[1]

    def post(self, path: str, **form: str) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **form}, **self.base)

    def sign_in(self, login: str, password: str = PASSWORD, **form: str) -> TestResponse:
        return self.post("/login", login=login, password=password, **form)


def person(kit: Kit, login: str) -> Person:
    site, role = LOGINS[login]
    kit.accounts.add_officer(site, login, role, PASSWORD, CLI)
    someone = Person(kit)
    assert someone.sign_in(login).status_code == 303
    return someone


@pytest.mark.parametrize(("login", "page"), [("lan", "/ward/counter/"), ("ha", "/ward/supervisor/")])
def test_a_login_leads_to_the_page_of_the_role_with_a_guarded_cookie(kit: Kit, login: str, page: str) -> None:
    site, role = LOGINS[login]
    kit.accounts.add_officer(site, login, role, PASSWORD, CLI)
    answer = Person(kit).sign_in(login)
    assert (answer.status_code, answer.location) == (303, page)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(f"{kit.cookie('staff')}="))
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_a_page_that_needs_a_login_leads_there_and_back(kit: Kit) -> None:
    answer = Person(kit).get("/ward/counter/?counter=2")
    assert (answer.status_code, answer.location) == (303, "/login?next=/ward/counter/?counter%3D2")
    kit.accounts.add_officer("ward", "lan", "officer", PASSWORD, CLI)
    back = Person(kit).sign_in("lan", next="/ward/counter/?counter=2")
    assert back.location == "/ward/counter/?counter=2"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\evil",
        "/\t/evil.example",
        "evil",
        "javascript:x",
    ],
)
def test_after_a_login_nobody_is_led_to_another_place(kit: Kit, target: str) -> None:
    assert same_site_path(target) == ""
    kit.accounts.add_officer("ward", "lan", "officer", PASSWORD, CLI)
    assert Person(kit).sign_in("lan", next=target).location == "/ward/counter/"


def test_a_wrong_password_is_401_and_sets_no_cookie(kit: Kit) -> None:
    kit.accounts.add_officer("ward", "lan", "officer", PASSWORD, CLI)
    answer = Person(kit).sign_in("lan", "something else")
    assert answer.status_code == 401
    assert not any(c.startswith(f"{kit.cookie('staff')}=") for c in answer.headers.getlist("Set-Cookie"))


def test_the_sixth_guess_is_429_even_with_the_right_password_and_other_logins_go_on(kit: Kit) -> None:
    kit.accounts.add_officer("ward", "lan", "officer", PASSWORD, CLI)
    guesser = Person(kit)
    for _guess in range(FAILURES):
        assert guesser.sign_in("lan", "wrong").status_code == 401
    refused = guesser.sign_in("LAN")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= WINDOW_S
    kit.accounts.add_officer("ward", "ha", "supervisor", PASSWORD, CLI)
    assert guesser.sign_in("ha").status_code == 303


def test_failures_are_forgotten_after_five_minutes_and_by_a_right_password(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    attempts = Attempts()
    for _guess in range(FAILURES):
        assert wait_s(attempts, "lan", "10.0.0.1", wrong=True) == 0
    assert wait_s(attempts, "lan", "10.0.0.1") == WINDOW_S
    assert wait_s(attempts, "lan", "10.0.0.2") == 0
    now[0] += WINDOW_S + 1
    for _guess in range(FAILURES - 1):
        assert wait_s(attempts, "lan", "10.0.0.1", wrong=True) == 0
    assert wait_s(attempts, "lan", "10.0.0.1") == 0
    for _guess in range(FAILURES):
        assert wait_s(attempts, "lan", "10.0.0.1", wrong=True) == 0
    assert wait_s(attempts, "lan", "10.0.0.1") > 0


def wait_s(attempts: Attempts, login: str, address: str, wrong: bool = False) -> int:
    """What somebody is told who tries now; 0 when he was let through."""
    try:
        with attempts.attempt(login, address):
            if wrong:
                raise Unauthorized("wrong_login")
    except RateLimited as refusal:
        return int(refusal.details["retry_after"])
    except Unauthorized:
        pass
    return 0


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("lan", "/ward/counter/", 200),
        ("lan", "/ward/supervisor/", 403),
        ("lan", "/ward/supervisor/journal", 403),
        ("lan", "/province/counter/", 403),
        ("ha", "/ward/counter/", 200),
        ("ha", "/ward/supervisor/", 200),
        ("ha", "/ward/supervisor/officers", 200),
        ("boss", "/ward/supervisor/", 200),
        ("boss", "/ward/counter/", 200),
        ("far", "/ward/supervisor/", 403),
        ("ha", "/nowhere/supervisor/", 404),
    ],
)
def test_who_may_open_which_page(kit: Kit, login: str, path: str, status: int) -> None:
    answer = person(kit, login).get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"


def test_the_state_behind_the_console_is_401_for_nobody_and_holds_no_code_of_a_waiting_ticket(kit: Kit) -> None:
    ticket = kit.take(priority="elderly")
    assert Person(kit).get("/ward/counter/queue.json?counter=1").status_code == 401
    answer = person(kit, "lan").get("/ward/counter/queue.json")
    assert answer.status_code == 200
    assert answer.json is not None and answer.json["waiting"][0]["priority"] == "elderly"
    assert ticket["code"] not in answer.text


def test_a_logout_ends_the_login_itself_and_not_only_the_cookie(kit: Kit) -> None:
    someone = person(kit, "lan")
    cookie = someone.client.get_cookie(kit.cookie("staff"), domain="so.example.vn")
    assert cookie is not None and kit.accounts.authenticate(cookie.value) is not None
    assert someone.post("/logout").status_code == 303
    assert kit.accounts.authenticate(cookie.value) is None
    assert someone.get("/ward/counter/").status_code == 303


def test_a_form_without_its_token_does_nothing(kit: Kit) -> None:
    someone = person(kit, "tu")
    before = kit.seq()
    for path in ("/logout", "/ward/supervisor/officers", "/ward/supervisor/pairings"):
        assert someone.client.post(path, data={"login": "new", "password": PASSWORD}, **someone.base).status_code == 400
    assert kit.seq() == before
    assert someone.get("/ward/counter/").status_code == 200


def officer_id(kit: Kit, login: str) -> int:
    return next(one.id for one in kit.accounts.officers() if one.login == login)


def test_only_an_admin_adds_changes_and_disables_logins(kit: Kit) -> None:
    supervisor, admin = person(kit, "ha"), person(kit, "tu")
    form = {"login": "new", "role": "officer", "password": PASSWORD}
    assert supervisor.post("/ward/supervisor/officers", **form).status_code == 403
    assert "new" not in {officer.login for officer in kit.accounts.officers("ward")}
    assert admin.post("/ward/supervisor/officers", **form).status_code == 303
    newcomer = Person(kit)
    assert newcomer.sign_in("new").status_code == 303
    here = f"/ward/supervisor/officers/{officer_id(kit, 'new')}"
    assert admin.post(f"{here}/password", password="another one 2").status_code == 303
    assert newcomer.get("/ward/counter/").status_code == 303
    assert newcomer.sign_in("new", "another one 2").status_code == 303
    assert admin.post(f"{here}/disable").status_code == 303
    assert newcomer.sign_in("new", "another one 2").status_code == 401


@pytest.mark.faults("S17")
@pytest.mark.parametrize("login", ["a/b", "a\x00b", "a\u202eb", "lan anh", "nguyễn", "a" * 65, "..%2f", "x@y", ""])
def test_a_login_of_other_characters_is_refused_in_words(kit: Kit, login: str) -> None:
    admin = person(kit, "tu")
    before = kit.seq()
    admin.post("/ward/supervisor/officers", login=login, role="officer", password="short")
    page = admin.get("/ward/supervisor/officers").text
    assert "letters a-z without marks" in page
    assert "at least 8 characters" in page, "all that is wrong is said at once"
    assert kit.seq() == before


def test_an_officers_name_is_never_cut_without_a_word(kit: Kit) -> None:
    admin, longest = person(kit, "tu"), "Ễ" * 80
    here = f"/ward/supervisor/officers/{officer_id(kit, 'tu')}/name"
    assert admin.post(here, name=longest).status_code == 303
    assert longest in admin.get("/ward/supervisor/officers").text
    before = kit.seq()
    admin.post(here, name=f"{longest}x")
    admin.post("/ward/supervisor/officers", login="new", role="officer", password=PASSWORD, name=f"{longest}x")
    assert admin.get("/ward/supervisor/officers").text.count("A name has at most 80 characters.") == 2
    assert kit.seq() == before


@pytest.mark.faults("S17")
def test_the_last_administrator_is_not_disabled_and_is_told_why(kit: Kit) -> None:
    admin = person(kit, "tu")
    person(kit, "boss")
    tu = f"/ward/supervisor/officers/{officer_id(kit, 'tu')}/disable"
    assert admin.post(tu).status_code == 303
    page = admin.get("/ward/supervisor/officers")
    assert page.status_code == 200
    assert "tu is the last administrator here" in page.text
    kit.accounts.add_officer("ward", "second", "admin", PASSWORD, CLI)
    assert admin.post(tu).status_code == 303
    assert admin.get("/ward/supervisor/officers").status_code == 303
    with pytest.raises(Conflict):
        kit.accounts.disable_officer("second", CLI)


@pytest.mark.faults("S17")
@pytest.mark.parametrize("login", ["a/b", "a\x00b", "a\u202eb", "nguyễn", "lan anh"])
def test_a_login_of_an_older_version_signs_in_and_is_disabled_on_the_page(kit: Kit, login: str) -> None:
    admin = person(kit, "tu")
    password = hash_password(PASSWORD)
    kit.office.store.write((), lambda tx: tx.people.save_officer(Officer(login, "ward", "officer", password)))
    assert Person(kit).sign_in(login).status_code == 303
    page = admin.get("/ward/supervisor/officers").text
    assert "\x00" not in page and "\u202e" not in page
    here = f"/ward/supervisor/officers/{officer_id(kit, login)}"
    assert f'action="{here}/disable"' in page
    assert admin.post(f"{here}/password", password="another one 2").status_code == 303
    assert Person(kit).sign_in(login, "another one 2").status_code == 303
    assert admin.post(f"{here}/disable").status_code == 303
    assert Person(kit).sign_in(login, "another one 2").status_code == 401


@pytest.mark.faults("U13")
def test_a_correction_of_the_postal_list_says_all_that_is_wrong_at_once(kit: Kit) -> None:
    supervisor = person(kit, "ha")
    before = kit.seq()
    answer = supervisor.post("/ward/supervisor/postal", day="", way="", form="", dossiers="x", reason=" \u202e ")
    assert answer.status_code == 422
    for said in ("Choose the day", "Say which list is wrong", "Enter a whole number of dossiers", "Enter a reason"):
        assert answer.text.count(said) == 1, said
    assert kit.seq() == before


def test_a_short_password_is_refused(kit: Kit) -> None:
    admin = person(kit, "tu")
    before = kit.seq()
    admin.post("/ward/supervisor/officers", login="new", role="officer", password="short")
    assert kit.seq() == before
    assert "at least 8 characters" in admin.get("/ward/supervisor/officers").text


def test_a_login_of_another_unit_is_not_changed_from_here(kit: Kit) -> None:
    admin = person(kit, "tu")
    kit.accounts.add_officer("other", "minh", "officer", PASSWORD, CLI)
    assert admin.post(f"/ward/supervisor/officers/{officer_id(kit, 'minh')}/disable").status_code == 404
    assert Person(kit).sign_in("minh").status_code == 303


def test_a_pairing_is_confirmed_for_its_own_site_alone_and_never_by_get(kit: Kit) -> None:
    supervisor = person(kit, "ha")
    code, secret = kit.accounts.begin_pairing("ward", "kiosk")
    foreign, foreign_secret = kit.accounts.begin_pairing("other", "kiosk")
    page = supervisor.get("/ward/supervisor/devices").text
    assert code in page and foreign not in page
    assert supervisor.get(f"/ward/supervisor/pairings?code={code}&name=x").status_code == 405
    assert supervisor.post("/ward/supervisor/pairings", code=foreign, name="x").status_code == 404
    assert kit.accounts.authenticate(foreign_secret) is None
    assert supervisor.post("/ward/supervisor/pairings", code=code, name="Door").status_code == 303
    actor = kit.accounts.authenticate(secret)
    assert actor is not None and (actor.role, actor.site, actor.name) == ("kiosk", "ward", "Door")


def test_a_supervisor_revokes_devices_and_officers_but_no_admin_and_nothing_of_another_unit(kit: Kit) -> None:
    supervisor = person(kit, "ha")
    tokens = {token.role: token.id for token in kit.accounts.tokens("ward") if not token.officer}
    kit.token("kiosk", "other")
    foreign = kit.accounts.tokens("other")[0].id
    statuses = {
        name: supervisor.post(f"/ward/supervisor/tokens/{token}/revoke").status_code
        for name, token in (("kiosk", tokens["kiosk"]), ("admin", tokens["admin"]), ("foreign", foreign))
    }
    assert statuses == {"kiosk": 303, "admin": 403, "foreign": 404}
    assert [kit.accounts.is_live(i) for i in (tokens["kiosk"], tokens["admin"], foreign)] == [False, True, True]


def test_in_a_rehearsal_pages_of_accesses_say_that_times_are_real(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, pages = person(kit, "tu"), [f"/ward/supervisor/{page}" for page in ("devices", "officers")]
    assert not any("data-real-time" in admin.get(page).text for page in pages)
    monkeypatch.setattr(kit.clock, "rehearsal", True)
    for page in pages:
        assert "Giờ trên trang này là giờ thật" in admin.get(f"{page}?lang=vi").text
        assert "the real clock" in admin.get(f"{page}?lang=en").text
    assert "data-real-time" not in admin.get("/ward/supervisor/journal").text


def test_a_device_gets_a_new_name(kit: Kit) -> None:
    supervisor = person(kit, "ha")
    token = next(token for token in kit.accounts.tokens("ward") if token.role == "kiosk")
    assert supervisor.post(f"/ward/supervisor/tokens/{token.id}/rename", name="Sảnh chính").status_code == 303
    assert "Sảnh chính" in supervisor.get("/ward/supervisor/devices").text


def test_the_exported_configuration_is_the_sites_own_and_holds_no_secret(kit: Kit) -> None:
    answer = person(kit, "ha").get("/ward/supervisor/config.toml")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert [site["code"] for site in tomllib.loads(answer.text)["sites"]] == ["ward"]
    assert "password" not in answer.text and "token" not in answer.text


def test_the_journal_reads_back_page_by_page_without_a_gap(kit: Kit) -> None:
    for _ticket in range(10):
        code = kit.take()["code"]
        kit.office.give_up(code)
    for _change in range(60):
        kit.at_counter("open")
        kit.at_counter("close")
    first = read_back(kit.office, "ward", "", None)
    assert len(first.lines) == PAGE and first.older is not None
    rest = read_back(kit.office, "ward", "", first.older)
    seqs = [line.seq for line in first.lines + rest.lines]
    assert seqs == sorted(seqs, reverse=True) and len(seqs) == len(set(seqs))
    assert seqs == [line["seq"] for line in reversed(kit.office.journal("ward", 0, 1000))]


def test_the_journal_finds_every_line_of_a_number(kit: Kit) -> None:
    ticket = kit.take()
    kit.take(field="CT")
    kit.office.give_up(ticket["code"])
    found = read_back(kit.office, "ward", ticket["number"], None)
    assert [line.kind for line in found.lines] == ["ticket_cancelled", "ticket_taken"]


def test_no_page_of_the_desk_holds_script_or_style_in_its_text(kit: Kit) -> None:
    admin = person(kit, "tu")
    for path in (
        "/login",
        "/ward/counter/",
        *(f"/ward/supervisor/{p}" for p in ("", "devices", "officers", "journal")),
    ):
        answer = admin.get(path)
        assert answer.status_code == 200
        assert not re.search(r"<style| style=|javascript:| on\w+=", answer.text), path
        for tag in re.findall(r"<script[^>]*>", answer.text):
            assert 'type="application/json"' in tag or 'src="/static/' in tag, tag


def test_every_text_that_a_script_asks_for_is_there() -> None:
    known = set(texts.COMMON) | set(texts.CONSOLE) | set(texts.SUPERVISOR)
    known |= set(ALARMS) | set(STOPPING) | set(CLOCK) | set(ADVICE)
    for script in SCRIPTS.glob("*.js"):
        asked = set(re.findall(r'\bt\("([\w-]+)"', script.read_text(encoding="utf-8")))
        assert asked <= known, (script.name, asked - known)


def test_no_script_of_the_desk_is_longer_than_a_page_of_code() -> None:
    assert all(len(p.read_text(encoding="utf-8").splitlines()) <= 400 for p in SCRIPTS.glob("*.js"))
