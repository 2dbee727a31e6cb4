"""The program that speaks, and the server's side of it: real sound, real deaths."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from display.engine import COMMAND, Engine, NoVoice
from tests.kit import at_once
from tests.live_kit import eventually
from tests.serving import environment
from tests.voice_kit import BARE_COMMAND, alike, hear

CALL = "Mời công dân có số một không không năm, đến quầy số ba."


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_a_sentence_becomes_a_wav_of_mono_22050_hz_16_bit_that_can_be_heard(engine: Engine) -> None:
    heard = hear(engine.say("vi", 150, CALL))
    assert (heard.channels, heard.bits, heard.rate) == (1, 16, 22_050)
    assert 2 < heard.seconds < 6
    assert 3000 < heard.loudness < 6000
    assert max(heard.samples) < 32_000


def test_silence_at_both_ends_is_cut_off(engine: Engine) -> None:
    heard = hear(engine.say("vi", 150, CALL))
    floor = max(heard.samples) // 50
    loud = [i for i, sample in enumerate(heard.samples) if abs(sample) > floor]
    assert loud[0] < 0.1 * heard.rate
    assert len(heard.samples) - loud[-1] < 0.1 * heard.rate


@pytest.mark.parametrize("other", ["vi-vn-x-central", "vi-vn-x-south"])
def test_the_accents_sound_different(engine: Engine, other: str) -> None:
    north, there = engine.say("vi", 150, CALL), engine.say(other, 150, CALL)
    assert not alike(north, there)
    assert alike(there, engine.say(other, 150, CALL))


def test_the_same_sentence_sounds_the_same_whatever_was_said_between(engine: Engine) -> None:
    first = engine.say("vi", 150, CALL)
    engine.say("en-us", 300, "Number one, please go to counter two.")
    assert alike(engine.say("vi", 150, CALL), first)


def test_a_higher_speed_takes_less_time(engine: Engine) -> None:
    slow, fast = hear(engine.say("vi", 100, CALL)), hear(engine.say("vi", 250, CALL))
    assert fast.seconds < 0.7 * slow.seconds


@pytest.mark.parametrize(
    ("voice", "speed", "text", "reason"),
    [
        ("vi", 150, "Mời số 105", "digits"),
        ("vi", 150, "Mời số ١٠٥", "digits"),
        ("vi", 79, "Mời", "invalid"),
        ("vi", 451, "Mời", "invalid"),
        ("vi", 150, "Mời\0số", "invalid"),
        ("vi", 150, "a" * 2001, "too_long"),
        ("xx", 150, "Mời", "unknown_voice"),
        ("../vi", 150, "Mời", "unknown_voice"),
        ("vi", 150, "", "silent"),
        ("vi", 150, " … ", "silent"),
    ],
)
def test_what_cannot_be_said_is_refused_and_the_worker_goes_on(
    engine: Engine, voice: str, speed: int, text: str, reason: str
) -> None:
    before = engine.say("vi", 150, CALL)
    pid = engine.pid
    with pytest.raises(NoVoice) as refusal:
        engine.say(voice, speed, text)
    assert refusal.value.reason == reason
    assert alike(engine.say("vi", 150, CALL), before)
    assert engine.pid == pid


def test_threads_that_speak_at_once_each_get_their_own_sentence_from_one_worker(engine: Engine) -> None:
    texts = ["Mời công dân" + " có số một" * length for length in range(1, 7)]
    alone = [engine.say("vi-vn-x-south", 150, text) for text in texts]
    pid = engine.pid
    together = at_once([lambda text=text: engine.say("vi-vn-x-south", 150, text) for text in texts * 3])
    assert [alike(*pair) for pair in zip(together, alone * 3, strict=True)] == [True] * 18
    assert engine.pid == pid


def test_a_worker_killed_in_the_middle_of_a_sentence_is_started_anew_and_says_it(engine: Engine) -> None:
    expected = engine.say("vi", 150, CALL)
    first = engine.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    said: list[bytes] = []
    speaking = threading.Thread(target=lambda: said.append(engine.say("vi", 150, CALL)))
    speaking.start()
    assert eventually(lambda: engine.busy)
    os.kill(first, signal.SIGKILL)
    speaking.join(10)
    assert len(said) == 1
    assert alike(said[0], expected)
    assert engine.pid not in (None, first)
    assert gone(first)


def test_a_worker_killed_between_two_sentences_is_not_missed(engine: Engine) -> None:
    expected = engine.say("vi", 150, CALL)
    first = engine.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert alike(engine.say("vi", 150, CALL), expected)
    assert engine.pid != first


def test_a_worker_that_hangs_is_silence_after_the_patience_and_the_next_sentence_is_said() -> None:
    engine = Engine(patience_s=0.5)
    try:
        expected = engine.say("vi", 150, CALL)
        first = engine.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        with pytest.raises(NoVoice) as silence:
            engine.say("vi", 150, CALL)
        assert silence.value.reason == "too_slow"
        assert gone(first)
        assert alike(engine.say("vi", 150, CALL), expected)
    finally:
        engine.close()


def test_the_queue_is_bounded() -> None:
    engine = Engine(queue=2, patience_s=1.0)
    try:
        engine.say("vi", 150, CALL)
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGSTOP)
        answers = at_once([lambda: engine.say("vi", 150, CALL)] * 5)
        reasons = [answer.reason for answer in answers if isinstance(answer, NoVoice)]
        assert reasons.count("busy") == 3
        assert reasons.count("too_slow") >= 1
        assert engine.say("vi", 150, CALL)
    finally:
        engine.close()


def test_without_an_installed_engine_there_is_no_voice_and_no_process_stays() -> None:
    engine = Engine(BARE_COMMAND)
    for _ in range(2):
        with pytest.raises(NoVoice) as silence:
            engine.say("vi", 150, CALL)
        assert silence.value.reason == "no_engine"
    assert engine.pid is None
    engine.close()


def test_a_program_that_cannot_be_started_is_no_voice() -> None:
    engine = Engine(("/nowhere/python",))
    with pytest.raises(NoVoice) as silence:
        engine.say("vi", 150, CALL)
    assert silence.value.reason == "no_engine"


def test_the_worker_ends_when_the_engine_is_closed_and_nothing_is_said_afterwards(engine: Engine) -> None:
    engine.say("vi", 150, CALL)
    pid = engine.pid
    assert pid is not None
    engine.close()
    assert gone(pid)
    with pytest.raises(NoVoice):
        engine.say("vi", 150, CALL)


def test_the_worker_ends_with_its_server_however_that_ends() -> None:
    program = (
        "from display.engine import Engine; import sys; e = Engine(); e.say('vi', 150, 'một');"
        "print(e.pid, flush=True); sys.stdin.read()"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    )
    with server:
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        assert not gone(pid)
        server.kill()
    assert eventually(lambda: gone(pid) or ended(pid))


def ended(pid: int) -> bool:
    """Whether the process is a zombie that only waits for its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_worker_reads_nothing_but_lines_that_make_sense() -> None:
    lines = [
        b"{}",
        b"[]",
        b"no json",
        b'{"voice": "vi", "speed": true, "text": "a"}',
        b'{"voice":1,"speed":150,"text":"a"}',
    ]
    told = subprocess.run(COMMAND, input=b"\n".join(lines) + b"\n", capture_output=True, timeout=20)
    hello, *answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert hello["engine"].startswith("espeak-ng ")
    assert answers == [{"error": "invalid"}] * len(lines)
    assert told.returncode == 0


UNDER_GEVENT = """
import gevent.monkey
gevent.monkey.patch_all()
import gevent, os, signal
from display.engine import Engine
engine = Engine()
ticks = 0
def tick():
    global ticks
    while True:
        gevent.sleep(0.005)
        ticks += 1
engine.say("vi", 150, "mot")
ticking = gevent.spawn(tick)
said = [gevent.spawn(engine.say, "vi", 150, "mời số một " * (8 * length)) for length in range(1, 7)]
gevent.joinall(said, raise_error=True)
sizes = [len(job.value) for job in said]
os.kill(engine.pid, signal.SIGKILL)
again = len(engine.say("vi", 150, "mời số một " * 8))
ticking.kill()
engine.close()
print(sizes == sorted(sizes), abs(again / sizes[0] - 1) < 0.01, ticks > 20)
"""


def test_under_gevent_the_loop_goes_on_while_the_worker_speaks() -> None:
    told = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT], capture_output=True, text=True, timeout=60, env=environment()
    )
    assert told.stdout.split() == ["True"] * 3, told.stdout + told.stderr
