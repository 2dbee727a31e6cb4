"""Why a configuration is refused, as data: stable codes with their facts. Sentences are made where they are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from ticketing.errors import Invalid

MAX_PROBLEMS = 200

Fact: TypeAlias = "str | int | date | tuple[str, ...] | tuple[date, ...] | Phrase"
Facts: TypeAlias = "Mapping[str, Fact]"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence, such as what a key must hold."""

    code: str
    facts: Facts = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where: at a key such as "sites[0].name", or at the facts `line` and `column`.

    A fact `taken_over` names the site whose list it is, when a unit has that list by `like`.
    """

    key: str
    code: str
    facts: Facts = field(default_factory=dict, hash=False)
    file: str = ""


Problems: TypeAlias = list[Problem]


class ConfigError(Invalid):
    """A configuration that is refused whole, with its problems; of very many, the first 200."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.problems = [replace(one, file=source) for one in problems][:MAX_PROBLEMS]
        super().__init__(*((one.key, one.code) for one in self.problems))

    def __str__(self) -> str:
        first = self.problems[0]
        return ": ".join(part for part in (first.file, first.key, first.code) if part)


def written(value: object) -> str:
    """A value as a sentence shows it: a text in quotes, on one line."""
    return repr(value) if isinstance(value, str) else str(value)
