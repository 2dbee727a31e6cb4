"""Everything from a data directory into a database, and back."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.clocks import RehearsalClock
from kiosk.cluster import Cluster, is_address
from kiosk.commanding import Command, directory_of
from kiosk.datadir import DataDir, Refused, write_private
from ticketing import store as stores
from ticketing.store import DatabaseUnusable

# A secret's name in a database, and its file in a directory.
SECRETS = {"secret-key": "secret-key", "ledger-key": "ledger-key"}


@click.command("migrate-store", cls=Command, example="layso migrate-store ./layso-data postgresql://db.local/layso")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def migrate_store(source: str, target: str) -> None:
    """Move everything from a data directory into an empty database (postgresql://…), or back into a new directory.

    Refused while a server runs on either. What arrived is counted, and the journal's chain verified, before it holds;
    FROM stays as it is.
    """
    if is_address(source) == is_address(target):
        raise click.UsageError("one of FROM and TO is a directory, the other a database's address")
    into = is_address(target)
    cluster, directory = directory_of(target if into else source), DataDir(Path(source if into else target))
    assert isinstance(cluster, Cluster)
    try:
        databases = stores.databases()
        moved = _into(databases, directory, cluster) if into else _out_of(databases, cluster, directory)
    except DatabaseUnusable as error:
        raise Refused(str(error)) from None
    click.echo(f"Moved {sum(moved.values()):,} rows: {', '.join(f'{n:,} {name}' for name, n in moved.items() if n)}.")
    click.echo("The journal's chain holds. FROM is as it was.")


def _into(databases: stores.Databases, directory: DataDir, cluster: Cluster) -> dict[str, int]:
    directory.need_database()
    with directory.as_only_server(), cluster.unused():
        # Brings its tables up to date, with a copy before that.
        with directory.opened():
            pass
        moved: dict[str, int] = databases.copy_from_file(directory.database, cluster.url)
        for name, file in SECRETS.items():
            if (path := directory.path / file).exists():
                databases.put_secret(cluster.url, name, path.read_text().strip())
        with directory.opened() as store:
            clock = directory.clock(store)
        cluster.note_rehearsal(clock if isinstance(clock, RehearsalClock) else None)
    return moved


def _out_of(databases: stores.Databases, cluster: Cluster, directory: DataDir) -> dict[str, int]:
    directory.create()
    if directory.exists:
        raise Refused(f"{directory} holds data already: give a new directory")
    with directory.unused(), cluster.unused():
        beside = directory.path / ".moving.db"
        beside.unlink(missing_ok=True)
        moved: dict[str, int] = databases.copy_to_file(cluster.url, beside)
        write_private(directory.path / SECRETS["secret-key"], cluster.secret_key().encode())
        write_private(directory.path / SECRETS["ledger-key"], cluster.ledger_key().hex().encode())
        with cluster.opened() as store:
            clock = cluster.clock(store)
        directory.note_rehearsal(clock if isinstance(clock, RehearsalClock) else None)
        directory.forget_heads()
        beside.rename(directory.database)
    return moved
