"""Papers that an agent fetches for a printer that the server does not reach."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import test_printing
from tests.api_kit import body
from tests.printer_simulator import Printer as Simulator
from tests.test_printing import Hall, opened
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import CLI
from ticketing.rules.printers import Printer
from ticketing.verbs import taking
from ticketing.verbs.day import Where

simulator, hall = test_printing.simulator, test_printing.hall


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Hall]:
    """A hall whose second kiosk prints by an agent."""
    with Simulator() as one, opened(tmp_path, one) as hall:
        agents = Printer("Xa", "agent:", 58, kiosks=("Kiosk 2",))
        hall.office.apply_site(replace(hall.office.site("ward"), printers=(*hall.printers, agents)))
        hall.layso.printers.look()
        hall.agent = hall.accounts.issue_token("ward", "agent", "", CLI, "Kiosk 2")
        yield hall


def fetch(hall: Hall) -> Any:
    return hall.call("GET", "/sites/ward/printers/jobs?wait=0", token=hall.agent)


def tell(hall: Hall, job: int, state: str) -> Any:
    return hall.call("POST", f"/sites/ward/printers/jobs/{job}", token=hall.agent, json={"state": state})


def test_an_agent_gets_its_kiosks_papers_and_each_is_acknowledged_once(far: Hall) -> None:
    assert fetch(far).status_code == 204
    far.take()
    code = far.take("officer", printer="Xa")["code"]
    paper = body(fetch(far))
    assert (paper["printer"], paper["copy"], paper["width"]) == ("Xa", 0, 58)
    assert b64decode(paper["content"]).startswith(b"\x1b@")
    assert body(fetch(far))["job"] == paper["job"], "what was not begun is the same paper still"
    assert tell(far, paper["job"], "printed").status_code == 409
    assert [tell(far, paper["job"], state).status_code for state in ("sending", "sending", "printed", "printed")] == (
        [200] * 4
    )
    assert far.jobs(code)[0].state == "printed" and fetch(far).status_code == 204
    assert tell(far, paper["job"], "sending").status_code == 409


def test_an_agent_that_asks_a_process_which_does_not_print_gets_papers_of_all_processes_at_once(far: Hall) -> None:
    far.layso.printers.stop()
    assert fetch(far).status_code == 204
    far.take("officer", printer="Xa")
    first = body(fetch(far))
    tell(far, first["job"], "sending")
    tell(far, first["job"], "printed")
    # As another process: it says so when whoever took the number has his answer.
    order = TicketOrder(field="HT", printer="Xa")
    taken = far.office.do(Where("ward", CLI), taking.take, order, "vi")
    job = far.layso.store.read(lambda view: view.printers.of_ticket(taken.id))[0]
    assert fetch(far).status_code == 204
    far.office.bus.released("ward", "Xa", job.id)
    assert body(fetch(far))["job"] == job.id


def test_what_an_agent_had_begun_when_it_ended_is_a_new_paper_that_says_so(far: Hall) -> None:
    far.take("officer", printer="Xa")
    first = body(fetch(far))
    tell(far, first["job"], "sending")
    again = body(fetch(far))
    assert (again["job"], again["copy"]) == (first["job"], 1) and again["content"] != first["content"]
    tell(far, again["job"], "sending")
    assert body(tell(far, again["job"], "broken"))["copy"] == 2


def test_an_agent_tells_how_its_printer_is_and_sees_no_other(far: Hall) -> None:
    told = far.call("POST", "/sites/ward/printers/state", token=far.agent, json={"state": "paper_out"})
    assert body(told) == {"printer": "Xa", "state": "paper_out", "down": True} and far.state("Xa") == "paper_out"
    others = far.jobs(far.take()["code"])[0].id
    assert tell(far, others, "sending").status_code == 409 and tell(far, 0, "printed").status_code == 409
    stranger = far.accounts.issue_token("ward", "agent", "", CLI, "kiosk of ward")
    refused = far.call("GET", "/sites/ward/printers/jobs", token=stranger)
    assert (refused.status_code, body(refused)["reason"]) == (409, "no_agent")


def begun(far: Hall) -> tuple[str, int]:
    """The code of a number whose paper the agent has begun, and the job."""
    code = far.take("officer", printer="Xa")["code"]
    job = body(fetch(far))["job"]
    tell(far, job, "sending")
    return code, job


def test_a_paper_that_an_agent_has_begun_and_never_tells_of_is_given_up_and_counted(far: Hall) -> None:
    code, job = begun(far)
    far.clock.pass_(seconds=149)
    far.layso.printers.look()
    assert far.jobs(code)[0].state == "sending", "it may still tell"
    far.clock.pass_(seconds=1)
    far.layso.printers.look()
    assert [(one.state, one.error) for one in far.jobs(code)] == [("failed", "agent_lost")]
    (alarm,) = [one for one in far.office.queue("ward", None)["alarms"] if one["kind"] == "papers_given_up"]
    assert (alarm["name"], alarm["numbers"]) == ("Xa", 1)
    assert 'layso_print_jobs{printer="Xa",site="ward",state="failed"} 1.0' in far.client.get("/metrics").text
    assert fetch(far).status_code == 204, "it is not begun again by itself"
    again = far.call("POST", f"/tickets/{code}/print", "officer", json={"printer": "Xa"})
    assert body(again)["copy"] == 1 and body(fetch(far))["copy"] == 1


def test_an_agent_that_tells_late_is_believed(far: Hall) -> None:
    code, job = begun(far)
    far.clock.pass_(minutes=10)
    far.layso.printers.look()
    assert far.jobs(code)[0].state == "failed"
    assert tell(far, job, "broken").status_code == 409
    assert body(tell(far, job, "printed"))["state"] == "printed"
    assert far.jobs(code)[0].state == "printed"
