"""An office that answers in plain dicts to the words that tests speak all day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import Any

import msgspec

from ticketing.answers import board, console, journal, places, sites
from ticketing.answers import checklists as shown_checklists
from ticketing.answers import counters as shown_counters
from ticketing.answers import emergency as shown_emergency
from ticketing.answers import notes as shown_notes
from ticketing.answers import plans as shown_plans
from ticketing.answers import policies as shown_policies
from ticketing.answers import post as shown_post
from ticketing.answers import ratings as shown_ratings
from ticketing.answers import sessions as shown_sessions
from ticketing.answers import tickets as shown_tickets
from ticketing.answers.tickets import SlipFacts
from ticketing.errors import RefusedByPlan, TicketingError, Unknown
from ticketing.office import Office, Where
from ticketing.rules.emergency import StopOrder
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import CITIZEN, CLI, Actor
from ticketing.rules.plans import Outage, Plan, Standing, standings
from ticketing.rules.post import PostalOrder, PostalRow
from ticketing.rules.ratings import SCORES, RatingCount
from ticketing.rules.sessions import SessionChange
from ticketing.rules.sites import Site, localized
from ticketing.verbs import counters, emergency, plans, post, ratings, retention, sessions, taking, upkeep
from ticketing.verbs.checklists import sign_checklist
from ticketing.verbs.notes import note_difficulty
from ticketing.verbs.plans import OverrideOrder, ReleaseOrder

SEATS = {verb.__name__: verb for verb in (counters.open_counter, counters.pause_counter, counters.close_counter)}
STEPS = {"call": counters.call_number} | {
    verb.__name__: verb
    for verb in (
        counters.call_next, counters.recall, counters.start, counters.finish, counters.no_show, counters.hold,
        counters.transfer, counters.resume, counters.reopen, counters.undo, counters.requeue, counters.cancel,
    )
}  # fmt: skip


class Clerk:
    """`office` with a method for each verb; what isn't here is the office's own."""

    def __init__(self, office: Office) -> None:
        object.__setattr__(self, "office", office)

    office: Office

    def __getattr__(self, name: str) -> Any:
        if name in SEATS:
            return partial(self._seat, SEATS[name])
        return partial(self._step, STEPS[name]) if name in STEPS else getattr(self.office, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.office, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self.office, name)

    # -- citizens -------------------------------------------------------------------------------------

    def take_ticket(
        self, site: str, order: TicketOrder, actor: Actor, lang: str = "", key: str = ""
    ) -> tuple[dict[str, Any], bool]:
        """The ticket, and whether it is new. Raises what refuses it, a policy too."""
        taken, fresh = self.office.do_once(Where(site, actor, key), taking.take, order, lang)
        if isinstance(taken, RefusedByPlan):
            taken.details = plain(shown_plans.refused(taken.refusal, lang))
        if isinstance(taken, TicketingError):
            raise taken
        return plain(self.office.see(site, shown_tickets.of, taken, lang, actor.is_staff)), fresh

    def give_up(self, code: str, lang: str = "") -> dict[str, Any]:
        site = self.office.site_of(code)
        given_up = self.office.do(Where(site, CITIZEN), taking.give_up, code)
        return plain(self.office.see(site, shown_tickets.of, given_up, lang, False))

    def _seat(
        self, verb: Any, site: str, counter: int, actor: Actor, lang: str = "", **body: Any
    ) -> dict[str, Any]:
        state = self.office.do(Where(site, actor), verb, counter, **body)
        return plain(self.office.see(site, shown_counters.of, state, lang or self.office.site(site).lang))

    def _step(
        self, verb: Any, site: str, at: int | str, actor: Actor, lang: str = "", key: str = "", **body: Any
    ) -> dict[str, Any] | None:
        ticket = self.office.do(Where(site, actor, key), verb, at, **body)
        return None if ticket is None else plain(self.office.see(site, shown_tickets.of, ticket, lang, actor.is_staff))

    # -- what is shown --------------------------------------------------------------------------------

    def sites(self, lang: str = "vi") -> list[dict[str, Any]]:
        return plain(sites.listed(self.office.site_values(), lang))

    def board(self, site: str, lang: str = "vi") -> dict[str, Any]:
        return plain(self.office.see(site, board.of, lang))

    def queue(self, site: str, counter: int | None, lang: str = "vi") -> dict[str, Any]:
        return plain(self.office.see(site, console.of, counter, lang))

    def ticket(self, code: str, lang: str = "", actor: Actor | None = None) -> dict[str, Any]:
        return plain(self.office.see_ticket(code, shown_tickets.now, lang, actor))

    def slip(self, code: str, lang: str = "") -> SlipFacts:
        return self.office.see(self.office.site_of(code), shown_tickets.slip, code, lang)

    def positions(self, site: str) -> dict[str, tuple[int, str | None]]:
        return {code: place[:2] for code, place in self.office.see(site, places.positions).items()}

    def sessions(self, site: str, day: date | None = None, lang: str = "vi") -> list[dict[str, Any]]:
        return plain(self.office.see(site, shown_sessions.of_day, day, lang))

    def change_session(
        self, site: str, key: str, change: SessionChange, actor: Actor, lang: str = "vi"
    ) -> dict[str, Any]:
        changed = self.office.do(Where(site, actor), sessions.change_session, key, change)
        return plain(self.office.see(site, shown_sessions.of, changed, lang))

    def take_back(self, site: str, actor: Actor, lang: str = "vi") -> list[dict[str, Any]]:
        taken = self.office.do(Where(site, actor), sessions.take_back)
        return [plain(self.office.see(site, shown_sessions.of, one, lang)) for one in taken]

    def journal(self, site: str, after: int = 0, limit: int = 100) -> list[dict[str, Any]]:
        return plain(self.office.look(site, journal.lines, after, limit))

    # -- the plan ------------------------------------------------------------------------------------

    def plan(self, site: str, day: date | None = None) -> Plan:
        return self.office.look(site, lambda look: look.plan_of(day) if day else look.plan)

    def policies(self, site: str, day: date | None = None) -> list[Standing]:
        return standings(self.plan(site, day))

    def policy_text(self, version: str) -> str:
        return self.office.store.read(lambda view: view.policies.text(version))

    def preview(self, site: str, order: TicketOrder, at: datetime, lang: str = "vi") -> dict[str, Any]:
        return plain(self.office.look(site, shown_plans.preview, order, at, lang))

    def procedures(self, site: str, lang: str = "vi", q: str = "", field: str = "") -> list[dict[str, Any]]:
        return plain(self.office.look(site, shown_plans.procedures, lang, q, field))

    def divert(
        self, site: str, order: TicketOrder, to: str, actor: Actor, key: str = ""
    ) -> tuple[dict[str, Any], bool]:
        asked, fresh = self.office.do_once(Where(site, actor, key), plans.divert, order, to)
        return plain(self.office.look(site, shown_plans.diverted, asked, to)), fresh

    def deferred(self, site: str) -> dict[str, int]:
        return plain(self.office.look(site, shown_policies.deferred))

    def release(self, site: str, policy: str, order: ReleaseOrder, actor: Actor) -> None:
        self.office.do(Where(site, actor, units=True), plans.release, policy, order)

    def override(self, site: str, policy: str, order: OverrideOrder, actor: Actor) -> None:
        self.office.do(Where(site, actor), plans.override, policy, order)

    def mark_portal(self, site: str, down: bool, actor: Actor, reason: str = "") -> None:
        self.office.do(Where(site, actor, units=True), plans.mark_portal, down, reason)

    def outage(self, site: str) -> Outage | None:
        return self.office.look(site, shown_policies.outage)

    # -- the post ------------------------------------------------------------------------------------

    def postal_list(self, site: str, first: date, last: date) -> list[PostalRow]:
        return self.office.look(site, shown_post.rows, first, last)

    def postal_codes(self, site: str, rows: list[PostalRow]) -> Any:
        return self.office.look(site, shown_post.codes, rows)

    def correct_postal(
        self, site: str, order: PostalOrder, actor: Actor, key: str = ""
    ) -> tuple[dict[str, Any], bool]:
        entered, fresh = self.office.do_once(Where(site, actor, key), post.correct_postal, order)
        return plain(self.office.see(site, shown_post.corrected, entered)), fresh

    def erase_old(
        self, site: str, before: date | None = None, actor: Actor = CLI, dry_run: bool = False
    ) -> tuple[date, int]:
        now = self.office.clock.now()
        return retention.erase_old(self.office.store, self.office.site(site), before, now, actor, dry_run)

    # -- checklists and notes ------------------------------------------------------------------------

    def checklists(self, site: str, session: str, lang: str = "vi") -> list[dict[str, Any]]:
        return plain(self.office.see(site, shown_checklists.of_session, session, lang))

    def sign_checklist(
        self, site: str, session: str, checklist: str, role: str, items: Sequence[str], actor: Actor, lang: str = "vi"
    ) -> dict[str, Any]:
        signed = self.office.do(Where(site, actor), sign_checklist, session, checklist, role, items)
        return plain(shown_checklists.of(self.office.site(site), signed, lang))

    def note_difficulty(
        self, site: str, session: str, text: str, actor: Actor, lang: str = "vi", key: str = ""
    ) -> tuple[dict[str, Any], bool]:
        note, fresh = self.office.do_once(Where(site, actor, key), note_difficulty, session, text)
        return plain(self.office.see(site, shown_notes.difficulty, note, lang)), fresh

    def difficulties(self, site: str, session: str, lang: str = "vi") -> list[dict[str, Any]]:
        return plain(self.office.see(site, shown_notes.of_session, session, lang))

    # -- ratings --------------------------------------------------------------------------------------

    def rate(self, code: str, score: int) -> dict[str, Any]:
        self.office.do(Where(self.office.site_of(code), CITIZEN), ratings.rate, code, score)
        return {"score": score}

    def rate_counter(self, site: str, counter: int, score: int) -> dict[str, Any]:
        self.office.do(Where(site, CITIZEN), ratings.rate_counter, counter, score)
        return {"score": score}

    def can_rate(self, code: str) -> bool:
        try:
            return self.office.look(self.office.site_of(code), shown_ratings.can_rate, code)
        except Unknown:
            return False

    def number_to_rate(self, site: str, counter: int) -> str | None:
        return self.office.look(site, shown_ratings.number_to_rate, counter)

    def ratings(self, site: str, first: date, last: date, lang: str = "vi") -> list[dict[str, Any]]:
        """What the counts come to, by day and within it."""
        counts = self.office.look(site, lambda look: look.view.ratings.of_days(site, first, last))
        return [
            rated_day(self.office.site(site), day, list(of_day), lang)
            for day, of_day in groupby(sorted(counts, key=lambda one: one.day), key=lambda one: one.day)
        ]

    # -- the emergency stop ---------------------------------------------------------------------------

    def stop(self, site: str, order: StopOrder, actor: Actor, lang: str = "vi") -> dict[str, Any]:
        done = self.office.do(Where(site, actor, units=order.units), emergency.stop, order)
        return plain(self.office.see(site, shown_emergency.state, done, lang))

    def lift(
        self, site: str, actor: Actor, reason: str = "", units: bool = False, lang: str = "vi"
    ) -> dict[str, Any]:
        done = self.office.do(Where(site, actor, units=units), emergency.lift, reason, units)
        return plain(self.office.see(site, shown_emergency.state, done, lang))

    def emergency(self, site: str, lang: str = "vi") -> dict[str, Any] | None:
        return plain(self.office.look(site, shown_emergency.state, [], lang))["emergency"]

    # -- the server -----------------------------------------------------------------------------------

    def _every(self) -> list[str]:
        return [site.code for site in self.office.site_values()]

    def check_mode(self) -> None:
        self.office.store.read(lambda view: upkeep.check_mode(view, self.office.clock.rehearsal))

    def start_rehearsal(self, at: datetime) -> None:
        self.office.store.write(self._every(), lambda tx: upkeep.start_rehearsal(tx, at))

    def after_restore(self, days: list[date]) -> None:
        epoch, now = self.office.wiring.new_code(), self.office.clock.now()
        self.office.store.write(self._every(), lambda tx: upkeep.after_restore(tx, days, epoch, now))


def plain(answer: Any) -> Any:
    """An answer as its JSON says it."""
    return msgspec.to_builtins(answer)


def rated_day(site: Site, day: date, counts: list[RatingCount], lang: str) -> dict[str, Any]:
    """One day's ratings in all, by counter, and by field or service under the name that the office has for it."""
    queues = sorted({one.queue for one in counts})

    def parts(codes: dict[str, str], find: Any) -> list[dict[str, Any]]:
        return [
            {
                "code": code,
                "name": localized(found, lang) if (found := find(code)) else code,
                **scored([one for one in counts if one.queue == queue]),
            }
            for queue, code in codes.items()
        ]

    return {
        "date": day.isoformat(),
        **scored(counts),
        "counters": [
            {"counter": number, **scored([one for one in counts if one.counter == number])}
            for number in sorted({one.counter for one in counts})
        ],
        "fields": parts({queue: queue.partition("/")[2] for queue in queues if "/" in queue}, site.field),
        "services": parts({queue: queue for queue in queues if "/" not in queue}, site.service),
    }


def scored(counts: list[RatingCount]) -> dict[str, Any]:
    scores = {str(score): sum(one.number for one in counts if one.score == score) for score in SCORES}
    return {"number": sum(scores.values()), "scores": scores}
