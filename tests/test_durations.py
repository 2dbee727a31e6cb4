"""The longest files begin, by a table that is renewed from what ran."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import plugin_durations

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parent.parent


def test_the_file_that_takes_longest_is_the_first_and_a_new_one_is_guessed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    longest = next(iter(plugin_durations.told_seconds()))
    marked = "import pytest\npytestmark = pytest.mark.slow\n"
    for name, head in (("tests/test_a.py", ""), ("tests/test_b.py", marked), (longest, "")):
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{head}def test_one(): pass\n")
    pytester.makeini("[pytest]\nmarkers =\n    slow\n")
    result = pytester.runpytest_subprocess("--collect-only", "-q", "-p", "tests.plugin_durations")
    result.stdout.fnmatch_lines(
        [f"{name}::test_one" for name in (longest, "tests/test_b.py", "tests/test_a.py")], consecutive=True
    )


def test_the_table_is_renewed_from_what_ran_and_forgets_files_that_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, kept, table = tmp_path / "tests", tmp_path / "kept", tmp_path / "seconds.json"
    here.mkdir()
    for name in ("test_ran.py", "test_waits.py", "test_quick.py"):
        (here / name).touch()
    for name, value in (("HERE", here), ("KEPT", kept), ("TABLE", table)):
        monkeypatch.setattr(plugin_durations, name, value)
    table.write_text(json.dumps({"tests/test_gone.py": 9, "tests/test_ran.py": 1, "tests/test_waits.py": 4}))
    ran = {"tests/test_ran.py::test_a": 3.3, "tests/test_ran.py::test_b": 2.4, "tests/test_quick.py::test_c": 0.1}
    kept.write_text(json.dumps(ran))
    plugin_durations.renew()
    assert list(plugin_durations.told_seconds().items()) == [("tests/test_ran.py", 6), ("tests/test_waits.py", 4)]
