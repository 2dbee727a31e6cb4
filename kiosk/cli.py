"""The `layso` command."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from kiosk import __version__, backups, demo, logs
from kiosk.cli_accounts import device, officer, token
from kiosk.cli_launcher import launcher
from kiosk.cli_retention import erase
from kiosk.clocks import RehearsalClock, SystemClock
from kiosk.commanding import Command, Desk, Group, data_option, directory_of, on_data, opened, refusal
from kiosk.config import BadSetting, Settings, settings_from
from kiosk.datadir import DataDir, Refused
from ticketing import reports, store
from ticketing.changes import changes
from ticketing.errors import Conflict
from ticketing.officers import CLI
from ticketing.ports import Clock
from ticketing.profiles import PROFILES, read_sites, write_sites
from ticketing.profiles.family import check_family, implausible_portals
from ticketing.report_shapes import Table
from ticketing.sites import Site, localized

if TYPE_CHECKING:
    from kiosk.app import Layso

DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
REPORT_FORMATS = ("csv", "json", "xlsx", "pdf")
LANGUAGES = ("vi", "en")
LOCAL_TIMES = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


@click.group(cls=Group, example="layso serve --demo", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="layso")
def layso() -> None:
    """Lấy Số: queue tickets, session caps and a live wall display for one-stop centres."""


layso.add_command(token)
layso.add_command(officer)
layso.add_command(device)
layso.add_command(launcher)
layso.add_command(erase)


@layso.command("serve", cls=Command, example="layso serve --demo --at 2026-11-23T07:40")
@data_option
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
    "--at",
    metavar="TIME",
    type=click.DateTime(LOCAL_TIMES),
    help="Rehearse: the sites' clock starts at this local time.",
)
@click.option("--no-limits", is_flag=True, help="Lift the rate limits, for benches.")
def serve(data: str | None, no_limits: bool, **given: Any) -> None:
    """Run kiosks, counters, displays, phone pages, API and sockets in one process."""
    try:
        settings = settings_from({**given, "data": data, "limits": not no_limits})
    except BadSetting as error:
        raise click.UsageError(str(error)) from None
    logs.set_up(settings.log_level)
    directory = DataDir(settings.data)
    directory.create()
    # Only this command needs gevent, and only its process is patched for it.
    from kiosk import serving

    with directory.as_only_server(), directory.in_use():
        at = _starts_at(settings, directory)
        clock: Clock = RehearsalClock.starting(at) if at else SystemClock()
        serving.serve(settings, clock, lambda parts, url: _prepare(parts, directory, url, at))


def _starts_at(settings: Settings, directory: DataDir) -> datetime | None:
    """When a rehearsal starts, given in the sites' local time; None on the real clock."""
    if settings.at is None:
        return None
    zones = set()
    if directory.database.exists():
        with directory.opened() as opened_store:
            zones = {site.timezone for site in opened_store.read(lambda view: view.sites())}
    zone = zones.pop() if len(zones) == 1 else DEFAULT_ZONE
    return settings.at.replace(tzinfo=ZoneInfo(zone))


def _prepare(parts: Layso, directory: DataDir, url: str, at: datetime | None) -> None:
    """What has to be right before the first request: the kind of clock, and the demo's sites and logins."""
    clock = parts.office.clock
    try:
        parts.office.check_mode()
    except Conflict as error:
        raise Refused(refusal(error)) from None
    profile = parts.settings.demo
    kept = demo.DemoLogins(directory.path)
    if profile:
        demo.create_logins(parts.accounts, kept, demo.create_sites(parts.office, profile))
    if at is not None and isinstance(clock, RehearsalClock):
        # Making logins takes seconds: the plan begins when everything is ready.
        clock.put_to(at)
        parts.office.start_rehearsal(at.astimezone(UTC), CLI)
        print(f"Rehearsal: the sites' clock starts at {at:%Y-%m-%d %H:%M}.")
    directory.note_rehearsal(clock if isinstance(clock, RehearsalClock) else None)
    if profile:
        print(demo.overview(parts.office.sites("vi"), kept.read(), url))


@layso.command("apply", cls=Command, example="layso apply sites.toml")
@data_option
@click.argument("file", metavar="FILE.toml", type=click.Path(path_type=Path))
def apply(data: str | None, file: Path) -> None:
    """Create or update sites from a configuration file, and print what changes.

    An invalid file is refused whole.
    """
    directory = directory_of(data)
    known = ()
    if directory.database.exists():
        with opened(data) as desk:
            known = tuple(site["code"] for site in desk.office.sites("en"))
    sites = read_sites(file, known)
    with opened(data, create=True) as desk:
        there = {site.code: site for site in desk.store.read(lambda view: view.sites())}
        check_family(sites, there.values(), str(file))
        changed = [_apply_site(desk, site, there.get(site.code)) for site in sites]
    if not any(changed):
        click.echo("Nothing changed.")


