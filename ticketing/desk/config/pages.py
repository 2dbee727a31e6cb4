"""The pages of the site's configuration: what there is, one entry's form, the rules, import."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from ticketing.desk.config_edits import (
    Edit,
    Problems,
    Refused,
    find,
    imported,
    mark,
    put,
    without,
)
from ticketing.desk.config_forms import blank, filled, inner, told
from ticketing.desk.config_sections import (
    BY_NAME,
    FIXED,
    LISTS,
    MAY_CHANGE,
    SECTIONS,
    Input,
    Section,
    inputs_for,
    may,
)
from ticketing.desk.config_steps import Proposal, history, known_codes, opened, page, settle, with_options
from ticketing.desk.config_words import faults, item_label, words_of
from ticketing.desk.gate import Desk
from ticketing.errors import Forbidden, Unknown
from ticketing.officers import Actor
from ticketing.profiles import ConfigError, text_of
from ticketing.sites import Site
from ticketing.spelling import fold

RECENT = 8


def add(pages: Blueprint, desk: Desk) -> None:
    _overview(pages, desk)
    _lists(pages, desk)
    _entry(pages, desk)
    _rules(pages, desk)
    _import(pages, desk)


def _overview(pages: Blueprint, desk: Desk) -> None:
    @pages.context_processor
    def for_configuration() -> dict[str, Any]:
        # A unit's plans and lists are its province's.
        head = g.get("head")
        unit = head is not None and head.code != (request.view_args or {}).get("site")
        return {"sections": [section for section in SECTIONS if not (unit and section.head)]}

    @pages.get("/<site>/supervisor/config/")
    def config_page(site: str) -> ResponseReturnValue:
        place, version, actor = opened(desk, site)
        counts = {section.name: len(getattr(place, section.name)) for section in SECTIONS if section.item}
        return page(
            "desk/config_overview.html", place, "", counts=counts, version=version, roles=MAY_CHANGE,
            may_import=may(actor, "import"), recent=history(desk, place)[:RECENT],
        )  # fmt: skip


def _list_of(name: str) -> Section:
    if name not in LISTS:
        raise Unknown("page", name)
    return BY_NAME[name]


def _lists(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/config/<name>")
    def config_list(site: str, name: str) -> ResponseReturnValue:
        section = _list_of(name)
        place, version, actor = opened(desk, site)
        wanted = request.args.get("q", "").strip()[:80]
        items = [item for item in getattr(place, name) if fold(wanted) in fold(_searched(item))]
        rows = [
            {
                "mark": mark(item),
                "label": item_label(item, g.lang),
                "cells": [words_of(section, key, getattr(item, key), place, g.lang) for key in section.columns],
            }
            for item in items
        ]
        return page(
            "desk/config_list.html", place, name, section=section, rows=rows, version=version, q=wanted,
            all=len(getattr(place, name)), searchable=name == "procedures",
            heads=[each.label for key in section.columns if (each := section.input(key))],
            may_edit=bool(inputs_for(section, actor)), may_all=may(actor, name),
        )  # fmt: skip


def _searched(item: Any) -> str:
    return " ".join(str(getattr(item, key, "")) for key in ("code", "name", "name_en"))


def _entry(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/config/<name>/entry")
    def config_entry(site: str, name: str) -> ResponseReturnValue:
        section = _list_of(name)
        place, version, actor = opened(desk, site)
        marked = request.args.get("item", "")
        item = find(place, name, marked) if marked else None
        if marked and item is None:
            raise Unknown("entry", marked)
        inputs = _shown(section, actor, item)
        values = filled(inputs, item or blank(_kind(section)))
        values["_place"] = str(_index(place, name, item) + 1)
        return _form(place, section, actor, item, values, version, [], Edit(place), 200)

    @pages.post("/<site>/supervisor/config/<name>/entry")
    def change_entry(site: str, name: str) -> ResponseReturnValue:
        section = _list_of(name)
        place, version, actor = opened(desk, site)
        marked, removes = request.form.get("item", ""), request.form.get("do") == "remove"
        item = find(place, name, marked) if marked else None
        inputs = _shown(section, actor, item)
        if removes and not may(actor, name):
            raise Forbidden()

        def make() -> Edit | None:
            if marked and item is None:
                return None
            if removes:
                return without(place, name, item)
            entry = told(inputs, request.form, item or blank(_kind(section)), place)
            where = request.form.get("_place", type=int) if may(actor, name) else None
            return put(place, name, item, entry, where)

        def form(problems: Problems, edit: Edit, status: int) -> ResponseReturnValue:
            return _form(place, section, actor, item, request.form, version, problems, edit, status)

        done = url_for("desk.config_list", site=site, name=name)
        return settle(desk, Proposal(place, version, actor, make, form, name, done, done))


def _kind(section: Section) -> type:
    assert section.item is not None
    return section.item


def _index(place: Site, name: str, item: Any) -> int:
    items = getattr(place, name)
    return items.index(item) if item is not None else len(items)


def _shown(section: Section, actor: Actor, item: Any) -> tuple[Input, ...]:
    """The inputs of an entry's form. What names it is set on adding only: numbers and counters refer to it."""
    inputs = inputs_for(section, actor)
    if not inputs or (item is None and not may(actor, section.name)):
        raise Forbidden()
    return tuple(each for each in inputs if item is None or not each.fixed)


