"""Tests say by a mark what they hold down: `@pytest.mark.MARK("ID", …)`, read from the source alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, order=True)
class Bearer:
    """A test that bears marks; `file` is relative to this folder."""

    file: str
    name: str
    codes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return self.name.removeprefix("test_").replace("_", " ")


def bearers(mark: str, folder: Path = HERE) -> list[Bearer]:
    """Every test below `folder` with the marker, its own or its file's. Raises ValueError where its arguments are not
    plain texts."""
    found = []
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if f"mark.{mark}(" not in text:
            continue
        tree = ast.parse(text, str(path))
        of_file = _of_file(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                codes = tuple(code for one in (*of_file, *node.decorator_list) for code in _codes(one, mark, path))
                if codes:
                    found.append(Bearer(path.relative_to(folder).as_posix(), node.name, codes))
    return sorted(found)


def _of_file(tree: ast.Module) -> list[ast.expr]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            return node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
    return []


def _codes(one: ast.expr, mark: str, path: Path) -> Iterator[str]:
    if not (isinstance(one, ast.Call) and ast.unparse(one.func) == f"pytest.mark.{mark}"):
        return
    for argument in one.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            raise ValueError(f"{path}:{one.lineno}: the IDs must be written out")
        yield argument.value


def links(found: list[Bearer], code: str) -> str:
    """The tests that bear `code`, for a table's cell."""
    return "<br>".join(f"[{one.sentence}]({one.file})" for one in found if code in one.codes)


def cell(text: str) -> str:
    return text.replace("<", "&lt;").replace("|", "\\|")
