"""What a printer says of itself when it is asked in real time (Epson's DLE EOT)."""

from __future__ import annotations

from collections.abc import Mapping

PRINTER, CAUSE, ROLL = 1, 2, 4
KINDS = (PRINTER, CAUSE, ROLL)
# Of every answer bits 1 and 4 are set and bits 0 and 7 are not; what else comes was not asked for.
_FIXED, _MASK = 0x12, 0x93
_OFFLINE = 0x08
_COVER, _END_STOP, _ERROR = 0x04, 0x20, 0x40
_NEAR_END, _END = 0x0C, 0x60


def request(kind: int) -> bytes:
    return b"\x10\x04" + bytes((kind,))


def answers(received: bytes) -> bytes:
    """Of what came in, the answers to status requests."""
    return bytes(byte for byte in received if byte & _MASK == _FIXED)


def state_of(told: Mapping[int, int]) -> tuple[str, str]:
    """The state and, where it is offline, the cause, from the answers by kind of request; paper that is out is why a
    printer is offline, and stands before that."""
    printer, cause, roll = told.get(PRINTER, 0), told.get(CAUSE, 0), told.get(ROLL, 0)
    if roll & _END == _END or cause & _END_STOP:
        return "paper_out", ""
    if cause & _COVER:
        return "cover_open", ""
    if cause & _ERROR:
        return "offline", "error"
    if printer & _OFFLINE:
        return "offline", "offline"
    return ("paper_low", "") if roll & _NEAR_END == _NEAR_END else ("ok", "") if told else ("unknown", "")
