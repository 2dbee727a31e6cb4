"""What a trial finds, and how it is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Tally:
    """One trial on one store. `lost` names each acknowledged number that is not as it was told, each that was given
    twice, and each finding of `layso check`; `wrong` each try that did not go as it must."""

    trial: str
    store: str
    most: int
    until: float = float("inf")
    timed: bool = False
    tried: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    numbers: int = 0
    notes: list[str] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    took_s: float = 0.0

    def tries(self, at_once: int = 1) -> Iterator[int]:
        """As many as were asked for, so many of them at a time, the first ones always, further ones while there is
        time."""
        for place in range(0, self.most, at_once):
            if place and time.monotonic() > self.until:
                return
            self.tried += at_once
            yield place

    def within(self, bound_s: float, took_s: float, what: str, of: int = 0) -> None:
        """A bound of time, which only the long form holds, on a machine that does nothing else."""
        if self.timed:
            self.must(took_s <= bound_s, f"{what} after {took_s:.1f} s", of)

    def must(self, true: object, else_: str, of: int = 0) -> None:
        """Counts a try as not survived unless it holds: the latest one, or that so many before it."""
        if not true:
            self.wrong.append(f"{self.tried - of}: {else_}")

    @property
    def survived(self) -> int:
        return self.tried - len({one.partition(":")[0] for one in self.wrong})

    @property
    def sound(self) -> bool:
        return self.tried > 0 and not self.wrong and not self.lost

    def row(self) -> dict[str, Any]:
        told = {key: value for key, value in asdict(self).items() if key not in ("begun", "until", "most", "timed")}
        return told | {"asked": self.most, "survived": self.survived}


@dataclass(frozen=True)
class Trial:
    """`run(place, tally)` tries; `short` and `long` say how often, `stores` on which; `weight`: its share of time."""

    name: str
    run: Callable[[Any, Tally], None]
    short: int
    long: int
    stores: tuple[str, ...]
    weight: float = 1.0


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def table(rows: list[dict[str, Any]]) -> str:
    """As Markdown."""
    lines = ["| trial | store | tried | survived | numbers | lost | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        lines.append(
            f"| {row['trial']} | {row['store']} | {row['tried']:,} | {row['survived']:,} | {row['numbers']:,} | "
            f"{len(row['lost'])} | {'; '.join(row['notes'])} |"
        )
    return "\n".join(lines)
