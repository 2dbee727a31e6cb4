"""The served process, and commands beside it, on a machine whose clock leaps."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.serving import Server, layso
from tests.test_cli import SITES
from tests.waiting import until

DAY_S = 86_400


class Leaping(Server):
    """A real day of a site that is open around the clock. `leap` sets the machine's clock."""

    @property
    def file(self) -> Path:
        return self.data.with_name("seconds-away")

    def leap(self, seconds: float) -> None:
        beside = self.file.with_suffix(".new")
        beside.write_text(str(seconds))
        os.replace(beside, self.file)

    def command(self) -> list[str]:
        _python, _m, _kiosk, *words = super().command()
        return [sys.executable, "-m", "tests.leaping", str(self.file), *words]

    def beside(self, *words: str) -> str:
        done = layso(*words, data=self.data, program=("tests.leaping", str(self.file)))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ready(self, status: int) -> dict[str, Any]:
        """What /readyz says once its status is this one, which a leap or its end needs two seconds for."""
        answers: list[requests.Response] = []

        def answered() -> bool:
            answers.append(self.ask("GET", "//readyz"))
            return answers[-1].status_code == status

        until(answered)
        return dict(answers[-1].json())

    def leap_is_told(self) -> None:
        """Waits until the journal says it."""
        until(self.clock_lines)
        self.ready(503)

    def clock_lines(self) -> list[tuple[str, str]]:
        found = self.ask("GET", f"/sites/{self.site}/journal?limit=1000", role="supervisor").json()["items"]
        return [(line["kind"], line["actor"]) for line in found if line["kind"].startswith("clock_")]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Leaping]:
    file = tmp_path / "sites.toml"
    file.write_text(SITES, encoding="utf-8")
    assert layso("apply", file, data=tmp_path / "data").returncode == 0
    made = Leaping(tmp_path / "data", at="", profile="")
    made.site = "quay"
    made.leap(0)
    with made:
        yield made


@pytest.mark.faults("P1")
def test_a_leap_refuses_numbers_at_once_lets_officers_go_on_and_is_over_when_the_clock_is_back(
    machine: Leaping,
) -> None:
    code = machine.take("HT").json()["code"]
    assert machine.at_counter(1, "open").status_code == 200
    for leap in (7 * 3600, DAY_S, -7 * DAY_S):
        machine.leap(leap)
        refused = machine.take("HT")
        assert (refused.status_code, refused.json()["code"]) == (503, "clock_held")
        assert machine.ready(503) == {"ready": False, "read": True, "write": True, "clock": "held"}
        assert machine.board()["clock_held"] is True
        assert machine.ask("GET", f"/tickets/{code}").json()["state"] == "waiting"
        machine.leap(0)
        assert "clock" not in machine.ready(200)
        assert machine.take("HT").status_code == 201
    machine.leap(DAY_S)
    assert machine.at_counter(1, "call-next").status_code == 200
    assert machine.at_counter(1, "finish").status_code == 200
    assert machine.ask("GET", f"/tickets/{code}").json()["state"] == "done"


@pytest.mark.faults("P1")
def test_a_command_beside_the_server_shows_the_held_clock_and_confirms_it(machine: Leaping) -> None:
    code = machine.take("HT").json()["code"]
    # Two days: of yesterday's tickets codes are kept into the night.
    machine.leap(2 * DAY_S)
    machine.leap_is_told()
    assert "yes, it should be" in machine.beside("clock")
    assert "holds from now on" in machine.beside("clock", "confirm")
    assert "clock" not in machine.ready(200)
    assert machine.take("HT").status_code == 201
    assert machine.ask("GET", f"/tickets/{code}").status_code == 404
    assert machine.clock_lines() == [("clock_held", "clock"), ("clock_trusted", "cli")]
    assert "no" in machine.beside("clock").splitlines()[-1]


@pytest.mark.faults("P1")
def test_a_command_confirms_what_the_server_sees_of_the_clock(machine: Leaping) -> None:
    # Not over midnight: the command's own clock hasn't leapt.
    machine.leap(600)
    machine.leap_is_told()
    assert "yes" in layso("clock", data=machine.data).stdout
    assert "holds from now on" in layso("clock", "confirm", data=machine.data).stdout
    assert "clock" not in machine.ready(200)
    assert "not held" in layso("clock", "confirm", data=machine.data).stdout


@pytest.mark.faults("P1")
def test_a_machine_that_starts_behind_its_journal_is_held_until_it_has_the_time(machine: Leaping) -> None:
    machine.take("HT")
    assert machine.stop() == 0
    machine.leap(-7 * DAY_S)
    machine.start()
    assert machine.take("HT").json()["code"] == "clock_held"
    machine.leap(3600)
    machine.ready(200)
    assert machine.stop() == 0


@pytest.mark.faults("P1")
def test_a_restart_is_no_word_on_a_clock_that_leapt(machine: Leaping) -> None:
    code = machine.take("HT").json()["code"]
    machine.leap(2 * DAY_S)
    machine.leap_is_told()
    machine.restart(kill=True)
    assert machine.take("HT").json()["code"] == "clock_held"
    machine.leap(0)
    machine.ready(200)
    assert machine.ask("GET", f"/tickets/{code}").json()["state"] == "waiting"
