"""The OpenAPI 3.1 document, made from the route table and the models that check the requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from ticketing.answers.journal import MOST_LINES
from ticketing.answers.tickets import Ticket
from ticketing.api.calls import PREFIX
from ticketing.api.examples import EXAMPLES
from ticketing.api.problem_texts import PROBLEMS
from ticketing.api.problems import STATUS, Problem
from ticketing.api.reports import FORMATS, XLSX, YES_OR_NO
from ticketing.reports.catalogue import KINDS

if TYPE_CHECKING:
    from ticketing.api.routes import Route

# What JSON Schema and OpenAPI hold has no narrower type.
Schema = dict[str, Any]
_REF = "#/components/schemas/{name}"
_PROBLEM_TYPE = "application/problem+json"
_DAY = {"type": "string", "format": "date"}

QUERY: dict[str, tuple[str, Schema]] = {
    "day": ("A day that is over, as YYYY-MM-DD; today by default.", {"type": "string", "format": "date"}),
    "q": ("Words of a name, or the beginning of a code; accents may be left out.", {"type": "string"}),
    "field": ("Only this field, or procedures of it.", {"type": "string"}),
    "service": ("What one comes for.", {"enum": ["submit", "result", "help", "postal_handover"], "default": "submit"}),
    "procedure": ("The procedure's code.", {"type": "string"}),
    "at": ("A time such as 2020-03-30T07:45, local unless it has an offset; now by default.", {"type": "string"}),
    "width": ("The paper's width in millimetres; without it the site's own.", {"type": "integer", "enum": [58, 80]}),
    "copy": (
        "Which paper of the ticket this is: above 0 it says that it is a reprint.",
        {"type": "integer", "minimum": 0, "maximum": 99, "default": 0},
    ),
    "date": ("The day, today by default.", _DAY),
    "after": ("Only lines after this `seq`; below 0 counts as 0.", {"type": "integer", "default": 0}),
    "limit": (f"At most so many lines; clamped to 1–{MOST_LINES}.", {"type": "integer", "default": 100}),
    "counter": ("The number on the counter's door; all counters by default.", {"type": "integer", "minimum": 1}),
    "skip": ("So many of the first are left out; below 0 counts as 0.", {"type": "integer", "default": 0}),
    "confidence": (
        "How sure it is to be that the advised cap is finished.",
        {"type": "number", "minimum": 0.5, "maximum": 0.99, "default": 0.9},
    ),
    "from": ("First day, included; today by default.", _DAY),
    "to": ("Last day, included; today by default.", _DAY),
    "format": ("The form of the answer.", {"enum": list(FORMATS), "default": "json"}),
    "wait": ("So many seconds, up to 30, until there is one.", {"type": "integer", "default": 0}),
    "units": ("Of every unit under the site too.", {"enum": list(YES_OR_NO), "default": "false"}),
}
PATH: dict[str, tuple[str, Schema]] = {
    "site": ("The site's code.", {"type": "string"}),
    "code": ("The ticket's code; whoever holds it may use it.", {"type": "string"}),
    "counter": ("The number on the counter's door.", {"type": "integer", "minimum": 1}),
    "number": ("The ticket's number, as on the slip.", {"type": "string"}),
    "session": ("`YYYY-MM-DD-NAME`.", {"type": "string"}),
    "day": ("Today or yesterday, as YYYY-MM-DD.", {"type": "string"}),
    "policy": ("The policy's code.", {"type": "string"}),
    "version": ("The version, as a ticket bears it; it holds a slash.", {"type": "string"}),
    "job": ("The paper's number, as it was fetched.", {"type": "integer"}),
    "kind": ("The report.", {"enum": list(KINDS)}),
}


def _parameter(place: str, name: str, text: str, schema: Schema) -> Schema:
    made = {"name": name, "in": place, "description": text, "schema": schema}
    if place == "path":
        return {**made, "required": True}
    # A form's empty box is sent as an empty value.
    optional = schema.get("type") in ("integer", "number") or schema.get("format") == "date"
    return {**made, "allowEmptyValue": True} if place == "query" and optional else made


_LANG = _parameter(
    "query", "lang",
    "Language of names and texts, in the words of Accept-Language (`vi`, `en-US`); wins over that header. Vietnamese "
    "and English are spoken; any other counts as none. Vietnamese by default.",
    {"type": "string"},
)  # fmt: skip
_KEY = _parameter(
    "header", "Idempotency-Key", "The same key, token and site give the same ticket again, until the day ends.",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
)  # fmt: skip
_CSRF = _parameter(
    "header", "X-CSRFToken", "The page's token; needed when a cookie is the credential.", {"type": "string"}
)
_INFO = """Numbers, sessions, counters and boards of one-stop offices.

