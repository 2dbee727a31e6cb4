"""Whatever fits the API's description, and whatever doesn't, sent to every call as everybody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import hypothesis
from hypothesis import HealthCheck
from jsonschema_rs import Draft202012Validator

from tests.api_kit import AFTERNOON, API, Kit, good

NOBODY = ""
ROLES = (NOBODY, "kiosk", "officer", "supervisor", "admin")
PLACES = {
    "site": "ward", "counter": 1, "number": "1001", "session": AFTERNOON, "kind": "daily", "policy": "plan",
    "day": "2026-11-23", "job": 1,
    "version": "province/plan@0",
}  # fmt: skip


class Fuzz:
    """Half of the calls go to things that exist."""

    def __init__(self, kit: Kit) -> None:
        # A second to import: only the process that needs it does.
        import schemathesis
        from schemathesis.checks import not_a_server_error
        from schemathesis.specs.openapi.checks import (
            content_type_conformance,
            response_schema_conformance,
            status_code_conformance,
        )

        self.kit = kit
        self.schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", kit.app)
        self.document: dict[str, Any] = self.schema.raw_schema
        self.asked = self.looked = 0
        self.statuses: set[int] = set()
        self._code = ""
        self._validators: dict[tuple[str, int, str], Draft202012Validator] = {}
        self.checks = [
            not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
            self.formats,
        ]  # fmt: skip

    def formats(self, _context: Any, response: Any, case: Any) -> None:
        """Dates, moments and addresses in an answer are what their `format` says."""
        told = case.operation.definition.raw["responses"]
        content = told.get(str(response.status_code), {}).get("content", {})
        for kind, described in content.items():
            if "json" in kind and "schema" in described and response.content:
                # Making one reads all that the document describes.
                key = (case.operation.label, response.status_code, kind)
                if key not in self._validators:
                    whole = {**described["schema"], "components": self.document["components"]}
                    self._validators[key] = Draft202012Validator(whole, validate_formats=True)
                self._validators[key].validate(response.json())
                self.looked += 1

    def ask(self, route: Any, roles: Sequence[str], examples: int, seed: int = 0, wrong: bool = False) -> None:
        """So many calls of this route, each as every role in turn. Raises what schemathesis raises when an answer isn't
        as described; with `wrong` the calls fit no description."""
        from schemathesis import GenerationMode

        mode = GenerationMode.NEGATIVE if wrong else GenerationMode.POSITIVE
        self.schema.config.generation.update(modes=[mode])
        operation = self.schema[re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)][route.method]

        @hypothesis.settings(
            max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=[hypothesis.Phase.generate],
        )  # fmt: skip
        @hypothesis.seed(seed)
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode), real=hypothesis.strategies.booleans())
        def ask(case: Any, real: bool) -> None:
            # Making a call takes longer than sending it.
            for role in roles:
                self._send(case, role, real)

        ask()

    def _send(self, case: Any, role: str, real: bool) -> None:
        if self.kit.office.emergency("ward"):
            good(self.kit.call("POST", "/sites/ward/emergency/lift", "admin", json={"reason": "the next call"}))
        if real and isinstance(case.path_parameters, dict):
            places = PLACES | {"code": self._waiting()} if "code" in case.path_parameters else PLACES
            case.path_parameters.update({name: places[name] for name in case.path_parameters if name in places})
        if isinstance(case.headers, dict):
            case.headers.pop("X-Layso-As", None)
        headers = {"Authorization": f"Bearer {self.kit.token(role)}"} if role else {}
        self.statuses.add(case.call_and_validate(headers=headers, checks=self.checks).status_code)
        self.asked += 1

    def _waiting(self) -> str:
        """The code of a number that nobody has called or cancelled."""
        if not self._code or self.kit.state(self._code) != "waiting":
            self._code = str(self.kit.take(service="help")["code"])
        return self._code
