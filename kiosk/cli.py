"""The `layso` command."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from kiosk import backups, demo, logs
from kiosk.agent.command import print_agent
from kiosk.cli_accounts import device, officer, token
from kiosk.cli_advice import advise
from kiosk.cli_clock import clock as clock_command
from kiosk.cli_journal import journal
from kiosk.cli_launcher import launcher
from kiosk.cli_move import migrate_store
from kiosk.cli_printers import printer
from kiosk.cli_retention import erase
from kiosk.clocks import RehearsalClock, SystemClock
from kiosk.cluster import Cluster, data_of
from kiosk.commanding import (
    Command,
    Day,
    Desk,
    Group,
    data_option,
    data_options,
    directory_of,
    end_output,
    on_data,
    opened,
    refusal,
)
from kiosk.config import BadSetting, Settings, settings_from
from kiosk.datadir import DataDir, Refused
from ticketing.errors import Conflict
from ticketing.ports import Clock
from ticketing.profiles import PROFILES, read_sites, write_sites
from ticketing.profiles.family import check_family, closed_portals, implausible_portals
from ticketing.reports import catalogue as reports
from ticketing.reports.table import Table
from ticketing.rules.chain import CHAINED
from ticketing.rules.people import CLI
from ticketing.rules.policies import DEFAULT_PORTAL
from ticketing.rules.printers import unknown_kiosks
from ticketing.rules.sessions import business_day
from ticketing.rules.site_changes import changes
from ticketing.rules.site_use import Carry, uncalled
from ticketing.rules.sites import Site, localized
from ticketing.rules.text import is_day
from ticketing.verbs import clock as clocks
from ticketing.verbs import upkeep
from ticketing.verbs.sites import Applied, SiteOrder

if TYPE_CHECKING:
    from kiosk.app import Layso

DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
REPORT_FORMATS = ("csv", "json", "xlsx", "pdf")
LANGUAGES = ("vi", "en")
LOCAL_TIMES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


@click.group(cls=Group, example="layso serve --demo", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="layso", prog_name="layso")
def layso() -> None:
    """Lấy Số: queue tickets, session caps and a live wall display for one-stop centres."""


layso.add_command(print_agent)
layso.add_command(token)
layso.add_command(officer)
layso.add_command(device)
layso.add_command(launcher)
layso.add_command(erase)
layso.add_command(migrate_store)
layso.add_command(advise)
layso.add_command(clock_command)
layso.add_command(journal)
layso.add_command(printer)


def _readable(_context: click.Context, _option: click.Parameter, given: datetime | None) -> datetime | None:
    if given is not None and not is_day(given.date()):
        raise click.BadParameter(f"the year {given.year} is beyond what can be read")
    return given


@layso.command("serve", cls=Command, example="layso serve --demo --at 2026-11-23T07:40")
@data_options
@click.option("--signals", metavar="URL", help="The Redis (redis://…) by which servers hear of changes at once.")
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 64), help="Processes on one port; more than one needs --database."
)
@click.option(
    "--polling", is_flag=True,
    help="Sockets by long polling too with several workers: a proxy must send each visitor to one of them.",
)  # fmt: skip
@click.option("--listener", type=int, hidden=True)
@click.option("--counts", type=click.Path(path_type=Path), hidden=True)
@click.option(
    "--demo", metavar="[PROFILE]", type=click.Choice(PROFILES), is_flag=False, flag_value=PROFILES[0],
    help=f"Create the sites and logins of a profile ({', '.join(PROFILES)}) if needed, and print every link.",
)  # fmt: skip
@click.option("--host", metavar="H", help="The address to listen on; default 127.0.0.1.")
@click.option("--port", metavar="N", type=click.IntRange(0, 65535), help="Default 8080; 0 takes a free one.")
@click.option("--public-url", metavar="URL", help="What links and QR codes begin with; default the address served.")
@click.option("--tls-cert", metavar="F", help="Certificate chain (PEM), for HTTPS.")
@click.option("--tls-key", metavar="F", help="Its private key (PEM).")
@click.option(
    "--trusted-proxy", metavar="ADDR[,ADDR]",
    help="Addresses or networks of proxies whose X-Forwarded-For, -Proto and Host hold; nobody's by default.",
)  # fmt: skip
@click.option("--backups", metavar="DIR", help="Copy the database into DIR while it runs.")
@click.option("--backup-every", metavar="MINUTES", help="From one copy to the next; default 60.")
@click.option(
    "--backup-keep", metavar="HOURS,DAYS,WEEKS",
    help="Keep the latest copy of each of the last so many hours, days and weeks that have one; default 24,14,8.",
)  # fmt: skip
@click.option(
    "--at",
    metavar="TIME",
    type=click.DateTime(LOCAL_TIMES),
    callback=_readable,
    help="Rehearse: the sites' clock starts at this local time.",
)
@click.option("--no-limits", is_flag=True, help="Lift the rate limits, for benches.")
def serve(data: str | None, no_limits: bool, **given: Any) -> None:
    """Run kiosks, counters, displays, phone pages, API and sockets on one port."""
    try:
        settings = settings_from({**given, "data": data, "limits": not no_limits})
    except BadSetting as error:
        raise click.UsageError(str(error)) from None
    logs.set_up(settings.log_level)
    directory = data_of(settings)
    directory.create()
    # Only this command needs gevent, and only its process is patched for it.
    from kiosk import workers
    from kiosk.writing import WriterProcess

    if settings.workers > 1 and settings.listener is None:
        workers.serve(settings)
        return
    with directory.as_only_server(), directory.in_use():
        at = _starts_at(settings, directory)
        clock: Clock = RehearsalClock.starting(at) if at else SystemClock()
        if at and not directory.first:
            # A rehearsal that goes on elsewhere is joined.
            with directory.opened() as opened_store:
                clock, at = directory.clock(opened_store), None
        elsewhere = WriterProcess(directory, clock) if settings.alone else None
        # Not before: the process that writes needs nothing of it.
        from kiosk import serving

        serving.serve(settings, clock, directory, lambda parts: _prepare(parts, directory, at), elsewhere)


def _starts_at(settings: Settings, directory: DataDir) -> datetime | None:
    """When a rehearsal starts, given in the sites' local time; None on the real clock."""
    if settings.at is None:
        return None
    zones = set()
    if directory.exists:
        with directory.opened() as opened_store:
            zones = {site.timezone for site in opened_store.read(lambda view: view.sites.all())}
    zone = zones.pop() if len(zones) == 1 else DEFAULT_ZONE
    return settings.at.replace(tzinfo=ZoneInfo(zone))


