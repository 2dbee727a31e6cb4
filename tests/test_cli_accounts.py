"""Tokens, officers and devices by the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import layso
from kiosk.commanding import opened
from tests import test_cli
from tests.test_cli import Commands, refused
from ticketing.errors import Invalid
from ticketing.rules.people import CLI

cli, site = test_cli.cli, test_cli.site


def test_a_token_is_printed_alone_and_kept_only_as_a_hash(site: Commands) -> None:
    result = site("token", "issue", "--site", "quay", "--role", "kiosk", "--name", "Sảnh")
    secret = result.stdout.strip()
    assert result.exit_code == 0
    assert result.stdout == f"{secret}\n" and len(secret) >= 32 and not secret.isspace()
    assert result.stderr == ""
    for path in site.data.iterdir():
        assert secret.encode() not in path.read_bytes()


def test_tokens_are_listed_and_revoked_by_their_id(site: Commands) -> None:
    site("token", "issue", "--site", "quay", "--role", "display", "--name", "Tường")
    listed = site("token", "list", "--site", "quay").output.splitlines()
    assert listed[0].split()[:4] == ["ID", "SITE", "ROLE", "NAME"]
    assert listed[1].split()[:4] == ["1", "quay", "display", "Tường"] and listed[1].endswith("valid")
    assert site("token", "revoke", "1").exit_code == 0
    assert site("token", "list").output.splitlines()[1].endswith("revoked")
    assert "no token 7" in refused(site("token", "revoke", "7"))


def test_a_token_for_an_unknown_site_is_refused(site: Commands) -> None:
    words = ("token", "issue", "--site", "nowhere", "--role", "kiosk", "--name", "x")
    assert "no site nowhere" in refused(site(*words))
    assert "nowhere" not in site("token", "list").output


def test_a_token_and_a_device_have_names_of_at_most_eighty_characters(site: Commands) -> None:
    longest = "Ễ" * 80
    words = ("token", "issue", "--site", "quay", "--role")
    assert site(*words, "kiosk", "--name", f" {longest} ").exit_code == 0
    before = site("token", "list").output
    assert longest in before
    with opened(str(site.data)) as desk:
        code, _secret = desk.accounts.begin_pairing("quay", "kiosk")
    for named in (
        (*words, "kiosk", "--name", f"{longest}x"), (*words, "agent", "--kiosk", f"{longest}x"),
        ("device", "confirm", code, "--name", f"{longest}x"),
    ):  # fmt: skip
        assert "at most 80 characters" in refused(site(*named))
    assert site("token", "list").output == before
    with opened(str(site.data)) as desk, pytest.raises(Invalid):
        desk.accounts.rename_token(1, f"{longest}x", CLI)
    assert code in site("device", "list").output


def test_an_officer_too_has_a_name_of_at_most_eighty_characters(site: Commands) -> None:
    longest = "Ễ" * 80
    words = ("officer", "add", "--site", "quay", "--role", "officer", "--password-stdin", "--login")
    too_long = site(*words, "lan", "--name", f"{longest}x", stdin="mat-khau-dai\n")
    assert "at most 80 characters" in refused(too_long)
    assert "lan" not in site("officer", "list").output
    assert site(*words, "lan", "--name", f" {longest} ", stdin="mat-khau-dai\n").exit_code == 0
    with opened(str(site.data)) as desk:
        with pytest.raises(Invalid):
            desk.accounts.rename_officer("lan", f"{longest}x", CLI)
        assert desk.accounts.sign_in("lan", "mat-khau-dai")[1].name == longest


def test_an_officer_is_added_with_a_password_from_standard_input(site: Commands) -> None:
    words = ("officer", "add", "--site", "quay", "--login", "lan", "--role", "officer", "--password-stdin")
    added = site(*words, stdin="mat-khau-dai\n")
    assert added.exit_code == 0, added.output
    assert "mat-khau" not in added.output
    assert site("officer", "list").output.splitlines()[1].split() == ["lan", "quay", "officer", "enabled"]
    for path in site.data.iterdir():
        assert b"mat-khau-dai" not in path.read_bytes()


@pytest.mark.faults("S12")
def test_who_is_signed_in_is_listed_and_signed_out(site: Commands) -> None:
    words = ("officer", "add", "--site", "quay", "--login", "lan", "--role", "officer", "--password-stdin")
    site(*words, stdin="mat-khau-dai\n")
    with opened(str(site.data)) as desk:
        for _device in range(2):
            desk.accounts.sign_in("lan", "mat-khau-dai")
    listed = site("officer", "list", "--site", "quay").output.splitlines()
    assert listed[3].split() == ["SIGNED", "IN", "SINCE", "LAST", "SEEN", "ENDS"]
    assert [line.split()[0] for line in listed[4:]] == ["lan", "lan"]
    assert site("officer", "sign-out", "LAN").output == "Officer LAN is signed out of 2 devices.\n"
    assert len(site("officer", "list").output.splitlines()) == 2
    assert "no officer mai" in refused(site("officer", "sign-out", "mai"))


def test_a_short_password_is_refused_and_no_officer_added(site: Commands) -> None:
    words = ("officer", "add", "--site", "quay", "--login", "lan", "--role", "officer", "--password-stdin")
    assert "at least 8 characters" in refused(site(*words, stdin="ngan\n"))
    assert "lan" not in site("officer", "list").output


def test_a_login_is_given_once(site: Commands) -> None:
    words = ("officer", "add", "--site", "quay", "--login", "lan", "--role", "officer", "--password-stdin")
    assert site(*words, stdin="mat-khau-dai\n").exit_code == 0
    assert "this login already" in refused(site(*words, stdin="mat-khau-khac\n"))
    assert site("officer", "list").output.count("lan") == 1


def test_an_officer_gets_a_new_password_and_is_disabled(site: Commands) -> None:
    words = ("officer", "add", "--site", "quay", "--login", "lan", "--role", "officer", "--password-stdin")
    site(*words, stdin="mat-khau-dai\n")
    assert site("officer", "password", "lan", "--password-stdin", stdin="mat-khau-moi\n").exit_code == 0
    assert site("officer", "disable", "lan").exit_code == 0
    assert site("officer", "list").output.splitlines()[1].split()[-1] == "disabled"
    assert "no officer mai" in refused(site("officer", "disable", "mai"))


@pytest.mark.faults("S17")
def test_logins_have_plain_characters_and_the_last_administrator_stays(site: Commands) -> None:
    def add(login: str) -> Result:
        words = ("--site", "quay", "--login", login, "--role", "admin", "--password-stdin")
        return site("officer", "add", *words, stdin="long enough 1\n")

    for login in ("a/b", "lan\u202e", "nguyễn", " ", "a" * 65):
        assert "a login has 1 to 64 characters a-z" in refused(add(login))
    assert "Officer tu is added" in add("Tu").output
    assert "tu is the last administrator of its site" in refused(site("officer", "disable", "TU"))
    assert add("boss").exit_code == 0
    assert site("officer", "disable", "tu").exit_code == 0


def test_a_code_that_no_device_shows_pairs_nothing(site: Commands) -> None:
    assert "no device shows" in refused(site("device", "confirm", "AAA-AAA"))
    assert len(site("device", "list").output.splitlines()) == 1


def test_only_devices_are_revoked_as_devices(site: Commands) -> None:
    site("token", "issue", "--site", "quay", "--role", "officer", "--name", "Lan")
    assert "no device 1" in refused(site("device", "revoke", "1"))
    assert site("token", "list").output.splitlines()[1].endswith("valid")


PASSWORDS = {
    "byte order mark": b"\xef\xbb\xbflong enough 1\n",
    "byte order mark; save": "long enough 1\n".encode("utf-16"),
    "not UTF-8": "mật khẩu dài\n".encode("utf-16-le"),
    "not UTF-8 text": "m\u00e2\u0323t kh\u00e2u".encode("cp1258", "replace") + b"\xf3\n",
    "control or invisible": "long\u200benough 1\n".encode(),
    "control or invisible character": b"long\x00enough 1\n",
}


@pytest.mark.faults("P8")
@pytest.mark.parametrize("said", PASSWORDS)
def test_a_password_that_nobody_could_type_again_is_refused_and_nobody_is_added(site: Commands, said: str) -> None:
    words = ["officer", "add", "--site", "quay", "--login", "lan", "--role", "officer", "--password-stdin"]
    result = CliRunner().invoke(layso, [*words, "--data", str(site.data)], input=PASSWORDS[said], prog_name="layso")
    assert said in refused(result)
    assert "lan" not in site("officer", "list").output


@pytest.mark.faults("P8")
def test_a_prompt_that_nobody_answers_says_what_reads_a_password(site: Commands) -> None:
    result = site("officer", "add", "--site", "quay", "--login", "lan", "--role", "officer")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].endswith("; --password-stdin reads it from standard input")
    assert "lan" not in site("officer", "list").output


@pytest.mark.parametrize("words", [("token", "revoke"), ("device", "revoke")])
def test_a_number_that_no_store_holds_is_wrong_usage(site: Commands, words: tuple[str, str]) -> None:
    result = site(*words, "9" * 30)
    assert (result.exit_code, "not in the range" in result.output) == (2, True)
