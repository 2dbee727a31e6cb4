"""The parts that the service and the commands are both made of."""

from __future__ import annotations

import secrets
import string

from ticketing.bus import Bus
from ticketing.office import Office
from ticketing.ports import Clock, NewCode, Store
from ticketing.profiles import vietnam_holidays

CODE_ALPHABET = string.ascii_letters + string.digits
CODE_LENGTH = 22


def new_code() -> str:
    """A ticket's code: 131 bits, in letters and digits that survive every messenger."""
    number = secrets.randbelow(len(CODE_ALPHABET) ** CODE_LENGTH)
    letters = []
    for _place in range(CODE_LENGTH):
        number, letter = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[letter])
    return "".join(letters)


def make_office(store: Store, bus: Bus, clock: Clock, new_code: NewCode = new_code, public_url: str = "") -> Office:
    """The verbs, with the public holidays of Vietnam as the calendar's first filling."""
    return Office(store, bus, clock, new_code, vietnam_holidays, public_url)
