"""The public ledger as a page: today's numbers as anybody may see them, and how a paper is verified."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from kiosk.wording import ledger_texts
from ticketing.answers import ledger
from ticketing.lookups import Look
from ticketing.office import Office
from ticketing.rules.sites import localized


def add_ledger(views: Blueprint, office: Office) -> None:
    @views.get("/<site>/ledger/")
    def ledger_page(site: str) -> ResponseReturnValue:
        return office.see(site, _page)


def _page(look: Look) -> str:
    return render_template(
        "kiosk/ledger.html", site=look.site, site_name=localized(look.site, g.lang), texts=ledger_texts(),
        head=ledger.head(look, look.date), day=look.date.isoformat(), checkpoint=ledger.checkpoint(look),
        verifier=ledger.verifier(look), lang_url=f"{request.path}?lang={'en' if g.lang == 'vi' else 'vi'}",
    )  # fmt: skip
