"""Settings: declared once, typed, checked here. Nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOG_LEVELS = ("debug", "info", "warning", "error")


class BadSetting(ValueError):
    """A setting that can't be used; the text names it and says why."""


def _setting(default: Any, variable: str, text: str, read: Any = str) -> Any:
    return field(default=default, metadata={"variable": variable, "text": text, "read": read})


def _path(value: str) -> Path:
    if not value:
        raise ValueError("is empty")
    return Path(value)


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or int(value) > 65535:
        raise ValueError(f"{value!r} is not a port, 0 to 65535")
    return int(value)


def _log_level(value: str) -> str:
    if value.lower() not in LOG_LEVELS:
        raise ValueError(f"{value!r} is not one of {', '.join(LOG_LEVELS)}")
    return value.lower()


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    try:
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{value!r} is not like https://layso.example.gov.vn (no path, no query)")
    return value.rstrip("/")


@dataclass(frozen=True, slots=True)
class Settings:
    """How one process runs. `at` is the local time a rehearsal starts at, None on the real clock."""

    data: Path = _setting(Path("layso-data"), "LAYSO_DATA", "the data directory", _path)
    host: str = _setting("127.0.0.1", "LAYSO_HOST", "the address to listen on")
    port: int = _setting(8080, "LAYSO_PORT", "the port to listen on, 0 for a free one", _port)
    public_url: str = _setting("", "LAYSO_PUBLIC_URL", "what links and QR codes begin with", _public_url)
    tls_cert: Path | None = _setting(None, "LAYSO_TLS_CERT", "the certificate chain, PEM", _path)
    tls_key: Path | None = _setting(None, "LAYSO_TLS_KEY", "its private key, PEM", _path)
    log_level: str = _setting("info", "LAYSO_LOG_LEVEL", "debug, info, warning or error", _log_level)
    at: datetime | None = None
    demo: str = ""
    limits: bool = True

    def __post_init__(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise BadSetting("a certificate and its key go together: give --tls-cert and --tls-key")

    @property
    def secure(self) -> bool:
        """Whether browsers come by HTTPS, so that cookies may ask for it."""
        return self.public_url.startswith("https:") if self.public_url else self.tls_cert is not None


def settings_from(given: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """What was given on the command line (None counts as not given), else the environment, else the default.

    Raises BadSetting, naming the option or variable.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for declared in fields(Settings):
        asked = given.get(declared.name)
        variable = declared.metadata.get("variable", "")
        name = variable
        if asked is not None:
            name = "--" + declared.name.replace("_", "-")
        elif environment.get(variable):
            asked = environment[variable]
        else:
            continue
        read = declared.metadata.get("read")
        try:
            values[declared.name] = read(asked) if read and isinstance(asked, str) else asked
        except ValueError as error:
            raise BadSetting(f"{name}: {error}") from None
    return Settings(**values)


def variables() -> dict[str, str]:
    """Every environment variable that is read, and what it sets."""
    return {f.metadata["variable"]: f.metadata["text"] for f in fields(Settings) if f.metadata}
