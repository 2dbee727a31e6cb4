"""Signing in and out."""

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ticketing.api import cookies
from ticketing.api.auth import STAFF_COOKIE
from ticketing.api.limits import end_turn, refuse_slowly, visitor
from ticketing.desk import kept, known
from ticketing.desk.gate import Desk, same_site_path
from ticketing.desk.kept import Typed
from ticketing.errors import RateLimited, Unauthorized
from ticketing.rules.people import Actor, login_form, satisfies


def add(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/login")
    def login_page() -> ResponseReturnValue:
        return _form(same_site_path(request.args.get("next", "")))

    @pages.post("/login")
    def sign_in() -> ResponseReturnValue:
        if "form_of" in request.args:
            # A form came here with all its boxes: its sender's login had ended.
            path = same_site_path(request.args["form_of"])
            return _form(typed=kept.of_request(path) if path else None)
        login = login_form(request.form.get("login", ""))
        target = same_site_path(request.form.get("next", ""))
        typed = kept.opened(request.form.get("kept", ""))
        # The hash waits in a queue of its own, and meanwhile other strangers have their turns.
        end_turn()
        try:
            with desk.attempts.attempt(login, visitor(request.environ), known.device_of(login)):
                secret, actor = desk.accounts.sign_in(login, request.form.get("password", ""))
        except Unauthorized:
            return _refused(_("Login or password is wrong."), 401, target, login, typed)
        except RateLimited as refusal:
            refuse_slowly()
            wait_s = refusal.details["retry_after"]
            wait_min = 0 if refusal.reason == "busy" else -(-wait_s // 60)
            page, status = _refused(_waiting(wait_min), 429, target, login, typed, warn=True)
            return page, status, {"Retry-After": str(wait_s)}
        return _signed_in(_welcome(actor, target, typed), login, secret)


def _by_script() -> bool:
    """Whether a page asks that stays open meanwhile, with what is typed on it."""
    return request.accept_mimetypes.best == "application/json"


def _welcome(actor: Actor, target: str, typed: Typed | None) -> Response:
    if _by_script():
        return jsonify(me=actor.id)
    if typed is not None:
        page = render_template("desk/kept.html", typed=typed, home=_first_page(actor))
        return Response(page, mimetype="text/html", headers={"Cache-Control": "no-store"})
    return redirect(target or _first_page(actor), 303)


def _signed_in(answer: Response, login: str, secret: str) -> Response:
    known.remember(answer, login)
    cookies.put(answer, STAFF_COOKIE, secret)
    return answer


def _waiting(minutes: int) -> str:
    if not minutes:
        return _("Please wait a moment and try again.")
    return _(
        "Too many wrong attempts. Try again in %(n)s min, or ask the administrator for a new password.", n=minutes
    )


def _refused(
    said: str, status: int, target: str, login: str, typed: Typed | None, warn: bool = False
) -> tuple[str | Response, int]:
    return jsonify(detail=said) if _by_script() else _form(target, login, said, warn, typed), status


def _form(target: str = "", login: str = "", said: str = "", warn: bool = False, typed: Typed | None = None) -> str:
    return render_template(
        "desk/login.html", target=target, login=login, said=said, warn=warn, actor=g.get("actor"), typed=typed,
        sealed=kept.sealed(typed) if typed else "",
    )  # fmt: skip


def _first_page(actor: Actor) -> str:
    supervises = satisfies(actor.role, "supervisor")
    return url_for("desk.supervisor_page" if supervises else "desk.console_page", site=actor.site)
