"""Flask as this service uses it: many small calls of programs, whose paths are found and whose sessions are
opened at the cost of a look into a table. Views, hooks and refusals are Flask's own, for every path."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextvars import Token
from typing import Any, ClassVar, NamedTuple, cast

from flask import Flask, Request, Response, request
from flask.ctx import AppContext, RequestContext
from flask.globals import _cv_app, _cv_request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from werkzeug.routing import MapAdapter, Rule

from ticketing.api import cookies

_PLAIN = re.compile(r"<([a-z_]+)>|([^<>]*)")


class Paths:
    """The paths of one prefix, by their parts. Only what fits exactly is found here: what is missing, has another
    method or wants a redirect is left to werkzeug, which knows how to say so."""

    def __init__(self, rules: list[Rule]) -> None:
        # Below a part those that follow it, below "" whatever stands there, below None the methods.
        self._tree: dict[str | None, Any] = {}
        for rule in rules:
            parts = [_PLAIN.fullmatch(part) for part in rule.rule[1:].split("/")]
            if all(part and part[0] for part in parts):
                node = self._tree
                for part in parts:
                    assert part is not None
                    node = node.setdefault(part[2] or "", {})
                names = tuple(part[1] for part in parts if part and part[1])
                # The answer to OPTIONS is werkzeug's, and names the other methods.
                for method in (rule.methods or set()) - {"OPTIONS"}:
                    node.setdefault(None, {}).setdefault(method, (rule, names))

    def find(self, method: str, path: str) -> tuple[Rule, dict[str, str]] | None:
        node, given = self._tree, []
        for part in path[1:].split("/"):
            below = node.get(part) if part else None
            if below is None:
                below = node.get("") if part else None
                if below is None:
                    return None
                given.append(part)
            node = below
        found = node[None].get(method) if None in node else None
        return (found[0], dict(zip(found[1], given, strict=True))) if found else None


class SessionWhenAsked(SecureCookieSessionInterface):
    """Flask's session, whose signer is only made for a request that brings a session: a program's never does."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" in request.environ and self.get_cookie_name(app) in request.cookies:
            return super().open_session(app, request)
        return self.session_class()

    def get_cookie_secure(self, app: Flask) -> bool:
        return cookies.secure()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.accessed or session.modified:
            super().save_session(app, session, response)


class Found(Request):
    """A request whose path was found by its parts. What werkzeug reads out of every request, from the server's name to
    the form of its headers, is read here once somebody asks for it: most calls end without."""

    def __init__(self, environ: dict[str, Any], rule: Rule, given: dict[str, str]) -> None:
        self.environ, self.url_rule, self.view_args = environ, rule, given
        self.method, self.path = environ["REQUEST_METHOD"], environ["PATH_INFO"]

    def __getattr__(self, name: str) -> Any:
        if "headers" in self.__dict__:
            raise AttributeError(name)
        super().__init__(self.environ, populate_request=False)
        return getattr(self, name)


class Quick(RequestContext):
    """Both of Flask's contexts for a request that was found, whose session is opened once somebody asks for it: a
    program's never is."""

    def __init__(self, app: Flask, asked: Found) -> None:
        self.app, self.request, self.g = app, asked, app.app_ctx_globals_class()
        self.url_adapter = self.flashes = self._session = None
        self._after_request_functions = []
        self._tokens: list[tuple[Token[Any], Token[Any]]] = []

    @property
    def session(self) -> SessionMixin:
        if self._session is None:
            self._session = self.app.session_interface.open_session(self.app, self.request)
        return super().session

    def push(self) -> None:
        self._tokens.append((_cv_app.set(cast(AppContext, self)), _cv_request.set(self)))

    def pop(self, exc: BaseException | None = None) -> None:
        try:
            if len(self._tokens) == 1:
                self.app.do_teardown_request(exc)
                for hook in reversed(self.app.teardown_appcontext_funcs):
                    hook(exc)
        finally:
            of_app, of_request = self._tokens.pop()
            _cv_request.reset(of_request)
            _cv_app.reset(of_app)


class Hooks(NamedTuple):
    """What is to be done around the view of an endpoint, in its order."""

    before: list[Callable[[], Any]]
    after: list[Callable[[Any], Response]]
    at_last: list[Callable[[BaseException | None], Any]]


class WebFlask(Flask):
    """`quick` is the prefix of the paths that are found by their parts; no view below it may call `url_for`.

    A failure is logged under its route's pattern: Flask's own line holds the path, and a path may hold a
    ticket's code."""

    session_interface = SessionWhenAsked()
    quick = "/api/"
    _paths: Paths | None = None
    _files: ClassVar[dict[tuple[str, str, str], str]] = {}

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._hooks: dict[str | None, Hooks] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook here is a coroutine, which Flask would look for at every call."""
        return func

    def request_context(self, environ: dict[str, Any]) -> RequestContext:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(self.quick) or not path.isascii():
            return super().request_context(environ)
        if self._paths is None:
            self._paths = Paths([rule for rule in self.url_map.iter_rules() if rule.rule.startswith(self.quick)])
        found = self._paths.find(environ["REQUEST_METHOD"], path)
        if found is None:
            return super().request_context(environ)
        return Quick(self, Found(environ, *found))

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """None for a request whose path is found already."""
        return None if request is not None and request.url_rule is not None else super().create_url_adapter(request)

    def _hooks_of(self, asked: Request) -> Hooks:
        """Flask's own, which it looks for in every blueprint at every request: they are complete before the first."""
        endpoint = asked.url_rule.endpoint if asked.url_rule else None
        if (hooks := self._hooks.get(endpoint)) is None:
            inward = (None, *reversed(asked.blueprints))
            outward = inward[::-1]
            hooks = self._hooks[endpoint] = Hooks(
                [hook for name in inward for hook in self.before_request_funcs.get(name, ())],
                [hook for name in outward for hook in reversed(self.after_request_funcs.get(name, ()))],
                [hook for name in outward for hook in reversed(self.teardown_request_funcs.get(name, ()))],
            )
        return hooks

    def preprocess_request(self) -> ResponseReturnValue | None:
        for hook in self._hooks_of(_cv_request.get().request).before:
            if (answer := hook()) is not None:
                return answer
        return None

    def process_response(self, response: Response) -> Response:
        context = _cv_request.get()
        for hook in (*context._after_request_functions, *self._hooks_of(context.request).after):
            response = hook(response)  # type: ignore[assignment]
        if context._session is not None:
            self.session_interface.save_session(self, context._session, response)
        return response

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        for hook in self._hooks_of(_cv_request.get().request).at_last:
            hook(exc)

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Flask's own; the address of a file of ours is the same at every request."""
        if endpoint.endswith("static") and values.keys() == {"filename"}:
            key = (request.script_root, endpoint, values["filename"])
            if key not in self._files:
                self._files[key] = super().url_for(endpoint, **values)
            return self._files[key]
        return super().url_for(endpoint, **values)

    def log_exception(self, exc_info: object) -> None:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        extra = {"method": request.method, "route": route}
        logging.getLogger("layso.app").error("a request failed", exc_info=exc_info, extra=extra)  # type: ignore[arg-type]
