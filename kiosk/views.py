"""What citizens see: the lobby kiosk, the public page, the ticket on the phone."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from kiosk.installing import add_installing
from kiosk.policy_wording import legal_lines, meaning, window
from kiosk.wording import kiosk_texts, phone_texts, public_texts, session_states
from printer_templates.screen_qr import qr_svg
from ticketing.accounts import Accounts
from ticketing.decisions import alternatives
from ticketing.errors import TicketingError, Unknown
from ticketing.office import Office
from ticketing.officers import Pairing
from ticketing.sites import Site, localized

DEVICE_DAYS = 400
SLIP_WIDTHS = (80, 58)
SPOKEN = ("name", "processing_time", "legal_base", "deferred_until")
PICTURES = (
    ("elder", ("elder", "old", "cao_tuoi", "senior")),
    ("disabled", ("disab", "khuyet_tat")),
    ("mother", ("pregn", "mang_thai", "mother", "child", "tre_em", "con_nho")),
    ("merit", ("merit", "co_cong", "veteran")),
    ("ill", ("ill", "sick", "om")),
)


def make_views(office: Office, accounts: Accounts) -> Blueprint:
    views = Blueprint("views", __name__)
    views.add_app_template_filter(clock_of, "clock_of")
    views.add_app_template_filter(day_of, "day_of")
    _add_sites(views, office)
    _add_kiosk(views, office, accounts)
    _add_phone(views, office)
    add_installing(views, office)
    return views


def clock_of(iso: str | None) -> str:
    """"07:40" of an ISO time with the site's own offset."""
    return iso[11:16] if iso else ""


def day_of(iso: str | None) -> str:
    """"23/11/2026" of an ISO day or time."""
    return f"{iso[8:10]}/{iso[5:7]}/{iso[:4]}" if iso else ""


# -- the list of sites and the public page ------------------------------------------------------------


def _add_sites(views: Blueprint, office: Office) -> None:
    @views.get("/")
    def first_page() -> ResponseReturnValue:
        sites = office.sites(g.lang)
        if len(sites) == 1:
            return redirect(url_for("views.public_page", site=sites[0]["code"]))
        return render_template("kiosk/sites.html", families=_families(sites))

    @views.get("/<site>/")
    def public_page(site: str) -> ResponseReturnValue:
        place, board = office.site(site), office.board(site, g.lang)
        days = office.sessions(site, None, g.lang)
        notices = [notice["text"] for notice in board["notices"] if "public" in notice["places"]]
        held, lists = board["policy"], _lists(office, site)
        page = {"site": site, "session": board["session"]["id"], "time": board["time"], "policy": held}
        page["timezone"] = place.timezone
        return render_template(
            "kiosk/public.html", site=place, site_name=localized(place, g.lang), board=board, sessions=days,
            states=session_states(), fields=_public_fields(board), notices=notices, page=page, texts=public_texts(),
            lang_url=_other_language(), ways=_ways(office, site), plan=_plan(held, lists["listed"]), lists=lists,
        )  # fmt: skip

    @views.get("/<site>/qr/<kind>.svg")
    def way_qr(site: str, kind: str) -> ResponseReturnValue:
        ways = _ways(office, site)
        address = {"portal": ways["portal_url"], "zalo": ways["zalo"]}.get(kind)
        if not address:
            raise Unknown("site", f"{site}/{kind}")
        # A plan may end, and the portal be interrupted, while a machine keeps its page open.
        return _svg(qr_svg(address), max_age=60)


def _ways(office: Office, site: str) -> dict[str, Any]:
    """The ways besides the counter that are open now: the plan's, else the site's own."""
    return alternatives(office.plan(site), None, office.outage(site) is not None)


