"""Pages that one test hands on to the next: a new one costs half a second of the processor, most of it for files and
fonts that the one before had already read.

Nothing of a test goes along: cookies, storage and scripts end with it. What can't be taken back from a page (listeners,
scripts of its own, permissions, a network that is off) lets the page end too.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Frame, Page

# Printing opens a dialog outside kiosk mode: count instead, in a place that outlives a reload.
COUNT_PRINTS = """window.print = () => {
  sessionStorage.setItem("test.prints", String(Number(sessionStorage.getItem("test.prints") || 0) + 1));
};"""
# The page's scripts run on until it is left, but keep nothing any more.
FORGET = """async () => {
  Storage.prototype.setItem = () => {};
  sessionStorage.clear();
  localStorage.clear();
  return (await navigator.serviceWorker?.getRegistrations() ?? []).length === 0;
}"""
# Each idle one has a process.
KEPT = 4
STAYS = {
    "page": (
        "add_init_script", "add_locator_handler", "emulate_media", "expose_binding", "expose_function", "on", "once",
        "route", "route_web_socket", "set_default_navigation_timeout", "set_default_timeout", "set_extra_http_headers",
    ),
    "context": (
        "add_init_script", "expose_binding", "expose_function", "grant_permissions", "new_cdp_session", "on", "once",
        "route", "route_web_socket", "set_default_navigation_timeout", "set_default_timeout", "set_extra_http_headers",
        "set_geolocation", "set_offline",
    ),
    "clock": ("install", "pause_at", "set_fixed_time", "set_system_time"),
}  # fmt: skip


@dataclass
class Kept:
    like: str
    faults: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    spent: bool = False


class Pages:
    """`take` one, `give_back` after the test; `faults` are errors of its scripts, `forbidden` is what its
    policy didn't let it do."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._kept: dict[Page, Kept] = {}
        self._free: list[Page] = []

    def take(self, width: int, height: int, fresh: bool = False, **how: Any) -> Page:
        """A page of that size, in a context of its own as `Browser.new_context(**how)` makes it. A `fresh` one has no
        file yet."""
        like, size = repr(sorted(how.items())), {"width": width, "height": height}
        page = next((one for one in reversed(self._free) if self._kept[one].like == like and not fresh), None)
        if page is None:
            page = self._browser.new_context(viewport=size, **how).new_page()  # type: ignore[arg-type]
            self._kept[page] = kept = Kept(like)
            self._watch(page, kept)
            return page
        self._free.remove(page)
        self._kept[page].faults, self._kept[page].forbidden = [], []
        if page.viewport_size != size:
            page.set_viewport_size(size)  # type: ignore[arg-type]
        return page

    def faults(self, page: Page) -> list[str]:
        return self._kept[page].faults

    def forbidden(self, page: Page) -> list[str]:
        return self._kept[page].forbidden

    def give_back(self, page: Page) -> None:
        kept = self._kept[page]
        if kept.spent or page.is_closed() or len(kept.places) != 1 or not self._forgotten(page):
            self._end(page)
            return
        kept.places.clear()
        self._free.append(page)
        if len(self._free) > KEPT:
            self._end(self._free.pop(0))

    def close(self) -> None:
        for page in list(self._kept):
            self._end(page)

    def _watch(self, page: Page, kept: Kept) -> None:
        def moved(frame: Frame) -> None:
            if place := urlsplit(frame.url).netloc:
                kept.places.add(place)

        page.context.add_init_script(COUNT_PRINTS)
        page.on("pageerror", lambda fault: kept.faults.append(str(fault)))
        page.on("console", lambda line: "Content Security Policy" in line.text and kept.forbidden.append(line.text))
        page.on("framenavigated", moved)
        for owner, names in zip((page, page.context, page.clock), STAYS.values(), strict=True):
            for name in names:
                setattr(owner, name, _spending(kept, getattr(owner, name)))

    def _forgotten(self, page: Page) -> bool:
        context = page.context
        with suppress(Error):
            for other in context.pages:
                if other is not page:
                    other.close()
            if page.evaluate(FORGET):
                page.goto("about:blank")
                page.mouse.move(-1, -1)
                context.clear_cookies()
                return True
        return False

    def _end(self, page: Page) -> None:
        del self._kept[page]
        page.context.close()


def _spending(kept: Kept, call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def spending(*given: Any, **named: Any) -> Any:
        kept.spent = True
        return call(*given, **named)

    return spending
