"""How the help of every command ends."""

from __future__ import annotations

import click


def write_example(formatter: click.HelpFormatter, example: str) -> None:
    with formatter.section("Example"):
        formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
