"""Who gets in where: every route, page, form and socket of the app, and for whom it is meant.

`python -m tests.doors` knocks at each as everybody and writes tests/DOORS.md; a new route needs a line here.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests import quick
from tests.api_kit import Kit
from tests.doors_kit import VISITORS, answers
from tests.marks import HERE, cell

PAGE = HERE / "DOORS.md"
STAFF = {"officer own", "supervisor own", "admin own", "admin parent"}
SENIOR = STAFF - {"officer own"}
GUESTS = {
    "anyone": set(VISITORS),
    "officers": STAFF,
    "supervisors": SENIOR,
    "supervisors, the parent's too": SENIOR | {"supervisor parent"},
    "officers, the parent's supervisors too": STAFF | {"supervisor parent"},
    "administrators": {"admin own", "admin parent"},
    "kiosk": {"kiosk own"},
    "kiosk, display": {"kiosk own", "display own"},
    "agent": {"agent own"},
    "any agent, of his own kiosk": {"agent own", "agent parent", "agent other"},
    "kiosk, officers": STAFF | {"kiosk own"},
    "nobody: a unit's plan is its province's": set(),
}
TABLE = {
    "anyone": """
        SOCKET /display
        SOCKET /ticket
        GET /
        GET /<site>/
        GET /<site>/display/
        GET /<site>/display/voice/<call_id>.wav
        GET /<site>/kiosk/
        GET /<site>/ledger/
        GET /<site>/kiosk/pairing
        POST /<site>/kiosk/pairing
        GET /<site>/qr/<kind>.svg
        GET /<site>/rating/<int:counter>
        GET /<site>/rating/<int:counter>/next
        GET /<site>/where/
        GET /api/v1/openapi.json
        GET /api/v1/sites
        GET /api/v1/sites/<site>/board
        GET /api/v1/sites/<site>/checkpoint
        GET /api/v1/sites/<site>/leaflet.pdf
        GET /api/v1/sites/<site>/ledger/<day>
        GET /api/v1/sites/<site>/overview
        GET /api/v1/sites/<site>/policy
        GET /api/v1/sites/<site>/procedures
        GET /api/v1/sites/<site>/search
        GET /api/v1/sites/<site>/sessions
        DELETE /api/v1/tickets/<code>
        GET /api/v1/tickets/<code>
        GET /api/v1/tickets/<code>/proof
        POST /api/v1/tickets/<code>/rating
        GET /api/v1/tickets/<code>/slip.escpos
        GET /api/v1/tickets/<code>/slip.pdf
        GET /api/v1/tickets/<code>/slip.png
        GET /favicon.ico
        GET /healthz
        GET /login
        POST /login
        GET /metrics
        GET /readyz
        GET /robots.txt
        GET /sw.js
        GET /t/<code>
        POST /t/<code>/give-up
        GET /t/<code>/manifest.webmanifest
        GET /t/<code>/qr.svg
        POST /t/<code>/rating
        POST /logout
    """,
    "officers": """
        SOCKET /counter
        GET /<site>/counter/
        GET /<site>/counter/queue.json
        POST /api/v1/sites/<site>/counters/<counter>/call
        POST /api/v1/sites/<site>/counters/<counter>/call-next
        POST /api/v1/sites/<site>/counters/<counter>/close
        POST /api/v1/sites/<site>/counters/<counter>/finish
        POST /api/v1/sites/<site>/counters/<counter>/hold
        POST /api/v1/sites/<site>/counters/<counter>/no-show
        POST /api/v1/sites/<site>/counters/<counter>/open
        POST /api/v1/sites/<site>/counters/<counter>/pause
        POST /api/v1/sites/<site>/counters/<counter>/recall
        POST /api/v1/sites/<site>/counters/<counter>/reopen
        POST /api/v1/sites/<site>/counters/<counter>/resume
        POST /api/v1/sites/<site>/counters/<counter>/start
        POST /api/v1/sites/<site>/counters/<counter>/transfer
        POST /api/v1/sites/<site>/counters/<counter>/undo
        GET /api/v1/sites/<site>/sessions/<session>/checklists
        POST /api/v1/sites/<site>/sessions/<session>/checklists/cleaning
        POST /api/v1/sites/<site>/sessions/<session>/checklists/opening
        GET /api/v1/sites/<site>/sessions/<session>/difficulties
        POST /api/v1/sites/<site>/sessions/<session>/difficulties
        POST /api/v1/sites/<site>/tickets/<number>/cancel
        POST /api/v1/sites/<site>/tickets/<number>/print
        POST /api/v1/sites/<site>/tickets/<number>/requeue
        GET /api/v1/sites/<site>/waiting
    """,
    "supervisors": """
        GET /<site>/supervisor/
        GET /<site>/supervisor/announcements/
        GET /<site>/supervisor/announcements/<channel>-<lang>.<form>
        GET /<site>/supervisor/announcements/leaflet-<lang>-<int:side>.svg
        GET /<site>/supervisor/charts/<name>.svg
        GET /<site>/supervisor/config.toml
        GET /<site>/supervisor/config/
        GET /<site>/supervisor/config/<name>
        GET /<site>/supervisor/config/calendar
        POST /<site>/supervisor/config/calendar
        GET /<site>/supervisor/config/rules
        GET /<site>/supervisor/config/slip
        GET /<site>/supervisor/devices
        GET /<site>/supervisor/journal
        GET /<site>/supervisor/officers
        POST /<site>/supervisor/pairings
        GET /<site>/supervisor/plan
        GET /<site>/supervisor/plan/lists/<code>
        GET /<site>/supervisor/plan/lists/<code>.csv
        POST /<site>/supervisor/plan/portal
        GET /<site>/supervisor/plan/versions
        GET /<site>/supervisor/plan/versions/<path:version>
        GET /<site>/supervisor/postal
        POST /<site>/supervisor/postal
        GET /<site>/supervisor/printers
        POST /<site>/supervisor/printers/again
        POST /<site>/supervisor/printers/sheet
        GET /<site>/supervisor/queue.json
        GET /<site>/supervisor/reports
        GET /<site>/supervisor/slip.png
        POST /<site>/supervisor/tokens/<int:token_id>/rename
        POST /<site>/supervisor/tokens/<int:token_id>/revoke
        GET /<site>/supervisor/units
        GET /<site>/supervisor/units/<unit>
        POST /<site>/supervisor/units/<unit>/sessions/<session>
        GET /api/v1/sites/<site>/clock
        POST /api/v1/sites/<site>/clock/confirm
        POST /api/v1/sites/<site>/clock/take-back
        POST /api/v1/sites/<site>/emergency
        POST /api/v1/sites/<site>/emergency/lift
        GET /api/v1/sites/<site>/journal
        GET /api/v1/sites/<site>/policies
        GET /api/v1/sites/<site>/policies/preview
        GET /api/v1/sites/<site>/policies/versions/<path:version>
        POST /api/v1/sites/<site>/portal
        POST /api/v1/sites/<site>/postal/corrections
        PATCH /api/v1/sites/<site>/sessions/<session>
    """,
    "supervisors, the parent's too": """
        GET /api/v1/sites/<site>/estimates
        GET /api/v1/sites/<site>/reports/<kind>
        GET /api/v1/sites/<site>/sessions/<session>/advice
    """,
    "officers, the parent's supervisors too": """
        GET /api/v1/sites/<site>/printers
    """,
    "administrators": """
        GET /<site>/supervisor/config/<name>/entry
        POST /<site>/supervisor/config/<name>/entry
        GET /<site>/supervisor/config/import
        POST /<site>/supervisor/config/import
        POST /<site>/supervisor/config/rules
        POST /<site>/supervisor/config/slip
        POST /<site>/supervisor/config/waiting/drop
        POST /<site>/supervisor/officers
        POST /<site>/supervisor/officers/<int:officer_id>/disable
        POST /<site>/supervisor/officers/<int:officer_id>/name
        POST /<site>/supervisor/officers/<int:officer_id>/password
        POST /<site>/supervisor/plan/override
        POST /<site>/supervisor/plan/release
        POST /api/v1/sites/<site>/policies/<policy>/override
        POST /api/v1/sites/<site>/policies/<policy>/release
    """,
    "kiosk": """
        GET /api/v1/sites/<site>/printer
    """,
    "kiosk, display": """
        POST /api/v1/sites/<site>/counters/<counter>/rating
    """,
    "agent": """
        GET /api/v1/sites/<site>/printers/jobs
        POST /api/v1/sites/<site>/printers/jobs/<job>
        POST /api/v1/sites/<site>/printers/state
    """,
    "any agent, of his own kiosk": """
        GET /api/v1/agent
    """,
    "kiosk, officers": """
        POST /api/v1/sites/<site>/diversions
        POST /api/v1/sites/<site>/tickets
        POST /api/v1/tickets/<code>/print
    """,
    "nobody: a unit's plan is its province's": """
        GET /<site>/supervisor/plan/import
        POST /<site>/supervisor/plan/import
        GET /<site>/supervisor/plan/period/<policy>
        POST /<site>/supervisor/plan/period/<policy>
        POST /<site>/supervisor/plan/publish
    """,
}
DOORS = {name.strip(): who for who, names in TABLE.items() for name in names.strip().splitlines()}
ROLES = ("kiosk", "display", "agent", "officer", "supervisor", "admin")


def expected(door: str, visitor: str) -> str:
    """"in", or how the door says no: a program gets a status, a person whose login is missing is led to it."""
    if visitor in GUESTS[DOORS[door]]:
        return "in"
    if door.startswith("SOCKET"):
        return "refused"
    unknown = visitor == "nobody" or ("/api/" not in door and visitor.split()[0] in ("kiosk", "display", "agent"))
    if not unknown:
        return "403"
    return "401" if "/api/" in door or door.endswith(".json") else "login"


def page(came: dict[str, dict[str, str]]) -> str:
    """The table as Markdown; where own, parent's and another site's differ, all three stand there in this order."""
    lines = [
        "# Who gets in where",
        "",
        "Made by `make doors`, which knocks at every door of the app as everybody; don't edit it here. Three answers",
        "in a cell are those of the role at the site itself, at its parent and at another site.",
        "",
        f"| door | meant for | nobody | {' | '.join(ROLES)} |",
        "|---" * (3 + len(ROLES)) + "|",
    ]
    for door, got in came.items():
        cells = [got["nobody"]]
        for role in ROLES:
            three = [got[f"{role} {where}"] for where in ("own", "parent", "other")]
            cells.append(three[0] if len(set(three)) == 1 else ", ".join(three))
        lines.append(f"| {cell(door)} | {DOORS.get(door, '?')} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    quick.in_this_process()
    with tempfile.TemporaryDirectory() as folder, Kit(Path(folder)) as kit:
        came = dict(answers(kit))
    PAGE.write_text(page(came), encoding="utf-8")
    print(f"{PAGE.name}: {len(came)} doors, {len(VISITORS)} visitors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
