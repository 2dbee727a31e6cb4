"""Changes of a province's plan that go through review and reason, as the configuration's do: publishing, another
last day with the notices that name it, and a list of procedures from a file."""

import csv
import io
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ticketing.api.elsewhere import elsewhere
from ticketing.desk.config.edits import Edit
from ticketing.desk.config.forms import day
from ticketing.desk.config.policy_inputs import PROCEDURE_LISTS
from ticketing.desk.config.refusals import say, where
from ticketing.desk.config.review import Opened, Proposal, opened, settle
from ticketing.desk.config.words import Fault, faults
from ticketing.desk.gate import Desk, enter, found
from ticketing.desk.plan import words
from ticketing.desk.plan.page import Wrong, page_of
from ticketing.errors import Forbidden
from ticketing.office import Office
from ticketing.profiles import ConfigError
from ticketing.profiles.problems import Problem, Problems
from ticketing.profiles.procedure_lists import effective, listed_of
from ticketing.profiles.reading import must_be
from ticketing.profiles.tables import DAY
from ticketing.rules.policies import Listed, Policy, ProcedureList
from ticketing.rules.sessions import business_day
from ticketing.rules.sites import Notice, Site, localized

PERIOD = "period"
PASTED = "pasted.csv"


def add(pages: Blueprint, desk: Desk) -> None:
    _publish(pages, desk)
    _period(pages, desk)
    _lists(pages, desk)
    _import(pages, desk)


def _at_head(desk: Desk, site: str) -> Opened:
    """The province's centre as it stands; raises Forbidden for who is no administrator there."""
    at = opened(desk, site, "policies")
    if at.place.parent:
        raise Forbidden()
    return at


def _with(place: Site, policy: Policy, **changes: Any) -> Site:
    changed = tuple(replace(one, **changes) if one is policy else one for one in place.policies)
    return replace(place, policies=changed)


