"""Who somebody is: tokens, logins, devices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests import quick
from tests.kit import HANOI, SITE, SUPERVISOR, Centre, small_site
from ticketing.errors import Conflict, Forbidden, Invalid, RateLimited, TicketingError, Unauthorized, Unknown
from ticketing.rules.people import CLI, ROLES, Actor, require, satisfies
from ticketing.verbs import people
from ticketing.verbs.pairings import MOST_CODES_OF_A_SITE
from ticketing.verbs.people import Accounts, hash_password, password_matches


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


@pytest.mark.faults("U13")
def test_a_programs_token_is_no_device_and_a_paired_one_is(accounts: Accounts) -> None:
    accounts.issue_token(SITE, "kiosk", "sổ tay", SUPERVISOR)
    accounts.confirm_pairing(accounts.begin_pairing(SITE, "kiosk")[0], "cửa chính", SUPERVISOR)
    assert [(token.name, token.paired) for token in accounts.tokens(SITE)] == [("sổ tay", False), ("cửa chính", True)]


@pytest.mark.faults("U17")
def test_an_officer_is_called_by_name_and_by_the_login_without_one(accounts: Accounts) -> None:
    accounts.add_officer(SITE, "lan", "officer", "mat-khau-dai", SUPERVISOR, " Nguyễn Thị  Lan ")
    assert accounts.sign_in("lan", "mat-khau-dai")[1].name == "Nguyễn Thị Lan"
    accounts.rename_officer("lan", "", SUPERVISOR)
    secret, actor = accounts.sign_in("lan", "mat-khau-dai")
    assert (actor.id, actor.name) == ("officer:lan", "lan")
    again = accounts.authenticate(secret)
    assert again is not None and again.name == "lan"


@pytest.mark.faults("U17")
def test_in_a_rehearsal_every_line_shows_the_sites_clock(centre: Centre, watch: Watch) -> None:
    accounts = Accounts(centre.store, watch, site_now=centre.clock.now)
    accounts.add_officer(SITE, "lan", "officer", "mat-khau-dai", SUPERVISOR)
    accounts.sign_out(accounts.sign_in("lan", "mat-khau-dai")[0])
    centre.take()
    lines = centre.office.journal(SITE, limit=1000)
    assert {"officer_added", "signed_in", "signed_out"} <= {line["data"].get("what") for line in lines}
    assert {line["at"][:10] for line in lines} == {"2026-11-23"}


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


def test_passwords_are_hashed_at_a_cost_of_thirty_two_mebibytes_and_only_these_tests_save_it() -> None:
    assert quick.REAL_COST * people.SCRYPT["r"] * 128 == 32 * 1024 * 1024
    assert f"${quick.COST}$" in hash_password("the same words")


def test_a_device_is_paired_when_somebody_confirms_what_it_shows(accounts: Accounts) -> None:
    code, secret = accounts.begin_pairing(SITE, "kiosk")
    assert accounts.authenticate(secret) is None
    assert [one.code for one in accounts.pairings()] == [code]
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


def test_codes_asked_for_by_the_thousand_do_not_fill_the_disk(accounts: Accounts, watch: Watch) -> None:
    with pytest.raises(RateLimited):
        for _ in range(230):
            accounts.begin_pairing(SITE, "kiosk")
    assert len(accounts.pairings()) == MOST_CODES_OF_A_SITE
    watch.time += timedelta(minutes=16)
    assert accounts.begin_pairing(SITE, "kiosk")
    assert len(accounts.pairings()) == 1


def test_when_a_token_was_seen_is_written_once_a_minute(accounts: Accounts, centre: Centre, watch: Watch) -> None:
    secret = accounts.issue_token(SITE, "display", "tường", CLI)
    def seen_after(seconds: int) -> datetime | None:
        watch.time += timedelta(seconds=seconds)
        accounts.authenticate(secret)
        accounts.write_seen()
        return accounts.tokens()[0].last_seen

    first = seen_after(0)
    assert first == watch.time
    assert seen_after(30) == first
    assert seen_after(31) == watch.time


@pytest.mark.faults("S6")
def test_that_a_token_was_seen_is_never_written_by_who_asks(accounts: Accounts, centre: Centre, watch: Watch) -> None:
    secret = accounts.issue_token(SITE, "display", "tường", CLI)
    connection = centre.store._writing
    before = connection.total_changes
    assert accounts.authenticate(secret)
    assert (connection.total_changes, accounts.tokens()[0].last_seen) == (before, None)


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


# -- the end of a login ---------------------------------------------------------------------------------


def sign_in(accounts: Accounts, login: str = "lan", site: str = SITE) -> str:
    if not any(one.login == login for one in accounts.officers()):
        accounts.add_officer(site, login, "officer", "long-enough", CLI)
    return accounts.sign_in(login, "long-enough")[0]


@pytest.mark.faults("S12")
def test_a_login_ends_after_twelve_idle_hours_and_use_puts_that_off(accounts: Accounts, watch: Watch) -> None:
    watch.time = datetime(2026, 11, 22, 22, tzinfo=UTC)  # 05:00 in Hà Nội
    idle, used = sign_in(accounts), sign_in(accounts)
    watch.time += timedelta(hours=11)
    assert accounts.authenticate(used)
    watch.time += timedelta(minutes=59)
    assert accounts.authenticate(used) and len(accounts.logins(SITE)) == 2
    watch.time += timedelta(minutes=1)
    assert accounts.authenticate(idle) is None and accounts.authenticate(used)
    accounts.write_seen()
    assert [login.token.officer for login in accounts.logins(SITE)] == ["lan"]


@pytest.mark.faults("S12")
@pytest.mark.parametrize(
    ("signed_in", "ends"),
    [("2026-11-23T07:00", "2026-11-24T04:00"), ("2026-11-23T02:00", "2026-11-24T04:00"),
     ("2026-11-23T23:59", "2026-11-24T04:00"), ("2026-11-24T00:01", "2026-11-25T04:00")],
)  # fmt: skip
def test_a_login_in_use_ends_at_four_in_the_night_after_it_by_the_sites_time(
    accounts: Accounts, watch: Watch, signed_in: str, ends: str
) -> None:
    watch.time = datetime.fromisoformat(signed_in).replace(tzinfo=HANOI)
    night = datetime.fromisoformat(ends).replace(tzinfo=HANOI)
    secret = sign_in(accounts)
    while watch.time + timedelta(hours=6) < night:
        watch.time += timedelta(hours=6)
        assert accounts.authenticate(secret)
        accounts.write_seen()
    watch.time = night - timedelta(seconds=1)
    token = accounts.logins(SITE)[0]
    assert accounts.authenticate(secret) and token.ends_at == night and accounts.is_live(token.token.id)
    watch.time = night
    assert accounts.authenticate(secret) is None and not accounts.is_live(token.token.id)
    assert accounts.logins(SITE) == []


@pytest.mark.faults("S12")
def test_devices_and_tokens_have_no_such_end(accounts: Accounts, watch: Watch) -> None:
    code, device = accounts.begin_pairing(SITE, "kiosk")
    accounts.confirm_pairing(code, "lobby", CLI)
    program = accounts.issue_token(SITE, "supervisor", "program", CLI)
    watch.time += timedelta(days=400)
    assert accounts.authenticate(device) and accounts.authenticate(program)


@pytest.mark.faults("S12")
def test_all_logins_of_an_officer_are_ended_and_he_may_sign_in_again(accounts: Accounts) -> None:
    secrets = [sign_in(accounts), sign_in(accounts)]
    other = sign_in(accounts, "minh")
    assert accounts.end_logins("LAN", CLI) == 2
    assert [accounts.authenticate(secret) for secret in secrets] == [None, None] and accounts.authenticate(other)
    assert accounts.end_logins("lan", CLI) == 0 and accounts.authenticate(sign_in(accounts))
    with pytest.raises(Unknown):
        accounts.end_logins("nobody", CLI)


def test_a_device_that_nobody_named_is_called_by_the_code_it_showed(accounts: Accounts) -> None:
    code, _secret = accounts.begin_pairing(SITE, "kiosk")
    assert accounts.confirm_pairing(code, " ", SUPERVISOR).name == code
