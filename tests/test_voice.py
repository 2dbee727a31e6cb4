"""Calls as sound over HTTP: which calls, which words, from which source, and what is kept."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel

from display import numbers
from display.clips import call_pieces
from display.engine import Engine, NoVoice
from display.voice import SoundCache, Voices, make_voice
from tests.kit import OFFICER, SITE, Centre, at_once, small_site
from tests.test_numbers import NORTH, SOUTH
from tests.voice_kit import BARE_COMMAND, alike, hear, record, tapped
from ticketing.answers import board
from ticketing.answers.board import BoardCall
from ticketing.api.problems import install_errors
from ticketing.rules.sites import Voice

PAGE = f"/{SITE}/display/voice"


class Hall:
    """A centre whose calls can be heard."""

    def __init__(self, centre: Centre, data: Path, **engine: Any) -> None:
        self.centre, self.data = centre, data
        self.engine = Engine(**engine)
        self.voices = Voices(data, self.engine)
        app = Flask("hall")
        Babel(app)
        install_errors(app, lambda error: ("no such page", 404))
        app.register_blueprint(make_voice(centre.office, self.voices))
        self.http: FlaskClient = app.test_client()

    def call(self, counter: int = 1) -> dict[str, Any]:
        """The board's newest call, after somebody took a number and was called."""
        self.centre.take()
        self.centre.open(counter)
        self.centre.next(counter)
        return self.newest()

    def newest(self) -> BoardCall:
        return self.centre.office.see(SITE, board.of, "vi").calls[0]

    def hear(self, call: dict[str, Any], lang: str = "vi") -> Any:
        return self.http.get(f"{PAGE}/{call.call_id}.wav?lang={lang}")

    def cached(self) -> list[Path]:
        return sorted((self.data / "voice").glob("*"))


