"""Only law that is in force on a site's own day is named there."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pypdfium2
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.app import create_app
from kiosk.config import Settings
from kiosk.demo import create_sites
from tests.kit import ManualClock, small_site
from tests.serving import layso
from ticketing.office import Where
from ticketing.profiles import write_sites
from ticketing.profiles.family import closed_portals
from ticketing.reports.catalogue import KINDS
from ticketing.rules import legal
from ticketing.rules.legal import BASES, ONE_PORTAL
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import CLI, Actor
from ticketing.rules.policies import Policy
from ticketing.verbs import taking

OLD = re.compile(r"61/2018|01/2018|118/2025.{0,12}(?:Điều|Article)")
SILENT = ("/static/", "/logout", ".wav", ".png")
LATE = "T15:40"
MOST_QUERIES, MOST_FORMS = 1, 4


class Walk:
    """A shipped profile as a running service late in the day, and all that it shows of one site."""

    def __init__(self, folder: Path, profile: str, site: str, day: str) -> None:
        self.site, self.day = site, day
        settings = Settings(data=folder, public_url="http://localhost", limits=False)
        self.app = create_app(settings, ManualClock(f"{day}{LATE}"))
        self.layso = self.app.extensions["layso"]
        create_sites(self.layso.office, profile)
        self.layso.accounts.add_officer(site, "boss", "admin", "long enough 1", CLI)
        field = self.layso.office.site(site).fields[0].code
        self.codes = [self._take(order) for order in (TicketOrder("help"), TicketOrder(field=field))]
        self.client: FlaskClient = self.app.test_client()
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/login").text)
        assert token
        form = {"login": "boss", "password": "long enough 1", "csrf_token": token[1]}
        assert self.client.post("/login", data=form).status_code == 303

        paired = self.client.post(f"/{site}/kiosk/pairing", headers={"Origin": "http://localhost"}).json
        assert paired
        self.layso.accounts.confirm_pairing(paired["code"], "lobby", CLI)

    def close(self) -> None:
        self.layso.close()

    def _take(self, order: TicketOrder) -> str:
        ticket = self.layso.office.do(
            Where(self.site, Actor("token:1", "kiosk", self.site, "kiosk")), taking.take, order
        )
        return str(ticket.issued.code)

    def _starts(self) -> Iterator[str]:
        rooms = ("", "kiosk/", "counter/", "display/", "rating/1", "supervisor/", "supervisor/announcements/")
        yield from (f"/{self.site}/{room}" for room in rooms)
        yield "/api/v1/openapi.json"
        api = f"/api/v1/sites/{self.site}"
        yield from (
            f"{api}/{name}" for name in ("board", "procedures", "policy", "policies", "sessions", "leaflet.pdf")
        )
        for kind in KINDS:
            for form in ("json", "csv", "xlsx", "pdf"):
                yield f"{api}/reports/{kind}?from={self.day}&to={self.day}&format={form}"
        for code in self.codes:
            yield from (f"/t/{code}", f"/api/v1/tickets/{code}")
            yield from (f"/api/v1/tickets/{code}/slip.pdf?width={width}" for width in (58, 80))

    def read(self, lang: str) -> dict[str, str]:
        """The words of whatever an administrator reaches by reading on from the pages, papers and answers."""
        waiting, seen, found = list(self._starts()), Counter[str](), dict[str, str]()
        while waiting:
            path = waiting.pop()
            room = path.partition("?")[0]
            most = MOST_QUERIES if "/api/" not in room else MOST_FORMS
            if path in found or seen[room] >= most or any(part in path for part in SILENT):
                continue
            seen[room] += 1
            answer = self.client.get(path, headers={"Accept-Language": lang})
            if answer.status_code == 200:
                found[path] = words(answer)
                waiting += links(path, answer.text) if answer.mimetype == "text/html" else ()
        return found


def links(path: str, html: str) -> Iterator[str]:
    for found in re.findall(r'(?:href|src)="(/[^"]+|\?[^"]+)"', html):
        parts = urlsplit(urljoin(path, unescape(found)))
        if "lang=" not in parts.query or "/leaflet" in parts.path:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def words(answer: TestResponse) -> str:
    if answer.mimetype == "application/pdf":
        pages = pypdfium2.PdfDocument(answer.data)
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as folder:
            return " ".join(folder.read(name).decode() for name in folder.namelist())
    if answer.mimetype in ("image/png", "application/octet-stream"):
        return ""
    return re.sub(
        r"\\u([0-9a-f]{4})", lambda escaped: chr(int(escaped[1], 16)), unescape(answer.data.decode("utf-8-sig"))
    )


@pytest.mark.faults("L")
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_slip_leaflet_or_report_of_today_names_the_law_of_2018(tmp_path: Path, lang: str) -> None:
    with closing(Walk(tmp_path, "demo", "demo", "2026-11-23")) as walk:
        shown = walk.read(lang)
    assert len(shown) > 70
    assert {path: OLD.findall(text) for path, text in shown.items() if OLD.search(text)} == {}
    kiosk = shown["/demo/kiosk/"]
    assert "(Nghị định 118/2025/NĐ-CP)" in kiosk and "(Decree 118/2025/NĐ-CP)" in kiosk and "VNeID" in kiosk


@pytest.mark.faults("L")
def test_a_plan_of_2020_names_the_law_of_its_time_and_none_of_later(tmp_path: Path) -> None:
    with closing(Walk(tmp_path, "dong-nai-2020", "dong-nai", "2020-03-30")) as walk:
        shown = walk.read("vi")
    later = re.compile("118/2025|VNeID|224/2026|29/2026")
    assert {path: later.findall(text) for path, text in shown.items() if later.search(text)} == {}
    assert "Nghị định 61/2018/NĐ-CP, Điều 18.2" in shown["/dong-nai/kiosk/"]


@pytest.mark.faults("L")
def test_each_day_has_one_base_for_each_rule_that_is_cited() -> None:
    first, last = date(2020, 1, 1), date(2027, 1, 1)
    for subject, bases in BASES.items():
        for ahead in range((last - first).days):
            held = [one for one in bases if one.hold(first + timedelta(days=ahead))]
            assert len(held) == 1, (subject, first + timedelta(days=ahead))
    assert legal.base("next_day", date(2025, 6, 30)).name.startswith("Nghị định 61/2018/NĐ-CP")
    assert legal.base("next_day", ONE_PORTAL).name == "Nghị định 118/2025/NĐ-CP"


@pytest.mark.faults("L")
def test_a_provinces_portal_is_worth_a_warning_of_its_own_once_it_is_closed(tmp_path: Path) -> None:
    old, national = "https://dichvucong.dongnai.gov.vn", "https://dichvucong.gov.vn/p/home"
    policy = Policy("chat", "Kế hoạch", date(2020, 3, 30), valid_to=date(2020, 4, 29), portal_url=old)
    site = small_site(portal_url=old, policies=(policy,))
    assert closed_portals(site, date(2020, 3, 30)) == []
    assert closed_portals(site, ONE_PORTAL) == [("portal_url", old)]
    assert closed_portals(replace(site, portal_url=national), ONE_PORTAL) == []
    file = tmp_path / "site.toml"
    file.write_text(write_sites([site]), encoding="utf-8")
    done = layso("apply", file, data=tmp_path / "cli")
    assert done.returncode == 0
    assert f"warning: portal_url {old} is a province's portal" in done.stderr
