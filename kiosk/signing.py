"""The key that signs checkpoints: 32 random bytes, made at the first start and kept with the other secrets."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from ticketing.rules.checkpoints import Signer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEED = 32


def signer(seed: Callable[[], bytes]) -> Signer:
    """Signs with the key of this seed, which is read when it is first needed."""

    @lru_cache(maxsize=1)
    def key() -> Ed25519PrivateKey:
        # A thirtieth of a second that only who signs has to wait.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(seed())

    return Signer(lambda: key().public_key().public_bytes_raw(), lambda message: key().sign(message))


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether an Ed25519 signature is one of this message by the owner of that key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
