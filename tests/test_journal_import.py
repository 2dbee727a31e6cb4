"""A line that is cut: a centre goes on by itself, hands its journal in, and the province's reports are whole again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click.testing
import pytest

from kiosk.cli import layso
from tests.kit import KIOSK, MONDAY, OFFICER, SITE, Centre, ManualClock, small_site
from tests.policy_kit import LIST, MILD
from ticketing.reports import catalogue
from ticketing.rules.orders import TicketOrder
from ticketing.store.check import check

KINDS = ("daily", "sessions", "fields", "counters", "diversions", "hours", "difficulties")


def command(folder: Path, *words: str | Path) -> click.testing.Result:
    return click.testing.CliRunner().invoke(layso, [*map(str, words), "--data", str(folder)])


def centre(folder: Path, site: Any) -> Centre:
    folder.mkdir()
    return Centre(folder / "layso.db", ManualClock("2026-11-23T06:30"), site)


def told(one: Centre, kind: str) -> dict[str, Any]:
    making = catalogue.begin(one.office.site(SITE), kind, MONDAY, MONDAY)
    return dict(catalogue.as_dict(catalogue.gather(one.store.read, making)))


@pytest.fixture
def alone(tmp_path: Path) -> Centre:
    """A centre on its own SQLite, after a day with visits, an absence, a changed cap and somebody sent to the post."""
    site = small_site(policies=(MILD,), procedure_lists=(LIST,))
    own = centre(tmp_path / "centre", site)
    own.session("morning")
    own.clock.set("2026-11-23T07:40")
    own.open()
    for number in range(5):
        own.take(field="HT", dossiers=2 if number == 1 else 1)
    own.take(service="result")
    for _visit in range(2):
        own.next()
        own.clock.pass_(minutes=6)
        own.office.finish(SITE, 1, OFFICER)
    own.office.divert(SITE, TicketOrder(field="CT"), "portal", KIOSK)
    own.next()
    own.clock.set("2026-11-24T00:30")
    own.session()
    return own


def exported(own: Centre, to: Path) -> Path:
    own.close()
    made = command(own.path.parent, "journal", "export", "--site", SITE, "--from", "2026-11-23", "--to", "2026-11-24",
                   "-o", to)  # fmt: skip
    assert made.exit_code == 0, made.stderr
    return to


@pytest.fixture
def province(tmp_path: Path) -> Centre:
    return centre(tmp_path / "province", small_site(policies=(MILD,), procedure_lists=(LIST,)))


def test_what_a_centre_did_while_its_line_was_cut_stands_in_the_provinces_reports_and_nowhere_else(
    alone: Centre, province: Centre, tmp_path: Path
) -> None:
    own = {kind: told(alone, kind) for kind in KINDS}
    assert own["daily"]["items"][0]["tickets"] == 6 and own["diversions"]["totals"]["chosen_persons"] == 1
    file = exported(alone, tmp_path / "centre.jsonl")
    assert told(province, "daily")["items"][0]["tickets"] == 0
    seq, folder = province.seq(), province.path.parent
    for _time in range(2):
        taken = command(folder, "journal", "import", file)
        assert taken.exit_code == 0, taken.output + taken.stderr
        assert {kind: told(province, kind)["items"] for kind in KINDS} == {kind: own[kind]["items"] for kind in KINDS}
        assert {kind: told(province, kind).get("totals") for kind in KINDS} == {
            kind: own[kind].get("totals") for kind in KINDS
        }
    assert province.seq() == seq and province.office.board(SITE)["session"]["tickets"] == 0
    province.clock.set("2026-11-23T07:40")
    assert province.take()["number"] == "1001"
    province.close()
    assert check(province.path, {}) == []


def test_an_export_that_is_not_whole_or_not_wanted_is_refused_whole(
    alone: Centre, province: Centre, tmp_path: Path
) -> None:
    file, folder = exported(alone, tmp_path / "centre.jsonl"), province.path.parent
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    bad = tmp_path / "bad.jsonl"
    forged = lines[1].replace('"actor":"', '"actor":"x')
    for wrong in ([*lines[:3], *lines[4:]], [lines[0], forged, *lines[2:]], ["{}"]):
        bad.write_text("".join(wrong), encoding="utf-8")
        refused = command(folder, "journal", "import", bad)
        assert refused.exit_code == 1 and len(refused.stderr.splitlines()) == 1
    bad.write_text(json.dumps(json.loads(lines[0]) | {"site": "nowhere"}) + "\n", encoding="utf-8")
    assert command(folder, "journal", "import", bad).exit_code == 1
    assert told(province, "daily")["items"][0]["tickets"] == 0
    province.clock.set("2026-11-23T07:40")
    province.take()
    refused = command(folder, "journal", "import", file)
    assert refused.exit_code == 1 and "gave numbers here" in refused.stderr
    assert told(province, "daily")["items"][0]["tickets"] == 1
