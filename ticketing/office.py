"""The verbs. Each reads the clock once, does its work in one transaction, tells the bus after the commit,
and answers in the contract's shape. Roles are checked by whoever calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar

from ticketing import answers, boards, calling, emergency, planning, taking
from ticketing import events as ev
from ticketing.bus import Bus
from ticketing.calling import ANY
from ticketing.changes import changed_keys
from ticketing.emergency import EmergencyVerbs, StopOrder
from ticketing.errors import Conflict, Unavailable, Unknown
from ticketing.officers import CITIZEN, CLI, CLOCK, Actor, belongs
from ticketing.ports import Clock, CounterState, DayClock, NewCode, Store, Transaction, View
from ticketing.ratings import RatingVerbs
from ticketing.sessions import SessionChange, business_day, stage_at
from ticketing.sites import HolidaySource, Site, localized
from ticketing.spelling import fold
from ticketing.taking import TicketOrder
from ticketing.tickets import Ticket
from ticketing.workday import Workday, planned, usage_of

T = TypeVar("T")
Verb = Callable[[Workday], T]
SKIP_AFTER_RESTORE = 100
MAX_JOURNAL_PAGE = 1000


class Office(RatingVerbs, EmergencyVerbs):
    """All that can be asked of a centre. `lang` is vi or en, empty for the ticket's own.

    Every verb may raise Unknown (site, counter, ticket …), Unavailable and StorageFull besides what it names.
    """

    def __init__(
        self,
        store: Store,
        bus: Bus,
        clock: Clock,
        new_code: NewCode,
        holidays: HolidaySource,
        public_url: str = "",
    ) -> None:
        self.store, self.bus, self.clock, self.new_code, self.holidays = store, bus, clock, new_code, holidays
        self.public_url = public_url
        self._boards = boards.Boards(holidays)
        self._mode_known = False
        self._epoch = store.write(lambda tx: tx.meta("epoch") or _begin_epoch(tx, new_code()))

    # -- one transaction, one answer ------------------------------------------------------------------

    def _work(self, site: str, actor: Actor, verb: Verb[T]) -> T:
        now = self.clock.now()

        def run(tx: Transaction) -> T:
            return verb(Workday(tx, self._site(tx, site), now, actor, self.holidays))

        result = self.store.write(run)
        self.bus.publish(site)
        return result

    def _look(self, site: str, reading: Callable[[View, Site, datetime], T]) -> T:
        """A read of a site whose clock has been followed up to now."""
        now = self.clock.now()

        def run(view: View) -> tuple[bool, Any]:
            found = self._site(view, site)
            clock = view.day_clock(site)
            due = clock is None or now >= clock.next_due or clock.day != business_day(found, now)
            return (True, None) if due else (False, reading(view, found, now))

        due, answer = self.store.read(run)
        if due:
            self._work(site, CLOCK, lambda work: None)
            answer = self.store.read(lambda view: reading(view, self._site(view, site), now))
        return answer

    def _site(self, view: View, code: str) -> Site:
        found = view.site(code)
        if found is None:
            raise Unknown("site", code)
        return found

    def _shown(
        self, view: View, site: Site, ticket: Ticket, now: datetime, lang: str, staff: bool
    ) -> dict[str, Any]:
        lang = lang or ticket.lang
        session = view.session(site.code, ticket.session)
        ahead, expected = self._boards.place(view, site, ticket, session, now)
        return answers.ticket(
            site, ticket, view.code_of(ticket.id), session,
            lang=lang, staff=staff, public_url=self.public_url, ahead=ahead, expected=expected,
        )  # fmt: skip

    def _present(self, work: Workday, ticket: Ticket, lang: str) -> dict[str, Any]:
        return self._shown(work.tx, work.site, ticket, work.now, lang, work.actor.is_staff)

    # -- sites ----------------------------------------------------------------------------------------

    def apply_site(
        self, site: Site, actor: Actor = CLI, reason: str = "", expect: int | None = None
    ) -> bool:
        """Creates or updates a site; False when nothing differs. What exists of today's sessions stays.

        Raises Conflict("site_changed") when the site has another version than `expect`.
        """

        def run(tx: Transaction) -> bool:
            before, version = tx.site(site.code), tx.site_version(site.code)
            if expect is not None and version != expect:
                raise Conflict("site_changed", version=version)
            if before == site:
                return False
            event = ev.SiteConfigured(tx.save_site(site), reason, changed_keys(before, site) if before else None)
            tx.record(event, site=site.code, at=self.clock.now(), actor=actor)
            return True

        changed = self.store.write(run)
        if changed:
            self.bus.publish(site.code)
        return changed

    def site(self, code: str) -> Site:
        return self.store.read(lambda view: self._site(view, code))

    def site_values(self) -> list[Site]:
        """Every site, parents before their units."""
        return self.store.read(lambda view: view.sites())

    def sites(self, lang: str = "vi") -> list[dict[str, Any]]:
        return [
            {"code": s.code, "name": localized(s, lang), "level": s.level, "parent": s.parent or None}
            for s in self.site_values()
        ]

    def procedures(self, site: str, lang: str = "vi", q: str = "", field: str = "") -> list[dict[str, Any]]:
        """The procedures and what today's policy says of them; `q` is matched without marks or case."""
        found = self.site(site)
        if field and found.field(field) is None:
            raise Unknown("field", field)
        wanted = fold(q)
        return [
            answers.procedure(found, p, lang)
            for p in found.procedures
            if (not field or p.field == field)
            and (
                not wanted or wanted in fold(p.name) or wanted in fold(p.name_en) or p.code.startswith(wanted)
            )
        ]

    def board(self, site: str, lang: str = "vi") -> dict[str, Any]:
        """The whole board, never older than the last acknowledged write."""

        def reading(view: View, found: Site, now: datetime) -> dict[str, Any]:
            return {
                "site": site,
                "epoch": self.epoch(view),
                "seq": view.last_seq(site),
                "rehearsal": self.clock.rehearsal,
                **self._boards.board(view, found, now, lang),
            }

        return self._look(site, reading)

    def epoch(self, view: View | None = None) -> str:
        """Changes when the data were restored or replaced."""
        if view is not None:
            self._epoch = view.meta("epoch") or self._epoch
        return self._epoch

    # -- citizens -------------------------------------------------------------------------------------

    def take_ticket(
        self, site: str, order: TicketOrder, actor: Actor, lang: str = "", key: str = ""
    ) -> tuple[dict[str, Any], bool]:
        """The new ticket and True; or, for a key used before today, that ticket again and False.

        Raises Unknown (field, procedure: in_body), Invalid, TooManyDossiers, SessionClosed, CapReached,
        Forbidden. A refusal is not remembered.
        """

        def verb(work: Workday) -> tuple[dict[str, Any], bool]:
            kept = work.tx.remembered(actor.id, site, work.day, "take", key) if key else None
            if kept is not None:
                return self._present(work, _found(work.tx.ticket(kept)), lang), False
            self._claim_mode(work.tx)
            ticket = taking.take(work, taking.checked(work.site, order, actor.role), self.new_code())
            if key:
                work.tx.remember(actor.id, site, work.day, "take", key, ticket.id)
            return self._present(work, ticket, lang), True

        return self._work(site, actor, verb)

    def ticket(self, code: str, lang: str = "", actor: Actor | None = None) -> dict[str, Any]:
        """The ticket of this code, as its holder sees it, with `epoch` and `seq`."""
        site = self._site_of(code)

        def reading(view: View, found: Site, now: datetime) -> dict[str, Any]:
            ticket = _known(view.ticket_by_code(code), code)
            staff = actor is not None and actor.is_staff and belongs(actor, found)
            shown = self._shown(view, found, ticket, now, lang, staff)
            return {
                "epoch": self.epoch(view), "seq": view.last_seq(site), "rehearsal": self.clock.rehearsal,
                "time": answers.stamp(found, now), **shown,
                "emergency": emergency.answer(found, view.emergency(site), lang or ticket.lang),
            }  # fmt: skip

        return self._look(site, reading)

    def give_up(self, code: str, lang: str = "") -> dict[str, Any]:
        """The citizen gives the number up. Raises Conflict unless it still waits."""

        def verb(work: Workday) -> dict[str, Any]:
            ticket = _known(work.tx.ticket_by_code(code), code)
            return self._present(work, calling.cancel(work, ticket, ""), lang)

        return self._work(self._site_of(code), CITIZEN, verb)

    def slip(self, code: str, lang: str = "") -> answers.SlipFacts:
        site = self._site_of(code)

        def reading(view: View, found: Site, now: datetime) -> answers.SlipFacts:
            ticket = _known(view.ticket_by_code(code), code)
            own = lang or ticket.lang
            procedure = found.procedure(ticket.procedure)
            session = view.session(site, ticket.session)
            return answers.SlipFacts(
                site=found,
                ticket=self._shown(view, found, ticket, now, own, staff=False),
                lang=own,
                session_title=localized(session, own, "title") if session else "",
                processing_time=localized(procedure, own, "processing_time") if procedure else "",
                notices=tuple(n["text"] for n in answers.notices(found, ticket.day, own, "slip")),
                rehearsal=self.clock.rehearsal,
            )

        return self._look(site, reading)

    def _site_of(self, code: str) -> str:
        return _known(self.store.read(lambda view: view.ticket_by_code(code)), code).site

    # -- officers -------------------------------------------------------------------------------------

    def open_counter(
        self, site: str, counter: int, actor: Actor, lang: str = "", fields: Sequence[str] | None = None,
        services: Sequence[str] | None = None, takeover: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        return self._counter(
            site,
            counter,
            actor,
            lang,
            lambda work: calling.open_counter(work, counter, fields, services, takeover),
        )

    def pause_counter(
        self, site: str, counter: int, actor: Actor, lang: str = "", reason: str = ""
    ) -> dict[str, Any]:
        return self._counter(
            site, counter, actor, lang, lambda work: calling.pause_counter(work, counter, reason)
        )

    def close_counter(self, site: str, counter: int, actor: Actor, lang: str = "") -> dict[str, Any]:
        return self._counter(site, counter, actor, lang, lambda work: calling.close_counter(work, counter))

    def _counter(
        self, site: str, counter: int, actor: Actor, lang: str, verb: Verb[CounterState]
    ) -> dict[str, Any]:
        def run(work: Workday) -> dict[str, Any]:
            state = verb(work)
            return boards.counter_answer(work.tx, work.site, work.day, state, lang or work.site.lang)

        return self._work(site, actor, run)

    def call_next(
        self, site: str, counter: int, actor: Actor, lang: str = "", previous: str = "done", expect: Any = ANY,
        key: str = "",
    ) -> dict[str, Any] | None:  # fmt: skip
        """Ends the ticket that is here and calls the next; None when nobody waits.

        Raises CounterClosed, or Conflict when `expect` is another number than is really here.
        """
        return self._repeatable(
            site, actor, f"{counter}/call-next", key, lang,
            lambda work: calling.call_next(work, counter, previous, expect),
        )  # fmt: skip

    def call(
        self, site: str, counter: int, actor: Actor, lang: str = "", number: str = "", reason: str = "",
        previous: str = "done", expect: Any = ANY, key: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        return self._verb(
            site, counter, actor, "call", key, lang,
            lambda work: calling.call_number(work, counter, number, reason, previous, expect),
        )  # fmt: skip

    def recall(
        self, site: str, counter: int, actor: Actor, lang: str = "", expect: Any = ANY, key: str = ""
    ) -> dict[str, Any]:
        return self._verb(
            site, counter, actor, "recall", key, lang, lambda work: calling.recall(work, counter, expect)
        )

    def start(
        self, site: str, counter: int, actor: Actor, lang: str = "", expect: Any = ANY, key: str = ""
    ) -> dict[str, Any]:
        return self._verb(
            site, counter, actor, "start", key, lang, lambda work: calling.start(work, counter, expect)
        )

    def no_show(
        self, site: str, counter: int, actor: Actor, lang: str = "", expect: Any = ANY, key: str = ""
    ) -> dict[str, Any]:
        return self._verb(
            site, counter, actor, "no-show", key, lang, lambda work: calling.no_show(work, counter, expect)
        )

    def finish(
        self, site: str, counter: int, actor: Actor, lang: str = "", expect: Any = ANY, key: str = "",
        dossiers: int | None = None, outcome: str = "", postal: str = "", dossier_codes: Sequence[str] = (),
    ) -> dict[str, Any]:  # fmt: skip
        """Ends the visit; `dossiers` are those really received and may stand above a cap, journaled."""

        def verb(work: Workday) -> Ticket:
            here = work.tx.at_counter(site, work.day, counter)
            received = dossiers if dossiers is not None else here.dossiers if here else 0
            event = ev.TicketFinished(counter, received, outcome, postal, len(dossier_codes))
            return calling.finish(work, counter, expect, event, dossier_codes)

        return self._verb(site, counter, actor, "finish", key, lang, verb)

    def hold(
        self, site: str, counter: int, actor: Actor, lang: str = "", expect: Any = ANY, key: str = "",
        reason: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        return self._verb(
            site, counter, actor, "hold", key, lang, lambda work: calling.hold(work, counter, expect, reason)
        )

    def transfer(
        self, site: str, counter: int, actor: Actor, lang: str = "", expect: Any = ANY, key: str = "",
        field: str | None = None, to_counter: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        return self._verb(
            site, counter, actor, "transfer", key, lang,
            lambda work: calling.transfer(work, counter, expect, field, to_counter),
        )  # fmt: skip

    def resume(
        self, site: str, counter: int, actor: Actor, lang: str = "", number: str = "", expect: Any = ANY,
        key: str = "",
    ) -> dict[str, Any]:  # fmt: skip
        return self._verb(
            site,
            counter,
            actor,
            "resume",
            key,
            lang,
            lambda work: calling.resume(work, counter, number, expect),
        )

    def undo(self, site: str, counter: int, actor: Actor, lang: str = "", key: str = "") -> dict[str, Any]:
        return self._verb(site, counter, actor, "undo", key, lang, lambda work: calling.undo(work, counter))

    def requeue(
        self, site: str, number: str, actor: Actor, lang: str = "", reason: str = "", key: str = ""
    ) -> dict[str, Any]:
        return self._ticket_verb(
            site, actor, f"{number}/requeue", key, lang, lambda work: calling.requeue(work, number, reason)
        )

    def cancel(
        self, site: str, number: str, actor: Actor, lang: str = "", reason: str = "", key: str = ""
    ) -> dict[str, Any]:
        return self._ticket_verb(
            site, actor, f"{number}/cancel", key, lang,
            lambda work: calling.cancel(work, work.ticket(number), reason),
        )  # fmt: skip

    def _verb(
        self, site: str, counter: int, actor: Actor, name: str, key: str, lang: str, verb: Verb[Ticket]
    ) -> dict[str, Any]:
        return self._ticket_verb(site, actor, f"{counter}/{name}", key, lang, verb)

    def _ticket_verb(
        self, site: str, actor: Actor, name: str, key: str, lang: str, verb: Verb[Ticket]
    ) -> dict[str, Any]:
        answer = self._repeatable(site, actor, name, key, lang, verb)
        assert answer is not None
        return answer

    def _repeatable(
        self, site: str, actor: Actor, name: str, key: str, lang: str, verb: Verb[Ticket | None]
    ) -> dict[str, Any] | None:
        """Does the verb once for a key: repeated, it answers with the same ticket and changes nothing."""

        def run(work: Workday) -> dict[str, Any] | None:
            kept = work.tx.remembered(actor.id, site, work.day, name, key) if key else None
            ticket = verb(work) if kept is None else work.tx.ticket(kept)
            if key and kept is None:
                work.tx.remember(actor.id, site, work.day, name, key, ticket.id if ticket else 0)
            return self._present(work, ticket, lang) if ticket else None

        return self._work(site, actor, run)

    def queue(self, site: str, counter: int | None, lang: str = "vi") -> dict[str, Any]:
        """What an officer's screen needs; without a counter, what a supervisor's does."""

        def reading(view: View, found: Site, now: datetime) -> dict[str, Any]:
            if counter is not None and found.counter(counter) is None:
                raise Unknown("counter", counter)
            return {
                "site": site,
                "epoch": self.epoch(view),
                "seq": view.last_seq(site),
                "rehearsal": self.clock.rehearsal,
                **self._boards.queue(view, found, now, counter, lang, self.public_url),
            }

        return self._look(site, reading)

    # -- supervisors ----------------------------------------------------------------------------------

    def sessions(self, site: str, day: date | None = None, lang: str = "vi") -> list[dict[str, Any]]:
        """A day's sessions with caps and counts; of a day to come, what the timetable will give."""

        def reading(view: View, found: Site, now: datetime) -> list[dict[str, Any]]:
            today = business_day(found, now)
            asked = day or today
            listed = (
                planned(view, found, asked, self.holidays) if asked >= today else view.sessions(site, asked)
            )
            return [self._session(view, found, s, lang) for s in listed]

        return self._look(site, reading)

    def _session(self, view: View, site: Site, session: Any, lang: str) -> dict[str, Any]:
        usage = usage_of(view, session)
        counts = view.state_counts(site.code, session.key)
        stopped = view.emergency(site.code) is not None
        return answers.session(site, session, usage, counts, lang, stopped) | answers.session_details(
            site, session, usage
        )

    def change_session(
        self, site: str, key: str, change: SessionChange, actor: Actor, lang: str = "vi"
    ) -> dict[str, Any]:
        """Raises Unknown("session"), Invalid, Conflict when the session is over."""

        def verb(work: Workday) -> dict[str, Any]:
            return self._session(work.tx, work.site, planning.change_session(work, key, change), lang or "vi")

        return self._work(site, actor, verb)

    def journal(self, site: str, after: int = 0, limit: int = 100) -> list[dict[str, Any]]:
        """The append-only journal, oldest first; `limit` is brought between 1 and 1000."""
        most = max(1, min(limit, MAX_JOURNAL_PAGE))

        def reading(view: View) -> list[dict[str, Any]]:
            found = self._site(view, site)
            return [answers.journal_line(found, line) for line in view.journal(site, after, most)]

        return self.store.read(reading)

    # -- the clock and other processes ----------------------------------------------------------------

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


def _begin_epoch(tx: Transaction, epoch: str) -> str:
    tx.set_meta("epoch", epoch)
    return epoch


def _known(ticket: Ticket | None, code: str) -> Ticket:
    if ticket is None:
        raise Unknown("ticket", code[:4] + "…" if code else "")
    return ticket


def _found(ticket: Ticket | None) -> Ticket:
    assert ticket is not None
    return ticket


__all__ = ["ANY", "Office", "SessionChange", "StopOrder", "TicketOrder"]
