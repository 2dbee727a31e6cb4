"""The checklists of a session as pages and programs see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from ticketing.answers.names import Day, Time, stamp
from ticketing.lookups import Look, checklists_of, session_of
from ticketing.rules import checklists
from ticketing.rules.sites import Site, localized

Kind = Literal["opening", "cleaning"]
StaffRole = Literal["reception", "cleaning", "duty"]
NoRoleYet = Literal["", "reception", "cleaning", "duty"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckItem:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """`due`: it should have been signed by now; `open`: it can be signed now. `role` is "" until it is."""

    checklist: Kind
    session: str
    session_title: str
    date: Day
    items: list[CheckItem]
    due: bool
    open: bool
    signed_at: Time | None
    role: NoRoleYet


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistList:
    items: list[Checklist]


def of(site: Site, one: checklists.Checklist, lang: str) -> Checklist:
    signed = one.signed
    return Checklist(
        checklist=cast(Kind, one.kind),
        session=one.session.key,
        session_title=localized(one.session, lang, "title"),
        date=one.session.day.isoformat(),
        items=[CheckItem(name=localized(item, lang)) for item in one.items],
        due=one.due,
        open=one.open,
        signed_at=stamp(site, signed.at) if signed else None,
        role=cast(NoRoleYet, signed.data["role"] if signed else ""),
    )


def of_session(look: Look, session: str, lang: str) -> list[Checklist]:
    """The opening and the cleaning list of a session, as far as the policy of its day has them. Raises
    Unknown("session")."""
    return [of(look.site, one, lang) for one in checklists_of(look, session_of(look, session))]
