"""The commands that need no server: what they print, change, refuse, and their exit codes."""

from __future__ import annotations

import json
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kiosk.cli import layso
from tests.serving import layso as run_process

SITES = """
[[sites]]
code = "quay"
name = "Bộ phận Một cửa"
level = "commune"
public_holidays = false

[[sites.fields]]
code = "HT"
name = "Hộ tịch"
prefix = "1"

[[sites.services]]
code = "help"
name = "Cần hỗ trợ"
prefix = "9"

[[sites.counters]]
number = 1
fields = ["HT"]
services = ["help"]

[[sites.sessions]]
name = "day"
title = "Cả ngày"
weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
issuing_from = "00:00"
issuing_until = "23:58"
service_from = "00:00"
closes_at = "23:59"
"""


class Commands:
    """Runs commands in this process, on one data directory."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.file = data.with_name("sites.toml")

    def __call__(self, *words: str | Path, stdin: str = "") -> Result:
        return CliRunner().invoke(layso, [*map(str, words), "--data", str(self.data)], input=stdin, prog_name="layso")

    def apply(self, text: str = SITES) -> Result:
        self.file.write_text(text, encoding="utf-8")
        return self("apply", self.file)


@pytest.fixture
def cli(tmp_path: Path) -> Commands:
    return Commands(tmp_path / "data")


@pytest.fixture
def site(cli: Commands) -> Commands:
    assert cli.apply().exit_code == 0
    return cli


def every_command(group: click.Group = layso, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def refused(result: Result) -> str:
    """The one-line reason of a refusal, alone on stderr, with exit code 1."""
    assert result.exit_code == 1, (result.exit_code, result.output)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.mark.parametrize("path", [(), *every_command()], ids=lambda path: " ".join(path) or "layso")
def test_the_help_of_each_command_has_an_example_that_the_command_line_understands(
    path: tuple[str, ...],
) -> None:
    result = CliRunner().invoke(layso, [*path, "--help"], prog_name="layso")
    assert result.exit_code == 0
    example = result.output.rpartition("Example:\n")[2].strip()
    words = shlex.split(example.partition(" > ")[0])
    assert words[: len(path) + 1] == ["layso", *path]
    command: click.Command = layso
    while isinstance(command, click.Group):
        name, command, words = command.resolve_command(click.Context(command), words[1:])
        words = [name, *words]
    command.make_context(name, words[1:])


def test_every_command_of_the_contract_is_there() -> None:
    names = {" ".join(path) for path in every_command()}
    assert names >= {
        "serve", "apply", "export-config", "backup", "restore", "check", "report",
        "token issue", "token list", "token revoke", "device confirm", "device list", "device revoke",
        "officer add", "officer list", "officer password", "officer disable",
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ("sereve",),
        ("serve", "--port", "70000"),
        ("serve", "--public-url", "layso.example"),
        ("serve", "--public-url", "https://layso.example/path"),
        ("serve", "--tls-cert", "cert.pem"),
        ("serve", "--at", "tomorrow"),
        ("serve", "--demo", "nowhere"),
        ("token", "issue", "--site", "quay", "--role", "king", "--name", "x"),
        ("token", "revoke", "three"),
        ("report", "daily", "--site", "quay", "--from", "2026-11-02", "--to", "2026-11-01"),
        ("report", "daily", "--site", "quay", "--from", "02/11/2026", "--to", "2026-11-01"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_changes_nothing(site: Commands, words: tuple[str, ...]) -> None:
    before = {path: path.read_bytes() for path in site.data.iterdir() if path.is_file()}
    result = site(*words)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert {path: path.read_bytes() for path in site.data.iterdir() if path.is_file()} == before


def test_the_process_ends_with_the_same_codes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run_process("--version").returncode == 0
    assert run_process("nonsense").returncode == 2
    missing = run_process("check", data=data)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "there are no data in" in missing.stderr
    assert not data.exists()


def test_the_data_directory_may_come_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(SITES, encoding="utf-8")
    applied = run_process("apply", file, LAYSO_DATA=str(tmp_path / "there"))
    assert applied.returncode == 0, applied.stderr
    assert (tmp_path / "there" / "layso.db").is_file()


def test_vietnamese_is_printed_whatever_the_locale_says(site: Commands) -> None:
    exported = run_process(
        "export-config", "quay", data=site.data, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert exported.returncode == 0, exported.stderr
    assert "Bộ phận Một cửa" in exported.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("token", "list"), ("officer", "list"), ("device", "list"), ("export-config", "quay"), ("check",),
        ("backup", "copy.db"),
        ("report", "daily", "--site", "quay", "--from", "2026-11-02", "--to", "2026-11-02"),
        ("token", "issue", "--site", "quay", "--role", "kiosk", "--name", "x"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_directory_without_data_is_refused_and_not_created(cli: Commands, words: tuple[str, ...]) -> None:
    assert "there are no data" in refused(cli(*words))
    assert not cli.data.exists()


def test_apply_creates_a_site_and_says_so(cli: Commands) -> None:
    result = cli.apply()
    assert (result.exit_code, result.output) == (0, "quay: created (Bộ phận Một cửa)\n")


def test_the_data_directory_is_for_its_owner_only(site: Commands) -> None:
    assert stat.S_IMODE(site.data.stat().st_mode) == 0o700
    for path in site.data.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_second_apply_of_the_same_file_changes_nothing_and_says_so(site: Commands) -> None:
    again = site.apply()
    assert (again.exit_code, again.output) == (0, "quay: unchanged\nNothing changed.\n")


def test_apply_names_each_key_that_changes(site: Commands) -> None:
    text = SITES.replace('level = "commune"', 'level = "commune"\nhotline = "1022"').replace(
        "Hộ tịch", "Hộ tịch, cư trú"
    )
    lines = ["quay: changed", "hotline: '' → '1022'", "fields[HT].name: 'Hộ tịch' → 'Hộ tịch, cư trú'"]
    assert site.apply(text).output.splitlines() == [lines[0], *(f"  {line}" for line in lines[1:])]


def test_an_invalid_file_is_refused_whole_with_file_key_and_reason(site: Commands) -> None:
    second = SITES.replace('code = "quay"', 'code = "kho"').replace('prefix = "9"', 'prefix = "1"')
    reason = refused(site.apply(SITES.replace("Một cửa", "Một cửa mới") + second))
    assert str(site.file) in reason
    assert "prefix" in reason
    assert "Một cửa mới" not in site("export-config", "quay").output
    assert "no site kho" in refused(site("export-config", "kho"))


def test_an_exported_configuration_is_accepted_and_changes_nothing(site: Commands) -> None:
    exported = site("export-config", "quay")
    assert exported.exit_code == 0
    assert site.apply(exported.stdout).output == "quay: unchanged\nNothing changed.\n"


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


def test_an_officer_is_added_with_a_password_from_standard_input(site: Commands) -> None:
    words = ("officer", "add", "--site", "quay", "--login", "lan", "--role", "officer", "--password-stdin")
    added = site(*words, stdin="mat-khau-dai\n")
    assert added.exit_code == 0, added.output
    assert "mat-khau" not in added.output
    assert site("officer", "list").output.splitlines()[1].split() == ["lan", "quay", "officer", "enabled"]
    for path in site.data.iterdir():
        assert b"mat-khau-dai" not in path.read_bytes()


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


def test_a_code_that_no_device_shows_pairs_nothing(site: Commands) -> None:
    assert "no device shows" in refused(site("device", "confirm", "AAA-AAA"))
    assert len(site("device", "list").output.splitlines()) == 1


def test_only_devices_are_revoked_as_devices(site: Commands) -> None:
    site("token", "issue", "--site", "quay", "--role", "officer", "--name", "Lan")
    assert "no device 1" in refused(site("device", "revoke", "1"))
    assert site("token", "list").output.splitlines()[1].endswith("valid")


def test_check_finds_sound_data_sound(site: Commands) -> None:
    result = site("check")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.output.endswith("sound.\n")


def test_a_file_that_is_no_database_is_refused_with_one_line(site: Commands) -> None:
    (site.data / "layso.db").write_bytes(b"not a database, by far " * 400)
    assert "layso.db" in refused(site("token", "list"))


def test_a_report_is_written_for_both_ends_of_the_window(site: Commands, tmp_path: Path) -> None:
    out = tmp_path / "report.csv"
    words = ("report", "daily", "--site", "quay", "--from", "2026-11-02", "--to", "2026-11-04")
    result = site(*words, "--format", "csv", "-o", out)
    assert result.exit_code == 0, result.output
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["2026-11-02", "2026-11-03", "2026-11-04"]
    plain = json.loads(site(*words, "--format", "json").stdout)
    assert (plain["from"], plain["to"], len(plain["items"])) == ("2026-11-02", "2026-11-04", 3)
    assert "no site kho" in refused(site("report", "daily", "--site", "kho", *words[4:]))
