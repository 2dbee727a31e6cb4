"""Papers to print and the states of printers: reads and writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ticketing.rules.printers import PrinterState, PrintJob
from ticketing.store import rows
from ticketing.store.reader import Reader

JOB_COLUMNS = "id, site, day, printer, what, ticket_id, copy, state, tries, queued_at, until, ended_at, error"
NEW_JOB_COLUMNS = JOB_COLUMNS.removeprefix("id, ")
JOBS = f"SELECT {JOB_COLUMNS} FROM print_jobs"
OPEN = "state IN ('queued', 'sending')"


def job_value(row: tuple[Any, ...]) -> PrintJob:
    return PrintJob(
        id=row[0], site=row[1], day=date.fromisoformat(row[2]), printer=row[3], what=row[4], ticket=row[5],
        copy=row[6], state=row[7], tries=row[8], queued_at=rows.instant(row[9]), until=rows.instant(row[10]),
        ended_at=rows.maybe_instant(row[11]), error=row[12],
    )  # fmt: skip


class PrintersReader(Reader):
    """Papers to print, and the states of printers."""

    def job(self, job_id: int) -> PrintJob | None:
        row = self._one(f"{JOBS} WHERE id = ?", job_id)
        return job_value(row) if row else None

    def open_jobs(self, site: str, printer: str) -> list[PrintJob]:
        """What is still to be printed there, oldest first."""
        return self._jobs("site = ? AND printer = ?", site, printer)

    def all_open(self) -> list[PrintJob]:
        return self._jobs("site > ''")

    def _jobs(self, where: str, *values: Any) -> list[PrintJob]:
        # In order only then: asked for an order, SQLite goes through every paper of the day.
        found = self._run(f"{JOBS} WHERE {where} AND {OPEN}", values)
        return sorted(map(job_value, found), key=lambda job: job.id)

    def of_ticket(self, ticket_id: int) -> list[PrintJob]:
        """Every paper of a ticket, in the order asked for."""
        found = self._run(f"{JOBS} WHERE ticket_id = ? ORDER BY id", (ticket_id,))
        return [job_value(row) for row in found]

    def given_up(self, site: str, since: datetime) -> list[PrintJob]:
        """What was given up from `since` on, oldest first."""
        found = self._run(
            f"{JOBS} WHERE site = ? AND ended_at >= ? AND state = 'failed' ORDER BY ended_at", (site, rows.ms(since))
        )
        return [job_value(row) for row in found]

    def counts(self, site: str, day: date) -> Mapping[tuple[str, str], int]:
        """How many papers of that day are in each state, by printer and state."""
        found = self._run(
            "SELECT printer, state, COUNT(*) FROM print_jobs WHERE site = ? AND day = ? GROUP BY 1, 2",
            (site, day.isoformat()),
        )
        return {(printer, state): number for printer, state, number in found}

    def state(self, site: str, name: str) -> PrinterState:
        row = self._one("SELECT state, since, error FROM printers WHERE site = ? AND name = ?", site, name)
        return PrinterState(site, name, row[0], rows.maybe_instant(row[1]), row[2]) if row else PrinterState(site, name)


class PrintersWriter(PrintersReader):
    def add(self, job: PrintJob) -> int:
        return self._view.connection.insert(
            f"INSERT INTO print_jobs ({NEW_JOB_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                job.site, job.day.isoformat(), job.printer, job.what, job.ticket, job.copy, job.state, job.tries,
                rows.ms(job.queued_at), rows.ms(job.until), rows.ms(job.ended_at), job.error,
            ),
        )  # fmt: skip

    def move(self, before: PrintJob, after: PrintJob) -> bool:
        """False, and nothing changed, where the job is no longer as it was before."""
        changed = self._run(
            """UPDATE print_jobs SET state = ?, copy = ?, tries = ?, ended_at = ?, error = ?
            WHERE id = ? AND state = ? AND copy = ? AND tries = ?""",
            (
                after.state, after.copy, after.tries, rows.ms(after.ended_at), after.error, before.id, before.state,
                before.copy, before.tries,
            ),
        )  # fmt: skip
        return bool(changed.rowcount == 1)

    def save_state(self, state: PrinterState) -> None:
        self._run(
            """INSERT INTO printers (site, name, state, since, error) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (site, name)
            DO UPDATE SET state = excluded.state, since = excluded.since, error = excluded.error""",
            (state.site, state.name, state.state, rows.ms(state.since), state.error),
        )

    def forget_day(self, site: str, before: date) -> None:
        """Erases the papers of days before `before`."""
        self._run("DELETE FROM print_jobs WHERE site = ? AND day < ?", (site, before.isoformat()))
