"""Devices and officers: pairing, revoking, adding, passwords. Plain forms, each with its CSRF token."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ticketing.accounts import MIN_PASSWORD
from ticketing.desk.gate import Desk, enter
from ticketing.desk.words import refusal
from ticketing.errors import Forbidden, TicketingError, Unknown
from ticketing.officers import DEVICE_ROLES, STAFF_ROLES, Actor, Officer, Token


def add(pages: Blueprint, desk: Desk) -> None:
    _devices(pages, desk)
    _officers(pages, desk)


def _devices(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/devices")
    def devices_page(site: str) -> ResponseReturnValue:
        place, actor = enter(desk, site, "supervisor")
        live = [token for token in desk.accounts.tokens(site) if token.revoked_at is None]
        return render_template(
            "desk/devices.html", site=place, tab="devices",
            pairings=[pairing for pairing in desk.accounts.pairings(site) if not pairing.token_id],
            devices=[token for token in live if token.role in DEVICE_ROLES],
            programs=[token for token in live if token.role not in DEVICE_ROLES and not token.officer],
            logins=[token for token in live if token.officer],
            revocable={token.id for token in live if _may_revoke(actor, token)},
        )  # fmt: skip

    @pages.post("/<site>/supervisor/pairings")
    def confirm_pairing(site: str) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "supervisor")
        code = request.form.get("code", "").strip().upper()
        if code not in {pairing.code for pairing in desk.accounts.pairings(site)}:
            raise Unknown("device", code)
        token = desk.accounts.confirm_pairing(code, request.form.get("name", "").strip()[:80] or code, actor)
        flash(_("%(name)s is paired.", name=token.name))
        return redirect(url_for("desk.devices_page", site=site), 303)

    @pages.post("/<site>/supervisor/tokens/<int:token_id>/revoke")
    def revoke_token(site: str, token_id: int) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "supervisor")
        token = _token_of(desk, site, token_id)
        if not _may_revoke(actor, token):
            raise Forbidden()
        desk.accounts.revoke_token(token_id, actor)
        flash(_("The access of %(name)s has been revoked.", name=token.name))
        return redirect(url_for("desk.devices_page", site=site), 303)

    @pages.post("/<site>/supervisor/tokens/<int:token_id>/rename")
    def rename_token(site: str, token_id: int) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "supervisor")
        token = _token_of(desk, site, token_id)
        if not _may_revoke(actor, token):
            raise Forbidden()
        name = request.form.get("name", "").strip()[:80]
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
            roles=STAFF_ROLES, may_edit=actor.role == "admin", min_password=MIN_PASSWORD,
        )  # fmt: skip

    @pages.post("/<site>/supervisor/officers")
    def add_officer(site: str) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "admin")
        login, role = request.form.get("login", "").strip(), request.form.get("role", "officer")
        password = request.form.get("password", "")
        if not login or role not in STAFF_ROLES or len(password) < MIN_PASSWORD:
            flash(_("Enter a login and a password of at least %(n)s characters.", n=MIN_PASSWORD), "wrong")
        else:
            try:
                desk.accounts.add_officer(site, login, role, password, actor)
                flash(_("%(login)s can sign in now.", login=login))
            except TicketingError as error:
                flash(refusal(error), "wrong")
        return redirect(url_for("desk.officers_page", site=site), 303)

    @pages.post("/<site>/supervisor/officers/<login>/password")
    def set_password(site: str, login: str) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "admin")
        officer = _officer_of(desk, site, login)
        password = request.form.get("password", "")
        if len(password) < MIN_PASSWORD:
            flash(_("A password has at least %(n)s characters.", n=MIN_PASSWORD), "wrong")
        else:
            desk.accounts.set_password(officer.login, password, actor)
            flash(_("%(login)s has a new password.", login=officer.login))
        return redirect(url_for("desk.officers_page", site=site), 303)

    @pages.post("/<site>/supervisor/officers/<login>/disable")
    def disable_officer(site: str, login: str) -> ResponseReturnValue:
        _place, actor = enter(desk, site, "admin")
        officer = _officer_of(desk, site, login)
        desk.accounts.disable_officer(officer.login, actor)
        flash(_("%(login)s can no longer sign in.", login=officer.login))
        return redirect(url_for("desk.officers_page", site=site), 303)


def _token_of(desk: Desk, site: str, token_id: int) -> Token:
    for token in desk.accounts.tokens(site):
        if token.id == token_id and token.revoked_at is None:
            return token
    raise Unknown("token", token_id)


def _officer_of(desk: Desk, site: str, login: str) -> Officer:
    for officer in desk.accounts.officers(site):
        if officer.login == login:
            return officer
    raise Unknown("officer", login)


def _may_revoke(actor: Actor, token: Token) -> bool:
    """A supervisor deals with devices and officers' logins, only an admin with supervisors and admins."""
    return actor.role == "admin" or token.role in (*DEVICE_ROLES, "officer")
