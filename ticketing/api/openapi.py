"""The OpenAPI 3.1 document, made from the route table and the models that check the requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from ticketing.api import answers
from ticketing.api.calls import PREFIX
from ticketing.api.errors import STATUS
from ticketing.api.examples import EXAMPLES
from ticketing.api.reports import FORMATS, XLSX
from ticketing.api.texts import TITLES
from ticketing.api.views import LONGEST_PAGE
from ticketing.reports import KINDS

if TYPE_CHECKING:
    from ticketing.api.urls import Route

_REF = "#/components/schemas/{name}"
_PROBLEM_TYPE = "application/problem+json"
_DAY = {"type": "string", "format": "date"}

QUERY: dict[str, tuple[str, dict[str, Any]]] = {
    "q": ("Words of the name, or the beginning of the code; accents may be left out.", {"type": "string"}),
    "field": ("Only procedures of this field.", {"type": "string"}),
    "service": ("What one comes for.", {"enum": ["submit", "result", "help", "postal_handover"], "default": "submit"}),
    "procedure": ("The procedure's code.", {"type": "string"}),
    "at": ("A time such as 2020-03-30T07:45, local unless it has an offset; now by default.", {"type": "string"}),
    "width": ("The paper's width in millimetres.", {"type": "integer", "enum": [58, 80], "default": 80}),
    "date": ("The day, today by default.", _DAY),
    "after": ("Only lines after this `seq`.", {"type": "integer", "minimum": 0, "default": 0}),
    "limit": (
        f"At most so many lines; clamped to 1–{LONGEST_PAGE}.",
        {"type": "integer", "default": 100},
    ),
    "from": ("First day, included; today by default.", _DAY),
    "to": ("Last day, included; today by default.", _DAY),
    "format": ("The form of the answer.", {"enum": list(FORMATS), "default": "json"}),
    "units": ("The postal list of every unit under the site too.", {"enum": ["true", "false"], "default": "false"}),
}
PATH: dict[str, tuple[str, dict[str, Any]]] = {
    "site": ("The site's code.", {"type": "string"}),
    "code": ("The ticket's code; whoever holds it may use it.", {"type": "string"}),
    "counter": ("The number on the counter's door.", {"type": "integer", "minimum": 1}),
    "number": ("The ticket's number, as on the slip.", {"type": "string"}),
    "session": ("`YYYY-MM-DD-NAME`.", {"type": "string"}),
    "policy": ("The policy's code.", {"type": "string"}),
    "version": ("The version, as a ticket bears it; it holds a slash.", {"type": "string"}),
    "kind": ("The report.", {"enum": list(KINDS)}),
}
_LANG = {
    "name": "lang",
    "in": "query",
    "description": "Language of names and texts; wins over Accept-Language. Vietnamese by default.",
    "schema": {"enum": ["vi", "en"]},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key, token and site give the same ticket again, until the day ends.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_CSRF = {
    "name": "X-CSRFToken",
    "in": "header",
    "description": "The page's token; needed when a cookie is the credential.",
    "schema": {"type": "string"},
}
_INFO = """Numbers, sessions, counters and boards of one-stop offices.

