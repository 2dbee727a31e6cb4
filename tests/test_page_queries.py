"""What somebody puts into a page's address: any text, day or number is answered, and never with a fault of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_kit import Kit
from tests.test_desk import Person, person

ROOT = Path(__file__).resolve().parent.parent
SUPERVISOR = "/ward/supervisor/"
PAGES: dict[str, tuple[str, ...]] = {
    "/login": ("next", "lang"),
    "/ward/": ("lang",),
    "/ward/kiosk/": ("lang",),
    "/ward/display/": ("screen", "lang"),
    "/ward/where/": ("procedure", "field", "q", "lang"),
    "/ward/counter/": ("counter",),
    "/ward/counter/queue.json": ("counter",),
    SUPERVISOR: ("date",),
    f"{SUPERVISOR}charts/waiting.svg": ("date",),
    f"{SUPERVISOR}journal": ("q", "before"),
    f"{SUPERVISOR}postal": ("from", "to"),
    f"{SUPERVISOR}reports": ("kind", "in", "from", "to", "units"),
    f"{SUPERVISOR}plan": ("what", "at"),
    f"{SUPERVISOR}plan/versions": ("from", "to"),
    f"{SUPERVISOR}plan/import": ("list",),
    f"{SUPERVISOR}config/procedures": ("q",),
    f"{SUPERVISOR}config/procedures/entry": ("item",),
    f"{SUPERVISOR}config/calendar": ("month", "day"),
    f"{SUPERVISOR}slip.png": ("words",),
}
ODD = (
    "9" * 30, "-" + "9" * 30, "-1", "0", "0001-01-01", "9999-12-31", "2026-02-30", "20261123", "2026-W48-1", "a%00b",
    "%E2%80%AE1", "%ED%A0%80", "%FF", "%27%22%3C", "1e400", "NaN", "٣", "2026-11-23T08:00%2B99:99", "x" * 3000,
)  # fmt: skip


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("pages")) as kit:
        kit.app.config["PROPAGATE_EXCEPTIONS"] = False
        kit.take()
        yield kit


@pytest.fixture(scope="module")
def admin(kit: Kit) -> Person:
    return person(kit, "tu")


@pytest.mark.faults("S16")
@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_whatever_is_asked_in_its_address(kit: Kit, admin: Person, path: str) -> None:
    for name in PAGES[path]:
        for value in ODD:
            answer = admin.get(f"{path}?{name}={value}")
            assert answer.status_code < 500, (path, name, value)
    assert all(admin.get(f"{path}?{'&'.join(f'{n}={value}' for n in PAGES[path])}").status_code < 500 for value in ODD)


@pytest.mark.faults("S16")
@pytest.mark.parametrize("value", ["9" * 30, "0", "-1"])
def test_a_number_in_a_pages_path_is_none_of_ours(kit: Kit, admin: Person, value: str) -> None:
    for path in ("officers/{}/disable", "officers/{}/password", "tokens/{}/revoke", "tokens/{}/rename"):
        assert admin.post(SUPERVISOR + path.format(value)).status_code == 404
    for path in ("/ward/rating/{}", "/ward/rating/{}/next"):
        assert admin.get(path.format(value)).status_code in (404, 403)


@pytest.mark.faults("S16")
def test_every_parameter_that_a_page_reads_is_tried_above() -> None:
    tried = {name for names in PAGES.values() for name in names}
    read = {
        name
        for room in ("kiosk", "display", "ticketing/desk")
        for file in (ROOT / room).rglob("*.py")
        for name in re.findall(r'(?:args\.get|query\w*|day_of\(asked\.get|_asked_day)\(+"(\w+)"', file.read_text())
    }
    assert read - tried - {"width"} == set()
