"""Servers that rehearse a province's plan, and what one does at their kiosks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_kiosk import act, choose, number_of
from tests.serving import Server, layso
from tests.waiting import until

Paired = Callable[..., Page]
TAY_NINH, DONG_NAI = ("tay-ninh-2020", "tay-ninh"), ("dong-nai-2020", "dong-nai")
LISTED, ORDINARY = "1.013833", "1.013831"
PRESENT, CIVIL = "2.000806", "tay-ninh-thanh-pho"
MORNING = "2020-03-30T07:45"


def serving(folder: Any, plan: tuple[str, str], at: str = MORNING) -> Server:
    server = Server(folder / "data", profile=plan[0], at=at)
    server.site = plan[1]
    return server


def at_unit(server: Server, site: str, paired: Paired) -> Page:
    """A kiosk of another unit on the same server."""
    head, server.site = server.site, site
    try:
        return paired(server)
    finally:
        server.site = head


def journal(server: Server, kind: str, site: str = "") -> list[dict[str, Any]]:
    path = f"/sites/{site or server.site}/journal?limit=1000"
    answer = server.http.get(
        f"{server.url}/api/v1{path}", timeout=60,
        headers={"Authorization": f"Bearer {server.token('supervisor', site)}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return [line["data"] for line in answer.json()["items"] if line["kind"] == kind]


class Counted:
    """What has been counted since, at one site."""

    def __init__(self, server: Server, site: str = "") -> None:
        self.server, self.site = server, site
        self.before = {kind: len(journal(server, kind, site)) for kind in ("diverted", "ticket_taken")}

    def new(self, kind: str) -> list[dict[str, Any]]:
        return journal(self.server, kind, self.site)[self.before[kind] :]

    def diversions(self, count: int) -> list[dict[str, Any]]:
        """The diversions, once there are that many; the kiosk's screen does not wait for them."""
        until(lambda: len(self.new("diverted")) >= count)
        found = self.new("diverted")
        assert len(found) == count, found
        return found


def leave(page: Page) -> None:
    """Back to the first screen: the visit is over."""
    page.locator('#bar [data-act="home"]').click()


def to_procedure(page: Page, code: str, field: str = "DD") -> None:
    act(page, "take")
    choose(page, field)
    while not page.locator(f'[data-choice="{code}"]').count():
        act(page, "next")
    choose(page, code)


def says(page: Page, decision: str) -> Any:
    shown = page.locator(f'.policy[data-code="{decision}"]')
    expect(shown).to_be_visible()
    return shown


def to_ticket(page: Page) -> str:
    act(page, "submit")
    return number_of(page)


def code_in(page: Page, way: str) -> str:
    zxingcpp = pytest.importorskip("zxingcpp")
    from PIL import Image

    picture = page.locator(f'[data-way="{way}"] img')
    expect(picture).to_have_js_property("complete", True)
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
    return str(found.text)


def change(server: Server, table: str, *changes: tuple[str, str]) -> None:
    """Applies the province's configuration with lines of its first such table replaced, as an administrator would."""
    written = layso("export-config", server.site, data=server.data)
    assert written.returncode == 0, written.stderr
    head, mark, rest = written.stdout.partition(f"[[{table}]]\n")
    for key, line in changes:
        rest = re.sub(rf"(?m)^{key} = .*\n", "", rest)
        rest = f"{line}\n{rest}" if line else rest
    file = server.data.with_name("changed.toml")
    file.write_text(head + mark + rest, encoding="utf-8")
    applied = layso("apply", str(file), data=server.data)
    assert applied.returncode == 0, applied.stderr


def change_policy(server: Server, *changes: tuple[str, str]) -> None:
    change(server, "sites.policies", *changes)
