"""What the voice's tests are built on: real engines, and what a WAV holds."""

from __future__ import annotations

import array
import io
import itertools
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

SPEAKING = str(Path(__file__).resolve().parent.parent / "display" / "speaking.py")
# The same program, but where nothing is installed it finds no engine.
BARE_COMMAND = (sys.executable, "-P", "-S", SPEAKING)


def tapped(log: Path) -> tuple[str, ...]:
    """The worker's command, with everything that is sent to it also written to `log`."""
    return ("/bin/sh", "-c", 'tee -a "$0" | "$1" -P "$2"', str(log), sys.executable, SPEAKING)


@dataclass(frozen=True)
class Heard:
    channels: int
    bits: int
    rate: int
    samples: array.array

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.channels / self.rate

    @property
    def loudness(self) -> float:
        """The root mean square, of 32,767."""
        return (sum(s * s for s in self.samples) / len(self.samples)) ** 0.5

    @property
    def crossings(self) -> int:
        """How often the wave crosses zero: near enough the same for one sentence in one accent."""
        return sum((a < 0) != (b < 0) for a, b in itertools.pairwise(self.samples))


def hear(sound: bytes) -> Heard:
    with wave.open(io.BytesIO(sound)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        assert len(samples) == file.getnframes() * file.getnchannels()
        return Heard(file.getnchannels(), file.getsampwidth() * 8, file.getframerate(), samples)


def alike(one: bytes, other: bytes) -> bool:
    """Whether two sounds are one sentence in one accent; the engine never says a thing twice to the bit."""
    a, b = hear(one), hear(other)
    return abs(a.seconds / b.seconds - 1) < 0.01 and abs(a.crossings / b.crossings - 1) < 0.02


def record(path: Path, frames: int, level: int = 1000, rate: int = 22_050, channels: int = 1) -> None:
    """A clip of `frames` frames that stand at `level`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array.array("h", [level] * (frames * channels)).tobytes())
