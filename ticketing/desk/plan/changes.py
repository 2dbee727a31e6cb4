"""Changes of a province's plan that go through review and reason, as the configuration's do: publishing, another
last day with the notices that name it, and a list of procedures from a file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ticketing.desk import planning_words as words
from ticketing.desk.config_edits import Edit, Problems, Refused
from ticketing.desk.config_forms import day
from ticketing.desk.config_policies import PROCEDURE_LISTS
from ticketing.desk.config_reasons import say
from ticketing.desk.config_steps import Proposal, opened, settle
from ticketing.desk.config_words import Fault, faults
from ticketing.desk.gate import Desk, enter
from ticketing.desk.planning_page import Wrong, shown
from ticketing.errors import Forbidden, Unknown
from ticketing.officers import Actor
from ticketing.policies import Listed, Policy, ProcedureList
from ticketing.profiles import ConfigError
from ticketing.profiles.procedure_lists import effective, listed_of
from ticketing.sessions import business_day
from ticketing.sites import Notice, Site, localized

PERIOD = "period"
PASTED = "pasted.csv"


def add(pages: Blueprint, desk: Desk) -> None:
    _publish(pages, desk)
    _period(pages, desk)
    _lists(pages, desk)
    _import(pages, desk)


def _at_head(desk: Desk, site: str) -> tuple[Site, int, Actor]:
    """The province's centre as it stands; raises Forbidden for who is no administrator there."""
    place, version, actor = opened(desk, site)
    if actor.role != "admin" or place.parent:
        raise Forbidden()
    return place, version, actor


def _policy(place: Site, code: str) -> Policy:
    policy = place.policy(code)
    if policy is None:
        raise Unknown("policy", code)
    return policy


def _with(place: Site, policy: Policy, **changes: Any) -> Site:
    changed = tuple(replace(one, **changes) if one is policy else one for one in place.policies)
    return replace(place, policies=changed)


