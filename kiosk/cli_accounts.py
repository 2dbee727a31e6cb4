"""Tokens, officers and devices, from the command line."""

from __future__ import annotations

import codecs
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import click

from kiosk.commanding import Command, Desk, Group, on_data, table
from kiosk.datadir import Refused
from kiosk.demo import DemoLogins
from ticketing.rules.people import AGENT, CLI, ROLES, STAFF_ROLES, Login, Token, login_form
from ticketing.verbs.people import MIN_PASSWORD

site_option = click.option("--site", "site", metavar="S", required=True, help="The site's code.")
site_filter = click.option("--site", "site", metavar="S", default=None, help="Only those of this site.")
password_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
LONGEST_LINE = 4096
ID = click.IntRange(0, 2**63 - 1)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        line = sys.stdin.buffer.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise Refused(f"the password is longer than {LONGEST_LINE} bytes")
        given = _decoded(line.rstrip(b"\r\n"))
    else:
        given = _typed()
    if any(unicodedata.category(character)[0] == "C" for character in given):
        raise Refused("the password holds a control or invisible character, which nobody can type again")
    if len(given) < MIN_PASSWORD:
        raise Refused(f"a password has at least {MIN_PASSWORD} characters")
    return given


def _typed() -> str:
    try:
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    except click.Abort:
        raise Refused("no password was typed; --password-stdin reads it from standard input") from None


def _decoded(line: bytes) -> str:
    if line.startswith(BYTE_ORDER_MARKS):
        raise Refused("the password begins with a byte order mark; save the file as UTF-8 without one (plain text)")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise Refused("the password is not UTF-8 text; save the file as UTF-8") from None


def _shown(tokens: Iterable[Token]) -> str:
    rows: list[Any] = [
        {
            "id": token.id,
            "site": token.site,
            "role": token.role,
            "name": token.name,
            "issued": token.issued_at.isoformat(timespec="seconds"),
            "last seen": token.last_seen.isoformat(timespec="seconds") if token.last_seen else None,
            "state": "revoked" if token.revoked_at else "valid",
        }
        for token in tokens
    ]
    return table(("id", "site", "role", "name", "issued", "last seen", "state"), rows)


def _known_site(desk: Desk, site: str | None) -> None:
    if site is not None:
        desk.office.site(site)


@click.group(cls=Group, example="layso token list")
def token() -> None:
    """Bearer tokens of kiosks, displays and programs."""


@token.command("issue", cls=Command, example="layso token issue --site demo --role kiosk --name 'Lobby, left'")
@site_option
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--name", metavar="N", default="", help="What it is for; shown in the list.")
@click.option("--kiosk", metavar="NAME", default="", help="For --role agent: the kiosk whose papers it prints.")
@on_data
def token_issue(desk: Desk, site: str, role: str, name: str, kiosk: str) -> None:
    """Print a new bearer token, alone, on standard output. It is shown this once. An agent needs --kiosk, all others
    --name."""
    if not name and (role != AGENT or not kiosk):
        raise click.UsageError("Missing option '--kiosk' or '--name'." if role == AGENT else "Missing option '--name'.")
    click.echo(desk.accounts.issue_token(site, role, name, CLI, kiosk))


@token.command("list", cls=Command, example="layso token list --site demo")
@site_filter
@on_data
def token_list(desk: Desk, site: str | None) -> None:
    """List tokens with their ids; those of logins are left out."""
    _known_site(desk, site)
    click.echo(_shown(found for found in desk.accounts.tokens(site) if not found.officer))


@token.command("revoke", cls=Command, example="layso token revoke 3")
@click.argument("token_id", metavar="ID", type=ID)
@on_data
def token_revoke(desk: Desk, token_id: int) -> None:
    """Revoke a token: it is refused from the server's next request on, and its sockets end."""
    revoked = desk.accounts.revoke_token(token_id, CLI)
    click.echo(f"Token {revoked.id} ({revoked.name}) is revoked.")


@click.group(cls=Group, example="layso officer list")
def officer() -> None:
    """Logins of officers, supervisors and admins."""


