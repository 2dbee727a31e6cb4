"""A checkpoint: what a site's public ledger and its journal were at a moment, signed, as C2SP's tlog-checkpoint and
signed-note have it."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from ticketing.errors import Unavailable
from ticketing.rules.chain import Broken, Link

ED25519 = b"\x01"
NAMED = re.compile(
    r"[^/\n]+/(?P<site>[^/\n]+)/\d{4}-\d\d-\d\d(/rehearsal)?\n\d+\n[A-Za-z0-9+/=]+\n"
    r"(?P<seq>\d+) (?P<hash>[0-9a-f]{64})\n"
)


@dataclass(frozen=True, slots=True)
class Signer:
    """The installation's key: `public` are its 32 bytes, `sign` signs as Ed25519 does."""

    public: Callable[[], bytes]
    sign: Callable[[bytes], bytes]

    def verifier(self, name: str) -> str:
        """What somebody needs to verify what was signed under this name."""
        return verifier(name, self.public())

    def signed(self, name: str, body: str) -> str:
        signature = b64encode(key_id(name, self.public()) + self.sign(body.encode())).decode()
        return f"{body}\n— {name} {signature}\n"


def key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier(name: str, public: bytes) -> str:
    return f"{name}+{key_id(name, public).hex()}+{b64encode(ED25519 + public).decode()}"


def _unsigned(_message: bytes = b"") -> bytes:
    raise Unavailable("no_signer")


# Who has no key.
NOBODY = Signer(_unsigned, _unsigned)


def body(name: str, day: date, rehearsal: bool, size: int, root: bytes, journal: tuple[int, str]) -> str:
    """What is signed: the day's ledger, and the line that the site's journal ends with."""
    origin = f"{name}/{day.isoformat()}{'/rehearsal' if rehearsal else ''}"
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n{journal[0]} {journal[1]}\n"


def need_signature(text: str, key: str, holds: Callable[[bytes, bytes, bytes], bool]) -> None:
    """Raises Broken unless `key`, a verifier's key as `verifier` writes it, signed this checkpoint. `holds(public,
    signature, message)` verifies as Ed25519 does."""
    name, public = _verifying(key)
    said, _, signatures = text.partition("\n\n")
    if not said.startswith(f"{name}/"):
        raise Broken(f"the checkpoint is not one of {name}, whose key was given")
    for line in signatures.splitlines():
        signer, signed = _signature(line)
        ours = signer == name and signed[:4] == key_id(name, public)
        if ours and holds(public, signed[4:], f"{said}\n".encode()):
            return
    raise Broken("the checkpoint was not signed with this key, or was changed since")


def signer_of(text: str) -> str:
    """The name under which a checkpoint says that it was signed. Raises Broken when it bears no signature."""
    lines = text.partition("\n\n")[2].splitlines()
    return _signature(lines[0] if lines else "")[0]


def _signature(line: str) -> tuple[str, bytes]:
    words = line.split(" ")
    try:
        if len(words) == 3 and words[0] == "—":
            return words[1], b64decode(words[2], validate=True)
    except ValueError:
        pass
    raise Broken("the checkpoint bears no signature")


def _verifying(key: str) -> tuple[str, bytes]:
    name, *rest = key.strip().split("+", 2)
    try:
        public = b64decode(rest[1], validate=True)
    except (IndexError, ValueError):
        public = b""
    if len(public) != 33 or public[:1] != ED25519 or rest[0] != key_id(name, public[1:]).hex():
        raise Broken("the key can't be read: it is the line on the ledger's page, NAME+ID+KEY")
    return name, public[1:]


def tree(text: str) -> tuple[int, bytes]:
    """The size and the root that a checkpoint names."""
    _origin, size, root = text.split("\n", 3)[:3]
    return int(size), b64decode(root)


def known(text: str) -> Link:
    """The journal's line that a checkpoint names. Raises Broken for what is none."""
    found = NAMED.match(text)
    if found is None:
        raise Broken("the checkpoint can't be read")
    return Link(found["site"], int(found["seq"]), found["hash"])
