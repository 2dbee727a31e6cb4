"""The old tickets that the bench measures beside."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kiosk.parts import make_office
from tests.bench.grow import BEFORE, grow
from tests.kit import ManualClock
from ticketing.profiles import profile_path, read_sites
from ticketing.reports import catalogue as reports
from ticketing.signals.local import Bus
from ticketing.store import check, open_store


def test_old_tickets_pass_the_check_and_every_report_tells_of_them(tmp_path: Path) -> None:
    site = read_sites(profile_path("demo"))[0]
    store = open_store(tmp_path / "layso.db")
    make_office(store, Bus(), ManualClock(f"{BEFORE}T07:40")).apply_site(site)
    assert grow(store, site, 450, a_day=200) == 3
    month = (date(2026, 11, 1), date(2026, 11, 30))
    tables = [store.read(lambda view, kind=kind: reports.make(view, site, kind, *month)) for kind in reports.KINDS]
    assert check(tmp_path / "layso.db") == []
    assert all(table.rows for table in tables)
    assert tables[0].totals["tickets"] == 450
    store.close()