@officer.command("add", cls=Command, example="layso officer add --site demo --login lan --role officer")
@site_option
@click.option("--login", metavar="L", required=True)
@click.option("--role", type=click.Choice(STAFF_ROLES), required=True)
@click.option("--name", metavar="N", default="", help="How colleagues call the officer; without it by the login.")
@password_stdin
@on_data
def officer_add(desk: Desk, site: str, login: str, role: str, name: str, password_stdin: bool) -> None:
    """Add a login; its password comes from a prompt or from standard input."""
    desk.office.site(site)
    desk.accounts.add_officer(site, login, role, _password(password_stdin), CLI, name)
    click.echo(f"Officer {login_form(login)} is added to {site} as {role}.")


@officer.command("list", cls=Command, example="layso officer list --site demo")
@site_filter
@on_data
def officer_list(desk: Desk, site: str | None) -> None:
    """List logins, and those that are signed in now with when that ends."""
    _known_site(desk, site)
    rows: list[Any] = [
        {"login": found.login, "site": found.site, "role": found.role, "state": _state(found.disabled)}
        for found in desk.accounts.officers(site)
    ]
    click.echo(table(("login", "site", "role", "state"), rows))
    if live := desk.accounts.logins(site):
        click.echo("\n" + table(("signed in", "since", "last seen", "ends"), list(map(_signed_in, live))))


def _signed_in(login: Login) -> Mapping[str, object]:
    token = login.token
    times = {"since": token.issued_at, "last seen": token.last_seen or token.issued_at, "ends": login.ends_at}
    return {"signed in": token.officer} | {name: at.isoformat(timespec="seconds") for name, at in times.items()}


def _state(disabled: bool) -> str:
    return "disabled" if disabled else "enabled"


@officer.command("password", cls=Command, example="layso officer password lan")
@click.argument("login", metavar="LOGIN")
@password_stdin
@on_data
def officer_password(desk: Desk, login: str, password_stdin: bool) -> None:
    """Give a login a new password; who is signed in with the old one is signed out."""
    desk.accounts.set_password(login, _password(password_stdin), CLI)
    DemoLogins(desk.directory.path).forget(login_form(login))
    click.echo(f"Officer {login} has a new password.")


@officer.command("sign-out", cls=Command, example="layso officer sign-out lan")
@click.argument("login", metavar="LOGIN")
@on_data
def officer_sign_out(desk: Desk, login: str) -> None:
    """End every login of an officer; he may sign in again."""
    click.echo(f"Officer {login} is signed out of {desk.accounts.end_logins(login, CLI)} devices.")


@officer.command("disable", cls=Command, example="layso officer disable lan")
@click.argument("login", metavar="LOGIN")
@on_data
def officer_disable(desk: Desk, login: str) -> None:
    """Disable a login; whoever is signed in with it is signed out."""
    desk.accounts.disable_officer(login, CLI)
    click.echo(f"Officer {login} is disabled.")


@click.group(cls=Group, example="layso device confirm K7M-2QX")
def device() -> None:
    """Kiosks and displays that are paired by the code on their screen."""


@device.command("confirm", cls=Command, example="layso device confirm K7M-2QX --name 'Lobby, left'")
@click.argument("code", metavar="CODE")
@click.option("--name", metavar="N", default="", help="What the device is called in the list.")
@on_data
def device_confirm(desk: Desk, code: str, name: str) -> None:
    """Pair the kiosk or display that shows CODE."""
    paired = desk.accounts.confirm_pairing(code, name, CLI)
    click.echo(f"The {paired.role} of {paired.site} is paired, as device {paired.id}.")


@device.command("list", cls=Command, example="layso device list")
@site_filter
@on_data
def device_list(desk: Desk, site: str | None) -> None:
    """List paired devices, then the codes of those that wait to be paired."""
    _known_site(desk, site)
    click.echo(_shown(found for found in desk.accounts.tokens(site) if found.paired))
    for waiting in desk.accounts.pairings(site):
        click.echo(f"waiting: {waiting.code}  {waiting.role} of {waiting.site} {waiting.screen}".rstrip())


@device.command("revoke", cls=Command, example="layso device revoke 3")
@click.argument("device_id", metavar="ID", type=ID)
@on_data
def device_revoke(desk: Desk, device_id: int) -> None:
    """Revoke a device: its page shows a pairing code again."""
    if all(found.id != device_id or not found.paired for found in desk.accounts.tokens(None)):
        raise Refused(f"there is no device {device_id}")
    revoked = desk.accounts.revoke_token(device_id, CLI)
    click.echo(f"Device {revoked.id} ({revoked.name}) is revoked.")
