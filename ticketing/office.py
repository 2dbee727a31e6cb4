"""The verbs. Each reads the clock once, does its work in one transaction, tells the bus after the commit,
and answers in the contract's shape. Roles are checked by whoever calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from ticketing import answers, calling, decisions, emergency, planning, taking
from ticketing import events as ev
from ticketing.calling import ANY
from ticketing.changes import changed_keys
from ticketing.counterwork import CounterVerbs
from ticketing.decisions import Plan
from ticketing.emergency import EmergencyVerbs, StopOrder
from ticketing.errors import Conflict, TicketingError, Unknown
from ticketing.officers import CITIZEN, CLI, Actor, belongs
from ticketing.policywork import PolicyVerbs, tell_units
from ticketing.ports import Transaction, View
from ticketing.postalwork import PostalVerbs
from ticketing.ratings import RatingVerbs
from ticketing.sessions import SessionChange, business_day
from ticketing.sessionwork import SessionVerbs
from ticketing.sites import Site, localized
from ticketing.spelling import fold
from ticketing.taking import TicketOrder
from ticketing.verbs import certain, known
from ticketing.workday import Workday, line_of, plan_of, planned, portal_down, usage_of

MAX_JOURNAL_PAGE = 1000
HANDED_DOWN = ("policies", "procedure_lists", "notices")


class Office(CounterVerbs, SessionVerbs, RatingVerbs, PolicyVerbs, PostalVerbs, EmergencyVerbs):
    """All that can be asked of a centre. `lang` is vi or en, empty for the ticket's own.

    Every verb may raise Unknown (site, counter, ticket …), Unavailable and StorageFull besides what it names.
    """

    # -- sites ----------------------------------------------------------------------------------------

    def apply_site(
        self, site: Site, actor: Actor = CLI, reason: str = "", expect: int | None = None
    ) -> bool:
        """Creates or updates a site; False when nothing differs. What exists of today's sessions stays.

        Raises Conflict("site_changed") when the site has another version than `expect`.
        """

        def run(tx: Transaction) -> list[str]:
            before, version = tx.site(site.code), tx.site_version(site.code)
            if expect is not None and version != expect:
                raise Conflict("site_changed", version=version)
            if before == site:
                return []
            now = self.clock.now()
            event = ev.SiteConfigured(tx.save_site(site), reason, changed_keys(before, site) if before else None)
            tx.record(event, site=site.code, at=now, actor=actor)
            same = before is not None and all(getattr(before, name) == getattr(site, name) for name in HANDED_DOWN)
            return [site.code, *([] if same else tell_units(tx, site.code, "configured", now, actor))]

        changed = self.store.write(run)
        self._publish(changed)
        return bool(changed)

    def site(self, code: str) -> Site:
        return self.store.read(lambda view: self._site(view, code))

    def sites(self, lang: str = "vi") -> list[dict[str, Any]]:
        return [
            {"code": s.code, "name": localized(s, lang), "level": s.level, "parent": s.parent or None}
            for s in self.site_values()
        ]

    def procedures(self, site: str, lang: str = "vi", q: str = "", field: str = "") -> list[dict[str, Any]]:
        """The procedures and what today's policy says of them; `q` is matched without marks or case."""
        now = self.clock.now()

        def reading(view: View) -> tuple[Site, Plan, bool]:
            found = self._site(view, site)
            return found, plan_of(view, found, business_day(found, now)), portal_down(view, found)

        found, plan, down = self.store.read(reading)
        if field and found.field(field) is None:
            raise Unknown("field", field)
        wanted = fold(q)
        return [
            answers.procedure(plan, p, lang, now, down)
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

    # -- citizens -------------------------------------------------------------------------------------

    def take_ticket(
        self, site: str, order: TicketOrder, actor: Actor, lang: str = "", key: str = ""
    ) -> tuple[dict[str, Any], bool]:
        """The new ticket and True; or, for a key used before today, that ticket again and False.

        Raises Unknown (field, procedure: in_body), Invalid, TooManyDossiers, SessionClosed, CapReached,
        Forbidden, and by the policy in force OnlineOnly, PostOnly or Suspended, which is counted as a
        diversion, once a key. A refusal is not remembered.
        """

        def verb(work: Workday) -> tuple[dict[str, Any], bool] | TicketingError:
            kept = work.tx.remembered(actor.id, site, work.day, "take", key) if key else None
            if kept is not None:
                return self._present(work, certain(work.tx.ticket(kept)), lang), False
            self._claim_mode(work.tx)
            asked = taking.checked(work.site, order, actor.role)
            refusal = taking.refused(work, replace(asked, lang=lang or asked.lang))
            if refusal is not None:
                if not key or not self._seen(work, "divert", key):
                    taking.divert(work, asked)
                return refusal
            ticket = taking.take(work, asked, self.new_code())
            if key:
                work.tx.remember(actor.id, site, work.day, "take", key, ticket.id)
            return self._present(work, ticket, lang), True

        done = self._work(site, actor, verb)
        # Raised after the commit: the diversion stays, though no ticket came of it.
        if isinstance(done, TicketingError):
            raise done
        return done

    def ticket(self, code: str, lang: str = "", actor: Actor | None = None) -> dict[str, Any]:
        """The ticket of this code, as its holder sees it, with `epoch` and `seq`."""
        site = self._site_of(code)

        def reading(view: View, found: Site, now: datetime) -> dict[str, Any]:
            ticket = known(view.ticket_by_code(code), code)
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
            ticket = known(work.tx.ticket_by_code(code), code)
            return self._present(work, calling.cancel(work, ticket, ""), lang)

        return self._work(self._site_of(code), CITIZEN, verb)

    def slip(self, code: str, lang: str = "") -> answers.SlipFacts:
        site = self._site_of(code)

        def reading(view: View, found: Site, now: datetime) -> answers.SlipFacts:
            ticket = known(view.ticket_by_code(code), code)
            own = lang or ticket.lang
            procedure = found.procedure(ticket.procedure)
            session = view.session(site, ticket.session)
            line = line_of(view, found)
            plan = decisions.plan(line, ticket.day)
            return answers.SlipFacts(
                site=found,
                ticket=self._shown(view, found, ticket, now, own, staff=False),
                lang=own,
                session_title=localized(session, own, "title") if session else "",
                processing_time=decisions.processing_time(plan, procedure, own, ticket.issued_at),
                late=decisions.late(found, ticket.issued_at),
                hotline=plan.hotline,
                notices=tuple(n["text"] for n in answers.notices(decisions.notices(plan, line), own, "slip")),
                rehearsal=self.clock.rehearsal,
            )

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



__all__ = ["ANY", "Office", "SessionChange", "StopOrder", "TicketOrder"]
