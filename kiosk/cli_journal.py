"""The journal as a file that anybody can verify, from the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import click

from kiosk.commanding import Command, Day, Desk, Group, data_option, directory_of, on_data
from kiosk.datadir import Refused
from kiosk.signing import holds, signer
from ticketing.answers import journal as journals
from ticketing.events import JournalLine
from ticketing.ports import Transaction, View
from ticketing.rules.chain import CHAINED, Broken, verify
from ticketing.rules.checkpoints import known, need_signature, signer_of
from ticketing.rules.sessions import instant, midnight_after
from ticketing.rules.sites import Site

EXAMPLE = "layso journal export --site demo --from 2026-11-01 --to 2026-11-30 -o november.jsonl"


@click.group(cls=Group, example=EXAMPLE)
def journal() -> None:
    """Write the journal's lines with their chain, and tell whether a chain holds."""


@journal.command("export", cls=Command, example=EXAMPLE)
@click.option("--site", metavar="S", required=True, help="The site's code.")
@click.option("--from", "first", metavar="D", type=Day(), required=True, help="First local day.")
@click.option("--to", "last", metavar="D", type=Day(), required=True, help="Last local day, inclusive.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), required=True, help="Where to.")
@on_data
def export(desk: Desk, site: str, first: date, last: date, output: Path) -> None:
    """Write the journal's lines of the days from D to D as JSON Lines, each with its hash.

    The first line is a header: site, from, to, and the hash before the first line. Each hash is the SHA-256 of the
    hash before it, a line feed, and the line without its hash as sorted JSON without spaces: docs/verify_journal.py
    needs no more than that.
    """
    if first > last:
        raise click.UsageError("--from is after --to")
    place = desk.office.site(site)

    def write(view: View) -> int:
        with output.open("w", encoding="utf-8", newline="\n") as file:
            return sum(file.write(f"{line}\n") > 0 for line in journals.export(view, place, first, last)) - 1

    try:
        number = desk.store.read(write)
    except OSError as error:
        raise Refused(f"{output} can't be written: {error.strerror}") from None
    click.echo(f"Wrote {output}: {number} lines.")
    chained = json.loads(desk.store.read(lambda view: view.meta(CHAINED)) or "{}").get(site)
    if chained:
        click.echo(f"The lines up to seq {chained} were written by a former version and chained afterwards.")


@journal.command("verify", cls=Command, example="layso journal verify november.jsonl --checkpoint checkpoint.txt")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--checkpoint", metavar="F", type=click.Path(path_type=Path),
    help="A checkpoint of this site that was kept elsewhere: the line that it names has to be in the file.",
)  # fmt: skip
@click.option(
    "--key", metavar="K",
    help="The verifier's key, NAME+ID+KEY, from the ledger's page or a daily report; default that of DIR, if any.",
)
@data_option
def verify_command(file: Path, checkpoint: Path | None, key: str | None, data: str | None) -> None:
    """Tell whether an export is whole; exit 1 names the first line that is not.

    It finds every line that was changed, dropped, inserted or put elsewhere. That the end was cut off is found with a
    checkpoint, whose signature is verified with the key of whoever signed it.
    """
    said = ""
    try:
        kept = None
        if checkpoint:
            text = checkpoint.read_text(encoding="utf-8")
            kept, said = known(text), _signed(text, key, data)
        with file.open(encoding="utf-8", newline="\n") as content:
            number, last = verify(content, kept)
    except UnicodeDecodeError:
        raise Refused(f"{file}: it is not UTF-8 text") from None
    except Broken as broken:
        raise Refused(f"{file}: {broken}") from None
    click.echo(f"{file}: sound, {number} lines; the last one has seq {last.seq} and hash {last.hash}.{said}")


def _signed(text: str, key: str | None, data: str | None) -> str:
    """What is said of a checkpoint's signature. Raises Broken when it does not hold."""
    name = signer_of(text)
    directory = directory_of(data)
    if key is None and not directory.has_ledger_key:
        return " The checkpoint's signature was not verified: give the key of who signed it with --key."
    need_signature(text, key or signer(directory.ledger_key).verifier(name), holds)
    return f" The checkpoint was signed by {name}."


@journal.command("import", cls=Command, example="layso journal import november.jsonl")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@on_data
def import_command(desk: Desk, file: Path) -> None:
    """Take in what a centre that worked by itself has exported: its days stand in the reports, and nowhere else.

    An export that is not whole is refused, and one of a day on which numbers were given here. The same days again take
    the place of those taken in before.
    """
    try:
        with file.open(encoding="utf-8", newline="\n") as content:
            header, *texts = content.read().split("\n")
            verify([header, *(text for text in texts if text)])
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} can't be read: {error}") from None
    except Broken as broken:
        raise Refused(f"{file}: {broken}") from None
    asked = json.loads(header)
    lines = [_line(json.loads(text)) for text in texts if text]
    site, first, last = desk.office.site(asked["site"]), *(date.fromisoformat(asked[name]) for name in ("from", "to"))
    desk.store.write((site.code,), partial(_take_in, site=site, first=first, last=last, lines=lines))
    click.echo(f"The reports of {site.code} from {first} to {last} have {len(lines)} lines more; nothing else has.")


def _take_in(tx: Transaction, site: Site, first: date, last: date, lines: Sequence[JournalLine]) -> None:
    if tx.tickets.of_days(site.code, first, last):
        raise Refused(f"{site.code} gave numbers here between {first} and {last}: they are its own already")
    tx.journal.take_in(site.code, instant(site, first, time()), midnight_after(site, last), lines)


def _line(told: dict[str, Any]) -> JournalLine:
    kept = {name: told[name] for name in ("seq", "site", "actor", "kind", "ticket", "counter", "data")}
    return JournalLine(at=datetime.fromisoformat(told["at"]), session=told["session"] or "", **kept)
