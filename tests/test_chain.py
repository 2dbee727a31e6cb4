"""The journal is a chain: whatever is changed, dropped, inserted or put elsewhere is found, by anybody."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.cli import layso
from tests.api_kit import Kit
from tests.kit import KIOSK, OFFICER, SITE, SUPERVISOR, Centre, small_site
from ticketing import events as ev
from ticketing.ports import Transaction
from ticketing.rules.chain import canonical, exported
from ticketing.rules.sessions import SessionChange
from ticketing.store import check, open_store, rows

SCRIPT = Path(__file__).parents[1] / "docs" / "verify_journal.py"
KEYS = {"site", "seq", "at", "actor", "kind", "ticket", "session", "counter", "data"}


def no_float(text: str) -> Any:
    raise AssertionError(f"the journal holds the float {text}")


def recomputed(previous: str, line: dict[str, Any]) -> str:
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def live(centre: Any, site: str = SITE) -> None:
    """A day on which nearly everything happens, a place between two others too."""
    take = centre.take
    for field in ("HT", "HT", "CT", "HT", "HT", "HT"):
        take(field)
    centre.open(1)
    centre.next()
    centre.office.hold(site, 1, OFFICER, reason="thiếu “giấy” \\ \t")
    for _ in range(2):
        centre.next()
    centre.office.no_show(site, 1, OFFICER)
    centre.office.requeue(site, "2001", OFFICER)
    centre.office.requeue(site, "1001", OFFICER)
    change = SessionChange(cap=8, field_caps={"CT": None}, reason="Máy in hỏng")
    centre.office.change_session(site, "2026-11-23-morning", change, SUPERVISOR)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_what_is_hashed_is_what_everybodys_json_writes(value: Any) -> None:
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert rows.canonical(value) == canonical(value) == written


def test_every_character_is_hashed_as_everybody_writes_it() -> None:
    every = "".join(chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000)
    assert rows.canonical(every) == canonical(every) == json.dumps(every, ensure_ascii=False)


def test_whoever_reads_the_journal_computes_every_hash_again_and_finds_no_float(tmp_path: Path) -> None:
    with Kit(tmp_path) as kit:
        live(AtWard(kit), "ward")
        kit.call("POST", "/sites/ward/sessions/2026-11-23-morning/notes", "supervisor", json={"text": "Đông người"})
        answer = kit.call("GET", "/sites/ward/journal?limit=1000", "supervisor")
    lines = json.loads(answer.data, parse_float=no_float)["items"]
    previous = ""
    for seq, line in enumerate(lines, 1):
        told = line.pop("hash")
        assert (line.keys(), line["seq"], line["site"]) == (KEYS, seq, "ward")
        previous = recomputed(previous, line)
        assert told == previous
    assert any(line["kind"] == "account_changed" for line in lines)
    assert {line["at"][:10] for line in lines} == {"2026-11-23"}, "accounts' lines bear the site's clock too"
    assert any(str(line["data"].get("position")).endswith(".5") for line in lines)


class AtWard:
    """A kit's ward with the shorthands of `Centre`."""

    def __init__(self, kit: Kit) -> None:
        self.kit, self.office = kit, kit.office

    def take(self, field: str) -> None:
        assert self.kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": field}).json["number"]

    def open(self, counter: int) -> None:
        self.office.open_counter("ward", counter, OFFICER)

    def next(self) -> None:
        self.office.call_next("ward", 1, OFFICER)


def test_what_is_taken_back_or_written_by_another_process_leaves_no_gap_in_the_chain(centre: Centre) -> None:
    def failing(tx: Transaction) -> None:
        tx.journal.record(ev.DayEnded("2026-11-22"), site=SITE, at=centre.clock.now(), actor=KIOSK)
        raise KeyError("taken back")

    centre.take()
    with pytest.raises(KeyError):
        centre.store.write((SITE,), failing)
    centre.take()
    other = open_store(centre.path)
    now = centre.clock.now()
    other.write((SITE,), lambda tx: tx.journal.record(ev.CounterClosed(), site=SITE, at=now, actor=KIOSK))
    other.close()
    centre.take()
    assert check(centre.path) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ("UPDATE journal SET actor = 'officer:other' WHERE seq = 5", "line 5 of thu is not the text"),
        ("UPDATE journal SET at = at + 1000 WHERE seq = 5", "line 5 of thu is not the text"),
        ("UPDATE journal SET ticket = 2 WHERE seq = 5", "line 5 of thu is not the text"),
        ("UPDATE journal SET session = 'x' WHERE seq = 5", "line 5 of thu is not the text"),
        ("UPDATE journal SET counter = 9 WHERE seq = 5", "line 5 of thu is not the text"),
        ("UPDATE journal SET data = '{}' WHERE seq = 5", "line 5 of thu is not the text"),
        ("UPDATE journal SET text = replace(text, 'token:1', 'token:2') WHERE seq = 5", "line 5 of thu breaks"),
        ("UPDATE journal SET hash = replace(hash, '1', '2') WHERE seq = 5", "line 5 of thu breaks"),
        ("UPDATE journal SET seq = CASE seq WHEN 5 THEN -6 WHEN 6 THEN -5 ELSE seq END", "breaks the chain"),
        ("DELETE FROM journal WHERE seq = 5", "line 6 of thu breaks"),
        ("UPDATE journal SET hash = '0' WHERE seq = 1", "line 1 of thu breaks"),
    ],
)
def test_check_names_the_line_that_was_tampered_with(centre: Centre, change: str, finding: str) -> None:
    live(centre)
    assert check(centre.path) == []
    connection = sqlite3.connect(centre.path)
    for trigger in ("update", "delete"):
        connection.execute(f"DROP TRIGGER journal_no_{trigger}")
    connection.execute(change)
    connection.commit()
    connection.close()
    assert any(finding in line for line in check(centre.path)), check(centre.path)