def _publish(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/<site>/supervisor/plan/publish")
    def publish_policy(site: str) -> ResponseReturnValue:
        place, version, actor = _at_head(desk, site)
        policy = _policy(place, request.form.get("policy", ""))

        def make() -> Edit:
            return Edit(_with(place, policy, published=request.form.get("published") == "1"))

        def form(problems: Problems, edit: Edit, status: int) -> ResponseReturnValue:
            return shown(desk, place, actor, Wrong(), status, faults(problems, edit.site, "", (), g.lang))

        here = url_for("desk.plan_page", site=site)
        return settle(desk, Proposal(place, version, actor, make, form, "policies", here, here))


def _period(pages: Blueprint, desk: Desk) -> None:
    def show(place: Site, policy: Policy, version: int, problems: Problems, edit: Edit, status: int) -> Any:
        typed = request.form if request.method == "POST" else None
        page = render_template(
            "desk/plan_period.html", site=place, tab="plan", words=words, policy=policy, version=version,
            notices=[(number, place.notices[number]) for number in _stating(place, policy)], typed=typed,
            faults=faults(problems, edit.site, "", (), g.lang),
        )  # fmt: skip
        return page, status

    @pages.get("/<site>/supervisor/plan/period/<policy>")
    def plan_period(site: str, policy: str) -> ResponseReturnValue:
        place, version, _actor = _at_head(desk, site)
        return show(place, _policy(place, policy), version, [], Edit(place), 200)

    @pages.post("/<site>/supervisor/plan/period/<policy>")
    def change_period(site: str, policy: str) -> ResponseReturnValue:
        place, version, actor = _at_head(desk, site)
        held = _policy(place, policy)

        def make() -> Edit:
            last: Any = day(request.form.get("valid_to", "").strip())
            changed = _with(place, held, valid_to=last)
            return Edit(replace(changed, notices=_reworded(place, held)))

        def form(problems: Problems, edit: Edit, status: int) -> ResponseReturnValue:
            return show(place, held, version, problems, edit, status)

        here = url_for("desk.plan_page", site=site)
        return settle(desk, Proposal(place, version, actor, make, form, "policies", here, here))


def _stating(place: Site, policy: Policy) -> list[int]:
    """Where the notices stand that name the plan's days: a plan is published only as long as they do."""
    return [number for number, one in enumerate(place.notices) if (one.policy, one.about) == (policy.code, PERIOD)]


def _reworded(place: Site, policy: Policy) -> tuple[Notice, ...]:
    told = list(place.notices)
    for number in _stating(place, policy):
        kept = told[number]
        texts = {key: request.form.get(f"{key}.{number}", getattr(kept, key)).strip() for key in ("text", "text_en")}
        told[number] = replace(kept, **texts)
    return tuple(told)


def _lists(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/plan/lists/<code>")
    def plan_list(site: str, code: str) -> ResponseReturnValue:
        place, _actor = enter(desk, site, "supervisor")
        head, named = _named(desk, site, code)
        today = business_day(place, desk.office.clock.now())
        names = _names(desk)
        rows = [(item, names.get(item.procedure, ""), *_stands(item, today)) for item in named.items]
        return render_template(
            "desk/plan_list.html", site=place, tab="plan", words=words, named=named, rows=rows, at_head=head == place,
            used=[p for p in head.policies if p.online_list == code], now=sum(row[3] == "good" for row in rows),
        )  # fmt: skip

    @pages.get("/<site>/supervisor/plan/lists/<code>.csv")
    def plan_list_csv(site: str, code: str) -> ResponseReturnValue:
        enter(desk, site, "supervisor")
        _head, named = _named(desk, site, code)
        text = io.StringIO()
        lines = csv.writer(text)
        lines.writerow(("code", "from", "to"))
        lines.writerows((one.procedure, one.valid_from or "", one.valid_to or "") for one in named.items)
        attached = {"Content-Disposition": f'attachment; filename="{code}.csv"'}
        return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=attached)


def _names(desk: Desk) -> dict[str, str]:
    """The procedures of all units: the province's centre has not every one of them."""
    return {p.code: localized(p, g.lang) for one in desk.office.site_values() for p in one.procedures}


def _named(desk: Desk, site: str, code: str) -> tuple[Site, ProcedureList]:
    head = desk.office.plan(site).head
    named = next((one for one in head.procedure_lists if one.code == code), None)
    if named is None:
        raise Unknown("list", code)
    return head, named


def _stands(item: Listed, today: date) -> tuple[str, str]:
    if item.valid_from and item.valid_from > today:
        return _("Not begun"), "brand"
    return (_("Ended"), "") if item.valid_to and item.valid_to < today else (_("In force"), "good")


LIST_KEYS = ("code", "title", "title_en", "decision_no", "decision_date")


def _import(pages: Blueprint, desk: Desk) -> None:
    def show(place: Site, version: int, values: Any, found: list[Fault], status: int) -> Any:
        page = render_template(
            "desk/plan_import.html", site=place, tab="plan", words=words, version=version, values=values, faults=found,
            lists=place.procedure_lists,
        )  # fmt: skip
        return page, status

    @pages.get("/<site>/supervisor/plan/import")
    def plan_import(site: str) -> ResponseReturnValue:
        place, version, _actor = _at_head(desk, site)
        code = request.args.get("list", "")
        kept = next((one for one in place.procedure_lists if one.code == code), None)
        values = {key: str(getattr(kept, key) or "") for key in LIST_KEYS} if kept else {}
        return show(place, version, values | ({"sample": "1"} if kept and kept.sample else {}), [], 200)

    @pages.post("/<site>/supervisor/plan/import")
    def import_list(site: str) -> ResponseReturnValue:
        place, version, actor = _at_head(desk, site)
        g.procedure_names = _names(desk)
        sent = request.files.get("upload")
        name, raw = request.form.get("name", PASTED)[:120], request.form.get("text", "").encode()
        if sent and sent.filename:
            name, raw = sent.filename[:120], sent.read()

        def form(problems: Problems, edit: Edit, status: int) -> ResponseReturnValue:
            own = [Fault("", _place_words(key), say(reason), key) for key, reason in problems]
            typed = request.form.to_dict() | {"text": raw.decode("utf-8", "replace"), "name": name}
            return show(place, version, typed, own, status)

        def make() -> Edit:
            return _imported(place, raw, name)

        done = url_for("desk.plan_page", site=site)
        carry = (("text", raw.decode("utf-8-sig", "replace")), ("name", name))
        return settle(
            desk, Proposal(place, version, actor, make, form, PROCEDURE_LISTS.name, done, request.path, carry)
        )


def _imported(place: Site, raw: bytes, name: str) -> Edit:
    """The province with the list that the file and the form make. Raises Refused."""
    typed = {key: " ".join(request.form.get(key, "").split()) for key in LIST_KEYS}
    begins: Any = day(request.form.get("effective", "").strip())
    decided: Any = day(typed["decision_date"])
    wrong = [(key, "is missing") for key in ("code", "title") if not typed[key] and not name.endswith(".toml")]
    wrong += [
        (key, f"must be a day such as 2026-11-23, not {value!r}")
        for key, value in (("effective", begins), ("decision_date", decided))
        if isinstance(value, str)
    ]
    if wrong:
        raise Refused(wrong)
    told = ProcedureList(
        typed["code"], typed["title"], typed["title_en"], typed["decision_no"], decided, "sample" in request.form
    )
    try:
        found = listed_of(raw, name, told)
    except ConfigError as error:
        raise Refused(error.pairs) from error
    lists = list(place.procedure_lists)
    number = next((n for n, one in enumerate(lists) if one.code == found.code), len(lists))
    old = lists[number].items if number < len(lists) else ()
    lists[number : number + 1] = [replace(found, items=effective(old, found.items, begins))]
    return Edit(replace(place, procedure_lists=tuple(lists)), f"procedure_lists[{number}].")


def _place_words(key: str) -> str:
    """Where in the file or form: "line 4, column den ngay" keeps the file's own head."""
    line, _sign, column = key.partition(", column ")
    number = line.removeprefix("line ")
    if line.startswith("line ") and number.isdigit():
        said = _("line %(n)s", n=number)
        where = _("column %(name)s", name=column)
        return f"{said}, {where}" if column else said
    if each := PROCEDURE_LISTS.input(key.rpartition("].")[2]):
        return str(each.label)
    return _("In force from") if key == "effective" else key
