"""Printers as configuration, and papers as jobs that belong to their number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.api_kit import Kit, body, problem
from tests.kit import small_site
from tests.serving import layso
from ticketing.profiles import ConfigError, parse_sites, write_sites
from ticketing.rules.people import CLI
from ticketing.rules.printers import Address, Printer, PrintJob, address, printer_of
from ticketing.store import check
from ticketing.verbs import printers as verbs
from ticketing.verbs import upkeep

LOBBY = Printer("Sảnh", "tcp://192.0.2.7", kiosks=("kiosk of ward",))
SPARE = Printer("Dự phòng", "tcp://192.0.2.8:9101", width=58, cut=False, density=-2, buzzer=True, kiosks=())
BY_BROWSER = Printer("Trình duyệt", "browser:", kiosks=("Kiosk 2",))


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path, printers=(LOBBY, SPARE, BY_BROWSER)) as made:
        yield made


def jobs(kit: Kit, code: str) -> list[PrintJob]:
    return kit.layso.store.read(lambda view: view.printers.of_ticket(view.tickets.by_code(code).id))


def move(kit: Kit, work: Any, *given: Any) -> Any:
    return kit.layso.store.write((), lambda tx: work(tx, *given))


def say(kit: Kit, state: str, name: str = LOBBY.name) -> None:
    move(kit, verbs.note_state, "ward", name, state, "", kit.clock.now())


# -- configuration ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text, meant", [
    ("tcp://192.0.2.7", Address("tcp", "192.0.2.7", 9100)),
    ("tcp://may-in.local:9101", Address("tcp", "may-in.local", 9101)),
    ("tcp://[2001:db8::7]:9100", Address("tcp", "2001:db8::7", 9100)),
    ("usb://04B8:0E15", Address("usb", "04b8", 0x0E15)),
    ("serial:///dev/ttyUSB0", Address("serial", "/dev/ttyUSB0", 9600)),
    ("serial://COM3?baud=115200", Address("serial", "COM3", 115200)),
    ("cups://May-in_1", Address("cups", "May-in_1")),
    ("agent:", Address("agent")),
    ("browser:", Address("browser")),
    ("tcp://", None), ("tcp://a b", None), ("tcp://h:99999", None), ("usb://4b8:e15", None), ("lpt1", None),
    ("cups://a/b", None), ("cups://-o raw", None), ("agent:x", None), ("ftp://h", None), ("", None),
])  # fmt: skip
def test_an_address_says_how_a_printer_is_reached(text: str, meant: Address | None) -> None:
    assert address(text) == meant


def test_printers_survive_being_written_and_read_again() -> None:
    site = small_site(printers=(LOBBY, SPARE, BY_BROWSER), print_retry_s=60)
    assert parse_sites(write_sites([site]), "x") == [site]


@pytest.mark.parametrize("change, key, code", [
    ({"address": "lpt1"}, "printers[0].address", "wrong_value"),
    ({"width": 70}, "printers[0].width", "wrong_value"),
    ({"density": 7}, "printers[0].density", "wrong_value"),
    ({"name": ""}, "printers[0].name", "empty"),
    ({"kiosks": ("A", "A")}, "printers[0].kiosks[1]", "named_twice"),
    ({"name": SPARE.name}, "printers[1].name", "repeated"),
    ({"address": "tcp://192.0.2.8:9101"}, "printers[1].address", "repeated"),
])  # fmt: skip
def test_a_wrong_printer_is_refused_with_its_key_and_reason(change: dict[str, Any], key: str, code: str) -> None:
    text = write_sites([small_site(printers=(replace(LOBBY, **change), SPARE))])
    with pytest.raises(ConfigError) as refused:
        parse_sites(text, "x")
    assert [(one.key, one.code) for one in refused.value.problems] == [(f"sites[0].{key}", code)]


def test_a_kiosk_that_is_not_there_yet_is_warned_about(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(write_sites([small_site(printers=(LOBBY,))]), encoding="utf-8")
    applied = layso("apply", file, data=tmp_path / "data")
    assert applied.returncode == 0 and "'kiosk of ward', and no kiosk is called so yet" in applied.stderr


def test_a_kiosk_prints_where_it_is_named_before_where_all_do() -> None:
    for_all = Printer("Chung", "cups://Chung")
    assert printer_of((for_all, LOBBY, SPARE), "kiosk of ward") == LOBBY
    assert printer_of((for_all, LOBBY, SPARE), "Kiosk 3") == for_all
    assert printer_of((for_all, BY_BROWSER), "Kiosk 2") is None
    assert printer_of((LOBBY, SPARE), "Kiosk 3") is None


# -- a number and its paper -----------------------------------------------------------------------------------


def test_a_kiosks_number_comes_with_its_paper_in_the_queue(kit: Kit) -> None:
    taken = kit.take()
    assert taken["print"] == {"printer": LOBBY.name, "state": "queued", "copy": 0, "error": ""}
    assert [(one.state, one.copy, one.what) for one in jobs(kit, taken["code"])] == [("queued", 0, "slip")]
    assert "print" not in body(kit.call("GET", f"/tickets/{taken['code']}"))
    assert body(kit.call("GET", f"/tickets/{taken['code']}", "kiosk"))["print"]["state"] == "queued"
    (lobby, *_others) = body(kit.call("GET", "/sites/ward/printers", "officer"))["items"]
    assert (lobby["name"], lobby["queued"], lobby["printed"], lobby["state"]) == (LOBBY.name, 1, 0, "unknown")
    assert lobby["kiosks"] == ["kiosk of ward"]


def test_the_same_key_prints_one_paper(kit: Kit) -> None:
    def take() -> dict[str, Any]:
        sent = {"headers": {"Idempotency-Key": "tap"}, "json": {"field": "HT"}}
        return body(kit.call("POST", "/sites/ward/tickets", "kiosk", **sent))

    assert take() == take() and len(jobs(kit, take()["code"])) == 1


def test_an_officers_number_prints_where_he_says_and_else_nowhere(kit: Kit) -> None:
    assert "print" not in kit.take("officer")
    assert kit.take("officer", printer=SPARE.name)["print"]["printer"] == SPARE.name
    before = kit.seq()
    for printer in ("Đâu", BY_BROWSER.name):
        refused = kit.call("POST", "/sites/ward/tickets", "officer", json={"field": "HT", "printer": printer})
        problem(refused, 422, "unknown_printer")
    assert kit.seq() == before


def test_who_insists_on_paper_gets_no_number_while_none_can_come(kit: Kit) -> None:
    def ask(role: str = "kiosk", **more: Any) -> Any:
        return kit.call("POST", "/sites/ward/tickets", role, json={"field": "HT", "print": "required", **more})

    assert ask().status_code == 201
    for state in ("paper_out", "cover_open", "offline"):
        say(kit, state)
        before = kit.seq()
        refused = problem(ask(), 409, "printer_down")
        assert (refused["printer"], refused["state"]) == (LOBBY.name, state) and kit.seq() == before
        assert body(kit.call("GET", "/sites/ward/printer", "kiosk")) == {
            "printer": LOBBY.name, "state": state, "down": True,
        }  # fmt: skip
    say(kit, "paper_low")
    assert ask().status_code == 201
    problem(ask("officer"), 409, "printer_down")
    assert ask("officer", printer=SPARE.name).status_code == 201


def test_a_number_is_given_without_paper_where_that_is_wanted_and_where_the_printer_is_down(kit: Kit) -> None:
    say(kit, "paper_out")
    assert kit.take()["print"]["state"] == "queued"
    assert "print" not in kit.take(print="no")


def test_a_slip_again_bears_its_count_and_stands_in_the_journal(kit: Kit) -> None:
    code = kit.take()["code"]
    again = kit.call("POST", f"/tickets/{code}/print", "kiosk", json={})
    assert (again.status_code, body(again)["copy"]) == (202, 1)
    elsewhere = kit.call("POST", f"/tickets/{code}/print", "officer", json={"printer": SPARE.name})
    assert (body(elsewhere)["printer"], body(elsewhere)["copy"]) == (SPARE.name, 2)
    assert body(kit.call("POST", f"/tickets/{code}/print", "officer"))["printer"] == SPARE.name
    lines = [line for line in kit.office.journal("ward") if line["kind"] == "slip_again"]
    assert [line["data"]["copy"] for line in lines] == [1, 2, 3]
    problem(kit.call("POST", f"/tickets/{code}/print", "display"), 403, "forbidden")
    problem(kit.call("POST", f"/tickets/{code}/print"), 401, "unauthorized")
    problem(kit.call("POST", "/tickets/nothing/print", "officer"), 404, "unknown_ticket")
    problem(kit.call("POST", f"/tickets/{code}/print", token=kit.token("officer", "other")), 403, "forbidden")


def test_an_officer_has_a_slip_again_by_the_number_on_it(kit: Kit) -> None:
    taken = kit.take()
    path = f"/sites/ward/tickets/{taken['number']}/print"
    again = kit.call("POST", path, "officer", json={"printer": SPARE.name})
    assert (again.status_code, body(again)) == (
        202, {"printer": SPARE.name, "state": "queued", "copy": 1, "error": ""},
    )  # fmt: skip
    assert [(one.printer, one.copy) for one in jobs(kit, taken["code"])] == [(LOBBY.name, 0), (SPARE.name, 1)]
    before = kit.seq()
    problem(kit.call("POST", "/sites/ward/tickets/9999/print", "officer", json={}), 404, "unknown_ticket")
    problem(kit.call("POST", path, "officer", json={"printer": "Đâu"}), 422, "unknown_printer")
    assert kit.seq() == before and len(jobs(kit, taken["code"])) == 2


# -- what becomes of a job ------------------------------------------------------------------------------------


def test_a_paper_that_broke_off_is_printed_again_under_the_next_count(kit: Kit) -> None:
    code = kit.take()["code"]
    (job,) = jobs(kit, code)
    sending = move(kit, verbs.send, job)
    assert (sending.state, sending.tries) == ("sending", 1)
    assert move(kit, verbs.send, job) is None
    kit.call("POST", f"/tickets/{code}/print", "kiosk", json={})
    again = move(kit, verbs.broken_off, sending, "reset")
    assert (again.state, again.copy) == ("queued", 2)
    sending = move(kit, verbs.send, again)
    assert move(kit, verbs.print_done, sending, kit.clock.now())
    assert not move(kit, verbs.print_done, sending, kit.clock.now())


def test_restored_data_print_nothing_old(kit: Kit) -> None:
    code = kit.take()["code"]
    every = {site.code for site in kit.office.site_values()}
    kit.layso.store.write(every, lambda tx: upkeep.after_restore(tx, [], "epoch", kit.clock.now()))
    assert [(one.state, one.error) for one in jobs(kit, code)] == [("failed", "restored")]
    assert kit.layso.store.read(lambda view: view.printers.all_open()) == []


def test_papers_are_forgotten_with_their_day(kit: Kit) -> None:
    kit.take()
    kit.clock.set("2026-11-24T07:00")
    kit.office.follow_clock()
    assert kit.layso.store.read(lambda view: view.printers.all_open()) == []


def test_an_agents_token_names_its_kiosk_and_may_nothing_else(kit: Kit) -> None:
    secret = kit.accounts.issue_token("ward", "agent", "", CLI, "Kiosk 1")
    actor = kit.accounts.authenticate(secret)
    assert (actor.role, actor.kiosk, actor.name) == ("agent", "Kiosk 1", "Kiosk 1")
    problem(kit.call("POST", "/sites/ward/tickets", token=secret, json={"field": "HT"}), 403, "forbidden")
    problem(kit.call("GET", "/sites/ward/printers", token=secret), 403, "forbidden")


def test_a_printer_that_is_down_is_an_alarm_and_a_figure(kit: Kit) -> None:
    kit.take()
    say(kit, "paper_out")
    kit.clock.pass_(minutes=2)
    (alarm,) = [one for one in kit.office.queue("ward", None)["alarms"] if one["kind"] == "printer_down"]
    assert (alarm["name"], alarm["state"], alarm["for_s"]) == (LOBBY.name, "paper_out", 120)
    assert [one for one in kit.office.queue("ward", 1)["alarms"] if one["kind"] == "printer_down"] == []
    figures = kit.client.get("/metrics").text
    assert f'layso_printer_state{{printer="{LOBBY.name}",site="ward",state="paper_out"}} 1.0' in figures
    assert f'layso_print_jobs{{printer="{LOBBY.name}",site="ward",state="queued"}} 1.0' in figures
    say(kit, "ok")
    assert [one for one in kit.office.queue("ward", None)["alarms"] if one["kind"] == "printer_down"] == []


def alarms_of(kit: Kit, kind: str) -> list[dict[str, Any]]:
    return [one for one in kit.office.queue("ward", None)["alarms"] if one["kind"] == kind]


def test_paper_that_runs_low_is_told_quietly_and_of_every_printer_how_it_is(kit: Kit) -> None:
    say(kit, "paper_low")
    assert [one["name"] for one in alarms_of(kit, "paper_low")] == [LOBBY.name] and not alarms_of(kit, "printer_down")
    told = kit.office.queue("ward", None)["printers"]
    assert [(one["name"], one["state"]) for one in told] == [
        (LOBBY.name, "paper_low"), (SPARE.name, "unknown"), (BY_BROWSER.name, "unknown"),
    ]  # fmt: skip
    assert kit.office.queue("ward", 1)["printers"] == []


def test_slips_given_up_are_an_alarm_and_a_figure_until_they_are_printed_or_called(kit: Kit) -> None:
    taken = [kit.take() for _each in range(3)]
    for one in taken:
        (job,) = jobs(kit, one["code"])
        kit.clock.pass_(seconds=30)
        assert move(kit, verbs.give_up, job, kit.clock.now(), "paper_out")
    (alarm,) = alarms_of(kit, "papers_given_up")
    assert (alarm["name"], alarm["numbers"], alarm["number"]) == (LOBBY.name, 3, taken[2]["number"])
    assert alarm["at"] == kit.clock.now().astimezone(kit.office.site("ward").zone).isoformat(timespec="seconds")
    figures = kit.client.get("/metrics").text
    assert f'layso_print_jobs{{printer="{LOBBY.name}",site="ward",state="failed"}} 3.0' in figures

    kit.call("POST", f"/tickets/{taken[2]['code']}/print", "officer", json={"printer": SPARE.name})
    assert [one["numbers"] for one in alarms_of(kit, "papers_given_up")] == [2], "another one is on its way"
    kit.call("POST", "/sites/ward/counters/1/open", "officer", json={})
    kit.call("POST", "/sites/ward/counters/1/call-next", "officer", json={})
    assert [one["numbers"] for one in alarms_of(kit, "papers_given_up")] == [1]
    kit.clock.pass_(minutes=16)
    assert alarms_of(kit, "papers_given_up") == []


def test_the_check_finds_papers_of_nothing_and_one_count_twice(kit: Kit) -> None:
    (job,) = jobs(kit, kit.take()["code"])
    path = kit.layso.store.path
    assert check(path) == []
    for wrong in (replace(job, ticket=999), job):
        move(kit, lambda tx, wrong=wrong: tx.printers.add(wrong))  # type: ignore[misc]
    assert check(path) == [
        f"paper {job.id + 1} is of ticket 999, which is not there",
        f"ticket {job.ticket} has two papers with the count 0",
    ]
