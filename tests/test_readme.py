"""The README and the pages beside it are true: their commands run, their links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import requests

from kiosk.cli import layso as cli
from tests.serving import Server, layso

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "README.vi.md", "SECURITY.md", "CONTRIBUTING.md", "docs/van-hanh.md")
BLOCKS = [
    block for page in PAGES
    for block in re.findall(r"```(?:sh|ini)\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL)
]  # fmt: skip


def lines(program: str) -> list[list[str]]:
    """The words of every line of their shell blocks that calls `program`."""
    text = "\n".join(BLOCKS).replace("\\\n", " ").replace("runuser -u layso -- ", "")
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
    parse([str(tmp_path / word) if word in ("centre.toml", "try-out", "screen") else word for word in given])


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


def anchors(text: str) -> set[str]:
    """What headings are called in a link."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*PAGES, "docs/reference.md"])
def test_links_lead_somewhere(page: str) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        path, _hash, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        if not link.startswith("https:"):
            assert target.is_file(), link
            assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.faults("I")
def test_the_units_of_the_guide_are_units_that_systemd_takes(tmp_path: Path) -> None:
    guide = (ROOT / "docs/van-hanh.md").read_text(encoding="utf-8")
    units = dict(re.findall(r"^`/etc/systemd/system/([\w.-]+)`:\n\n```ini\n(.*?)```", guide, re.MULTILINE | re.DOTALL))
    assert set(units) == {"layso-away.service", "layso-away.timer"}
    for name, text in units.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        if shutil.which("systemd-analyze"):
            command = ["systemd-analyze", "verify", tmp_path / name]
            verified = subprocess.run(command, capture_output=True, text=True)
            assert (verified.returncode, [line for line in verified.stderr.splitlines() if name in line]) == (0, [])


def test_the_rooms_are_there() -> None:
    for room in re.findall(r"^([a-z_/]+/) {2,}", README, flags=re.MULTILINE):
        assert (ROOT / room).is_dir(), room


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("readme") / "data") as server:
        yield server


def test_what_was_exported_is_read_in_once_and_changes_nothing_again(demo: Server, tmp_path: Path) -> None:
    exported = layso("export-config", "demo", data=demo.data)
    (tmp_path / "centre.toml").write_text(exported.stdout, encoding="utf-8")
    first, again = (layso("apply", tmp_path / "centre.toml", data=tmp_path / "new") for _time in range(2))
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert first.stdout != again.stdout


def test_the_example_for_programs_takes_a_number(demo: Server) -> None:
    (words,) = lines("curl")
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    headers["Authorization"] = f"Bearer {demo.token('kiosk')}"
    body = json.loads(words[words.index("-d") + 1])
    url = demo.url + re.sub(r"^https?://[^/]+", "", words[-1])
    answer = requests.post(url, json=body, headers=headers, timeout=60)
    assert (answer.status_code, answer.json()["dossiers"]) == (201, 2)


def test_what_a_newcomer_looks_for_is_found_by_its_name() -> None:
    rows = re.findall(r"^\| [^|]+ \| `'?([^`']+)'?` \| (.+) \|$", README, re.M)
    assert len(rows) == 5
    for name, leads_to in rows:
        first = re.search(r"`([a-z_/]+\.py)", leads_to)
        assert first is not None, leads_to
        assert name in (ROOT / "ticketing" / first[1]).read_text(encoding="utf-8"), (name, first[1])
