"""How large things may grow: files, classes, and what has no type of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("display", "kiosk", "printer_templates", "ticketing")
MOST_LINES = 420
MOST_METHODS = 30
MOST_FLAT = 9
MOST_UNTYPED = 25
UNTYPED = re.compile(r"\bdict\[str, (?:Any|object)\]")


def files(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def classes(*rooms: str) -> Iterator[tuple[str, ast.ClassDef]]:
    for path in files(*rooms):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield f"{path.relative_to(ROOT)}: {node.name}", node


def name_of(base: ast.expr) -> str:
    return ast.unparse(base).partition("[")[0].rpartition(".")[2]


def bases(node: ast.ClassDef) -> list[str]:
    """What a class inherits from, but for what only marks it: a protocol, a refusal."""
    names = [name_of(base) for base in node.bases]
    return [name for name in names if name != "Protocol" and not name.endswith(("Error", "Exception"))]


def public_methods(node: ast.ClassDef) -> list[str]:
    found = [one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [name for name in found if not name.startswith("_")]


@pytest.mark.parametrize("room", ["display", "kiosk", "ticketing"])
def test_no_file_is_longer_than_a_reader_keeps_in_mind(room: str) -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files(room)}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_no_class_is_mixed_from_two() -> None:
    assert {name: bases(node) for name, node in classes(*ROOMS) if len(bases(node)) > 1} == {}


def test_no_class_promises_more_than_thirty_things() -> None:
    assert {name: len(public_methods(node)) for name, node in classes(*ROOMS)
            if len(public_methods(node)) > MOST_METHODS} == {}  # fmt: skip


def test_few_files_lie_outside_the_rooms_of_the_core() -> None:
    assert len(list((ROOT / "ticketing").glob("*.py"))) <= MOST_FLAT


def test_what_is_a_dict_of_anything_can_be_counted() -> None:
    found = {str(path.relative_to(ROOT)): len(UNTYPED.findall(path.read_text(encoding="utf-8")))
             for path in files("ticketing")}  # fmt: skip
    assert sum(found.values()) <= MOST_UNTYPED, {name: number for name, number in found.items() if number}
