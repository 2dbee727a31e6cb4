"""Reading a configuration takes time by its length alone, and ends at stated bounds. Steps are counted, not timed."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from kiosk.config_refusals import line
from tests.kit import small_site
from tests.test_profile_refusals import WARD
from ticketing.profiles import ConfigError, parse_sites, read_sites
from ticketing.profiles.files import MAX_ENTRIES, MAX_SITES
from ticketing.profiles.problems import MAX_PROBLEMS
from ticketing.profiles.procedure_lists import MAX_ROWS, listed_of
from ticketing.profiles.toml import MAX_BYTES, MAX_LINES
from ticketing.rules.policies import ProcedureList
from ticketing.rules.site_changes import changes
from ticketing.rules.sites import Procedure

HEAD = '[[sites]]\ncode = "{}"\nname = "x"\nlevel = "commune"\n'
FIELD = '[[sites.fields]]\ncode = "NC"\nname = "n"\nprefix = "1"\n'
TOLD = ProcedureList("qd", "Danh mục")


def units(n: int, more: str = "") -> str:
    return "".join(HEAD.format(f"s{i}") + more.format(above=f"s{i + 1}", ring=f"s{(i + 1) % n}") for i in range(n))


def inline(key: str, entries: list[str]) -> str:
    return f"{key} = [{', '.join(entries)}]\n"


def days(n: int) -> str:
    first = date(2000, 1, 1)
    return "code,from,to\n" + "".join(f"1.1,{first + timedelta(k)},{first + timedelta(k)}\n" for k in range(n))


TOMLS: dict[str, Callable[[int], str]] = {
    "tables of nothing": lambda n: "[[sites]]\n" * n,
    "one code": lambda n: HEAD.format("s") * n,
    "a line of parents": lambda n: units(n, 'parent = "{above}"\n') + HEAD.format(f"s{n}"),
    "a circle of parents": lambda n: units(n, 'parent = "{ring}"\n'),
    "lists taken over": lambda n: WARD + units(n, 'like = "ward"\n'),
    "lists taken over with fields that don't fit": lambda n: WARD + units(n, 'like = "ward"\n' + FIELD),
    "one field many times": lambda n: HEAD.format("b") + inline("counters", [
        "{ number = 1, " + inline("fields", ['"a"'] * n).strip() + " }"]),
    "plans and their notices": lambda n: HEAD.format("b") + inline("policies", [
        f'{{ code = "p{i}", title = "t", valid_from = 2020-01-01, published = true, required_contents = ["why"] }}'
        for i in range(n // 10)]) + inline("notices", [f'{{ text = "t", policy = "p{i}", about = "why" }}'
        for i in range(n)]),
    "unknown keys": lambda n: HEAD.format("b") + "".join(f"k{i} = 1\n" for i in range(n)),
}  # fmt: skip
CSVS: dict[str, Callable[[int], str]] = {
    "procedures": lambda n: "code\n" + "".join(f"1.{i:06}\n" for i in range(n)),
    "days of one procedure": days,
    "columns": lambda n: ",".join(["x"] * n),
}


def steps(work: Callable[..., Any], *given: Any) -> int:
    """How many lines of Python it takes, refused or not."""
    count = 0

    def follow(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        with suppress(ConfigError):
            work(*given)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.faults("S5")
@pytest.mark.parametrize("make", TOMLS.values(), ids=list(TOMLS))
def test_four_times_the_file_takes_four_times_the_steps(make: Callable[[int], str]) -> None:
    few, many = (steps(parse_sites, make(n), "x.toml") for n in (100, 400))
    assert few > 1000
    assert many < 4.5 * few


@pytest.mark.faults("S5")
@pytest.mark.parametrize("make", CSVS.values(), ids=list(CSVS))
def test_four_times_the_list_takes_four_times_the_steps(make: Callable[[int], str]) -> None:
    few, many = (steps(listed_of, make(n).encode(), "x.csv", TOLD) for n in (100, 400))
    assert few > 1000
    assert many < 4.5 * few


@pytest.mark.parametrize("shift", [0, 1, 10_000], ids=["reversed", "some", "all"])
def test_four_times_the_entries_are_compared_in_four_times_the_steps(shift: int) -> None:
    def compare(n: int) -> None:
        before = tuple(Procedure(f"1.{i:06}", "x", "HT") for i in range(n))
        after = tuple(Procedure(f"1.{i + shift:06}", "y", "HT") for i in reversed(range(n)))
        assert changes(small_site(procedures=before), small_site(procedures=after))

    few, many = (steps(compare, n) for n in (100, 400))
    assert few > 1000
    assert many < 4.5 * few


def refusal(work: Callable[..., Any], *given: Any) -> str:
    with pytest.raises(ConfigError) as refused:
        work(*given)
    assert len(refused.value.problems) == 1
    return line(refused.value.problems[0])


@pytest.mark.faults("S5")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[sites]]\n" * 4000, "sites: has more than 1,000 entries"),
        ("a." * 44_000 + "a = 1\n", "line 1: a key has more than 32 parts"),
        ("x = 1\n" + '"a"."b" . ' * 16 + "c = 1\n", "line 2: a key has more than 32 parts"),
        ('"a\\"" .' * 40 + "c = 1\n", "line 1: a key has more than 32 parts"),
        ("'a\\' ." * 40 + "c = 1\n", "line 1: a key has more than 32 parts"),
        ("[" + "a." * 1000 + "a]\n" + "b = 1\n" * 1000, "line 1: a key has more than 32 parts"),
        ("#" * (MAX_BYTES + 1), "has more than 4,194,304 bytes"),
        ("ư" * (MAX_BYTES // 2 + 1), "has more than 4,194,304 bytes"),
        ("\n" * (MAX_LINES + 1), "has more than 100,000 lines"),
        (HEAD.format("b") + inline("sessions", ["{}"] * 201), "sites[0].sessions: has more than 200 entries"),
        (HEAD.format("b") + inline("fields", ["{}"] * 2001), "sites[0].fields: has more than 2,000 entries"),
    ],
)
def test_what_is_longer_than_any_configuration_is_refused_with_the_bound(text: str, said: str) -> None:
    assert refusal(parse_sites, text, "x.toml") == f"x.toml: {said}"


def test_lists_taken_over_count_for_every_site_that_has_them() -> None:
    listed = inline("procedures", [f'{{ code = "1.{i}", name = "x", field = "HT" }}' for i in range(600)])
    field = FIELD.replace("NC", "HT")
    text = HEAD.format("base") + listed + field + units(MAX_SITES - 1, 'like = "base"\n')
    assert MAX_ENTRIES < 600 * MAX_SITES
    assert refusal(parse_sites, text, "x.toml") == "x.toml: sites: has more than 500,000 entries"


def test_a_file_on_the_disk_is_read_no_further_than_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES * 10)
    assert refusal(read_sites, path) == f"{path}: has more than 4,194,304 bytes"


def test_a_list_ends_at_its_bound_whatever_its_form() -> None:
    rows = "1.1,2020-04-01,2020-04-01\n" * (MAX_ROWS + 1)
    assert refusal(listed_of, f"code,from,to\n{rows}".encode(), "x.csv", TOLD).endswith("at most 5,000 lines")
    items = inline("items", ['{ procedure = "1.1" }'] * 10_001)
    assert refusal(listed_of, items.encode(), "x.toml", TOLD) == "x.toml: items: has more than 10,000 entries"
    assert refusal(listed_of, b"\n" * (MAX_LINES + 1), "x.csv", TOLD) == "x.csv: has more than 100,000 lines"


def test_of_very_many_problems_the_first_are_told_and_they_travel_between_processes() -> None:
    with pytest.raises(ConfigError) as refused:
        parse_sites(HEAD.format("b") + "".join(f"k{i} = 1\n" for i in range(5000)), "x.toml")
    assert len(refused.value.problems) == MAX_PROBLEMS
    assert pickle.loads(pickle.dumps(refused.value)).problems == refused.value.problems
