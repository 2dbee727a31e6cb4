"""One browser, the pages of all screens, and where a picture of them goes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fnmatch import fnmatch
from html import escape
from pathlib import Path

import fontpkg_be_vietnam_pro
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.pages_kit import COUNT_PRINTS

KIOSK = ((1080, 1920), (1920, 1080))
PHONE = ((390, 844),)
PUBLIC = ((1280, 900), (390, 844))
WALL = ((1920, 1080), (3840, 2160), (1080, 1920))
DESK = ((1366, 768), (1920, 1080))
Size = tuple[int, int]
# A phone has a face of its own for system-ui; this machine may have none that knows Vietnamese.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{own}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
<match target="pattern"><edit name="family" mode="append"><string>Be Vietnam Pro</string></edit></match></fontconfig>"""


def own_fonts(folder: Path) -> dict[str, str | float | bool]:
    """The environment in which Chromium takes Be Vietnam Pro for the system's own face."""
    conf = folder / "fonts.conf"
    own = Path(fontpkg_be_vietnam_pro.__file__).parent
    conf.write_text(FONTS.format(own=own, cache=folder / "fonts"), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(conf)}


class Camera:
    """Takes the pictures whose name `screen/state-size-lang` matches `only`, and keeps the pages' script errors."""

    def __init__(self, browser: Browser, out: Path, only: str = "*") -> None:
        self.browser, self.out, self.only = browser, out, only
        self.taken: list[Path] = []
        self.faults: list[str] = []
        self._contexts: list[BrowserContext] = []

    def wants(self, screen: str) -> bool:
        """Whether any picture of that screen is asked for."""
        return fnmatch(screen, self.only.partition("/")[0])

    def context(self, size: Size, lang: str = "vi") -> BrowserContext:
        made = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="vi-VN" if lang == "vi" else "en-GB",
            timezone_id="Asia/Ho_Chi_Minh",
        )  # fmt: skip
        made.add_init_script(COUNT_PRINTS)
        made.on("weberror", lambda error: self.faults.append(str(error.error)))
        self._contexts.append(made)
        return made

    def page(self, size: Size, lang: str = "vi") -> Page:
        """A page in a context of its own."""
        return self.context(size, lang).new_page()

    def close(self, *pages: Page) -> None:
        for page in pages:
            self._contexts.remove(page.context)
            page.context.close()

    def shoot(self, page: Page, name: str, sizes: Iterable[Size] = (), lang: str = "vi", whole: bool = False) -> None:
        """The page as it stands, at each size in turn; `name` is `screen/state`. `whole`: down to the page's end."""
        for size in tuple(sizes) or (_size(page),):
            path = self._path(name, f"{size[0]}x{size[1]}", lang)
            if path is None:
                continue
            if size != _size(page):
                page.set_viewport_size({"width": size[0], "height": size[1]})
            page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame)).then(() => true)")
            page.screenshot(path=path, animations="disabled", full_page=whole)
            self.taken.append(path)

    def keep(self, picture: bytes, name: str, size: str, lang: str = "vi") -> None:
        """A PNG that was drawn elsewhere."""
        path = self._path(name, size, lang)
        if path is not None:
            path.write_bytes(picture)
            self.taken.append(path)

    def _path(self, name: str, size: str, lang: str) -> Path | None:
        found = f"{name}-{size}-{lang}"
        if not fnmatch(found, self.only):
            return None
        path = self.out / f"{found}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write_index(self) -> Path:
        """index.html: every picture in its directory, in the order they were taken."""
        lines = ["<!doctype html><html lang='en'><meta charset='utf-8'><title>Lấy Số: every screen</title>"]
        lines.append("<style>body{font:16px sans-serif}figure{display:inline-block;margin:8px;vertical-align:top}")
        lines.append("img{height:300px;border:1px solid #999}figcaption{max-width:300px}</style>")
        screens = list(dict.fromkeys(path.parent.name for path in self.taken))
        for screen in screens:
            lines.append(f"<h2>{escape(screen)}</h2>")
            for path in dict.fromkeys(self.taken):
                if path.parent.name == screen:
                    name = escape(f"{screen}/{path.name}")
                    lines.append(
                        f"<figure><a href='{name}'><img loading='lazy' src='{name}' alt=''></a>"
                        f"<figcaption>{escape(path.stem)}</figcaption></figure>"
                    )
        index = self.out / "index.html"
        index.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return index


def _size(page: Page) -> Size:
    now = page.viewport_size
    assert now is not None
    return now["width"], now["height"]
