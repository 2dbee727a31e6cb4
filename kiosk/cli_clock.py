"""The clock of the machine, from the command line."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import click

from kiosk.clocks import real_now
from kiosk.commanding import Command, Desk, on_data
from ticketing.rules.people import CLI
from ticketing.verbs.clock import held_by_server, newest


@click.command("clock", cls=Command, example="layso clock confirm")
@click.argument("confirm", metavar="[confirm]", type=click.Choice(("confirm",)), required=False)
@on_data
def clock(desk: Desk, confirm: str | None) -> None:
    """Show the machine's clock, the newest time in the journal, and whether the clock is held.

    A clock that leaps by more than two minutes is held: nothing opens, closes, expires or is erased, and no numbers
    are given out, until it is back where it should be or somebody confirms it. "confirm" says that it is right: it
    holds from the next look, and what is due is done in order. Both work beside a running server.
    """
    moment, served = desk.office.clock.look(), desk.directory.served
    held = moment.held or (served and desk.store.read(held_by_server))
    if confirm:
        if held:
            desk.office.confirm_clock(CLI, beside=served)
        click.echo("The clock holds from now on." if held else "The clock is not held.")
        return
    sites = desk.office.site_values()
    zone = sites[0].zone if sites else UTC
    latest = desk.store.read(newest)
    click.echo(f"Wall clock:          {_time(real_now(), zone)}")
    click.echo(f"Newest journal time: {_time(latest, zone) if latest else '-'}")
    if desk.office.clock.rehearsal:
        click.echo(f"Rehearsal's clock:   {_time(moment.at, zone)}")
    click.echo(f"Held:                {f'yes, it should be {_time(moment.at, zone)}' if held else 'no'}")


def _time(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")
