"""Four server processes on one port, one PostgreSQL and one Redis, each of which may fail."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from tests import serving
from tests.cluster_kit import ClusterServer, Postgres, Redis
from tests.serving import layso
from tests.waiting import until

pytestmark = [pytest.mark.races, pytest.mark.slow]
SESSION = "2026-11-23-morning"
CAP, KIOSKS = 120, 6
# The next request may come to another process.
CLOSE = {"Connection": "close"}


@pytest.fixture(scope="module")
def cluster(database: Postgres, signals: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClusterServer]:
    with pytest.MonkeyPatch.context() as patch:
        # Four processes begin side by side.
        patch.setattr(serving, "START_S", 240.0)
        with ClusterServer(tmp_path_factory.mktemp("cluster"), database.url(), signals.url) as server:
            yield server


def test_a_poll_is_refused_where_the_next_one_may_come_to_another_process(cluster: ClusterServer) -> None:
    assert len(cluster.workers) == 4
    answer = requests.get(f"{cluster.url}/socket.io/?EIO=4&transport=polling", timeout=60)
    assert answer.status_code == 400


def test_a_login_that_is_revoked_or_made_holds_at_every_process_from_the_next_request(cluster: ClusterServer) -> None:
    secret = cluster.token("officer")
    headers = {"Authorization": f"Bearer {secret}", "Connection": "close"}

    def seen() -> set[int]:
        path = f"{cluster.url}/api/v1/sites/demo/printers"
        return {requests.get(path, headers=headers, timeout=60).status_code for _ in range(12)}

    assert seen() == {200}
    listed = cluster.layso("token", "list", "--site", "demo").stdout.splitlines()
    number = next(line.split()[0] for line in listed if "test officer" in line)
    assert cluster.layso("token", "revoke", number).returncode == 0
    assert seen() == {401}


class Wall:
    """A wall's socket, and the newest board that it was told."""

    def __init__(self, cluster: ClusterServer) -> None:
        self.board: dict[str, Any] = {}
        self.client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=0.5)
        self.client.on("board", self.hear, namespace="/display")
        self.client.connect(cluster.url, auth={"site": "demo"}, namespaces=["/display"], transports=["websocket"])

    def hear(self, board: dict[str, Any]) -> None:
        if board["seq"] >= self.board.get("seq", 0):
            self.board = board


class Kiosk(threading.Thread):
    """Takes numbers until none is left. What gets no answer is asked again, with the same key."""

    def __init__(self, cluster: ClusterServer, name: str, before: int, given: list[str]) -> None:
        super().__init__(daemon=True)
        self.cluster, self.title, self.before, self.given = cluster, name, before, given
        self.refused: list[str] = []
        self.stale: list[tuple[int, int]] = []
        self.headers = {"Authorization": f"Bearer {cluster.token('kiosk')}", "Connection": "close"}

    def run(self) -> None:
        path = f"{self.cluster.url}/api/v1/sites/demo"
        for number in range(CAP + 1):
            headers = {**self.headers, "Idempotency-Key": f"{self.title}-{number}"}
            answer = self.ask("POST", f"{path}/tickets", json={"field": "HT"}, headers=headers)
            if answer.status_code == 409:
                self.refused.append(answer.json()["code"])
                return
            self.given.append(answer.json()["number"])
            acknowledged = self.before + len(self.given)
            issued = self.ask("GET", f"{path}/board", headers={"Connection": "close"}).json()["session"]["issued"]
            if issued < acknowledged:
                self.stale.append((issued, acknowledged))

    def ask(self, method: str, path: str, **given: Any) -> requests.Response:
        end = time.monotonic() + 120
        while True:
            try:
                answer = requests.request(method, path, timeout=30, **given)
                if answer.status_code != 503:
                    return answer
            except requests.RequestException:
                pass
            assert time.monotonic() < end
            time.sleep(0.05)


def counted(cluster: ClusterServer, name: str) -> list[float]:
    """What /metrics tells of it, asked of whichever process comes to it, many times."""
    found = []
    for _ in range(12):
        text = requests.get(f"{cluster.url}/metrics", headers=CLOSE, timeout=30).text
        found.append(sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.M)))
    return found


def test_metrics_are_those_of_all_processes_on_the_port_whichever_is_asked(cluster: ClusterServer) -> None:
    change = {"cap": None, "field_caps": {"HT": None}, "reason": "more"}
    assert cluster.ask("PATCH", f"/sites/demo/sessions/{SESSION}", role="supervisor", json=change).status_code == 200
    headers = {**CLOSE, "Authorization": f"Bearer {cluster.token('kiosk')}"}
    for _ in range(20):
        path = f"{cluster.url}/api/v1/sites/demo/tickets"
        assert requests.post(path, json={"field": "HT"}, headers=headers, timeout=30).status_code == 201
    # Each process tells the others what it has counted every two seconds; nothing was issued before.
    until(lambda: set(counted(cluster, "layso_tickets_issued_total")) == {20.0})
    walls = [Wall(cluster) for _ in range(5)]
    until(lambda: set(counted(cluster, "layso_sockets")) == {5.0})
    for wall in walls:
        wall.client.disconnect()
    # A process that ends takes its sockets with it, but not what it has counted.
    os.kill(victim := cluster.workers[0], signal.SIGKILL)
    until(lambda: len(cluster.workers) == 4 and victim not in cluster.workers)
    until(lambda: set(counted(cluster, "layso_sockets")) == {0.0})
    assert set(counted(cluster, "layso_tickets_issued_total")) == {20.0}


