"""What is measured, each on the one running server, in turns with a bare application that answers nothing."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from tests.bench import load, wall
from tests.bench.load import Job, Result, request
from tests.bench.place import COUNTERS, FIELDS, SITE, WALL_FIELD, Tokens, cpu_s, memory_mb
from tests.bench.spread import spread
from tests.serving import Server

API = f"/api/v1/sites/{SITE}"
TICKETS = f"{API}/tickets"
CONNECTIONS = (16, 64)
WALLS = (20, 500, 2000)
# At least, before officers call and when they have called; so many they call in so many seconds at most.
WAITING, CALLED, CALLS_S = 1000, 2700, 0.75
EVERY_S = 0.25
EMPTY_POST = request("POST", "/empty", "", {})
EMPTY_GET = request("GET", "/empty")


@dataclass(frozen=True)
class Pace:
    """Seconds of one slice, and how often the slices alternate."""

    slice_s: float
    rounds: int
    walls: tuple[int, ...]


FULL = Pace(slice_s=3.0, rounds=3, walls=WALLS)
QUICK = Pace(slice_s=0.5, rounds=1, walls=(20,))


@dataclass(frozen=True)
class Slice:
    result: Result
    cpu_us: float


class Bench:
    """`bare` is port and process of the application that answers nothing. Ours has two: what it writes with counts."""

    def __init__(self, server: Server, tokens: Tokens, bare: tuple[int, int], pace: Pace) -> None:
        self.server, self.tokens, self.pace = server, tokens, pace
        self.bare = bare[0], (bare[1],)
        board = server.ask("GET", f"/sites/{SITE}/board").json()
        self.prefix = next(f["prefix"] for f in board["fields"] if f["code"] == WALL_FIELD)

    @property
    def ours(self) -> tuple[int, tuple[int, ...]]:
        return self.server.port, self.server.pids

    def run(self, where: tuple[int, tuple[int, ...]], job: Job, *wanted: str) -> Slice:
        """A slice and its processor time, once every answer was as wanted."""
        before = cpu_s(*where[1])
        result = load.run(job)
        if set(result.statuses) - set(wanted):
            raise RuntimeError(f"asked for {wanted}, answered {result.statuses}:\n{self.server.logged()[-2000:]}")
        return Slice(result, 1e6 * (cpu_s(*where[1]) - before) / result.answers)

    def tickets(self, fields: tuple[str, ...] = FIELDS) -> list[list[str]]:
        """A lane for each connection, which goes round its own kiosks."""
        kiosks = self.tokens.kiosks
        lanes = max(CONNECTIONS)
        return [
            [request("POST", TICKETS, token, {"field": fields[n % len(fields)]}) for token in kiosks[n::lanes]]
            for n in range(lanes)
        ]

    def reads(self, path: str) -> list[list[str]]:
        lanes, kiosks = max(CONNECTIONS), self.tokens.kiosks
        return [[request("GET", path, token) for token in kiosks[n::lanes]] for n in range(lanes)]

    def compare(
        self, lanes: list[list[str]], connections: int, wanted: tuple[str, ...], empty: str, seconds: float = 0.0
    ) -> dict[str, Any]:
        """In turns with an empty request at as many connections: `ratio` of the rates, `cpu` as a multiple of its
        processor time, the 99th percentiles of both."""
        seconds = seconds or self.pace.slice_s
        ours = Job(self.server.port, connections, seconds, lanes)
        nothing = Job(self.bare[0], connections, seconds, [[empty]])
        turns = [
            (self.run(self.bare, nothing, "200"), self.run(self.ours, ours, *wanted)) for _ in range(self.pace.rounds)
        ]
        rates = spread((b.result.per_second for _, b in turns), 0)
        return {
            "per_second": round(rates["median"]), "per_second_min": rates["min"], "per_second_max": rates["max"],
            "empty_per_second": round(median(a.result.per_second for a, _ in turns)),
            "ratio": round(median(b.result.per_second / a.result.per_second for a, b in turns), 2),
            "cpu": round(median(b.cpu_us / a.cpu_us for a, b in turns), 2),
            "cpu_us": round(median(b.cpu_us for _, b in turns)),
            "p50_ms": round(median(b.result.p50_ms for _, b in turns), 1),
            "p99_ms": round(median(b.result.p99_ms for _, b in turns), 1),
            "empty_p99_ms": round(median(a.result.p99_ms for a, _ in turns), 1),
        }  # fmt: skip

    def requests(self) -> dict[str, Any]:
        lanes = self.tickets()
        self.run(self.ours, Job(self.server.port, 16, self.pace.slice_s / 2, lanes), "201")
        found = {f"ticket, {n} connections": self.compare(lanes, n, ("201",), EMPTY_POST) for n in CONNECTIONS}
        found[f"call-next, {COUNTERS} officers, behind all these"] = self.calls()
        code = self.server.http.post(
            f"{self.server.url}{TICKETS}", json={"field": FIELDS[0]}, timeout=15,
            headers={"Authorization": f"Bearer {self.tokens.kiosks[0]}"},
        ).json()["code"]  # fmt: skip
        pages = {
            "GET board": f"{API}/board", "GET ticket": f"/api/v1/tickets/{code}", "phone page": f"/t/{code}",
            "public page": f"/{SITE}/", "kiosk page": f"/{SITE}/kiosk/",
            "slip PDF": f"/api/v1/tickets/{code}/slip.pdf", "slip PNG": f"/api/v1/tickets/{code}/slip.png",
            "slip ESC/POS": f"/api/v1/tickets/{code}/slip.escpos",
        }  # fmt: skip
        for name, path in pages.items():
            connections = 4 if name.startswith("slip") else 16
            found[name] = self.compare(self.reads(path), connections, ("200",), EMPTY_GET)
        return found

    def calls(self, waiting: int = WAITING) -> dict[str, Any]:
        """Eight officers who press "next" as fast as they are answered, a thousand and more waiting."""
        self.fill(waiting)
        lanes = self.seated()
        # Their tokens are eight: no longer than their limit of a minute lasts.
        found = self.compare(lanes, COUNTERS, ("200",), EMPTY_POST, min(self.pace.slice_s, CALLS_S))
        if (left := self.waiting) < WAITING:
            raise RuntimeError(f"the officers have called all but {left}")
        return found

    def fill(self, waiting: int) -> None:
        while self.waiting < waiting:
            self.run(self.ours, Job(self.server.port, 16, 0.3, self.tickets()), "201")

    def seated(self) -> list[list[str]]:
        """Opens the counters; a lane for each officer, who calls the next."""
        lanes = []
        for number, token in enumerate(self.tokens.officers, 1):
            at = f"{API}/counters/{number}"
            self.run(self.ours, Job(self.server.port, 1, 0.01, [[request("POST", f"{at}/open", token, {})]]), "200")
            lanes.append([request("POST", f"{at}/call-next", token, {})])
        return lanes

    @property
    def waiting(self) -> int:
        return int(self.server.ask("GET", f"/sites/{SITE}/board").json()["session"]["waiting"])

    # -- the wall -------------------------------------------------------------------------------------

    def walls(self) -> dict[str, Any]:
        """From the answer to the last wall, and a tap's time meanwhile, beside a bare emit of as many bytes; what the
        server holds with so many."""
        return {f"{number} walls": self._beside(number) for number in self.pace.walls}

    def _beside(self, number: int) -> dict[str, Any]:
        one_field = [[request("POST", TICKETS, token, {"field": WALL_FIELD}) for token in self.tokens.kiosks]]
        job = replace(Job(self.server.port, 1, 3 * self.pace.slice_s, one_field), every_s=EVERY_S, keep=True)
        with wall.displays(self.server.port, SITE, WALL_FIELD, number, self.tokens.officers[0]) as connected:
            slice_ = self.run(self.ours, job, "201")
            taken = [(int(label.removeprefix(self.prefix)), at) for label, at in slice_.result.kept]
            seen, held_mb = connected.seen(max(serial for serial, _ in taken)), memory_mb(self.server.pid)
        content = self.server.ask("GET", f"/sites/{SITE}/board").json()
        emitted = []
        for serial in range(1, int(job.seconds / EVERY_S) + 3):
            told = {"fields": [{"code": WALL_FIELD, "issued": serial}], "filled": content["fields"]}
            emitted.append(request("POST", "/emit", "", told | {"counters": content["counters"]}))
        bare_job = replace(Job(self.bare[0], 1, 3 * self.pace.slice_s, [emitted]), every_s=EVERY_S, keep=True)
        with wall.displays(self.bare[0], SITE, WALL_FIELD, number, self.tokens.officers[0]) as connected:
            bare = self.run(self.bare, bare_job, "200")
            moments = [(serial, at) for serial, (_, at) in enumerate(bare.result.kept, 1)]
            bare_seen = connected.seen(len(moments))
        ours_ms, bare_ms = _last_ms(seen, taken), _last_ms(bare_seen, moments)
        return {
            "last_ms": round(median(ours_ms), 1), "last_min_ms": round(min(ours_ms), 1),
            "last_max_ms": round(max(ours_ms), 1),
            "bare_last_ms": round(median(bare_ms), 1),
            "ratio": round(median(ours_ms) / median(bare_ms), 2),
            "tap_p99_ms": round(slice_.result.p99_ms, 1),
            "mb": held_mb,
        }  # fmt: skip


def _last_ms(seen: list[list[tuple[float, int]]], taken: list[tuple[int, float]]) -> list[float]:
    """For each answer, the milliseconds until the last wall showed a board that counts it."""
    return [1000 * (_until_the_last(seen, serial) - at) for serial, at in taken]


def _until_the_last(seen: list[list[tuple[float, int]]], serial: int) -> float:
    return max(boards[bisect_left(boards, serial, key=lambda board: board[1])][0] for boards in seen)
