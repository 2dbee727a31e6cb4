"""Every key of a configuration file, every command and every setting, as the code has them.

`python -m tests.reference` writes docs/reference.md (`make reference`). What a key means stands here, beside what the
code itself tells: which keys there are, what they hold, their defaults.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from typing import Any, get_args

import click

from kiosk import config_refusals
from kiosk.cli import layso
from kiosk.config import Settings
from tests.marks import HERE, cell
from tests.reference_words import MEANS
from ticketing.profiles import tables
from ticketing.profiles.tables import Kind, Many, Named, Table

PAGE = HERE.parent / "docs" / "reference.md"
HEAD = """# Reference

Made by `make reference` from the code; don't edit it here.
"""
FILE = """## The configuration file

TOML, one `[[sites]]` table a centre; read by `layso apply FILE.toml`, written by `layso export-config SITE`. A file
with a mistake is refused whole, and so is a key that is not here. A key that ends in `_en` is the English text of the
key before it; where it is left out, the Vietnamese one is shown. Days are local and both ends count.
"""
COMMANDS = """## Commands

They end with 0 when done, 1 when refused (one line on standard error says why), 2 when used wrongly.
"""
SETTINGS = """## Settings

What the command line says wins over the environment. A unit of systemd sets a variable by `Environment=`.

| variable | option | sets | default |
|---|---|---|---|"""


def every_table(table: Table, path: str = "sites", many: bool = True) -> Iterator[tuple[str, bool, Table]]:
    """A table and those in it: where it stands, and whether it stands there several times."""
    yield path, many, table
    for key, kind in table.keys.items():
        inner = kind.of if isinstance(kind, Many) else kind
        if isinstance(inner, Table):
            yield from every_table(inner, f"{path}.{key}", isinstance(kind, Many))


def meaning(path: str, key: str) -> str:
    """What a key means; "" where nobody has said it yet."""
    if key.endswith("_en"):
        return "in English"
    table = path.rpartition(".")[2]
    return MEANS.get(f"{table}.{key}") or MEANS.get(key, "")


def holds(kind: Kind) -> str:
    if isinstance(kind, Many):
        inner = "tables, see below" if isinstance(kind.of, Table) else holds(kind.of)
        return f"list of at most {kind.most:,}: {inner}"
    if isinstance(kind, Named):
        return f"table of codes, each with {holds(kind.of)}"
    if isinstance(kind, Table):
        return "table, see below"
    [meta] = get_args(kind)[1:]
    return config_refusals.filled(config_refusals.PHRASES[meta.extra["expected"].code], meta.extra["expected"])


def default(table: Table, key: str) -> str:
    if key in table.needed:
        return "needed"
    made = table.makes
    if not (isinstance(made, type) and is_dataclass(made)):
        return ""
    for each in fields(made):
        if each.name == key and each.default is not MISSING:
            return _value(each.default)
    return ""


def _value(value: Any) -> str:
    if value in (None, "", ()) or is_dataclass(value):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    return f'"{value}"' if isinstance(value, str | date) else f"{value:g}"


def configuration() -> Iterator[str]:
    yield FILE
    for path, many, table in every_table(tables.SITE):
        yield f"### `{f'[[{path}]]' if many else f'[{path}]'}`\n"
        yield "| key | holds | default | is |\n|---|---|---|---|"
        for key, kind in table.keys.items():
            yield f"| `{key}` | {cell(holds(kind))} | {default(table, key)} | {cell(meaning(path, key))} |"
        yield ""


def commands(command: click.Command = layso, name: str = "layso") -> Iterator[str]:
    if isinstance(command, click.Group):
        for word, inner in command.commands.items():
            yield from commands(inner, f"{name} {word}")
        return
    context = click.Context(command, info_name=name)
    yield f"### `{' '.join([name, *command.collect_usage_pieces(context)]).replace(' [OPTIONS]', '')}`\n"
    yield cell("\n".join(line.strip() for line in (command.help or "").splitlines())) + "\n"
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    if options:
        yield "| option | |\n|---|---|"
        yield from (f"| `{_option(each)}` | {cell(_told(each))} |" for each in options)
        yield ""
    yield f"Example: `{command.example}`\n"  # type: ignore[attr-defined]


def _option(option: click.Option) -> str:
    choice = "\\|".join(option.type.choices) if isinstance(option.type, click.Choice) else ""
    value = "" if option.is_flag else f" {option.metavar or choice or 'TEXT'}"
    return f"{', '.join(option.opts)}{value}"


def _told(option: click.Option) -> str:
    said = [option.help or "", "Needed." if option.required else ""]
    if option.show_default and option.default is not None:
        said.append(f"Default {option.default}.")
    return " ".join(part for part in said if part)


def settings() -> Iterator[str]:
    options = {each.name for each in layso.commands["serve"].params}
    yield SETTINGS
    for each in fields(Settings):
        if each.metadata:
            option = f"`--{each.name.replace('_', '-')}`" if each.name in options else ""
            shown = "" if each.default in (None, "", ()) else f"`{each.default}`"
            yield f"| `{each.metadata['variable']}` | {option} | {cell(each.metadata['text'])} | {shown} |"


def page() -> str:
    parts = [HEAD, *settings(), "", COMMANDS, *commands(), *configuration()]
    return "\n".join(parts).rstrip() + "\n"


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name}: {len(page().splitlines())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main())
