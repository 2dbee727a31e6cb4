"""What the tables of the configuration pages are made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from ticketing.rules.sites import Site

Options = Callable[[Site, str], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Input:
    """One value of a form. `kind` is text, long, whole, number, time, day, flag, choice, many, words, cap, caps or
    picture; kept is a value that only files change, and has its name here.

    `options` gives the values of choice, many and caps with their names. A `fixed` one is set once, on adding.
    """

    key: str
    label: Any
    kind: str = "text"
    hint: Any = ""
    options: Options | None = None
    fixed: bool = False
    needed: bool = False
    none: Any = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A page: a list of the site (`name` is Site's attribute), or the site's own values ("rules", "slip"). A list of
    the `head` stands at a province's centre and holds for its units."""

    name: str
    title: Any
    lead: Any
    effect: Any
    inputs: tuple[Input, ...] = ()
    columns: tuple[str, ...] = ()
    item: type | None = None
    add: Any = ""
    head: bool = False

    def input(self, key: str) -> Input | None:
        """The input of a value, also of one within it: "weekdays[1]", "field_caps.HT"."""
        named = {each.key: each for each in self.inputs}
        return named.get(key) or named.get(key.partition("[")[0]) or named.get(key.partition(".")[0])


def fixed_options(names: Mapping[str, Any], none: Any = None) -> Options:
    def options(_site: Site, _lang: str) -> dict[str, str]:
        first = {} if none is None else {"": str(none)}
        return first | {value: str(name) for value, name in names.items()}

    return options


FIRST_DAY = Input("valid_from", _("First day"), "day", hint=_("Left empty: from now on."))
LAST_DAY = Input("valid_to", _("Last day"), "day", hint=_("Left empty: without an end. The day itself counts."))
CODE = Input("code", _("Code"), fixed=True, needed=True)
