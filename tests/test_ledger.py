"""The public ledger: who holds a number, or only stands in the hall, proves where it stands without trusting us."""

from __future__ import annotations

import base64
import hashlib
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.cli import layso
from tests.api_kit import Kit, good, problem
from tests.kit import MONDAY, OFFICER, SUPERVISOR
from tests.test_merkle import by_the_book
from ticketing.answers import ledger
from ticketing.rules import checkpoints
from ticketing.rules.merkle import proves
from ticketing.rules.sessions import SessionChange
from ticketing.store import check
from ticketing.verbs import upkeep

ELDERLY = "elderly"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as opened:
        good(opened.at_counter("open"))
        yield opened


def leaves(kit: Kit, day: str = "2026-11-23") -> list[tuple[str, ...]]:
    """The leaves, once size and root are what anybody computes of them."""
    found = good(kit.call("GET", f"/sites/ward/ledger/{day}"))
    assert found["size"] == len(found["items"])
    assert found["root"] == by_the_book([leaf.encode() for leaf in found["items"]]).hex()
    return [tuple(leaf.split("\t")) for leaf in found["items"]]


def verified(text: str, verifier: str) -> list[str]:
    """The lines of a checkpoint that this key signed, as C2SP's signed-note says."""
    body, _, signature = text.partition("\n\n")
    name, key_id, key = verifier.split("+", 2)
    public = base64.b64decode(key)
    assert hashlib.sha256(name.encode() + b"\n" + public).digest()[:4].hex() == key_id
    assert public[:1] == b"\x01"
    dash, signer, signed = signature.split(" ")
    assert (dash, signer, signed[-1]) == ("—", name, "\n")
    raw = base64.b64decode(signed)
    assert raw[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(raw[4:], f"{body}\n".encode())
    return body.split("\n")


def verifier(kit: Kit) -> str:
    return str(kit.layso.office.look("ward", ledger.verifier))


def checkpoint(kit: Kit, day: str = "") -> list[str]:
    answer = kit.call("GET", f"/sites/ward/checkpoint{f'?day={day}' if day else ''}")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    return verified(answer.text, verifier(kit))


def test_every_thing_that_happens_to_a_number_is_a_leaf_in_its_order_and_nothing_else(kit: Kit) -> None:
    office = kit.office
    kit.take(), kit.take(), kit.take(role="officer", priority=ELDERLY)
    kit.take(field="BT"), kit.take()
    kit.clock.pass_(minutes=1)
    for verb, more in (
        ("call-next", {}), ("start", {}), ("finish", {"dossiers": 1}), ("undo", {}), ("hold", {"reason": "x"}),
        ("call", {"number": "1002", "reason": "y"}), ("recall", {}), ("no-show", {}),
    ):  # fmt: skip
        kit.clock.pass_(minutes=1)
        good(kit.at_counter(verb, **more))
    office.requeue("ward", "1002", OFFICER)
    good(kit.at_counter("resume", number="1003")), good(kit.at_counter("transfer", field="CT"))
    office.cancel("ward", "1004", OFFICER)
    office.change_session(
        "ward", "2026-11-23-morning", SessionChange(state="closed", waiting="expire"), SUPERVISOR
    )  # fmt: skip
    found = leaves(kit)
    assert [leaf[:2] for leaf in found] == [
        ("issued", "1001"), ("issued", "1002"), ("issued", "1003"), ("issued", "8001"), ("issued", "1004"),
        ("called", "1003"), ("done", "1003"), ("reopened", "1003"), ("held", "1003"), ("called", "1002"),
        ("recalled", "1002"), ("no_show", "1002"), ("requeued", "1002"), ("called", "1003"), ("transferred", "1003"),
        ("cancelled", "1004"), ("expired", "1001"), ("expired", "1003"), ("expired", "8001"), ("expired", "1002"),
    ]  # fmt: skip
    assert {leaf[2] for leaf in found[:5]} == {"2026-11-23T08:00:00+07:00"}
    assert {len(leaf) for leaf in found} == {3}
    assert check(kit.layso.store.path) == []


def test_a_number_moved_to_an_ordinary_class_says_nothing_and_to_another_field_that_it_went(kit: Kit) -> None:
    from ticketing.events import TicketMoved
    from ticketing.rules.ledger import of_event

    assert of_event(TicketMoved(ordinary=True)) == of_event(TicketMoved(priority="x")) == ""
    assert of_event(TicketMoved(field="CT")) == of_event(TicketMoved(counter=2)) == "transferred"


def test_a_number_is_proved_by_its_code_and_the_signed_root(kit: Kit) -> None:
    codes = [kit.take()["code"] for _each in range(5)]
    kit.at_counter("call-next")
    for place, code in enumerate(codes):
        proof = good(kit.call("GET", f"/tickets/{code}/proof"))
        assert (proof["leaf"], proof["index"], proof["size"]) == (
            f"issued\t{1001 + place}\t2026-11-23T08:00:00+07:00", place, 6,
        )  # fmt: skip
        path, root = [bytes.fromhex(node) for node in proof["path"]], bytes.fromhex(proof["root"])
        assert proves(proof["leaf"].encode(), place, 6, path, root)
        origin, size, signed, line = verified(proof["checkpoint"], verifier(kit))[:4]
        assert (origin, size, base64.b64decode(signed)) == ("so.example.vn/ward/2026-11-23", "6", root)
        last = good(kit.call("GET", "/sites/ward/journal?limit=1000", "supervisor"))["items"][-1]
        assert line == f"{last['seq']} {last['hash']}"
    problem(kit.call("GET", "/tickets/none/proof"), 404, "unknown_ticket")


def test_an_empty_ledger_has_the_root_of_nothing(kit: Kit) -> None:
    found = good(kit.call("GET", "/sites/ward/ledger/2026-11-23"))
    nothing = hashlib.sha256(b"").digest()
    assert (found["items"], found["size"], found["root"]) == ([], 0, nothing.hex())
    assert checkpoint(kit)[:3] == ["so.example.vn/ward/2026-11-23", "0", base64.b64encode(nothing).decode()]


def test_a_checkpoint_that_was_changed_verifies_no_more(kit: Kit) -> None:
    kit.take()
    text = kit.call("GET", "/sites/ward/checkpoint").text
    assert verified(text, verifier(kit))[1] == "1"
    with pytest.raises(InvalidSignature):
        verified(text.replace("\n1\n", "\n2\n"), verifier(kit))


def test_the_ledger_is_public_for_today_and_yesterday_and_checkpoints_for_ever(kit: Kit) -> None:
    kit.take()
    kit.clock.set("2026-11-24T00:00")
    yesterday = leaves(kit)
    assert [leaf[:2] for leaf in yesterday] == [("issued", "1001"), ("expired", "1001")]
    assert yesterday[-1][2] == "2026-11-23T23:59:59+07:00", "midnight's leaves bear their own day's last second"
    assert leaves(kit, "2026-11-24") == []
    assert checkpoint(kit, "2026-11-23")[1] == "2"
    kit.layso.office.seal_days()
    kept = kit.call("GET", "/sites/ward/checkpoint?day=2026-11-23").text
    kit.clock.set("2026-12-30T08:00")
    kit.take()
    for day in ("2026-11-23", "2026-12-28", "2026-12-31", "today", "2026-99-99"):
        problem(kit.call("GET", f"/sites/ward/ledger/{day}"), 404, "unknown_day")
    assert kit.call("GET", "/sites/ward/checkpoint?day=2026-11-23").text == kept
    assert checkpoint(kit, "2026-11-23")[1] == "2"
    problem(kit.call("GET", "/sites/ward/checkpoint?day=2026-12-01"), 422, "unknown_day")
    problem(kit.call("GET", "/sites/ward/checkpoint?day=x"), 422, "unknown_day")
    problem(kit.call("GET", "/sites/nowhere/ledger/2026-11-23"), 404, "unknown_site")
    assert check(kit.layso.store.path) == []


def test_what_is_skipped_after_a_restore_stands_in_the_ledger(kit: Kit) -> None:
    kit.take(), kit.take()
    now = kit.clock.now()
    kit.layso.store.write(
        ("province", "ward", "other"), lambda tx: upkeep.after_restore(tx, [MONDAY], "restored", now)
    )  # fmt: skip
    assert kit.take()["number"] == "1103"
    told = [leaf[:2] for leaf in leaves(kit)]
    assert told[:2] == [("issued", "1001"), ("issued", "1002")]
    assert ("skipped", "1003-1102") in told and ("skipped", "2001-2100") in told and ("skipped", "8001-8100") in told
    assert told[-1] == ("issued", "1103")
    assert check(kit.layso.store.path) == []


def test_a_paper_keeps_the_root_before_its_own_leaf(kit: Kit) -> None:
    roots = []
    for _each in range(3):
        before = good(kit.call("GET", "/sites/ward/ledger/2026-11-23"))["root"]
        code = kit.take()["code"]
        ticket = kit.layso.store.read(lambda view, code=code: view.tickets.by_code(code))
        roots.append(before[:8])
        assert kit.layso.store.read(lambda view, ticket=ticket: view.ledgers.root_of(ticket.id)) == before[:8]
        pdf = pypdfium2.PdfDocument(kit.call("GET", f"/tickets/{code}/slip.pdf?lang=vi").data)
        said = str(pdf[0].get_textpage().get_text_bounded())
        assert f"Sổ phát số trước số này: {before[:8]}" in " ".join(said.split())
    assert roots[0] == "e3b0c442"


def test_a_ledger_that_was_tampered_with_is_found(kit: Kit) -> None:
    kit.take(), kit.take()
    kit.clock.set("2026-11-24T08:00")
    leaves(kit)
    kit.layso.office.seal_days()
    raw = kit.layso.store._writing
    assert check(kit.layso.store.path) == []
    kept = raw.execute("SELECT checkpoint FROM ledgers WHERE site = 'ward'").fetchone()[0]
    raw.execute("UPDATE ledgers SET checkpoint = ? WHERE site = 'ward'", (kept.replace("\n4\n", "\n5\n"),))
    assert any("is not of its ledger" in line for line in check(kit.layso.store.path))
    raw.execute("UPDATE ledgers SET size = size + 1 WHERE site = 'ward'")
    assert any("public ledger of ward on 2026-11-23" in line for line in check(kit.layso.store.path))


def test_what_one_work_of_a_group_takes_back_is_not_in_the_tree(kit: Kit) -> None:
    kit.take()

    def failing(tx: Any) -> None:
        tx.ledgers.add("ward", MONDAY, "issued\t9999\tx")
        raise KeyError("taken back")

    with pytest.raises(KeyError):
        kit.layso.store.write(("ward",), failing)
    kit.take()
    assert [leaf[1] for leaf in leaves(kit)] == ["1001", "1002"]
    assert kit.layso.store.read(lambda view: view.ledgers.state("ward", date(2026, 11, 23))[0]) == 2


def test_the_key_is_made_at_the_first_start_readable_by_its_owner_alone(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        key = tmp_path / "data" / "ledger-key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        first = verifier(kit)
    with Kit(tmp_path) as kit:
        assert verifier(kit) == first


def test_a_wall_shows_size_and_root_and_the_daily_report_the_checkpoint_and_its_key(kit: Kit) -> None:
    kit.take()
    found = good(kit.call("GET", "/sites/ward/ledger/2026-11-23"))
    board = good(kit.call("GET", "/sites/ward/board"))
    assert board["ledger"] == {"size": 1, "root": found["root"]}
    kit.clock.set("2026-11-24T08:00")
    leaves(kit)
    kit.layso.office.seal_days()
    pdf = kit.call("GET", "/sites/ward/reports/daily?from=2026-11-23&to=2026-11-23&format=pdf", "supervisor")
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf.data))
    printed = "".join(text.split())
    kept = kit.call("GET", "/sites/ward/checkpoint?day=2026-11-23").text
    assert "".join(kept.split()) in printed
    assert verifier(kit) in printed
    answer = good(kit.call("GET", "/sites/ward/reports/daily?from=2026-11-23&to=2026-11-23", "supervisor"))
    assert "checkpoints" not in str(answer)


