"""What the service tells about itself: access lines, metrics, liveness, readiness. Routes stand in their
pattern, sites by their code; no ticket's code and nothing personal is a label or a log field."""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate, product
from pathlib import Path

from flask import Blueprint, Request, Response, jsonify
from flask.ctx import _AppCtxGlobals
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from kiosk import logs
from kiosk.counts import Together
from ticketing.office import Office
from ticketing.ports import Clock, Store, View
from ticketing.rules.clock import Moment
from ticketing.rules.printers import JOB_STATES
from ticketing.rules.sessions import business_day
from ticketing.store import AnyStore

log = logging.getLogger("layso.access")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
TAKE_TICKET = "/api/v1/sites/<site>/tickets"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
PAPER_SECONDS = (0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0, 120.0)
PATIENCE_S = 2.0
RETRY_S = 0.05
SHARED_S = 1.0


def waiting_by_site(view: View, clock: Clock) -> list[tuple[str, int]]:
    now = clock.now()
    return [
        (site.code, sum(view.queues.lengths(site.code, business_day(site, now)).values())) for site in view.sites.all()
    ]


def printers_now(store: Store, clock: Clock) -> Iterator[GaugeMetricFamily]:
    """Which state each printer is in, and today's papers."""
    states = GaugeMetricFamily("layso_printer_state", "1 for the state it is in", labels=("site", "printer", "state"))
    papers = GaugeMetricFamily("layso_print_jobs", "Papers of today by state", labels=("site", "printer", "state"))

    def look(view: View) -> None:
        for site in view.sites.all():
            for one in site.printers:
                states.add_metric((site.code, one.name, view.printers.state(site.code, one.name).state), 1)
            if site.printers:
                # Of what comes up out of nothing no increase would be seen: it begins with 0.
                counts = dict.fromkeys(product([one.name for one in site.printers], JOB_STATES), 0)
                counts |= view.printers.counts(site.code, business_day(site, clock.now()))
                for (printer, state), count in counts.items():
                    papers.add_metric((site.code, printer, state), count)

    store.read(look)
    yield states
    yield papers


