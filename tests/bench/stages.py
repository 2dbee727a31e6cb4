"""What is measured, each on the one running server."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from printer_templates import Slip, SlipLabels, slip_pdf, slip_png, warm
from tests.bench import load, wall
from tests.bench.load import Job, Result, request
from tests.bench.place import COUNTERS, FIELDS, SITE, WALL_FIELD, Tokens, cpu_s
from tests.serving import Server

TICKETS = f"/api/v1/sites/{SITE}/tickets"
CONNECTIONS = (1, 16, 64)
DISPLAYS = 50
MOST_PUSHES = 20


@dataclass(frozen=True)
class Pace:
    """Seconds of one slice, how often the slices alternate, and how many slips are drawn."""

    slice_s: float
    rounds: int
    slips: int


FULL = Pace(slice_s=2.0, rounds=4, slips=300)
QUICK = Pace(slice_s=0.5, rounds=1, slips=40)


class Bench:
    def __init__(self, server: Server, tokens: Tokens, pace: Pace) -> None:
        self.server, self.tokens, self.pace = server, tokens, pace
        board = server.ask("GET", f"/sites/{SITE}/board").json()
        self._wall_prefix = next(f["prefix"] for f in board["fields"] if f["code"] == WALL_FIELD)

    def _job(self, lanes: list[list[str]], connections: int, seconds: float = 0.0) -> Job:
        return Job(self.server.port, connections, seconds or self.pace.slice_s, lanes)

    def _run(self, job: Job, *wanted: str) -> tuple[Result, float | None]:
        """The result, and the server's microseconds of processor time for one answer."""
        before = cpu_s(self.server.pid)
        result = load.run(job)
        after = cpu_s(self.server.pid)
        if set(result.statuses) - set(wanted):
            raise RuntimeError(f"asked for {wanted}, answered {result.statuses}:\n{self.server.logged()[-2000:]}")
        return result, None if before is None or after is None else 1e6 * (after - before) / result.answers

    def _tickets(self, fields: tuple[str, ...] = FIELDS) -> list[list[str]]:
        return [[request("POST", TICKETS, self.tokens.kiosk, {"field": code}) for code in fields]]

    # -- requests -------------------------------------------------------------------------------------

    def requests(self) -> dict[str, Any]:
        """No-op, refused and ticket in turns, at each number of connections."""
        kinds: dict[str, tuple[list[list[str]], str]] = {
            "no-op": ([[request("GET", "/healthz")]], "200"),
            "refused": ([[request("POST", TICKETS, self.tokens.kiosk, {"unknown": 1})]], "422"),
            "ticket": (self._tickets(), "201"),
        }
        for lanes, status in kinds.values():
            self._run(self._job(lanes, 16, self.pace.slice_s / 2), status)
        return {str(number): self._in_turns(kinds, number) for number in CONNECTIONS}

    def _in_turns(self, kinds: dict[str, tuple[list[list[str]], str]], connections: int) -> dict[str, Any]:
        slices: dict[str, list[tuple[Result, float | None]]] = {kind: [] for kind in kinds}
        for _round in range(self.pace.rounds):
            for kind, (lanes, status) in kinds.items():
                slices[kind].append(self._run(self._job(lanes, connections), status))
        rows = {kind: _row(found) for kind, found in slices.items()}
        for kind in ("refused", "ticket"):
            pairs = zip(slices[kind], slices["no-op"], strict=True)
            rows[kind]["ratio"] = round(median(a.per_second / b.per_second for (a, _), (b, _) in pairs), 2)
        return rows

    def calls(self) -> dict[str, Any]:
        """Eight officers who press "next" as fast as they are answered."""
        lanes = []
        for number, token in enumerate(self.tokens.officers, 1):
            at = f"/api/v1/sites/{SITE}/counters/{number}"
            opened = self._run(self._job([[request("POST", f"{at}/open", token, {})]], 1, 0.01), "200")
            assert opened[0].answers
            lanes.append([request("POST", f"{at}/call-next", token, {})])
        return _row([self._run(self._job(lanes, COUNTERS, 2 * self.pace.slice_s), "200")])

    # -- slips ----------------------------------------------------------------------------------------

    def slips(self) -> dict[str, Any]:
        """Drawn in this process, and asked for over HTTP; each of another ticket."""
        codes = [self.server.http.post(
            f"{self.server.url}{TICKETS}", json={"field": FIELDS[0]}, timeout=15,
            headers={"Authorization": f"Bearer {self.tokens.kiosk}"},
        ).json()["code"] for _ in range(20)]  # fmt: skip
        warm()
        urls = [f"{self.server.url}/t/{code}" for code in codes]
        slips = [_slip(number, urls[number % len(urls)]) for number in range(self.pace.slips)]
        lane = [request("GET", f"/api/v1/tickets/{code}/slip.pdf") for code in codes]
        return {
            "pdf 80 mm, in process": _drawn(slips, lambda slip: slip_pdf(slip, 80)),
            "pdf 58 mm, in process": _drawn(slips, lambda slip: slip_pdf(slip, 58)),
            "png 80 mm, in process": _drawn(slips, lambda slip: slip_png(slip, 80)),
            "pdf 80 mm, over HTTP": _row([self._run(self._job([lane], 4), "200")]),
        }

    # -- the wall -------------------------------------------------------------------------------------

    def walls(self) -> dict[str, Any]:
        """Displays beside one kiosk that takes ten tickets a second, then beside 16 that take all they get."""
        one_field = self._tickets((WALL_FIELD,))
        calm = replace(self._job(one_field, 1, 3 * self.pace.slice_s), every_s=0.1, keep=True)
        busy = replace(self._job(one_field, 16, 2 * self.pace.slice_s), keep=True)
        alone = self._run(replace(busy, keep=False), "201")
        return {
            "without displays": _row([alone]),
            "calm": self._beside_displays(calm),
            "busy": self._beside_displays(busy),
        }

    def _beside_displays(self, job: Job) -> dict[str, Any]:
        with wall.displays(self.server.port, SITE, WALL_FIELD, DISPLAYS) as connected:
            begun = time.monotonic()
            result, cpu = self._run(job, "201")
            ended = time.monotonic()
            taken = [(int(number.removeprefix(self._wall_prefix)), at) for number, at in result.kept]
            seen = connected.seen(max(serial for serial, _ in taken))
        delays = sorted(_until_the_last(seen, serial) - at for serial, at in taken)
        heard = [[at for at, _ in boards if begun <= at <= ended] for boards in seen]
        return _row([(result, cpu)]) | {
            "last_display_p50_ms": round(1000 * median(delays), 1),
            "last_display_p95_ms": round(1000 * delays[int(len(delays) * 0.95)], 1),
            "pushes_per_second": round(median(map(len, heard)) / (ended - begun), 1),
            "most_pushes_in_a_second": max(map(_most_in_a_second, heard)),
        }


