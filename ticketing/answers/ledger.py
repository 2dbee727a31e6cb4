"""The public ledger of a site's day: its leaves, a number's proof, and the signed checkpoint.

The trees are kept in each process and grow with the journal; what is answered is of the moment that the view sees.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, time, timedelta
from urllib.parse import urlsplit

from ticketing.answers.names import Day
from ticketing.errors import Unknown
from ticketing.lookups import Look, Wiring, by_code
from ticketing.ports import Transaction, View
from ticketing.rules import checkpoints
from ticketing.rules.ledger import Leaf
from ticketing.rules.merkle import NOTHING, Tree, root_of
from ticketing.rules.sessions import instant, midnight_after

MOST_DAYS = 64
SIGNER = "ledger_signer"
PUBLIC_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    """How many leaves a ledger has, and its root in hex."""

    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """`items` are the leaves in their order, each WHAT, NUMBER and TIME with tabs between. `root` (hex) is that of the
    Merkle tree over their UTF-8, by RFC 9162 with SHA-256."""

    site: str
    day: Day
    items: list[str]
    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That a number's `issued` leaf stands at `index` among `size` leaves: `path` (hex, from the bottom up) leads from
    the leaf to `root`, which `checkpoint` signs."""

    leaf: str
    index: int
    size: int
    root: str
    path: list[str]
    checkpoint: str


class DayLedger:
    """The leaves of a day as far as they were read."""

    def __init__(self, epoch: str, after: int) -> None:
        self.epoch, self.read = epoch, after
        self.leaves: list[Leaf] = []
        self.tree = Tree()
        self.issued: dict[int, int] = {}

    def grow(self, leaves: list[Leaf], read: int) -> None:
        for leaf in leaves:
            if leaf.ticket is not None:
                self.issued.setdefault(leaf.ticket, len(self.leaves))
            self.leaves.append(leaf)
            self.tree.add(leaf.text.encode())
        self.read = read

    def size(self, seq: int) -> int:
        """How many leaves there were when the journal ended with this line."""
        return bisect_right(self.leaves, seq, key=lambda leaf: leaf.seq)


class Ledgers:
    """What a process has read of the ledgers that were asked for last."""

    def __init__(self) -> None:
        self._days: OrderedDict[tuple[str, date], DayLedger] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, look: Look, day: date) -> tuple[DayLedger, int]:
        """The day's ledger, and its size for this look."""
        seq, epoch = look.view.journal.last_seq(look.site.code), look.view.meta("epoch")
        with self._lock:
            kept = self._days.get((look.site.code, day))
            if kept is None or kept.epoch != epoch:
                begun = look.view.ledgers.begun(
                    look.site.code, instant(look.site, day, time(0)), midnight_after(look.site, day)
                )
                if not begun:
                    return DayLedger(epoch, seq), 0
                kept = self._days[look.site.code, day] = DayLedger(epoch, begun - 1)
            if kept.read < seq:
                kept.grow(look.view.ledgers.leaves(look.site.code, day, kept.read), seq)
            self._days.move_to_end((look.site.code, day))
            if len(self._days) > MOST_DAYS:
                self._days.popitem(last=False)
            return kept, kept.size(seq)


_ledgers = Ledgers()


def public_day(look: Look, text: str) -> date:
    """Today or yesterday. Raises Unknown("day") for all others."""
    for day in (look.date, look.date - PUBLIC_FOR):
        if day.isoformat() == text:
            return day
    raise Unknown("day", text)


def of_day(look: Look, text: str) -> Ledger:
    """Raises Unknown("day") for any day but today and yesterday."""
    day = public_day(look, text)
    found, size = _ledgers.of(look, day)
    return Ledger(
        site=look.site.code,
        day=text,
        items=[leaf.text for leaf in found.leaves[:size]],
        size=size,
        root=found.tree.root(size).hex(),
    )


def head(look: Look, day: date) -> LedgerHead:
    size, peaks = look.view.ledgers.state(look.site.code, day)
    return LedgerHead(size=size, root=root_of(peaks).hex() if size else NOTHING.hex())


def proof(look: Look, code: str) -> Proof:
    """Raises Unknown("ticket")."""
    ticket = by_code(look.view, code)
    found, size = _ledgers.of(look, ticket.day)
    index = found.issued.get(ticket.id)
    if index is None or index >= size:
        raise Unknown("ticket", code)
    root = found.tree.root(size)
    return Proof(
        leaf=found.leaves[index].text,
        index=index,
        size=size,
        root=root.hex(),
        path=[node.hex() for node in found.tree.path(index, size)],
        checkpoint=signed(look, ticket.day, size, root),
    )


def checkpoint(look: Look, text: str = "") -> str:
    """The signed checkpoint of today as of now, or the one that was kept of an earlier day. Raises Unknown("day")."""
    if text in ("", look.date.isoformat()):
        return now(look, look.date)
    kept = _kept(look, text)
    return kept if kept else now(look, public_day(look, text))


def _kept(look: Look, text: str) -> str:
    try:
        return look.view.ledgers.checkpoint(look.site.code, date.fromisoformat(text))[0]
    except ValueError:
        raise Unknown("day", text) from None


def now(look: Look, day: date) -> str:
    size, peaks = look.view.ledgers.state(look.site.code, day)
    return signed(look, day, size, root_of(peaks))


def signed(look: Look, day: date, size: int, root: bytes) -> str:
    rehearsal = look.wiring.clock.rehearsal
    journal = look.view.journal.head(look.site.code)
    said = checkpoints.body(name(look), day, rehearsal, size, root, journal)
    return look.wiring.signer.signed(name(look), said)


def name(look: Look) -> str:
    """What signs for a site: the host of the public address, and the site's code."""
    return f"{host(look.wiring)}/{look.site.code}"


def host(wiring: Wiring) -> str:
    return urlsplit(wiring.public_url).hostname or "localhost"


def note_signer(wiring: Wiring, tx: Transaction) -> None:
    """What reports say of the key that signs, wherever they are made."""
    noted = f"{host(wiring)} {wiring.signer.public().hex()}"
    if tx.meta(SIGNER) != noted:
        tx.set_meta(SIGNER, noted)


def noted_verifier(view: View, site: str) -> str:
    """The verifier's key of the server that signed last; "" where none did."""
    here, _, public = view.meta(SIGNER).partition(" ")
    return checkpoints.verifier(f"{here}/{site}", bytes.fromhex(public)) if public else ""


def verifier(look: Look) -> str:
    """The key with which anybody verifies the site's checkpoints."""
    return look.wiring.signer.verifier(name(look))