def _publish(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/<site>/supervisor/plan/publish")
    def publish_policy(site: str) -> ResponseReturnValue:
        at = _at_head(desk, site)
        place = at.place
        policy = found("policy", request.form.get("policy", ""), place.policies)

        def make() -> Edit:
            return Edit(_with(place, policy, published=request.form.get("published") == "1"))

        def form(problems: Problems, edit: Edit, status: int) -> ResponseReturnValue:
            return page_of(desk, place, at.actor, Wrong(), status, faults(problems, edit.site, "", (), g.lang))

        return settle(desk, Proposal(at, make, form, "policies", url_for("desk.plan_page", site=site)))


def _period(pages: Blueprint, desk: Desk) -> None:
    def show(at: Opened, policy: Policy, problems: Problems, edit: Edit, status: int) -> Any:
        place = at.place
        typed = request.form if request.method == "POST" else None
        page = render_template(
            "desk/plan_period.html", site=place, tab="plan", words=words, policy=policy, version=at.version,
            notices=[(number, place.notices[number]) for number in _stating(place, policy)], typed=typed,
            faults=faults(problems, edit.site, "", (), g.lang),
        )  # fmt: skip
        return page, status

    @pages.get("/<site>/supervisor/plan/period/<policy>")
    def plan_period(site: str, policy: str) -> ResponseReturnValue:
        at = _at_head(desk, site)
        return show(at, found("policy", policy, at.place.policies), [], Edit(at.place), 200)

    @pages.post("/<site>/supervisor/plan/period/<policy>")
    def change_period(site: str, policy: str) -> ResponseReturnValue:
        at = _at_head(desk, site)
        place = at.place
        held = found("policy", policy, place.policies)

        def make() -> Edit:
            last: Any = day(request.form.get("valid_to", "").strip())
            changed = _with(place, held, valid_to=last)
            return Edit(replace(changed, notices=_reworded(place, held)))

        form = partial(show, at, held)
        return settle(desk, Proposal(at, make, form, "policies", url_for("desk.plan_page", site=site)))


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
    head = desk.office.look(site, lambda look: look.plan).head
    return head, found("list", code, head.procedure_lists)


def _stands(item: Listed, today: date) -> tuple[str, str]:
    if item.valid_from and item.valid_from > today:
        return _("Not begun"), "brand"
    return (_("Ended"), "") if item.valid_to and item.valid_to < today else (_("In force"), "good")


LIST_KEYS = ("code", "title", "title_en", "decision_no", "decision_date")


def _import(pages: Blueprint, desk: Desk) -> None:
    def show(at: Opened, values: Any, wrong: list[Fault], status: int) -> Any:
        page = render_template(
            "desk/plan_import.html", site=at.place, tab="plan", words=words, version=at.version, values=values,
            faults=wrong, lists=at.place.procedure_lists,
        )  # fmt: skip
        return page, status

    @pages.get("/<site>/supervisor/plan/import")
    def plan_import(site: str) -> ResponseReturnValue:
        at = _at_head(desk, site)
        code = request.args.get("list", "")
        kept = next((one for one in at.place.procedure_lists if one.code == code), None)
        values = {key: str(getattr(kept, key) or "") for key in LIST_KEYS} if kept else {}
        return show(at, values | ({"sample": "1"} if kept and kept.sample else {}), [], 200)

    @pages.post("/<site>/supervisor/plan/import")
    def import_list(site: str) -> ResponseReturnValue:
        at = _at_head(desk, site)
        g.procedure_names = _names(desk)
        sent = request.files.get("upload")
        name, raw = request.form.get("name", PASTED)[:120], request.form.get("text", "").encode()
        if sent and sent.filename:
            name, raw = sent.filename[:120], sent.read()

        def form(problems: Problems, edit: Edit, status: int) -> ResponseReturnValue:
            own = [Fault("", where(one) or _place_words(one.key), say(one)) for one in problems]
            typed = request.form.to_dict() | {"text": raw.decode("utf-8", "replace"), "name": name}
            return show(at, typed, own, status)

        def make() -> Edit:
            return _imported(at.place, raw, name)

        done = url_for("desk.plan_page", site=site)
        carry = (("text", raw.decode("utf-8-sig", "replace")), ("name", name))
        return settle(desk, Proposal(at, make, form, PROCEDURE_LISTS.name, done, request.path, carry))


def _imported(place: Site, raw: bytes, name: str) -> Edit:
    """The province with the list that the file and the form make. Raises ConfigError."""
    typed = {key: " ".join(request.form.get(key, "").split()) for key in LIST_KEYS}
    begins: Any = day(request.form.get("effective", "").strip())
    decided: Any = day(typed["decision_date"])
    wrong = [Problem(key, "missing") for key in ("code", "title") if not typed[key] and not name.endswith(".toml")]
    wrong += [
        must_be(key, DAY, value)
        for key, value in (("effective", begins), ("decision_date", decided))
        if isinstance(value, str)
    ]
    when = None if isinstance(decided, str) else decided
    told = ProcedureList(
        typed["code"], typed["title"], typed["title_en"], typed["decision_no"], when, "sample" in request.form
    )
    try:
        read = elsewhere(read_list, raw, name, told)
    except ConfigError as error:
        named = {one.key for one in wrong}
        raise ConfigError("", [*wrong, *(one for one in error.problems if one.key not in named)]) from None
    if wrong:
        raise ConfigError("", wrong)
    lists = list(place.procedure_lists)
    number = next((n for n, one in enumerate(lists) if one.code == read.code), len(lists))
    old = lists[number].items if number < len(lists) else ()
    lists[number : number + 1] = [replace(read, items=effective(old, read.items, begins))]
    return Edit(replace(place, procedure_lists=tuple(lists)), f"procedure_lists[{number}].")


def read_list(_office: Office, raw: bytes, name: str, told: ProcedureList) -> ProcedureList:
    return listed_of(raw, name, told)


def _place_words(key: str) -> str:
    """Where in a TOML or the form."""
    if each := PROCEDURE_LISTS.input(key.rpartition("].")[2]):
        return str(each.label)
    return _("In force from") if key == "effective" else key
