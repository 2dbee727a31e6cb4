"""The parts that the service and the commands are both made of."""

from __future__ import annotations

import os
import string

from ticketing.lookups import Wiring
from ticketing.office import Office
from ticketing.ports import Clock, NewCode, Store
from ticketing.profiles import vietnam_holidays
from ticketing.rules.checkpoints import NOBODY, Signer
from ticketing.signals.local import Bus

CODE_ALPHABET = string.ascii_letters + string.digits
CODE_LENGTH = 22
# Every letter stands for four bytes; the last eight bytes stand for none, or some letters would come more often.
LETTERS = (CODE_ALPHABET * 4).encode() + bytes(8)
NO_LETTERS = bytes(range(4 * len(CODE_ALPHABET), 256))


def new_code() -> str:
    """A ticket's code: 131 bits, in letters and digits that survive every messenger."""
    letters = b""
    while len(letters) < CODE_LENGTH:
        letters += os.urandom(2 * CODE_LENGTH).translate(LETTERS, NO_LETTERS)
    return letters[:CODE_LENGTH].decode()


def make_office(
    store: Store, bus: Bus, clock: Clock, new_code: NewCode = new_code, public_url: str = "", signer: Signer = NOBODY
) -> Office:
    """The verbs, with the public holidays of Vietnam as the calendar's first filling."""
    return Office(store, bus, clock, new_code, vietnam_holidays, public_url, signer)


def make_wiring(clock: Clock, public_url: str, signer: Signer) -> Wiring:
    """What the verbs of such an office use, for where they run without it."""
    return Wiring(clock, new_code, vietnam_holidays, public_url, signer)
