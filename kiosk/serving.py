"""The server process: gevent's own HTTP server, the clock's follower, and a clean stop."""

from __future__ import annotations

import errno
import gc
import logging
import resource
import signal
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any

import gevent
import gevent.hub
from flask import Flask
from gevent import monkey
from gevent.event import Event
from gevent.pywsgi import WSGIHandler, WSGIServer
from gevent.threadpool import ThreadPool

from kiosk import advising, leading, logs, workers
from kiosk.app import Layso, create_app
from kiosk.config import Settings
from kiosk.connections import HEAD, IDLE, REQUEST, SWEEP_S, WRITING, Connections
from kiosk.datadir import DataDir, Refused
from kiosk.heads import Head, clear_head
from kiosk.native import Hashing, NativeThread, off_the_loop
from kiosk.origin import origin
from kiosk.proxy import Proxies
from kiosk.telling import Telling
from ticketing.api.headers import EVERYWHERE
from ticketing.errors import TicketingError
from ticketing.ports import Clock
from ticketing.store import Elsewhere

log = logging.getLogger("layso.server")
FINISH_S = 3.0
CUT_OFF_S = 1.0
TICK_S = 1.0
# Where others write, and a signal may be lost.
SHARED_TICK_S = 0.5
NOTED_EVERY = 10
COUNTED_EVERY = 4
# Printers that hang, and names that nobody answers for, wait among themselves.
PRINTER_THREADS = 8
BACKLOG = 1024
TOGETHER = 64 * 1024
ON_THE_WIRE = [(name.encode(), value.encode()) for name, value in EVERYWHERE]
REFUSED_AT_THE_WIRE = "".join(
    f"{name}: {value}\r\n" for name, value in (*EVERYWHERE, ("Connection", "close"), ("Content-Length", "0"))
).encode() + b"\r\n"


class Handler(WSGIHandler):
    """Counts requests from their first line to their last byte, and keeps what it logs free of paths."""

    server: Server

    def MessageClass(self, *args: Any) -> Any:  # noqa: N802
        return clear_head(args[0], self.request_version)

    def _headers(self) -> Iterator[tuple[str, str]]:
        head: Any = self.headers
        return head.environ() if isinstance(head, Head) else super()._headers()

    def handle(self) -> None:
        peer = self.client_address[0] if self.client_address else ""
        self.connection = self.server.connections.add(self.socket, peer, self._body_here)
        # Whoever is gone, or was cut off, can't be told what was wrong with the request.
        with suppress(OSError):
            super().handle()
        self.server.connections.remove(self.connection)

    def _body_here(self) -> bool:
        body: Any = self.wsgi_input
        if body is None:
            return True
        return bool(body.chunk_length == 0 if body.chunked_input else body.position >= (body.content_length or 0))

    def handle_one_request(self) -> Any:
        self.counted = False
        try:
            answer = super().handle_one_request()
        finally:
            if self.counted:
                self.server.end()
        if isinstance(answer, tuple) and answer[0] == "414":
            return ("414", b"HTTP/1.1 414 Request URI Too Long\r\n" + REFUSED_AT_THE_WIRE)
        return answer

    def read_requestline(self) -> str:
        if self.time_finish:
            self.connection.enter(IDLE)
            self.rfile.peek(1)
            self.connection.enter(HEAD)
        return str(super().read_requestline())

    def read_request(self, raw_requestline: str) -> Any:
        self.wsgi_input = None
        read = super().read_request(raw_requestline)
        if self.connection.cut:
            # The parser takes the end of the connection for the end of the head.
            raise ValueError("the head was cut off")
        self.connection.ask()
        # A socket stays open for as long as its page: it is closed, not waited for, and the display watches it.
        self.counted = not self.path.startswith("/socket.io")
        if self.counted:
            self.server.begin()
        elif self.command == "GET" and self.headers.get("Upgrade"):
            self.server.connections.remove(self.connection)
        return read

    def handle_one_response(self) -> None:
        super().handle_one_response()
        # What is left on a socket that was upgraded is no request.
        if self.environ.get("HTTP_UPGRADE"):
            self.close_connection = True

    def _sendall(self, data: bytes | bytearray) -> None:
        self.connection.enter(WRITING)
        super()._sendall(data)
        self.connection.enter(REQUEST)

    def _write_with_headers(self, data: bytes) -> None:
        """gevent sends a head by itself, and the body behind it: two packets, which the client wakes up for twice."""
        if self.response_use_chunked or len(data) > TOGETHER:
            super()._write_with_headers(data)
            return
        self.headers_sent = True
        self.finalize_headers()
        lines = [b"HTTP/1.1 " + self.status, *(name + b": " + value for name, value in self.response_headers)]
        self._sendall(b"\r\n".join(lines) + b"\r\n\r\n" + data)

    def finalize_headers(self) -> None:
        super().finalize_headers()
        named = {name.lower() for name, _value in self.response_headers}
        self.response_headers += [one for one in ON_THE_WIRE if one[0].lower() not in named]
        if self.server.stopping:
            self.close_connection = True
            self.response_headers.append((b"Connection", b"close"))

    def log_request(self) -> None:
        pass

    def handle_error(self, t: Any, v: Any, tb: TracebackType | None) -> None:
        if not issubclass(t, gevent.GreenletExit):
            log.error("a request failed outside the application", exc_info=(t, v, tb))
        self._send_error_response_if_possible(500)

    def _handle_client_error(self, ex: Exception) -> Any:
        log.info("a request could not be read", extra={"reason": type(ex).__name__})
        return ("400", b"HTTP/1.1 400 Bad Request\r\n" + REFUSED_AT_THE_WIRE)


