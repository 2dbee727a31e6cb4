"""Which language a request is answered in: `g.lang`, "vi" or "en"."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, g, request
from flask_babel import Babel

from ticketing.errors import TicketingError
from ticketing.office import Office

LANGUAGES = ("vi", "en")
COOKIE = "layso_lang"
DEVICE_COOKIE = "layso_lang_device"
DEVICE_PAGES = ("kiosk", "display")
YEAR_S = 365 * 24 * 3600


def _device_page() -> str:
    """The site of the device page that is asked for, "" for every other page."""
    parts = request.path.split("/")
    if len(parts) != 4:
        return ""
    return parts[1] if parts[2] == "rating" or (parts[2] in DEVICE_PAGES and not parts[3]) else ""


def _site_language(office: Office, site: str) -> str:
    try:
        found = office.site(site).lang
    except TicketingError:
        found = ""
    return found if found in LANGUAGES else LANGUAGES[0]


def _preferred() -> str:
    if not request.headers.get("Accept-Language"):
        return LANGUAGES[0]
    return str(request.accept_languages.best_match(LANGUAGES, default=LANGUAGES[0]))


def choose(office: Office) -> str:
    """`?lang=` wins, then what it was before. Else a device speaks its site's language, a person's browser
    says its own; a program's call to the API goes by its headers alone."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    if request.path.startswith("/api/"):
        return _preferred()
    site = _device_page()
    kept = request.cookies.get(DEVICE_COOKIE if site else COOKIE, "")
    if kept in LANGUAGES:
        return kept
    return _site_language(office, site) if site else _preferred()


def keep(answer: Response, secure: bool) -> Response:
    """Keeps an asked-for language: for a device with its page only, so that the lobby's kiosk and the same
    browser's other pages don't change each other."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES and not request.path.startswith(("/api/", "/static/")):
        device = bool(_device_page())
        answer.set_cookie(
            DEVICE_COOKIE if device else COOKIE, asked, max_age=YEAR_S, path=request.path if device else "/",
            samesite="Lax", secure=secure, httponly=True,
        )  # fmt: skip
    return answer


def set_up(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).with_name("translations"))
    Babel(app, default_locale=LANGUAGES[0], locale_selector=lambda: g.get("lang", LANGUAGES[0]))
