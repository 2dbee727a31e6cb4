"""Settings: declared once, typed, checked here. Nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.origin import origin
from kiosk.proxy import Network, networks

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


def _address(value: str, *schemes: str) -> str:
    if not value.startswith(schemes):
        # What was given may hold a password.
        raise ValueError(f"is no address such as {schemes[0]}HOST/NAME")
    return value


def _database(value: str) -> str:
    return _address(value, "postgresql://", "postgres://")


def _signals(value: str) -> str:
    return _address(value, "redis://", "rediss://", "redis+unix://")


def _minutes(value: str) -> float:
    try:
        minutes = float(value)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 7 * 24 * 60:
        raise ValueError(f"{value!r} is no number of minutes, up to those of a week")
    return minutes


def _keep(value: str) -> tuple[int, int, int]:
    numbers = value.replace(" ", "").split(",")
    if len(numbers) != 3 or not all(one.isascii() and one.isdigit() and int(one) <= 10_000 for one in numbers):
        raise ValueError(f"{value!r} is not HOURS,DAYS,WEEKS, three numbers such as 24,14,8")
    return int(numbers[0]), int(numbers[1]), int(numbers[2])


def _log_level(value: str) -> str:
    if value.lower() not in LOG_LEVELS:
        raise ValueError(f"{value!r} is not one of {', '.join(LOG_LEVELS)}")
    return value.lower()


def _public_url(value: str) -> str:
    try:
        return origin(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is not like https://layso.example.gov.vn: it {error}") from None


@dataclass(frozen=True, slots=True)
class Settings:
    """How one process runs. `at` is the local time a rehearsal starts at, None on the real clock."""

    data: Path = _setting(Path("layso-data"), "LAYSO_DATA", "the data directory", _path)
    host: str = _setting("127.0.0.1", "LAYSO_HOST", "the address to listen on")
    port: int = _setting(8080, "LAYSO_PORT", "the port to listen on, 0 for a free one", _port)
    public_url: str = _setting("", "LAYSO_PUBLIC_URL", "what links and QR codes begin with", _public_url)
    tls_cert: Path | None = _setting(None, "LAYSO_TLS_CERT", "the certificate chain, PEM", _path)
    tls_key: Path | None = _setting(None, "LAYSO_TLS_KEY", "its private key, PEM", _path)
    trusted_proxy: tuple[Network, ...] = _setting(
        (), "LAYSO_TRUSTED_PROXY", "proxies whose X-Forwarded-For, -Proto and Host hold", networks
    )
    database: str = _setting("", "LAYSO_DATABASE", "a PostgreSQL database in the data directory's place", _database)
    signals: str = _setting("", "LAYSO_SIGNALS", "the Redis by which servers on one database hear of changes", _signals)
    backups: Path | None = _setting(None, "LAYSO_BACKUPS", "where copies of the database are kept", _path)
    backup_every: float = _setting(60.0, "LAYSO_BACKUP_EVERY", "minutes from one copy to the next", _minutes)
    backup_keep: tuple[int, int, int] = _setting(
        (24, 14, 8), "LAYSO_BACKUP_KEEP", "how many hourly, daily and weekly copies are kept: HOURS,DAYS,WEEKS", _keep
    )
    log_level: str = _setting("info", "LAYSO_LOG_LEVEL", "debug, info, warning or error", _log_level)
    at: datetime | None = None
    demo: str = ""
    limits: bool = True
    workers: int = 1
    polling: bool = False
    # What a worker has of the process that started it: the socket that they all listen on.
    listener: int | None = None
    counts: Path | None = None

    def __post_init__(self) -> None:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise BadSetting("a certificate and its key go together: give --tls-cert and --tls-key")
        if self.workers > 1 and not self.database:
            raise BadSetting("--workers needs --database: only one process serves a data directory")
        if self.signals and not self.database:
            raise BadSetting("--signals goes with --database")

    @property
    def alone(self) -> bool:
        """Whether no other process serves the same data."""
        return not self.database

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
