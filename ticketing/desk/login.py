"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ticketing.api.auth import STAFF_COOKIE
from ticketing.desk.gate import Desk, same_site_path
from ticketing.errors import Unauthorized
from ticketing.officers import Actor, satisfies


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/login")
    def login_page() -> ResponseReturnValue:
        return _form(same_site_path(request.args.get("next", "")))

    @pages.post("/login")
    def sign_in() -> ResponseReturnValue:
        login = request.form.get("login", "").strip()
        target = same_site_path(request.form.get("next", ""))
        address = request.remote_addr or ""
        wait_s = desk.attempts.wait_s(login.casefold(), address)
        if wait_s:
            page = _form(target, login=login, wait_min=-(-wait_s // 60))
            return page, 429, {"Retry-After": str(wait_s)}
        try:
            secret, actor = desk.accounts.sign_in(login, request.form.get("password", ""))
        except Unauthorized:
            desk.attempts.failed(login.casefold(), address)
            return _form(target, login=login, wrong=True), 401
        desk.attempts.succeeded(login.casefold(), address)
        answer = redirect(target or _first_page(actor), 303)
        secure = desk.office.public_url.startswith("https:")
        answer.set_cookie(STAFF_COOKIE, secret, httponly=True, samesite="Lax", secure=secure, path="/")
        return answer

    @pages.post("/logout")
    def sign_out() -> ResponseReturnValue:
        secret = request.cookies.get(STAFF_COOKIE)
        if secret:
            desk.accounts.sign_out(secret)
        answer = redirect(url_for("desk.login_page"), 303)
        answer.delete_cookie(STAFF_COOKIE, path="/")
        return answer


def _form(target: str, login: str = "", wrong: bool = False, wait_min: int = 0) -> str:
    return render_template(
        "desk/login.html", target=target, login=login, wrong=wrong, wait_min=wait_min, actor=g.get("actor")
    )


def _first_page(actor: Actor) -> str:
    supervises = satisfies(actor.role, "supervisor")
    return url_for("desk.supervisor_page" if supervises else "desk.console_page", site=actor.site)
