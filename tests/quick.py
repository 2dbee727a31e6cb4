"""What every process of the tests may do without: a password hashed at its real cost, a template compiled again.

`in_this_process()` is called by whatever imports the product for tests; what is executed as a user would do it isn't
touched.
"""

from __future__ import annotations

import os
import tempfile

from flask import Flask
from jinja2 import FileSystemBytecodeCache

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

