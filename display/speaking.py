"""The program that speaks: espeak-ng behind a pipe, in a process of its own.

The engine may be used by one thread only and is under the GPL, so it is never loaded into the server. This file
is run by its path (importing the package would cost ten times the start) and knows the standard library and
`espeakng_loader` alone. It says hello with one line of JSON, `{"engine": "espeak-ng 1.52.0"}` or
`{"error": "no_engine"}`, then answers each line `{"voice", "speed", "text"}` with a line `{"bytes": N}` and N
bytes of WAV (mono, 22,050 Hz, 16 bit), or with `{"error": CODE}`: invalid, digits, too_long, unknown_voice,
failed, silent. It ends when its input ends.
"""

from __future__ import annotations

import array
import ctypes
import io
import json
import os
import sys
import wave
from pathlib import Path
from typing import Any, BinaryIO

RATE = 22_050
SPEEDS = (80, 450)
MAX_TEXT = 2_000
LOUDNESS = 5_000  # root mean square of the whole sentence, of 32,767
PEAK = 31_000
MARGIN = RATE // 50
QUIET = 100  # what lies under a hundredth of the peak is silence

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_RATE_PARAMETER = 1
_Heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Refused(Exception):
    """What can't be spoken; the text is the code of the answer."""


class Engine:
    """The library, loaded once. Raises ImportError or OSError where it isn't."""

    def __init__(self) -> None:
        import espeakng_loader

        self._lib = ctypes.CDLL(espeakng_loader.get_library_path())
        # The library cuts a long path short, so that it is given the shortest.
        os.chdir(Path(espeakng_loader.get_data_path()).parent)
        if self._lib.espeak_Initialize(_SYNCHRONOUS, 0, b".", _DONT_EXIT) != RATE:
            raise OSError("the engine's data can't be read")
        self._lib.espeak_Info.restype = ctypes.c_char_p
        self.name = f"espeak-ng {self._lib.espeak_Info(None).decode()}"
        self._heard = bytearray()
        self._callback = _Heard(self._hear)  # must live as long as the library
        self._lib.espeak_SetSynthCallback(self._callback)

    def _hear(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._heard += ctypes.string_at(samples, count * 2)
        return 0

    def say(self, voice: str, speed: int, text: str) -> array.array[int]:
        """The samples of `text`; digits are refused, since the engine reads them wrongly."""
        if self._lib.espeak_SetVoiceByName(voice.encode()):
            raise Refused("unknown_voice")
        self._lib.espeak_SetParameter(_RATE_PARAMETER, speed, 0)
        self._heard.clear()
        words = text.encode() + b"\0"
        if self._lib.espeak_Synth(words, len(words), 0, 0, 0, _UTF8, None, None):
            raise Refused("failed")
        return array.array("h", bytes(self._heard))


def shaped(samples: array.array[int]) -> array.array[int]:
    """Without the silence at both ends, and as loud as every other sentence. Raises Refused("silent")."""
    peak = max(max(samples, default=0), -min(samples, default=0))
    if peak < QUIET:
        raise Refused("silent")
    floor = peak // QUIET
    first = next(i for i, sample in enumerate(samples) if abs(sample) > floor)
    last = next(i for i in range(len(samples) - 1, -1, -1) if abs(samples[i]) > floor)
    kept = samples[max(0, first - MARGIN) : last + MARGIN]
    loudness = (sum(sample * sample for sample in kept) / len(kept)) ** 0.5
    gain = min(LOUDNESS / loudness, PEAK / peak)
    return array.array("h", [int(sample * gain) for sample in kept])


def wav(samples: array.array[int]) -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def answer(engine: Engine, line: bytes) -> bytes:
    """The WAV that a request line asks for. Raises Refused."""
    try:
        asked = json.loads(line)
        voice, speed, text = asked["voice"], asked["speed"], asked["text"]
        sound = isinstance(voice, str) and type(speed) is int and isinstance(text, str) and "\0" not in text
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound or not SPEEDS[0] <= speed <= SPEEDS[1]:
        raise Refused("invalid")
    if len(text) > MAX_TEXT:
        raise Refused("too_long")
    if any(character.isdigit() for character in text):
        raise Refused("digits")
    return wav(shaped(engine.say(voice, speed, text)))


def serve(requests: BinaryIO, answers: BinaryIO) -> int:
    """Answers until the input ends. Returns the exit code: 3 when there is no engine."""
    try:
        engine = Engine()
    except (ImportError, OSError, AttributeError, RuntimeError) as error:
        send(answers, {"error": "no_engine", "reason": str(error)})
        return 3
    send(answers, {"engine": engine.name})
    for line in requests:
        try:
            spoken = answer(engine, line)
        except Refused as refusal:
            send(answers, {"error": str(refusal)})
        else:
            send(answers, {"bytes": len(spoken)}, spoken)
    return 0


def send(answers: BinaryIO, head: dict[str, Any], content: bytes = b"") -> None:
    answers.write(json.dumps(head).encode() + b"\n" + content)
    answers.flush()


def main() -> int:
    # Whatever the library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        return serve(sys.stdin.buffer, answers)
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)  # nobody listens any more; a flush at exit would fail again


if __name__ == "__main__":
    sys.exit(main())
