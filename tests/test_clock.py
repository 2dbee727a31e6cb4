"""A clock that leaps: nothing that only a clock decides is done until it is back, or somebody says that it is right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.app import create_app
from kiosk.clocks import SystemClock
from kiosk.config import Settings
from tests.kit import HANOI, OFFICER, SITE, SUPERVISOR, Centre, small_site
from ticketing.errors import ClockHeld, Conflict
from ticketing.rules.people import CLI
from ticketing.verbs import clock


class Machine:
    """A computer: time passes, and somebody may set its clock."""

    def __init__(self, at: str = "2026-11-23T08:00") -> None:
        self.passed = 1000.0
        self.synchronised = True
        self.set(at)

    def set(self, at: str) -> None:
        self.wall = datetime.fromisoformat(at).replace(tzinfo=HANOI).astimezone(UTC)

    def leap(self, **by: float) -> None:
        self.wall += timedelta(**by)

    def pass_(self, **step: float) -> None:
        self.wall += timedelta(**step)
        self.passed += timedelta(**step).total_seconds()

    def clock(self) -> SystemClock:
        return SystemClock(lambda: self.wall, lambda: self.passed, lambda: self.synchronised)


class Held(Centre):
    """A centre on a computer whose clock can be set."""

    machine: Machine

    def beat(self, seconds: float = 1) -> None:
        self.machine.pass_(seconds=seconds)
        self.office.follow_clock()

    def local(self) -> str:
        return f"{self.clock.now().astimezone(HANOI):%Y-%m-%dT%H:%M:%S}"


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def hall(tmp_path: Path, machine: Machine) -> Iterator[Held]:
    made = Held(tmp_path / "layso.db", machine.clock(), small_site(unserved="expire"))  # type: ignore[arg-type]
    made.machine = machine
    made.beat()
    yield made
    made.close()


LEAPS = [{"hours": 7}, {"days": 1}, {"weeks": -1}, {"minutes": 2, "seconds": 1}, {"seconds": -121}]


@pytest.mark.faults("P1")
@pytest.mark.parametrize("leap", LEAPS)
def test_a_leap_ends_and_begins_nothing_and_is_over_when_the_clock_is_back(hall: Held, leap: dict[str, float]) -> None:
    code = hall.take()["code"]
    before, seq = hall.office.board(SITE), hall.seq()
    hall.machine.leap(**leap)
    for _beat in range(3):
        hall.beat()
    board = hall.office.board(SITE)
    assert {**board, "seq": 0, "time": ""} == {**before, "seq": 0, "time": "", "clock_held": True}
    assert not before["clock_held"]
    assert board["time"] == "2026-11-23T08:00:04+07:00"
    assert hall.office.ticket(code)["state"] == "waiting"
    assert hall.kinds(seq) == ["clock_held"]
    hall.machine.leap(**{unit: -by for unit, by in leap.items()})
    hall.beat()
    assert hall.kinds(seq) == ["clock_held", "clock_trusted"]
    assert hall.take()["number"] == "1002"


@pytest.mark.faults("P1")
@pytest.mark.parametrize("step", [120, -120])
def test_two_minutes_are_no_leap(hall: Held, step: float) -> None:
    hall.machine.leap(seconds=step)
    hall.beat()
    assert hall.take()["number"] == "1001"


@pytest.mark.faults("P1")
def test_a_verb_notices_the_leap_before_it_acts(hall: Held) -> None:
    hall.take()
    hall.machine.leap(days=1)
    with pytest.raises(ClockHeld):
        hall.take()
    with pytest.raises(ClockHeld):
        hall.take(actor=OFFICER)
    with pytest.raises(ClockHeld):
        hall.take(service="help")


@pytest.mark.faults("P1")
def test_officers_go_on_at_the_last_trusted_time_plus_the_time_passed(hall: Held) -> None:
    hall.take()
    hall.open()
    hall.machine.leap(hours=7)
    hall.beat(60)
    assert hall.next()["number"] == "1001"  # type: ignore[index]
    hall.machine.pass_(minutes=3)
    assert hall.office.finish(SITE, 1, OFFICER)["state"] == "done"
    last = hall.office.journal(SITE, after=hall.seq() - 1)[0]
    assert (last["kind"], last["at"]) == ("ticket_finished", "2026-11-23T08:04:01+07:00")


@pytest.mark.faults("P1")
def test_a_key_that_has_led_to_a_number_gives_it_again_while_the_clock_is_held(hall: Held) -> None:
    number = hall.take(key="tap")["number"]
    hall.machine.leap(days=1)
    assert hall.take(key="tap")["number"] == number


@pytest.mark.faults("P1")
def test_what_would_have_been_due_waits_and_is_then_done_in_order(hall: Held) -> None:
    code = hall.take()["code"]
    hall.machine.leap(days=2)
    hall.beat()
    hall.machine.pass_(hours=5)
    hall.beat()
    assert hall.office.ticket(code)["state"] == "waiting"
    assert hall.session("morning")["state"] == "open"
    seq = hall.seq()
    hall.machine.leap(days=-2)
    hall.beat()
    moved = [line for line in hall.office.journal(SITE, after=seq) if line["kind"] == "session_moved"]
    assert [(line["data"]["stage"], line["at"][11:16]) for line in moved] == [
        ("cut_off", "11:00"), ("closed", "11:30"), ("open", "13:00"),
    ]  # fmt: skip
    assert hall.office.ticket(code)["state"] == "expired"


@pytest.mark.faults("P1")
def test_a_held_midnight_passes_without_a_new_day(hall: Held) -> None:
    hall.take()
    hall.machine.leap(days=5)
    hall.beat()
    hall.machine.pass_(hours=17)
    hall.beat()
    assert hall.local() == "2026-11-24T01:00:03"
    assert hall.session("morning")["id"] == "2026-11-23-morning"
    assert hall.office.board(SITE)["counters"][0]["state"] == "closed"


@pytest.mark.faults("P1")
def test_who_confirms_the_clock_has_what_is_due_done_and_stands_in_the_journal(hall: Held) -> None:
    hall.take()
    hall.machine.leap(days=1)
    hall.beat()
    seq = hall.seq()
    hall.office.confirm_clock(SUPERVISOR)
    lines = hall.office.journal(SITE, after=seq)
    first, kinds = lines[0], hall.kinds(seq)
    assert (first["kind"], first["actor"], first["data"]["confirmed"]) == ("clock_trusted", SUPERVISOR.id, True)
    assert kinds.index("ticket_expired") < kinds.index("day_ended")
    assert hall.take()["session"] == "2026-11-24-morning"
    with pytest.raises(Conflict):
        hall.office.confirm_clock(SUPERVISOR)


def started(hall: Held) -> Held:
    """The same data on the same machine, after a start."""
    hall.close()
    again = Held(hall.path, hall.machine.clock())  # type: ignore[arg-type]
    again.machine = hall.machine
    clock.begin(again.store, again.clock)
    again.beat()
    return again


@pytest.mark.faults("P1")
def test_a_gap_forward_at_a_start_is_a_stop_and_is_caught_up_in_order(hall: Held) -> None:
    hall.take()
    hall.machine.leap(days=1)
    again = started(hall)
    assert again.kinds()[-1] != "clock_held"
    assert "day_ended" in again.kinds()
    assert again.take()["session"] == "2026-11-24-morning"


@pytest.mark.faults("P1")
def test_after_a_start_todays_sessions_close_when_the_clock_is_called_synchronised(hall: Held) -> None:
    code = hall.take()["code"]
    hall.machine.synchronised = False
    hall.machine.leap(hours=7)
    again = started(hall)
    assert again.session("morning")["state"] == "cut_off"
    assert again.session("afternoon")["state"] == "upcoming"
    assert again.office.ticket(code)["state"] == "waiting"
    hall.machine.synchronised = True
    again.beat(3)
    assert again.session("morning")["state"] == "closed"
    assert again.session("afternoon")["state"] == "open"
    assert again.office.ticket(code)["state"] == "expired"


@pytest.mark.faults("P1")
def test_or_when_somebody_confirms_it(hall: Held) -> None:
    code = hall.take()["code"]
    hall.machine.synchronised = False
    again = started(hall)
    hall.machine.leap(hours=7)
    again.beat()
    again.office.confirm_clock(SUPERVISOR)
    assert again.session("morning")["state"] == "closed"
    assert again.office.ticket(code)["state"] == "expired"


@pytest.mark.faults("P1")
def test_or_ten_minutes_later(hall: Held) -> None:
    hall.machine.synchronised = False
    hall.machine.leap(hours=7)
    again = started(hall)
    again.beat(590)
    assert again.session("morning")["state"] == "cut_off"
    again.beat(12)
    assert again.session("morning")["state"] == "closed"


@pytest.mark.faults("P1")
def test_what_was_rehearsed_on_the_data_holds_no_real_day(hall: Held) -> None:
    hall.office.start_rehearsal(datetime(2027, 3, 1, 1, tzinfo=UTC))
    again = started(hall)
    assert again.take()["number"] == "1001"


@pytest.mark.faults("P1")
def test_a_clock_that_was_confirmed_back_is_not_held_at_the_next_start(hall: Held) -> None:
    hall.take()
    hall.machine.leap(weeks=-1)
    hall.beat()
    hall.office.confirm_clock(SUPERVISOR)
    again = started(hall)
    assert again.take()["session"] == "2026-11-16-morning"


@pytest.mark.faults("P1")
def test_a_leap_ends_no_login_and_no_pairing_code(tmp_path: Path, machine: Machine) -> None:
    app = create_app(Settings(tmp_path / "data"), machine.clock())
    parts = app.extensions["layso"]
    parts.office.apply_site(small_site())
    parts.accounts.add_officer(SITE, "lan", "officer", "mat-khau-dai", CLI)
    secret, _actor = parts.accounts.sign_in("lan", "mat-khau-dai")
    code, _secret = parts.accounts.begin_pairing(SITE, "kiosk")
    machine.leap(days=1)
    assert parts.accounts.authenticate(secret) is not None
    assert parts.accounts.confirm_pairing(code, "cửa chính", CLI)
    machine.leap(days=-1)
    assert parts.accounts.authenticate(secret) is not None
    parts.close()
