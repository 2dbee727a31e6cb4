"""The printers' page of the supervisor."""

from __future__ import annotations

from pathlib import Path

from tests.api_kit import Kit
from tests.printer_simulator import Printer as Simulator
from tests.test_desk import person
from tests.waiting import until
from ticketing.rules.printers import Printer
from ticketing.rules.slips import SlipLayout

PAGE = "/ward/supervisor/printers"


def test_a_supervisor_sees_each_printers_state_and_prints_a_number_again(tmp_path: Path) -> None:
    with Simulator() as simulator, Kit(tmp_path, printers=(Printer("Sảnh", simulator.address),)) as kit:
        kit.layso.printers.start()
        supervisor = person(kit, "ha")
        assert PAGE in supervisor.get("/ward/supervisor/").text
        until(lambda: 'data-state="ok"' in supervisor.get(PAGE).text)
        assert person(kit, "lan").get(PAGE).status_code == 403
        taken = kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"}, buffered=True).json
        simulator.wait(lambda: simulator.papers)
        again = supervisor.post(f"{PAGE}/again", number=taken["number"], printer="Sảnh")
        assert again.status_code == 303
        simulator.wait(lambda: len(simulator.papers) == 2)
        first, second = simulator.papers
        assert first.codes() == second.codes() and second.rows > first.rows
        assert supervisor.post(f"{PAGE}/again", number="9999", printer="Sảnh").status_code == 303
        simulator.paper_out()
        until(lambda: 'data-state="paper_out"' in supervisor.get(PAGE).text)


def test_without_a_printer_the_page_says_that_browsers_print(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        supervisor = person(kit, "ha")
        assert PAGE not in supervisor.get("/ward/supervisor/").text
        assert "kiosks print by their browsers" in supervisor.get(PAGE).text


def test_a_sample_of_the_slip_comes_on_paper_as_it_stands_on_its_page(tmp_path: Path) -> None:
    layout = SlipLayout(header="Tầng 1", header_en="First floor")
    with Simulator() as simulator, Kit(tmp_path, printers=(Printer("Sảnh", simulator.address),), slip=layout) as kit:
        kit.layso.printers.start()
        supervisor = person(kit, "ha")
        assert 'value="sample_vi"' in supervisor.get("/ward/supervisor/config/slip").text
        for count, lang in enumerate(("vi", "en"), 1):
            asked = supervisor.post(f"{PAGE}/sheet", printer="Sảnh", what=f"sample_{lang}")
            assert (asked.status_code, asked.headers["Location"]) == (303, "/ward/supervisor/config/slip")
            kit.clock.pass_(seconds=5)
            simulator.wait(lambda count=count: len(simulator.papers) == count)
            assert simulator.papers[-1].is_picture(supervisor.get(f"/ward/supervisor/slip.png?words={lang}").data)
        assert kit.call("GET", "/sites/ward/board").json["session"]["issued"] == 0


def test_the_leaflet_in_short_and_todays_report_come_on_the_same_paper(tmp_path: Path) -> None:
    with Simulator() as simulator, Kit(tmp_path, printers=(Printer("Sảnh", simulator.address),)) as kit:
        kit.layso.printers.start()
        kit.call("POST", "/sites/ward/tickets", "officer", json={"field": "HT"}, buffered=True)
        supervisor = person(kit, "ha")
        for count, what in enumerate(("leaflet", "daily", "test"), 1):
            assert supervisor.post(f"{PAGE}/sheet", printer="Sảnh", what=what).status_code == 303
            kit.clock.pass_(seconds=5)
            simulator.wait(lambda count=count: len(simulator.papers) == count)
        leaflet, daily, _test = simulator.papers
        assert leaflet.codes() and leaflet.rows > 400 and daily.rows > 200
        assert simulator.errors == [] and all(paper.cut for paper in simulator.papers)
