"""The office's verbs about what surrounds a session: its checklists, and the difficulties that it met."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ticketing import checklists, difficulties
from ticketing import events as ev
from ticketing.errors import Conflict, Invalid, Unknown
from ticketing.officers import Actor
from ticketing.policies import CHECKLISTS
from ticketing.ports import View
from ticketing.sessions import Session
from ticketing.sites import Site
from ticketing.spelling import nfc
from ticketing.verbs import Verbs
from ticketing.workday import Workday


class SessionVerbs(Verbs):
    """Nothing here stops a number or a call: an unsigned list is a warning, a note is a note."""

    def checklists(self, site: str, session: str, lang: str = "vi") -> list[dict[str, Any]]:
        """The opening and the cleaning list of a session, as far as the policy of its day has them. Raises
        Unknown("session")."""

        def reading(view: View, found: Site, now: datetime) -> list[dict[str, Any]]:
            lists = checklists.of_session(view, found, _session(view, found, session), now)
            return [checklists.shown(found, one, lang) for one in lists]

        return self._look(site, reading)

    def sign_checklist(
        self, site: str, session: str, checklist: str, role: str, items: Sequence[str], actor: Actor,
        lang: str = "vi",
    ) -> dict[str, Any]:  # fmt: skip
        """A staff role confirms a list, all of whose items (their names, in either language) are ticked.

        Raises Unknown("session"), Invalid, and Conflict: no_checklist where the plan asks for none, signed_before,
        checklist_not_now outside its time (opening: until the session closes; cleaning: from then until the
        next one closes).
        """
        if checklist not in CHECKLISTS:
            raise Invalid(("checklist", "not_allowed"))
        if role not in checklists.ROLES:
            raise Invalid(("role", "not_allowed"))
        ticked = {nfc(item).strip() for item in items}

        def verb(work: Workday) -> dict[str, Any]:
            known = work.session(session)
            one = _named(checklists.of_session(work.tx, work.site, known, work.now), checklist)
            if one is None:
                raise Conflict("no_checklist", session=session)
            if one.signed is not None:
                raise Conflict("signed_before", session=session)
            if not one.open:
                raise Conflict("checklist_not_now", session=session)
            if any(item.name not in ticked and item.name_en not in ticked for item in one.items):
                raise Invalid(("items", "not_all_ticked"))
            work.record(ev.ChecklistSigned(checklist, role, len(one.items)), session=session)
            signed = _named(checklists.of_session(work.tx, work.site, known, work.now), checklist)
            assert signed is not None
            return checklists.shown(work.site, signed, lang)

        return self._work(site, actor, verb)

    def note_difficulty(
        self, site: str, session: str, text: str, actor: Actor, lang: str = "vi", key: str = ""
    ) -> tuple[dict[str, Any], bool]:
        """The note and True; or, for a key used before today, that note again and False. Raises Unknown("session")
        and Invalid (see `difficulties.checked`)."""
        note = difficulties.checked(text)

        def verb(work: Workday) -> tuple[dict[str, Any], bool]:
            known = work.session(session)
            kept = work.tx.remembered(actor.id, site, work.day, "note", key) if key else None
            if kept is not None:
                line = work.tx.journal(site, kept - 1, 1)[0]
                return difficulties.shown(work.site, work.session(line.session), line, lang), False
            seq = work.tx.record(ev.DifficultyNoted(note), site=site, at=work.now, actor=actor, session=session)
            if key:
                work.tx.remember(actor.id, site, work.day, "note", key, seq)
            return difficulties.shown(work.site, known, work.tx.journal(site, seq - 1, 1)[0], lang), True

        return self._work(site, actor, verb)

    def difficulties(self, site: str, session: str, lang: str = "vi") -> list[dict[str, Any]]:
        """What was noted of a session, oldest first. Raises Unknown("session")."""

        def reading(view: View, found: Site, now: datetime) -> list[dict[str, Any]]:
            known = _session(view, found, session)
            lines = difficulties.of_session(view, found, known)
            return [difficulties.shown(found, known, line, lang) for line in lines]

        return self._look(site, reading)


def _session(view: View, site: Site, key: str) -> Session:
    found = view.session(site.code, key)
    if found is None:
        raise Unknown("session", key)
    return found


def _named(lists: Sequence[checklists.Checklist], kind: str) -> checklists.Checklist | None:
    return next((one for one in lists if one.kind == kind), None)
