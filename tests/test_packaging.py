import ast
import configparser
import fnmatch
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("display", "kiosk", "printer_templates", "ticketing")
TOP_LEVEL = {
    *ROOMS, "tests", "setup.cfg", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "Makefile",
    ".ci", ".git", ".gitignore", ".editorconfig", "package.json", "package-lock.json",
}  # fmt: skip
LOADED_BY_OTHERS = {
    "simple-websocket": "python-engineio finds it by itself and speaks WebSocket with it",
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


def imported(folders: Iterable[str]) -> dict[str, str]:
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


def distributions(names: Iterable[str]) -> set[str]:
    known = packages_distributions()
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
    assert undeclared(imported(ROOMS), declared("voice")) == {}


def test_everything_that_the_tests_import_is_declared() -> None:
    assert undeclared(imported(["tests"]), declared("test")) == {}


def test_everything_that_is_declared_is_used() -> None:
    used = distributions(imported(ROOMS)) | set(LOADED_BY_OTHERS)
    assert declared("voice") - used == set()
    by_option = {"pytest-xdist"} if " -n auto " in (ROOT / "Makefile").read_text() else set()
    assert declared("test") - used - distributions(imported(["tests"])) - by_option == set()


def test_every_requirement_has_a_lower_bound_and_no_upper_one() -> None:
    parser = config()
    wanted = lines(parser["options"]["install_requires"])
    for extra in parser["options.extras_require"].values():
        wanted += lines(extra)
    assert [line for line in wanted if not re.fullmatch(r"[\w.-]+(\[\w+\])?>=[\d.]+", line)] == []


def test_every_module_of_the_core_stands_under_the_import_contract() -> None:
    modules = {f"ticketing.{path.stem}" for path in (ROOT / "ticketing").glob("*.py")}
    listed = set(lines(config()["importlinter:contract:core"]["source_modules"]))
    assert modules - {"ticketing.__init__"} == listed


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


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built from a copy, so that no leftover of an earlier build gets in."""
    copy = tmp_path_factory.mktemp("wheel") / "tree"
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*_cache", ".made")
    copy.mkdir()
    for name in ROOMS:
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    pip(sys.executable, "wheel", "--no-deps", "-w", str(copy.parent), str(copy))
    [built] = copy.parent.glob("layso-*.whl")
    return built


def pip(python: str | Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode and re.search("connection|temporary failure|timed out", done.stderr, re.IGNORECASE):
        pytest.skip("no package registry can be reached, so no empty environment can be filled")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_product_and_no_test(wheel: Path) -> None:
    tree = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert inside == tree
    vendor = {name.removeprefix("kiosk/static/vendor/") for name in inside if "/vendor/" in name}
    assert {"socket.io.esm.min.js", "socket.io.LICENSE.txt"} <= vendor
    assert {"be-vietnam-pro.css", "be-vietnam-pro.LICENSE.txt"} <= vendor
    assert len([name for name in vendor if name.endswith(".woff2")]) == 15
    assert "kiosk/translations/vi/LC_MESSAGES/messages.mo" in inside


@pytest.fixture(scope="session")
def layso(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, as it is after the wheel was installed into an empty virtual environment."""
    home = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    pip(home / "bin" / "python", "install", str(wheel))
    return home / "bin" / "layso"


def elsewhere() -> dict[str, str]:
    hidden = ("PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL")
    return {
        key: value
        for key, value in os.environ.items()
        if key not in hidden and not key.startswith("LAYSO_")
    }


@pytest.fixture
def served(layso: Path, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    data = tmp_path / "data"
    server = subprocess.Popen(
        [layso, "serve", "--demo", "--port", "0", "--data", data, "--at", "2026-11-23T07:40"],
        cwd=tmp_path, env=elsewhere(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    watchdog = threading.Timer(60, server.kill)
    watchdog.start()
    said = []
    try:
        assert server.stdout
        for line in server.stdout:
            said.append(line)
            if ready := re.search(r"ready at (http://127\.0\.0\.1:[1-9]\d*)", line):
                threading.Thread(target=server.stdout.read, daemon=True).start()
                yield ready[1], server
                return
        pytest.fail("the server never said where it is:\n" + "".join(said))
    finally:
        watchdog.cancel()
        server.kill()
        server.wait()


@pytest.mark.slow
def test_the_wheel_in_an_empty_environment_gives_a_working_command(layso: Path, tmp_path: Path) -> None:
    answer = subprocess.run([layso, "--help"], cwd=tmp_path, env=elsewhere(), capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert {"serve", "apply", "backup", "restore", "check", "report"} <= set(answer.stdout.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_wheel_in_an_empty_environment_serves_a_centre(served: tuple[str, subprocess.Popen[str]]) -> None:
    address, server = served
    for path in ("/healthz", "/readyz", "/demo/kiosk/", "/static/vendor/socket.io.esm.min.js"):
        with urllib.request.urlopen(address + path, timeout=20) as answer:
            assert answer.status == 200, path
            assert answer.read(), path
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=30) == 0
