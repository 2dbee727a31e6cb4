"""No file needs a file that needs it: neither in the browser nor in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("display", "kiosk", "printer_templates", "ticketing")
# The address of each folder of scripts: a browser resolves an import against the importing file's address.
SERVED = {
    "/static/js": "kiosk/static/js",
    "/static/display/js": "display/static/js",
    "/static/desk/js": "ticketing/desk/static/js",
}
SCRIPT_IMPORT = re.compile(
    r"""^(?:import|export)\s[\w\s{},*$]*?\bfrom\s*["']([^"']+)["']
      | ^import\s*["']([^"']+)["']
      | \bimport\(["']([^"']+)["']\)""",
    re.MULTILINE | re.VERBOSE,
)

Needs = Mapping[str, set[str]]


def circles(needs: Needs) -> list[list[str]]:
    """Each circle that a walk along the imports meets, as the files on it."""
    done: set[str] = set()
    found: list[list[str]] = []

    def walk(file: str, way: list[str]) -> None:
        if file in way:
            found.append([*way[way.index(file) :], file])
        elif file not in done:
            for needed in sorted(needs.get(file, ())):
                walk(needed, [*way, file])
            done.add(file)

    for file in sorted(needs):
        walk(file, [])
    return found


def script_needs() -> dict[str, set[str]]:
    needs: dict[str, set[str]] = {}
    for address, folder in SERVED.items():
        for path in (ROOT / folder).rglob("*.js"):
            here = f"{address}/{path.relative_to(ROOT / folder).as_posix()}"
            wanted = ["".join(parts) for parts in SCRIPT_IMPORT.findall(path.read_text(encoding="utf-8"))]
            needs[here] = {normpath(join(dirname(here), name)) for name in wanted}
    return needs


def python_files() -> dict[str, Path]:
    """Module name -> file; a package is named by its folder."""
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files
    }


def runs_at_import(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements outside functions, without those that only a type checker reads."""
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        statement = waiting.pop()
        yield statement
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            waiting += statement.orelse
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.stmt)]


def python_needs() -> dict[str, set[str]]:
    files = python_files()
    needs: dict[str, set[str]] = {}
    for module, path in files.items():
        needs[module] = needed = set()
        for statement in runs_at_import(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(statement, ast.Import):
                needed |= {alias.name for alias in statement.names}
            elif isinstance(statement, ast.ImportFrom):
                assert not statement.level and statement.module, f"{path}: a relative import"
                inner = {f"{statement.module}.{alias.name}" for alias in statement.names}
                needed |= inner & set(files)
                # A name of the package itself; a folder's __init__ that only names its files is no circle.
                if not inner <= set(files):
                    needed.add(statement.module)
        needed &= set(files)
    return needs


def test_no_script_needs_a_script_that_needs_it() -> None:
    needs = script_needs()
    own = {name for wanted in needs.values() for name in wanted if "/vendor/" not in name}
    assert own <= set(needs), own - set(needs)
    assert circles(needs) == []


def test_no_module_needs_a_module_that_needs_it() -> None:
    needs = python_needs()
    assert len(needs) > 100
    assert circles(needs) == []


@pytest.mark.parametrize(
    ("needs", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [["a", "b", "a"]]),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, [["b", "c", "b"]]),
        ({"a": {"a"}}, [["a", "a"]]),
        ({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}, []),
    ],
    ids=["a line", "two", "not at the beginning", "itself", "two ways to one"],
)
def test_a_circle_is_found(needs: Needs, found: list[list[str]]) -> None:
    assert circles(needs) == found
