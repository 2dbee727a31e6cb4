"""Merkle trees as RFC 9162, 2.1 has them, over SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

NOTHING = sha256(b"").digest()
# The roots of the full trees that a tree is made of, the largest first.
Peaks = tuple[bytes, ...]


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def grown(size: int, peaks: Peaks, leaf: bytes) -> Peaks:
    """The peaks of a tree of `size` leaves with one more."""
    node, there = sha256(b"\x00" + leaf).digest(), len(peaks)
    while size & 1:
        there -= 1
        node, size = sha256(b"\x01" + peaks[there] + node).digest(), size >> 1
    return (*peaks[:there], node)


def root_of(peaks: Peaks) -> bytes:
    if not peaks:
        return NOTHING
    node = peaks[-1]
    for peak in peaks[-2::-1]:
        node = sha256(b"\x01" + peak + node).digest()
    return node


class Tree:
    """Leaves with the full trees above them: the root and the proofs of every size that it has had."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    def __len__(self) -> int:
        return len(self._levels[0])

    def add(self, leaf: bytes) -> None:
        node, level = leaf_hash(leaf), 0
        self._levels[0].append(node)
        while len(self._levels[level]) % 2 == 0:
            node = node_hash(*self._levels[level][-2:])
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(node)

    def root(self, size: int) -> bytes:
        return self._root(0, size) if size else NOTHING

    def path(self, index: int, size: int) -> list[bytes]:
        """What proves that a leaf stands in the tree of `size`, from the bottom up."""
        first, end, path = 0, size, []
        while end - first > 1:
            middle = first + _split(end - first)
            if index < middle:
                path.append(self._root(middle, end))
                end = middle
            else:
                path.append(self._root(first, middle))
                first = middle
        return path[::-1]

    def _root(self, first: int, end: int) -> bytes:
        number = end - first
        if number & (number - 1) == 0:
            # Every part that is asked for begins at a multiple of its split.
            level = number.bit_length() - 1
            return self._levels[level][first >> level]
        middle = first + _split(number)
        return node_hash(self._root(first, middle), self._root(middle, end))


def _split(number: int) -> int:
    """The largest power of two below `number`."""
    return 1 << (number - 1).bit_length() - 1


def proves(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, place, last = leaf_hash(leaf), index, size - 1
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(beside, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root
