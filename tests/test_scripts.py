"""What the pages' scripts decide without a page: node's own tests in tests/js, over the modules that browsers get."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent
# Where each room's files lie for a browser.
SERVED = {"static": "kiosk/static", "static/display": "display/static", "static/desk": "ticketing/desk/static"}
TESTS = sorted(path.name for path in (HERE / "js").glob("*.test.mjs"))


OLDEST = (20, 11)


def node() -> str:
    """The machine's node, else (there is none, or it is too old to move a clock) the one that Playwright brings."""
    if found := shutil.which("node"):
        version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip("v\n").split(".")
        if tuple(map(int, version[:2])) >= OLDEST:
            return found
    driver = pytest.importorskip("playwright._impl._driver")
    return str(driver.compute_driver_executable()[0])


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rooms' scripts under the addresses that pages import them by, and the tests beside them."""
    folder = tmp_path_factory.mktemp("scripts")
    for served, room in SERVED.items():
        shutil.copytree(ROOT / room / "js", folder / served / "js")
    (folder / "static/vendor").mkdir()
    shutil.copy(HERE / "js/socket.mjs", folder / "static/vendor/socket.io.esm.min.js")
    shutil.copytree(HERE / "js", folder / "js")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", TESTS)
def test_scripts_decide_as_they_say(pages: Path, name: str) -> None:
    env = {**os.environ, "TZ": "UTC"}
    done = subprocess.run([node(), "--test", f"js/{name}"], cwd=pages, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tests_of_scripts_are_found_and_a_wrong_one_fails(pages: Path) -> None:
    assert len(TESTS) >= 6
    wrong = pages / "js/wrong.test.mjs"
    wrong.write_text('import { test } from "node:test"; test("no", () => { throw 1; });', encoding="utf-8")
    assert subprocess.run([node(), "--test", "js/wrong.test.mjs"], cwd=pages, capture_output=True).returncode == 1