def _apply_site(desk: Desk, site: Site, before: Site | None) -> bool:
    changed = desk.office.apply_site(site, CLI)
    for key, url in implausible_portals(site):
        click.echo(f"{site.code}: warning: {key} {url} has not the form https://dichvucong.PROVINCE.gov.vn", err=True)
    if not changed:
        click.echo(f"{site.code}: unchanged")
    elif before is None:
        click.echo(f"{site.code}: created ({site.name})")
    else:
        click.echo(f"{site.code}: changed")
        for line in changes(before, site):
            click.echo(f"  {line}")
    return changed


@layso.command("export-config", cls=Command, example="layso export-config demo > demo.toml")
@click.argument("site", metavar="SITE")
@on_data
def export_config(desk: Desk, site: str) -> None:
    """Write a site's configuration as TOML that `layso apply` accepts."""
    click.echo(write_sites([desk.office.site(site)]), nl=False)


@layso.command("backup", cls=Command, example="layso backup /mnt/usb/layso.db")
@data_option
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def backup(data: str | None, file: Path) -> None:
    """Copy the database into FILE, consistently, while the server runs.

    FILE is replaced whole if it is there. It holds everything but the key that signs page sessions, which is
    made anew where it is missing, and the demo's passwords.
    """
    backups.back_up(directory_of(data), file)
    click.echo(f"Saved {file} ({file.stat().st_size:,} bytes).")


@layso.command("restore", cls=Command, example="layso restore /mnt/usb/layso.db")
@data_option
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def restore(data: str | None, file: Path) -> None:
    """Put a backup in the place of the database; refused while a server runs.

    The former database is kept under backups/. Each series of numbers skips 100 ahead, since papers with
    later numbers may be out.
    """
    kept = backups.restore(directory_of(data), file)
    click.echo(f"Restored {file}; each series of numbers skips 100 ahead.")
    if kept:
        click.echo(f"The former database is kept as {kept}.")


@layso.command("check", cls=Command, example="layso check")
@data_option
def check_command(data: str | None) -> None:
    """Check the database, the journal and the promises; list what is broken."""
    directory = directory_of(data)
    directory.need_database()
    with directory.in_use():
        problems = store.check(directory.database)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise Refused(f"{len(problems)} problem(s) found in {directory.database}")
    click.echo(f"{directory.database}: sound.")


def _day(_context: click.Context, _option: click.Parameter, value: datetime) -> date:
    return value.date()


day = click.DateTime(("%Y-%m-%d",))


@layso.command(
    "report",
    cls=Command,
    example="layso report daily --site demo --from 2026-11-01 --to 2026-11-30 --format csv -o november.csv",
)
@click.argument("kind", metavar="KIND", type=click.Choice(reports.KINDS))
@click.option("--site", metavar="S", required=True)
@click.option("--from", "first", metavar="D", type=day, callback=_day, required=True, help="First local day.")
@click.option("--to", "last", metavar="D", type=day, callback=_day, required=True, help="Last local day, inclusive.")
@click.option("--format", "form", type=click.Choice(REPORT_FORMATS), default="csv", show_default=True)
@click.option("--lang", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option("--units", is_flag=True, help="The postal list of the site and of every unit under it.")
@click.option("-o", "--output", metavar="FILE", default="-", help="Where to; default standard output.")
@on_data
def report(
    desk: Desk, kind: str, site: str, first: date, last: date, form: str, lang: str, units: bool, output: str
) -> None:
    """Write a report of the days from D to D, both inclusive.

    KIND is daily, sessions, fields, counters, diversions, postal, hours, satisfaction or difficulties.
    """
    if first > last:
        raise click.UsageError("--from is after --to")
    if units and kind != "postal":
        raise click.UsageError("--units goes with the postal list only")
    place = desk.office.site(site)
    family = reports.family(desk.office.site_values(), site) if units else ()
    making = reports.begin(place, kind, first, last, lang, family)
    content = _render(desk, place, reports.gather(desk.store.read, making, lambda: None), form, lang)
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
    above = desk.store.read(lambda view: view.site(site.parent)) if site.parent else None
    with app.test_request_context():
        superior = localized(above, lang) if above else ""
        return written(site, table, form, lang, rehearsal=rehearsal, superior=superior)[0]


def run() -> None:
    """The console script: output is UTF-8 whatever the locale, since names are Vietnamese."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    layso(prog_name="layso")
