"""The public address has one form, the one that a browser gives it; what has none is refused at the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.app import create_app
from kiosk.config import BadSetting, settings_from
from kiosk.origin import same
from tests.kit import ManualClock

pytestmark = pytest.mark.faults("P4")


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ("https://So.Example", "https://so.example"),
        ("HTTPS://so.example/", "https://so.example"),
        ("https://so.example:443", "https://so.example"),
        ("http://so.example:80/", "http://so.example"),
        ("http://so.example:443", "http://so.example:443"),
        ("https://so.example:08443", "https://so.example:8443"),
        ("https://so.example:", "https://so.example"),
        ("https://dịchvụcông.vn", "https://xn--dchvcng-x0a0689dsha.vn"),
        ("https://DỊCHVỤCÔNG.vn", "https://xn--dchvcng-x0a0689dsha.vn"),
        ("https://di\u0323chvu\u0323co\u0302ng.vn", "https://xn--dchvcng-x0a0689dsha.vn"),
        ("https://xn--dchvcng-x0a0689dsha.vn", "https://xn--dchvcng-x0a0689dsha.vn"),
        ("https://ｓｏ。example", "https://so.example"),
        ("http://192.0.2.10:8080", "http://192.0.2.10:8080"),
        ("http://[2001:DB8:0:0::1]:8080", "http://[2001:db8::1]:8080"),
        ("http://may_chu:8080", "http://may_chu:8080"),
    ],
)  # fmt: skip
def test_an_address_is_brought_into_a_browsers_form(given: str, form: str) -> None:
    assert settings_from({"public_url": given}, {}).public_url == form
    assert settings_from({"public_url": form}, {}).public_url == form


@pytest.mark.parametrize(
    "given",
    [
        "so.example", "ftp://so.example", "https://", "https:///", "https://so.example/path", "https://so.example?q",
        "https://so.example#", "https://user@so.example", "https://:pw@so.example", "https://so.example:0",
        "https://so.example:99999", "https://so.example:port", "https://so example", "https://so.example\n",
        " https://so.example", "https://so.example\\", "https://so..example", "https://-so.example",
        "https://so.example:80:80", "https://[2001:db8::1", "https://[so.example]", "https://127.1", "https://1.2.3.999",
        "https://0x7f.0.0.1.0x1", "https://straße.example", "https://so,example", "https://%73o.example",
    ],
)  # fmt: skip
def test_what_no_browser_would_come_by_is_refused_with_its_reason(given: str) -> None:
    with pytest.raises(BadSetting, match=r"^--public-url: .+ is not like https://.+: it .+") as refused:
        settings_from({"public_url": given}, {})
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("https://so.example", True),
        ("https://So.Example:443", True),
        ("https://so.example:8443", False),
        ("http://so.example", False),
        ("https://so.example.evil.example", False),
        ("http://localhost", True),
        ("http://localhost:80", True),
        ("null", False),
    ],
)
def test_origins_are_compared_in_that_form(tmp_path: Path, origin: str, let_in: bool) -> None:
    settings = settings_from({"data": tmp_path / "data", "public_url": "https://So.Example:443/"}, {})
    app = create_app(settings, ManualClock())
    try:
        headers: dict[str, Any] = {"Origin": origin}
        answer = app.test_client().get("/socket.io/?EIO=4&transport=polling", headers=headers)
        assert (answer.status_code == 200) is let_in
        assert app.extensions["layso"].office.public_url == "https://so.example"
    finally:
        app.extensions["layso"].close()


def test_what_is_no_origin_is_the_same_as_nothing() -> None:
    assert not same("null", "null") and same("http://A.example", "http://a.example:80")
