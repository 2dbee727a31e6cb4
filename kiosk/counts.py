"""The metrics of several processes on one port: each writes its own beside the others', and whichever is asked tells
the sums. What the store tells is the same everywhere, and is not among them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

RUNS, ENDED = ".runs", ".ended"


class Together(Collector):
    """`own` are the metrics of this process, `folder` is where each process keeps its own."""

    def __init__(self, own: CollectorRegistry, folder: Path) -> None:
        self._own, self._folder = own, folder
        self._file = folder / f"{os.getpid()}{RUNS}"

    def note(self) -> None:
        """Once in a while: the others' sums are no older than that."""
        new = self._file.with_suffix(".new")
        new.write_bytes(generate_latest(self._own))
        new.replace(self._file)

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        self.note()
        about: dict[str, tuple[str, str]] = {}
        sums: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}
        for file in sorted(self._folder.iterdir()):
            if file.suffix in (RUNS, ENDED):
                for family in text_string_to_metric_families(file.read_text(encoding="utf-8")):
                    # What ended has counted what it counted, and has nothing open.
                    if file.suffix == ENDED and family.type == "gauge":
                        continue
                    about.setdefault(family.name, (family.documentation, family.type))
                    rows = sums.setdefault(family.name, {})
                    for one in family.samples:
                        key = (one.name, tuple(one.labels.items()))
                        rows[key] = rows.get(key, 0.0) + one.value
        for name, rows in sums.items():
            told = Metric(name, *about[name])
            for (sample, labels), value in rows.items():
                told.add_sample(sample, dict(labels), value)
            yield told


def note_end(folder: Path, pid: int) -> None:
    """The process has ended."""
    with suppress(FileNotFoundError):
        (folder / f"{pid}{RUNS}").rename(folder / f"{pid}{ENDED}")
