"""What the commands share: their options, the data directory, and refusals as one line."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from kiosk.clocks import real_now
from kiosk.config import BadSetting, settings_from
from kiosk.datadir import DataDir, Refused
from kiosk.parts import make_office
from ticketing.accounts import Accounts
from ticketing.bus import Bus
from ticketing.errors import TicketingError
from ticketing.office import Office
from ticketing.store import SqliteStore

F = TypeVar("F", bound=Callable[..., Any])

REFUSALS = {
    "unknown_site": "there is no site {value}",
    "unknown_session": "there is no session {value}",
    "unknown_field": "there is no field {value}",
    "unknown_counter": "there is no counter {value}",
    "unknown_officer": "there is no officer {value}",
    "unknown_token": "there is no token {value}",
    "unknown_device": "no device shows the code {value} (a code holds for 15 minutes)",
    "storage_full": "the disk is full",
    "unavailable": "the database is busy or can't be written; try again",
    "rehearsal_on_real": "the data are those of real days: a rehearsal needs a directory of its own",
    "real_on_rehearsal": "the data are those of a rehearsal: real days need another directory",
    "newer_database": "the data were written by a newer version of Lấy Số: install that one, or restore a backup",
    "login_taken": "there is an officer with this login already",
}


def refusal(error: TicketingError) -> str:
    """One line, in English, for a refusal of the core."""
    found = REFUSALS.get(error.reason) or REFUSALS.get(error.code)
    if found:
        return found.format(value=error.details.get("value", ""))
    listed = error.details.get("errors")
    if listed:
        return "; ".join(": ".join(part for part in (e["key"], e["reason"]) if part) for e in listed)
    return error.reason.replace("_", " ") or error.code.replace("_", " ")


class WithExample(click.Command):
    """Its help ends with an example."""

    def __init__(self, *args: Any, example: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Example"):
            formatter.write(f"{'':>{formatter.current_indent}}{self.example}\n")


class Group(WithExample, click.Group):
    """Commands that belong together."""


class Command(WithExample):
    """A command whose refusals are one line on stderr and exit code 1."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (Refused, BadSetting) as error:
            raise one_line(str(error)) from None
        except TicketingError as error:
            # A refused configuration says file, key and reason by itself.
            own = type(error).__str__ is not TicketingError.__str__
            raise one_line(str(error) if own else refusal(error)) from None
        except BrokenPipeError:
            # Whoever read our output has gone, as with `| head`.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(1) from None


def one_line(text: str) -> click.ClickException:
    return click.ClickException(" ".join(text.split()))


def data_option(command: F) -> F:
    return click.option(
        "--data",
        metavar="DIR",
        default=None,
        help="The data directory; default $LAYSO_DATA, else ./layso-data.",
    )(command)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command works with."""

    directory: DataDir
    store: SqliteStore
    office: Office
    accounts: Accounts


def directory_of(data: str | None) -> DataDir:
    return DataDir(settings_from({"data": data}).data)


@contextmanager
def opened(data: str | None, *, create: bool = False) -> Iterator[Desk]:
    """The data directory, open beside a server that may run on it."""
    directory = directory_of(data)
    if create:
        directory.create()
    else:
        directory.need_database()
    with directory.opened() as store:
        office = make_office(store, Bus(), directory.clock(store))
        yield Desk(directory, store, office, Accounts(store, real_now))


def on_data(work: Callable[..., Any]) -> Callable[..., Any]:
    """Hands an open Desk to a command in the place of `--data`."""

    @functools.wraps(work)
    def run(data: str | None, **given: Any) -> Any:
        with opened(data) as desk:
            return work(desk, **given)

    return data_option(run)


def table(titles: tuple[str, ...], rows: list[Mapping[str, object]]) -> str:
    """Columns as wide as their widest cell, two spaces between."""
    cells = [tuple(title.upper() for title in titles)]
    cells += [tuple(str(row[title] if row[title] is not None else "-") for title in titles) for row in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(len(titles))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )
