"""What every process of the tests may do without: a password hashed at its real cost, a template or an address's
builder compiled again.

`in_this_process()` is called by whatever imports the product for tests; what is executed as a user would do it isn't
touched.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from ticketing.verbs import people

# Names a folder that all processes of one run share.
FOLDER = "TESTS_TEMPLATES"
REAL_COST = people.SCRYPT["n"]
COST = 16


def in_this_process() -> None:
    people.SCRYPT["n"] = COST
    people.NOBODY = people.NOBODY.replace(f"${REAL_COST}$", f"${COST}$")
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="layso-templates-")
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ[FOLDER])}
    Rule._compile_builder = _built_once  # type: ignore[method-assign]


_compile = Rule._compile_builder
_builders: dict[object, Callable[..., tuple[str, str]]] = {}


def _built_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """A builder is a plain function, bound to its rule afterwards: one serves every app with the same addresses."""
    what: Any = (rule.rule, tuple(rule._trace), append_unknown)
    if rule.defaults:
        return _compile(rule, append_unknown)
    if what not in _builders:
        _builders[what] = _compile(rule, append_unknown)
    return _builders[what]
