"""Every line of SECURITY.md is held by a test: a promise without one, or a test that is gone, fails here."""

from __future__ import annotations

import ast
import re
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from tests.serving import ROOT, Server

TESTS = ROOT / "tests"
SECTIONS = (
    "What is promised", "Headers, cookies, logins and limits", "What is proven, and what isn't", "Who is kept out",
)  # fmt: skip
# How a line begins, and the tests that hold it.
HELD = {
    "No name, number of an identity paper": (
        "test_security::test_there_is_no_place_for_a_person", "test_slips::test_a_slip_has_room_for_neither",
    ),
    "What looks like such a number": (
        "test_api_requests::test_nobodys_number_is_taken_into_the_journal_with_a_reason",
        "test_checklists::test_an_empty_or_endless_note_and_anybodys_number_are_refused",
    ),
    "Dossier codes are erased": ("test_retention::test_each_midnight_erases_the_codes_whose_period_is_over",),
    "A ticket's code has 131 bits": (
        "test_serve_store::test_codes_hold_131_bits", "test_serve::test_logs_are_json_lines_without_codes",
    ),
    "A site's priority classes": (
        "test_boards::test_no_board_tells_of_a_priority", "test_live::test_a_phone_that_joins_gets_its_ticket_without",
    ),
    "Passwords are kept as salted scrypt": (
        "test_accounts::test_passwords_are_kept_as_salted_scrypt", "test_accounts::test_a_token_is_known_by_its_secret",
    ),
    "Guesses are counted before": (
        "test_logins::test_guesses_sent_together_are_counted_before", "test_logins::test_one_login_is_limited",
        "test_logins::test_one_address_is_limited_over_many", "test_logins::test_a_device_that_the_login_has_used",
    ),
    "Pages answer with a strict Content-Security-Policy": (
        "test_serve::test_every_page_has_the_strict_headers", "test_serve::test_no_page_holds_inline_script_or_style",
        "test_api_cookies::test_a_cookie_reads_but_changes_nothing", "test_desk::test_a_form_without_its_token",
        "test_doors::test_everybody_gets_in_where_he_may",
    ),
    "What people typed reaches pages": (
        "test_typed_texts::test_on_pages_it_is_text", "test_typed_texts::test_in_csv_and_xlsx_it_is_text",
        "test_report_files::test_a_text_that_a_spreadsheet", "test_any_text_prints::test_what_an_officer_noted",
    ),
    "Roles hold at their own site": (
        "test_doors::test_everybody_gets_in_where_he_may", "test_api_roles::test_a_neighbours_token_opens_nothing_here",
    ),
    "A kiosk or display that was paired": ("test_api_roles::test_a_role_opens_exactly_its_routes",),
    "Every change of a ticket": (
        "test_check::test_what_was_tampered_with_is_found", "test_journal_replay::test_a_state_that_somebody_edited",
    ),
    "The service runs as a user": (
        "test_security::test_units_name_a_user", "test_security::test_nothing_is_sent_anywhere",
    ),
    "Every answer bears": (
        "test_headers::test_an_answer_bears_the_usual_headers", "test_headers::test_what_is_refused_at_the_wire",
        "test_deploy::test_what_nginx_answers_by_itself_bears_the_headers_too",
    ),
    "A request that names no host or two": (
        "test_headers::test_what_is_refused_at_the_wire", "test_heads::test_more_than_one_host_or_length_is_ambiguous",
        "test_heads::test_what_a_proxy_may_part_otherwise_is_refused",
    ),
    "No answer allows another origin": ("test_api_cookies::test_answers_set_no_cookie_and_allow_no_other_origin",),
    "Cookies are `HttpOnly`": (
        "test_desk::test_a_login_leads_to_the_page_of_the_role_with_a_guarded_cookie",
        "test_settings::test_cookies_ask_for_https", "test_proxy::test_cookies_ask_for_https",
    ),
    "Their names carry the installation": ("test_cookies::test_a_service_beside_another_signs_nobody_out",),
    "A page's token fits": ("test_api_cookies::test_another_browsers_page_token_does_not_fit",),
    "A program's bearer token": ("test_api_cookies::test_a_bearer_token_beside_a_cookie",),
    "A login ends after 12 hours": (
        "test_accounts::test_a_login_ends_after_twelve_idle_hours", "test_accounts::test_a_login_in_use_ends_at_four",
    ),
    "Signing out ends the login itself": (
        "test_desk::test_a_logout_ends_the_login_itself", "test_live_ends::test_a_logout_ends_the_console",
    ),
    "A new password and a disabled login": ("test_accounts::test_a_new_password_and_a_disabling_end_the_logins",),
    "A revoked token": (
        "test_api_roles::test_a_revoked_token_ends_with", "test_live_ends::test_a_revoked_token_ends_its_socket",
    ),
    "Five wrong passwords": ("test_desk::test_the_sixth_guess_is_429", "test_desk::test_failures_are_forgotten_after"),
    "20 from all": ("test_logins::test_one_login_is_limited_from_many_addresses",),
    "Who shows no credential has": (
        "test_api_limits::test_pages_are_limited_by_visitor", "test_api_limits::test_all_that_a_visitor_asks_for",
        "test_wire::test_an_address_has_so_many_sockets", "test_connections::test_silent_and_half_requests_are_ended",
        "test_api_limits::test_who_makes_up_codes_learns_nothing",
    ),
    "A socket has 20 packets": (
        "test_wire::test_who_sends_events_without_end_is_cut_off", "test_wire::test_every_kind_of_frame_and_every_byte",
    ),
    "Who is held back": ("test_api_limits::test_one_too_many_says_when_to_come_back",),
    "The files with keys": ("test_ledger::test_the_key_is_made_at", "test_security::test_what_is_secret"),
    "No process shows a secret": ("test_serve_stop::test_a_full_view_of_the_process_shows_no_secret",),
    "no line of the journal was changed": (
        "test_chain::test_whatever_is_done_to_a_line", "test_chain::test_another_actor_is_found_by_the_script_too",
        "test_chain::test_check_names_the_line",
    ),
    "nothing was cut off": (
        "test_chain::test_a_tail_that_was_cut_off", "test_ledger::test_the_command_verifies_a_checkpoints_signature",
    ),
    "in which order a day's numbers": (
        "test_ledger::test_every_thing_that_happens_to_a_number", "test_ledger::test_what_is_skipped_after_a_restore",
        "test_ledger::test_a_paper_keeps_the_root", "test_ledger::test_a_wall_shows_size_and_root",
    ),
    "that one number stands in it": ("test_ledger::test_a_number_is_proved_by_its_code",),
    "Not proven: who holds a number": ("test_ledger::test_every_thing_that_happens_to_a_number",),
    "Whoever owns the server": ("test_ledger::test_a_ledger_that_was_tampered_with_is_found",),
    "Lines of versions before": ("test_migration::test_lines_of_former_versions_are_chained_and_said_to_be",),
    "The key that signs": ("test_ledger::test_the_key_is_made_at_the_first_start",),
    "The service stands in a hall": ("test_doors::test_everybody_gets_in_where_he_may",),
    "a person at the kiosk": ("test_bursts::test_thirty_numbers_of_one_device", "test_caps::test_"),
    "a phone in the hall's network": (
        "test_door::test_an_address_has_so_many", "test_door::test_a_credential_opens_whatever_strangers_hold",
    ),
    "a program that guesses": (
        "test_logins::test_guesses_sent_together", "test_wire::test_who_makes_up_codes_by_many_sockets",
    ),
    "a stranger's page": ("test_api_cookies::test_another_browsers", "test_origin::test_origins_are_compared"),
    "an officer of one site": ("test_doors::test_nothing_that_changes_another_sites_day",),
    "a proxy that nobody named": ("test_proxy::test_a_trusted_proxy_says_whose_request_it_is_and_nobody_else_does",),
}  # fmt: skip