def test_whatever_fails_under_load_nothing_given_is_lost_none_given_twice_and_the_cap_is_held(
    cluster: ClusterServer, database: Postgres, signals: Redis
) -> None:
    before = cluster.ask("GET", "/sites/demo/board").json()["session"]["issued"]
    change = {"cap": before + CAP, "field_caps": {"HT": None}, "reason": "trial"}
    assert cluster.ask("PATCH", f"/sites/demo/sessions/{SESSION}", role="supervisor", json=change).status_code == 200
    walls = [Wall(cluster) for _ in range(4)]
    given: list[str] = []
    kiosks = [Kiosk(cluster, f"kiosk-{number}", before, given) for number in range(KIOSKS)]
    for kiosk in kiosks:
        kiosk.start()

    victim = cluster.workers[1]
    until(lambda: len(given) >= 15)
    os.kill(victim, signal.SIGKILL)
    until(lambda: len(given) >= 30)
    database.restart_immediately()
    until(lambda: len(given) >= 50)
    signals.kill()
    until(lambda: len(given) >= 70)
    signals.start()
    for kiosk in kiosks:
        kiosk.join(180)

    assert [kiosk.refused for kiosk in kiosks] == [["cap_reached"]] * KIOSKS
    assert sorted(given) == [f"1{serial:03d}" for serial in range(before + 1, before + CAP + 1)]
    assert [kiosk.stale for kiosk in kiosks] == [[]] * KIOSKS
    until(lambda: all(wall.board.get("session", {}).get("remaining") == 0 for wall in walls))
    for wall in walls:
        wall.client.disconnect()
    until(lambda: len(cluster.workers) == 4 and victim not in cluster.workers)
    found = cluster.layso("check")
    assert (found.returncode, found.stderr) == (0, "")


def test_what_the_clock_does_happens_once_though_the_database_begins_anew_meanwhile(
    database: Postgres, signals: Redis, tmp_path: Path
) -> None:
    with ClusterServer(tmp_path, database.url(), signals.url, workers=2, at="2026-11-23T06:59:50") as cluster:
        database.restart_immediately()
        until(lambda: cluster.ask("GET", "/sites/demo/board").json().get("session", {}).get("state") == "open")
        database.restart_immediately()
        assert cluster.take("HT").status_code == 201
        lines = cluster.ask("GET", "/sites/demo/journal", role="supervisor").json()["items"]
        told = [f"{line['kind']} {line['session']} {line['data']}" for line in lines if line["actor"] == "clock"]
        assert any(line.startswith("session_moved") for line in told) and len(told) == len(set(told))
        found = cluster.layso("check")
        assert (found.returncode, found.stderr) == (0, "")


def test_data_move_into_a_directory_and_back_counted_and_not_while_a_server_runs(
    cluster: ClusterServer, database: Postgres, tmp_path: Path
) -> None:
    refused = layso("migrate-store", cluster.database, str(tmp_path / "moved"))
    assert (refused.returncode, "stop its servers first" in refused.stderr) == (1, True)
    exported = cluster.layso("export-config", "demo").stdout
    parent = cluster.pid
    children = cluster.workers
    assert cluster.stop() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in (parent, *children))

    # What another database left there is no matter of this one.
    (tmp_path / "moved").mkdir(exist_ok=True)
    (tmp_path / "moved" / "journal-heads.json").write_text('{"demo": 1000000}')
    out = layso("migrate-store", cluster.database, str(tmp_path / "moved"))
    assert (out.returncode, "chain holds" in out.stdout) == (0, True), out.stderr
    assert layso("check", data=tmp_path / "moved").returncode == 0
    full = layso("migrate-store", str(tmp_path / "moved"), cluster.database)
    assert (full.returncode, "holds data already" in full.stderr) == (1, True)
    again = database.url()
    assert layso("migrate-store", str(tmp_path / "moved"), again).returncode == 0
    assert layso("check", "--database", again).returncode == 0
    assert layso("export-config", "demo", "--database", again).stdout == exported
    assert layso("backup", str(tmp_path / "copy.db"), "--database", again).returncode == 0
    fresh = database.url()
    assert layso("restore", str(tmp_path / "copy.db"), "--database", fresh).returncode == 0
    assert layso("check", "--database", fresh).returncode == 0


def test_several_processes_on_a_directory_and_an_address_that_is_none_are_refused(tmp_path: Path) -> None:
    refused = layso("serve", "--workers", "2", data=tmp_path)
    assert (refused.returncode, "--workers needs --database" in refused.stderr) == (2, True)
    refused = layso("check", "--database", "mysql://secret@host/x")
    assert (refused.returncode, "secret" in refused.stderr) == (1, False)