class Telemetry:
    """The counters of one app, in a registry of their own; `told` has those of all processes that count in the
    folder `counts`, and what the store tells."""

    def __init__(
        self, store: Store, office: Office, sockets: Callable[[], dict[str, int]], long_work: Callable[[], int],
        counts: Path | None = None,
    ) -> None:  # fmt: skip
        disable_created_metrics()
        self.registry = CollectorRegistry()
        self.answers = Answers()
        self.registry.register(self.answers)
        self.pushes = Histogram(
            "layso_push_seconds", "From a change to the push of it", buckets=SECONDS, registry=self.registry
        )
        self.papers = Histogram(
            "layso_paper_sent_seconds", "From a number on disk to the last byte of its paper at the printer",
            buckets=PAPER_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.registry.register(_Now(store, sockets, long_work))
        self.together = Together(self.registry, counts) if counts else None
        self.told = self.registry
        if self.together:
            self.told = CollectorRegistry()
            self.told.register(self.together)
        self.told.register(_Stored(store, office))

    def note(self) -> None:
        """Once in a while, for the other processes on this port."""
        if self.together:
            self.together.note()

    def pushed(self, seconds: float) -> None:
        self.pushes.observe(seconds)

    def answered(self, answer: Response, asked: Request, known: _AppCtxGlobals) -> None:
        route, status = asked.url_rule.rule if asked.url_rule else "unmatched", answer.status_code
        method = asked.method if asked.method in METHODS else "other"
        now = time.perf_counter()
        took = now - known.get("started", now)
        self.answers.add(method, route, status, took)
        if route == TAKE_TICKET and status == 201:
            self.answers.issued[(asked.view_args or {})["site"]] += 1
        quiet = method in ("GET", "HEAD") and status < 400
        level = logging.DEBUG if quiet else logging.INFO
        if log.isEnabledFor(level):
            actor = known.get("actor")
            line = {"method": method, "route": route, "status": status, "ms": round(took * 1000, 1)}
            line["role"] = actor.role if actor else ""
            if quiet or logs.together is None:
                log.log(level, "answered", extra=line)
            else:
                logs.together.say(log.name, line)


class Answers(Collector):
    """What was answered. The package's own counters take a lock at each step, four times an answer; all answers are
    counted on the one thread of the loop."""

    def __init__(self) -> None:
        self.issued: dict[str, int] = defaultdict(int)
        self._count: dict[tuple[str, str, int], int] = defaultdict(int)
        self._within: dict[str, list[int]] = defaultdict(lambda: [0] * (len(SECONDS) + 1))
        self._seconds: dict[str, float] = defaultdict(float)

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        self._count[method, route, status] += 1
        self._within[route][bisect_left(SECONDS, seconds)] += 1
        self._seconds[route] += seconds

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        labels = ("method", "route", "status")
        answers = CounterMetricFamily("layso_http_requests", "Answers by route and status", labels=labels)
        for (method, route, status), count in list(self._count.items()):
            answers.add_metric((method, route, str(status)), count)
        yield answers
        times = HistogramMetricFamily("layso_http_request_seconds", "Time to answer", labels=("route",))
        bounds = [floatToGoString(one) for one in (*SECONDS, float("inf"))]
        for route, within in list(self._within.items()):
            times.add_metric((route,), list(zip(bounds, accumulate(within), strict=True)), self._seconds[route])
        yield times
        issued = CounterMetricFamily("layso_tickets_issued", "Tickets issued here", labels=("site",))
        for site, count in list(self.issued.items()):
            issued.add_metric((site,), count)
        yield issued


class _Now(Collector):
    """What is so in this process."""

    def __init__(self, store: Store, sockets: Callable[[], dict[str, int]], long_work: Callable[[], int]) -> None:
        self._store, self._sockets, self._long_work = store, sockets, long_work

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        sockets = GaugeMetricFamily("layso_sockets", "Sockets that are open", labels=("namespace",))
        for namespace, count in self._sockets().items():
            sockets.add_metric((namespace,), count)
        yield sockets
        backlog = getattr(self._store, "backlog", 0)
        yield GaugeMetricFamily("layso_writer_queue", "Writes that wait for the one writer", value=backlog)
        yield GaugeMetricFamily("layso_long_work", "Long jobs under way or waiting", value=self._long_work())


class _Stored(Collector):
    """What the store tells, the same in every process."""

    def __init__(self, store: Store, office: Office) -> None:
        self._store, self._office = store, office

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("layso_tickets_waiting", "Tickets that wait now", labels=("site",))
        for site, count in self._store.read(lambda view: waiting_by_site(view, self._office.clock)):
            waiting.add_metric((site,), count)
        yield waiting
        yield from printers_now(self._store, self._office.clock)


class Readiness:
    """Whether the service does what it is there for, looked at once a second however many ask. It writes nothing."""

    def __init__(self, store: AnyStore, clock: Callable[[], Moment]) -> None:
        self._store, self._clock = store, clock
        self._door = threading.Lock()
        self._told: dict[str, bool | str] = {}
        self._until = self._ended = 0.0

    def __call__(self) -> dict[str, bool | str]:
        asked = time.monotonic()
        with self._door:
            # Whoever waited for another's look has its answer, however long that took.
            if asked >= self._until and asked > self._ended:
                self._until = time.monotonic() + SHARED_S
                self._told, self._ended = self._look(), time.monotonic()
            return self._told

    def _look(self) -> dict[str, bool | str]:
        read, write, held = self._can_read(), self._can_write(), self._clock().held
        told: dict[str, bool | str] = {"ready": read and write and not held, "read": read, "write": write}
        return told | ({"clock": "held"} if held else {})

    def _can_read(self) -> bool:
        try:
            self._store.read(lambda view: view.meta("mode"))
        except Exception:
            logging.getLogger(__name__).exception("the store can't be read")
            return False
        return True

    def _can_write(self) -> bool:
        """What the last commit told; False too when the database is held for longer than a write should need."""
        until = time.monotonic() + PATIENCE_S
        try:
            while (writes := self._store.writes()) == "busy" and time.monotonic() < until:
                time.sleep(RETRY_S)
        except Exception:
            logging.getLogger(__name__).exception("the store can't be asked")
            return False
        return writes == "ok"


def make_probes(store: AnyStore, office: Office, telemetry: Telemetry) -> Blueprint:
    """/healthz, /readyz and /metrics."""
    probes = Blueprint("probes", __name__)
    readiness = Readiness(store, lambda: office.clock.look())

    @probes.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @probes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        told = readiness()
        return jsonify(told), 200 if told["ready"] else 503

    @probes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(telemetry.told), content_type=CONTENT_TYPE_LATEST)

    return probes