@pytest.fixture
def hall(centre: Centre, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(centre, tmp_path / "data")
    yield hall
    hall.voices.close()


@pytest.fixture
def silent_hall(centre: Centre, tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(centre, tmp_path / "data", command=BARE_COMMAND)
    yield hall
    hall.voices.close()


def test_a_call_is_answered_as_a_wav_that_browsers_may_keep_to_themselves(hall: Hall) -> None:
    answer = hall.hear(hall.call())
    assert (answer.status_code, answer.mimetype) == (200, "audio/wav")
    assert answer.headers["Cache-Control"] == "private, max-age=86400, immutable"
    heard = hear(answer.data)
    assert (heard.channels, heard.bits, heard.rate) == (1, 16, 22_050)
    assert heard.seconds > 2
    assert heard.loudness > 3000
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert hall.http.get(f"{PAGE}/{hall.newest().call_id}.wav", headers=etag).status_code == 304


def test_a_call_that_is_not_on_the_board_is_not_spoken(hall: Hall) -> None:
    call = hall.call()
    wrong = (call.call_id + 1, 0, -1, "1e3", "٣", "9" * 5000, f"0{call.call_id}", "x")
    for call_id in wrong:
        answer = hall.http.get(f"{PAGE}/{call_id}.wav")
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
        assert answer.mimetype == "application/problem+json"
    assert hall.cached() == []


@pytest.mark.parametrize("lang", ["fr", "", "../vi", "VI"])
def test_a_language_without_sentences_is_not_found(hall: Hall, lang: str) -> None:
    assert hall.hear(hall.call(), lang).status_code == 404
    assert hall.cached() == []


@pytest.mark.parametrize("site", ["nowhere", "..", "%2e%2e", "..%2fthu", "thu%00", "%2fetc"])
def test_no_site_but_one_of_ours_is_looked_for(hall: Hall, site: str) -> None:
    call = hall.call()
    assert hall.http.get(f"/{site}/display/voice/{call.call_id}.wav").status_code == 404
    assert hall.cached() == []
    assert hall.engine.pid is None


def test_what_reaches_the_engine_are_words_in_the_sites_own_address_and_never_a_digit(
    centre: Centre, tmp_path: Path
) -> None:
    centre.office.apply_site(small_site(address_word="quý khách"))
    log = tmp_path / "said"
    hall = Hall(centre, tmp_path / "data", command=tapped(log))
    try:
        call = hall.call()
        assert call.number == "1001"
        assert hall.hear(call).status_code == 200
        centre.clock.pass_(seconds=31)
        centre.office.recall(SITE, 1, OFFICER)
        assert hall.hear(hall.newest()).status_code == 200
    finally:
        hall.voices.close()
    said = log.read_text().encode().decode("unicode_escape")
    assert "Mời quý khách có số một không không một, đến quầy số một." in said
    assert "Mời lần hai: quý khách có số một không không một, đến quầy số một." in said
    assert '"voice": "vi", "speed": 150' in said


@pytest.mark.parametrize(("value", "accent"), [(v, a) for v in (44, 105, 1001, 1105) for a in ("north", "south")])
def test_the_words_of_a_number_reach_the_engine_as_they_are(tmp_path: Path, value: int, accent: str) -> None:
    words = (NORTH | (SOUTH if accent == "south" else {}))[value]
    log = tmp_path / "said"
    voices = Voices(tmp_path, Engine(tapped(log)))
    try:
        text = numbers.call_sentence(str(value), value, voice=numbers.Voice(accent, "number"))
        assert hear(voices.sentence(text, "vi", 150)).seconds > 2
    finally:
        voices.close()
    said = log.read_text().encode().decode("unicode_escape")
    assert f"Mời công dân có số {words}, đến quầy số {words}." in said


def test_a_sentence_once_said_is_served_without_the_worker_and_after_a_restart(hall: Hall) -> None:
    call = hall.call()
    first = hall.hear(call).data
    pid = hall.engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert hall.hear(call).data == first
    assert hall.engine.pid == pid  # nobody noticed that it is gone, since nobody asked it
    later = Hall(hall.centre, hall.data, command=BARE_COMMAND)
    assert later.hear(call).data == first
    assert later.engine.pid is None
    assert len(hall.cached()) == 1


def test_twenty_walls_that_ask_at_once_get_one_sound_made_once(hall: Hall, tmp_path: Path) -> None:
    log = tmp_path / "said"
    voices = Voices(tmp_path / "fresh", Engine(tapped(log), queue=2))
    call = hall.call()
    site = hall.centre.office.site(SITE)
    try:
        sounds = at_once([lambda: voices.call(site, call, "vi")] * 20)
    finally:
        voices.close()
    assert len(set(sounds)) == 1
    assert len(log.read_text().splitlines()) == 1


def test_without_an_engine_the_wall_is_told_to_chime_alone(silent_hall: Hall) -> None:
    answer = silent_hall.hear(silent_hall.call())
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["X-Voice"] == "no_engine"
    assert answer.headers["Cache-Control"] == "no-store"
    assert silent_hall.cached() == []


def test_english_is_silent_where_the_site_did_not_ask_for_it(hall: Hall) -> None:
    answer = hall.hear(hall.call(), "en")
    assert (answer.status_code, answer.headers["X-Voice"]) == (204, "off")


def test_a_site_that_wants_english_has_each_call_in_both_languages(hall: Hall) -> None:
    hall.centre.office.apply_site(small_site(voice=Voice(english=True)))
    call = hall.call()
    vietnamese, english = hall.hear(call), hall.hear(call, "en")
    assert (vietnamese.status_code, english.status_code) == (200, 200)
    assert not alike(vietnamese.data, english.data)
    assert len(hall.cached()) == 2


def test_a_site_chooses_accent_speed_and_reading(centre: Centre, tmp_path: Path) -> None:
    centre.office.apply_site(small_site(voice=Voice(accent="south", speed=120, reading="number")))
    log = tmp_path / "said"
    hall = Hall(centre, tmp_path / "data", command=tapped(log))
    try:
        assert hall.hear(hall.call()).status_code == 200
    finally:
        hall.voices.close()
    said = log.read_text().encode().decode("unicode_escape")
    assert "Mời công dân có số một ngàn không trăm lẻ một, đến quầy số một." in said
    assert '"voice": "vi-vn-x-south", "speed": 120' in said


def test_a_site_whose_voice_is_off_starts_no_engine(hall: Hall) -> None:
    hall.centre.office.apply_site(small_site(voice=Voice(mode="off")))
    answer = hall.hear(hall.call())
    assert (answer.status_code, answer.headers["X-Voice"]) == (204, "off")
    assert hall.engine.pid is None


def test_a_site_of_clips_alone_never_mixes_in_the_engine(hall: Hall) -> None:
    hall.centre.office.apply_site(small_site(voice=Voice(mode="clips")))
    answer = hall.hear(hall.call())
    assert (answer.status_code, answer.headers["X-Voice"]) == (204, "no_clips")
    assert hall.engine.pid is None


def test_recorded_clips_are_served_and_no_engine_is_needed(silent_hall: Hall) -> None:
    call = silent_hall.call()
    names = call_pieces(call.number, call.counter, "vi", 1, numbers.Voice())
    for name in names:
        record(silent_hall.data / "clips" / SITE / "vi" / f"{name}.wav", 2205)
    answer = silent_hall.hear(call)
    assert answer.status_code == 200
    assert hear(answer.data).seconds == pytest.approx(0.1 * len(names) + 0.06 * (len(names) - 1), abs=0.001)
    assert silent_hall.cached() == []


def test_a_sentence_with_a_missing_clip_is_spoken_by_the_engine(hall: Hall) -> None:
    call = hall.call()
    record(hall.data / "clips" / SITE / "vi" / "moi-cong-dan-co-so.wav", 2205)
    answer = hall.hear(call)
    assert answer.status_code == 200
    assert len(hall.cached()) == 1


def test_a_damaged_file_of_the_cache_is_made_anew(hall: Hall) -> None:
    call = hall.call()
    first = hall.hear(call).data
    (kept,) = hall.cached()
    for damage in (b"", b"\0" * len(first), first[:-100]):
        kept.write_bytes(damage)
        assert alike(hall.hear(call).data, first)
        assert alike(kept.read_bytes(), first)


def test_the_cache_keeps_to_its_limit_and_drops_what_was_longest_not_used(tmp_path: Path) -> None:
    record(tmp_path / "clip.wav", 1000)
    sound = (tmp_path / "clip.wav").read_bytes()
    cache = SoundCache(tmp_path / "voice", limit=len(sound) * 3)
    for key in ("a", "b", "c"):
        cache.put(key, sound)
    assert cache.get("a") == sound
    cache.put("d", sound)
    assert [cache.get(key) is not None for key in "abcd"] == [True, False, True, True]
    for number in range(20):
        cache.put(f"n{number}", sound)
    kept = list((tmp_path / "voice").iterdir())
    assert sorted(path.stem for path in kept) == ["n17", "n18", "n19"]
    assert (tmp_path / "voice").stat().st_mode & 0o777 == 0o700


def test_a_cache_that_cannot_be_written_costs_no_voice(tmp_path: Path) -> None:
    (tmp_path / "voice").write_text("a file stands where the folder should be")
    voices = Voices(tmp_path)
    try:
        assert hear(voices.sentence("một", "vi", 150)).loudness > 3000
    finally:
        voices.close()


def test_accent_and_speed_make_another_sound_of_the_same_text(hall: Hall) -> None:
    text = numbers.call_sentence("1001", 1)
    sounds = {
        (speaker, speed): hall.voices.sentence(text, speaker, speed)
        for speaker, speed in (("vi", 150), ("vi-vn-x-south", 150), ("vi-vn-x-central", 150), ("vi", 200))
    }
    assert not any(alike(one, sounds["vi", 150]) for key, one in sounds.items() if key != ("vi", 150))
    assert len(hall.cached()) == 4


def test_a_refused_sentence_is_not_kept(hall: Hall) -> None:
    with pytest.raises(NoVoice) as refusal:
        hall.voices.sentence("Mời số 105", "vi", 150)
    assert refusal.value.reason == "digits"
    assert hall.cached() == []
