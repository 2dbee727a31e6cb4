"""What is erased when, by the day's clock and by the command; and that every figure stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.kit import MONDAY, OFFICER, SITE, SUPERVISOR, Centre, ManualClock, small_site, uncapped
from tests.serving import Server, layso
from ticketing import store
from ticketing.errors import Invalid, Unknown
from ticketing.rules.people import CLI
from ticketing.rules.post import PostalOrder

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    centre = Centre(tmp_path / "layso.db", ManualClock(), uncapped(small_site(dossier_code_days=3)))
    yield centre
    centre.close()


def visit(centre: Centre, at: str, *codes: str) -> int:
    """A visit with these dossier codes, by post both ways; the ticket's id."""
    centre.clock.set(at)
    centre.open(1)
    number = centre.take(dossiers=2)["number"]
    centre.next(1)
    centre.office.finish(SITE, 1, OFFICER, postal="both", dossier_codes=codes)
    return int(centre.row(number).id)


def kept(centre: Centre, *tickets: int) -> set[int]:
    return set(centre.store.read(lambda view: view.post.dossier_codes(tickets)))


def erasures(centre: Centre) -> list[tuple[str, dict[str, object]]]:
    lines = centre.office.journal(SITE, limit=1000)
    return [(line["actor"], line["data"]) for line in lines if line["kind"] == "data_erased"]


def test_each_midnight_erases_the_codes_whose_period_is_over(centre: Centre) -> None:
    monday = visit(centre, "2026-11-23T08:00", "H19-261123-0001", "H19-261123-0002")
    tuesday = visit(centre, "2026-11-24T08:00", "H19-261124-0001")
    centre.clock.set("2026-11-26T23:59")
    centre.office.board(SITE)
    assert (kept(centre, monday, tuesday), erasures(centre)) == ({monday, tuesday}, [])
    centre.clock.set("2026-11-27T00:00")
    centre.office.board(SITE)
    told = {"what": "dossier_codes", "before": "2026-11-24", "number": 2}
    assert (kept(centre, monday, tuesday), erasures(centre)) == ({tuesday}, [("clock", told)])
    centre.clock.set("2026-12-15T08:00")
    centre.office.board(SITE)
    assert kept(centre, monday, tuesday) == set()
    assert erasures(centre)[1:] == [("clock", {"what": "dossier_codes", "before": "2026-12-12", "number": 1})]


def test_a_day_on_which_nothing_went_leaves_no_line(centre: Centre) -> None:
    visit(centre, "2026-11-23T08:00")
    for day in range(24, 31):
        centre.clock.set(f"2026-11-{day}T08:00")
        centre.office.board(SITE)
    assert erasures(centre) == []


def test_a_site_that_keeps_codes_no_day_erases_them_at_the_days_end(centre: Centre) -> None:
    centre.office.apply_site(uncapped(small_site(dossier_code_days=0)))
    monday = visit(centre, "2026-11-23T08:00", "H19-261123-0001")
    assert kept(centre, monday) == {monday}
    centre.clock.set("2026-11-24T00:00")
    centre.office.board(SITE)
    assert kept(centre, monday) == set()


@pytest.mark.states("DN-29")
def test_erasing_changes_no_figure_and_no_promise(centre: Centre) -> None:
    first = visit(centre, "2026-11-23T08:00", "H19-261123-0001", "H19-261123-0002")
    second = visit(centre, "2026-11-24T08:00", "H19-261124-0001")
    order = PostalOrder(MONDAY, "submit", 3, "Đếm lại")
    centre.office.correct_postal(SITE, order, SUPERVISOR)
    rows = centre.office.postal_list(SITE, *NOVEMBER)
    tickets = centre.store.read(lambda view: view.tickets.of_days(SITE, *NOVEMBER))
    assert centre.office.erase_old(SITE, date(2026, 11, 24)) == (date(2026, 11, 24), 2)
    assert kept(centre, first, second) == {second}
    assert centre.office.postal_list(SITE, *NOVEMBER) == rows
    assert centre.store.read(lambda view: view.tickets.of_days(SITE, *NOVEMBER)) == tickets
    assert sum(row.dossiers for row in rows) == 2 + 2 + 1 + 1 + 3
    assert store.check(centre.path) == []
    assert "H19-" not in str(centre.office.journal(SITE, limit=1000))


def test_a_dry_run_only_counts(centre: Centre) -> None:
    monday = visit(centre, "2026-11-23T08:00", "H19-261123-0001", "H19-261123-0002")
    before = centre.seq()
    assert centre.office.erase_old(SITE, date(2026, 11, 23), dry_run=True) == (date(2026, 11, 23), 0)
    centre.clock.set("2026-11-24T08:00")
    assert centre.office.erase_old(SITE, date(2026, 11, 24), dry_run=True) == (date(2026, 11, 24), 2)
    assert (kept(centre, monday), centre.seq()) == ({monday}, before)