def _plan(policy: dict[str, Any] | None, listed: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The plan in force in words for who comes here; None where there is none."""
    if policy is None:
        return None
    base = (listed[0]["legal_base"] if listed else {}) | {"text": policy["legal_base"]["text"]}
    return {"window": window(policy), "means": meaning(policy), "legal": legal_lines(policy["legal_base"] | base)}


def _lists(office: Office, site: str) -> dict[str, list[dict[str, Any]]]:
    """The procedures of the plan's list, and both that a centre has to post: done by post and not (Quyết định
    45/2016/QĐ-TTg, Điều 13)."""
    found = office.procedures(site, g.lang)
    return {
        "by": [one for one in found if not one["requires_presence"]],
        "present": [one for one in found if one["requires_presence"]],
        "listed": [one for one in found if one["online"]],
    }


def _public_fields(board: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields that the session takes, those of one neutral series as one line."""
    series: dict[str, dict[str, Any]] = {}
    for field in board["fields"]:
        if not field["offered"]:
            continue
        line = series.setdefault(field["prefix"], {**field, "waiting": 0})
        line["waiting"] += field["waiting"]
        rooms = (line["remaining"], field["remaining"])
        line["remaining"] = None if None in rooms else max(rooms)
    return list(series.values())


def _families(sites: list[dict[str, Any]]) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each site without a parent here, with its units."""
    codes = {site["code"] for site in sites}
    heads = [site for site in sites if site["parent"] not in codes]
    return [(head, [site for site in sites if site["parent"] == head["code"]]) for head in heads]


# -- the kiosk ----------------------------------------------------------------------------------------


def _add_kiosk(views: Blueprint, office: Office, accounts: Accounts) -> None:
    @views.get("/<site>/kiosk/")
    def kiosk_page(site: str) -> ResponseReturnValue:
        place = office.site(site)
        secret = _secret(site)
        paired = _is_paired(accounts, site, secret)
        code, fresh = ("", "") if paired else _pairing(accounts, site, secret)
        page = {**_kiosk_data(office, place), "paired": paired, "pairing_code": code}
        name = localized(place, g.lang)
        answer = make_response(
            render_template("kiosk/kiosk.html", site_name=name, paired=paired, pairing_code=code, page=page)
        )
        if fresh:
            answer.set_cookie(
                f"layso_kiosk_{site}", fresh, max_age=DEVICE_DAYS * 86400, path="/", httponly=True,
                samesite="Lax", secure=office.public_url.startswith("https:"),
            )  # fmt: skip
        return answer

    @views.get("/<site>/kiosk/pairing")
    def kiosk_pairing(site: str) -> ResponseReturnValue:
        office.site(site)
        secret = _secret(site)
        pending = _pending(accounts, site, secret)
        answer = jsonify(paired=_is_paired(accounts, site, secret), code=pending.code if pending else "")
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _secret(site: str) -> str:
    return request.cookies.get(f"layso_kiosk_{site}", "")


def _is_paired(accounts: Accounts, site: str, secret: str) -> bool:
    actor = accounts.authenticate(secret) if secret else None
    return actor is not None and actor.role == "kiosk" and actor.site == site


def _pending(accounts: Accounts, site: str, secret: str) -> Pairing | None:
    """This browser's own request that still waits: a reload shows the same code."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    waiting = [pairing for pairing in accounts.pairings(site) if not pairing.token_id]
    return next((pairing for pairing in waiting if secret and pairing.digest == digest), None)


def _pairing(accounts: Accounts, site: str, secret: str) -> tuple[str, str]:
    """The code to show, and a new secret for the cookie or "" when the old one goes on."""
    pending = _pending(accounts, site, secret)
    return (pending.code, "") if pending else accounts.begin_pairing(site, "kiosk")


def _kiosk_data(office: Office, place: Site) -> dict[str, Any]:
    """What the kiosk's script needs even while the server is away, in both languages. A kiosk's own choices
    show sensitive fields by their real names; everything public shows the neutral one."""
    width = request.args.get("width", type=int)
    texts = {}
    for lang in ("vi", "en"):
        with force_locale(lang):
            texts[lang] = kiosk_texts()
    both = zip(office.procedures(place.code, "vi"), office.procedures(place.code, "en"), strict=True)
    procedures = [{**vi, **{f"{key}_en": en[key] for key in SPOKEN}} for vi, en in both]
    return {
        "site": {
            "code": place.code, "name": place.name, "name_en": place.name_en, "timezone": place.timezone,
            "max_dossiers": place.max_dossiers, "late_from": f"{place.late_from:%H:%M}",
        },
        "ways": _ways(office, place.code),
        "services": [_named(service) for service in place.services],
        "fields": [_named(field) for field in place.fields],
        "priorities": [{**_named(one), "sign": _picture(one.code)} for one in place.priorities],
        "procedures": procedures,
        "board": office.board(place.code, g.lang),
        "slip_width": width if width in SLIP_WIDTHS else SLIP_WIDTHS[0],
        "texts": texts,
    }  # fmt: skip


