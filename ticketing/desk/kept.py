"""What somebody typed, when his login had ended before he sent it: it waits on the login page's form, signed, and is
shown again behind it. Nothing is done with it until he who signed in sends it himself."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

# A pasted configuration has its own bound; what is longer than this isn't carried through a login.
MOST_BYTES = 600_000
NEVER_KEPT = ("csrf_token",)
NOT_TYPED = ("version", "step", "item", "key", "kind", "in", "do", "down", "policy", "published")


@dataclass(frozen=True, slots=True)
class Typed:
    """A form: where it goes, and its boxes in their order. `secret` are the names of passwords, which are asked for
    again; `files` those of files, which have to be chosen again."""

    path: str
    boxes: list[tuple[str, str]]
    secret: list[str]
    files: list[str]

    @property
    def words(self) -> list[str]:
        """What of it a person may have typed."""
        return [value for name, value in self.boxes if value.strip() and name not in NOT_TYPED]


def of_request(path: str) -> Typed:
    """The form that has just been sent to `path`."""
    boxes = [(name, value) for name, value in request.form.items(multi=True) if name not in NEVER_KEPT]
    return Typed(
        path,
        [(name, value) for name, value in boxes if "password" not in name],
        [name for name, _value in boxes if "password" in name],
        [name for name, file in request.files.items() if file.filename],
    )


def sealed(typed: Typed) -> str:
    text = str(_signer().dumps([typed.path, typed.boxes, typed.secret, typed.files]))
    return text if len(text) <= MOST_BYTES else ""


def opened(seal: str) -> Typed | None:
    try:
        path, boxes, secret, files = _signer().loads(seal)
    except BadSignature:
        return None
    return Typed(path, [(name, value) for name, value in boxes], secret, files)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="typed-before-a-login")