# -- exports ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of two days and a Saturday, and what they were exported to."""
    made = tmp_path_factory.mktemp("chain")
    with Kit(made) as kit:
        live(AtWard(kit), "ward")
        for day in ("2026-11-25", "2026-11-28"):
            kit.clock.set(f"{day}T08:00")
            AtWard(kit).take("HT")
    assert export(made, "2026-11-23", "2026-11-28", "all.jsonl").exit_code == 0
    return made


def export(folder: Path, first: str, last: str, name: str, site: str = "ward") -> Result:
    words = ["journal", "export", "--site", site, "--from", first, "--to", last, "-o", str(folder / name)]
    return CliRunner().invoke(layso, [*words, "--data", str(folder / "data")])


def verified(path: Path, checkpoint: Path | None = None) -> Result:
    more = ["--checkpoint", str(checkpoint)] if checkpoint else []
    return CliRunner().invoke(layso, ["journal", "verify", str(path), *more])


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def checkpoint(folder: Path, line: str) -> Path:
    """What somebody kept who saw the journal when this line was its last."""
    last = json.loads(line)
    path = folder / f"checkpoint-{last['seq']}"
    body = f"so.example.vn/{last['site']}/2026-11-28\n0\n47DEQpj8\n{last['seq']} {last['hash']}\n"
    path.write_text(f"{body}\n— so.example.vn/ward eHh4eA==\n")
    return path


