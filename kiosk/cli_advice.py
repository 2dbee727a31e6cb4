"""What the counters can finish, from the command line."""

from __future__ import annotations

import click
import msgspec

from kiosk.commanding import Command, Desk, on_data
from ticketing.answers import advice


@click.command("advise", cls=Command, example="layso advise --site demo --session 2026-11-23-morning")
@click.option("--site", metavar="S", required=True, help="The site's code.")
@click.option("--session", metavar="KEY", help="YYYY-MM-DD-NAME; default: the one that runs, else the next.")
@click.option(
    "--confidence", metavar="P", default=advice.CONFIDENCE, show_default=True,
    type=click.FloatRange(advice.LEAST_CONFIDENCE, advice.MOST_CONFIDENCE),
    help="How sure it is to be that the advised cap is finished.",
)  # fmt: skip
@on_data
def advise(desk: Desk, site: str, session: str | None, confidence: float) -> None:
    """Print the cap that the counters open now can finish by closing, as JSON.

    Before a session's service it is about the counters that the session is to have. Nothing is changed: a cap is
    changed on the supervisor's page, or by the API. It may run while the server runs.
    """
    key = session or desk.office.see(site, advice.session_now)
    found = advice.of(desk.office.see(site, advice.asked, key, desk.office.site(site).lang), confidence)
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
