"""Settings come from the command line, then the environment, then the default; a bad one is named."""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import clocks, logs
from kiosk.config import BadSetting, Settings, settings_from, variables


def test_the_defaults_are_those_of_the_contract() -> None:
    assert settings_from({}, {}) == Settings()
    assert (Settings().host, Settings().port, Settings().data) == ("127.0.0.1", 8080, Path("layso-data"))
    assert Settings().limits is True and Settings().at is None and Settings().public_url == ""


def test_the_command_line_wins_over_the_environment() -> None:
    environment = {"LAYSO_DATA": "/srv/a", "LAYSO_PORT": "9000", "LAYSO_HOST": ""}
    found = settings_from({"data": "/srv/b", "port": None}, environment)
    assert (found.data, found.port, found.host) == (Path("/srv/b"), 9000, "127.0.0.1")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LAYSO_PORT", "eighty"),
        ("LAYSO_PORT", "65536"),
        ("LAYSO_PUBLIC_URL", "layso.example"),
        ("LAYSO_PUBLIC_URL", "https://layso.example/path"),
        ("LAYSO_PUBLIC_URL", "https://user@layso.example"),
        ("LAYSO_PUBLIC_URL", "https://layso.example:99999"),
        ("LAYSO_LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_setting_is_refused_by_its_name(variable: str, value: str) -> None:
    assert variable in variables()
    with pytest.raises(BadSetting, match=f"^{variable}: "):
        settings_from({}, {variable: value})


def test_a_certificate_without_its_key_is_refused() -> None:
    with pytest.raises(BadSetting, match="--tls-key"):
        settings_from({"tls_cert": "cert.pem"}, {})


@pytest.mark.parametrize(
    ("given", "secure"),
    [
        ({}, False),
        ({"public_url": "https://a.example"}, True),
        ({"public_url": "http://a.example"}, False),
        ({"tls_cert": "c", "tls_key": "k"}, True),
    ],
)
def test_cookies_ask_for_https_where_browsers_come_by_it(given: dict[str, str], secure: bool) -> None:
    assert settings_from(given, {}).secure is secure


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /t/abc failed", "GET /t/abc… failed"),
        ("token 4dYE6-6yl3_POG-E-590fm5gs8qkyyWFxNg15CLxe54 refused", "token 4dYE… refused"),
        ("code Xk3mW9pQ2rT7vZ5bN8cD4f", "code Xk3m…"),
        (
            "a sentence of ordinary and extraordinarily-long-words",
            "a sentence of ordinary and extraordinarily-long-words",
        ),
    ],
)
def test_what_looks_like_a_code_or_a_token_is_masked(text: str, shown: str) -> None:
    assert logs.masked(text) == shown


def test_a_log_line_is_one_json_object_with_its_fields_and_its_exception() -> None:
    log, out = logging.getLogger("layso.test"), io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.JsonLines())
    log.addHandler(handler)
    log.propagate = False
    try:
        raise ValueError("Xk3mW9pQ2rT7vZ5bN8cD4f")
    except ValueError:
        log.error("số %s", 7, exc_info=sys.exc_info(), extra={"route": "/t/<code>", "status": 500})
    finally:
        log.removeHandler(handler)
    [text] = out.getvalue().splitlines()
    line = json.loads(text)
    assert (line["message"], line["level"], line["route"], line["status"]) == ("số 7", "error", "/t/<code>", 500)
    assert "ValueError" in line["exception"] and "Xk3mW9pQ2rT7" not in text


def test_a_rehearsals_clock_starts_at_its_moment_and_keeps_the_real_ones_pace() -> None:
    start = clocks.real_now() - timedelta(days=900)
    clock = clocks.RehearsalClock.starting(start)
    first = clock.now()
    assert timedelta(0) <= first - start < timedelta(seconds=2)
    assert clock.rehearsal and not clocks.SystemClock().rehearsal
    passed, real = clock.now() - first, clocks.real_now()
    assert timedelta(0) <= passed < timedelta(seconds=2)
    assert clock.offset + real - clock.now() < timedelta(seconds=1)
