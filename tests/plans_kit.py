"""The shipped provinces of 2020 as running services, opened on the first day of their plans."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from kiosk.app import create_app
from kiosk.config import Settings
from kiosk.demo import create_sites
from tests.api_kit import API, good
from tests.kit import ManualClock
from tests.office_kit import Clerk
from ticketing.rules import announcements
from ticketing.rules.people import CLI
from ticketing.rules.sites import Site

MONDAY = "2020-03-30T08:00"
LONG_AFTER = "2023-10-23T08:00"
BIRTH, MARRIAGE, COPY = "1.001193", "1.000894", "2.000815"
POLICY = "phong-chong-dich-2020"
OVERRIDE = f"/policies/{POLICY}/override"
RELEASE = f"/policies/{POLICY}/release"
ACT = {
    "authority": "Thủ tướng Chính phủ", "act": "Quyết định 26/2023/QĐ-TTg", "act_date": "2023-10-19",
    "effective_from": "2023-10-20", "by": "Chánh Văn phòng UBND tỉnh",
}  # fmt: skip


class Plan2020:
    """A shipped province as a running service; `call` asks its API as a role of the site in the path."""

    def __init__(self, folder: Path, profile: str, head: str, district: str, commune: str, listed: str) -> None:
        self.head, self.district, self.commune, self.listed = head, district, commune, listed
        self.clock = ManualClock(MONDAY)
        self.app = create_app(Settings(data=folder, public_url="https://so.example.vn", limits=False), self.clock)
        self.layso = self.app.extensions["layso"]
        self.office, self.accounts = Clerk(self.layso.office), self.layso.accounts
        self.codes = create_sites(self.office, profile)
        self.client = self.app.test_client(use_cookies=False)
        self._tokens: dict[tuple[str, str], str] = {}

    def call(self, method: str, site: str, path: str, role: str = "", lang: str = "vi", **sent: Any) -> TestResponse:
        headers = {"Accept-Language": lang} | sent.pop("headers", {})
        if role:
            if (role, site) not in self._tokens:
                self._tokens[role, site] = self.accounts.issue_token(site, role, f"{role} of {site}", CLI)
            headers["Authorization"] = f"Bearer {self._tokens[role, site]}"
        return self.client.open(f"{API}/sites/{site}{path}", method=method, headers=headers, **sent)

    def ask(self, site: str = "", role: str = "kiosk", lang: str = "vi", **order: Any) -> TestResponse:
        return self.call("POST", site or self.head, "/tickets", role, lang, json=order)

    def take(self, site: str = "", role: str = "kiosk", **order: Any) -> dict[str, Any]:
        return good(self.ask(site, role, **order), 201)

    def board(self, site: str = "", lang: str = "vi") -> dict[str, Any]:
        return good(self.call("GET", site or self.head, "/board", lang=lang))

    def policy(self, site: str = "") -> Any:
        return self.board(site)["policy"]

    def notices(self, place: str, site: str = "", lang: str = "vi") -> str:
        return "\n".join(one["text"] for one in self.board(site, lang)["notices"] if place in one["places"])

    def procedures(self, site: str = "") -> dict[str, dict[str, Any]]:
        return {one["code"]: one for one in good(self.call("GET", site or self.head, "/procedures"))["items"]}

    def page(self, path: str) -> str:
        answer = self.client.get(path, headers={"Accept-Language": "vi"})
        assert answer.status_code == 200
        return answer.text

    def set_of(self, site: str, lang: str = "vi") -> dict[str, announcements.Channelled]:
        plan = self.office.plan(site)
        found = announcements.assembled(plan, self.line(site), lang)
        return {one.code: one for one in found}

    def line(self, site: str) -> tuple[Site, ...]:
        own = self.office.site(site)
        return (own, self.office.site(own.parent)) if own.parent else (own,)

    def report(self, kind: str, first: str, last: str, site: str = "") -> dict[str, Any]:
        path = f"/reports/{kind}?from={first}&to={last}"
        return good(self.call("GET", site or self.head, path, "supervisor"))

    def checklists(self, session: str, site: str = "") -> list[dict[str, Any]]:
        """The opening and the cleaning list of a session, as its officers see them."""
        return good(self.call("GET", site or self.head, f"/sessions/{session}/checklists", "officer"))["items"]

    def change(self, site: str = "", **changes: Any) -> None:
        """Another configuration is put in, as an administrator does while the service runs."""
        self.office.apply_site(replace(self.office.site(site or self.head), **changes))

    def change_policy(self, **changes: Any) -> None:
        [policy] = self.office.site(self.head).policies
        self.change(policies=(replace(policy, **changes),))

    def diverted(self, site: str = "") -> list[dict[str, Any]]:
        lines = self.layso.store.read(lambda view: view.journal.of_kinds(site or self.head, ("diverted",)))
        return [dict(line.data) for line in lines]

    def decides(self, site: str, *days: str) -> list[Any]:
        """The code of the plan in force at a site at each of these local times."""
        found = []
        for at in days:
            self.clock.set(at)
            found.append((self.policy(site) or {"code": None})["code"])
        return found


def tay_ninh(folder: Path) -> Plan2020:
    return Plan2020(folder, "tay-ninh-2020", "tay-ninh", "trang-bang", "hiep-ninh", "1.012789")


def dong_nai(folder: Path) -> Plan2020:
    return Plan2020(folder, "dong-nai-2020", "dong-nai", "long-khanh", "binh-loc", "1.012789")
