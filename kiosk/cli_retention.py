"""Erasing what need not be kept, from the command line."""

from __future__ import annotations

from datetime import date

import click

from kiosk.commanding import Command, Day, Desk, on_data
from kiosk.datadir import Refused
from ticketing.errors import ClockHeld, Invalid
from ticketing.rules.people import CLI
from ticketing.verbs.retention import erase_old


@click.command("erase", cls=Command, example="layso erase --site demo --before 2026-09-01 --dry-run")
@click.option("--site", metavar="S", required=True, help="The site's code.")
@click.option(
    "--before", metavar="D", type=Day(),
    help="Visits of local days before this one; default: as long ago as the site's dossier_code_days.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@on_data
def erase(desk: Desk, site: str, before: date | None, dry_run: bool) -> None:
    """Erase the dossier codes recorded with visits of days before D, and print how many they were.

    The server does this by itself at each local midnight, for visits longer ago than the site's
    dossier_code_days; the codes of tickets and repeated keys go then too. It may run while the server runs.
    Reports and the postal list stay as they are: they count dossiers and never needed a code.

    Not touched: tickets (number, field, times, counter), the journal with the reasons that officers typed into
    it, ratings (they are counts), logins and access tokens (also disabled ones, for the audit), backups made
    earlier. Whoever needs these gone has to erase the data directory and its backups.
    """
    moment = desk.office.clock.look()
    if moment.held:
        raise ClockHeld()
    try:
        limit, erased = erase_old(
            desk.office.store, desk.office.site(site), before, moment.at, CLI, dry_run
        )
    except Invalid:
        raise Refused(f"--before {before:%Y-%m-%d} is a day to come") from None
    if not erased:
        click.echo(f"{site}: there are no dossier codes of visits before {limit}.")
        return
    click.echo(f"{site}: {'would erase' if dry_run else 'erased'} {erased} dossier codes of visits before {limit}.")
