"""Long work in a process of its own: the same answers, one after the other, and nobody else waits for them."""

from __future__ import annotations

import os
import pickle
import re
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from display import worker
from kiosk import language
from kiosk.background import RETRY_S, WAITING, Background
from kiosk.datadir import DataDir
from kiosk.jobs import JOBS, Standing
from kiosk.parts import make_office
from tests.api_kit import Kit, problem
from tests.bench.grow import grow
from tests.kit import at_once
from tests.live_kit import eventually
from tests.serving import Server, executed
from tests.test_desk import person
from tests.warm import fork_long_work
from ticketing.api import papers
from ticketing.api.elsewhere import LONG_WORK, LongWork
from ticketing.api.limits import STRANGERS_AT_ONCE
from ticketing.api.reports import Asked, write_json, write_report
from ticketing.desk.config.edits import MANY
from ticketing.errors import Busy, Invalid, RateLimited, TicketingError, Unavailable, Unknown
from ticketing.profiles import ConfigError, profile_path, read_sites, write_sites
from ticketing.profiles.problems import Problem
from ticketing.reports.catalogue import KINDS
from ticketing.signals.local import Bus
from ticketing.store import SqliteReader

pytestmark = pytest.mark.slow
TICKETS = 12_000
WEEKS = (date(2026, 10, 26), date(2026, 11, 22))
QUERY = f"from={WEEKS[0]}&to={WEEKS[1]}"
SOON_S = 30.0
FOR_EVER_S = 600.0


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text().rpartition(")")[2].split()[1]
            words = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == pid and b"kiosk.jobs" in words:
            found.append(int(stat.parent.name))
    return found


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the tickets of some weeks before the rehearsal's day."""
    data = tmp_path_factory.mktemp("grown") / "data"
    directory = DataDir(data)
    directory.create()
    (site,) = read_sites(profile_path("demo"))
    with directory.opened() as store:
        store.write((), lambda tx: tx.sites.save(site))
        grow(store, site, TICKETS, a_day=TICKETS // 6)
    return data


@pytest.fixture(scope="module")
def serving(grown: Path) -> Iterator[Server]:
    """A server and its process as they are for a user, also when they begin anew."""
    with executed(), Server(grown) as server:
        yield server


@pytest.fixture(autouse=True)
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a server of the tests here starts an interpreter for its work; an app of their own process needs none."""
    monkeypatch.setattr(worker, "subprocess", worker.subprocess)
    fork_long_work()


@pytest.fixture
def server(serving: Server) -> Server:
    if not serving.running:
        serving.start()
    return serving


class Asking:
    """Reports of a server asked for in threads, while its background process stands still when `held`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.token = server.token("supervisor")
        assert self.ask("daily", "csv", "from=2026-11-20&to=2026-11-20").status_code == 200
        (self.pid,) = children(server.pid)
        self.pool = ThreadPoolExecutor(16)

    def ask(self, kind: str, form: str, query: str = QUERY) -> requests.Response:
        url = f"{self.server.url}/api/v1/sites/demo/reports/{kind}?{query}&format={form}"
        with requests.Session() as http:
            http.trust_env = False
            return http.get(url, headers={"Authorization": f"Bearer {self.token}"}, timeout=120)

    def begin(self, kind: str, form: str) -> Future[requests.Response]:
        return self.pool.submit(self.ask, kind, form)

    def under_way(self) -> int:
        text = self.server.ask("GET", "//metrics").text
        (line,) = [line for line in text.splitlines() if line.startswith("layso_long_work ")]
        return int(float(line.split()[1]))

    def hold(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def let_go(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@pytest.fixture
def asking(server: Server) -> Iterator[Asking]:
    asking = Asking(server)
    yield asking
    if not gone(asking.pid):
        asking.let_go()
    asking.pool.shutdown()


def made_here(data: Path, asked: Asked, form: str) -> bytes:
    store = SqliteReader(DataDir(data).database)
    office = make_office(store, Bus(), Standing(datetime.now(UTC), rehearsal=True))
    app = Flask("kiosk")
    language.set_up(app)
    try:
        with app.test_request_context():
            return write_json(office, asked) if form == "json" else write_report(office, asked, form)[0]
    finally:
        store.close()


@pytest.mark.faults("S4")
def test_eight_big_reports_at_once_and_tickets_go_on_being_issued(asking: Asking, grown: Path) -> None:
    wanted = [(kind, form) for kind in ("daily", "fields") for form in ("json", "csv", "xlsx", "pdf")]
    asking.hold()
    answers = [asking.begin(*one) for one in wanted]
    assert eventually(lambda: sum(one.done() for one in answers) == len(wanted) - WAITING - 1, SOON_S)
    assert asking.under_way() == WAITING + 1
    refused = [one.result() for one in answers if one.done()]
    numbers = [asking.server.take(service="help").json()["number"]]
    asking.let_go()
    while not all(one.done() for one in answers):
        taken = asking.server.take(service="help")
        assert taken.status_code == 201
        numbers.append(taken.json()["number"])
    assert len(set(numbers)) == len(numbers) > 1
    for answer in refused:
        told = answer.json()
        assert (answer.status_code, told["code"]) == (503, "busy")
        assert answer.headers["Retry-After"] == str(told["retry_after"]) and str(told["retry_after"]) in told["detail"]
    (site,) = read_sites(profile_path("demo"))
    for (kind, form), answer in zip(wanted, answers, strict=True):
        if answer.result().status_code != 503:
            assert answer.result().status_code == 200
            assert answer.result().content == made_here(grown, Asked(site, kind, *WEEKS, "vi"), form), (kind, form)
    assert children(asking.server.pid) == [asking.pid]


def test_a_process_killed_during_a_job_is_told_and_the_next_report_works(asking: Asking) -> None:
    asking.hold()
    answer = asking.begin("daily", "pdf")
    assert eventually(lambda: asking.under_way() == 1, SOON_S)
    os.kill(asking.pid, signal.SIGKILL)
    cut = answer.result()
    assert (cut.status_code, cut.json()["code"], cut.json()["reason"]) == (503, "unavailable", "cut_off")
    assert int(cut.headers["Retry-After"]) > 0
    assert asking.ask("daily", "csv").status_code == 200
    (fresh,) = children(asking.server.pid)
    assert gone(asking.pid) and fresh != asking.pid


def test_a_process_that_died_while_nobody_asked_is_not_noticed_by_the_next_one(asking: Asking) -> None:
    os.kill(asking.pid, signal.SIGKILL)
    assert eventually(lambda: gone(asking.pid), SOON_S)
    assert asking.ask("daily", "csv").status_code == 200


@pytest.mark.faults("S4")
def test_a_stopped_server_answers_who_waits_and_leaves_nothing_running(asking: Asking) -> None:
    asking.hold()
    answers = [asking.begin("daily", "pdf") for _each in range(2)]
    assert eventually(lambda: asking.under_way() == 2, SOON_S)
    assert asking.server.stop() == 0
    assert {answer.result().json()["reason"] for answer in answers} == {"cut_off"}
    assert gone(asking.pid)
    lines = asking.server.logged().splitlines()
    assert not [line for line in lines if '"level":"error"' in line]


def test_the_process_ends_with_a_server_that_is_killed_in_the_middle_of_a_job(asking: Asking) -> None:
    asking.hold()
    answer = asking.begin("daily", "xlsx")
    assert eventually(lambda: asking.under_way() == 1, SOON_S)
    asking.server.kill()
    asking.let_go()
    assert eventually(lambda: gone(asking.pid), SOON_S)
    assert isinstance(answer.exception(), requests.ConnectionError)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    """The whole app in plain threads."""
    with Kit(tmp_path) as kit:
        kit.take(dossiers=2)
        kit.call("POST", "/sites/ward/counters/1/open", "officer", json={})
        kit.at_counter("call-next")
        yield kit
        kit.app.extensions[LONG_WORK].close()


def background_of(kit: Kit) -> Background:
    made = Background(kit.layso.settings.data, kit.office)
    kit.app.extensions[LONG_WORK] = made
    return made


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_report_is_byte_for_byte_what_it_is_here(kit: Kit, lang: str) -> None:
    def asked() -> list[bytes]:
        reports = "/sites/ward/reports"
        asked = [f"{kind}?from=2026-11-17&format={form}" for kind in KINDS for form in ("json", "csv", "xlsx", "pdf")]
        papers._drawn.cache_clear()
        paths = [*(f"{reports}/{one}" for one in asked), "/sites/ward/leaflet.pdf"]
        return [kit.call("GET", path, "supervisor", lang=lang).data for path in paths]

    here = asked()
    background = background_of(kit)
    assert asked() == here
    assert background.pid is not None


def test_a_job_that_takes_too_long_is_ended_and_the_next_one_is_done(kit: Kit) -> None:
    background = background_of(kit)
    path = "/sites/ward/reports/daily?format=csv"
    expected = kit.call("GET", path, "supervisor").data
    stuck = background.pid
    assert stuck is not None
    os.kill(stuck, signal.SIGSTOP)
    background.patience_s = 0.2
    told = problem(kit.call("GET", path, "supervisor"), 503, "unavailable")
    assert told["reason"] == "too_long" and gone(stuck)
    background.patience_s = 120
    assert kit.call("GET", path, "supervisor").data == expected


def test_threads_that_ask_at_once_each_get_their_own_answer(kit: Kit) -> None:
    background_of(kit)
    kinds = KINDS[: WAITING + 1]

    def ask(kind: str) -> bytes:
        bearer = {"Authorization": f"Bearer {kit.token('supervisor')}"}
        return kit.app.test_client().get(f"/api/v1/sites/ward/reports/{kind}?format=csv", headers=bearer).data

    alone = [ask(kind) for kind in kinds]
    together = at_once([lambda kind=kind: ask(kind) for kind in kinds])
    assert together == alone and len(set(alone)) == len(kinds)


def test_a_stranger_who_waits_takes_no_other_strangers_turn(tmp_path: Path) -> None:
    with Kit(tmp_path, limits=True) as kit:
        limits = kit.layso.limits
        background = background_of(kit)
        papers._drawn.cache_clear()
        assert kit.call("GET", "/sites/ward/leaflet.pdf").status_code == 200
        pid = background.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        with ThreadPoolExecutor(2) as pool:
            paths = ("/sites/other/leaflet.pdf", "/sites/province/leaflet.pdf")
            waiting = [pool.submit(kit.app.test_client().get, f"/api/v1{path}") for path in paths]
            assert eventually(lambda: background.backlog == 2, SOON_S)
            free = [limits._turns.acquire(blocking=False) for _each in range(STRANGERS_AT_ONCE)]
            os.kill(pid, signal.SIGCONT)
        assert free == [True] * STRANGERS_AT_ONCE
        assert [answer.result().status_code for answer in waiting] == [200, 200]
        background.close()


@pytest.mark.faults("S4")
def test_who_finds_the_queue_full_is_held_back_and_gets_the_place_that_comes_free(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        background = background_of(kit)
        background.hold_s = FOR_EVER_S
        assert kit.call("GET", "/sites/ward/reports/daily?format=csv", "supervisor").status_code == 200
        pid = background.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        ask = partial(kit.app.test_client().get, headers={"Authorization": f"Bearer {kit.token('supervisor')}"})
        with ThreadPoolExecutor(WAITING + 3) as pool:
            path = "/api/v1/sites/ward/reports/daily?format=csv&from=2026-11-01&to=2026-11-{}"
            asked = [pool.submit(ask, path.format(day)) for day in range(10, 10 + WAITING + 3)]
            assert eventually(lambda: background.backlog == WAITING + 1, SOON_S)
            assert not any(one.done() for one in asked)
            os.kill(pid, signal.SIGCONT)
            assert [one.result().status_code for one in asked] == [200] * (WAITING + 3)
        assert background.backlog == 0
        background.close()


def test_a_closed_one_refuses_and_starts_nothing(kit: Kit) -> None:
    background = background_of(kit)
    background.close()
    problem(kit.call("GET", "/sites/ward/reports/daily?format=csv", "supervisor"), 503, "unavailable")
    assert background.pid is None


class Counted:
    """Long work that is done by `work`, and which job it was."""

    def __init__(self, work: LongWork) -> None:
        self.work, self.done = work, list[str]()

    def __call__(self, job: Any, *given: Any) -> Any:
        self.done.append(next(name for name, known in JOBS.items() if known is job))
        return self.work(job, *given)

    def close(self) -> None:
        self.work.close()  # type: ignore[attr-defined]


@pytest.mark.faults("S5")
def test_pasted_files_are_read_and_large_sites_checked_there(kit: Kit) -> None:
    admin, head = person(kit, "tu"), person(kit, "boss")
    ward = kit.office.site("ward")
    many = tuple(replace(ward.procedures[0], code=f"1.{n:06d}") for n in range(MANY + 1))
    large = write_sites([replace(ward, procedures=many)])
    rows = "code,from,to\n1.001193,1/4/2020,\n"
    forms = [
        ("ward/supervisor/config/import", {"text": write_sites([replace(ward, hotline="1900")])}),
        ("ward/supervisor/config/import", {"text": large}),
        ("ward/supervisor/config/import", {"text": large.replace('level = "commune"', 'level = "village"')}),
        ("province/supervisor/plan/import", {"text": rows, "code": "list", "title": "Danh mục"}),
        ("province/supervisor/plan/import", {"text": rows + "x y,,\n", "code": "list", "title": "Danh mục"}),
    ]

    def answers() -> list[tuple[int, str]]:
        sent = [
            (admin if path.startswith("ward") else head).post(f"/{path}", step="review", version="1", **form)
            for path, form in forms
        ]
        return [(one.status_code, re.sub(r'"[\w.-]{80,}"', "", one.text)) for one in sent]

    here = answers()
    assert [status for status, _text in here] == [200, 200, 422, 200, 422]
    kit.app.extensions[LONG_WORK] = counted = Counted(Background(kit.layso.settings.data, kit.office))
    assert answers() == here
    assert counted.done == [
        "site_import", "site_import", "site_check", "site_import", "procedure_list", "procedure_list",
    ]  # fmt: skip


@pytest.mark.faults("S4")
def test_a_page_that_has_to_wait_says_so_in_words_and_when_to_come_again(kit: Kit) -> None:
    background = background_of(kit)
    background.backlog, background.hold_s = WAITING + 1, 0.0
    bearer = {"Authorization": f"Bearer {kit.token('supervisor')}"}
    for page in ("reports?kind=daily", "postal?from=2026-11-16&to=2026-11-20"):
        for lang, words in (("vi", f"sau {RETRY_S} giây"), ("en", f"in {RETRY_S} seconds")):
            answer = kit.client.get(f"/ward/supervisor/{page}", headers={**bearer, "Accept-Language": lang})
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_S))
            assert words in answer.text


@pytest.mark.parametrize(
    "refusal",
    [
        Busy(retry_after=3), Invalid(("from", "missing")), Unknown("field", "x"), Unavailable("cut_off"),
        RateLimited("wait", retry_after=1), ConfigError("a.toml", [Problem("sites[0].code", "missing")]),
    ],
    ids=lambda refusal: refusal.code,
)  # fmt: skip
def test_a_refusal_arrives_as_it_was_made(refusal: TicketingError) -> None:
    arrived = pickle.loads(pickle.dumps(refusal))
    assert (type(arrived), vars(arrived)) == (type(refusal), vars(refusal))
    assert str(arrived) == str(refusal)


def test_no_job_is_done_but_those_of_the_table(kit: Kit) -> None:
    background = Background(kit.layso.settings.data, kit.office)
    with pytest.raises(KeyError):
        background(os.system, "true")
    assert background.pid is None and os.system not in JOBS.values()
