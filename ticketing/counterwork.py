"""What officers ask of the office: sit down, call, serve, and end a visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ticketing import boards, calling
from ticketing import events as ev
from ticketing import postal as post
from ticketing.calling import ANY
from ticketing.errors import Unknown
from ticketing.officers import Actor
from ticketing.ports import CounterState, View
from ticketing.sites import Site
from ticketing.tickets import Ticket
from ticketing.verbs import Verb, Verbs
from ticketing.workday import Workday


class CounterVerbs(Verbs):
    """The office's verbs at a counter. Each raises Conflict when `expect` is no longer what is there."""

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
        postal_dossiers: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Ends the visit; `dossiers` are those really received and may stand above a cap, journaled. `postal`
        (submit, return or both) goes by post for `postal_dossiers`, see `postal.by_post`; Invalid as there."""
        codes = post.dossier_codes(dossier_codes)

        def verb(work: Workday) -> Ticket:
            here = work.tx.at_counter(site, work.day, counter)
            if here is None:
                return calling.finish(work, counter, expect, None, ())
            received = here.dossiers if dossiers is None else dossiers
            posted = post.by_post(postal, received, len(codes), postal_dossiers)
            event = ev.TicketFinished(counter, received, outcome, postal, posted)
            return calling.finish(work, counter, expect, event, codes)

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
