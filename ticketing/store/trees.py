"""A ledger's size and peaks as a row, and back."""

from __future__ import annotations

from typing import Any

from ticketing.rules.merkle import Peaks

PEAK = 64
State = tuple[int, Peaks]


def state_of(row: Any) -> State:
    """From a row's size and its peaks in hex."""
    if row is None:
        return 0, ()
    size, peaks = row
    return size, tuple(bytes.fromhex(peaks[at : at + PEAK]) for at in range(0, len(peaks), PEAK))


def peaks_text(peaks: Peaks) -> str:
    return b"".join(peaks).hex()
