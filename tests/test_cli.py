"""The commands that need no server: what they print, change, refuse, and their exit codes."""

from __future__ import annotations

import json
import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from kiosk.cli import layso
from kiosk.commanding import opened
from tests.office_kit import Clerk
from tests.serving import executed
from tests.serving import layso as run_process
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor

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
    with executed():
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
    with executed():
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


@pytest.mark.faults("I")
def test_root_leaves_no_files_in_the_directory_of_the_services_user(
    site: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:
        for path in (site.data, *site.data.iterdir()):
            os.chown(path, 65534, 65534)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    before = sorted(site.data.iterdir())
    assert "runuser -u" in refused(site("token", "list")) + refused(site.apply(SITES.replace('"1"', '"2"')))
    assert sorted(site.data.iterdir()) == before


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


def take(site: Commands, service: str = "submit") -> str:
    """A number of today, as a kiosk would have taken it beside the command."""
    with opened(str(site.data)) as desk:
        order = TicketOrder(service, field="HT" if service == "submit" else None)
        kiosk = Actor("token:1", "kiosk", "quay", "kiosk")
        return str(Clerk(desk.office).take_ticket("quay", order, kiosk)[0]["number"])


WITHOUT_HT = SITES.replace('"HT"', '"CT"').replace('prefix = "1"', 'prefix = "2"')


@pytest.mark.faults("P2")
def test_apply_refuses_what_numbers_stand_in_and_is_told_what_becomes_of_them(site: Commands) -> None:
    number = take(site)
    told = refused(site.apply(WITHOUT_HT))
    assert f"quay: field HT: 1 ({number})" in told and "--move-to" in told
    assert "  1 number(s) moved" in site("apply", site.file, "--move-to", "HT=CT", "--move-to", "1=1").output
    assert site("check").exit_code == 0
    assert "field CT: 1" in refused(site.apply(SITES))


@pytest.mark.faults("P2")
def test_apply_of_another_time_zone_names_the_one_way_there_is(site: Commands) -> None:
    number = take(site)
    told = refused(site.apply(SITES.replace("[[sites]]", '[[sites]]\ntimezone = "Asia/Tokyo"', 1)))
    assert f"quay: timezone Asia/Ho_Chi_Minh: 1 ({number})" in told
    assert "--at-day-end" in told and "--move-to" not in told


@pytest.mark.faults("P2")
def test_apply_at_the_end_of_the_day_changes_nothing_today(site: Commands) -> None:
    take(site)
    site.file.write_text(WITHOUT_HT, encoding="utf-8")
    kept = site("apply", site.file, "--at-day-end")
    assert (kept.exit_code, kept.stdout.splitlines()[0]) == (0, "quay: will change at the end of today")
    assert site("export-config", "quay").stdout.count('"HT"') == SITES.count('"HT"')
    assert "another configuration waits for the end of the day" in site.apply().output
    assert site("check").exit_code == 0


@pytest.mark.parametrize("move", ["HT", "=CT", ""])
def test_a_move_that_is_none_is_wrong_usage(site: Commands, move: str) -> None:
    assert site("apply", site.file, "--move-to", move).exit_code == 2


def one_line(result: Any) -> str:
    """What a process that refused says: one line, no traceback, nothing on its output."""
    assert (result.returncode, result.stdout) == (1, ""), result
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1, result.stderr
    return str(result.stderr)


@pytest.mark.faults("P8")
@pytest.mark.parametrize("path", [*every_command()], ids=" ".join)
def test_an_argument_that_is_no_text_is_refused_by_every_command(path: tuple[str, ...]) -> None:
    for word in ("a\udcffb", "a\x00b"):
        for words in ([*path, word], [*path, "--data", word], [*path, f"--site={word}"]):
            result = CliRunner().invoke(layso, words, prog_name="layso")
            assert "not UTF-8 text" in refused(result)


@pytest.mark.faults("P8")
def test_arguments_in_another_encoding_and_a_full_output_end_in_one_line(site: Commands) -> None:
    program = [sys.executable, "-m", "kiosk"]
    asked = subprocess.run([*program, "apply", b"\xff.toml"], capture_output=True, text=True)
    assert "not UTF-8 text" in one_line(asked)
    with Path("/dev/full").open("w") as full:
        for words in (["--help"], ["export-config", "quay", "--data", str(site.data)]):
            done = subprocess.run([*program, *words], stdout=full, stderr=subprocess.PIPE, text=True)
            assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr


@pytest.mark.faults("P8")
def test_a_file_that_can_not_be_read_or_written_is_refused_in_one_line(site: Commands, tmp_path: Path) -> None:
    folder, binary = tmp_path / "folder", tmp_path / "binary"
    folder.mkdir()
    binary.write_bytes(bytes(range(256)) * 20)
    (folder / "layso.db").write_bytes(binary.read_bytes())
    days = ("--from", "2026-11-01", "--to", "2026-11-02")
    for words in (
        ("apply", folder), ("apply", binary), ("apply", tmp_path / "none"), ("restore", folder), ("restore", binary),
        ("restore", tmp_path / "none"), ("backup", folder), ("backup", tmp_path / "none" / "b"),
        ("report", "daily", "--site", "quay", *days, "-o", folder),
        ("report", "daily", "--site", "quay", *days, "-o", "/dev/full"),
    ):  # fmt: skip
        assert "Traceback" not in refused(site(*words)), words
    for other in (folder, binary):
        broken = Commands(other)
        assert "layso.db" in refused(broken("officer", "list")) or "no data in" in refused(broken("officer", "list"))
        assert broken("apply", site.file).exit_code == 1


@pytest.mark.faults("U13")
def test_apply_names_every_mistake_of_a_file_each_in_a_line(site: Commands) -> None:
    wrong = SITES.replace('prefix = "1"', 'prefix = "12"').replace("number = 1", "number = 0").replace('"HT"]', '"XX"]')
    result = site.apply(wrong.replace('issuing_until = "23:58"', 'issuing_until = "soon"'))
    lines = result.stderr.removeprefix("Error: ").splitlines()
    assert (result.exit_code, result.stdout, len(lines)) == (1, "", 3)
    assert all(line.startswith(f"{site.file}: sites[0].") for line in lines)
    assert {line.split(": ")[1] for line in lines} == {
        "sites[0].fields[0].prefix", "sites[0].counters[0].number", "sites[0].sessions[0].issuing_until",
    }  # fmt: skip


@pytest.mark.faults("U5")
def test_apply_warns_of_a_field_that_no_counter_calls(cli: Commands) -> None:
    result = cli.apply(SITES.replace('fields = ["HT"]', "fields = []"))
    assert (result.exit_code, result.stderr) == (0, "quay: warning: no counter calls the field HT\n")
    assert cli.apply().stderr == ""


def test_the_commands_take_in_no_page_framework_before_one_draws() -> None:
    program = "import sys, kiosk.cli\nprint(sorted({'flask', 'ticketing.api', 'printer_templates'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
