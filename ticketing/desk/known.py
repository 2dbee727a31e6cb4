"""Which logins a device has been used by: a signed cookie of long life, that no stranger can make."""

import secrets

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from ticketing.api import cookies
from ticketing.api.auth import KNOWN_COOKIE
from ticketing.api.limits import short

DAYS = 400
MOST_LOGINS = 8


def device_of(login: str) -> str:
    """This device's name, if the login has signed in on it before; else ""."""
    device, logins = _read()
    return device if short("known", login) in logins else ""


def some_device() -> str:
    """This device's name, if any login has signed in on it before; else ""."""
    device, logins = _read()
    return device if logins else ""


def remember(answer: Response, login: str) -> None:
    (device, logins), mark = _read(), short("known", login)
    kept = {"device": device, "logins": [mark, *(other for other in logins if other != mark)][:MOST_LOGINS]}
    cookies.put(answer, KNOWN_COOKIE, _signer().dumps(kept), DAYS * 86400, "/login")


def _read() -> tuple[str, list[str]]:
    try:
        known = _signer().loads(cookies.sent(*KNOWN_COOKIE))
        return known["device"], known["logins"]
    except BadSignature:
        return secrets.token_hex(8), []


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known-device")
