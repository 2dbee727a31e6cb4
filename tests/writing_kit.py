"""Scripts that have a process which writes, each in an interpreter of its own: gevent patches that before all else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.serving import ROOT, environment

BEGIN = """
from gevent import monkey
monkey.patch_all()
import json, os, signal, subprocess, sys
import gevent
from functools import partial
from pathlib import Path
from kiosk import writing
from kiosk.clocks import SystemClock
from kiosk.datadir import DataDir

def begin():
    # What is sent to a fork by its name has to be there before.
    directory = DataDir(Path(sys.argv[1]))
    directory.create()
    writer = writing.WriterProcess(directory, SystemClock())
    return writer, directory.open(elsewhere=writer)
"""


def told_by(script: str, place: Path) -> tuple[Any, str]:
    """What the script, which may `begin()` such a process and its store, printed as JSON, and what it logged."""
    command = [sys.executable, "-c", BEGIN + script, str(place / "data")]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout, done.stderr
    return json.loads(done.stdout), done.stderr
