"""The OpenAPI document is made from the code; here it is held against what the code really answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema_rs import Draft202012Validator

from tests.api_kit import API, MORNING, Kit, body, conforms, good
from tests.fuzz_kit import NOBODY, PLACES, ROLES, Fuzz
from ticketing.api import bodies
from ticketing.api.examples import EXAMPLES
from ticketing.api.problems import Problem
from ticketing.api.routes import ROUTES
from ticketing.profiles import profile_path, read_sites


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("openapi")) as kit:
        good(kit.at_counter("open"))
        yield kit


@pytest.fixture(scope="module")
def document(kit: Kit) -> dict[str, Any]:
    answer = kit.call("GET", "/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return body(answer)


def test_every_route_is_described_and_nothing_else(kit: Kit, document: dict[str, Any]) -> None:
    described = {(method.upper(), f"{API}{path}") for path, item in document["paths"].items() for method in item}
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in kit.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.show_openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served == {(r.method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"{API}{r.path}")) for r in ROUTES}


def test_the_document_is_sound(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for reference in re.findall(r'"\$ref": ?"#/([^"]+)"', json.dumps(document)):
        found: Any = document
        for step in reference.split("/"):
            found = found[step]
        assert found
    for schema in document["components"]["schemas"].values():
        Draft202012Validator({**schema, "components": document["components"]})
    assert all(operation["responses"]["404"] for operation in operations)
    for operation in operations:
        assert operation["summary"] and ("Role: " in operation["description"]) == bool(operation["x-roles"])
        assert ({} in operation["security"]) == (not operation["x-roles"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_what_it_is_an_example_of(name: str) -> None:
    model = Problem if name == "Problem" else getattr(bodies, name)
    for example in EXAMPLES[name]:
        assert msgspec.convert(example, model)


def test_what_examples_name_is_there_in_the_demo() -> None:
    site = read_sites(profile_path("demo"))[0]
    given = [example for name, examples in EXAMPLES.items() if name != "Problem" for example in examples]
    named = {code for one in given for code in (one.get("field"), *one.get("fields", ()), *one.get("field_caps", ()))}
    assert named - {None} and all(site.field(code) for code in named - {None})
    assert all(site.procedure(one["procedure"]) for one in given if "procedure" in one)


@pytest.mark.faults("S20")
def test_what_is_refused_of_numbers_and_lists_is_said(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    codes = schemas["Finish"]["properties"]["dossier_codes"]
    assert not valid(document, codes, ["H19-261123-0007"] * 2) and valid(document, codes, ["H19-261123-0007"])
    dossiers = schemas["PostalCorrection"]["properties"]["dossiers"]
    assert not valid(document, dossiers, 0) and valid(document, dossiers, -1)


def schemas(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything in the document that says what a value is like."""
    if isinstance(node, dict):
        if node.keys() & {"type", "enum", "anyOf", "oneOf", "allOf", "$ref", "format"}:
            yield path, node
        for key, value in node.items():
            if key not in ("default", "examples", "example", "enum"):
                yield from schemas(value, f"{path}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from schemas(value, f"{path}/{number}")


def valid(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    bare = {key: said for key, said in schema.items() if key not in ("default", "examples", "example")}
    whole = {**bare, "components": document["components"]} if "$ref" in json.dumps(bare) else bare
    return bool(Draft202012Validator(whole, validate_formats=True).is_valid(value))


@pytest.mark.faults("S20")
def test_every_default_and_example_is_valid_for_who_looks_at_formats_too(document: dict[str, Any]) -> None:
    told = [
        (path, value, schema)
        for path, schema in schemas(document)
        for value in [
            *([schema["default"]] if "default" in schema else []),
            *([schema["example"]] if "example" in schema else []),
            *(schema["examples"] if isinstance(schema.get("examples"), list) else []),
        ]
    ]
    assert len(told) > 50
    assert [(path, value) for path, value, schema in told if not valid(document, schema, value)] == []


WRONG = ("AAA", "", "-1", "0", "1.5", "x", "70", "2026-02-30", "20261123", "2026-W48-1", "2026-11-23T00:00", "9" * 30)


def as_meant(schema: dict[str, Any], text: str) -> Any:
    return int(text) if schema.get("type") == "integer" and re.fullmatch("-?[0-9]+", text) else text


@pytest.mark.faults("S20", "P9")
def test_what_a_parameters_description_refuses_is_refused(kit: Kit, document: dict[str, Any]) -> None:
    places, let_in = PLACES | {"code": kit.take(service="help")["code"]}, []
    for path, item in document["paths"].items():
        for method, operation in item.items():
            url = re.sub(r"\{(\w+)\}", lambda name: str(places[name[1]]), path)
            role = "agent" if path.endswith("/printers/jobs") else "admin"
            for one in operation["parameters"]:
                for text in WRONG if one["in"] == "query" else ():
                    described = text == "" and one.get("allowEmptyValue")
                    if described or valid(document, one["schema"], as_meant(one["schema"], text)):
                        continue
                    answer = kit.call(method.upper(), url, role, query_string={one["name"]: text})
                    if answer.status_code not in (400, 422):
                        let_in.append((path, one["name"], text, answer.status_code))
    assert let_in == []


@pytest.mark.faults("S20")
def test_every_answer_to_a_question_is_valid_for_who_looks_at_formats_too(kit: Kit, document: dict[str, Any]) -> None:
    places, looked = PLACES | {"code": kit.take()["code"]}, 0
    for route in ROUTES:
        if route.method != "GET" or not isinstance(route.answer, type):
            continue
        url = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(places[name[1]]), route.path)
        answer = kit.call("GET", url, "admin")
        conforms(document, route.answer.__name__ if answer.status_code == 200 else "Problem", body(answer))
        looked += answer.status_code == 200
    assert looked > 10


def test_real_answers_are_as_described(kit: Kit, document: dict[str, Any]) -> None:
    def check(name: str, answer: Any, status: int = 200) -> dict[str, Any]:
        conforms(document, name, good(answer, status))
        return body(answer)

    check("SiteList", kit.call("GET", "/sites"))
    check("Board", kit.call("GET", "/sites/ward/board"))
    check("ProcedureList", kit.call("GET", "/sites/ward/procedures"))
    order = {"field": "HT", "priority": "elderly", "procedure": "1.001193"}
    code = check("Ticket", kit.call("POST", "/sites/ward/tickets", "officer", json=order), 201)["code"]
    check("Ticket", kit.call("GET", f"/tickets/{code}"))
    check("Ticket", kit.call("GET", f"/tickets/{code}", "officer"))
    called = check("Ticket", kit.at_counter("call-next"))
    assert called["code"] == code
    check("Board", kit.call("GET", "/sites/ward/board"))
    check("Ticket", kit.at_counter("start"))
    check("Ticket", kit.at_counter("finish"))
    check("Counter", kit.at_counter("pause", reason="x"))
    check("Counter", kit.at_counter("open"))
    check("SessionList", kit.call("GET", "/sites/ward/sessions"))
    check("Session", kit.call("PATCH", f"/sites/ward/sessions/{MORNING}", "supervisor", json={"cap": 12}))
    stop = {"text": "Mất điện.", "text_en": "Power cut.", "reason": "x"}
    check("EmergencyState", kit.call("POST", "/sites/ward/emergency", "supervisor", json=stop))
    check("Board", kit.call("GET", "/sites/ward/board"))
    check("Ticket", kit.call("GET", f"/tickets/{code}"))
    conforms(document, "Problem", body(kit.call("POST", "/sites/ward/tickets", "kiosk", json={"service": "help"})))
    check("EmergencyState", kit.call("POST", "/sites/ward/emergency/lift", "supervisor", json={"reason": "x"}))
    check("Journal", kit.call("GET", "/sites/ward/journal?limit=3", "supervisor"))
    check("Journal", kit.call("GET", "/sites/ward/journal", "supervisor"))
    check("DailyReport", kit.call("GET", "/sites/ward/reports/daily", "supervisor"))


def test_a_board_without_a_session_is_as_described(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        document = body(kit.call("GET", "/openapi.json"))
        for moment in ("2026-11-22T10:00", "2026-11-23T06:00", "2026-11-23T12:00", "2026-11-23T16:30"):
            kit.clock.set(moment)
            conforms(document, "Board", good(kit.call("GET", "/sites/ward/board")))
        kit.clock.set("2026-11-23T20:00")
        board = good(kit.call("GET", "/sites/ward/board"))
        conforms(document, "Board", board)
        assert board["session"]["state"] == "closed"


def test_real_refusals_are_as_described(kit: Kit, document: dict[str, Any]) -> None:
    refused: list[Callable[[], Any]] = [
        lambda: kit.call("GET", "/sites/ward/journal"),
        lambda: kit.call("GET", "/sites/nowhere/board"),
        lambda: kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT", "dossiers": 6}),
        lambda: kit.call("POST", "/sites/ward/tickets", "kiosk", json={"nothing": 1}),
        lambda: kit.call("POST", "/sites/ward/tickets", "kiosk", json={"service": "result", "dossiers": 4}),
        lambda: kit.at_counter("recall", counter=2),
        lambda: kit.at_counter("call-next", expect="1999"),
    ]
    for ask in refused:
        answer = ask()
        assert answer.status_code >= 400
        conforms(document, "Problem", body(answer))


@pytest.fixture(scope="module")
def fuzz(kit: Kit) -> Fuzz:
    return Fuzz(kit)


@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.view.__name__}")
def test_whatever_is_sent_by_anybody_is_answered_as_described(fuzz: Fuzz, route: Any) -> None:
    fuzz.ask(route, ROLES, 4)
    fuzz.ask(route, ROLES, 2, wrong=True)


def test_answers_were_looked_at_good_ones_and_refusals(fuzz: Fuzz) -> None:
    for route in ROUTES[:6]:
        fuzz.ask(route, ("admin",), 2)
        fuzz.ask(route, (NOBODY,), 2, wrong=True)
    assert fuzz.looked > 10 and {200, 401} <= fuzz.statuses and not {500, 503} & fuzz.statuses