def _row(found: list[tuple[Result, float | None]]) -> dict[str, Any]:
    """The slices of one kind as their medians."""
    results = [result for result, _ in found]
    cpu = [microseconds for _, microseconds in found if microseconds is not None]
    return {
        "per_second": round(median(r.per_second for r in results)),
        "p50_ms": round(median(r.p50_ms for r in results), 2),
        "p95_ms": round(median(r.p95_ms for r in results), 2),
        "worst_ms": round(max(r.worst_ms for r in results), 1),
        "cpu_us": round(median(cpu)) if cpu else None,
    }


def _slip(number: int, url: str) -> Slip:
    labels = SlipLabels(
        title="Số thứ tự",
        scan="Quét mã để theo dõi lượt của bạn",
        not_a_receipt="Phiếu này không thay thế Giấy tiếp nhận hồ sơ và hẹn trả kết quả.",
        thanks="Xin cảm ơn quý khách đã chờ.",
    )
    return Slip(
        number=f"{1001 + number}", site_name="Trung tâm Phục vụ hành chính công phường Bình An", url=url,
        labels=labels, service_name="Hộ tịch", procedure_name="Đăng ký khai sinh", dossiers="Số hồ sơ: 1",
        session_name="Buổi sáng", issued="07:40 23/11/2026", ahead="Trước bạn còn: 12",
        expected="Dự kiến khoảng 08:20", hotline="Đường dây nóng: 1022",
    )  # fmt: skip


def _drawn(slips: list[Slip], draw: Callable[[Slip], bytes]) -> dict[str, Any]:
    took = []
    for slip in slips:
        begun = time.perf_counter()
        draw(slip)
        took.append(1000 * (time.perf_counter() - begun))
    took.sort()
    return {
        "per_second": round(1000 / median(took)),
        "p50_ms": round(median(took), 2),
        "p95_ms": round(took[int(len(took) * 0.95)], 2),
        "worst_ms": round(took[-1], 1),
        "cpu_us": None,
    }


def _until_the_last(seen: list[list[tuple[float, int]]], serial: int) -> float:
    """The moment when the last display showed a board that counts this ticket."""
    return max(boards[bisect_left(boards, serial, key=lambda board: board[1])][0] for boards in seen)


def _most_in_a_second(moments: list[float]) -> int:
    return max((bisect_left(moments, at + 1.0) - n for n, at in enumerate(moments)), default=0)
