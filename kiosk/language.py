"""Which language a request is answered in: `g.lang`, "vi" or "en"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Request, Response, g, request
from flask_babel import Babel, get_translations

from ticketing.api import cookies
from ticketing.api.languages import LANGUAGES, spoken
from ticketing.errors import TicketingError
from ticketing.office import Office

COOKIE = ("lang",)
DEVICE_COOKIE = ("lang", "device")
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


def _preferred(asked: Request) -> str:
    return spoken(asked.environ.get("HTTP_ACCEPT_LANGUAGE", "")) or LANGUAGES[0]


def _asked(asked: Request) -> str:
    return spoken(asked.args.get("lang", "")) if asked.environ.get("QUERY_STRING") else ""


def choose(office: Office, this: Request) -> str:
    """`?lang=` wins, then what it was before. Else a device speaks its site's language, a person's browser
    says its own; a program's call to the API goes by its headers alone."""
    if asked := _asked(this):
        return asked
    if this.path.startswith("/api/"):
        return _preferred(this)
    site = _device_page()
    kept = cookies.sent(*(DEVICE_COOKIE if site else COOKIE))
    if kept in LANGUAGES:
        return kept
    return _site_language(office, site) if site else _preferred(this)


def keep(answer: Response, this: Request) -> None:
    """Keeps an asked-for language: for a device with its page only, so that the lobby's kiosk and the same
    browser's other pages don't change each other."""
    asked = _asked(this)
    if asked and not this.path.startswith(("/api/", "/static/")):
        device = bool(_device_page())
        name, path = (DEVICE_COOKIE, this.path) if device else (COOKIE, "/")
        cookies.put(answer, name, asked, YEAR_S, path)


def set_up(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).with_name("translations"))
    Babel(app, default_locale=LANGUAGES[0], locale_selector=lambda: g.get("lang", LANGUAGES[0]))
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalog().ugettext(text), lambda one, many, n: _catalog().ungettext(one, many, n), newstyle=True
    )


def _catalog() -> Any:
    """The catalog of the page's language, looked for once a page and not once a text: no page changes it."""
    if "catalog" not in g:
        g.catalog = get_translations()
    return g.catalog
