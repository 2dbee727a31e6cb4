"""A province with two wards, the whole app on real SQLite, and a client that speaks for any role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator
from werkzeug.test import TestResponse

from kiosk.app import create_app
from kiosk.config import Settings
from kiosk.proxy import networks
from tests.kit import ManualClock, small_site
from tests.office_kit import Clerk
from ticketing.api import cookies
from ticketing.rules.people import CLI, ROLES

API = "/api/v1"
URL = "https://so.example.vn"
MORNING = "2026-11-23-morning"
AFTERNOON = "2026-11-23-afternoon"


class Kit:
    """One running service; `call` asks its API as a role of the ward, as a token's secret, or as nobody."""

    def __init__(self, folder: Path, limits: bool = False, trusted_proxy: str = "", **site: Any) -> None:
        self.clock = ManualClock()
        settings = Settings(folder / "data", public_url=URL, limits=limits, trusted_proxy=networks(trusted_proxy))
        self.app = create_app(settings, self.clock)
        self.layso = self.app.extensions["layso"]
        self.office, self.accounts = Clerk(self.layso.office), self.layso.accounts
        self.office.apply_site(small_site(code="province", level="province"))
        self.office.apply_site(small_site(code="ward", parent="province", **site))
        self.office.apply_site(small_site(code="other", parent="province"))
        self.client = self.app.test_client(use_cookies=False)
        self._tokens: dict[tuple[str, str], str] = {}
        for role in ROLES:
            self.token(role)

    def __enter__(self) -> Kit:
        return self

    def __exit__(self, *_error: object) -> None:
        self.layso.close()

    def token(self, role: str, site: str = "ward") -> str:
        if (role, site) not in self._tokens:
            self._tokens[role, site] = self.accounts.issue_token(site, role, f"{role} of {site}", CLI)
        return self._tokens[role, site]

    def cookie(self, *parts: str) -> str:
        """The full name of a cookie of ours."""
        return cookies.name(*parts, app=self.app)

    def call(
        self, method: str, path: str, role: str = "", *, token: str = "", lang: str = "",
        headers: dict[str, str] | None = None, **more: Any,
    ) -> TestResponse:  # fmt: skip
        sent = dict(headers or {})
        if role or token:
            sent["Authorization"] = f"Bearer {token or self.token(role)}"
        if lang:
            sent["Accept-Language"] = lang
        return self.client.open(f"{API}{path}", method=method, headers=sent, **more)

    def take(self, role: str = "kiosk", **order: Any) -> dict[str, Any]:
        if order.get("service", "submit") == "submit" and "procedure" not in order:
            order.setdefault("field", "HT")
        answer = self.call("POST", "/sites/ward/tickets", role, json=order)
        assert answer.status_code == 201, answer.text
        return body(answer)

    def at_counter(self, verb: str, role: str = "officer", counter: int = 1, **sent: Any) -> TestResponse:
        return self.call("POST", f"/sites/ward/counters/{counter}/{verb}", role, json=sent)

    def state(self, code: str) -> str:
        return str(self.office.ticket(code)["state"])

    def seq(self, site: str = "ward") -> int:
        """The journal's end: the same before and after, nothing happened."""
        return int(self.office.board(site)["seq"])


def body(answer: TestResponse) -> dict[str, Any]:
    assert isinstance(answer.json, dict), answer.text
    return answer.json


def good(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    return body(answer)


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The answer's body, once it is a problem of that status and code as RFC 9457 has it."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    found = body(answer)
    assert (found["status"], found["code"]) == (status, code), found
    assert found["title"] and found["detail"] and found["type"].endswith(f"/{code}")
    return found


def wrong_keys(answer: TestResponse) -> dict[str, str]:
    """What a 422 says of each key."""
    return {error["key"]: error["reason"] for error in problem(answer, 422, "invalid")["errors"]}


def conforms(document: dict[str, Any], name: str, answer: Any) -> None:
    """The answer fits its schema, and no key of it is missing from the documentation."""
    schemas = {key: {"additionalProperties": False, **one} for key, one in document["components"]["schemas"].items()}
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    Draft202012Validator(schema, validate_formats=True).validate(answer)
