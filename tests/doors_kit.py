"""Knocks at every door of the app as everybody: what came, as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.api_kit import MORNING, URL, Kit
from ticketing.rules.people import ROLES

SITES = {"own": "ward", "parent": "province", "other": "other"}
VISITORS = ("nobody", *(f"{role} {where}" for role in ROLES for where in SITES))
PLACES = {
    "site": "ward", "counter": "1", "number": "1001", "session": MORNING, "kind": "daily", "policy": "plan",
    "version": "province/plan@0", "name": "fields", "channel": "portal", "lang": "vi", "form": "txt", "side": "1",
    "token_id": "999999", "officer_id": "999999", "call_id": "1", "day": "2026-11-23", "list": "x",
}  # fmt: skip
NAMESPACES = ("/counter", "/display", "/ticket")
# Ends the visitor's own login, so it comes last.
LAST = "POST /logout"


@dataclass(frozen=True, slots=True)
class Door:
    method: str
    rule: str
    api: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"


def doors(kit: Kit) -> list[Door]:
    """Every route of the app, files in static folders and the routes that sockets begin with aside."""
    found = [
        Door(method, rule.rule, rule.endpoint.startswith("api."))
        for rule in kit.app.url_map.iter_rules()
        if not rule.endpoint.endswith("static")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    return sorted(found, key=lambda door: (door.name == LAST, door.rule, door.method))


class Visitor:
    def __init__(self, kit: Kit, who: str) -> None:
        role, _, where = who.partition(" ")
        self.kit, self.code = kit, kit.take(service="help")["code"]
        self.token = kit.token(role, SITES[where]) if where else ""
        self.client = kit.app.test_client()
        self.csrf = re.findall(r'name="csrf_token" value="([^"]+)"', self.client.get("/login", base_url=URL).text)[0]
        if where:
            # A device's cookie is named after its site: a stranger may name it as he likes.
            parts = ("staff",) if role in ("officer", "supervisor", "admin") else (role, "ward")
            self.client.set_cookie(kit.cookie(*parts), self.token, domain=URL.partition("//")[2], secure=True)

    def knock(self, door: Door) -> str:
        places = {**PLACES, "code": self.code if "/lists/" not in door.rule else "x"}
        path = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found: places.get(found[1], "x"), door.rule)
        sent: dict[str, Any] = {"base_url": URL, "method": door.method}
        if door.api:
            sent["headers"] = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            client = self.kit.client
            if door.method != "GET":
                sent["json"] = {"no such key": 1}
        else:
            client = self.client
            if door.method == "POST":
                sent["data"] = {"csrf_token": self.csrf}
        before = self.kit.seq()
        answer = client.open(path, **sent)
        assert door.method != "GET" or self.kit.seq() == before, f"{door.name} changed something"
        if answer.status_code in (303, 307) and "/login" in (answer.location or "") and door.name != LAST:
            return "login"
        if answer.status_code >= 500 or answer.status_code in (401, 403) and door.name != "POST /login":
            return str(answer.status_code)
        return "in"

    def join(self, namespace: str) -> str:
        """What a socket gets that brings the token."""
        auth = {"site": "ward", "code": self.code, "token": self.token}
        socket = self.kit.app.extensions["socketio"].test_client(self.kit.app, namespace=namespace, auth=auth)
        joined = socket.is_connected(namespace)
        if joined:
            socket.disconnect(namespace)
        return "in" if joined else "refused"


def answers(kit: Kit) -> Iterator[tuple[str, dict[str, str]]]:
    """Each door's name, and what every visitor got there."""
    visitors = {who: Visitor(kit, who) for who in VISITORS}
    for namespace in NAMESPACES:
        yield f"SOCKET {namespace}", {who: one.join(namespace) for who, one in visitors.items()}
    for door in doors(kit):
        yield door.name, {who: one.knock(door) for who, one in visitors.items()}
