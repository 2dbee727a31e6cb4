"""Devices and officers: pairing, revoking, adding, passwords. Plain forms, each with its CSRF token."""

from collections.abc import Iterator

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ticketing.desk.gate import Desk, enter, found
from ticketing.desk.words import refusal
from ticketing.errors import Conflict, Forbidden, TicketingError
from ticketing.rules.people import DEVICE_ROLES, STAFF_ROLES, Actor, Token, fits, login_form
from ticketing.rules.text import shown, tidy
from ticketing.verbs.people import LONGEST_NAME, MIN_PASSWORD


def add(pages: Blueprint, desk: Desk) -> None:
    _devices(pages, desk)
    _officers(pages, desk)
    _officers_changes(pages, desk)


def _devices(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/devices")
    def devices_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        live = [token for token in desk.accounts.tokens(site) if token.revoked_at is None]
        return render_template(
            "desk/devices.html", site=place, tab="devices",
            pairings=[pairing for pairing in desk.accounts.pairings(site) if not pairing.token_id],
            devices=[token for token in live if token.paired],
            programs=[token for token in live if not token.paired and not token.officer],
            revocable={token.id for token in live if _may_revoke(actor, token)},
        )  # fmt: skip

    @pages.post("/<site>/supervisor/pairings")
    def confirm_pairing(site: str) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "supervisor")
        code = request.form.get("code", "").strip().upper()
        found("device", code, desk.accounts.pairings(site))
        token = desk.accounts.confirm_pairing(code, tidy(request.form.get("name", ""))[:LONGEST_NAME] or code, actor)
        flash(_("%(name)s is paired.", name=token.name))
        return redirect(url_for("desk.devices_page", site=site), 303)

    @pages.post("/<site>/supervisor/tokens/<int:token_id>/revoke")
    def revoke_token(site: str, token_id: int) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "supervisor")
        token = _token_of(desk, site, token_id, actor)
        desk.accounts.revoke_token(token_id, actor)
        ended = _("%(name)s has been signed out.", name=shown(token.name))
        flash(ended if token.officer else _("The access of %(name)s has been revoked.", name=token.name))
        page = "desk.officers_page" if token.officer else "desk.devices_page"
        return redirect(url_for(page, site=site), 303)

    @pages.post("/<site>/supervisor/tokens/<int:token_id>/rename")
    def rename_token(site: str, token_id: int) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "supervisor")
        _token_of(desk, site, token_id, actor)
        name = tidy(request.form.get("name", ""))[:LONGEST_NAME]
        if name:
            desk.accounts.rename_token(token_id, name, actor)
            flash(_("The device is now called %(name)s.", name=name))
        return redirect(url_for("desk.devices_page", site=site), 303)


def _officers(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/officers")
    def officers_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        return render_template(
            "desk/officers.html", site=place, tab="officers", officers=desk.accounts.officers(site),
            logins=(logins := desk.accounts.logins(site)),
            endable={login.token.id for login in logins if _may_revoke(actor, login.token)},
            roles=STAFF_ROLES, may_edit=actor.role == "admin", min_password=MIN_PASSWORD, shown=shown,
        )  # fmt: skip

    @pages.post("/<site>/supervisor/officers")
    def add_officer(site: str) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "admin")
        login, role = login_form(request.form.get("login", "")), request.form.get("role", "officer")
        password, name = request.form.get("password", ""), request.form.get("name", "")
        wrong = list(_wrong(login, role, password, name))
        try:
            if not wrong:
                desk.accounts.add_officer(site, login, role, password, actor, name)
                flash(_("%(login)s can sign in now.", login=login))
        except TicketingError as error:
            wrong.append(refusal(error))
        for line in wrong:
            flash(line, "wrong")
        return redirect(url_for("desk.officers_page", site=site), 303)


def _officers_changes(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/<site>/supervisor/officers/<int:officer_id>/name")
    def rename_officer(site: str, officer_id: int) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "admin")
        officer = found("officer", officer_id, desk.accounts.officers(site), "id")
        name = request.form.get("name", "")
        if wrong := list(_wrong_name(name)):
            flash(wrong[0], "wrong")
        else:
            renamed = desk.accounts.rename_officer(officer.login, name, actor)
            flash(_("%(login)s is shown as %(name)s.", login=shown(officer.login), name=renamed.called))
        return redirect(url_for("desk.officers_page", site=site), 303)

    @pages.post("/<site>/supervisor/officers/<int:officer_id>/password")
    def set_password(site: str, officer_id: int) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "admin")
        officer = found("officer", officer_id, desk.accounts.officers(site), "id")
        password = request.form.get("password", "")
        if len(password) < MIN_PASSWORD:
            flash(_("A password has at least %(n)s characters.", n=MIN_PASSWORD), "wrong")
        else:
            desk.accounts.set_password(officer.login, password, actor)
            flash(_("%(login)s has a new password.", login=shown(officer.login)))
        return redirect(url_for("desk.officers_page", site=site), 303)

    @pages.post("/<site>/supervisor/officers/<int:officer_id>/disable")
    def disable_officer(site: str, officer_id: int) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "admin")
        officer = found("officer", officer_id, desk.accounts.officers(site), "id")
        try:
            desk.accounts.disable_officer(officer.login, actor)
            flash(_("%(login)s can no longer sign in.", login=shown(officer.login)))
        except Conflict as error:
            flash(refusal(error), "wrong")
        return redirect(url_for("desk.officers_page", site=site), 303)


def _wrong(login: str, role: str, password: str, name: str) -> Iterator[str]:
    """All that is wrong with a new login, one sentence each."""
    if not fits(login):
        yield _("A login has 1 to 64 characters: letters a-z without marks, digits, dots, hyphens and underscores.")
    if role not in STAFF_ROLES:
        yield _("Choose a role.")
    if len(password) < MIN_PASSWORD:
        yield _("A password has at least %(n)s characters.", n=MIN_PASSWORD)
    yield from _wrong_name(name)


def _wrong_name(name: str) -> Iterator[str]:
    if len(tidy(name)) > LONGEST_NAME:
        yield _("A name has at most %(n)s characters.", n=LONGEST_NAME)


def _token_of(desk: Desk, site: str, token_id: int, actor: Actor) -> Token:
    """A token in force, for who may take it away. Raises Unknown and Forbidden."""
    token = found("token", token_id, (one for one in desk.accounts.tokens(site) if one.revoked_at is None), "id")
    if not _may_revoke(actor, token):
        raise Forbidden()
    return token


def _may_revoke(actor: Actor, token: Token) -> bool:
    """A supervisor deals with devices and officers' logins, only an admin with supervisors and admins."""
    return actor.role == "admin" or token.role in (*DEVICE_ROLES, "officer")
