"""The demo: a profile's sites, logins with generated passwords, and the list of every page."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from kiosk.datadir import Refused, write_private
from ticketing.office import Office
from ticketing.profiles import profile_path, read_sites
from ticketing.rules.people import CLI
from ticketing.rules.sites import Site
from ticketing.verbs.people import Accounts

STAFF = (
    ("admin", "admin", "Quản trị hệ thống"), ("supervisor", "supervisor", "Phụ trách bộ phận"),
    ("officer1", "officer", "Cán bộ thứ nhất"), ("officer2", "officer", "Cán bộ thứ hai"),
)  # fmt: skip
NAMES = {login: name for login, _role, name in STAFF}
PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_LENGTH = 12


def new_password() -> str:
    return "".join(secrets.choice(PASSWORD_ALPHABET) for _place in range(PASSWORD_LENGTH))


class DemoLogins:
    """The generated logins, kept with their passwords in a file that only its owner may read."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "demo-logins.json"

    def read(self) -> list[dict[str, str]]:
        if not self.path.exists():
            return []
        try:
            found = json.loads(self.path.read_text())
            return [{key: str(entry[key]) for key in ("site", "login", "role", "password")} for entry in found]
        except (ValueError, TypeError, KeyError):
            raise Refused(f"{self.path} can't be read: remove it, then new demo logins are made") from None

    def write(self, logins: list[dict[str, str]]) -> None:
        text = json.dumps(logins, ensure_ascii=False, indent=1)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(self.path, text.encode())

    def forget(self, login: str) -> None:
        """After somebody chose another password for it."""
        logins = self.read()
        rest = [entry for entry in logins if entry["login"] != login]
        if len(rest) != len(logins):
            self.write(rest)


def create_sites(office: Office, profile: str) -> list[str]:
    """Creates the profile's sites that are not there yet; returns the codes of all of them."""
    sites = read_sites(profile_path(profile))
    there = {site.code for site in office.site_values()}
    for site in sites:
        if site.code not in there:
            office.apply_site(site, CLI)
    return [site.code for site in sites]


def create_logins(accounts: Accounts, kept: DemoLogins, sites: Iterable[str]) -> None:
    """Gives each site its demo logins; those that exist, or whose password was changed, stay as they are."""
    logins = kept.read()
    known = {entry["login"] for entry in logins}
    there = {officer.login for officer in accounts.officers(None)}
    for site in sites:
        for name, role, _called in STAFF:
            login = f"{site}.{name}"
            if login not in known | there:
                logins.append({"site": site, "login": login, "role": role, "password": new_password()})
                # Kept first: a login whose password nobody knows would be of no use.
                kept.write(logins)
    for entry in logins:
        if entry["login"] not in there:
            name = NAMES.get(entry["login"].rpartition(".")[2], "")
            accounts.add_officer(entry["site"], entry["login"], entry["role"], entry["password"], CLI, name)


def overview(sites: list[Site], logins: list[dict[str, str]], url: str) -> str:
    """Every page's link and the generated logins, as text."""
    pages = (
        ("kiosk", "kiosk/"), ("counter", "counter/"), ("display", "display/"), ("supervisor", "supervisor/"),
        ("public", ""), ("where", "where/"), ("ledger", "ledger/"),
    )  # fmt: skip
    lines = ["", f"  all sites    {url}/", f"  log in       {url}/login"]
    for site in sites:
        lines += ["", f"{site.name} ({site.code})"]
        lines += [f"  {name:<12} {url}/{site.code}/{path}" for name, path in pages]
        lines += [
            f"  {entry['role']:<12} login {entry['login']}  password {entry['password']}"
            for entry in logins
            if entry["site"] == site.code
        ]
    return "\n".join([*lines, ""])