def told() -> list[str]:
    """Each sentence, and each row of a table."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    found = []
    for section in SECTIONS:
        content = text.partition(f"## {section}\n")[2].partition("\n## ")[0]
        for block in re.split(r"\n\n|\n(?=- |\| )", content.strip()):
            flat = " ".join(block.split())
            if flat.startswith("|"):
                found += [flat.strip("| ")] if "---" not in flat else []
            elif not flat.startswith("Tests hold these down"):
                found += re.split(r"(?<=\.)\s+(?=[A-Z0-9])", flat.removeprefix("- "))
    heads = ("proven, to anybody |", "who | can")
    return [line for line in found if not line.startswith(heads)]


@cache
def names(file: str) -> list[str]:
    tree = ast.parse((TESTS / f"{file}.py").read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_every_line_of_what_is_promised_names_the_tests_that_hold_it() -> None:
    lines = told()
    assert len(lines) > 40
    assert [line for line in lines if sum(line.startswith(begin) for begin in HELD) != 1] == []
    assert [begin for begin in HELD if not any(line.startswith(begin) for line in lines)] == []


@pytest.mark.parametrize("begin", HELD)
def test_the_tests_that_hold_a_line_are_there(begin: str) -> None:
    for held in HELD[begin]:
        file, _, name = held.partition("::")
        assert any(one.startswith(name) for one in names(file)), held


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:  # type: ignore[misc]
    with Server(tmp_path_factory.mktemp("security") / "data") as server:
        yield server  # type: ignore[misc]


PERSONS = re.compile(r"citizen|person_?name|full_?name|id_?(number|card)|cccd|cmnd|phone|mobile|birth|temperat|e?mail")


def test_there_is_no_place_for_a_person(server: Server) -> None:
    """No column of the database and no key of the API's bodies is one for a citizen's name or number."""
    with closing(sqlite3.connect(server.data / "layso.db")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = [f"{table}.{row[1]}" for table in tables for row in database.execute(f"PRAGMA table_info({table})")]
    assert len(columns) > 100 and [column for column in columns if PERSONS.search(column)] == []
    schemas = server.ask("GET", "/openapi.json").json()["components"]["schemas"]
    keys = [f"{name}.{key}" for name, schema in schemas.items() for key in schema.get("properties", {})]
    assert len(keys) > 100 and [key for key in keys if PERSONS.search(key.partition(".")[2])] == []


def test_units_name_a_user_of_their_own() -> None:
    units = [*ROOT.glob("deploy/**/*.service"), *ROOT.glob("kiosk/launcher/*.service*")]
    serving = [unit for unit in units if " serve" in unit.read_text(encoding="utf-8")]
    assert serving
    for unit in serving:
        assert re.search(r"^(User=(?!root)\S+|DynamicUser=yes)", unit.read_text(encoding="utf-8"), re.MULTILINE), unit


def connected(pid: int) -> set[str]:
    """Foreign addresses of the connections that a process, or one that it began, has made or taken."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sockets = set()
    for one in (str(pid), *children):
        for each in Path(f"/proc/{one}/fd").iterdir():
            try:
                sockets.add(each.readlink().name)
            except FileNotFoundError:
                continue
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if f"socket:[{words[9]}]" in sockets:
                found.add(words[2].partition(":")[0])
    return found


def test_nothing_is_sent_anywhere(server: Server) -> None:
    """Beside whoever came to it over the loopback, the server talks to nobody, whatever it was asked for."""
    code = server.take(service="help").json()["code"]
    of_the_site = [f"/sites/demo/{what}" for what in ("overview", "checkpoint", "procedures")]
    for path in (f"/tickets/{code}/slip.pdf", f"/tickets/{code}/proof", *of_the_site):
        assert server.ask("GET", path).status_code == 200, path
    report = server.ask("GET", "/sites/demo/reports/daily?format=pdf", role="supervisor")
    assert report.status_code == 200
    found = connected(server.pid)
    assert found and found <= {"00000000", "0100007F", "0" * 32, "0000000000000000FFFF00000100007F"}


def test_what_is_secret_is_readable_by_its_owner_alone(server: Server) -> None:
    files = [file for file in server.data.rglob("*") if file.is_file()]
    assert {"secret-key", "ledger-key"} <= {file.name for file in files}
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []
