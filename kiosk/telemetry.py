"""What the service tells about itself: access lines, metrics, liveness, readiness. Routes stand in their
pattern, sites by their code; no ticket's code and nothing personal is a label or a log field."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import lru_cache

from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ticketing.office import Office
from ticketing.ports import Clock, Store, View
from ticketing.sessions import business_day

log = logging.getLogger("layso.access")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
TAKE_TICKET = "/api/v1/sites/<site>/tickets"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
PROBE_S = 2.0


def waiting_by_site(view: View, clock: Clock) -> list[tuple[str, int]]:
    now = clock.now()
    return [(site.code, sum(view.waiting_counts(site.code, business_day(site, now)).values())) for site in view.sites()]


class Telemetry:
    """The counters of one app, in a registry of their own."""

    def __init__(self, store: Store, office: Office, sockets: Callable[[], dict[str, int]]) -> None:
        disable_created_metrics()
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "layso_http_requests",
            "Answers by route and status",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "layso_http_request_seconds",
            "Time to answer",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.tickets = Counter(
            "layso_tickets_issued", "Tickets issued by this process", ("site",), registry=self.registry
        )
        self.pushes = Histogram(
            "layso_push_seconds", "From a change to the push of it", buckets=SECONDS, registry=self.registry
        )
        # Finding a child by its labels costs more than counting on it.
        self._count = lru_cache(maxsize=2048)(self.requests.labels)
        self._time = lru_cache(maxsize=512)(self.seconds.labels)
        self.registry.register(_Gauges(store, office, sockets))

    def pushed(self, seconds: float) -> None:
        self.pushes.observe(seconds)

    def answered(self, answer: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        method = request.method if request.method in METHODS else "other"
        took = time.perf_counter() - g.get("started", time.perf_counter())
        self._count(method, route, answer.status_code).inc()
        self._time(route).observe(took)
        if route == TAKE_TICKET and answer.status_code == 201:
            self.tickets.labels((request.view_args or {})["site"]).inc()
        quiet = method in ("GET", "HEAD") and answer.status_code < 400
        level = logging.DEBUG if quiet else logging.INFO
        if log.isEnabledFor(level):
            actor = g.get("actor")
            line = {
                "method": method,
                "route": route,
                "status": answer.status_code,
                "ms": round(took * 1000, 1),
            }
            log.log(level, "answered", extra={**line, "role": actor.role if actor else ""})
        return answer


class _Gauges(Collector):
    def __init__(self, store: Store, office: Office, sockets: Callable[[], dict[str, int]]) -> None:
        self._store, self._office, self._sockets = store, office, sockets

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("layso_tickets_waiting", "Tickets that wait now", labels=("site",))
        for site, count in self._store.read(lambda view: waiting_by_site(view, self._office.clock)):
            waiting.add_metric((site,), count)
        yield waiting
        sockets = GaugeMetricFamily("layso_sockets", "Sockets that are open", labels=("namespace",))
        for namespace, count in self._sockets().items():
            sockets.add_metric((namespace,), count)
        yield sockets
        backlog = getattr(self._store, "backlog", 0)
        yield GaugeMetricFamily("layso_writer_queue", "Writes that wait for the one writer", value=backlog)


class WriteProbe:
    """Whether an empty write comes back in time. While one is stuck no second one is sent after it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._under_way: threading.Thread | None = None

    def __call__(self) -> bool:
        if self._under_way is not None and self._under_way.is_alive():
            return False
        failed: list[BaseException] = []
        self._under_way = threading.Thread(target=self._write, args=(failed,), daemon=True)
        self._under_way.start()
        self._under_way.join(PROBE_S)
        return not self._under_way.is_alive() and not failed

    def _write(self, failed: list[BaseException]) -> None:
        try:
            self._store.write(lambda transaction: None)
        except BaseException as error:
            failed.append(error)


def make_probes(store: Store, telemetry: Telemetry) -> Blueprint:
    """/healthz, /readyz and /metrics."""
    probes = Blueprint("probes", __name__)
    can_write = WriteProbe(store)

    def can_read() -> bool:
        try:
            store.read(lambda view: view.meta("mode"))
        except Exception:
            logging.getLogger(__name__).exception("the store can't be read")
            return False
        return True

    @probes.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @probes.get("/readyz")
    def readyz() -> tuple[Response, int]:
        read, write = can_read(), can_write()
        ready = read and write
        return jsonify(ready=ready, read=read, write=write), 200 if ready else 503

    @probes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(telemetry.registry), content_type=CONTENT_TYPE_LATEST)

    return probes


class LoggedFlask(Flask):
    """Flask that logs a failure under its route's pattern: Flask's own line holds the path, and a path may
    hold a ticket's code."""

    def log_exception(self, exc_info: object) -> None:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        extra = {"method": request.method, "route": route}
        logging.getLogger("layso.app").error("a request failed", exc_info=exc_info, extra=extra)  # type: ignore[arg-type]
