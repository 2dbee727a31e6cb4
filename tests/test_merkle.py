"""The trees of the public ledger are those of RFC 9162, by test vectors that others published."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketing.rules.merkle import NOTHING, Peaks, Tree, grown, leaf_hash, node_hash, proves, root_of

# The leaves and roots of Google's Certificate Transparency tests (merkle_tree_test.cc, later transparency-dev/merkle).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
# Index and size of a leaf, counted from 0, and the proof that belongs to it.
PATHS = (
    (0, 1, ()),
    (0, 8, (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    )),
    (5, 8, (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    )),
    (2, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (1, 5, (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    )),
)  # fmt: skip


def tree_of(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree


def peaks_of(leaves: list[bytes]) -> Peaks:
    peaks: Peaks = ()
    for size, leaf in enumerate(leaves):
        peaks = grown(size, peaks, leaf)
    return peaks


def by_the_book(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, as it stands there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_the_book(leaves[:split]), by_the_book(leaves[split:]))


def test_nothing_has_the_root_of_nothing() -> None:
    assert NOTHING.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Tree().root(0) == root_of(()) == NOTHING


def test_roots_are_the_published_ones() -> None:
    tree = tree_of(LEAVES)
    for size, root in enumerate(ROOTS, 1):
        assert tree.root(size).hex() == root_of(peaks_of(LEAVES[:size])).hex() == root


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_proofs_are_the_published_ones(index: int, size: int, path: tuple[str, ...]) -> None:
    found = tree_of(LEAVES).path(index, size)
    assert tuple(node.hex() for node in found) == path
    assert proves(LEAVES[index], index, size, found, bytes.fromhex(ROOTS[size - 1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=3), min_size=1, max_size=70), st.data())
def test_every_size_of_a_tree_keeps_its_root_and_its_proofs(leaves: list[bytes], data: Any) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    tree, root = tree_of(leaves), by_the_book(leaves[:size])
    assert tree.root(size) == root_of(peaks_of(leaves[:size])) == root
    path = tree.path(index, size)
    assert proves(leaves[index], index, size, path, root)
    assert not proves(leaves[index] + b"x", index, size, path, root)
    assert not proves(leaves[index], index, size, [*path, root], root)
    assert not proves(leaves[index], size, size, path, root)
    if path:
        assert not proves(leaves[index], index, size, path[:-1], root)
        assert not proves(leaves[index], index, size, [root, *path[1:]], root)
