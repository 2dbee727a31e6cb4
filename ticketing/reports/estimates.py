"""How true the told waiting times were: what the journal says was told, against when the number was called."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import msgspec

from ticketing import events as ev
from ticketing.ports import View
from ticketing.reports.table import Making, Row, Table, named

SHARES = ("early_percent", "late_percent")
LEAST_WAIT_S = 60
FIGURES = ("told", "mean_wait_s", "mae_s", "bias_s", "rase_percent", *SHARES)


class Outcome(NamedTuple):
    """How long somebody waited who was told a time, how much later than that the call came, and whether before or
    after the span that was told."""

    wait_s: float
    error_s: float
    early: bool
    late: bool


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Of the `told` times of people who were called: the mean of the errors without their sign (`mae_s`) and with it
    (`bias_s`, above 0 where the call came later than told), the root of their mean square over the mean wait (`rase`),
    and the shares called before and after the span told. Null where nobody was told anything, `rase` where the mean
    wait is below LEAST_WAIT_S: beside next to nothing every error is a thousandfold."""

    told: int
    mean_wait_s: float | None
    mae_s: float | None
    bias_s: float | None
    rase: float | None
    early_share: float | None
    late_share: float | None


NOBODY = Score(
    told=0, mean_wait_s=None, mae_s=None, bias_s=None, rase=None, early_share=None, late_share=None
)  # fmt: skip


def score(found: Sequence[Outcome]) -> Score:
    number = len(found)
    if not number:
        return NOBODY
    wait = sum(one.wait_s for one in found) / number
    root = math.sqrt(sum(one.error_s**2 for one in found) / number)
    return Score(
        told=number,
        mean_wait_s=round(wait, 1),
        mae_s=round(sum(abs(one.error_s) for one in found) / number, 1),
        bias_s=round(sum(one.error_s for one in found) / number, 1),
        rase=round(root / wait, 4) if wait >= LEAST_WAIT_S else None,
        early_share=round(sum(one.early for one in found) / number, 4),
        late_share=round(sum(one.late for one in found) / number, 4),
    )


@dataclass(eq=False)
class Estimates(Making):
    """Told at the taking and when three were ahead, by field and service: `told` are those who were called after it,
    on that day; the figures are those of `Score`, shares in percent."""

    kind = "estimates"
    columns = ("group", "code", "name", *FIGURES)

    found: dict[tuple[str, str], list[Outcome]] = field(default_factory=partial(defaultdict, list), init=False)

    def day(self, view: View, day: date) -> None:
        told: dict[int, list[tuple[datetime, Any]]] = {}
        queues: dict[int, tuple[str, str]] = {}
        for line in self.lines(view, day, ev.TicketTaken.kind, ev.WaitTold.kind, ev.TicketCalled.kind):
            if line.ticket is None:
                continue
            if line.kind == ev.TicketTaken.kind:
                code = line.data.get("field") if line.data["service"] == "submit" else None
                queues[line.ticket] = ("field", code) if code else ("service", line.data["service"])
            if "wait_s" in line.data:
                told.setdefault(line.ticket, []).append((line.at, line.data))
            if line.kind == ev.TicketCalled.kind and line.ticket in queues:
                self.found[queues[line.ticket]] += [_outcome(*one, line.at) for one in told.pop(line.ticket, ())]

    def of(self, group: str, known: Sequence[Any]) -> list[tuple[str, str, Score]]:
        """Code, name and score of each field or service that was told anything."""
        codes = [code for of_group, code in self.found if of_group == group]
        return [(code, name, score(self.found[group, code])) for code, name in named(known, codes, self.lang)]

    def in_all(self) -> Score:
        return score([one for found in self.found.values() for one in found])

    def table(self) -> Table:
        rows = [
            {"group": group, "code": code, "name": name, **_row(found)}
            for group, known in (("field", self.site.fields), ("service", self.site.services))
            for code, name, found in self.of(group, known)
        ]
        return self.made(rows, _row(self.in_all()))


def _outcome(at: datetime, data: Any, called: datetime) -> Outcome:
    wait = (called - at) / timedelta(seconds=1)
    return Outcome(wait, wait - data["wait_s"], wait < data["wait_from_s"], wait > data["wait_to_s"])


def _row(found: Score) -> Row:
    def percent(share: float | None) -> int | None:
        return None if share is None else round(100 * share)

    def whole(value: float | None) -> int | None:
        return None if value is None else round(value)

    return {
        "told": found.told, "mean_wait_s": whole(found.mean_wait_s), "mae_s": whole(found.mae_s),
        "bias_s": whole(found.bias_s), "rase_percent": percent(found.rase),
        "early_percent": percent(found.early_share), "late_percent": percent(found.late_share),
    }  # fmt: skip
