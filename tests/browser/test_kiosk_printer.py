"""A kiosk with a printer of its own: paper, none, and paper again, without a hand on the kiosk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Page, expect

from tests.browser.conftest import prints
from tests.browser.desk_kit import Seed, day
from tests.browser.test_kiosk import act, number_of, to_confirm
from tests.printer_simulator import Printer
from tests.serving import Server, layso

pytestmark = pytest.mark.browser
Paired = Callable[..., Page]
NOTE = '[data-slot="printer"]'


@pytest.fixture
def printer() -> Iterator[Printer]:
    with Printer() as one:
        yield one


@pytest.fixture
def server(seed: Seed, tmp_path: Path, printer: Printer) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        configured = layso("export-config", "demo", data=running.data).stdout
        file = tmp_path / "demo.toml"
        table = f'\n[[sites.printers]]\nname = "Sảnh"\naddress = "{printer.address}"\n'
        file.write_text(configured + table, encoding="utf-8")
        applied = layso("apply", file, data=running.data)
        assert applied.returncode == 0, applied.stderr
        yield running


def test_without_paper_the_number_is_on_the_phone_and_paper_comes_back_by_itself(
    server: Server, printer: Printer, paired: Paired
) -> None:
    printer.paper_out()
    page = paired(server)
    expect(page.locator(NOTE)).to_contain_text("Máy in hết giấy.")
    to_confirm(page)
    expect(page.locator('[data-act="submit"]')).to_have_text("Lấy số, không in phiếu")
    act(page, "submit")
    assert number_of(page) == "1001"
    expect(page.locator(".result__slip")).to_contain_text("Hiện không in được phiếu")
    expect(page.locator('[data-slot="qr"]')).to_be_visible()
    expect(page.locator('[data-act="trouble"]')).to_be_hidden()
    act(page, "home")
    printer.paper_in()
    expect(page.locator(NOTE)).to_be_hidden()
    assert printer.papers == []

    to_confirm(page)
    printer.cover(opened=True)
    expect(page.locator(NOTE)).to_contain_text("Nắp máy in đang mở.")
    printer.cover(opened=False)
    expect(page.locator(NOTE)).to_be_hidden()
    act(page, "submit")
    assert number_of(page) == "1002"
    expect(page.locator(".result__slip")).to_contain_text("lấy phiếu")
    printer.wait(lambda: printer.papers)
    act(page, "trouble")
    # The kiosk drops the second tap of a double one; a person's next tap comes later.
    page.locator('[data-act="reprint"]').dispatch_event("click", {"detail": 1})
    printer.wait(lambda: len(printer.papers) == 2)
    first, second = printer.papers
    assert first.codes() == second.codes() and len(first.codes()) == 1
    assert second.rows > first.rows, "the second one says that it is one"
    assert printer.errors == [] and prints(page) == 0


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("size", [(1024, 768), (1280, 1024)])
def test_a_kiosk_of_4_3_or_5_4_stands_whole_without_paper(
    server: Server, printer: Printer, paired: Paired, size: tuple[int, int], lang: str
) -> None:
    printer.paper_out()
    page = paired(server, size, f"?lang={lang}")
    expect(page.locator(NOTE)).to_be_visible()
    for name in ("help", "take"):
        expect(page.locator(f'.home [data-act="{name}"]')).to_be_in_viewport(ratio=1)