Programs, kiosks, displays and officers send `Authorization: Bearer TOKEN`; the product's own pages use a
cookie with a CSRF token. Every refusal is `application/problem+json` with a stable `code`. Times are ISO 8601
with their offset. No state changes on GET."""


def document_json(routes: Iterable[Route]) -> bytes:
    return msgspec.json.encode(document(tuple(routes)))


def document(routes: tuple[Route, ...]) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        where = paths.setdefault(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path), {})
        where[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lấy Số", "version": "1", "description": _INFO},
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {"schemas": _schemas(routes), "securitySchemes": _SECURITY},
        "x-problems": {code: {"status": status, "title": TITLES[code]} for code, status in STATUS.items()},
    }


_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token from `layso token issue`."},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "layso_staff",
        "description": "A sign-in on the pages; calls that change something also need `X-CSRFToken`.",
    },
}


def _schemas(routes: tuple[Route, ...]) -> dict[str, Any]:
    bodies = {route.body for route in routes if route.body}
    given = {each for route in routes for each in _answers(route)} | {answers.Problem}
    types = sorted(bodies | given, key=lambda each: each.__name__)
    _refs, schemas = msgspec.json.schema_components(types, ref_template=_REF)
    asked = {body.__name__ for body in bodies} | {"PolicyException"}
    for name, schema in schemas.items():
        # Answers may gain members: only a request is refused for one that isn't known.
        if name not in asked:
            schema.pop("additionalProperties", None)
        if name in EXAMPLES:
            schema["examples"] = EXAMPLES[name]
    schemas["Problem"]["properties"]["code"] = {"type": "string", "enum": sorted(STATUS)}
    return schemas


def _operation(route: Route) -> dict[str, Any]:
    summary = " ".join((route.view.__doc__ or "").split())
    parameters = [_parameter("path", name, *PATH[name]) for name in re.findall(r"<(?:\w+:)?(\w+)>", route.path)]
    parameters += [_parameter("query", name, *QUERY[name]) for name in route.query]
    operation: dict[str, Any] = {
        "operationId": route.view.__name__,
        "summary": summary.partition(". ")[0].rstrip("."),
        "description": f"{summary}\n\n{_who(route)}",
        "parameters": [*parameters, _LANG],
        "responses": _responses(route),
        "security": [{"bearer": []}, {"cookie": []}] if route.roles else [{}, {"bearer": []}],
        "x-roles": list(route.roles),
    }
    if route.key:
        operation["parameters"].append(_KEY)
    if route.roles and route.method != "GET":
        operation["parameters"].append(_CSRF)
    if route.body:
        content = {"application/json": {"schema": _ref(route.body.__name__)}}
        required = any(field.required for field in msgspec.structs.fields(route.body))
        operation["requestBody"] = {"content": content, "required": required}
    return operation


def _parameter(place: str, name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    made = {"name": name, "in": place, "description": text, "schema": schema}
    return {**made, "required": True} if place == "path" else made


def _who(route: Route) -> str:
    if not route.roles:
        return "For whoever holds the code." if "<code>" in route.path else "Public."
    return f"Role: {' or '.join(route.roles)} of the site; admin and supervisor count as the roles below."


def _responses(route: Route) -> dict[str, Any]:
    responses = {str(status): _success(route, status) for status in sorted({route.status, *route.also})}
    for status in _refusals(route):
        codes = ", ".join(code for code, of in STATUS.items() if status in (of, _in_body(code)))
        responses[str(status)] = {
            "description": codes,
            "content": {_PROBLEM_TYPE: {"schema": _ref("Problem")}},
        }
    return responses


def _in_body(code: str) -> int:
    return 422 if code in ("unknown_field", "unknown_procedure", "unknown_counter", "unknown_ticket") else 0


def _refusals(route: Route) -> list[int]:
    found = {401, 404, 422, 429, 500, 503, 507}
    if route.roles:
        found.add(403)
    if route.body:
        found.add(413)
    if route.method != "GET":
        found.add(409)
    return sorted(found)


def _success(route: Route, status: int) -> dict[str, Any]:
    if status == 204:
        return {"description": "Nobody waits."}
    if isinstance(route.answer, str):
        schema = {"type": "string", "contentMediaType": route.answer}
        return {"description": "The slip.", "content": {route.answer: {"schema": schema}}}
    refs = [_ref(each.__name__) for each in _answers(route)]
    content: dict[str, Any] = {"application/json": {"schema": refs[0] if len(refs) == 1 else {"oneOf": refs}}}
    if "format" in route.query:
        for made_as in ("text/csv", XLSX, "application/pdf"):
            content[made_as] = {"schema": {"type": "string", "contentMediaType": made_as}}
    made: dict[str, Any] = {"description": _meaning(route, status), "content": content}
    if status == 201 and route.answer is answers.Ticket:
        made["headers"] = {"Location": {"description": "The ticket's address.", "schema": {"type": "string"}}}
    return made


def _answers(route: Route) -> tuple[type[msgspec.Struct], ...]:
    if isinstance(route.answer, str):
        return ()
    return route.answer if isinstance(route.answer, tuple) else (route.answer,)


def _meaning(route: Route, status: int) -> str:
    if status == 201:
        return "Created."
    return "The one that this Idempotency-Key had given." if route.status == 201 else "Done."


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(name=name)}
