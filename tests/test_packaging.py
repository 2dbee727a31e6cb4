import ast
import configparser
import fnmatch
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("display", "kiosk", "printer_templates", "ticketing")
TOP_LEVEL = {
    *ROOMS, "deploy", "docs", "tests", "setup.cfg", "pyproject.toml", "README.md", "README.vi.md", "CHANGELOG.md",
    "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "Makefile", "Dockerfile", "compose.yaml", ".dockerignore",
    "constraints.txt", ".ci", ".git", ".gitignore", ".editorconfig", "package.json", "package-lock.json",
}  # fmt: skip
LOADED_BY_OTHERS = {
    "tzdata": "zoneinfo reads the time zones from it",
}


def config() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def distribution(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def declared(*extras: str) -> set[str]:
    found = config()
    wanted = lines(found["options"]["install_requires"])
    for extra in extras:
        wanted += lines(found["options.extras_require"][extra])
    return {distribution(line) for line in wanted}


@cache
def imported(*folders: str) -> dict[str, str]:
    """Top-level name of each import that others wrote -> one file that has it."""
    names: dict[str, str] = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and not node.level:
                    modules = [node.module or ""]
                for module in modules:
                    names.setdefault(module.partition(".")[0], str(path.relative_to(ROOT)))
    ours = {*ROOMS, "tests", "__future__"}
    return {name: where for name, where in names.items() if name not in ours | sys.stdlib_module_names}


# Modules of extras that stand on no machine of the tests -> the package that has them.
ELSEWHERE = {"usb": ["pyusb"], "win32print": ["pywin32"]}


# Looks through all that is installed.
installed = cache(packages_distributions)


def distributions(names: Iterable[str]) -> set[str]:
    known = ELSEWHERE | dict(installed())
    return {distribution(owner) for name in names for owner in known.get(name, [name])}


def undeclared(names: dict[str, str], allowed: set[str]) -> dict[str, str]:
    return {name: where for name, where in names.items() if not distributions([name]) & allowed}


def ignored_at_top() -> list[str]:
    return [line.strip("/") for line in lines((ROOT / ".gitignore").read_text()) if not line.startswith("#")]


def test_the_lock_file_records_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert len(packages) > 2
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    hashes = {name: entry["integrity"] for name, entry in packages.items() if name}
    assert [name for name, digest in hashes.items() if not digest.startswith("sha512-")] == []


def test_browser_files_are_named_by_exact_version_and_the_lock_agrees() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {"socket.io-client", "@fontsource/be-vietnam-pro", "qr"} == set(wanted)
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert locked[f"node_modules/{name}"]["version"] == version


def test_everything_that_the_product_imports_is_declared() -> None:
    assert undeclared(imported(*ROOMS), declared("voice", "cluster", "printer")) == {}


def test_everything_that_the_tests_import_is_declared() -> None:
    assert undeclared(imported("tests"), declared("test", "cluster")) == {}


def test_everything_that_is_declared_is_used() -> None:
    used = distributions(imported(*ROOMS)) | set(LOADED_BY_OTHERS)
    assert declared("voice", "cluster", "printer") - used == set()
    by_option = {"pytest-xdist"} if " -n auto " in (ROOT / "Makefile").read_text() else set()
    assert declared("test") - used - distributions(imported("tests")) - by_option == set()


def test_every_requirement_has_a_lower_bound_and_only_flask_an_upper_one() -> None:
    """Its next minor version has other contexts than `kiosk/web.py` makes."""
    parser = config()
    wanted = lines(parser["options"]["install_requires"])
    for extra in parser["options.extras_require"].values():
        wanted += lines(extra)
    wanted = [line.removesuffix('; sys_platform == "win32"') for line in wanted]
    bounded = [line for line in wanted if not re.fullmatch(r"[\w.-]+(\[[\w,]+\])?>=[\d.]+", line)]
    assert bounded == ["flask>=3.1.3,<3.2"]


def test_every_room_stands_in_the_layers_or_beside_them() -> None:
    parts = [path for path in (ROOT / "ticketing").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    rooms = {f"ticketing.{path.stem}" for path in parts} - {"ticketing.__init__"}
    layers = set(re.findall(r"ticketing\.\w+", config()["importlinter:contract:layers"]["layers"]))
    beside = set(lines(config()["importlinter:contract:adapters"]["source_modules"]))
    assert rooms == layers | beside


def test_the_top_level_holds_only_what_is_agreed() -> None:
    ignored = ignored_at_top()
    names = {path.name for path in ROOT.iterdir()}
    found = {name for name in names if not any(fnmatch.fnmatch(name, pattern) for pattern in ignored)}
    assert found - TOP_LEVEL == set()
    assert TOP_LEVEL - {".git"} - found == set()


def test_make_help_lists_every_command() -> None:
    phony = re.search(r"^\.PHONY: help (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    answer = subprocess.run(["make", "-C", ROOT, "help"], capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make ([a-z]+) ", answer, re.MULTILINE) == ["help", *phony[1].split()]


@pytest.mark.faults("P10")
def test_make_test_asks_for_what_playwrights_node_needs_before_it_starts_the_tests() -> None:
    recipe = subprocess.run(["make", "-C", ROOT, "-n", "test"], capture_output=True, text=True, check=True).stdout
    asked = re.search(r"libatomic\.so\.1.*apt-get install [^\n]*libatomic1", recipe, re.DOTALL)
    assert asked and asked.end() < recipe.index("-m pytest")


def test_make_takes_the_first_python_that_will_do(tmp_path: Path) -> None:
    old, bare = tmp_path / "old", tmp_path / "bare"
    old.write_text("#!/bin/sh\nexit 1\n")
    # As Debian has it without python3-venv.
    bare.write_text(f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac\n')
    for script in (old, bare):
        script.chmod(0o755)

    # Who ran these tests by make may have named a Python.
    free = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKEOVERRIDES", "PYTHON")}

    def taken(*known: str | Path) -> str:
        names = f"PYTHONS={' '.join(map(str, known))}"
        told = ["make", "-s", "-C", ROOT, "--eval", "which: ; @echo $(PYTHON)", names, "which"]
        return subprocess.run(told, capture_output=True, text=True, check=True, env=free).stdout.strip()

    assert taken(old, bare, sys.executable) == sys.executable
    assert taken(old, bare) == str(bare)
    assert taken(old) == ""


def test_the_ci_script_can_be_started_and_parses() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script]).returncode == 0


SKIPPING = """
import pytest

def test_one_is_one():
    assert 1 == 1

@pytest.mark.skipif(True, reason="no browser here")
def test_that_needs_a_browser():
    assert False

def test_that_gives_up_on_the_way():
    pytest.skip("no network here")
"""


def test_a_skipped_test_is_said_aloud_with_its_reason(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAYSO_NO_SKIP", raising=False)
    pytester.makepyfile(SKIPPING)
    result = pytester.runpytest_subprocess("-p", "tests.plugin_noskip")
    result.assert_outcomes(passed=1, skipped=2)
    assert result.ret == 0
    reasons = ["1 skipped: no browser here", "1 skipped: no network here"]
    result.stdout.fnmatch_lines(["!*SKIPPED, SO NOT PROVEN*!", *reasons, "*1 passed*"])


def test_where_nothing_may_be_skipped_a_skip_is_a_failure(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYSO_NO_SKIP", "1")
    pytester.makepyfile(SKIPPING)
    result = pytester.runpytest_subprocess("-p", "tests.plugin_noskip")
    result.assert_outcomes(passed=1, failed=1, errors=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*skipped where nothing may be skipped: no browser here*"])


def test_where_nothing_may_be_skipped_a_skipped_file_is_an_error(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYSO_NO_SKIP", "1")
    pytester.makepyfile("import pytest\npytest.importorskip('no_such_module_anywhere')\n")
    result = pytester.runpytest_subprocess("-p", "tests.plugin_noskip")
    result.assert_outcomes(errors=1)
    assert result.ret == 2


@pytest.fixture(autouse=True)
def plugin_can_be_found(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "pytester" in request.fixturenames:
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