def script(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", str(SCRIPT), str(path)], capture_output=True, text=True)


def test_an_export_holds_by_the_command_and_by_the_script_of_twenty_lines(folder: Path) -> None:
    told = verified(folder / "all.jsonl")
    last = json.loads(lines_of(folder / "all.jsonl")[-1])
    assert told.exit_code == 0, told.output
    assert f"seq {last['seq']} and hash {last['hash']}" in told.output
    by_script = script(folder / "all.jsonl")
    assert (by_script.returncode, by_script.stdout) == (
        0, f"The chain holds up to seq {last['seq']}, hash {last['hash']}\n",
    )  # fmt: skip
    assert len([line for line in SCRIPT.read_text().splitlines() if line.strip()]) <= 20


def test_an_export_begins_and_ends_with_the_days_asked_for(folder: Path) -> None:
    every = [json.loads(line) for line in lines_of(folder / "all.jsonl")[1:]]
    # Days without a line are left to the next ones, or to those before.
    for first, last, days in (
        ("2026-11-23", "2026-11-28", ("2026-11-23", "2026-11-28")),
        ("2020-01-01", "2026-11-23", ("2026-11-23", "2026-11-23")),
        ("2026-11-24", "2026-11-27", ("2026-11-24", "2026-11-26")),
        ("2026-11-27", "2026-11-30", ("2026-11-28", "2026-11-28")),
    ):
        assert export(folder, first, last, "some.jsonl").exit_code == 0
        header, *lines = [json.loads(line) for line in lines_of(folder / "some.jsonl")]
        seqs = [line["seq"] for line in lines]
        assert seqs == list(range(seqs[0], seqs[-1] + 1))
        assert (lines[0]["at"][:10], lines[-1]["at"][:10]) == days
        before = every[seqs[0] - 2]["hash"] if seqs[0] > 1 else ""
        assert header == {"site": "ward", "from": first, "to": last, "prev": before}
        assert all(line["at"][:10] != first for line in every[: seqs[0] - 1])
        assert verified(folder / "some.jsonl").exit_code == script(folder / "some.jsonl").returncode == 0
    assert export(folder, "2027-01-01", "2027-01-02", "none.jsonl").exit_code == 0
    assert json.loads(lines_of(folder / "none.jsonl")[0])["prev"] == every[-1]["hash"]
    assert verified(folder / "none.jsonl").exit_code == 0


@pytest.mark.parametrize(
    "told", [{"from": "2026-11-24"}, {"from": "xx"}, {"from": "20261123"}, {"to": ""}, {"to": "2026-11-22"}], ids=str
)
def test_a_header_with_other_days_is_found(folder: Path, told: dict[str, str]) -> None:
    header, *lines = lines_of(folder / "all.jsonl")
    path = folder / "header.jsonl"
    path.write_text("\n".join([json.dumps(json.loads(header) | told), *lines, ""]), encoding="utf-8", newline="\n")
    assert verified(path).exit_code == 1


def test_commands_of_the_journal_refuse_what_cannot_be(folder: Path) -> None:
    assert export(folder, "2026-11-24", "2026-11-23", "x").exit_code == 2
    assert export(folder, "2026-11-23", "2026-11-24", "x", site="nowhere").exit_code == 1
    assert export(folder, "2026-11-23", "2026-11-24", "no/x").exit_code == 1
    (folder / "rubbish").write_bytes(b"\xff\xfe")
    assert verified(folder / "rubbish").exit_code == 1
    assert verified(folder / "missing").exit_code == 1
    assert verified(folder / "all.jsonl", folder / "rubbish").exit_code == 1


def _changed(lines: list[str], draw: Callable[..., Any]) -> None:
    """One value of one line is another one: the actor's name as well as any."""
    place = draw(st.integers(1, len(lines) - 1))
    line = json.loads(lines[place])
    key = draw(st.sampled_from(sorted(line)))
    anything = st.text() | st.none() | st.integers(0, 99) | st.floats(0, 9)
    value = draw(anything.filter(lambda value: value != line[key]))
    hashed = line.pop("hash")
    line["hash"] = hashed
    line[key] = value
    hashed = line.pop("hash")
    lines[place] = exported(canonical(line), hashed) if isinstance(hashed, str) else canonical(line)


def _flipped(lines: list[str], draw: Callable[..., Any]) -> None:
    """One character of one line is another one."""
    place = draw(st.integers(1, len(lines) - 1))
    at = draw(st.integers(0, len(lines[place]) - 1))
    character = draw(st.characters(codec="utf-8", exclude_characters="\n").filter(lambda c: c != lines[place][at]))
    lines[place] = lines[place][:at] + character + lines[place][at + 1 :]


def _dropped(lines: list[str], draw: Callable[..., Any]) -> None:
    # The last line is the tail, the first one the header.
    del lines[draw(st.integers(0, len(lines) - 2))]


def _inserted(lines: list[str], draw: Callable[..., Any]) -> None:
    other = json.loads(lines[draw(st.integers(1, len(lines) - 1))])
    place = draw(st.integers(1, len(lines)))
    hashed = draw(st.sampled_from([other["hash"], "0" * 64]))
    del other["hash"]
    other["seq"] = draw(st.sampled_from([other["seq"], place]))
    lines.insert(place, exported(canonical(other), hashed))


def _reordered(lines: list[str], draw: Callable[..., Any]) -> None:
    one, two = draw(st.lists(st.integers(0, len(lines) - 1), min_size=2, max_size=2, unique=True))
    lines[one], lines[two] = lines[two], lines[one]


TAMPER = [_changed, _flipped, _dropped, _inserted, _reordered]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TAMPER), st.data())
def test_whatever_is_done_to_a_line_of_an_export_is_found(
    folder: Path, tamper: Callable[[list[str], Callable[..., Any]], None], data: st.DataObject
) -> None:
    lines = lines_of(folder / "all.jsonl")
    tamper(lines, data.draw)
    path = folder / "tampered.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    told = verified(path)
    assert told.exit_code == 1, lines
    assert told.output.startswith("Error: ")


def test_another_actor_is_found_by_the_script_too(folder: Path) -> None:
    text = (folder / "all.jsonl").read_text(encoding="utf-8")
    assert "officer:lan" in text
    (folder / "other.jsonl").write_text(text.replace("officer:lan", "officer:minh", 1), encoding="utf-8")
    assert script(folder / "other.jsonl").returncode == 1
    assert "line" in script(folder / "other.jsonl").stderr


def cuts(lines: list[str]) -> Iterator[list[str]]:
    yield from (lines[:end] for end in range(1, len(lines)))


def test_a_tail_that_was_cut_off_is_found_by_a_checkpoint_wherever_it_was_cut(folder: Path) -> None:
    lines = lines_of(folder / "all.jsonl")
    kept = checkpoint(folder, lines[-1])
    assert verified(folder / "all.jsonl", kept).exit_code == 0
    assert verified(folder / "all.jsonl", checkpoint(folder, lines[5])).exit_code == 0
    path = folder / "cut.jsonl"
    for cut in cuts(lines):
        path.write_text("\n".join(cut) + "\n", encoding="utf-8")
        told = verified(path, kept)
        assert told.exit_code == 1 and "the end is missing" in told.output
    path.write_text(kept.read_text().replace("/ward/", "/other/"))
    assert verified(folder / "all.jsonl", path).exit_code == 1
    path.write_text(kept.read_text().replace(json.loads(lines[-1])["hash"], "0" * 64))
    assert verified(folder / "all.jsonl", path).exit_code == 1


def test_a_site_that_is_not_there_yet_has_no_lines(tmp_path: Path) -> None:
    store = open_store(tmp_path / "layso.db")
    store.write((), lambda tx: tx.sites.save(small_site()))
    assert store.read(lambda view: (view.journal.head(SITE), view.journal.texts(SITE, 0, 9))) == ((0, ""), [])
    store.close()
