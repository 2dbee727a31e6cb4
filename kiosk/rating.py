"""Where citizens say how satisfied they were: the tablet at a counter, and the ticket on the phone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from kiosk.pairing import Standing, standing
from ticketing.answers import ratings as answers
from ticketing.errors import TicketingError, Unknown
from ticketing.office import Office, Where
from ticketing.rules.people import CITIZEN
from ticketing.rules.ratings import SCORES
from ticketing.rules.sites import Site, localized
from ticketing.verbs.people import Accounts
from ticketing.verbs.ratings import rate


def make_ratings(office: Office, accounts: Accounts) -> Blueprint:
    ratings = Blueprint("ratings", __name__)
    _add_tablet(ratings, office, accounts)
    _add_phone(ratings, office)
    return ratings


def faces() -> list[tuple[int, str]]:
    """The four scores with their words, best first."""
    words = {4: _("Very satisfied"), 3: _("Satisfied"), 2: _("Neutral"), 1: _("Not satisfied")}
    return [(score, words[score]) for score in SCORES]


# -- the tablet at a counter --------------------------------------------------------------------------


def _add_tablet(ratings: Blueprint, office: Office, accounts: Accounts) -> None:
    @ratings.get("/<site>/rating/<int:counter>")
    def tablet_page(site: str, counter: int) -> ResponseReturnValue:
        place = office.site(site)
        _need_counter(place, counter)
        here = standing(accounts, site)
        return render_template(
            "kiosk/rating.html", page=_tablet_data(place, counter, here), paired=here.paired, code=here.code,
            site_name=localized(place, g.lang), faces=faces(),
        )  # fmt: skip

    @ratings.get("/<site>/rating/<int:counter>/next")
    def tablet_next(site: str, counter: int) -> ResponseReturnValue:
        """The number whose visit waits here for its rating, or null; said to the paired tablet alone."""
        _need_counter(office.site(site), counter)
        paired = standing(accounts, site).paired
        answer = jsonify(paired=paired, number=office.look(site, answers.number_to_rate, counter) if paired else None)
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _need_counter(place: Site, number: int) -> None:
    if place.counter(number) is None:
        raise Unknown("counter", number)


def _tablet_data(place: Site, counter: int, here: Standing) -> dict[str, Any]:
    """What the tablet's script needs, in both languages, in the shape that the kiosk's scripts read."""
    texts = {}
    for lang in ("vi", "en"):
        with force_locale(lang):
            texts[lang] = _tablet_texts(counter) | {f"score_{score}": words for score, words in faces()}
    return {
        "site": {"code": place.code, "name": place.name, "name_en": place.name_en},
        "counter": counter,
        "paired": here.paired,
        "pairing_code": here.code,
        "texts": texts,
    }


def _tablet_texts(counter: int) -> dict[str, str]:
    return {
        "counter": _("Counter %(n)s", n=counter),
        "idle": _("After your visit, please tell us here how satisfied you were."),
        "ask": _("How satisfied are you with this visit?"),
        "private": _("One touch is enough. Neither your name nor your number is kept with it."),
        "thanks": _("Thank you for your rating"),
        "thanks_note": _("It helps this office to serve you better."),
        "too_late": _("This visit can no longer be rated here. Thank you."),
        "failed": _("That did not work. Please touch once more."),
        "offline": _("Connection lost. The machine is reconnecting by itself, please wait a moment."),
        "rehearsal": _("This is a rehearsal. Numbers given here do not count."),
    }


# -- the ticket on the phone --------------------------------------------------------------------------


def _add_phone(ratings: Blueprint, office: Office) -> None:
    @ratings.post("/t/<code>/rating")
    def rate_page(code: str) -> ResponseReturnValue:
        """For phones without script; who knows the code holds the ticket, no cookie stands for him."""
        try:
            where, score = Where(office.site_of(code), CITIZEN), request.form.get("score", 0, type=int)
            office.do(where, rate, code, score)
        except TicketingError as refusal:
            if refusal.code not in ("conflict", "invalid", "unknown_ticket"):
                raise
        return redirect(url_for("views.ticket_page", code=code), 303)
