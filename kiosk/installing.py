"""The ticket's page as an app on the phone: its manifest, and the worker that shows its notifications."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, url_for
from flask.typing import ResponseReturnValue

from ticketing.answers import tickets
from ticketing.office import Office
from ticketing.rules.sites import localized

BRAND, GROUND = "#0a3d77", "#f1f4f8"
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable.png", "512x512", "maskable"),
)


def add_installing(views: Blueprint, office: Office) -> None:
    @views.get("/t/<code>/manifest.webmanifest")
    def ticket_manifest(code: str) -> ResponseReturnValue:
        ticket = office.see_ticket(code, tickets.now, g.lang)
        answer = jsonify(_manifest(code, localized(office.site(ticket.site), g.lang)))
        answer.mimetype = "application/manifest+json"
        return answer

    @views.get("/sw.js")
    def worker() -> Response:
        answer = current_app.send_static_file("js/sw.js")
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def _manifest(code: str, site_name: str) -> dict[str, Any]:
    """One app for every ticket that a phone will ever hold: the newest one's page is where it starts."""
    return {
        "id": "/t/",
        "name": f"Lấy Số – {site_name}",
        "short_name": "Lấy Số",
        "lang": g.lang,
        "start_url": url_for("views.ticket_page", code=code),
        "scope": "/t/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": BRAND,
        "icons": [
            {"src": url_for("static", filename=f"img/{name}"), "sizes": size, "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
    }
