"""The pages of the site's configuration: what there is, one entry's form, the rules, import."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ticketing.api.elsewhere import elsewhere
from ticketing.desk.config.edits import Edit, find, imported, mark, put, without
from ticketing.desk.config.forms import blank, filled, inner, told
from ticketing.desk.config.review import (
    MOST_LINES,
    Opened,
    Proposal,
    history,
    known_codes,
    opened,
    page,
    settle,
    with_options,
)
from ticketing.desk.config.sections import (
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
from ticketing.desk.config.slip_inputs import with_upload
from ticketing.desk.config.words import Line, faults, item_label, review, words_of
from ticketing.desk.gate import Desk
from ticketing.desk.plan.announcement_words import LANGUAGES
from ticketing.errors import Forbidden, Unknown
from ticketing.papers.slips import sample_png
from ticketing.profiles import ConfigError, text_of
from ticketing.profiles.problems import Problem, Problems
from ticketing.rules.people import Actor
from ticketing.rules.search import found_procedures
from ticketing.rules.site_changes import changes
from ticketing.rules.site_use import Carry
from ticketing.rules.sites import Site
from ticketing.verbs.sites import SiteOrder

RECENT = 8


def add(pages: Blueprint, desk: Desk) -> None:
    _overview(pages, desk)
    _lists(pages, desk)
    _entry(pages, desk)
    for name in ("rules", "slip"):
        _values(pages, desk, name)
    _slip_picture(pages, desk)
    _import(pages, desk)


def _overview(pages: Blueprint, desk: Desk) -> None:
    @pages.context_processor
    def for_configuration() -> dict[str, list[Section]]:
        # A unit's plans and lists are its province's.
        head = g.get("head")
        unit = head is not None and head.code != (request.view_args or {}).get("site")
        return {"sections": [section for section in SECTIONS if not (unit and section.head)]}

    @pages.get("/<site>/supervisor/config/")
    def config_page(site: str) -> ResponseReturnValue:
        at = opened(desk, site)
        place = at.place
        counts = {section.name: len(getattr(place, section.name)) for section in SECTIONS if section.item}
        return page(
            "desk/config_overview.html", place, "", counts=counts, version=at.version, roles=MAY_CHANGE,
            may_import=may(at.actor, "import"), recent=history(desk, place)[:RECENT], waiting=_waiting(desk, place),
        )  # fmt: skip

    @pages.post("/<site>/supervisor/config/waiting/drop")
    def drop_waiting(site: str) -> ResponseReturnValue:
        at = opened(desk, site, "import")
        desk.office.apply_sites([at.place], SiteOrder(at.actor, carry=Carry(at_day_end=True)))
        flash(_("Nothing changes at the end of the day any more."))
        return redirect(url_for("desk.config_page", site=site), 303)


def _waiting(desk: Desk, place: Site) -> list[Line]:
    """What will change at the end of the day."""
    waits = desk.office.store.read(lambda view: view.sites.waiting(place.code))
    if waits is None:
        return []
    after = waits.over(place)
    return review(changes(place, after)[:MOST_LINES], place, after, g.lang)


def _list_of(name: str) -> Section:
    if name not in LISTS:
        raise Unknown("page", name)
    return BY_NAME[name]


def _lists(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/config/<name>")
    def config_list(site: str, name: str) -> ResponseReturnValue:
        section = _list_of(name)
        at = opened(desk, site)
        place = at.place
        wanted = request.args.get("q", "").strip()[:80]
        items = found_procedures(place, wanted) if name == "procedures" and wanted else getattr(place, name)
        rows = [
            {
                "mark": mark(item),
                "label": item_label(item, g.lang),
                "cells": [words_of(section, key, getattr(item, key), place, g.lang) for key in section.columns],
            }
            for item in items
        ]
        return page(
            "desk/config_list.html", place, name, section=section, rows=rows, version=at.version, q=wanted,
            all=len(getattr(place, name)), searchable=name == "procedures",
            heads=[each.label for key in section.columns if (each := section.input(key))],
            may_edit=bool(inputs_for(section, at.actor)), may_all=may(at.actor, name),
        )  # fmt: skip


def _entry(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/config/<name>/entry")
    def config_entry(site: str, name: str) -> ResponseReturnValue:
        section = _list_of(name)
        at = opened(desk, site)
        marked = request.args.get("item", "")
        item = find(at.place, name, marked) if marked else None
        if marked and item is None:
            raise Unknown("entry", marked)
        inputs = _shown(section, at.actor, item)
        values = filled(inputs, item or blank(_kind(section)))
        items = getattr(at.place, name)
        values["_place"] = str(1 + (items.index(item) if item is not None else len(items)))
        return _form(at, section, item, values, [], Edit(at.place), 200)

    @pages.post("/<site>/supervisor/config/<name>/entry")
    def change_entry(site: str, name: str) -> ResponseReturnValue:
        section = _list_of(name)
        removes = request.form.get("do") == "remove"
        at = opened(desk, site, name if removes else "")
        place, marked = at.place, request.form.get("item", "")
        item = find(place, name, marked) if marked else None
        inputs = _shown(section, at.actor, item)

        def make() -> Edit | None:
            if marked and item is None:
                return None
            if removes:
                return without(place, name, item)
            entry = told(inputs, request.form, item or blank(_kind(section)), place)
            where = request.form.get("_place", type=int) if may(at.actor, name) else None
            return put(place, name, item, entry, where)

        form = partial(_form, at, section, item, request.form)
        return settle(desk, Proposal(at, make, form, name, url_for("desk.config_list", site=site, name=name)))


def _kind(section: Section) -> type:
    assert section.item is not None
    return section.item


def _shown(section: Section, actor: Actor, item: Any) -> tuple[Input, ...]:
    """The inputs of an entry's form. What names it is set on adding only: numbers and counters refer to it."""
    inputs = inputs_for(section, actor)
    if not inputs or (item is None and not may(actor, section.name)):
        raise Forbidden()
    return tuple(each for each in inputs if item is None or not each.fixed)