class Server(WSGIServer):
    """gevent's server without delayed acknowledgements, which ends when its requests have."""

    handler_class = Handler

    def __init__(
        self, listener: socket.socket, app: Flask, tls: ssl.SSLContext | None, connections: Connections | None = None,
        shared: bool = False,
    ) -> None:  # fmt: skip
        extra = {"ssl_context": tls} if tls else {}
        # Who shares a port takes one of those that come together, and leaves the rest to the others.
        super().__init__(listener, app, log=None, error_log=log, environ={"wsgi.multiprocess": shared}, **extra)
        self.connections = connections or Connections(bounded=True)
        self.stopping = False
        self._requests = 0
        self._idle = Event()
        self._idle.set()

    def start(self) -> None:
        super().start()
        self._sweeper = gevent.spawn(self._sweep)

    def _sweep(self) -> None:
        while True:
            gevent.sleep(SWEEP_S)
            if ended := self.connections.sweep():
                log.info("connections that took too long were ended", extra={"count": ended})

    def handle(self, sock: Any, address: Any) -> None:
        # Without it every answer on a kept connection waits 40 ms for the client's delayed ACK.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle(sock, address)

    def wrap_socket_and_handle(self, client_socket: Any, address: Any) -> Any:
        greeting = self.connections.add(client_socket, address[0])
        try:
            with closing(self.wrap_socket(client_socket, **self.ssl_args)) as wrapped:
                self.connections.remove(greeting)
                return self.handle(wrapped, address)
        except OSError as error:
            log.info("a TLS connection failed", extra={"reason": type(error).__name__})
            client_socket.close()
            return None
        finally:
            self.connections.remove(greeting)

    def begin(self) -> None:
        self._requests += 1
        self._idle.clear()

    def end(self) -> None:
        self._requests -= 1
        if not self._requests:
            self._idle.set()

    def finish(self, seconds: float) -> bool:
        """Stops accepting and waits for the requests in flight; False when some were not done in time. Half a head is
        no request, and the rest of a body has less time than an answer."""
        self.stopping = True
        self._sweeper.kill()
        self.close()
        self.connections.end_silent()
        if self._idle.wait(seconds / 2):
            return True
        self.connections.end_halves()
        return bool(self._idle.wait(seconds / 2))


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises Refused when the address can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "is already in use (choose another with --port)" if taken else f"can't be used: {error.strerror}"
        raise Refused(f"{host} port {port} {reason}") from None


def inherited(handle: int) -> socket.socket:
    """The socket that all workers listen on. Whoever gave it to us ends, and we do."""
    found = socket.socket(fileno=handle)
    found.setblocking(False)
    return found


