"""The server process: gevent's own HTTP server, the clock's follower, and a clean stop."""

from __future__ import annotations

import errno
import logging
import resource
import signal
import socket
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Any

import gevent
from flask import Flask
from gevent import monkey
from gevent.event import Event
from gevent.pywsgi import WSGIHandler, WSGIServer

from kiosk.app import Layso, create_app
from kiosk.config import Settings
from kiosk.datadir import Refused
from ticketing.ports import Clock

log = logging.getLogger("layso.server")
FINISH_S = 10.0
TICK_S = 1.0
BACKLOG = 1024


def off_the_loop(work: Callable[[], Any]) -> Any:
    """Runs `work` in a native thread while sockets and reads go on."""
    return gevent.get_hub().threadpool.apply(work)


class Handler(WSGIHandler):
    """Counts requests from their first line to their last byte, and keeps what it logs free of paths."""

    server: Server

    def read_request(self, raw_requestline: str) -> Any:
        # A socket stays open for as long as its page: it is closed, not waited for.
        self.counted = not raw_requestline.partition(" ")[2].startswith("/socket.io")
        if self.counted:
            self.server.begin()
        return super().read_request(raw_requestline)

    def handle_one_request(self) -> Any:
        self.counted = False
        try:
            return super().handle_one_request()
        finally:
            if self.counted:
                self.server.end()

    def handle_one_response(self) -> None:
        super().handle_one_response()
        # What is left on a socket that was upgraded is no request.
        if self.environ.get("HTTP_UPGRADE"):
            self.close_connection = True

    def finalize_headers(self) -> None:
        super().finalize_headers()
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
        return ("400", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")


class Server(WSGIServer):
    """gevent's server without delayed acknowledgements, which ends when its requests have."""

    handler_class = Handler

    def __init__(self, listener: socket.socket, app: Flask, tls: ssl.SSLContext | None) -> None:
        extra = {"ssl_context": tls} if tls else {}
        super().__init__(listener, app, log=None, error_log=log, **extra)
        self.stopping = False
        self._requests = 0
        self._idle = Event()
        self._idle.set()

    def handle(self, sock: Any, address: Any) -> None:
        # Without it every answer on a kept connection waits 40 ms for the client's delayed ACK.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle(sock, address)

    def wrap_socket_and_handle(self, client_socket: Any, address: Any) -> Any:
        try:
            return super().wrap_socket_and_handle(client_socket, address)
        except (ssl.SSLError, ConnectionError) as error:
            log.info("a TLS connection failed", extra={"reason": type(error).__name__})
            client_socket.close()
            return None

    def begin(self) -> None:
        self._requests += 1
        self._idle.clear()

    def end(self) -> None:
        self._requests -= 1
        if not self._requests:
            self._idle.set()

    def finish(self, seconds: float) -> bool:
        """Stops accepting and waits for the requests in flight; False when some were not done in time."""
        self.stopping = True
        self.close()
        return bool(self._idle.wait(seconds))


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises Refused when the address can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "is already in use (choose another with --port)" if taken else f"can't be used: {error.strerror}"
        raise Refused(f"{host} port {port} {reason}") from None


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
    seq = layso.store.read(lambda view: view.last_seq(None))
    while True:
        try:
            layso.office.follow_clock()
            seq, sites = layso.office.changed_sites(seq)
            for site in sites:
                layso.bus.publish(site)
        except Exception:
            log.exception("the clock could not be followed")
        gevent.sleep(TICK_S)


def _stop(server: Server, layso: Layso, follower: gevent.Greenlet) -> None:
    log.info("stopping")
    follower.kill()
    if not server.finish(FINISH_S):
        log.warning("some requests were not done in time")
    layso.live.stop()
    layso.close()
    log.info("stopped")


def _allow_many_sockets() -> None:
    """Every open page holds a descriptor, and the usual soft limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def serve(settings: Settings, clock: Clock, prepare: Callable[[Layso, str], None]) -> None:
    """Serves until SIGTERM or SIGINT. `prepare` gets the parts and the public URL before the first request.

    Raises Refused when the address, the certificate or the data can't be used. The caller holds the
    directory's locks.
    """
    if not monkey.is_module_patched("socket"):
        raise Refused("layso serve must be started by its command, which prepares the process for it")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stop.set)
    _allow_many_sockets()
    tls = tls_context(settings)
    listener = listen(settings.host, settings.port)
    app = create_app(settings, clock, offload=off_the_loop, patched=True)
    layso: Layso = app.extensions["layso"]
    layso.office.public_url = settings.public_url or served_url(listener, tls is not None)
    try:
        prepare(layso, served_url(listener, tls is not None))
    except BaseException:
        layso.close()
        raise
    server = Server(listener, app, tls)
    server.start()
    layso.live.start()
    follower = gevent.spawn(follow, layso)
    print(f"Lấy Số is ready at {served_url(listener, tls is not None)}", flush=True)
    stop.wait()
    _stop(server, layso, follower)
