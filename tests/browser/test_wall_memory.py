"""A wall that runs for a week: after many calls it holds no more than after a few."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import CDPSession, expect

from tests.browser.conftest import LANDSCAPE, NewPage
from tests.serving import Server

pytestmark = pytest.mark.browser


def held(session: CDPSession) -> tuple[int, float]:
    """Nodes of the document, and megabytes that scripts hold, after the rubbish was collected."""
    session.send("HeapProfiler.collectGarbage")
    told = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    return int(told["Nodes"]), told["JSHeapUsedSize"] / 1e6


def test_hundreds_of_calls_leave_nothing_behind(own_server: Server, new_page: NewPage) -> None:
    wall = new_page(LANDSCAPE)
    session = wall.context.new_cdp_session(wall)
    session.send("Performance.enable")
    session.send("HeapProfiler.enable")
    wall.goto(f"{own_server.url}/demo/display/")
    opened = own_server.at_counter(1, "open", fields=[], services=["help"])
    assert opened.status_code == 200, opened.text

    def call(times: int) -> None:
        for _call in range(times):
            own_server.take(service="help")
            assert own_server.at_counter(1, "call-next").status_code == 200
        expect(wall.locator("body")).to_have_attribute("data-seq", str(own_server.board()["seq"]))

    call(60)
    nodes, megabytes = held(session)
    call(300)
    more_nodes, more_megabytes = held(session)
    assert more_nodes - nodes < 100
    assert more_megabytes - megabytes < 1.0
