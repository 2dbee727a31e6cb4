"""What the commands share: their options, the data directory, and refusals as one line."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import click

from kiosk import config_refusals
from kiosk.clocks import real_time
from kiosk.cluster import Cluster, data_of, is_address
from kiosk.config import BadSetting, settings_from
from kiosk.datadir import DataDir, Refused
from kiosk.examples import write_example
from kiosk.parts import make_office
from ticketing.errors import InUse, TicketingError
from ticketing.office import Office
from ticketing.profiles import ConfigError
from ticketing.rules.text import day_of, shown
from ticketing.signals.local import Bus
from ticketing.store import AnyStore, DatabaseError
from ticketing.verbs.people import LONGEST_NAME, Accounts

F = TypeVar("F", bound=Callable[..., Any])

WRONG = {
    "malformed_login": "a login has 1 to 64 characters a-z (without marks), 0-9, dots, hyphens and underscores",
    "unknown": "is not known here",
    "agents_only": "goes with --role agent only",
    "required": "is missing",
    "too_long": f"is too long: a name has at most {LONGEST_NAME} characters",
    "called_nowhere": "leads to where no counter calls",
}
FEW = 10
MOST_MISTAKES = 50
REFUSALS = {
    "unknown_site": "there is no site {value}",
    "unknown_session": "there is no session {value}",
    "unknown_field": "there is no field {value}",
    "unknown_counter": "there is no counter {value}",
    "unknown_officer": "there is no officer {value}",
    "unknown_token": "there is no token {value}",
    "unknown_device": "no device shows the code {value} (a code holds for 15 minutes)",
    "storage_full": "the disk is full",
    "clock_held": "the clock of this machine has leapt and is held: see layso clock",
    "clock_not_held": "the clock is trusted already",
    "files_gone": "the database's files were deleted or replaced",
    "unavailable": "the database is busy or can't be written; try again",
    "rehearsal_on_real": "the data are those of real days: a rehearsal needs a directory of its own",
    "real_on_rehearsal": "the data are those of a rehearsal: real days need another directory",
    "newer_database": "the data were written by a newer version of Lấy Số: install that one, or restore a backup",
    "login_taken": "there is an officer with this login already",
    "unknown_series": "no paper of these data bears a number that begins with {prefixes}",
    "last_admin": "{login} is the last administrator of its site: add another one first",
    "config_waits": "another change of these parts waits for the end of the day; with --at-day-end this one waits in "
    "its place",
}


def refusal(error: TicketingError) -> str:
    """One line, in English, for a refusal of the core."""
    if isinstance(error, InUse):
        return in_use(error)
    found = REFUSALS.get(error.reason) or REFUSALS.get(error.code)
    if found:
        return found.format_map({"value": "", **{key: shown(str(said)) for key, said in error.details.items()}})
    listed = error.details.get("errors")
    if listed:
        said = ((e["key"], WRONG.get(e["reason"], e["reason"].replace("_", " "))) for e in listed)
        return "; ".join(": ".join(filter(None, parts)) for parts in said)
    return error.reason.replace("_", " ") or error.code.replace("_", " ")


def in_use(error: InUse) -> str:
    """Which numbers stand where, and the ways on: into another time zone nothing can be moved."""
    listed = "; ".join(
        f"{use['site']}: {use['what']} {use['code']}{' (no counter would call it)' if use['uncalled'] else ''}: "
        f"{use['count']} ({', '.join(use['numbers'][:FEW])}{' …' if use['count'] > FEW else ''})"
        for use in error.details["uses"]
    )
    stays = any(use["what"] == "timezone" for use in error.details["uses"])
    ways = "Let" if stays else "Move them with --move-to OLD=NEW, or let"
    return (
        f"numbers of today stand in what would be removed: {listed}. {ways} all of it hold from the end of the day "
        f"with --at-day-end"
    )


def need_texts(words: Sequence[str]) -> None:
    """Refuses arguments that are no text, before any command looks at them."""
    for word in words:
        if any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in word):
            raise one_line(f"an argument is not UTF-8 text: {shown(word)[:80]}")


class Group(click.Group):
    """Commands that belong together; its help ends with an example."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if parent is None:
            need_texts(args)
        return super().make_context(info_name, args, parent, **extra)

    def __init__(self, *args: Any, example: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        write_example(formatter, self.example)


class Command(click.Command):
    """A command whose refusals are one line on stderr and exit code 1; its help ends with an example."""

    def __init__(self, *args: Any, example: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        write_example(formatter, self.example)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (Refused, BadSetting) as error:
            raise one_line(str(error)) from None
        except ConfigError as error:
            raise _mistakes(error) from None
        except TicketingError as error:
            raise one_line(refusal(error)) from None
        except BrokenPipeError:
            # Whoever read our output has gone, as with `| head`.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(1) from None
        except (OSError, UnicodeError, DatabaseError) as error:
            raise one_line(_unusable(error)) from None


class Day(click.ParamType):
    """A day as every part of the product reads it."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        found = value if isinstance(value, date) else day_of(value)
        if found is None:
            self.fail(f"{value!r} is not a day such as 2026-11-23", param, ctx)
        return found


def _mistakes(error: ConfigError) -> click.ClickException:
    """All that is wrong with a file, each in a line of its own."""
    said = [" ".join(config_refusals.line(one).split()) for one in error.problems[:MOST_MISTAKES]]
    if len(error.problems) > MOST_MISTAKES:
        said.append(f"and {len(error.problems) - MOST_MISTAKES} more")
    return click.ClickException("\n".join(said))


def _unusable(error: Exception) -> str:
    """What a file, a stream or the database is not good for."""
    if isinstance(error, OSError):
        what = shown(str(error.filename)) if error.filename else "a file or stream"
        return f"{what} can't be used: {error.strerror or error}"
    if isinstance(error, UnicodeError):
        return "something that was to be read is not UTF-8 text"
    return f"the database can't be used: {error}"


def one_line(text: str) -> click.ClickException:
    return click.ClickException(" ".join(text.split()))


def data_options(command: F) -> F:
    """Where the data are, as `data` and `database`."""
    database = click.option(
        "--database", metavar="URL", default=None,
        help="A PostgreSQL database (postgresql://…) in the place of DIR; default $LAYSO_DATABASE.",
    )  # fmt: skip
    data = click.option(
        "--data", metavar="DIR", default=None, help="The data directory; default $LAYSO_DATA, else ./layso-data."
    )
    return data(database(command))


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the data are, a directory or an address, as `data`."""

    @functools.wraps(command)
    def run(data: str | None, database: str | None, **given: Any) -> Any:
        if database is not None:
            database = settings_from({"database": database}).database
        return command(data=database or data, **given)

    return data_options(run)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command works with."""

    directory: DataDir
    store: AnyStore
    office: Office
    accounts: Accounts


def directory_of(data: str | None) -> DataDir:
    if data is not None and is_address(data):
        return Cluster(data)
    return data_of(settings_from({"data": data})) if data is None else DataDir(settings_from({"data": data}).data)


@contextmanager
def opened(data: str | None, *, create: bool = False) -> Iterator[Desk]:
    """The data directory, open beside a server that may run on it."""
    directory = directory_of(data)
    if create:
        directory.create()
    else:
        directory.need_database()
    with directory.opened() as store:
        clock = directory.clock(store)
        office = make_office(store, Bus(), clock)
        yield Desk(directory, store, office, Accounts(store, real_time(clock), site_now=clock.now))


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
    cells += [tuple(shown(str(row[title])) if row[title] is not None else "-" for title in titles) for row in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(len(titles))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


def end_output() -> None:
    """What can't be written would fail once more at the interpreter's end, which says so in its own words."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError), open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