def own_address() -> str:
    """The address that this machine has towards its network; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def served_url(listener: socket.socket, tls: bool) -> str:
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = own_address()
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise Refused(f"--tls-cert and --tls-key can't be used: {error.strerror or error}") from None
    return context


def follow(layso: Layso) -> None:
    """Does what the sites' clocks make due, and tells the pages what other processes changed."""
    known: Mapping[str, int] = {}
    directory, beats, held = layso.directory, 0, False
    while True:
        try:
            layso.store.look_after()
            directory.look_after()
            moment = layso.office.clock.look()
            if moment.held != held:
                held = moment.held
                times = {"wall": moment.wall.isoformat(), "expected": moment.at.isoformat()}
                log.warning("the clock has leapt and is held" if held else "the clock goes on", extra=times)
            layso.office.follow_clock()
            layso.office.seal_days()
            before, known = known, layso.office.heads()
            for site, seq in known.items():
                if before.get(site) != seq:
                    layso.bus.heard(site)
            layso.accounts.write_seen()
            if beats % COUNTED_EVERY == 0:
                layso.telemetry.note()
            if beats % NOTED_EVERY == 0:
                off_the_loop(partial(directory.note_heads, known))
            beats += 1
            layso.live.cut_off = False
        except Exception:
            # What can't be known to hold is not said to: silent walls show that they are cut off.
            layso.live.cut_off = not layso.settings.alone
            log.exception("the clock could not be followed")
        gevent.sleep(TICK_S if layso.settings.alone else SHARED_TICK_S)


def _stop(server: Server, layso: Layso, tasks: list[gevent.Greenlet[Any, Any]], telling: Telling) -> None:
    log.info("stopping")
    layso.printers.stop()
    end_tasks(tasks)
    finished = server.finish(FINISH_S)
    # Whoever still waits for long work is refused, and answered.
    layso.background.close()
    if not finished and not server.finish(CUT_OFF_S):
        log.warning("some requests were not done in time")
    layso.live.stop()
    telling.end(CUT_OFF_S)
    with suppress(TicketingError):
        layso.directory.note_heads(layso.office.heads())
    layso.close()
    log.info("stopped")


def end_tasks(tasks: list[gevent.Greenlet[Any, Any]]) -> None:
    """One that waits for a database or a disk may not end in time: nobody's answer waits for it."""
    gevent.killall(tasks, block=False)
    if len(gevent.joinall(tasks, timeout=CUT_OFF_S)) < len(tasks):
        log.warning("some tasks did not end in time")


def _say_what_fails(_hub: object, context: object, kind: Any, error: Any, trace: Any) -> None:
    """gevent's own way with an error that ends a task, or that accepting a connection meets, is to print it."""
    log.error("a task failed", exc_info=(kind, error, trace), extra={"task": type(context).__name__})


def _allow_many_sockets() -> None:
    """Every open page holds a descriptor, and the usual soft limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def serve(
    settings: Settings, clock: Clock, directory: DataDir, prepare: Callable[[Layso], None],
    elsewhere: Elsewhere | None,
) -> None:  # fmt: skip
    """Serves until SIGTERM or SIGINT. `prepare` gets the parts before the first request; `elsewhere` writes.

    Raises Refused when the address, the certificate or the data can't be used. The caller holds `directory`.
    """
    if not monkey.is_module_patched("socket"):
        raise Refused("layso serve must be started by its command, which prepares the process for it")
    # What is imported by now stays: to search it for rubbish would stop everything for a fifth of a second.
    gc.freeze()
    gevent.hub.Hub.print_exception = _say_what_fails  # type: ignore[assignment]
    logs.write_together(gevent.get_hub().loop.run_callback)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    if settings.listener is not None:
        workers.end_with_the_parent()
    _allow_many_sockets()
    tls = tls_context(settings)
    listener = listen(settings.host, settings.port) if settings.listener is None else inherited(settings.listener)
    served = served_url(listener, tls is not None)
    settings = replace(settings, public_url=settings.public_url or origin(served))
    commits = NativeThread()
    app = create_app(
        settings, clock, offload=ThreadPool(PRINTER_THREADS).apply, commits=commits, hashing=Hashing(), patched=True,
        background=True, directory=directory, elsewhere=elsewhere,
    )  # fmt: skip
    layso: Layso = app.extensions["layso"]
    try:
        copying = leading.copying(layso)
        prepare(layso)
    except BaseException:
        layso.close()
        raise
    connections = Connections(settings.limits, Proxies(settings.trusted_proxy).trusts)
    server = Server(listener, app, tls, connections, shared=settings.listener is not None)
    server.start()
    layso.live.start()
    tasks: list[gevent.Greenlet[Any, Any]] = [gevent.spawn(follow, layso)]
    tasks.append(gevent.spawn(leading.lead, layso, copying))
    tasks.append(gevent.spawn(advising.keep_advising, layso.office, layso.background))
    telling = Telling(layso.office)
    layso.office.tell_soon = telling.put
    tasks.append(gevent.spawn(telling.keep_telling))
    gc.freeze()
    print(f"Lấy Số is ready at {served}", flush=True)
    stop.wait()
    _stop(server, layso, tasks, telling)
