"""Printers, from the command line: those configured, those found, a test page, their state."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress

import click

from kiosk.cli_accounts import site_option
from kiosk.commanding import Command, Desk, Group, on_data, table
from kiosk.datadir import Refused
from ticketing.answers import printers as shown
from ticketing.office import Where
from ticketing.printing.line import Line
from ticketing.printing.transports import cups_queues, transport, usb_printers
from ticketing.rules.people import CLI
from ticketing.rules.printers import DOWN, Address, Printer, address
from ticketing.verbs import printers as verbs

PATIENCE_S = 40.0
LOOK_S = 0.2
COLUMNS = ("name", "address", "width", "kiosks", "state", "queued", "last error")


@click.group(cls=Group, example="layso printer status --site demo")
def printer() -> None:
    """Printers of slips."""


@printer.command("list", cls=Command, example="layso printer list --site demo")
@site_option
@on_data
def printer_list(desk: Desk, site: str) -> None:
    """List the printers that are configured, and those that this computer finds by USB and in CUPS.

    Nothing is searched in the network: of printers there only those that the configuration names are asked.
    """
    click.echo(table(COLUMNS, _rows(desk, site, "")) if desk.office.site(site).printers else "None is configured.")
    used = {one.address.lower() for one in desk.office.site(site).printers}
    found = [one for one in (*usb_printers(), *cups_queues()) if one.lower() not in used]
    click.echo("Found besides:" if found else "Nothing else is found by USB or in CUPS.")
    for one in found:
        click.echo(f"  {one}")


@printer.command("status", cls=Command, example="layso printer status --site demo 'Sảnh'")
@site_option
@click.argument("name", metavar="[NAME]", default="")
@on_data
def printer_status(desk: Desk, site: str, name: str) -> None:
    """Show how the printers are: as the server knows while it runs, else asked now."""
    click.echo(table(COLUMNS, _rows(desk, site, name)))


@printer.command("test", cls=Command, example="layso printer test --site demo 'Sảnh'")
@site_option
@click.argument("name", metavar="[NAME]", default="")
@on_data
def printer_test(desk: Desk, site: str, name: str) -> None:
    """Print a page with the letters that printers get wrong, a QR code and a ruler. NAME may be left out where there
    is one printer."""
    known = [one for one in _chosen(desk, site, name) if not one.by_browser]
    if len(known) != 1:
        raise Refused("which one? " + ", ".join(one.name for one in known) if known else "no printer is configured")
    if desk.directory.served:
        _by_server(desk, site, known[0])
    elif known[0].kind == "agent":
        raise Refused("the server does not run, from which the printer's agent fetches its papers")
    else:
        _here(desk, site, known[0])
    click.echo(f"A test page came out of {known[0].name}.")


def _by_server(desk: Desk, site: str, chosen: Printer) -> None:
    job = desk.office.do(Where(site, CLI), verbs.print_test, chosen.name)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = desk.store.read(lambda view: view.printers.job(job.id))
        if found is not None and not found.open:
            if found.state == "printed":
                return
            raise Refused(f"nothing came out of {chosen.name}: {found.error or 'it was given up'}")
        time.sleep(LOOK_S)
    state = desk.store.read(lambda view: view.printers.state(site, chosen.name))
    raise Refused(f"nothing has come out of {chosen.name} yet: {state.error or state.state}; the page still waits")


def _here(desk: Desk, site: str, chosen: Printer) -> None:
    # As in `layso report`: what draws takes a third of a second to import, of every command.
    from flask import Flask

    from kiosk import language
    from kiosk.printing import paper

    line = Line(transport(_address(chosen)))
    try:
        line.open()
        if line.state[0] in DOWN:
            raise Refused(f"{chosen.name} can't print: {' '.join(filter(None, line.state))}")
        app = Flask("kiosk")
        language.set_up(app)
        with app.app_context():
            content = paper(desk.office, site, chosen, None)
        until = time.monotonic() + PATIENCE_S
        line.print(content, lambda _talks: time.monotonic() < until)
    except OSError as error:
        raise Refused(f"{chosen.name} can't print: {error}") from None
    finally:
        line.close()


def _address(chosen: Printer) -> Address:
    found = address(chosen.address)
    assert found is not None
    return found


def _chosen(desk: Desk, site: str, name: str) -> list[Printer]:
    known = desk.office.site(site).printers
    if name and desk.office.site(site).printer(name) is None:
        raise Refused(f"{site} has no printer {name!r}")
    return [one for one in known if name in ("", one.name)]


def _rows(desk: Desk, site: str, name: str) -> list[Mapping[str, object]]:
    told = {one.name: one for one in desk.office.look(site, shown.of_site)}
    rows: list[Mapping[str, object]] = []
    for one in _chosen(desk, site, name):
        known = told[one.name]
        state, error = (known.state, known.last_error) if desk.directory.served else _ask(one)
        rows.append(
            {
                "name": one.name, "address": one.address, "width": one.width,
                "kiosks": "all" if one.kiosks is None else ", ".join(one.kiosks) or "-",
                "state": state, "queued": known.queued, "last error": error or None,
            }
        )  # fmt: skip
    return rows


def _ask(one: Printer) -> tuple[str, str]:
    if one.kind in ("agent", "browser"):
        return "unknown", ""
    line = Line(transport(_address(one)))
    try:
        line.open()
        return line.state
    except OSError as error:
        return "offline", str(error)
    finally:
        with suppress(OSError):
            line.close()
