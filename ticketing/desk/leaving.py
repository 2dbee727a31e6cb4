"""Signing out: the officer's counters are closed first, and a number that is still there is not left behind."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ticketing.answers import counters
from ticketing.answers.counters import Held
from ticketing.api import cookies
from ticketing.api.auth import STAFF_COOKIE
from ticketing.desk.gate import Desk
from ticketing.errors import Conflict, Invalid
from ticketing.office import Where
from ticketing.rules.people import Actor, belongs
from ticketing.rules.sites import Site
from ticketing.verbs.seats import leave


@dataclass(frozen=True, slots=True)
class Left:
    """A counter that the leaving officer holds, `box` the name of the choice about its number."""

    site: Site
    held: Held
    box: str


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/logout")
    def sign_out() -> ResponseReturnValue:
        secret, actor = cookies.sent(*STAFF_COOKIE), g.get("actor")
        if actor is not None and actor.is_staff and not _left(desk, actor):
            return _question(desk, actor), 409, {"Cache-Control": "no-store"}
        if secret:
            desk.accounts.sign_out(secret)
        answer = redirect(url_for("desk.login_page"), 303)
        answer.delete_cookie(cookies.name(*STAFF_COOKIE), path="/")
        return answer


def _left(desk: Desk, actor: Actor) -> bool:
    """Closes the actor's counters as the form says; False when a number is there of which it says nothing true."""
    held = _held(desk, actor)
    if any(one.held.number and not request.form.get(one.box) for one in held):
        return False
    for site in {one.site.code for one in held}:
        becomes = {one.held.counter: request.form.get(one.box, "") for one in held if one.site.code == site}
        try:
            desk.office.do(Where(site, actor), leave, becomes)
        except (Conflict, Invalid):
            return False
    return True


def _held(desk: Desk, actor: Actor) -> list[Left]:
    places = [site for site in desk.office.site_values() if belongs(actor, site)]
    return [
        Left(site, one, f"becomes-{site.code}-{one.counter}")
        for site in places
        for one in desk.office.see(site.code, counters.held_by, actor.id, g.lang)
    ]


def _question(desk: Desk, actor: Actor) -> str:
    there = [one for one in _held(desk, actor) if one.held.number]
    return render_template("desk/leave.html", left=there, actor=actor)