def _prepare(parts: Layso, directory: DataDir, at: datetime | None) -> None:
    """What has to be right before the first request: the kind of clock, and the demo's sites and logins."""
    clock = parts.office.clock
    clocks.begin(parts.store, clock)
    try:
        parts.store.read(lambda view: upkeep.check_mode(view, parts.office.clock.rehearsal))
    except Conflict as error:
        raise Refused(refusal(error)) from None
    profile = parts.settings.demo
    kept = demo.DemoLogins(directory.path)
    if profile:
        demo.create_logins(parts.accounts, kept, demo.create_sites(parts.office, profile))
    if at is not None and isinstance(clock, RehearsalClock):
        # Making logins takes seconds: the plan begins when everything is ready.
        clock.put_to(at)
        every = [site.code for site in parts.office.site_values()]
        parts.store.write(every, partial(upkeep.start_rehearsal, at=at.astimezone(UTC)))
        print(f"Rehearsal: the sites' clock starts at {at:%Y-%m-%d %H:%M}.")
    if directory.first:
        directory.note_rehearsal(clock if isinstance(clock, RehearsalClock) else None)
    if profile:
        print(demo.overview(parts.office.site_values(), kept.read(), parts.office.public_url))


def _moves(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    for move in given:
        if not move.partition("=")[0] or "=" not in move:
            raise click.BadParameter(f"{move!r} is not OLD=NEW")
    return {old: new for old, _is, new in (move.partition("=") for move in given)}


@layso.command("apply", cls=Command, example="layso apply sites.toml --move-to 7=3")
@data_option
@click.argument("file", metavar="FILE.toml", type=click.Path(path_type=Path))
@click.option(
    "--move-to", "moves", metavar="OLD=NEW", multiple=True, callback=_moves,
    help="Numbers that stand in the field, service, counter or priority class OLD, which goes, move to NEW; may be "
    "given several times. Where codes are alike: counter:7=3. Nothing after the = takes a priority away.",
)
@click.option("--at-day-end", is_flag=True, help="Existing sites change at the end of the day, at local midnight.")
def apply(data: str | None, file: Path, moves: dict[str, str], at_day_end: bool) -> None:
    """Create or update sites from a configuration file, and print what changes.

    An invalid file is refused whole, and so is one that takes away what numbers of today stand in, unless
    --move-to or --at-day-end says what becomes of them.
    """
    directory = directory_of(data)
    known: tuple[str, ...] = ()
    if directory.exists:
        with opened(data) as desk:
            known = tuple(site.code for site in desk.office.site_values())
    sites = read_sites(file, known)
    with opened(data, create=True) as desk:
        check_family(sites, desk.office.site_values(), str(file))
        applied = desk.office.apply_sites(sites, SiteOrder(CLI, carry=Carry(moves, at_day_end)))
        for one in applied:
            _tell(desk, one)
    if all(one.outcome == "unchanged" for one in applied):
        click.echo("Nothing changed.")


OUTCOMES = {
    "unchanged": "unchanged",
    "changed": "changed",
    "kept": "will change at the end of today",
    "dropped": "what waited for the end of the day is dropped",
}


def _tell(desk: Desk, one: Applied) -> None:
    site = one.site
    for key, url in implausible_portals(site):
        click.echo(f"{site.code}: warning: {key} {url} has not the form https://dichvucong.PROVINCE.gov.vn", err=True)
    for key, url in closed_portals(site, business_day(site, desk.office.clock.now())):
        click.echo(
            f"{site.code}: warning: {key} {url} is a province's portal, closed to citizens since 01/7/2025; "
            f"use {DEFAULT_PORTAL}",
            err=True,
        )
    if one.outcome != "unchanged":
        for lone in uncalled(site):
            when = f" in the session {lone.session}" if lone.session else ""
            click.echo(f"{site.code}: warning: no counter calls the {lone.what} {lone.code}{when}", err=True)
    for named, kiosk in unknown_kiosks(site, desk.accounts.tokens(site.code)):
        said = f"printer {named!r} is to print the slips of {kiosk!r}, and no kiosk is called so yet"
        click.echo(f"{site.code}: warning: {said}", err=True)
    if one.before is None:
        click.echo(f"{site.code}: created ({site.name})")
        return
    click.echo(f"{site.code}: {OUTCOMES[one.outcome]}")
    for line in changes(one.before, site):
        click.echo(f"  {line}")
    if one.moved:
        click.echo(f"  {one.moved} number(s) moved")
    if one.outcome == "unchanged" and desk.store.read(lambda view: view.sites.waiting(site.code)):
        click.echo("  another configuration waits for the end of the day")


@layso.command("export-config", cls=Command, example="layso export-config demo > demo.toml")
@click.argument("site", metavar="SITE")
@on_data
def export_config(desk: Desk, site: str) -> None:
    """Write a site's configuration as TOML that `layso apply` accepts."""
    click.echo(write_sites([desk.office.site(site)]), nl=False)


@layso.command("backup", cls=Command, example="layso backup /mnt/usb/layso.db")
@data_option
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE, whole, if it is there.")
def backup(data: str | None, file: Path, force: bool) -> None:
    """Copy the database into FILE, consistently, while the server runs.

    A FILE that is there is refused without --force. It holds everything but the key that signs page sessions, which
    is made anew where it is missing, and the demo's passwords.
    """
    backups.back_up(directory_of(data), file, force)
    click.echo(f"Saved {file} ({file.stat().st_size:,} bytes).")


@layso.command("restore", cls=Command, example="layso restore /mnt/usb/layso.db")
@data_option
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--last", "seen", multiple=True, metavar="NUMBER", help="The newest paper of a series that is out.")
def restore(data: str | None, file: Path, seen: tuple[str, ...]) -> None:
    """Put a backup in the place of the database; refused while a server runs.

    The former database is kept under backups/. Each series of numbers skips 100 ahead, since papers with later
    numbers may be out; 100 beyond the last one that the former database knows, or that --last names (once for each
    series), where that is further. Without a former database name them for a copy older than 100 numbers of today.
    """
    done = backups.restore(directory_of(data), file, seen)
    click.echo(f"Restored {file}; each series of numbers skips 100 ahead.")
    if done.kept:
        click.echo(f"The former database is kept as {done.kept}.")
    if not done.told and not seen:
        click.echo(backups.UNTOLD)


@layso.command("check", cls=Command, example="layso check")
@data_option
def check_command(data: str | None) -> None:
    """Check the database, the journal and the promises; list what is broken."""
    directory = directory_of(data)
    directory.need_database()
    with directory.in_use():
        problems = directory.check()
    for problem in problems:
        click.echo(problem)
    where = directory if isinstance(directory, Cluster) else directory.database
    if problems:
        raise Refused(f"{len(problems)} problem(s) found in {where}")
    click.echo(f"{where}: sound.")
    with directory.opened() as opened_store:
        chained = opened_store.read(lambda view: view.meta(CHAINED))
    for site, seq in json.loads(chained or "{}").items():
        click.echo(f"{site}: the lines up to {seq} were written by a former version and chained afterwards.")


@layso.command(
    "report",
    cls=Command,
    example="layso report daily --site demo --from 2026-11-01 --to 2026-11-30 --format csv -o november.csv",
)
@click.argument("kind", metavar="KIND", type=click.Choice(reports.KINDS))
@click.option("--site", metavar="S", required=True)
@click.option("--from", "first", metavar="D", type=Day(), required=True, help="First local day.")
@click.option("--to", "last", metavar="D", type=Day(), required=True, help="Last local day, inclusive.")
@click.option("--format", "form", type=click.Choice(REPORT_FORMATS), default="csv", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option("--units", is_flag=True, help="Of the site and of every unit under it.")
@click.option("-o", "--output", metavar="FILE", default="-", help="Where to; default standard output.")
@on_data
def report(
    desk: Desk, kind: str, site: str, first: date, last: date, form: str, lang: str, units: bool, output: str
) -> None:
    """Write a report of the days from D to D, both inclusive.

    KIND is daily, sessions, fields, counters, diversions, postal, hours, satisfaction, difficulties,
    estimates or goals.
    """
    if first > last:
        raise click.UsageError("--from is after --to")
    if units and kind not in ("postal", *reports.OVER):
        raise click.UsageError(f"--units goes with postal, {', '.join(reports.OVER)} only")
    place = desk.office.site(site)
    family = reports.family(desk.office.site_values(), site) if units else ()
    making = reports.begin(place, kind, first, last, lang, family)
    content = _render(desk, place, reports.gather(desk.store.read, making), form, lang)
    if output == "-":
        sys.stdout.buffer.write(content)
        return
    try:
        Path(output).write_bytes(content)
    except OSError as error:
        raise Refused(f"{output} can't be written: {error.strerror}") from None
    click.echo(f"Wrote {output}.")


def _render(desk: Desk, site: Site, table: Table, form: str, lang: str) -> bytes:
    if form == "json":
        return json.dumps(reports.as_dict(table), ensure_ascii=False, indent=1).encode()
    # The page framework takes a third of a second to import, which only this needs.
    from flask import Flask

    from kiosk import language
    from ticketing.api.reports import written

    app = Flask("kiosk")
    language.set_up(app)
    rehearsal = desk.store.read(lambda view: view.meta("mode")) == "rehearsal"
    above = desk.store.read(lambda view: view.sites.get(site.parent)) if site.parent else None
    with app.test_request_context():
        superior = localized(above, lang) if above else ""
        return written(site, table, form, lang, rehearsal=rehearsal, superior=superior)[0]


def run() -> None:
    """The console script: output is UTF-8 whatever the locale, since names are Vietnamese."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        layso(prog_name="layso")
    except OSError as error:
        # Help and other texts of click's own come from outside of any command.
        sys.stderr.write(f"Error: the output can't be written: {error.strerror}\n")
        sys.exit(1)
    finally:
        end_output()
