"""A language is asked for in one way, by pages, programs and sockets: as Accept-Language asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from display.live import _shape
from tests.api_kit import Kit
from ticketing.api.languages import spoken

pytestmark = pytest.mark.faults("P9")
ASKED = [
    ("vi", "vi"),
    ("en", "en"),
    ("vi-VN", "vi"),
    ("en-US", "en"),
    ("EN_gb", "en"),
    ("en-Latn-GB", "en"),
    ("vi-VN,en;q=0.5", "vi"),
    ("en;q=0.5, vi-VN ; q=0.8", "vi"),
    ("fr-FR, fr;q=0.9, en;q=0.1", "en"),
    ("en,vi", "en"),
    ("vi,en-US", "vi"),
    ("vi;q=0, en;q=0.001", "en"),
    ("vi;q=0, *", "en"),
    ("*;q=0.1, en;q=0.2", "en"),
    ("fr", ""),
    ("AAA", ""),
    ("vie", ""),
    ("english", ""),
    ("vi;q=0", ""),
    ("vi;q=2", ""),
    ("vi;q=abc", ""),
    ("vi;level=1", ""),
    ("../vi", ""),
    ("vi\0", ""),
    ("ví", ""),
    (";;,,=", ""),
    ("", ""),
    ("x" * 5000, ""),
]


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("languages"), lang="en") as kit:
        yield kit


@pytest.mark.parametrize(("asked", "lang"), ASKED)
def test_what_is_wanted_most_of_what_is_spoken_here(asked: str, lang: str) -> None:
    assert spoken(asked) == lang


@pytest.mark.parametrize(("asked", "lang"), ASKED)
def test_pages_programs_and_sockets_take_the_same(kit: Kit, asked: str, lang: str) -> None:
    assert _shape({"site": "ward", "lang": asked})["lang"] == lang
    names = {"vi": "Trung tâm thử", "en": "Trial centre"}
    told = kit.call("GET", "/sites", query_string={"lang": asked}).json["items"][0]["name"]
    assert told == names[lang or "vi"]
    page = kit.client.get("/ward/", query_string={"lang": asked})
    assert f'<html lang="{lang or "vi"}"' in page.text
    if "\0" not in asked and asked.isascii():
        assert kit.call("GET", "/sites", lang=asked).json["items"][0]["name"] == names[lang or "vi"]
        assert f'<html lang="{lang or "vi"}"' in kit.client.get("/ward/", headers={"Accept-Language": asked}).text


def test_a_language_asked_by_the_address_wins_over_the_header(kit: Kit) -> None:
    ask = lambda query, header: kit.call("GET", f"/sites?lang={query}", lang=header).json["items"][0]["name"]  # noqa: E731
    assert ask("en-US", "vi") == "Trial centre" and ask("fr", "en") == "Trial centre"


def test_a_page_keeps_the_language_and_not_its_spelling(kit: Kit) -> None:
    assert f"{kit.cookie('lang')}=en;" in kit.client.get("/ward/?lang=en-US").headers["Set-Cookie"]
