"""A called number as sound: recorded clips where a site has them, else the engine, else nothing but the chime.

What the engine says is kept in `DATA/voice/`, so that each sentence is made once; the folder may be emptied at
any time. Recorded clips lie in `DATA/clips/` (see `display.clips`).
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import secrets
import threading
import time
import wave
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from pathlib import Path

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _

from display import clips, numbers
from display.engine import Engine, NoVoice, installed_version
from ticketing.answers import board
from ticketing.answers.board import BoardCall
from ticketing.office import Office
from ticketing.rules.sites import Site

log = logging.getLogger(__name__)
CACHE_BYTES = 64 * 1024 * 1024
KEPT_S = 24 * 3600
FORM = "1"  # raise it when the worker shapes its sound differently
ENGLISH = "en-us"
ENGINE_VOICES = {"north": "vi", "central": "vi-vn-x-central", "south": "vi-vn-x-south"}


def wording(site: Site) -> numbers.Voice:
    """The site's choices, as the sentences need them."""
    voice = site.voice
    return numbers.Voice(voice.accent, voice.reading, site.address_word)


class SoundCache:
    """WAV files by key in one folder, at most `limit` bytes together; the least recently used ones go first."""

    def __init__(self, folder: Path, limit: int = CACHE_BYTES) -> None:
        self._folder, self._limit = folder, limit

    def get(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            found = path.read_bytes()
            if not _whole(found):  # a power cut may leave a file of zeros
                path.unlink()
                return None
            _touch(path)
        except OSError:
            return None
        return found

    def put(self, key: str, sound: bytes) -> None:
        """Keeps a sound; on a full disk it is not kept, and said all the same."""
        beside = self._folder / f"{secrets.token_hex(8)}.part"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.write_bytes(sound)
            _touch(beside)
            os.replace(beside, self._path(key))
            self._prune()
        except OSError as error:
            log.warning("a spoken sentence could not be kept", extra={"reason": type(error).__name__})
            with suppress(OSError):
                beside.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.wav"

    def _prune(self) -> None:
        kept = [(path.stat(), path) for path in self._folder.iterdir()]
        kept.sort(key=lambda entry: entry[0].st_mtime_ns, reverse=True)
        total = 0
        for stat, path in kept:
            total += stat.st_size
            if total > self._limit:
                path.unlink(missing_ok=True)


def _touch(path: Path) -> None:
    # The kernel's own stamps are some milliseconds coarse, which would blur the order of use.
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def _whole(sound: bytes) -> bool:
    try:
        with wave.open(io.BytesIO(sound)) as file:
            return 0 < file.getnframes() * 2 == len(file.readframes(file.getnframes()))
    except (EOFError, wave.Error):
        return False


class Voices:
    """Every sound that walls may ask for, under one data directory.

    Twenty walls ask for a new call in the same moment: the first one's request makes it, the others wait for it.
    """

    def __init__(self, data: Path, engine: Engine | None = None, limit: int = CACHE_BYTES) -> None:
        self._clips = data / "clips"
        self._cache = SoundCache(data / "voice", limit)
        self._engine = engine or Engine()
        self._installed = installed_version()
        self._guard = threading.Lock()
        self._making: dict[str, Future[bytes]] = {}

    def call(self, site: Site, call: BoardCall, lang: str) -> bytes:
        """The WAV of one of the board's calls. Raises NoVoice, ValueError for a language without sentences."""
        voice, words = site.voice, wording(site)
        if voice.mode == "off" or (lang == "en" and not voice.english):
            raise NoVoice("off")
        said = (call.number, call.counter, lang, call.times)
        recorded = clips.joined(self._clips, site.code, lang, clips.call_pieces(*said, words))
        if recorded is not None:
            return recorded
        if voice.mode == "clips":
            raise NoVoice("no_clips")
        speaker = ENGLISH if lang == "en" else ENGINE_VOICES[voice.accent]
        return self.sentence(numbers.call_sentence(*said, words), speaker, voice.speed)

    def sentence(self, text: str, speaker: str, speed: int) -> bytes:
        """The WAV of a text (without digits) in one of the engine's voices, made once. Raises NoVoice."""
        about = "\n".join((FORM, self._installed, speaker, str(speed), text))
        key = hashlib.sha256(about.encode()).hexdigest()
        if (kept := self._cache.get(key)) is not None:
            return kept
        with self._guard:
            making = self._making.get(key)
            mine = making is None
            if making is None:
                making = self._making[key] = Future()
        return self._make(key, making, text, speaker, speed) if mine else self._await(making)

    def _make(self, key: str, making: Future[bytes], text: str, speaker: str, speed: int) -> bytes:
        try:
            sound = self._engine.say(speaker, speed, text)
            self._cache.put(key, sound)
        except BaseException as error:
            making.set_exception(error if isinstance(error, NoVoice) else NoVoice("failed"))
            raise
        else:
            making.set_result(sound)
            return sound
        finally:
            with self._guard:
                del self._making[key]

    def _await(self, making: Future[bytes]) -> bytes:
        try:
            return making.result(self._engine.patience_s)
        except NotInTime:
            raise NoVoice("too_slow") from None

    def close(self) -> None:
        self._engine.close()


def make_voice(office: Office, voices: Voices) -> Blueprint:
    """`/{site}/display/voice/{call_id}.wav?lang=vi|en`, public, for the calls of the present board alone.

    Answers audio/wav; 204 when there is no voice for it (switched off, no engine, too slow), so that the wall
    chimes alone; 404 for a call that is not on the board.
    """
    room = Blueprint("voice", __name__)

    @room.get("/<site>/display/voice/<call_id>.wav")
    def spoken(site: str, call_id: str) -> Response:
        found = office.site(site)
        lang = request.args.get("lang", "vi")
        calls = office.see(found.code, board.of, "vi").calls
        call = next((call for call in calls if str(call.call_id) == call_id), None)
        if call is None or lang not in clips.LANGUAGES:
            return _no_such_call()
        try:
            sound = voices.call(found, call, lang)
        except NoVoice as none:
            return Response(status=204, headers={"Cache-Control": "no-store", "X-Voice": none.reason})
        return _audio(sound)

    return room


def _audio(sound: bytes) -> Response:
    answer = Response(sound, mimetype="audio/wav")
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}, immutable"
    answer.set_etag(hashlib.sha256(sound).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _no_such_call() -> Response:
    answer = jsonify(status=404, code="not_found", title=_("Not found"), detail=_("This call is not on the board."))
    answer.status_code = 404
    answer.mimetype = "application/problem+json"
    return answer
