"""What version 0.1 did wrong, what holds instead, and the tests that hold it down.

`python -m tests.faults` writes tests/FAULTS.md; a test says what it holds with `@pytest.mark.faults("S1")`.
"""

from __future__ import annotations

import sys

from tests.marks import HERE, Bearer, bearers, cell, links

PAGE = HERE / "FAULTS.md"
MARK = "faults"
KINDS = {
    "S": "Nobody stops the service from outside",
    "P": "The world is not as expected",
    "U": "People in the hall, at the counter and in the office",
    "L": "The law in force",
    "I": "Those who run it",
}
PROMISES = {
    "S1": "Sockets that flood are cut off and bounded in number; taps and memory don't feel them.",
    "S2": "Passwords are hashed in threads of their own behind a short queue; no commit waits for one.",
    "S3": "Guesses are counted before they are tried, by login, by address and in all, whatever the spelling; "
    "strangers never lock a login out of a device that it has used.",
    "S4": "Long reports are made by another process, one at a time; a full queue says when to come back.",
    "S5": "A configuration or list takes time by its length alone, is bounded, and is read by another process.",
    "S6": "A write has one deadline whatever holds the database, and no reading waits for a write of its own.",
    "S7": "Readiness is what the last commit told, shared by all who ask, and costs no write.",
    "S8": "Opening a device's page writes nothing, and no stranger pushes another's pairing code out.",
    "S9": "Behind a named proxy everybody is who he is; a forwarded address from anybody else is not believed.",
    "S10": "What needs no credential is limited by visitor, and devices are never held back by it.",
    "S11": "A kiosk that takes or gives up numbers in a burst is an alarm, and is refused where the site says so; an "
    "officer never is.",
    "S12": "Logins end when idle and at the end of the day; administrators see and end them.",
    "S13": "Made-up ticket codes are counted against who makes them up, and cost no memory.",
    "S14": "Database files that are deleted or replaced under a running server stop its writes, loudly.",
    "S15": "Silent and half requests end in their time, are bounded by address, and hold up no stop.",
    "S16": "A day or a number that makes no sense is refused on every page as it is in the API.",
    "S17": "Logins have one plain form, can always be managed, and the last administrator stays.",
    "S18": "One rule for texts and one for days hold everywhere.",
    "S19": "Every line of the log is one that a program can read; what repeats is counted.",
    "S20": "The OpenAPI description is true to a validator that checks formats.",
    "S21": "A backup overwrites no file unasked, and every answer bears the usual headers.",
    "S22": "An Idempotency-Key works on every call that names it.",
    "P1": "A leap of the clock ends, expires and erases nothing; people confirm it, and what it did can be taken back.",
    "P2": "A configuration that takes away what tickets stand in is refused with their count, or carries them along.",
    "P3": "Two installations in one browser leave each other's logins and devices alone.",
    "P4": "The public address is brought into a browser's form once, or refused at the start.",
    "P5": "A scanner never operates the counter, at whatever speed it types.",
    "P6": "Any text prints: long words break.",
    "P7": "API and kiosk search by one rule that forgives spaces, order, marks and spelling, fields first.",
    "P8": "Files and arguments that can't be read are refused with one line.",
    "P9": "Sockets and pages take the same languages.",
    "P10": "The two commands work on a bare Debian.",
    "U1": "Signing out leaves no ticket at a counter that nobody sits at.",
    "U2": "The officer's main key never changes what a counter calls, and the console says what it doesn't call.",
    "U3": "A finish is taken back by whoever may, with a reason.",
    "U4": "Alarms are silent before service begins, and add up afterwards.",
    "U5": "A field that nobody calls is warned of before people wait in it.",
    "U6": "It is said which cap is full, and what is still open.",
    "U7": "The README's ten minutes are followed to the letter by a test, from the wheel to a restored backup.",
    "U8": "A usual number takes at most four taps.",
    "U9": "All fields of a usual centre stand on one page of a portrait kiosk.",
    "U10": "What to bring is told before the number is taken and on the slip.",
    "U11": "No time is promised while nobody is there to keep it.",
    "U12": "The console lists in the order of calling, keeps the number in sight, does nothing unchosen.",
    "U13": "What the supervisor reads adds up, is said at once and whole, and in natural words.",
    "U14": "The wall is read from afar, follows the voice, cuts nothing, and heals.",
    "U15": "The phone says which number is called now.",
    "U16": "The kiosk's texts, times and ways on are what a person expects.",
    "U17": "Words, titles, names and papers are those of an office.",
    "U18": "An answer that arrives late never replaces what somebody is changing.",
    "L": "Every page and paper cites what was in force on the site's day.",
    "I": "What operators need is written, generated or tested: reference, guide, units, containers, the way back.",
}


def page(found: list[Bearer]) -> str:
    """The table as Markdown."""
    lines = [
        "# What version 0.1 did wrong, and the tests that hold it down",
        "",
        "Made by `make faults` from `tests/faults.py` and from the marks of the tests; don't edit it here.",
    ]
    for kind, title in KINDS.items():
        lines += ["", f"## {title}", "", "| ID | What holds | Tests |", "|---|---|---|"]
        for code, promise in PROMISES.items():
            if code.rstrip("0123456789") == kind:
                lines.append(f"| {code} | {cell(promise)} | {links(found, code)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    found = bearers(MARK)
    PAGE.write_text(page(found), encoding="utf-8")
    print(f"{PAGE.name}: {len(PROMISES)} promises, {len(found)} tests")
    return 0


if __name__ == "__main__":
    sys.exit(main())