def exported(kit: Kit, folder: Path) -> tuple[Path, Path]:
    """The journal of the day, and the checkpoint of its end."""
    kit.take()
    (folder / "kept.txt").write_text(kit.call("GET", "/sites/ward/checkpoint").text, encoding="utf-8")
    kit.take()
    days = ("--site", "ward", "--from", "2026-11-23", "--to", "2026-11-23", "-o", str(folder / "all.jsonl"))
    done = CliRunner().invoke(layso, ["journal", "export", *days, "--data", str(folder / "data")])
    assert done.exit_code == 0, done.output
    return folder / "all.jsonl", folder / "kept.txt"


def test_the_command_verifies_a_checkpoints_signature_with_the_key_that_is_public(kit: Kit, tmp_path: Path) -> None:
    file, kept = exported(kit, tmp_path)
    elsewhere = ("--data", str(tmp_path / "no-data-here"))

    def told(*words: str, path: Path = kept) -> Result:
        return CliRunner().invoke(layso, ["journal", "verify", str(file), "--checkpoint", str(path), *words])

    key = verifier(kit)
    assert "was signed by so.example.vn/ward" in told("--key", key, *elsewhere).output
    assert "was signed by so.example.vn/ward" in told("--data", str(tmp_path / "data")).output
    bare = told(*elsewhere)
    assert bare.exit_code == 0 and "was not verified: give the key" in bare.output

    other = checkpoints.verifier("so.example.vn/ward", bytes(32))
    for words, why in (
        (("--key", other), "not signed with this key"), (("--key", "so.example.vn/ward+x+y"), "the key can't be read"),
        (("--key", checkpoints.verifier("elsewhere/ward", bytes(32))), "not one of elsewhere/ward"),
    ):  # fmt: skip
        refused = told(*words, *elsewhere)
        assert (refused.exit_code, why in refused.output) == (1, True), refused.output
    text = kept.read_text(encoding="utf-8")
    changed = tmp_path / "changed.txt"
    for one, another, why in (
        ("\n1\n", "\n2\n", "or was changed since"), (text.partition("\n\n")[2], "", "bears no signature"),
    ):  # fmt: skip
        changed.write_text(text.replace(one, another), encoding="utf-8")
        refused = told("--key", key, *elsewhere, path=changed)
        assert (refused.exit_code, why in refused.output) == (1, True), refused.output
