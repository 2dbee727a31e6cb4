"""Site configuration as files: reading, checking and writing TOML, and the profiles that are shipped."""

from pathlib import Path

from ticketing.profiles.days import vietnam_holidays
from ticketing.profiles.files import parse_sites, read_sites, site_from_json, site_to_json
from ticketing.profiles.problems import ConfigError
from ticketing.profiles.toml import text_of
from ticketing.profiles.writing import write_sites

__all__ = [
    "PROFILES",
    "ConfigError",
    "parse_sites",
    "profile_path",
    "read_sites",
    "site_from_json",
    "site_to_json",
    "text_of",
    "vietnam_holidays",
    "write_sites",
]

PROFILES: tuple[str, ...] = ("demo", "tay-ninh-2020", "dong-nai-2020")


def profile_path(name: str) -> Path:
    """The file of a shipped profile; KeyError for a name that is not in PROFILES."""
    if name not in PROFILES:
        raise KeyError(name)
    return Path(__file__).with_name(f"{name}.toml")
