"""Small things that people stumble over when they read."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from ticketing.rules.text import counted

pytestmark = pytest.mark.faults("U17")
ROOT = Path(__file__).resolve().parent.parent
BY_NUMBER = re.compile(r"\{[^{}|]*\|[^{}|]*\}")


def catalog(lang: str) -> polib.POFile:
    return polib.pofile(str(ROOT / f"kiosk/translations/{lang}/LC_MESSAGES/messages.po"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 {dossier|dossiers} left", "1 dossier left"),
        ("0 {dossier|dossiers} left", "0 dossiers left"),
        ("11 {dossier|dossiers}", "11 dossiers"),
        ("1,001 {second|seconds}", "1,001 seconds"),
        ("2 of 1 {dossier|dossiers}, 1 {has|have}", "2 of 1 dossier, 1 has"),
    ],
)
def test_one_dossier_is_not_dossiers(text: str, said: str) -> None:
    assert counted(text) == said


def test_a_form_by_number_stands_behind_its_number_in_english_alone() -> None:
    assert not [entry.msgid for entry in catalog("vi") if BY_NUMBER.search(entry.msgstr)]
    wrong = [
        entry.msgid
        for entry in catalog("en")
        if BY_NUMBER.search(entry.msgstr) and not re.search(r"%\(\w+\)s \{", entry.msgstr)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Can be sent by post", "Có thể gửi qua bưu điện"),
        ("Supervisor", "Điều hành"),
        ("total", "tổng cộng"),
        ("without a plan", "không có phương án"),
    ],
)
def test_what_read_like_a_translation_reads_like_vietnamese(text: str, words: str) -> None:
    found = next(entry.msgstr for entry in catalog("vi") if entry.msgid == text)
    assert found.lower().startswith(words.lower())
