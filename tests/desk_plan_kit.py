"""A province under a strict plan, its people, and what they read of the pages about it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from tests.api_kit import Kit
from tests.kit import small_site
from tests.policy_kit import LIST
from tests.test_desk import Person, person
from ticketing.rules.policies import Policy
from ticketing.rules.sites import Site

PLAN = "/ward/supervisor/plan"
HEAD = "/province/supervisor/plan"
TYPO = "https://dichvucung.dongnai.gov.vn"
ACT = {
    "policy": "chat", "authority": "Thủ tướng Chính phủ", "act": "Quyết định số 26", "act_date": "2026-11-20",
    "effective_from": "2026-11-25", "by": "Văn phòng UBND tỉnh",
}  # fmt: skip


def province(*held: Policy, **changes: Any) -> Site:
    lists = changes.pop("procedure_lists", (LIST,))
    return small_site(code="province", level="province", policies=held, procedure_lists=lists, **changes)


def boss(kit: Kit) -> Person:
    return person(kit, "boss")


def read(answer: TestResponse, status: int = 200) -> str:
    """The page's words, without its tags."""
    assert answer.status_code == status, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def decision(kit: Kit, site: str = "ward", **order: Any) -> str:
    answer = kit.call("POST", f"/sites/{site}/tickets", token=kit.token("kiosk", site), json=order)
    return "ticket" if answer.status_code == 201 else str(answer.json and answer.json["code"])


def kinds(kit: Kit, site: str) -> list[str]:
    return [line["kind"] for line in kit.office.journal(site, 0, 1000)]


def version(kit: Kit, site: str = "province") -> int:
    return int(kit.office.store.read(lambda view: view.sites.version(site)))