def _form(
    at: Opened, section: Section, item: Any, values: MultiDict[str, str], problems: Problems, edit: Edit, status: int
) -> ResponseReturnValue:
    place = at.place
    inputs = _shown(section, at.actor, item)
    kept = [
        (each.label, words_of(section, each.key, getattr(item, each.key), place, g.lang))
        for each in section.inputs
        if item is not None and each not in inputs
    ]
    all_of_it = may(at.actor, section.name)
    return page(
        "desk/config_entry.html", place, section.name, status, section=section, inputs=with_options(inputs, place),
        values=values, version=at.version, kept=kept, marked=mark(item) if item is not None else "",
        label=item_label(item, g.lang) if item is not None else "", may_remove=item is not None and all_of_it,
        places=(len(getattr(place, section.name)) + (item is None)) if all_of_it else 0,
        faults=faults(problems, edit.site, edit.prefix, inputs, g.lang),
    )  # fmt: skip


def _values(pages: Blueprint, desk: Desk, name: str) -> None:
    """The page of a section without entries: "rules" are the site's own values, "slip" those of its layout."""
    section = BY_NAME[name]
    prefix = "" if name == "rules" else f"{name}."

    def thing(place: Site) -> Any:
        return getattr(place, name) if prefix else place

    def shown(at: Opened, values: MultiDict[str, str], problems: Problems, edit: Edit, status: int) -> Any:
        kept = [
            (each.label, words_of(section, each.key, inner(thing(at.place), each.key), at.place, g.lang))
            for each in section.inputs
        ]
        return page(
            "desk/config_rules.html", at.place, name, status, section=section, values=values, version=at.version,
            inputs=with_options(section.inputs, at.place), may_edit=may(at.actor, name), kept=kept,
            faults=faults(problems, edit.site, prefix, section.inputs, g.lang),
        )  # fmt: skip

    def show(site: str) -> ResponseReturnValue:
        at = opened(desk, site)
        return shown(at, filled(section.inputs, thing(at.place)), [], Edit(at.place), 200)

    def change(site: str) -> ResponseReturnValue:
        at = opened(desk, site, name)
        form = with_upload(request.form)

        def make() -> Edit:
            told_of = told(section.inputs, form, thing(at.place), at.place)
            return Edit(replace(at.place, **{name: told_of}) if prefix else told_of, prefix)

        here = url_for(f"desk.config_{name}", site=site)
        carry = (("logo", form["logo"]),) if form is not request.form else ()
        return settle(desk, Proposal(at, make, partial(shown, at, form), name, here, carry=carry))

    pages.add_url_rule(f"/<site>/supervisor/config/{name}", f"config_{name}", show)
    pages.add_url_rule(f"/<site>/supervisor/config/{name}", f"change_{name}", change, methods=["POST"])


def _slip_picture(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/slip.png")
    def slip_picture(site: str) -> ResponseReturnValue:
        """A sample of the slip as it is printed now, in the language of its `words`: `lang` would be the page's own
        from then on."""
        at = opened(desk, site)
        lang = request.args.get("words", "")
        lang = lang if lang in LANGUAGES else g.lang
        return Response(sample_png(at.place, lang, desk.office.public_url), mimetype="image/png")


def _import(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/<site>/supervisor/config/import")
    def config_import(site: str) -> ResponseReturnValue:
        at = opened(desk, site, "import")
        return page("desk/config_import.html", at.place, "import", text="", version=at.version, faults=[])

    @pages.post("/<site>/supervisor/config/import")
    def import_config(site: str) -> ResponseReturnValue:
        at = opened(desk, site, "import")
        place = at.place
        sent = request.files.get("upload")
        text = request.form.get("text", "")

        def form(problems: Problems, _edit: Edit, status: int) -> ResponseReturnValue:
            found = faults(problems, None, "", (), g.lang)
            return page("desk/config_import.html", place, "import", status, text=text, version=at.version, faults=found)

        try:
            text = text_of(sent.read(), "") if sent and sent.filename else text
        except ConfigError as error:
            return form(error.problems, Edit(place), 422)

        def make() -> Edit:
            return Edit(_from_file(desk, place, text))

        done, here = url_for("desk.config_page", site=site), url_for("desk.config_import", site=site)
        return settle(desk, Proposal(at, make, form, "import", done, here, (("text", text),)))


def _from_file(desk: Desk, place: Site, text: str) -> Site:
    """This unit as a file has it; the file may hold other units too, which are left alone. Raises ConfigError."""
    found = elsewhere(imported, text, place.code, known_codes(desk))
    wrong = [key for key in FIXED if getattr(found, key) != getattr(place, key)]
    if wrong:
        raise ConfigError("", [Problem(key, "command_line_only") for key in wrong])
    return found
