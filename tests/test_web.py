"""Paths that are found in a table lead where werkzeug would have led them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Blueprint, Flask, Request, current_app, g, has_app_context, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder

from kiosk.web import Found, Paths, WebFlask
from tests.api_kit import Kit
from ticketing.api.headers import EVERYWHERE

CASES = (
    ("GET", "/api/v1/sites"),
    ("GET", "/api/v1/sites/ward/board"),
    ("POST", "/api/v1/sites/ward/tickets"),
    ("GET", "/api/v1/sites/ward/policies/preview"),
    ("POST", "/api/v1/sites/ward/policies/p/override"),
    ("DELETE", "/api/v1/tickets/abc"),
    ("PATCH", "/api/v1/sites/ward/sessions/2026-11-23-morning"),
    ("POST", "/api/v1/sites/ward/counters/1/call-next"),
)
MISSES = (
    ("GET", "/api/v1/sites/"),
    ("GET", "/api/v1/sites//board"),
    ("GET", "/api/v1/nothing"),
    ("PUT", "/api/v1/sites/ward/tickets"),
    ("GET", "/api/v1/sites/ward/board/more"),
)


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


@pytest.mark.parametrize(("method", "path"), CASES)
def test_a_path_leads_to_the_rule_and_arguments_that_werkzeug_finds(kit: Kit, method: str, path: str) -> None:
    with kit:
        rule, given = kit.app.url_map.bind("x").match(path, method, return_rule=True)
        found = Paths(list(kit.app.url_map.iter_rules())).find(method, path)
        assert found == (rule, dict(given))


@pytest.mark.parametrize("path", ["versions/a/b", "preview/release"])
def test_a_path_that_needs_a_second_look_is_left_to_werkzeug(kit: Kit, path: str) -> None:
    with kit:
        method, whole = "POST" if path.endswith("release") else "GET", f"/api/v1/sites/ward/policies/{path}"
        assert Paths(list(kit.app.url_map.iter_rules())).find(method, whole) is None
        assert kit.call(method, whole, "admin", json={}).status_code in (404, 422)


@pytest.mark.parametrize(("method", "path"), MISSES)
def test_what_is_no_path_is_left_to_werkzeug(kit: Kit, method: str, path: str) -> None:
    with kit:
        api = [rule for rule in kit.app.url_map.iter_rules() if rule.rule.startswith("/api/")]
        assert Paths(api).find(method, path) is None
        with pytest.raises(HTTPException) as refused:
            kit.app.url_map.bind("x").match(path, method)
        assert kit.client.open(path, method=method).status_code == refused.value.code


def test_options_names_the_methods_of_a_path(kit: Kit) -> None:
    with kit:
        for path, methods in {
            "/api/v1/sites": {"GET", "HEAD", "OPTIONS"}, "/api/v1/tickets/abc": {"GET", "HEAD", "DELETE", "OPTIONS"},
            "/api/v1/sites/ward/tickets": {"POST", "OPTIONS"}, "/api/v1/openapi.json": {"GET", "HEAD", "OPTIONS"},
        }.items():  # fmt: skip
            answer = kit.client.options(path)
            assert (answer.status_code, set(answer.allow)) == (200, methods)


def test_a_program_is_given_no_session_and_a_browser_keeps_its_own(kit: Kit) -> None:
    with kit:
        assert "Set-Cookie" not in kit.client.get("/api/v1/sites").headers
        browser = kit.app.test_client()
        first = browser.get("/login").headers["Set-Cookie"]
        assert kit.cookie("session") in first
        assert "Set-Cookie" not in browser.get("/login").headers


def test_a_head_request_has_the_headers_alone(kit: Kit) -> None:
    with kit:
        whole, head = kit.client.get("/api/v1/sites"), kit.client.head("/api/v1/sites")
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == whole.headers["Content-Length"] == str(len(whole.data))


def hooked(app: Flask) -> list[str]:
    """What the hooks of an application and of two blueprints, one within the other, did for a call and a refusal."""
    told: list[str] = []
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    for name, where in (("app", app), ("outer", outer), ("inner", inner)):
        for n in "12":
            where.before_request(lambda said=f"before {name} {n}": told.append(said))
            where.after_request(lambda answer, said=f"after {name} {n}": (told.append(said), answer)[1])
            where.teardown_request(lambda error, said=f"last {name} {n}": told.append(f"{said} {error}"))
        app.teardown_appcontext(lambda error, said=f"end {name}": told.append(f"{said} {error}"))
    inner.add_url_rule("/api/one", "one", view_func=lambda: f"{g.get('x')}{current_app.name}{request.endpoint}")
    inner.add_url_rule("/api/bad", "bad", view_func=lambda: 1 / 0)
    inner.add_url_rule("/api/kept", "kept", view_func=lambda: str(session.setdefault("count", len(session))))
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    app.secret_key = "a key"
    browser = app.test_client()
    for path in ("/api/one", "/api/none", "/none", "/api/bad", "/api/kept", "/api/kept", "/api/one"):
        with browser:
            answer = browser.get(path)
            told += [answer.text, answer.headers.get("Vary", ""), answer.headers.get("Set-Cookie", ""), request.path]
    return [*told, str(has_app_context())]


def test_hooks_contexts_and_sessions_are_what_flask_makes_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("itsdangerous.TimestampSigner.get_timestamp", lambda signer: 1)
    monkeypatch.setattr("ticketing.api.cookies.secure", lambda: False)
    told = hooked(WebFlask("one"))
    assert told == hooked(Flask("one"))
    assert told[:6] == [f"before {name} {n}" for name in ("app", "outer", "inner") for n in "12"]


def test_a_request_that_was_found_tells_what_any_other_tells() -> None:
    asked, again = (
        EnvironBuilder(
            "/api/v1/sites", "https://office.example:8443/below", query_string="lang=en&q=%C4%90%E1%BA%A5t",
            headers={"Authorization": "Bearer x", "Cookie": "a=b"}, json={"a": 1},
        ).get_environ()
        for _ in range(2)
    )  # fmt: skip
    found, plain = Found(asked, None, {}), Request(again)  # type: ignore[arg-type]
    for name in (
        "args", "url", "host", "is_secure", "script_root", "cookies", "authorization", "remote_addr", "mimetype",
        "content_length", "path", "method", "accept_languages", "full_path", "referrer", "json",
    ):  # fmt: skip
        assert getattr(found, name) == getattr(plain, name), name
    assert dict(found.headers) == dict(plain.headers)
    assert not hasattr(found, "what_no_request_has")


def test_an_answer_of_the_api_bears_each_header_once(kit: Kit) -> None:
    with kit:
        headers = kit.client.get("/api/v1/sites").headers
        assert sorted(headers.keys()) == sorted({*headers.keys()})
        assert {*EVERYWHERE, ("Cache-Control", "no-store"), ("Content-Type", "application/json")} <= {*headers.items()}
