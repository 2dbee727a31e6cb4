"""What one process does and two don't, unless they are made to: two servers on one PostgreSQL and one Redis, each asked
by its own address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from tests import serving
from tests.cluster_kit import ClusterServer, Postgres, Redis, postgres
from tests.printer_simulator import Printer as Simulator
from tests.waiting import until
from tests.warm import BEFORE
from ticketing.api.limits import PER_CODE, Place, Windows
from ticketing.errors import RateLimited
from ticketing.signals.redis import RedisBus
from ticketing.store.postgres_moves import identity

pytestmark = [pytest.mark.races, pytest.mark.slow]
SESSION = "2026-11-23-morning"
PATIENCE_S = 60.0
Pair = tuple[ClusterServer, ClusterServer]


@pytest.fixture(scope="module")
def pair(database: Postgres, signals: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    url = database.url()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serving, "START_S", 240.0)
        one = ClusterServer(tmp_path_factory.mktemp("one"), url, signals.url, workers=1, limits=True)
        # A rehearsal is joined, whatever time the second one is told.
        other = ClusterServer(
            tmp_path_factory.mktemp("other"), url, signals.url, workers=1, limits=True, at="2026-11-23T09:30"
        )
        with one, other:
            yield one, other


def issued(server: ClusterServer) -> int:
    return int(server.board()["session"]["issued"])


class Wall:
    """A wall's socket at one server, and the newest board that it was told."""

    def __init__(self, server: ClusterServer) -> None:
        self.seq = 0
        self.ticks = 0
        self.client = socketio.Client(reconnection_delay=0.2, reconnection_delay_max=0.5)
        self.client.on("board", self.hear, namespace="/display")
        self.client.on("tick", self.tick, namespace="/display")
        self.client.connect(server.url, auth={"site": "demo"}, namespaces=["/display"], transports=["websocket"])

    def hear(self, board: dict[str, Any]) -> None:
        self.seq = max(self.seq, board["seq"])

    def tick(self, *_told: object) -> None:
        self.ticks += 1


@pytest.fixture
def walls(pair: Pair) -> Iterator[list[Wall]]:
    made = [Wall(server) for server in pair]
    yield made
    for wall in made:
        wall.client.disconnect()


def all_told(walls: list[Wall], seq: int) -> None:
    until(lambda: all(wall.seq >= seq for wall in walls), PATIENCE_S)


def test_a_board_at_one_is_never_older_than_a_number_given_at_the_other_and_walls_of_both_follow(
    pair: Pair, walls: list[Wall]
) -> None:
    numbers = []
    for turn in range(20):
        here, there = pair if turn % 2 else pair[::-1]
        before = issued(there)
        taken = here.take("HT")
        assert taken.status_code == 201, taken.text
        numbers.append(taken.json()["number"])
        assert issued(there) == issued(here) == before + 1
        seen = there.ask("GET", f"/tickets/{taken.json()['code']}")
        assert seen.status_code == 200 and seen.json()["number"] == numbers[-1]
        all_told(walls, there.board()["seq"])
    assert numbers == [f"{int(numbers[0]) + turn}" for turn in range(20)]


def test_a_key_that_was_used_at_one_gives_the_same_ticket_at_the_other(pair: Pair) -> None:
    one, other = pair
    other._tokens[("kiosk", "demo")] = one.token("kiosk")
    first, again = one.take("HT", key="same"), other.take("HT", key="same")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["number"] == again.json()["number"]


def test_rehearsal_epoch_cap_and_configuration_are_the_same_at_both_from_the_next_request(
    pair: Pair, tmp_path: Path
) -> None:
    one, other = pair
    boards = [server.board() for server in pair]
    assert boards[0]["epoch"] == boards[1]["epoch"] and all(board["rehearsal"] for board in boards)
    assert {board["session"]["id"] for board in boards} == {SESSION}
    # The later start did not move the rehearsal on to half past nine.
    assert all("T08:" in board["time"] for board in boards)
    for cap, (here, there) in ((501, pair), (502, pair[::-1])):
        changed = here.ask(
            "PATCH", f"/sites/demo/sessions/{SESSION}", role="supervisor", json={"cap": cap, "reason": "trial"}
        )
        assert changed.status_code == 200, changed.text
        assert there.board()["session"]["cap"] == cap
    exported = one.layso("export-config", "demo").stdout
    (tmp_path / "demo.toml").write_text(re.sub(r'(?m)^name = ".*"$', 'name = "Nơi khác"', exported, count=1))
    assert one.layso("apply", str(tmp_path / "demo.toml")).returncode == 0
    names = [server.ask("GET", "/sites").json()["items"][0]["name"] for server in pair]
    assert names == ["Nơi khác", "Nơi khác"]


