"""Every text a person sees is in both catalogs, whole, with the same placeholders."""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parent.parent
CATALOGS = {lang: ROOT / f"kiosk/translations/{lang}/LC_MESSAGES/messages.po" for lang in ("vi", "en")}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "N_": None}
ROOMS = ("kiosk", "display", "ticketing/api", "ticketing/desk", "ticketing/papers")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def texts_in_code() -> set[str]:
    return {
        message if isinstance(message, str) else message[0]
        for room in ROOMS
        for _, _, message, _, _ in extract_from_dir(str(ROOT / room), METHODS, keywords=KEYWORDS)
    }


@pytest.fixture(scope="module", params=["vi", "en"])
def catalog(request: pytest.FixtureRequest) -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in polib.pofile(str(CATALOGS[request.param]))}


def test_the_catalog_has_every_text_and_no_other(catalog: dict[str, polib.POEntry]) -> None:
    texts = texts_in_code()
    assert len(texts) > 300
    assert set(catalog) == texts


def test_no_text_hides_in_an_f_string_where_the_catalogs_tool_does_not_see_it() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for joined in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    ]
    assert hidden == []


def test_every_text_is_translated_and_composed(catalog: dict[str, polib.POEntry]) -> None:
    for entry in catalog.values():
        assert entry.msgstr.strip(), entry.msgid
        assert not entry.fuzzy, entry.msgid
        assert unicodedata.is_normalized("NFC", entry.msgstr), entry.msgid


def test_placeholders_agree(catalog: dict[str, polib.POEntry]) -> None:
    for entry in catalog.values():
        assert sorted(PLACEHOLDER.findall(entry.msgid)) == sorted(PLACEHOLDER.findall(entry.msgstr)), entry.msgid


def test_a_text_with_values_takes_them(catalog: dict[str, polib.POEntry]) -> None:
    for entry in catalog.values():
        if names := re.findall(r"%\((\w+)\)", entry.msgstr):
            assert entry.msgstr % dict.fromkeys(names, 1), entry.msgid


def test_the_vietnamese_differs_from_the_english_where_words_are_translated() -> None:
    same = [e.msgid for e in polib.pofile(str(CATALOGS["vi"])) if e.msgid == e.msgstr]
    assert [text for text in same if len(PLACEHOLDER.sub("", text).split()) > 2] == []
