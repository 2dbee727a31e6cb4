"""What failed once may have failed by chance, so it is run again alone; what fails twice fails."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., pytest.RunResult]
ONCE = """
import os, pytest

def test_as_ever():
    pass

def test_the_first_time_only_fails():
    before = os.path.exists("been-here")
    open("been-here", "w").close()
    assert before
"""
TWICE = "\ndef test_always_fails():\n    assert False\n"
RACE = ONCE.replace("def test_the", "@pytest.mark.races\ndef test_the")
MANY = "\n@pytest.mark.parametrize('which', range({}))\ndef test_one_of_many(which):\n    assert False\n"
CRASH = ONCE.replace("    assert before", "    before or os._exit(1)")
BROKEN_OFF = "\ndef test_somebody_stops_it():\n    raise KeyboardInterrupt\n"


@pytest.fixture
def run(request: pytest.FixtureRequest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\naddopts = -p xdist -p tests.plugin_second_chance\nmarkers =\n    races\n")

    def run(text: str, *words: str) -> pytest.RunResult:
        pytester.makepyfile(test_one=text, test_other="assert not 'a test'" if "test_other.py" in words else "")
        return pytester.runpytest_subprocess("-n", getattr(request, "param", "0"), *words)

    return run


@pytest.mark.parametrize("run", ["0", "2"], ids=["in this process", "in two workers"], indirect=True)
def test_what_passes_the_second_time_is_named_aloud_and_fails_nobody(run: Run) -> None:
    result = run(ONCE, "--second-chance")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["PASSED ONLY THE SECOND TIME: *::test_the_first_time_only_fails"])
    assert result.ret == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ONCE, ()),
        (RACE, ("--second-chance",)),
        (CRASH, ("--second-chance", "-n", "2")),
        (ONCE, ("--second-chance", "--continue-on-collection-errors", "test_one.py", "test_other.py")),
        (ONCE + TWICE, ("--second-chance",)),
        (ONCE + MANY.format(10), ("--second-chance",)),
    ],
    ids=["not asked for", "a race", "a crash", "a file that cannot be read", "another failed twice", "too many failed"],
)
def test_what_gets_no_second_chance_or_misses_it_fails(run: Run, text: str, words: tuple[str, ...]) -> None:
    result = run(text, *words)
    assert result.ret == 1
    assert ("FAILED TWICE" in result.stdout.str()) == (TWICE in text)


@pytest.mark.parametrize(
    ("text", "words", "code"),
    [(ONCE + TWICE, ("-x",), 1), (ONCE + TWICE, ("-x", "-n", "2"), 2), (ONCE + BROKEN_OFF, (), 2)],
    ids=["at the first failure", "at the first failure of two workers", "by somebody"],
)
def test_a_run_that_was_broken_off_fails_whatever_would_pass(
    run: Run, text: str, words: tuple[str, ...], code: int
) -> None:
    result = run(text, "--second-chance", *words)
    assert result.ret == code
    result.stdout.no_fnmatch_line("*SECOND*")


def test_some_tests_alone_may_be_asked_for_as_before(run: Run) -> None:
    result = run(ONCE + TWICE, "--second-chance", "-k", "first or ever")
    assert result.ret == 0


def test_make_test_gives_a_second_chance() -> None:
    words = ["make", "-C", ROOT, "-n", "test", "ARGS=-k cap"]
    assert "--second-chance -k cap" in subprocess.run(words, capture_output=True, text=True, check=True).stdout
