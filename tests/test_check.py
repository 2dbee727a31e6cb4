"""`layso check`: a database that keeps the promises passes, one that was tampered with doesn't."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.kit import OFFICER, SITE, SUPERVISOR, Centre
from ticketing.rules.sessions import SessionChange
from ticketing.store import check


@pytest.fixture
def busy(centre: Centre) -> Centre:
    """A day on which everything happened once."""
    for field, dossiers in (("HT", 3), ("CT", 2), ("HT", 1), ("BT", 1)):
        centre.take(field, dossiers)
    centre.open(1)
    centre.next()
    centre.office.finish(SITE, 1, OFFICER, dossiers=4)
    centre.office.undo(SITE, 1, OFFICER)
    centre.office.transfer(SITE, 1, OFFICER, field="CT")
    centre.next()
    centre.next(previous="no_show")
    centre.office.requeue(SITE, "1001", OFFICER)
    centre.office.hold(SITE, 1, OFFICER)
    centre.office.change_session(SITE, "2026-11-23-morning", SessionChange(cap=8, field_caps={"CT": None}), SUPERVISOR)
    centre.office.change_session(
        SITE, "2026-11-23-morning", SessionChange(state="closed", waiting="carry_over"), SUPERVISOR
    )
    return centre


def test_an_honest_day_passes_while_the_server_runs(busy: Centre) -> None:
    assert check(busy.path) == []


def test_an_honest_week_passes(busy: Centre) -> None:
    for day in ("2026-11-24", "2026-11-28", "2026-11-30"):
        busy.clock.set(f"{day}T08:00")
        busy.take()
    assert check(busy.path) == []


def tamper(path: Path, *statements: str) -> list[str]:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return check(path)


@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        (["INSERT INTO outages VALUES ('thu', 0, '')"], "portal's interruption"),
        (["UPDATE tickets SET policy = 'tinh/chat@0'"], "what the policy tinh/chat@0 said is missing"),
        (["UPDATE tickets SET dossiers = 5 WHERE id = 1"], "ticket 1 is not what the journal tells"),
        (["UPDATE usage SET dossiers = dossiers + 1"], "counts other dossiers"),
        (["UPDATE queue_lengths SET waiting = waiting + 1"], "lengths of the queues"),
        (["DELETE FROM tickets WHERE id = 2"], "ticket 2"),
        (["DROP TRIGGER journal_no_delete", "DELETE FROM journal WHERE seq = 3"], "the journal"),
        (["DROP TRIGGER journal_no_update", "UPDATE journal SET kind = 'gone' WHERE ticket = 1"], "trigger"),
        (["INSERT INTO usage VALUES (999, 'session', '', 1)"], "foreign key"),
        (
            ["INSERT INTO journal SELECT 1, 'nowhere', at, actor, 'ticket_recalled', ticket, session, 1, "
             "'{\"counter\":1}', text, hash FROM journal WHERE ticket = 1 AND kind = 'ticket_taken'"],
            "line 1 of nowhere: ticket 1 was never issued",
        ),
    ],
)
def test_what_was_tampered_with_is_found(busy: Centre, statements: list[str], finding: str) -> None:
    assert any(finding in line for line in tamper(busy.path, *statements))


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE tickets SET lang = 'en' WHERE id = 1", "ticket 1 is not what the journal tells"),
        ("DELETE FROM tickets WHERE id = 1", "ticket 1 is not what the journal tells"),
        (
            "INSERT INTO tickets SELECT 999, site, day, '9999', service, field, procedure, session, counted_session, "
            "counted_field, dossiers, counted, priority, lang, source, policy, issued_at, position, state, counter, "
            "target, calls, returns, called_at, last_call_at, started_at, ended_at, applicant, reason FROM tickets "
            "WHERE id = 1",
            "ticket 999 is not what the journal tells",
        ),
        (
            "INSERT INTO journal SELECT (SELECT MAX(seq) + 1 FROM journal AS all_ WHERE all_.site = journal.site), "
            "site, at, actor, 'ticket_recalled', ticket, session, 1, '{\"counter\":1}', text, hash FROM journal "
            "WHERE ticket = 1 AND kind = 'ticket_taken'",
            "ticket 1",
        ),
    ],
)
def test_what_was_tampered_with_on_a_day_long_past_is_found(busy: Centre, statement: str, finding: str) -> None:
    for day in ("2026-11-24", "2026-11-30"):
        busy.clock.set(f"{day}T08:00")
        busy.take()
    assert any(finding in line for line in tamper(busy.path, statement))


def test_a_ticket_over_the_cap_is_found(busy: Centre) -> None:
    raised = """UPDATE journal SET data = json_set(data, '$.after.cap', 1) WHERE kind = 'caps_changed'"""
    planned = """UPDATE journal SET data = json_set(data, '$.cap', 1) WHERE kind = 'session_planned'"""
    findings = tamper(busy.path, "DROP TRIGGER journal_no_update", raised, planned)
    assert any("over a cap" in line for line in findings)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database" * 1000)
    assert "cannot be read" in check(broken)[0]
