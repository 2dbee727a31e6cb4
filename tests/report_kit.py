"""Three days of a small centre with all that reports tell of, and the journal counted by other code than the
product's."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.kit import HANOI, KIOSK, MORNING, OFFICER, OTHER_OFFICER, SITE, SUPERVISOR, Centre, ManualClock, small_site
from ticketing import events as ev
from ticketing.errors import TicketingError
from ticketing.events import JournalLine
from ticketing.reports import catalogue as reports
from ticketing.reports.catalogue import Table
from ticketing.rules.orders import TicketOrder
from ticketing.rules.policies import Listed, Policy, ProcedureList
from ticketing.rules.sessions import SessionChange

FIRST, LAST = date(2026, 11, 23), date(2026, 11, 25)
EVERYTHING = 1_000_000
POLICY = Policy(
    "plan", "Phương án thử", date(2026, 11, 24), online_mode="online_only", online_list="list",
    other_submit_mode="postal_suggested", result_mode="postal_only", release_authority="Thủ tướng",
)  # fmt: skip
LISTS = ProcedureList("list", "Danh mục thử", items=(Listed("1.001193"),))


def centre_of(tmp_path: Path, **changes: Any) -> Centre:
    site = small_site(policies=(POLICY,), procedure_lists=(LISTS,), **changes)
    return Centre(tmp_path / "layso.db", ManualClock("2026-11-23T06:30"), site)


def three_days(tmp_path: Path, seed: int = 7) -> Centre:
    """A normal day, a day under a policy, and a morning that is still open; chance decides who comes and what
    becomes of him, the same each time."""
    afternoon = replace(
        MORNING, name="afternoon", title="Buổi chiều", title_en="Afternoon", issuing_from=MORNING.issuing_until,
        issuing_until=MORNING.closes_at.replace(hour=16), service_from=MORNING.closes_at.replace(hour=13),
        closes_at=MORNING.closes_at.replace(hour=17), cap=None, field_caps={},
    )  # fmt: skip
    morning = replace(MORNING, cap=40, field_caps={"CT": 12}, closes_at=MORNING.issuing_until)
    centre = centre_of(tmp_path, sessions=(morning, afternoon), unserved="carry_over")
    chance = random.Random(seed)
    centre.office.change_session(SITE, "2026-11-24-morning", SessionChange(cap=30, reason="x"), SUPERVISOR)
    for day in (FIRST, FIRST + timedelta(days=1)):
        for begin, until in (("07:00", "11:00"), ("11:05", "17:00")):
            _session(centre, chance, day, begin, until)
        centre.clock.set(f"{day}T23:30")
        centre.office.follow_clock()
    _record(centre, ev.PostalCorrected(FIRST.isoformat(), "submit", 4, "bỏ sót"))
    centre.office.change_session(SITE, "2026-11-25-morning", SessionChange(field_caps={"HT": 9}), SUPERVISOR)
    _session(centre, chance, LAST, "07:05", "09:00")
    _record(centre, ev.PostalCorrected(FIRST.isoformat(), "return", -1, "ghi nhầm"))
    _record(centre, ev.DifficultyNoted("=máy in hết giấy"), "2026-11-24-morning")
    _record(centre, ev.DifficultyNoted("thiếu nước sát khuẩn"), "2026-11-23-morning")
    return centre


def _record(centre: Centre, event: ev.Event, session: str = "") -> None:
    now = centre.clock.now()
    centre.store.write(
        (SITE,), lambda tx: tx.journal.record(event, site=SITE, at=now, actor=SUPERVISOR, session=session)
    )


def _session(centre: Centre, chance: random.Random, day: date, begin: str, until: str) -> None:
    centre.clock.set(f"{day}T{begin}")
    end = datetime.fromisoformat(f"{day}T{until}").replace(tzinfo=HANOI)
    desks = {1: OFFICER, 2: OTHER_OFFICER}
    while centre.clock.now() < end:
        counter = chance.choice(list(desks))
        step = chance.choices(STEPS, WEIGHTS)[0]
        # What the office refuses is part of a normal day.
        with suppress(TicketingError):
            step(centre, chance, counter, desks[counter])
        centre.clock.pass_(seconds=chance.randrange(20, 260))
    over = [one["number"] for one in centre.office.queue(SITE, None)["finished"]]
    _reopen(centre, over[0], "both")
    _reopen(centre, over[-1], "")


def _reopen(centre: Centre, number: str, postal: str) -> None:
    """Beside what chance brings: a supervisor takes a number back that was finished, and finishes it again."""
    centre.open(3, SUPERVISOR, fields=[], services=[])
    centre.office.reopen(SITE, 3, SUPERVISOR, number=number, reason="bấm nhầm")
    centre.clock.pass_(seconds=95)
    centre.office.finish(SITE, 3, SUPERVISOR, dossiers=2, postal=postal)
    centre.office.close_counter(SITE, 3, SUPERVISOR)


def _come(centre: Centre, chance: random.Random, _counter: int, _officer: Any) -> None:
    choice: dict[str, Any] = chance.choice(
        [{"field": "HT"}, {"field": "CT"}, {"field": "BT"}, {"procedure": "1.001193"}, {"service": "result"},
         {"service": "help"}]
    )  # fmt: skip
    centre.office.take_ticket(SITE, TicketOrder(dossiers=chance.randrange(1, 4), lang="vi", **choice), KIOSK)


def _divert(centre: Centre, chance: random.Random, _counter: int, _officer: Any) -> None:
    order = chance.choice([TicketOrder(procedure="1.001193", dossiers=2), TicketOrder(field="CT")])
    centre.office.divert(SITE, order, chance.choice(["portal", "post", "zalo"]), KIOSK)


def _next(centre: Centre, chance: random.Random, counter: int, officer: Any) -> None:
    previous = chance.choice(["done", "done", "no_show"])
    centre.office.call_next(SITE, counter, officer, previous=previous)


def _finish(centre: Centre, chance: random.Random, counter: int, officer: Any) -> None:
    postal = chance.choice(["", "", "submit", "return", "both"])
    codes = ("H19-261123-0001",) if postal else ()
    centre.office.finish(
        SITE, counter, officer, dossiers=chance.choice([None, 0, 1, 4]), postal=postal, dossier_codes=codes
    )


def _out_of_turn(centre: Centre, chance: random.Random, counter: int, officer: Any) -> None:
    waiting = centre.store.read(lambda view: view.queues.waiting(SITE, centre.clock.now().astimezone(HANOI).date()))
    if waiting:
        centre.office.call(SITE, counter, officer, number=chance.choice(waiting).number, reason="người khuyết tật")


def _give_up(centre: Centre, chance: random.Random, _counter: int, officer: Any) -> None:
    waiting = centre.store.read(lambda view: view.queues.waiting(SITE, centre.clock.now().astimezone(HANOI).date()))
    if waiting:
        centre.office.cancel(SITE, chance.choice(waiting).number, officer)


def _come_back(centre: Centre, chance: random.Random, counter: int, officer: Any) -> None:
    absent = centre.store.read(lambda view: view.tickets.absent(SITE, centre.clock.now().astimezone(HANOI).date(), 100))
    if absent:
        number = chance.choice(absent).number
        chance.choice([centre.office.requeue, _resumed(centre, counter)])(SITE, number, officer)


def _resumed(centre: Centre, counter: int) -> Any:
    return lambda site, number, officer: centre.office.resume(site, counter, officer, number=number)


STEPS = (
    _come, _divert, _next, _finish, _out_of_turn, _give_up, _come_back,
    lambda c, chance, n, who: c.office.open_counter(
        SITE, n, who, fields=["HT", "CT", "BT"], services=["help", "result"]
    ),
    lambda c, chance, n, who: c.office.start(SITE, n, who),
    lambda c, chance, n, who: c.office.recall(SITE, n, who),
    lambda c, chance, n, who: c.office.no_show(SITE, n, who),
    lambda c, chance, n, who: c.office.undo(SITE, n, who),
    lambda c, chance, n, who: c.office.hold(SITE, n, who),
    lambda c, chance, n, who: c.office.transfer(SITE, n, who, field=chance.choice(["HT", "CT"])),
    lambda c, chance, n, who: c.office.pause_counter(SITE, n, who, reason="nghỉ"),
    lambda c, chance, n, who: c.office.close_counter(SITE, n, who),
)  # fmt: skip
WEIGHTS = (16, 4, 9, 8, 1, 1, 2, 6, 6, 1, 2, 5, 1, 1, 1, 1)


def table(centre: Centre, kind: str, first: date = FIRST, last: date = LAST, lang: str = "vi", **more: Any) -> Table:
    site = centre.office.site(SITE)
    return centre.store.read(lambda view: reports.make(view, site, kind, first, last, lang, **more))


def journal(centre: Centre) -> list[JournalLine]:
    return centre.store.read(lambda view: view.journal.lines(SITE, 0, EVERYTHING))


# -- the journal, counted anew ------------------------------------------------------------------------------------


class Person:
    """A ticket as its lines tell it."""

    def __init__(self, line: JournalLine) -> None:
        data = line.data
        self.day, self.number = data["session"][:10], data["number"]
        self.service, self.field, self.born_field = data["service"], data.get("field"), data.get("field")
        self.session = self.born = data["session"]
        self.dossiers, self.counts, self.state = data["dossiers"], True, "waiting"
        self.taken, self.counter = line.at, None
        self.called: datetime | None = None
        self.begun: datetime | None = None
        self.over: datetime | None = None

    def hear(self, line: JournalLine) -> None:
        data, self.over = line.data, None if line.kind not in ("ticket_recalled", "service_started") else self.over
        if line.kind == "ticket_called":
            self.state, self.called, self.begun, self.counts, self.counter = "called", line.at, None, True, line.counter
        elif line.kind == "ticket_reopened":
            self.state, self.called, self.begun, self.counter = "called", line.at, None, line.counter
            self.dossiers = data["dossiers"]
        elif line.kind == "service_started":
            self.state, self.begun = "serving", line.at
        elif line.kind == "ticket_finished":
            self.state, self.over, self.dossiers = "done", line.at, data["dossiers"]
        elif line.kind in ("ticket_absent", "ticket_cancelled", "ticket_expired"):
            self.state = {"ticket_absent": "no_show"}.get(line.kind, line.kind.removeprefix("ticket_"))
            self.counts = self.counts and not data.get("gave_back")
        elif line.kind == "ticket_held":
            self.state = "held"
        elif line.kind == "ticket_transferred":
            self.state, self.field, self.begun = "waiting", data.get("field") or self.field, None
        elif line.kind == "ticket_requeued":
            self.state, self.counts, self.begun = "waiting", True, None
        elif line.kind == "ticket_carried_over":
            self.session = data["session"]
        elif line.kind == "step_undone":
            self.state, self.dossiers, self.counts = data["state"], data["dossiers"], True

    @property
    def wait(self) -> float | None:
        return (self.called - self.taken).total_seconds() if self.called else None

    @property
    def visit(self) -> float | None:
        if self.state != "done" or self.called is None or self.over is None:
            return None
        return (self.over - (self.begun or self.called)).total_seconds()


def persons(lines: Iterable[JournalLine]) -> list[Person]:
    found: dict[int, Person] = {}
    for line in lines:
        if line.kind == "ticket_taken":
            assert line.ticket is not None
            found[line.ticket] = Person(line)
        elif line.ticket in found and line.kind != "postal_corrected":
            found[line.ticket].hear(line)
    return list(found.values())


def rank(values: Iterable[float | None], tenths: int) -> int | None:
    """The value that `tenths` in ten do not exceed, by counting up."""
    told = sorted(value for value in values if value is not None)
    for place, value in enumerate(told, 1):
        if place * 10 >= tenths * len(told):
            return round(value)
    return None


def figures(of: list[Person], counted: list[Person]) -> dict[str, Any]:
    states = Counter(p.state for p in of)
    return {
        "tickets": len(of), "dossiers": sum(p.dossiers for p in counted),
        "received": sum(p.dossiers for p in counted if p.state == "done"),
        **{s: states[s] for s in ("waiting", "called", "serving", "held", "done", "no_show", "cancelled", "expired")},
        "wait_median_s": rank((p.wait for p in of), 5), "wait_p90_s": rank((p.wait for p in of), 9),
        "service_median_s": rank((p.visit for p in of), 5), "service_p90_s": rank((p.visit for p in of), 9),
    }  # fmt: skip


def of_session(people: list[Person], key: str) -> dict[str, int]:
    """The session's own line, in the report's names."""
    own = [p for p in people if p.born == key]
    headings = {
        "issued": own,
        "served": [p for p in own if p.state == "done"],
        "absent": [p for p in own if p.state == "no_show"],
        "cancelled": [p for p in own if p.state == "cancelled"],
        "unserved": [p for p in own if p.state in ("waiting", "called", "serving", "held", "expired")],
        "given_back": [p for p in own if not p.counts],
        "carried_out": [p for p in own if p.session != key],
        "carried_in": [p for p in people if p.session == key != p.born],
    }
    counts = {f"{name}_tickets": len(group) for name, group in headings.items()}
    dossiers = {
        f"{name}_dossiers": sum(p.dossiers for p in group if p.service == "submit")
        for name, group in headings.items()
    }
    return {**counts, **dossiers}


def local(at: datetime) -> str:
    return at.astimezone(HANOI).date().isoformat()


def at_counters(lines: list[JournalLine]) -> dict[int, Counter[str]]:
    """Calls and open times by counter, second by second as the lines say."""
    sums: dict[int, Counter[str]] = defaultdict(Counter)
    turned: dict[int, str] = {}
    names = dict.fromkeys(("ticket_called", "ticket_reopened"), "calls")
    names |= {"ticket_recalled": "recalls", "ticket_absent": "no_shows"}
    for day in sorted({local(line.at) for line in lines}):
        own = [line for line in lines if local(line.at) == day]
        closes = [x.at for x in own if x.kind == "session_moved" and x.data["stage"] == "closed"]
        for counter in {line.counter for line in own if line.counter}:
            mine = [line for line in own if line.counter == counter]
            moves = [(x.at, x.kind.removeprefix("counter_")) for x in mine if x.kind.startswith("counter_")]
            ends = [at for at, _what in moves[1:]] + [max(mine[-1].at, max(closes, default=mine[-1].at))]
            for (begin, what), end in zip(moves, ends, strict=True):
                if what != "closed":
                    sums[counter][{"opened": "open_s", "paused": "paused_s"}[what]] += round(
                        max(0.0, (end - begin).total_seconds())
                    )
        for line in own:
            if line.counter and line.kind in names:
                sums[line.counter][names[line.kind]] += 1
            if line.kind == "ticket_called" and line.data["turn"] == "out_of_turn":
                sums[line.counter or 0]["out_of_turn"] += 1
            if line.kind == "step_undone" and turned[line.ticket or 0] == "ticket_absent":
                sums[line.counter or 0]["no_shows"] -= 1
            if line.kind in ("ticket_absent", "ticket_finished"):
                turned[line.ticket or 0] = line.kind
    return sums


def by_post(lines: list[JournalLine]) -> dict[tuple[str, str], int]:
    """Dossiers by day and form, corrections in them."""
    born = {line.ticket: line.data["session"][:10] for line in lines if line.kind == "ticket_taken"}
    finished: dict[int | None, tuple[str, int]] = {}
    sums: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line.kind == "ticket_finished":
            # No postal_dossiers stands for those received.
            dossiers = line.data.get("postal_dossiers") or line.data["dossiers"]
            finished[line.ticket] = line.data.get("postal", ""), dossiers
        elif line.kind in ("step_undone", "ticket_reopened"):
            finished.pop(line.ticket, None)
        elif line.kind == "postal_corrected":
            sums[line.data["day"], line.data["form"]] += line.data["dossiers"]
    for ticket, (choice, dossiers) in finished.items():
        for form in ("submit", "return"):
            if choice in (form, "both"):
                sums[born[ticket], form] += dossiers
    return sums
