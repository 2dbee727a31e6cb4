"""Paths that are found in a table lead where werkzeug would have led them."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.exceptions import HTTPException

from kiosk.web import Paths
from tests.api_kit import Kit

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