Programs, kiosks, displays and officers send `Authorization: Bearer TOKEN`; the product's own pages use a
cookie with a CSRF token. Every refusal is `application/problem+json` with a stable `code`. Times are ISO 8601
with their offset. No state changes on GET."""


def document_json(routes: Iterable[Route], cookie: str) -> bytes:
    return msgspec.json.encode(document(tuple(routes), cookie))


def document(routes: tuple[Route, ...], cookie: str) -> Schema:
    """`cookie` is the name of the pages' own: it is the installation's."""
    paths: dict[str, Schema] = {}
    for route in routes:
        where = paths.setdefault(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path), {})
        where[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lấy Số", "version": "1", "description": _INFO},
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {"schemas": _schemas(routes), "securitySchemes": _security(cookie)},
        "x-problems": {code: {"status": status, "title": title} for code, (status, title) in PROBLEMS.items()},
    }


def _security(cookie: str) -> Schema:
    return {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A token from `layso token issue`."},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie,
            "description": "A sign-in on the pages; calls that change something also need `X-CSRFToken`.",
        },
    }


def _schemas(routes: tuple[Route, ...]) -> Schema:
    bodies = {route.body for route in routes if route.body}
    given = {each for route in routes for each in _answers(route)} | {Problem}
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


def _operation(route: Route) -> Schema:
    summary = " ".join((route.view.__doc__ or "").split())
    parameters = [_parameter("path", name, *PATH[name]) for name in re.findall(r"<(?:\w+:)?(\w+)>", route.path)]
    parameters += [_parameter("query", name, *QUERY[name]) for name in route.query]
    operation: Schema = {
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


def _who(route: Route) -> str:
    if not route.roles:
        return "For whoever holds the code." if "<code>" in route.path else "Public."
    above = " A supervisor of the office above reads it too." if route.from_above else ""
    return f"Role: {' or '.join(route.roles)} of the site; admin and supervisor count as the roles below.{above}"


def _responses(route: Route) -> Schema:
    responses = {str(status): _success(route, status) for status in sorted({route.status, *route.also})}
    for status in _refusals(route):
        codes = ", ".join(code for code, of in STATUS.items() if status in (of, _in_body(code)))
        responses[str(status)] = {"description": codes, "content": {_PROBLEM_TYPE: {"schema": _ref("Problem")}}}
    return responses


def _in_body(code: str) -> int:
    named = ("unknown_field", "unknown_procedure", "unknown_counter", "unknown_ticket", "unknown_printer")
    return 422 if code in named else 0


def _refusals(route: Route) -> list[int]:
    also = {403: route.roles, 413: route.body, 409: route.method != "GET"}
    return sorted({401, 404, 422, 429, 500, 503, 507, *(status for status, holds in also.items() if holds)})


def _success(route: Route, status: int) -> Schema:
    if status == 204:
        return {"description": "Nothing to print." if route.path.endswith("/jobs") else "Nobody waits."}
    if isinstance(route.answer, str):
        schema = {"type": "string", "contentMediaType": route.answer}
        return {"description": "The slip.", "content": {route.answer: {"schema": schema}}}
    refs = [_ref(each.__name__) for each in _answers(route)]
    content: Schema = {"application/json": {"schema": refs[0] if len(refs) == 1 else {"oneOf": refs}}}
    if "format" in route.query:
        for made_as in ("text/csv", XLSX, "application/pdf"):
            content[made_as] = {"schema": {"type": "string", "contentMediaType": made_as}}
    made: Schema = {"description": _meaning(route, status), "content": content}
    if status == 201 and route.answer is Ticket:
        made["headers"] = {"Location": {"description": "The ticket's address.", "schema": {"type": "string"}}}
    return made


def _answers(route: Route) -> tuple[type[Any], ...]:
    if isinstance(route.answer, str):
        return ()
    return route.answer if isinstance(route.answer, tuple) else (route.answer,)


def _meaning(route: Route, status: int) -> str:
    if status == 201:
        return "Created."
    if status == 202:
        return "Taken on."
    return "The one that this Idempotency-Key had given." if route.status == 201 else "Done."


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(name=name)}
