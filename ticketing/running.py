"""What the server itself asks of the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from ticketing import events as ev
from ticketing.errors import Conflict, Unavailable
from ticketing.officers import CLI, Actor
from ticketing.ports import DayClock, Transaction, View
from ticketing.sessions import business_day, stage_at
from ticketing.verbs import Verbs

SKIP_AFTER_RESTORE = 100


class RunningVerbs(Verbs):
    """The office's verbs for who runs the server: the clock, other processes, rehearsals, restored data."""

    def follow_clock(self) -> None:
        """Does what is due at every site: sessions open, cut off and close, the day ends."""
        for site in self.site_values():
            self._look(site.code, lambda view, found, now: None)

    def changed_sites(self, since: int) -> tuple[int, set[str]]:
        """The journal's end, and the sites it has grown for since `since`, in whatever process."""
        return self.store.read(
            lambda view: (last := view.last_seq(None), view.changed_since(since) if last > since else set())
        )

    def positions(self, site: str) -> dict[str, tuple[int, str | None]]:
        """Of every waiting ticket's code: how many are ahead and the expected time."""
        return self._look(site, lambda view, found, now: self._boards.positions(view, found, now))

    def check_mode(self) -> None:
        """Raises Conflict when a rehearsal meets tickets of real days, or a real day a rehearsal's."""
        self.store.read(self._check_mode)

    def _check_mode(self, view: View) -> str:
        mode = view.meta("mode")
        if mode and mode != self._mode:
            raise Conflict("rehearsal_on_real" if self.clock.rehearsal else "real_on_rehearsal")
        return mode

    @property
    def _mode(self) -> str:
        return "rehearsal" if self.clock.rehearsal else "real"

    def _claim_mode(self, tx: Transaction) -> None:
        if self._mode_known:
            return
        if self._check_mode(tx):
            self._mode_known = True
        else:
            # Known only once it is read back: a refused ticket takes this back too.
            tx.set_meta("mode", self._mode)

    def start_rehearsal(self, at: datetime, actor: Actor = CLI) -> None:
        """Puts every site's day where `at` has it, forwards or back. What was issued and who closed what stays."""
        if not self.clock.rehearsal:
            raise Unavailable("not_a_rehearsal")

        def run(tx: Transaction) -> None:
            for site in tx.sites():
                today = business_day(site, at)
                clock = tx.day_clock(site.code)
                if clock is None or clock.day < today:
                    continue
                for day in (date.fromordinal(n) for n in range(today.toordinal(), clock.day.toordinal() + 1)):
                    for session in tx.sessions(site.code, day):
                        if not session.closed_by:
                            tx.save_session(replace(session, stage=stage_at(session, at)))
                tx.save_day_clock(site.code, DayClock(today, at))
                tx.record(ev.RehearsalStarted(at.isoformat()), site=site.code, at=at, actor=actor)

        self.store.write(run)

    def after_restore(self, days: Sequence[date], actor: Actor = CLI) -> None:
        """Papers newer than the copy may be out: every series skips ahead, and clients learn that data changed."""
        epoch = self.new_code()

        def run(tx: Transaction) -> None:
            tx.set_meta("epoch", epoch)
            tx.skip_serials(days, SKIP_AFTER_RESTORE)
            for site in tx.sites():
                tx.record(
                    ev.DataRestored(SKIP_AFTER_RESTORE), site=site.code, at=self.clock.now(), actor=actor
                )

        self.store.write(run)
        self._epoch = epoch
