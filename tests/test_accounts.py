"""Who somebody is: tokens, logins, devices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.kit import SITE, SUPERVISOR, Centre, small_site
from ticketing.accounts import Accounts, hash_password, password_matches
from ticketing.errors import Conflict, Forbidden, Invalid, TicketingError, Unauthorized, Unknown
from ticketing.officers import CLI, ROLES, Actor, require, satisfies


class Watch:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def accounts(centre: Centre, watch: Watch) -> Accounts:
    return Accounts(centre.store, watch)


def test_a_token_is_known_by_its_secret_which_is_not_kept(centre: Centre, accounts: Accounts) -> None:
    secret = accounts.issue_token(SITE, "kiosk", "cửa chính", CLI)
    actor = accounts.authenticate(secret)
    assert actor and (actor.role, actor.site, actor.name) == ("kiosk", SITE, "cửa chính")
    assert accounts.authenticate(secret + "x") is None
    assert secret not in str(accounts.tokens()) + str(centre.office.journal(SITE))


def test_a_revoked_token_is_nobody(accounts: Accounts) -> None:
    secret = accounts.issue_token(SITE, "officer", "program", CLI)
    token = accounts.tokens(SITE)[0]
    assert accounts.is_live(token.id)
    accounts.revoke_token(token.id, SUPERVISOR)
    assert accounts.authenticate(secret) is None
    assert not accounts.is_live(token.id)


@pytest.mark.parametrize(
    ("site", "role", "name"), [("nowhere", "kiosk", "x"), (SITE, "king", "x"), (SITE, "kiosk", " ")]
)
def test_a_senseless_token_is_refused(accounts: Accounts, site: str, role: str, name: str) -> None:
    with pytest.raises(TicketingError):
        accounts.issue_token(site, role, name, CLI)
    assert accounts.tokens() == []


def test_an_officer_signs_in_and_out(accounts: Accounts) -> None:
    accounts.add_officer(SITE, "Lan", "officer", "mật khẩu dài", CLI)
    secret, actor = accounts.sign_in("lan ", "mật khẩu dài")
    again = accounts.authenticate(secret)
    assert again and (again.id, again.role) == (actor.id, "officer") == ("officer:lan", "officer")
    accounts.sign_out(secret)
    assert accounts.authenticate(secret) is None


def test_a_password_typed_with_decomposed_marks_is_the_same(accounts: Accounts) -> None:
    import unicodedata

    accounts.add_officer(SITE, "lan", "officer", "mật khẩu dài", CLI)
    assert accounts.sign_in("lan", unicodedata.normalize("NFD", "mật khẩu dài"))


@pytest.mark.parametrize(("login", "password"), [("lan", "wrong-password"), ("nobody", "mật khẩu dài"), ("", "")])
def test_a_wrong_login_says_nothing_of_what_was_wrong(accounts: Accounts, login: str, password: str) -> None:
    accounts.add_officer(SITE, "lan", "officer", "mật khẩu dài", CLI)
    with pytest.raises(Unauthorized) as refused:
        accounts.sign_in(login, password)
    assert refused.value.reason == "wrong_login"


def test_a_new_password_and_a_disabling_end_the_logins(accounts: Accounts) -> None:
    accounts.add_officer(SITE, "lan", "officer", "first-password", CLI)
    secret, _ = accounts.sign_in("lan", "first-password")
    accounts.set_password("lan", "second-password", CLI)
    assert accounts.authenticate(secret) is None
    with pytest.raises(Unauthorized):
        accounts.sign_in("lan", "first-password")
    secret, _ = accounts.sign_in("lan", "second-password")
    accounts.disable_officer("lan", CLI)
    assert accounts.authenticate(secret) is None
    with pytest.raises(Unauthorized):
        accounts.sign_in("lan", "second-password")


def test_a_login_is_taken_once_and_passwords_are_long_enough(accounts: Accounts) -> None:
    accounts.add_officer(SITE, "lan", "officer", "long-enough", CLI)
    with pytest.raises(Conflict):
        accounts.add_officer(SITE, "LAN", "admin", "long-enough", CLI)
    with pytest.raises(Invalid):
        accounts.add_officer(SITE, "minh", "officer", "short", CLI)
    assert [o.login for o in accounts.officers()] == ["lan"]


def test_passwords_are_kept_as_salted_scrypt() -> None:
    one, two = hash_password("the same words"), hash_password("the same words")
    assert one != two
    assert one.startswith("scrypt$")
    assert password_matches("the same words", one)
    assert not password_matches("other words", one)


def test_a_device_is_paired_when_somebody_confirms_what_it_shows(accounts: Accounts) -> None:
    code, secret = accounts.begin_pairing(SITE, "kiosk")
    assert accounts.authenticate(secret) is None
    assert accounts.pairing_of(secret).code == code  # type: ignore[union-attr]
    accounts.confirm_pairing(code.lower().replace("-", " "), "cửa chính", SUPERVISOR)
    actor = accounts.authenticate(secret)
    assert actor and (actor.role, actor.name) == ("kiosk", "cửa chính")
    assert accounts.pairings() == []
    with pytest.raises(Unknown):
        accounts.confirm_pairing(code, "again", SUPERVISOR)


def test_a_code_shown_too_long_pairs_nothing(accounts: Accounts, watch: Watch) -> None:
    code, secret = accounts.begin_pairing(SITE, "kiosk")
    watch.time += timedelta(minutes=16)
    with pytest.raises(Unknown):
        accounts.confirm_pairing(code, "late", SUPERVISOR)
    assert accounts.authenticate(secret) is None


def test_codes_asked_for_by_the_thousand_do_not_fill_the_disk(accounts: Accounts) -> None:
    for _ in range(230):
        accounts.begin_pairing(SITE, "kiosk")
    assert len(accounts.pairings()) <= 201


def test_when_a_token_was_seen_is_written_once_a_minute(accounts: Accounts, centre: Centre, watch: Watch) -> None:
    secret = accounts.issue_token(SITE, "display", "tường", CLI)
    accounts.authenticate(secret)
    first = accounts.tokens()[0].last_seen
    watch.time += timedelta(seconds=30)
    accounts.authenticate(secret)
    assert accounts.tokens()[0].last_seen == first
    watch.time += timedelta(seconds=31)
    accounts.authenticate(secret)
    assert accounts.tokens()[0].last_seen == watch.time


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("needed", ROLES)
def test_admin_includes_supervisor_includes_officer_and_devices_stand_apart(role: str, needed: str) -> None:
    staff = ("officer", "supervisor", "admin")
    both = role in staff and needed in staff
    assert satisfies(role, needed) == (staff.index(role) >= staff.index(needed) if both else role == needed)


def test_a_role_holds_at_its_own_site_and_a_parents_admin_at_its_units() -> None:
    from dataclasses import replace

    unit = replace(small_site(), parent="tinh")
    assert require(Actor("a", "admin", "tinh"), unit, "officer")
    for actor in (Actor("a", "supervisor", "tinh"), Actor("a", "admin", "khac"), Actor("a", "kiosk", SITE)):
        with pytest.raises(Forbidden):
            require(actor, unit, "officer")
    with pytest.raises(Unauthorized):
        require(None, unit, "officer")
    with pytest.raises(Forbidden):
        require(Actor("a", "admin", ""), small_site(), "officer")
