"""A commit waits for the disk in a native thread: meanwhile the server's loop goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import ROOT, environment

# The disk is a native lock, which only the greenlet that has read gives back: a commit that held the loop
# would wait in vain. What happens is noted in the order in which it happens.
SCRIPT = """
from gevent import monkey
monkey.patch_all()
import json, sys
from pathlib import Path
import gevent
import gevent.event
from kiosk.native import NativeThread, off_the_loop
from ticketing.store import open_store

way, directory, patience_s = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
disk = monkey.get_original("_thread", "allocate_lock")()
happened, slow = [], False
own_thread = NativeThread()

def offload(work):
    def on_a_slow_disk():
        if slow:
            happened.append("commit begun")
            begun.set()
            happened.append("disk done" if disk.acquire(timeout=patience_s) else "disk gave up")
        result = work()
        if slow:
            happened.append("committed")
        return result
    if way == "inline":
        return on_a_slow_disk()
    return own_thread(on_a_slow_disk) if way.startswith("own") else off_the_loop(on_a_slow_disk)

def hash_a_password():
    hashing.acquire(timeout=patience_s)
    if way == "pool, crowded" and not happened:
        happened.append("hashes done")

class Begun:
    # Set from the native thread: only the loop's own watcher may be touched from there.
    def __init__(self):
        self.event, self.watcher = gevent.event.Event(), gevent.get_hub().loop.async_()
        self.watcher.start(self.event.set)
    def set(self):
        self.watcher.send()

begun = Begun()
store = open_store(directory / "layso.db", offload=offload)
slow = True
disk.acquire()
hashing = monkey.get_original("_thread", "allocate_lock")()
hashing.acquire()
if way.endswith("crowded"):
    for _login in range(gevent.get_hub().threadpool.maxsize):
        gevent.get_hub().threadpool.spawn(hash_a_password)

def read():
    begun.event.wait()
    happened.append("read " + (store.read(lambda view: view.meta("slow")) or "nothing"))

def other():
    begun.event.wait()
    for _step in range(3):
        gevent.sleep(0)
    happened.append("another greenlet went on")

def write():
    store.write((), lambda tx: tx.set_meta("slow", "written"))
    happened.append("answered")

beside = [gevent.spawn(read), gevent.spawn(other)]
writing = gevent.spawn(write)
gevent.joinall(beside)
if disk.locked():
    disk.release()
writing.join()
slow = False
happened.append("read " + store.read(lambda view: view.meta("slow")))
store.close()
print(json.dumps(happened))
"""


def told(way: str, directory: Path, patience_s: float) -> list[str]:
    """What happened, in its order, when commits ran in a thread of their `own`, in the loop's `pool`, or `inline`;
    `crowded`: while password hashes held every thread of the pool."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, way, str(directory), str(patience_s)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    happened: list[str] = json.loads(done.stdout)
    return happened


@pytest.mark.faults("S2")
@pytest.mark.parametrize("way", ["own", "own, crowded"])
def test_reads_and_other_greenlets_go_on_while_a_commit_waits_for_the_disk(tmp_path: Path, way: str) -> None:
    happened = told(way, tmp_path, 30.0)
    assert happened[0] == "commit begun"
    assert sorted(happened[1:3]) == ["another greenlet went on", "read nothing"]
    assert happened[3:] == ["disk done", "committed", "answered", "read written"]


def test_a_commit_in_the_shared_pool_waits_for_password_hashes(tmp_path: Path) -> None:
    happened = told("pool, crowded", tmp_path, 0.3)
    assert happened[0] == "hashes done"


def test_the_same_commit_on_the_loop_itself_holds_everybody_up(tmp_path: Path) -> None:
    happened = told("inline", tmp_path, 0.3)
    assert happened[:3] == ["commit begun", "disk gave up", "committed"]
    assert {"another greenlet went on", "read written", "answered"} == set(happened[3:])
