"""python -m tests.screenshots [--out DIR] [--only PATTERN] [--no-readme]"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium_path
from tests.screenshots import papers, readme
from tests.screenshots.camera import Camera, own_fonts
from tests.screenshots.citizens import Phone, Wall, public
from tests.screenshots.desk import Console, Supervisor
from tests.screenshots.hall import COUNTERS, Hall
from tests.screenshots.kiosk import Kiosk
from tests.screenshots.plans import plans
from tests.serving import ROOT


class Tour:
    """One morning, and who takes pictures of it."""

    def __init__(self, hall: Hall, camera: Camera) -> None:
        self.hall, self.camera = hall, camera
        self.kiosk, self.wall, self.phone = Kiosk(hall, camera), Wall(hall, camera), Phone(hall, camera)
        self.console, self.supervisor = Console(hall, camera), Supervisor(hall, camera)
        self.wants = camera.wants

    def early(self) -> None:
        code = self.kiosk.unpaired()
        self.supervisor.sign_in()
        self.supervisor.devices()
        self.kiosk.pair(code)
        self.kiosk.home("before-seven", "upcoming")
        self.hall.before_service()
        self.wall.show("idle", every=True)
        self.wall.show("sound-button", sound=False)
        public(self.hall, self.camera, "before-service")

    def busy(self) -> None:
        self.hall.work()
        self.kiosk.home("idle")
        self.wall.show("busy", every=True)
        self.wall.show("busy", "?lang=en", "en")
        self.wall.show("one-counter", "?screen=3")
        self.wall.show("one-counter-paused", "?screen=5")
        public(self.hall, self.camera, "open", ("vi", "en"))
        papers.slips(self.hall, self.camera)
        if self.wants("wall"):
            self.wall.call(4)
        if self.wants("phone"):
            self.phone.states()
        if self.wants("supervisor"):
            self.supervisor.today()
            self.supervisor.dialogs()
            self.supervisor.lists()
        if self.wants("kiosk"):
            self.kiosk.flow("vi")
            self.kiosk.flow("en")
            self.kiosk.help()
            self.kiosk.nobody_there()
        if self.wants("console"):
            self.counter()

    def counter(self) -> None:
        self.hall.leave(1)
        self.console.login()
        self.console.sit()
        self.console.serve()
        self.hall.jump(self.hall.later(2))
        self.console.serve_on()
        self.console.conflict()
        self.console.pause()
        self.console.issue()

    def cut_off(self) -> None:
        """The power goes, and comes back."""
        self.wall.watch()
        self.phone.watch()
        again = self.hall.later(2)
        self.hall.server.kill()
        self.kiosk.offline()
        self.wall.offline()
        self.phone.offline()
        if self.wants("console"):
            self.console.offline()
        self.hall.jump(again)
        self.kiosk.back_again()
        if self.wants("console"):
            self.console.taken_over()

    def hard_days(self) -> None:
        if self.wants("kiosk"):
            self.kiosk.not_enough()
        public(self.hall, self.camera, "full")
        self.wall.show("session-full")
        self.hall.plan(state="paused", reason="Mất điện tạm thời")
        self.kiosk.home("paused", "paused")
        self.hall.plan(state="open", cap=110, reason="Có điện trở lại")
        self.wall.overflow()

    def late(self) -> None:
        self.hall.jump("11:05")
        self.kiosk.home("cut-off", "cut_off")
        self.hall.leave(*COUNTERS)
        self.hall.jump("11:36")
        self.wall.show("between-sessions")
        self.hall.jump("17:05")
        self.kiosk.home("closed", "closed")
        self.wall.show("day-over")
        public(self.hall, self.camera, "day-over")
        papers.report(self.hall, self.camera)


def visit(camera: Camera, folder: Path) -> None:
    plans(folder, camera)
    if camera.only.startswith("plan-"):
        return
    tour = Tour(Hall(folder / "data"), camera)
    try:
        tour.early()
        tour.busy()
        tour.cut_off()
        tour.hard_days()
        tour.late()
    finally:
        tour.hall.server.kill()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description="Pictures of every screen.")
    parser.add_argument("--out", type=Path, default=ROOT / "test-results" / "screenshots", metavar="DIR")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="for example 'kiosk/*' or '*-vi'")
    parser.add_argument(
        "--readme", action=argparse.BooleanOptionalAction, default=True, help="renew the pictures of the README, too"
    )
    asked = parser.parse_args()
    begun = time.monotonic()
    path = chromium_path()
    if path is None:
        sys.exit("No Chromium on this machine; set LAYSO_CHROMIUM")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="layso-shots-") as folder:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=list(ARGUMENTS), env=own_fonts(Path(folder))
        )
        camera = Camera(browser, asked.out, asked.only)
        visit(camera, Path(folder))
        browser.close()
    print(f"{len(camera.taken)} pictures in {time.monotonic() - begun:.0f} s: {camera.write_index()}")
    if asked.readme and asked.only == "*":
        for picture in readme.write(asked.out):
            print(f"{picture.stat().st_size:>7} {picture}")
    for fault in camera.faults:
        print(f"script error: {fault}", file=sys.stderr)
    return 1 if camera.faults else 0


if __name__ == "__main__":
    sys.exit(main())
