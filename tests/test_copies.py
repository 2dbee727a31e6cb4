"""Copies while the server runs: sound ones, in time, thinned by age, and never anybody else's files."""

from __future__ import annotations

import json
import signal
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk import copies
from kiosk.config import BadSetting, settings_from
from kiosk.copies import made_at, surplus
from kiosk.datadir import DataDir
from tests.live_kit import eventually
from tests.serving import Server, layso

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def thinned(every: timedelta, number: int, keep: copies.Keep, until: datetime = NOW) -> list[datetime]:
    """What is left after so many copies, the latest at `until`, each of which made others superfluous."""
    kept: set[datetime] = set()
    for step in reversed(range(number)):
        kept.add(until - step * every)
        kept -= surplus(kept, keep)
    return sorted(kept)


def test_copies_are_thinned_by_age_to_hours_days_and_weeks() -> None:
    kept = thinned(HOUR, 24 * 120, (24, 14, 8))
    assert kept[-24:] == [NOW - step * HOUR for step in reversed(range(24))]
    days = {copy.date() for copy in kept}
    assert {NOW.date() - timedelta(days=day) for day in range(14)} <= days
    assert len({copy.isocalendar()[:2] for copy in kept}) == 8
    assert len(kept) <= 24 + 14 + 8 and NOW - kept[0] > timedelta(weeks=6)


@pytest.mark.parametrize(
    ("keep", "left"), [((0, 0, 0), 1), ((1, 0, 0), 1), ((3, 0, 0), 3), ((0, 2, 0), 2), ((0, 0, 5), 5), ((2, 2, 2), 4)]
)
def test_each_number_keeps_so_many_and_the_latest_copy_always_stays(keep: copies.Keep, left: int) -> None:
    kept = thinned(timedelta(minutes=20), 3 * 24 * 60, keep)
    assert len(kept) == left and kept[-1] == NOW


def test_a_clock_that_leaps_erases_nothing_that_its_copy_does_not_replace() -> None:
    kept = set(thinned(HOUR, 24 * 60, (24, 14, 8)))
    ahead = kept | {NOW + timedelta(days=365)}
    gone = surplus(ahead, (24, 14, 8))
    assert len(gone) <= 3 and NOW not in gone and NOW + timedelta(days=365) not in gone


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("layso-20261129T100000Z.db", True), ("layso-20261129T100000Z.db-wal", False), ("layso.db", False),
        ("before-restore-20261129T100000.000000Z.db", False), ("layso-first.db", False),
        (".layso-20261129T100000Z.db.1a2b", False),
    ],
)  # fmt: skip
def test_only_our_own_copies_are_ours(name: str, ours: bool) -> None:
    assert (made_at(name) is not None) is ours


@pytest.fixture
def data(tmp_path: Path) -> Path:
    directory = DataDir(tmp_path / "data")
    directory.create()
    directory.open().close()
    return directory.path


def test_a_copy_erases_what_it_makes_superfluous_and_nobody_elses_files(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "copies"
    target.mkdir()
    half_made = ".layso-20200101T000000Z.db.1a2b"
    for name in ("layso-20200101T000000Z.db", "layso-20200101T010000Z.db", "mine.db", half_made):
        (target / name).write_bytes(b"old")
    copies.make_copy(None, data, target, (2, 0, 0))  # type: ignore[arg-type]
    left = sorted(file.name for file in target.iterdir())
    assert len(left) == 3 and left[0] == "layso-20200101T010000Z.db" and left[2] == "mine.db"
    assert stat.S_IMODE((target / left[1]).stat().st_mode) == 0o600


def test_a_copy_leaves_the_room_that_numbers_need(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "ROOM_LEFT", 2**62)
    (tmp_path / "copies").mkdir()
    with pytest.raises(OSError, match="are free"):
        copies.make_copy(None, data, tmp_path / "copies", (2, 0, 0))  # type: ignore[arg-type]
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_copy_that_fails_is_told_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    waited: list[float] = []
    made = iter([OSError("the stick is gone"), "2026-11-29T10:00:00+00:00", KeyboardInterrupt()])

    def make() -> str:
        one = next(made)
        if isinstance(one, BaseException):
            raise one
        return one

    with pytest.raises(KeyboardInterrupt), caplog.at_level("INFO", "layso.backups"):
        copies.keep_making(make, tmp_path, 7.0, 3600.0, waited.append)
    assert waited[0] == 7.0 and 59 < waited[1] <= 60 and 3599 < waited[2] <= 3600
    assert [(one.levelname, getattr(one, "reason", "")) for one in caplog.records] == [
        ("ERROR", "the stick is gone"), ("INFO", ""),
    ]  # fmt: skip


def test_a_restart_makes_no_copy_before_its_time(tmp_path: Path) -> None:
    assert copies.make_ready(tmp_path / "new", 3600.0) == 0.0
    (tmp_path / "new" / f"layso-{datetime.now(UTC) - timedelta(minutes=20):{copies.STAMP}}.db").touch()
    assert 2300 < copies.make_ready(tmp_path / "new", 3600.0) <= 2400
    assert copies.make_ready(tmp_path / "new", 600.0) == 0.0
    (tmp_path / "new" / "layso-29991231T000000Z.db").touch()
    assert copies.make_ready(tmp_path / "new", 600.0) == 0.0


@pytest.mark.parametrize(
    ("name", "value"),
    [("backup_every", "0"), ("backup_every", "-5"), ("backup_every", "often"), ("backup_every", "nan"),
     ("backup_keep", "24"), ("backup_keep", "24,14"), ("backup_keep", "a,b,c"), ("backup_keep", "1,2,-3"),
     ("backups", "")],
)  # fmt: skip
def test_senseless_words_are_refused_by_their_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^--{name.replace('_', '-')}: "):
        settings_from({name: value}, {})


def test_the_words_are_read_from_the_environment_too() -> None:
    given = {"LAYSO_BACKUPS": "/mnt/usb", "LAYSO_BACKUP_EVERY": "15", "LAYSO_BACKUP_KEEP": "12, 7, 4"}
    found = settings_from({}, given)
    assert (found.backups, found.backup_every, found.backup_keep) == (Path("/mnt/usb"), 15.0, (12, 7, 4))


def test_a_place_that_can_not_be_used_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = layso("serve", "--port", "0", "--backups", tmp_path / "file", data=tmp_path / "data")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines()[-1].startswith(f"Error: --backups {tmp_path}/file can't be used")


def whole(target: Path) -> list[Path]:
    return sorted(file for file in target.glob("layso-*.db"))


@pytest.mark.slow
def test_copies_are_made_beside_taps_and_one_that_is_restored_is_sound(tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "copies", tmp_path / "elsewhere"
    options = ("--no-limits", "--backups", str(target), "--backup-every", "0.03", "--backup-keep", "100,1,1")
    with Server(tmp_path / "data", options=options) as server:
        codes = [server.take(service="help").json()["code"] for _each in range(5)]
        before = whole(target)[-1:]
        assert eventually(lambda: whole(target)[-1:] != before), server.logged()
        assert server.take(service="help").status_code == 201
        server.send(signal.SIGTERM)
        assert server.wait(30) == 0
        assert not [line for line in server.logged().splitlines() if json.loads(line)["level"] == "error"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    assert layso("restore", whole(target)[-1], data=elsewhere).returncode == 0
    checked = layso("check", data=elsewhere)
    assert checked.returncode == 0, checked.stdout
    with Server(elsewhere, profile="") as server:
        assert [server.ask("GET", f"/tickets/{code}").status_code for code in codes] == [200] * 5
