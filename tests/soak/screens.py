"""Screens that people look at, and all that they have shown: pages in a browser, and what each page's own live.js makes
of its line, without a page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.conftest import ARGUMENTS, shell_path
from tests.serving import ROOT
from tests.test_scripts import node

HERE = Path(__file__).parent


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shell_path(), args=list(ARGUMENTS))
        yield browser
        browser.close()


# What a person reads: the number called and whether the page says that it is cut off. The wall's largest number keeps
# to the voice, which takes its time for each; the counters' cells are the present.
WALL = """() => { const cell = document.querySelector('.door[data-counter="1"] .door__number');
  return [cell?.checkVisibility() ? cell.innerText.trim() : '', document.body.dataset.online === 'no']; }"""
PHONE = """() => [document.querySelector('#ahead').innerText.trim(),
  document.querySelector('#offline').innerText.trim() !== '']"""
# Keeps the moment of every change.
KEEP = """() => { const look = %s; let before = ''; window.seen = [];
  setInterval(() => { const now = look(), text = JSON.stringify(now);
    if (text !== before) window.seen.push([Date.now() / 1000, ...now]);
    before = text; }, 50); }"""
Seen = tuple[float, str, bool]


class Screen:
    """What stood there since a number was called: since when, the numbers, and whether it said that it is cut off."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []

    def look(self) -> Seen:
        """What it shows now."""
        return self.seen[-1] if self.seen else (0.0, "", True)

    def called(self) -> None:
        """Another number is about to be called: of what was seen only what stands there now still counts."""
        self.look()
        del self.seen[:-1]

    @property
    def lost(self) -> bool:
        return self.look()[2]

    def shows(self, number: str) -> bool:
        return tells(number, self.look())

    def right_at(self, number: str) -> float:
        return next(seen[0] for seen in self.seen if tells(number, seen))

    def stale_s(self, number: str, called: float) -> float:
        """How long after its call another one still, or again, stood there as if it were the present."""
        ends = [*(at for at, _text, _lost in self.seen[1:]), called]
        wrong = [end for seen, end in zip(self.seen, ends, strict=True) if not seen[2] and not tells(number, seen)]
        return max(0.0, max(wrong, default=called) - called)


def tells(number: str, seen: Seen) -> bool:
    _at, text, lost = seen
    return number in re.findall(r"\w+", text) and not lost


class Page(Screen):
    """One in a browser."""

    def __init__(self, page: Any, url: str, look: str) -> None:
        super().__init__()
        self._page = page
        page.goto(url)
        page.evaluate(KEEP % look)

    def look(self) -> Seen:
        self.seen += [(at, text, lost) for at, text, lost in self._page.evaluate("() => window.seen.splice(0)")]
        return super().look()


@contextmanager
def without_pages(wanted: list[tuple[str, str, dict[str, str]]]) -> Iterator[list[Screen]]:
    """One for each URL, namespace and what it says of itself there: all in one process of node's."""
    screens = [Screen() for _each in wanted]
    told = json.dumps([{"url": url, "namespace": namespace, "auth": auth} for url, namespace, auth in wanted])
    with tempfile.TemporaryDirectory(prefix="layso-screens-") as folder:
        for name in ("js", "vendor"):
            shutil.copytree(ROOT / "kiosk/static" / name, Path(folder, name))
        Path(folder, "package.json").write_text('{"type": "module"}', encoding="utf-8")
        shutil.copy(HERE / "screens.mjs", folder)
        # Newer ones have the browsers' WebSocket without being told.
        words = [node(), "--experimental-websocket", "--no-warnings", "screens.mjs", "./js/live.js", told]
        process = subprocess.Popen(words, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def hear() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                place, at, text, lost = json.loads(line)
                screens[place].seen.append((at, text, lost))

        threading.Thread(target=hear, daemon=True).start()
        try:
            yield screens
        finally:
            process.kill()
            process.wait()
