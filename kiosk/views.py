"""What citizens see: the lobby kiosk and the public page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import (
    Blueprint,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from msgspec import to_builtins

from kiosk.frames import Frames, slot
from kiosk.installing import add_installing
from kiosk.ledger import add_ledger
from kiosk.pairing import Standing, standing
from kiosk.phone import add_phone, svg
from kiosk.policy_wording import law_texts, legal_lines, meaning, window
from kiosk.where import add_where
from kiosk.wording import kiosk_texts, public_texts, session_states, weekday_of
from printer_templates.screen_qr import qr_svg
from ticketing.answers import board as boards
from ticketing.answers import plans, sessions, sites
from ticketing.answers.board import Board
from ticketing.answers.overview import has_family
from ticketing.answers.plans import PolicyInForce, Procedure
from ticketing.answers.sessions import BoardField
from ticketing.api.parsing import query
from ticketing.errors import Unknown
from ticketing.lookups import Look
from ticketing.office import Office
from ticketing.rules.plans import late
from ticketing.rules.sites import localized
from ticketing.rules.slips import WIDTHS
from ticketing.rules.text import day_figures
from ticketing.verbs.people import Accounts

SPOKEN = ("name", "processing_time", "legal_base", "deferred_until", "bring")
PICTURES = (
    ("elder", ("elder", "old", "cao_tuoi", "senior")),
    ("disabled", ("disab", "khuyet_tat")),
    ("mother", ("pregn", "mang_thai", "mother", "child", "tre_em", "con_nho")),
    ("merit", ("merit", "co_cong", "veteran")),
    ("ill", ("ill", "sick", "om")),
)


A_MINUTE_S = 60


def make_views(office: Office, accounts: Accounts) -> Blueprint:
    views = Blueprint("views", __name__)
    views.add_app_template_filter(clock_of, "clock_of")
    views.add_app_template_filter(wait_words, "wait_words")
    views.add_app_template_filter(day_figures, "day_of")
    _add_sites(views, office)
    _add_kiosk(views, office, accounts)
    add_phone(views, office)
    add_installing(views, office)
    add_where(views, office)
    add_ledger(views, office)
    return views


def wait_words(field: BoardField) -> str:
    """How long somebody waits who takes a number now, as the page's script will say it too."""
    if field.wait_from_s is None or field.wait_to_s is None or field.wait_to_s <= A_MINUTE_S:
        return ""
    words = {"from": field.wait_from_s // A_MINUTE_S, "to": -(-field.wait_to_s // A_MINUTE_S)}
    return public_texts()["wait_about"] % words


def guessed(fields: Iterable[BoardField]) -> str:
    """Whether `all`, `some` or none ("") of the waits told are wide guesses; said once below them, and beside each
    where it holds for some."""
    told = [field.wait_rough for field in fields if wait_words(field)]
    return ("all" if all(told) else "some") if any(told) else ""


def clock_of(iso: str | None) -> str:
    """"07:40" of an ISO time with the site's own offset."""
    return iso[11:16] if iso else ""


# -- the list of sites and the public page ------------------------------------------------------------


def _add_sites(views: Blueprint, office: Office) -> None:
    @views.get("/")
    def first_page() -> ResponseReturnValue:
        found = sites.listed(office.site_values(), g.lang)
        if len(found) == 1:
            return redirect(url_for("views.public_page", site=found[0].code))
        return render_template("kiosk/sites.html", families=_families(found))

    @views.get("/<site>/")
    def public_page(site: str) -> ResponseReturnValue:
        return office.see(site, lambda look: look.kept(("public page", g.lang), lambda: _public(look)))

    @views.get("/<site>/qr/<kind>.svg")
    def way_qr(site: str, kind: str) -> ResponseReturnValue:
        ways = office.look(site, plans.ways)
        address = {"portal": ways.portal_url, "zalo": ways.zalo, "where": _where(office, site)}.get(kind)
        if not address:
            raise Unknown("site", f"{site}/{kind}")
        # A plan may end, and the portal be interrupted, while a machine keeps its page open.
        return svg(qr_svg(address), max_age=60)


def _where(office: Office, site: str) -> str:
    procedure, field = query("procedure", 64) or None, query("field", 64) or None
    return office.public_url + url_for("views.where_page", site=site, procedure=procedure, field=field)


def _public(look: Look) -> str:
    board, lists = boards.of(look, g.lang), _lists(look)
    fields = _public_fields(board)
    page = {
        "site": look.site.code, "session": board.session.id, "time": board.time, "policy": board.policy,
        "timezone": look.site.timezone,
    }  # fmt: skip
    return render_template(
        "kiosk/public.html", site=look.site, site_name=localized(look.site, g.lang), board=board,
        sessions=sessions.of_day(look, None, g.lang), states=session_states(), fields=fields, guessed=guessed(fields),
        notices=[notice.text for notice in board.notices if "public" in notice.places], page=page,
        texts=public_texts(), weekday_of=weekday_of,
        laws=law_texts(look.date), lang_url=_other_language(), ways=plans.ways(look),
        plan=_plan(board.policy, lists["listed"]), lists=lists, others=has_family(look),
    )  # fmt: skip


def _plan(policy: PolicyInForce | None, listed: list[Procedure]) -> dict[str, Any] | None:
    """The plan in force in words for who comes here; None where there is none."""
    if policy is None:
        return None
    base = listed[0].legal_base if listed else None
    legal = replace(base or policy.legal_base, text=policy.legal_base.text)
    return {"window": window(policy), "means": meaning(policy), "legal": legal_lines(legal)}


def _lists(look: Look) -> dict[str, list[Procedure]]:
    """The procedures of the plan's list, and both that a centre has to post: done by post and not (Quyết định
    45/2016/QĐ-TTg, Điều 13)."""
    found = plans.procedures(look, g.lang)
    return {
        "by": [one for one in found if not one.requires_presence],
        "present": [one for one in found if one.requires_presence],
        "listed": [one for one in found if one.online],
    }


def _public_fields(board: Board) -> list[BoardField]:
    """The fields that the session takes, those of one neutral series as one line."""
    series: dict[str, BoardField] = {}
    for field in board.fields:
        before = series.get(field.prefix)
        if before is not None and field.offered:
            rooms = (before.remaining, field.remaining)
            left = None if None in rooms else max(room or 0 for room in rooms)
            reason = before.wait_reason and field.wait_reason
            begins = [one.wait_from_s for one in (before, field) if one.wait_from_s is not None]
            ends = [one.wait_to_s for one in (before, field) if one.wait_to_s is not None]
            field = replace(
                before, waiting=before.waiting + field.waiting, remaining=left, wait_reason=reason,
                wait_from_s=min(begins, default=None),
                wait_to_s=max(ends, default=None),
                wait_rough=before.wait_rough or field.wait_rough,
            )  # fmt: skip
        if field.offered:
            series[field.prefix] = field
    return list(series.values())


def _families(found: list[sites.Site]) -> list[tuple[sites.Site, list[sites.Site]]]:
    """Each site without a parent here, with its units."""
    codes = {site.code for site in found}
    heads = [site for site in found if site.parent not in codes]
    return [(head, [site for site in found if site.parent == head.code]) for head in heads]


# -- the kiosk ----------------------------------------------------------------------------------------


def _add_kiosk(views: Blueprint, office: Office, accounts: Accounts) -> None:
    frames = Frames()

    @views.get("/<site>/kiosk/")
    def kiosk_page(site: str) -> ResponseReturnValue:
        here = standing(accounts, site)
        return office.see(site, _kiosk_page, frames, here)


def _kiosk_page(look: Look, frames: Frames, here: Standing) -> str:
    """The board is of this moment; the rest is the same until the configuration, the day, or what the plan says of a
    procedure changes."""
    place = look.site
    others = has_family(look)
    made_of = (look.line, look.date, look.portal_down, late(place, look.now), others)
    own = {"paired": here.paired, "pairing_code": here.code, "slip_width": _slip_width(place.slip.width)}
    return frames.page(
        (place.code, g.lang, here.paired), made_of, lambda: _kiosk_frame(look, here.paired, others),
        own=_members(own), board=_safe(boards.encoded(look, g.lang).decode()),
        csrf=generate_csrf() if here.paired else "",
        code=here.code, shown=f'data-pairing-code="{here.code}"' if here.code else "",
    )  # fmt: skip


def _kiosk_frame(look: Look, paired: bool, others: bool) -> str:
    data = Markup(_members({**_kiosk_data(look), "family": others}))
    page = Markup('{{{},"board":{},{}}}').format(slot("own"), slot("board"), data)
    return render_template(
        "kiosk/kiosk.html", site_name=localized(look.site, g.lang), paired=paired, page=page,
        csrf=slot("csrf"), code=slot("code"), shown=slot("shown"),
    )  # fmt: skip


def _members(content: dict[str, Any]) -> str:
    """What stands between the braces of an object that may stand inside a page."""
    return htmlsafe_json_dumps(content, dumps=current_app.json.dumps)[1:-1]


def _safe(json: str) -> str:
    return htmlsafe_json_dumps(json, dumps=str)


def _slip_width(usual: int) -> int:
    width = request.args.get("width", type=int)
    return width if width in WIDTHS else usual


def _kiosk_data(look: Look) -> dict[str, Any]:
    """What the kiosk's script needs even while the server is away, in both languages. A kiosk's own choices
    show sensitive fields by their real names; everything public shows the neutral one."""
    place = look.site
    vi, en = (to_builtins(plans.procedures(look, lang)) for lang in ("vi", "en"))
    procedures = [one | {f"{key}_en": other[key] for key in SPOKEN} for one, other in zip(vi, en, strict=True)]
    return {
        "site": {
            "code": place.code, "name": place.name, "name_en": place.name_en, "timezone": place.timezone,
            "max_dossiers": place.max_dossiers, "late_from": f"{place.late_from:%H:%M}",
        },
        "ways": plans.ways(look),
        "services": [_named(service) for service in place.services],
        "fields": [_named(field) for field in place.fields],
        "priorities": [{**_named(one), "sign": _picture(one.code)} for one in place.priorities],
        "procedures": procedures,
        "texts": _in_both(lambda: kiosk_texts() | law_texts(look.date)),
    }  # fmt: skip


def _in_both(texts: Callable[[], dict[str, str]]) -> dict[str, dict[str, str]]:
    found = {}
    for lang in ("vi", "en"):
        with force_locale(lang):
            found[lang] = texts()
    return found


def _named(thing: Any) -> dict[str, str]:
    return {"code": thing.code, "name": thing.name, "name_en": thing.name_en}


def _picture(code: str) -> str:
    low = code.lower().replace("-", "_")
    return next((name for name, words in PICTURES if any(f"_{word}" in f"_{low}" for word in words)), "other")


def _other_language() -> str:
    """This page in the other language."""
    return f"{request.path}?lang={'en' if g.lang == 'vi' else 'vi'}"
