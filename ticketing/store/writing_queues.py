"""Who waits, as the writer keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ticketing.rules.lines import Line
from ticketing.store import reading_queues
from ticketing.store.kept import Kept

# Beside the prefixes of numbers, none of which is empty.
POSITION = ""


class QueuesWriter(reading_queues.QueuesReader):
    _kept: Kept

    def next_position(self, site: str, day: date) -> float:
        return float(self._kept.series.add((site, day.isoformat()), (POSITION,), 1))

    def line(self, site: str, day: date) -> Line:
        return self._value(("line", site, day), lambda: self._line(site, day))

    def kept_line(self, site: str, day: date) -> Line | None:
        """The line that was asked for since it was last forgotten: whoever changes a ticket changes it too."""
        return self._kept.known(("line", site, day))

    def lengths(self, site: str, day: date) -> Mapping[tuple[str, str | None, bool], int]:
        counts = self._kept.lengths.of(site, day.isoformat())
        return {
            (service, field or None, bool(special)): waiting
            for (service, field, special), waiting in counts.items()
            if waiting > 0
        }
