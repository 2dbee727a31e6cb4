"""Puts the service together: store, office, bus, accounts, sockets, and every room's pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import gevent
import msgspec
from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask_socketio import SocketIO
from flask_wtf.csrf import CSRFProtect

from display import make_display
from display.door import PATH as SOCKETS
from display.door import stand_at_the_door
from display.live import Live, attach
from display.voice import Voices, make_voice
from kiosk import language, pages
from kiosk.background import Background, Here
from kiosk.clocks import real_time
from kiosk.cluster import data_of
from kiosk.config import Settings
from kiosk.datadir import DataDir, Refused, run_here
from kiosk.origin import one_of_ours
from kiosk.pairing import make_pairing
from kiosk.parts import make_office, new_code
from kiosk.printing import make_printers
from kiosk.proxy import BehindProxy, Proxies
from kiosk.rating import make_ratings
from kiosk.signing import signer
from kiosk.telemetry import Telemetry, make_probes
from kiosk.views import make_views
from kiosk.web import WebFlask
from ticketing.api import cookies, make_api
from ticketing.api.auth import identify
from ticketing.api.elsewhere import LONG_WORK
from ticketing.api.headers import guarded
from ticketing.api.limits import IN_MEMORY, Limits, Place, end_turn, refusal_of_guess
from ticketing.api.printers import PRINTERS
from ticketing.api.problems import install_errors, is_api, problem
from ticketing.desk import known, make_desk
from ticketing.office import Office
from ticketing.ports import Clock, NewCode
from ticketing.printing.printers import Printers
from ticketing.signals.local import Bus
from ticketing.store import AnyStore, Elsewhere
from ticketing.verbs.people import Accounts

Offload = Callable[[Callable[[], Any]], Any]
MAX_BODY = 1024 * 1024
MAX_SOCKET_MESSAGE = 64 * 1024
OPEN_PATHS = ("/static/", "/healthz", "/readyz", "/metrics", "/favicon.ico", "/robots.txt")


@dataclass(slots=True)
class Layso:
    """The parts of one running service, `app.extensions["layso"]`."""

    settings: Settings
    store: AnyStore
    directory: DataDir
    bus: Bus
    office: Office
    accounts: Accounts
    socketio: SocketIO
    live: Live
    telemetry: Telemetry
    voices: Voices
    limits: Limits | None
    background: Background | Here
    printers: Printers

    def close(self) -> None:
        self.printers.stop()
        self.background.close()
        self.voices.close()
        self.bus.close()
        self.store.close()


class Json(DefaultJSONProvider):
    """JSON of answers too, which are frozen dataclasses and structs."""

    def dumps(self, obj: Any, **_given: Any) -> str:
        return msgspec.json.encode(obj, enc_hook=str).decode()


def _make_flask(settings: Settings, secret_key: str) -> Flask:
    app = WebFlask("kiosk", template_folder="templates", static_folder="static", static_url_path="/static")
    app.config.update(
        SECRET_KEY=secret_key,
        INSTALLATION=cookies.installation(secret_key),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        MAX_CONTENT_LENGTH=MAX_BODY,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        # Our pages send no Referer, which Flask-WTF would ask for under HTTPS.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.config["SESSION_COOKIE_NAME"] = cookies.name("session", app=app)
    app.json = Json(app)
    CSRFProtect(app)
    return app


def _make_sockets(app: Flask, office: Office, patched: bool, polling: bool) -> SocketIO:
    def same_origin(origin: str | None, environ: Mapping[str, Any]) -> bool:
        served = f"{environ.get('wsgi.url_scheme')}://{environ.get('HTTP_HOST')}"
        return one_of_ours(origin, served, office.public_url)

    return SocketIO(
        app,
        async_mode="gevent" if patched else "threading",
        cors_allowed_origins=same_origin,
        manage_session=False,
        max_http_buffer_size=MAX_SOCKET_MESSAGE,
        # A poll may come to another process than the one before.
        transports=["websocket", "polling"] if polling else ["websocket"],
    )


def _make_bus(settings: Settings, directory: DataDir) -> Bus:
    """News of this process alone, or of all that share the database."""
    if not settings.signals:
        return Bus()
    try:
        from ticketing.signals.redis import RedisBus
    except ImportError:
        raise Refused("--signals needs the extra 'cluster': pip install 'layso[cluster]'") from None
    return RedisBus(settings.signals, directory.identity())


def _counts(settings: Settings, directory: DataDir) -> Place:
    return Place(settings.signals, directory.identity()) if settings.signals else IN_MEMORY


def _add_hooks(app: Flask, layso: Layso) -> None:
    @app.before_request
    def begin() -> None:
        # What stands behind the proxies: each use of one costs as much as the rest of its line.
        known, asked = g._get_current_object(), request._get_current_object()  # type: ignore[attr-defined]
        known.started = time.perf_counter()
        known.lang = language.choose(layso.office, asked)
        known.actor = None
        try:
            if not asked.path.startswith(OPEN_PATHS):
                identify(layso.accounts)
        finally:
            if layso.limits is not None:
                layso.limits.check()

    @app.after_request
    def end(answer: Response) -> Response:
        known, asked = g._get_current_object(), request._get_current_object()  # type: ignore[attr-defined]
        if layso.limits is not None and (refusal := refusal_of_guess(layso.limits, answer.status_code)) is not None:
            answer = problem(refusal) if is_api() else app.make_response(pages.error_page(refusal))
        layso.telemetry.answered(answer, asked, known)
        language.keep(answer, asked)
        return answer

    app.teardown_request(lambda _error: end_turn())

    @app.context_processor
    def words() -> dict[str, Any]:
        return {"rehearsal": layso.office.clock.rehearsal, "lang": g.get("lang", language.LANGUAGES[0])}


def create_app(
    settings: Settings,
    clock: Clock,
    new_code: NewCode = new_code,
    *,
    offload: Offload = run_here,
    commits: Offload = run_here,
    hashing: Offload = run_here,
    patched: bool = False,
    background: bool = False,
    directory: DataDir | None = None,
    elsewhere: Elsewhere | None = None,
) -> Flask:
    """The whole service on `settings.data`; `app.extensions["layso"]` holds its parts.

    `patched` says that gevent has patched the process: sockets are greenlets then, and `offload` (for
    printers), `commits` and `hashing` (for passwords) should lead into native threads, each into its own. With
    `background` long work goes to a process of its own. A server hands in the `directory` that it holds. Raises
    datadir.Refused when the directory can't be used.
    """
    directory = directory or data_of(settings)
    directory.create()
    store = directory.open(commits, elsewhere)
    bus = _make_bus(settings, directory)
    # Made at the first start, before anybody asks for it.
    directory.ledger_key()
    office = make_office(store, bus, clock, new_code, settings.public_url, signer(directory.ledger_key))
    accounts = Accounts(store, real_time(clock), hashing, clock.now)
    app = _make_flask(settings, directory.secret_key())
    language.set_up(app)
    pages.set_up(app)
    socketio = _make_sockets(app, office, patched, settings.workers == 1 or settings.polling)
    live = attach(socketio, office, accounts, bus)
    telemetry = Telemetry(
        store, office, live.connected, lambda: long_work.backlog, counts=settings.counts
    )
    live.on_push = telemetry.pushed
    voices = Voices(settings.data)
    pause: Callable[[float], object] = gevent.sleep if patched else lambda seconds: None
    office.breathe = partial(pause, 0)
    limits = Limits(accounts, _counts(settings, directory), pause=pause) if settings.limits else None
    long_work = Background(settings.data, office, settings.database) if background else Here(office)
    app.extensions[LONG_WORK] = long_work
    printers = app.extensions[PRINTERS] = make_printers(app, office, offload, telemetry.papers.observe)
    layso = Layso(
        settings, store, directory, bus, office, accounts, socketio, live, telemetry, voices, limits, long_work,
        printers,
    )  # fmt: skip
    app.extensions["layso"] = layso
    _guard(app, layso)
    _add_hooks(app, layso)
    install_errors(app, pages.error_page)
    _open_rooms(app, layso)
    return app


def _guard(app: Flask, layso: Layso) -> None:
    """What looks at a request before Flask does."""
    proxies, limits = Proxies(layso.settings.trusted_proxy), layso.limits
    if limits is not None:
        limits.known_device = known.some_device
        stand_at_the_door(app, layso.socketio, layso.live, limits, layso.accounts, proxies.trusts)
    app.wsgi_app = guarded(app.wsgi_app, SOCKETS)  # type: ignore[method-assign]
    if proxies:
        app.wsgi_app = BehindProxy(app.wsgi_app, proxies)  # type: ignore[method-assign]


def _open_rooms(app: Flask, layso: Layso) -> None:
    office, accounts = layso.office, layso.accounts
    app.register_blueprint(make_probes(layso.store, office, layso.telemetry))
    app.register_blueprint(make_api(office, accounts))
    app.register_blueprint(make_desk(office, accounts, _counts(layso.settings, layso.directory)))
    app.register_blueprint(make_display(office))
    app.register_blueprint(make_voice(office, layso.voices))
    app.register_blueprint(make_pairing(office, accounts))
    app.register_blueprint(make_views(office, accounts))
    app.register_blueprint(make_ratings(office, accounts))
