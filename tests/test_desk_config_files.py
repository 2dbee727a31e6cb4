"""A configuration that is uploaded as a file: reviewed, refused whole, or taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.api_kit import Kit
from tests.kit import small_site
from tests.test_desk import Person, person
from tests.test_desk_config import CONFIG, change, reviewed, send, version, ward
from ticketing.desk.config.review import MOST_LINES
from ticketing.profiles import write_sites


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def upload(who: Person, text: str | bytes, step: str = "review", **form: str) -> TestResponse:
    raw = text if isinstance(text, bytes) else text.encode()
    return send(who, "import", step, upload=(BytesIO(raw), "ward.toml"), **form)


def test_an_exported_file_comes_back_changed_and_its_text_is_carried_to_the_confirmation(kit: Kit) -> None:
    admin = person(kit, "tu")
    text = admin.get("/ward/supervisor/config.toml").text.replace('"1022"', '"1900"', 1)
    answer = upload(admin, text)
    assert reviewed(answer) == {"hotline": ("1022", "1900")}
    assert version(kit) == 1
    carried = re.search(r'name="text" value="([^"]*)"', answer.text)
    assert carried
    assert change(admin, "import", text=unescape(carried[1])).status_code == 303
    assert ward(kit) == replace(small_site(code="ward", parent="province"), hotline="1900")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('hotline = "1022"', 'hotlin = "1022"', "sites[0].hotlin", "There is no such key."),
        ("cap = 10", "cap = -1", "sites[0].sessions[0].cap", "Must be a whole number from 0 to 1,000,000, not -1."),
        ('code = "ward"', 'code = "new"', "sites", "The file has no unit &#39;ward&#39;."),
        ('parent = "province"\n', "", "parent", "server&#39;s command line only"),
        ('level = "commune"', 'level = "district"', "level", "server&#39;s command line only"),
        ("[[sites]]", "[[sites]", "line 1", "This is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_whole_with_its_key(kit: Kit, old: str, new: str, key: str, reason: str) -> None:
    text = write_sites([ward(kit)])
    assert old in text
    answer = upload(person(kit, "tu"), text.replace(old, new), "confirm", reason="x")
    assert answer.status_code == 422
    assert f"<code>{key}</code>: " in answer.text and reason in answer.text
    assert (version(kit), len(kit.office.site_values())) == (1, 3)


def test_a_file_in_another_encoding_is_refused_with_its_line(kit: Kit) -> None:
    answer = upload(person(kit, "tu"), b'[[sites]]\nname = "\xe9"\n')
    assert answer.status_code == 422
    assert "line 2" in answer.text and "no UTF-8 text" in answer.text


def test_a_file_of_a_whole_province_goes_through_review_and_confirmation(kit: Kit) -> None:
    admin = person(kit, "tu")
    text = write_sites([replace(ward(kit), hotline="1900")]) + "# " + "x" * 700_000
    answer = upload(admin, text)
    assert reviewed(answer) == {"hotline": ("1022", "1900")}
    assert len(text) > 500_000
    data = {"csrf_token": admin.token(), "version": "1", "step": "confirm", "reason": "Yearly list", "text": text}
    sent = admin.client.post(f"{CONFIG}/import", data=data, content_type="multipart/form-data", **admin.base)
    assert (sent.status_code, ward(kit).hotline) == (303, "1900")


def test_of_a_file_with_several_units_only_this_one_is_taken(kit: Kit) -> None:
    sites = [replace(site, hotline="1900") for site in kit.office.site_values()]
    answer = change(person(kit, "tu"), "import", text=write_sites(sites))
    assert answer.status_code == 303
    assert {site.code: site.hotline for site in kit.office.site_values()} == {
        "province": "1022", "ward": "1900", "other": "1022",
    }  # fmt: skip


def test_of_thousands_of_changes_the_review_lists_the_first_and_counts_the_rest(kit: Kit) -> None:
    procedures = [replace(ward(kit).procedures[0], code=f"2.{n:06d}") for n in range(MOST_LINES + 7)]
    many = replace(ward(kit), procedures=(*ward(kit).procedures, *procedures))
    admin = person(kit, "tu")
    answer = upload(admin, write_sites([many]))
    shown = reviewed(answer)
    assert f"procedures[2.{MOST_LINES - 1:06d}]" in shown and f"procedures[2.{MOST_LINES:06d}]" not in shown
    assert "7 more changes are not listed here." in answer.text
    assert change(admin, "import", text=write_sites([many])).status_code == 303
    assert ward(kit).procedures == many.procedures
