"""Commands whose database isn't there say so in one line."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from tests.kit import Centre, ManualClock, small_site
from tests.serving import layso

pytest.importorskip("psycopg")


@pytest.fixture
def nowhere() -> str:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"postgresql://x:secret@127.0.0.1:{taken.getsockname()[1]}/x"


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "0"),
        ("check",),
        ("restore", "FILE"),
        ("migrate-store", "DIR", "URL"),
        ("migrate-store", "URL", "EMPTY"),
    ],
    ids=" ".join,
)
def test_a_database_that_is_not_there_is_told_in_one_line(words: tuple[str, ...], nowhere: str, tmp_path: Path) -> None:
    Centre(tmp_path / "layso.db", ManualClock(), small_site()).close()
    shutil.copy(tmp_path / "layso.db", tmp_path / "copy.db")
    named = {"FILE": str(tmp_path / "copy.db"), "DIR": str(tmp_path), "URL": nowhere, "EMPTY": str(tmp_path / "new")}
    more = () if words[0] == "migrate-store" else ("--database", nowhere)
    refused = layso(*(named.get(word, word) for word in words), *more)
    assert refused.returncode == 1, refused.stderr
    [line] = refused.stderr.splitlines()
    assert line.startswith("Error: the database postgresql://127.0.0.1/x can't be used: ") and "secret" not in line
