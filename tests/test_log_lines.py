"""The log is JSON, line for line, whatever goes wrong, and a fault that comes back is counted."""

from __future__ import annotations

import gc
import io
import json
import logging
import resource
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk import logs
from tests.live_kit import eventually, listening, refusal
from tests.serving import Server

pytestmark = pytest.mark.faults("S19")


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a process would write whose log is set up; everything is put back afterwards."""
    root, written = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    for module, name in ((sys, "stderr"), (sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook"),
                         (logging, "raiseExceptions"), (logging, "logThreads"), (logging, "logProcesses"),
                         (logging, "logMultiprocessing"), (logging, "_srcfile")):  # fmt: skip
        monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.setattr(sys, "stderr", written)
    logs.set_up("info")
    yield written
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


class Clearing:
    def __del__(self) -> None:
        raise ValueError("while it was cleared up")


def test_what_python_would_print_by_itself_is_a_line(out: io.StringIO) -> None:
    def fail() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    Clearing()
    gc.collect()
    try:
        raise LookupError("in the main one")
    except LookupError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("an old way", DeprecationWarning, stacklevel=1)
    told = lines(out.getvalue())
    assert [line["level"] for line in told] == ["critical"] * 3 + ["warning"]
    for line, words in zip(told, ("in a thread", "while it was cleared up", "in the main one"), strict=False):
        assert words in line["exception"]


def test_what_cannot_be_written_is_printed_nowhere(out: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    logging.getLogger().handlers[0].stream = Full()  # type: ignore[attr-defined]
    logging.getLogger("layso.test").error("said into nothing")
    assert out.getvalue() == "" and capfd.readouterr() == ("", "")


def test_a_fault_that_comes_back_is_said_once_a_minute_and_counted() -> None:
    now, written = [1000.0], io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(logs.Repeats(lambda: now[0]))
    log = logging.Logger("layso.test")
    log.addHandler(handler)
    for second in range(150):
        now[0] = 1000.0 + second
        try:
            raise OSError(28, "No space left on device")
        except OSError:
            log.exception("the clock could not be followed")
        log.error("something else")
        log.warning("a job was cut off")
    told = lines(written.getvalue())
    failed = [line for line in told if line["message"] == "the clock could not be followed"]
    assert [line.get("repeated") for line in failed] == [None, 59, 59]
    assert len([line for line in told if line["message"] == "something else"]) == 3
    assert len([line for line in told if line["level"] == "warning"]) == 150


def test_what_repeats_is_remembered_within_bounds() -> None:
    repeats = logs.Repeats(lambda: 1000.0)
    for number in range(3 * logs.KINDS_KEPT):
        assert repeats.filter(logging.LogRecord("x", logging.ERROR, "", 0, f"fault {number}", (), None))
    assert len(repeats._said) <= logs.KINDS_KEPT


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "data") as server:
        yield server


def test_without_descriptors_and_with_half_a_letter_the_log_stays_json_and_the_service_alive(server: Server) -> None:
    assert refusal(server, "/ticket", {"code": "\ud800"})["message"] == "invalid"
    assert refusal(server, "/display", {"site": "demo", "\udfff": {"\ud800": ["\udead"]}, "screen": "\ud800"})
    server.token("kiosk")
    assert server.take(service="help").status_code == 201
    limits = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
    used = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (used + 2, limits[1]))
    wires = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _each in range(30)]
    assert eventually(lambda: "a task failed" in server.logged())
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, limits)
    for wire in wires:
        wire.close()
    assert eventually(lambda: server.take(service="help").status_code == 201)
    with listening(server, "/display", {"site": "demo"}) as wall:
        wall.wait("board")
    assert server.stop() == 0
    told = lines(server.logged())
    failed = [line for line in told if line["message"] == "a task failed"]
    assert 1 <= len(failed) <= 3 and "Too many open files" in failed[0]["exception"]
