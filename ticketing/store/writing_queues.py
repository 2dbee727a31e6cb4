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
        line = self.kept_line(site, day)
        if line is None:
            # By the journal's head it can be followed when another process has written.
            self._view.journal.head(site)
            line = self._line(site, day)
            self._kept.put(("line", site, day), line)
        return line

    def kept_line(self, site: str, day: date) -> Line | None:
        """The line that was asked for since it was last forgotten: whoever changes a ticket asks for it before he does,
        and changes it too. Where another process has written, with what is journaled since."""
        key = ("line", site, day)
        line: Line | None = self._kept.known(key)
        if line is not None:
            return line
        line, since = self._kept.before(key)
        if line is None or not 0 <= self._view.journal.last_seq(site) - since <= reading_queues.FEW:
            return None
        self._follow(site, day, line, since)
        self._kept.put(key, line)
        return line

    def lengths(self, site: str, day: date) -> Mapping[tuple[str, str | None, bool], int]:
        counts = self._kept.lengths.of(site, day.isoformat())
        return {
            (service, field or None, bool(special)): waiting
            for (service, field, special), waiting in counts.items()
            if waiting > 0
        }