def test_what_is_asked_too_often_at_one_is_too_often_at_the_other(pair: Pair) -> None:
    one, other = pair
    code = one.take("HT").json()["code"]

    def statuses(server: ClusterServer, times: int) -> list[int]:
        return [server.ask("GET", f"/tickets/{code}").status_code for _ in range(times)]

    assert statuses(one, PER_CODE.amount // 2) == [200] * (PER_CODE.amount // 2)
    assert any(statuses(other, 1) == [429] for _ in range(PER_CODE.amount))
    assert statuses(one, 1) == [429]


def test_passwords_guessed_at_one_are_counted_at_the_other_and_a_logout_at_one_holds_at_the_other(pair: Pair) -> None:
    one, other = pair
    login, password = one.login("officer")
    session = requests.Session()

    def sign_in(server: ClusterServer, with_password: str, by: requests.Session) -> int:
        page = by.get(f"{server.url}/login", timeout=15)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        assert token is not None
        sent = {"login": login, "password": with_password, "csrf_token": token[1]}
        return by.post(f"{server.url}/login", data=sent, allow_redirects=False, timeout=30).status_code

    assert sign_in(one, password, session) in (302, 303)
    seen = [session.get(f"{server.url}/api/v1/sites/demo/printers", timeout=15).status_code for server in pair]
    assert seen == [200, 200]
    stranger = requests.Session()
    refused = [sign_in(one, "wrong", stranger) for _ in range(5)]
    assert 302 not in refused and 303 not in refused
    assert sign_in(other, password, requests.Session()) == 429
    assert one.layso("officer", "disable", login).returncode == 0
    seen = [session.get(f"{server.url}/api/v1/sites/demo/printers", timeout=15).status_code for server in pair]
    assert seen == [401, 401]


def give_a_printer(server: ClusterServer, printer: Simulator, folder: Path) -> str:
    """The site's configuration until then."""
    config = server.layso("export-config", "demo").stdout
    table = f'\n[[sites.printers]]\nname = "Sảnh"\naddress = "{printer.address}"\n'
    (folder / "demo.toml").write_text(config + table, encoding="utf-8")
    assert server.layso("apply", str(folder / "demo.toml")).returncode == 0
    return config


def test_a_number_given_at_either_is_printed_once_by_the_one_that_leads(pair: Pair, tmp_path: Path) -> None:
    one, other = pair
    with Simulator() as printer:
        config = give_a_printer(one, printer, tmp_path)
        codes = [server.take(service="help").json()["code"] for server in (one, other, one, other)]

        def printed(server: ClusterServer) -> list[str]:
            told = (server.ask("GET", f"/tickets/{code}", role="kiosk").json()["print"] for code in codes)
            return [one["state"] for one in told]

        for server in pair:
            until(lambda s=server: printed(s) == ["printed"] * 4, PATIENCE_S)  # type: ignore[misc]
        assert sorted(paper.codes()[0].rpartition("/")[2] for paper in printer.whole) == sorted(codes)
        (tmp_path / "demo.toml").write_text(config, encoding="utf-8")
        assert one.layso("apply", str(tmp_path / "demo.toml")).returncode == 0


def test_a_paper_is_printed_because_the_process_that_was_asked_says_so_and_no_look_finds_it(
    database: Postgres, tmp_path: Path
) -> None:
    signals, url = Redis(), database.url()
    with closing(signals), Simulator() as printer, ExitStack() as stack:
        def begin(name: str) -> ClusterServer:
            server = ClusterServer(tmp_path / name, url, signals.url, workers=1)
            server.extra[BEFORE] = "tests.unhurried"
            return stack.enter_context(server)

        def printed(ticket: requests.Response) -> None:
            path = f"/tickets/{ticket.json()['code']}"
            until(lambda: leader.ask("GET", path, role="kiosk").json()["print"]["state"] == "printed", PATIENCE_S)

        leader = begin("first")
        give_a_printer(leader, printer, tmp_path)
        leader.restart()
        printed(leader.take("HT"))
        other = begin("second")
        until(lambda: "changes are heard through Redis" in other.logged(), PATIENCE_S)
        before = other.take("HT")
        printed(before)
        signals.kill()
        unheard = other.take("HT")
        printed(leader.take("HT"))
        assert other.ask("GET", f"/tickets/{unheard.json()['code']}", role="kiosk").json()["print"]["state"] == "queued"
        assert len(printer.whole) == 3


def test_without_redis_both_are_right_at_once_walls_too_and_hear_of_each_other_again_when_it_is_back(
    pair: Pair, walls: list[Wall], signals: Redis
) -> None:
    one, other = pair
    heard = [server.logged().count("changes are heard through Redis") for server in pair]
    signals.kill()
    try:
        for here, there in (pair, pair[::-1]):
            before = issued(there)
            assert here.take("HT").status_code == 201
            assert issued(there) == before + 1
            all_told(walls, there.board()["seq"])
    finally:
        signals.start()
    until(
        lambda: all(
            server.logged().count("changes are heard through Redis") > before
            for server, before in zip(pair, heard, strict=True)
        ),
        PATIENCE_S,
    )
    assert one.take("HT").status_code == 201
    all_told(walls, other.board()["seq"])


def test_without_the_database_both_say_so_show_that_they_are_cut_off_and_heal(
    pair: Pair, walls: list[Wall], database: Postgres
) -> None:
    one, other = pair
    first = one.take("HT").json()["number"]
    database.end()
    try:
        for server in pair:
            answer = server.ask("GET", "/sites/demo/board", timeout=60)
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert server.ask("GET", "//readyz", timeout=60).status_code == 503
        # A wall that hears no tick says that it is cut off.
        def silent() -> bool:
            before = [wall.ticks for wall in walls]
            walls[0].client.sleep(5)
            return [wall.ticks for wall in walls] == before

        until(silent, PATIENCE_S)
    finally:
        database.start()
    until(lambda: all(server.ask("GET", "//readyz", timeout=60).status_code == 200 for server in pair), PATIENCE_S)
    again = other.take("HT")
    assert again.status_code == 201 and again.json()["number"] == str(int(first) + 1)
    all_told(walls, one.board()["seq"])
    ticks = [wall.ticks for wall in walls]
    until(lambda: all(wall.ticks > before for wall, before in zip(walls, ticks, strict=True)), PATIENCE_S)


def test_databases_on_one_redis_neither_count_nor_hear_together(signals: Redis) -> None:
    first = postgres().new()
    names = [identity(first), identity(postgres().new()), identity(postgres().url(first.split("/")[3].split("?")[0]))]
    assert len(set(names)) == 3 and names[0] == identity(first)
    windows = [Windows(Place(signals.url, name)) for name in (names[0], names[0], names[1])]
    for _ in range(PER_CODE.amount):
        windows[0].hit(PER_CODE, "code")
    windows[2].hit(PER_CODE, "code")
    with pytest.raises(RateLimited):
        windows[1].hit(PER_CODE, "code")
    buses = [RedisBus(signals.url, name) for name in (names[0], names[0], names[1])]
    until(lambda: all(bus.connected for bus in buses))
    heard: list[set[str]] = [set() for _ in buses]
    for bus, sites in zip(buses, heard, strict=True):
        bus.subscribe(sites.add)
    buses[0].publish("demo")
    until(lambda: heard[1] == {"demo"})
    buses[2].publish("elsewhere")
    buses[0].publish("last")
    until(lambda: "last" in heard[1])
    assert heard[1] == {"demo", "last"} and heard[2] == {"elsewhere"}
    for bus in buses:
        bus.close()
