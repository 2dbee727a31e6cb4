"""Puts the service together: store, office, bus, accounts, sockets, and every room's pages."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request
from flask_socketio import SocketIO
from flask_wtf.csrf import CSRFProtect

from display import make_display
from display.live import Live, attach
from display.voice import Voices, make_voice
from kiosk import language, pages
from kiosk.clocks import real_now
from kiosk.config import Settings
from kiosk.datadir import DataDir, run_here
from kiosk.parts import make_office, new_code
from kiosk.rating import make_ratings
from kiosk.telemetry import LoggedFlask, Telemetry, make_probes
from kiosk.views import make_views
from ticketing.accounts import Accounts
from ticketing.api import make_api
from ticketing.api.auth import identify
from ticketing.api.errors import install_errors
from ticketing.api.reports import OFFLOAD
from ticketing.bus import Bus
from ticketing.desk import make_desk
from ticketing.office import Office
from ticketing.ports import Clock, NewCode
from ticketing.store import SqliteStore

Offload = Callable[[Callable[[], Any]], Any]
MAX_BODY = 1024 * 1024
MAX_SOCKET_MESSAGE = 64 * 1024
OPEN_PATHS = ("/static/", "/healthz", "/readyz", "/metrics", "/favicon.ico", "/robots.txt")


@dataclass(slots=True)
class Layso:
    """The parts of one running service, `app.extensions["layso"]`."""

    settings: Settings
    store: SqliteStore
    bus: Bus
    office: Office
    accounts: Accounts
    socketio: SocketIO
    live: Live
    telemetry: Telemetry
    voices: Voices

    def close(self) -> None:
        self.voices.close()
        self.store.close()


def _make_flask(settings: Settings, secret_key: str) -> Flask:
    app = LoggedFlask("kiosk", template_folder="templates", static_folder="static", static_url_path="/static")
    app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME="layso_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        MAX_CONTENT_LENGTH=MAX_BODY,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        # Our pages send no Referer, which Flask-WTF would ask for under HTTPS.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    CSRFProtect(app)
    return app


def _make_sockets(app: Flask, office: Office, patched: bool) -> SocketIO:
    def same_origin(origin: str | None, environ: Mapping[str, Any]) -> bool:
        served = f"{environ.get('wsgi.url_scheme')}://{environ.get('HTTP_HOST')}"
        return origin is None or origin in (served, office.public_url)

    return SocketIO(
        app,
        async_mode="gevent" if patched else "threading",
        cors_allowed_origins=same_origin,
        manage_session=False,
        max_http_buffer_size=MAX_SOCKET_MESSAGE,
    )


def _add_hooks(app: Flask, layso: Layso) -> None:
    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        g.lang = language.choose(layso.office)
        if not request.path.startswith(OPEN_PATHS):
            identify(layso.accounts)

    app.after_request(lambda answer: language.keep(answer, layso.settings.secure))
    app.after_request(layso.telemetry.answered)

    @app.context_processor
    def words() -> dict[str, Any]:
        return {"rehearsal": layso.office.clock.rehearsal, "lang": g.get("lang", language.LANGUAGES[0])}


def create_app(
    settings: Settings,
    clock: Clock,
    new_code: NewCode = new_code,
    *,
    offload: Offload = run_here,
    patched: bool = False,
) -> Flask:
    """The whole service on `settings.data`; `app.extensions["layso"]` holds its parts.

    `patched` says that gevent has patched the process: sockets are greenlets then, and `offload` should lead
    into native threads. Raises datadir.Refused when the directory can't be used.
    """
    directory = DataDir(settings.data)
    directory.create()
    store = directory.open(offload)
    bus = Bus()
    office = make_office(store, bus, clock, new_code, settings.public_url)
    accounts = Accounts(store, real_now, offload)
    app = _make_flask(settings, directory.secret_key())
    app.extensions[OFFLOAD] = offload
    language.set_up(app)
    pages.set_up(app)
    socketio = _make_sockets(app, office, patched)
    live = attach(socketio, office, accounts, bus)
    telemetry = Telemetry(store, office, live.connected)
    live.on_push = telemetry.pushed
    voices = Voices(settings.data)
    layso = Layso(settings, store, bus, office, accounts, socketio, live, telemetry, voices)
    app.extensions["layso"] = layso
    _add_hooks(app, layso)
    install_errors(app, pages.error_page)
    app.register_blueprint(make_probes(store, telemetry))
    app.register_blueprint(make_api(office, accounts, limits=settings.limits))
    app.register_blueprint(make_desk(office, accounts))
    app.register_blueprint(make_display(office))
    app.register_blueprint(make_voice(office, voices))
    app.register_blueprint(make_views(office, accounts))
    app.register_blueprint(make_ratings(office, accounts))
    return app