def _named(thing: Any) -> dict[str, str]:
    return {"code": thing.code, "name": thing.name, "name_en": thing.name_en}


def _picture(code: str) -> str:
    low = code.lower().replace("-", "_")
    return next((name for name, words in PICTURES if any(f"_{word}" in f"_{low}" for word in words)), "other")


# -- the ticket on the phone --------------------------------------------------------------------------


def _add_phone(views: Blueprint, office: Office) -> None:
    @views.get("/t/<code>")
    def ticket_page(code: str) -> ResponseReturnValue:
        try:
            ticket = office.ticket(code, g.lang)
        except TicketingError as refusal:
            if refusal.code != "unknown_ticket":
                raise
            return render_template("kiosk/day_over.html", lang_url=_other_language()), 404
        place = office.site(ticket["site"])
        board_notices = office.board(place.code, g.lang)["notices"]
        return render_template(
            "kiosk/ticket.html", ticket=ticket, site=place, site_name=localized(place, g.lang),
            bring=_bring(place, ticket),
            notices=[notice["text"] for notice in board_notices if "phone" in notice["places"]],
            texts=phone_texts(), words=_ticket_words(ticket), lang_url=_other_language(),
            hotline=office.plan(place.code).hotline,
        )  # fmt: skip

    @views.post("/t/<code>/give-up")
    def give_up(code: str) -> ResponseReturnValue:
        """For phones without script; who knows the code holds the ticket, no cookie stands for him."""
        try:
            office.give_up(code)
        except TicketingError as refusal:
            if refusal.code not in ("conflict", "unknown_ticket"):
                raise
        return redirect(url_for("views.ticket_page", code=code), 303)

    @views.get("/t/<code>/qr.svg")
    def ticket_qr(code: str) -> ResponseReturnValue:
        return _svg(qr_svg(office.ticket(code, g.lang)["url"]))


def _bring(place: Site, ticket: dict[str, Any]) -> str:
    """What to have ready; nothing that would tell a sensitive field's procedure to a stranger's eye."""
    if ticket["service"] == "result":
        return _(
            "The receipt and appointment slip; if you collect for somebody else, a letter of authorisation."
        )
    procedure = place.procedure(ticket["procedure"])
    field = place.field(ticket["field"])
    if procedure is None or (field is not None and field.sensitive):
        return ""
    return localized(procedure, g.lang, "bring")


def _ticket_words(ticket: dict[str, Any]) -> dict[str, str]:
    """The state in words, as the page's script will say it too."""
    texts = phone_texts()
    state = ticket["state"]
    soon = state == "waiting" and ticket["ahead"] is not None and ticket["ahead"] <= 3
    ahead = ticket["ahead"]
    expected = "" if ticket["emergency"] else clock_of(ticket["expected_at"])
    return {
        "state": texts[f"state_{state}"] % {"counter": ticket["counter"]},
        "next": "" if ticket["emergency"] else texts["next_soon" if soon else f"next_{state}"],
        "ahead": "" if ahead is None else texts["ahead_n"] % {"n": ahead} if ahead else texts["ahead_none"],
        "expected": texts["expected"] % {"time": expected} if expected else "",
    }


def _other_language() -> str:
    """This page in the other language."""
    return f"{request.path}?lang={'en' if g.lang == 'vi' else 'vi'}"


def _svg(drawing: str, max_age: int = 3600) -> Response:
    answer = Response(drawing, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = f"private, max-age={max_age}"
    return answer
