"""The README is true: its commands run, its links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import requests

from kiosk.cli import layso as cli
from tests.serving import Server, layso

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)


def lines(program: str) -> list[list[str]]:
    """The words of every line of the README's shell blocks that calls `program`."""
    text = "\n".join(BLOCKS).replace("\\\n", " ")
    words = [shlex.split(line, comments=True) for line in text.splitlines()]
    return [line for line in words if line and Path(line[0]).name == program]


def parse(words: list[str]) -> None:
    """Raises click's own error for a command or an option that isn't there."""
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group):
        _, command, words = command.resolve_command(context, words)  # type: ignore[assignment]
    command.make_context(command.name, list(words))


@pytest.mark.parametrize("words", lines("layso"), ids=" ".join)
def test_every_command_is_one_that_the_program_takes(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "centre.toml").touch()
    given = words[1 : words.index(">")] if ">" in words else words[1:]
    parse([str(tmp_path / word) if word in ("centre.toml", "try-out") else word for word in given])


def test_a_command_that_is_not_there_would_be_noticed() -> None:
    for words in (["frobnicate"], ["serve", "--colour"], ["token", "issue"]):
        with pytest.raises(click.UsageError):
            parse(words)


def test_every_make_target_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = {line[1] for line in lines("make")} | set(re.findall(r"`make ([a-z-]+)", README))
    assert {"run", "test", "bench", "wheel"} <= named <= targets


def test_the_commands_table_names_every_command() -> None:
    named = set(re.findall(r"`(?:layso )?([a-z-]+)", README.split("## Commands")[1].split("## For programs")[0]))
    assert set(cli.commands) <= named


def test_pictures_and_paths_are_there() -> None:
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file(), path
    for room in re.findall(r"^([a-z_/]+/) {2,}", README, flags=re.MULTILINE):
        assert (ROOT / room).is_dir(), room


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("readme") / "data") as server:
        yield server


def test_a_centre_is_set_up_as_it_says(demo: Server, tmp_path: Path) -> None:
    exported = layso("export-config", "demo", data=demo.data)
    (tmp_path / "centre.toml").write_text(exported.stdout, encoding="utf-8")
    data = tmp_path / "new"
    first = layso("apply", tmp_path / "centre.toml", data=data)
    again = layso("apply", tmp_path / "centre.toml", data=data)
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert first.stdout != again.stdout
    for words in lines("layso"):
        if words[1:3] == ["officer", "add"]:
            added = layso(*words[1:], "--password-stdin", data=data, stdin="a long password\n")
            assert added.returncode == 0, added.stderr
    backup = layso("backup", tmp_path / "layso.db", data=data)
    assert backup.returncode == 0, backup.stderr
    assert layso("check", data=data).returncode == 0


def test_the_example_for_programs_takes_a_number(demo: Server) -> None:
    (words,) = lines("curl")
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    headers["Authorization"] = f"Bearer {demo.token('kiosk')}"
    body = json.loads(words[words.index("-d") + 1])
    url = demo.url + re.sub(r"^https?://[^/]+", "", words[-1])
    answer = requests.post(url, json=body, headers=headers, timeout=15)
    assert (answer.status_code, answer.json()["dossiers"]) == (201, 2)