def _form(
    place: Site, section: Section, actor: Actor, item: Any, values: MultiDict[str, str], version: int,
    problems: Problems, edit: Edit, status: int,
) -> ResponseReturnValue:  # fmt: skip
    inputs = _shown(section, actor, item)
    kept = [
        (each.label, words_of(section, each.key, getattr(item, each.key), place, g.lang))
        for each in section.inputs
        if item is not None and each not in inputs
    ]
    all_of_it = may(actor, section.name)
    return page(
        "desk/config_entry.html", place, section.name, status, section=section, inputs=with_options(inputs, place),
        values=values, version=version, kept=kept, marked=mark(item) if item is not None else "",
        label=item_label(item, g.lang) if item is not None else "", may_remove=item is not None and all_of_it,
        places=(len(getattr(place, section.name)) + (item is None)) if all_of_it else 0,
        faults=faults(problems, edit.site, edit.prefix, inputs, g.lang),
    )  # fmt: skip


def _rules(pages: Blueprint, desk: Desk) -> None:
    section = BY_NAME["rules"]

    def shown(
        place: Site, actor: Actor, values: MultiDict[str, str], version: int, problems: Problems, edit: Edit,
        status: int,
    ) -> ResponseReturnValue:  # fmt: skip
        return page(
            "desk/config_rules.html", place, "rules", status, section=section, values=values, version=version,
            inputs=with_options(section.inputs, place), may_edit=may(actor, "rules"),
            kept=_in_words(section, place),
            faults=faults(problems, edit.site, "", section.inputs, g.lang),
        )  # fmt: skip

    @pages.get("/<site>/supervisor/config/rules")
    def config_rules(site: str) -> ResponseReturnValue:
        place, version, actor = opened(desk, site)
        return shown(place, actor, filled(section.inputs, place), version, [], Edit(place), 200)

    @pages.post("/<site>/supervisor/config/rules")
    def change_rules(site: str) -> ResponseReturnValue:
        place, version, actor = opened(desk, site)
        if not may(actor, "rules"):
            raise Forbidden()

        def make() -> Edit:
            return Edit(told(section.inputs, request.form, place, place))

        def form(problems: Problems, edit: Edit, status: int) -> ResponseReturnValue:
            return shown(place, actor, request.form, version, problems, edit, status)

        here = url_for("desk.config_rules", site=site)
        return settle(desk, Proposal(place, version, actor, make, form, "rules", here, here))


def _in_words(section: Section, place: Site) -> list[tuple[Any, str]]:
    return [(each.label, words_of(section, each.key, inner(place, each.key), place, g.lang)) for each in section.inputs]


def _import(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/config/import")
    def config_import(site: str) -> ResponseReturnValue:
        place, version, actor = opened(desk, site)
        if not may(actor, "import"):
            raise Forbidden()
        return page("desk/config_import.html", place, "import", text="", version=version, faults=[])

    @pages.post("/<site>/supervisor/config/import")
    def import_config(site: str) -> ResponseReturnValue:
        place, version, actor = opened(desk, site)
        if not may(actor, "import"):
            raise Forbidden()
        sent = request.files.get("upload")
        text = request.form.get("text", "")

        def form(problems: Problems, _edit: Edit, status: int) -> ResponseReturnValue:
            found = faults(problems, None, "", (), g.lang)
            return page("desk/config_import.html", place, "import", status, text=text, version=version, faults=found)

        try:
            text = text_of(sent.read(), "") if sent and sent.filename else text
        except ConfigError as error:
            return form(error.pairs, Edit(place), 422)

        def make() -> Edit:
            return Edit(_from_file(desk, place, text))

        done = url_for("desk.config_page", site=site)
        here = url_for("desk.config_import", site=site)
        return settle(desk, Proposal(place, version, actor, make, form, "import", done, here, (("text", text),)))


def _from_file(desk: Desk, place: Site, text: str) -> Site:
    """This unit as a file has it; the file may hold other units too, which are left alone. Raises Refused."""
    found = imported(text, place.code, known_codes(desk))
    if found is None:
        raise Refused([("sites", f"has no unit {place.code!r}")])
    wrong = [key for key in FIXED if getattr(found, key) != getattr(place, key)]
    if wrong:
        raise Refused([(key, "is changed on the command line only") for key in wrong])
    return found
