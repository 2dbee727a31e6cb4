"""Verbs drawn by lot in groups, of which some fail before or after they have written, or by a row that the database
refuses: what the writer keeps in memory is what stands in the file."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.kit import MONDAY, SITE, SUPERVISOR, Centre, ManualClock, small_site
from ticketing.office import Where, _act
from ticketing.ports import Transaction
from ticketing.rules.clock import Moment
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor
from ticketing.store import check
from ticketing.store.committing import Committing, Job
from ticketing.store.reading import SqlView
from ticketing.store.sqlite import connect, writing_at
from ticketing.verbs import counters, taking

GROUPS = 150
OFFICERS = [Actor(f"officer:{n}", "officer", SITE, str(n)) for n in range(3)]
Choice = tuple[Actor, Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Refused(Exception):
    pass


def drawn(chance: random.Random) -> Choice:
    seat = chance.randrange(3)
    officer, counter, number = OFFICERS[seat], seat + 1, f"{chance.choice('123')}{chance.randrange(1, 40):03d}"
    field, someone = chance.choice(["HT", "CT", "BT"]), chance.choice([officer, SUPERVISOR])
    order = TicketOrder(field=field, dossiers=chance.choice([1, 2]), priority=chance.choice([None, None, "elderly"]))
    elsewhere: dict[str, Any] = chance.choice([{"field": field}, {"to_counter": chance.randrange(1, 4)}])
    at_counter = (counters.recall, counters.start, counters.finish, counters.no_show, counters.hold, counters.undo)
    seats = (counters.open_counter, counters.open_counter, counters.pause_counter, counters.close_counter)
    choices: list[tuple[int, Choice]] = [
        (30, (someone, taking.take, (order,), {})),
        (25, (officer, counters.call_next, (counter,), {"previous": chance.choice(["done", "no_show"])})),
        (25, (officer, chance.choice(at_counter), (counter,), {})),
        (5, (officer, counters.transfer, (counter,), elsewhere)),
        (5, (officer, counters.resume, (counter,), {"number": number})),
        (5, (someone, counters.reopen, (counter,), {"number": number, "reason": "x"})),
        (5, (officer, chance.choice([counters.requeue, counters.cancel]), (number,), {"reason": "x"})),
        (9, (officer, chance.choice(seats), (counter,), {})),
    ]
    return chance.choices([one for _, one in choices], [weight for weight, _ in choices])[0]


def job(centre: Centre, at: Moment, choice: Choice, fate: str) -> Job:
    actor, verb, args, kwargs = choice

    def work(tx: Transaction) -> Any:
        if fate == "at once":
            raise Refused
        found = _act(centre.office.wiring, Where(SITE, actor), at, verb, args, kwargs, tx)
        if fate == "after it has written":
            raise Refused
        if fate == "by a row":
            tx.run("INSERT INTO meta (key, value) VALUES ('epoch', 'another')")  # type: ignore[attr-defined]
        return found

    return Job(frozenset([SITE]), work, time.monotonic() + 60)


def kept(committing: Committing) -> dict[Any, Any]:
    values = committing._transaction.kept
    line = values.known(("line", SITE, MONDAY))
    found: dict[Any, Any] = {
        key: values.known(key)
        for key in [("head", SITE), ("counters", SITE), *(("at counter", SITE, MONDAY, n) for n in (1, 2, 3))]
        if key in values._values
    }
    if line is not None:
        found["line"] = line.waiting, line.here, line.held, line.turns, line.specials
    return found | {"lengths": {key: n for key, n in values.lengths.of(SITE, str(MONDAY)).items() if n}}


def stored(path: Path, like: dict[Any, Any]) -> dict[Any, Any]:
    with closing(connect(path)) as connection:
        view = SqlView(connection)
        line = view.queues._line(SITE, MONDAY)
        lengths = {(s, f or "", int(p)): n for (s, f, p), n in view.queues.lengths(SITE, MONDAY).items()}
        found = {
            ("head", SITE): view.journal.head(SITE), ("counters", SITE): view.counters.all(SITE),
            "line": (line.waiting, line.here, line.held, line.turns, line.specials),
            "lengths": lengths,
        } | {("at counter", SITE, MONDAY, n): view.tickets.at_counter(SITE, MONDAY, n) for n in (1, 2, 3)}  # fmt: skip
    return {key: found[key] for key in like}


@pytest.mark.parametrize("seed", range(4))
def test_what_the_writer_keeps_is_what_stands_there(tmp_path: Path, seed: int) -> None:
    chance, clock, site = random.Random(seed), ManualClock(), small_site()
    open_to_all = [replace(one, cap=None, field_caps={}, service_caps={}) for one in site.sessions]
    centre = Centre(tmp_path / "x.db", clock, replace(site, sessions=tuple(open_to_all)))
    path = Path(centre.path)
    committing, ended = writing_at(path), set[str]()
    for _ in range(GROUPS):
        group = []
        for _ in range(chance.choice([1, 1, 2, 3, 5, 8])):
            clock.pass_(seconds=chance.choice([0, 1, 5, 20]), microseconds=chance.randrange(1000))
            fate = chance.choices(["", "at once", "after it has written", "by a row"], [30, 1, 1, 1])[0]
            group.append(job(centre, Moment(clock.now(), clock.now()), drawn(chance), fate))
        committing.commit(group)
        ended.update(type(one.error).__name__ for one in group)
        found = kept(committing)
        assert found == stored(path, found)
    committing._connection.close()
    assert ended >= {"NoneType", "Refused", "IntegrityError", "Conflict", "CounterClosed"}
    assert check(path) == []
    centre.close()