def test_erasing_keeps_to_the_sites_period_unless_a_day_is_named_and_to_days_that_have_been(centre: Centre) -> None:
    monday = visit(centre, "2026-11-23T08:00", "H19-261123-0001")
    assert centre.office.erase_old(SITE) == (date(2026, 11, 20), 0)
    with pytest.raises(Invalid) as caught:
        centre.office.erase_old(SITE, date(2026, 11, 24))
    assert caught.value.details["errors"] == [{"key": "before", "reason": "in_future"}]
    with pytest.raises(Unknown):
        centre.office.erase_old("nowhere")
    assert (kept(centre, monday), erasures(centre)) == ({monday}, [])


# -- the command --------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory whose site has two visits long ago, with three codes."""
    (tmp_path / "data").mkdir()
    clock = ManualClock("2020-01-13T08:00")
    site = uncapped(small_site(dossier_code_days=36_500))
    centre = Centre(tmp_path / "data" / "layso.db", clock, site)
    visit(centre, "2020-01-13T08:00", "H19-200112-0001", "H19-200112-0002")
    visit(centre, "2020-01-14T08:00", "H19-200113-0001")
    centre.close()
    return tmp_path / "data"


def left(data: Path) -> int:
    opened = store.open_store(data / "layso.db")
    try:
        tickets = opened.read(lambda view: view.tickets.of_days(SITE, date(2020, 1, 1), date(2020, 1, 31)))
        found = opened.read(lambda view: view.post.dossier_codes([ticket.id for ticket in tickets]))
        return sum(len(codes) for codes in found.values())
    finally:
        opened.close()


def test_the_command_says_what_it_would_erase_erases_it_and_says_so(data: Path) -> None:
    asked = ("erase", "--site", SITE, "--before", "2020-01-14")
    dry = layso(*asked, "--dry-run", data=data)
    assert (dry.returncode, dry.stdout) == (
        0, f"{SITE}: would erase 2 dossier codes of visits before 2020-01-14.\n",
    )  # fmt: skip
    assert left(data) == 3
    done = layso(*asked, data=data)
    assert (done.returncode, done.stdout) == (0, f"{SITE}: erased 2 dossier codes of visits before 2020-01-14.\n")
    assert left(data) == 1
    again = layso(*asked, data=data)
    assert (again.returncode, again.stdout) == (
        0, f"{SITE}: there are no dossier codes of visits before 2020-01-14.\n",
    )  # fmt: skip
    assert layso("check", data=data).returncode == 0


def test_the_command_works_beside_a_server_that_shows_what_it_did(data: Path) -> None:
    with Server(data, at="", profile="") as server:
        server.site = SITE
        assert layso("erase", "--site", SITE, "--before", "2020-01-14", data=data).stdout.startswith(
            f"{SITE}: erased 2"
        )
        lines = server.ask("GET", f"/sites/{SITE}/journal?limit=1000", role="supervisor").json()["items"]
    assert [line["data"]["number"] for line in lines if line["kind"] == "data_erased"] == [2]


def test_the_command_refuses_a_day_to_come_an_unknown_site_and_what_is_no_day(data: Path) -> None:
    for asked, status in (
        (("--site", SITE, "--before", "2999-01-01"), 1),
        (("--site", "nowhere"), 1),
        (("--site", SITE, "--before", "yesterday"), 2),
        ((), 2),
    ):
        refused = layso("erase", *asked, data=data)
        assert (refused.returncode, refused.stdout) == (status, ""), refused
        assert refused.stderr.strip()
    assert layso("erase", "--site", SITE, "--before", "2999-01-01", data=data).stderr == (
        "Error: --before 2999-01-01 is a day to come\n"
    )
    assert left(data) == 3


def test_the_help_says_what_is_kept_and_gives_an_example(data: Path) -> None:
    told = layso("erase", "--help", data=data)
    assert told.returncode == 0
    for words in ("reasons that officers typed", "disabled", "backups made", "--dry-run"):
        assert words in " ".join(told.stdout.split())
    assert "layso erase --site demo --before" in told.stdout


def test_erasing_is_the_command_lines_own_act_in_the_journal(data: Path) -> None:
    layso("erase", "--site", SITE, "--before", "2020-01-15", data=data)
    opened = store.open_store(data / "layso.db")
    line = opened.read(lambda view: view.journal.of_kinds(SITE, ("data_erased",)))[-1]
    opened.close()
    assert (line.actor, line.data["number"], line.data["before"]) == (CLI.id, 3, "2020-01-15")
