"""The part of a page that a program writes: between two comments that name it."""

from __future__ import annotations

from pathlib import Path

from tests.serving import ROOT

README = ROOT / "README.md"


def marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: made by `make {name}` -->", f"<!-- {name}: end -->"


def part(name: str, path: Path = README) -> str:
    """What stands there now."""
    begin, end = marks(name)
    return path.read_text(encoding="utf-8").split(begin)[1].split(end)[0].strip()


def write(name: str, content: str, path: Path = README) -> None:
    begin, end = marks(name)
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    path.write_text(f"{before}{begin}\n\n{content}\n\n{end}{after}", encoding="utf-8")
