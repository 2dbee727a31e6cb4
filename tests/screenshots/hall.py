"""A centre on a busy Monday morning, lived through the public API with the rehearsal clock."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from kiosk.clocks import real_now
from kiosk.datadir import DataDir
from kiosk.parts import make_office
from tests.serving import Server
from ticketing.profiles import profile_path, read_sites, write_sites
from ticketing.rules.people import CLI
from ticketing.rules.sites import Counter
from ticketing.signals.local import Bus
from ticketing.verbs.people import Accounts

# The profile's counters 1 to 6, and the six more of `twelve_counters`.
COUNTERS = range(1, 13)
DAY = "2026-11-23"
MORNING = f"{DAY}-morning"
OFFICERS = ("Hoa", "Minh", "Dũng", "Phương", "Tuấn", "Nga", "Bình", "Thảo", "Sơn", "Yến", "Khoa", "Mai")
STAFF = {"lan": "officer", "ha": "supervisor", "quantri": "admin"}
PRIORITIES = ("elderly", "child", "disabled", "merit")
ARRIVALS = ("HT", "CT", "CU", "DD", "result", "KD", "HT", "CT", "GD", "BT", "CU", "help", "XD")


class Hall:
    """The running server, its people, and every ticket that was taken."""

    def __init__(self, data: Path) -> None:
        self.passwords = {login: secrets.token_urlsafe(12) for login in STAFF}
        self.tokens: dict[str, str] = {}
        self.tickets: list[dict[str, Any]] = []
        self.chance = Random(20261123)
        self._prepare(data)
        self.server = Server(data, at=f"{DAY}T06:50", profile="")
        self.server.site = "demo"
        self.server._tokens.update({(role, "demo"): self.tokens[role] for role in ("kiosk", "supervisor")})
        self.server.start()

    def _prepare(self, data: Path) -> None:
        self.site = read_sites(profile_path("demo"))[0]
        directory = DataDir(data)
        directory.create()
        with directory.opened() as store:
            make_office(store, Bus(), directory.clock(store)).apply_site(self.site, CLI)
            accounts = Accounts(store, real_now)
            for login, role in STAFF.items():
                accounts.add_officer("demo", login, role, self.passwords[login], CLI)
            self.tokens["kiosk"] = accounts.issue_token("demo", "kiosk", "Máy lấy số dự phòng", CLI)
            self.tokens["supervisor"] = accounts.issue_token("demo", "supervisor", "Hà", CLI)
            for number, name in enumerate(OFFICERS, 1):
                self.tokens[f"officer{number}"] = accounts.issue_token("demo", "officer", name, CLI)

    # -- time and requests --------------------------------------------------------------------------

    def jump(self, time: str) -> None:
        """The same day, later."""
        self.server.restart(kill=self.server.running, at=f"{DAY}T{time}")

    def later(self, minutes: int) -> str:
        """The site's time of day in so many minutes; a slow machine must never jump back."""
        now = datetime.fromisoformat(self.server.board()["time"])
        return f"{now + timedelta(minutes=minutes):%H:%M}"

    def ask(self, method: str, path: str, who: str, **body: Any) -> Any:
        """The JSON answer of a call that must not be refused; None without content."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        answer = self.server.ask(method, f"/sites/demo/{path}", json=body, headers=headers)
        if answer.status_code >= 400:
            raise RuntimeError(f"{method} {path} {body}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def at(self, counter: int, verb: str, **body: Any) -> Any:
        return self.ask("POST", f"counters/{counter}/{verb}", f"officer{counter}", **body)

    def take(self, what: str, **body: Any) -> dict[str, Any]:
        """A ticket for a field, or for a service other than submitting."""
        wanted = {"field": what} if what.isupper() else {"service": what}
        ticket: dict[str, Any] = self.ask("POST", "tickets", "kiosk", **wanted, **body)
        self.tickets.append(ticket)
        return ticket

    def plan(self, **change: Any) -> Any:
        """The supervisor changes the morning session."""
        return self.ask("PATCH", f"sessions/{MORNING}", "supervisor", **change)

    def session(self) -> dict[str, Any]:
        return dict(self.server.board()["session"])

    def find(self, **wanted: Any) -> dict[str, Any]:
        """A ticket as it now is, in which `wanted` holds; `ahead` is at least as many."""
        for known in self.tickets:
            now = self.server.ask("GET", f"/tickets/{known['code']}").json()
            ahead = now["ahead"] if now["ahead"] is not None else -1
            if ahead >= wanted.get("ahead", -1) and all(now[k] == v for k, v in wanted.items() if k != "ahead"):
                return dict(now)
        raise LookupError(wanted)

    # -- the morning --------------------------------------------------------------------------------

    def arrive(self, count: int) -> None:
        for place in range(count):
            what = ARRIVALS[(len(self.tickets) + place) % len(ARRIVALS)]
            body: dict[str, Any] = {}
            if what.isupper() and self.chance.random() < 0.2:
                body["dossiers"] = 2
            if self.chance.random() < 0.15:
                body["priority"] = self.chance.choice(PRIORITIES)
            self.take(what, **body)

    def before_service(self) -> None:
        """People come from seven o'clock on; nobody is called yet."""
        self.jump("07:03")
        self.arrive(4)
        self.jump("07:21")
        self.arrive(7)

    def work(self) -> None:
        """Counters 1 to 5 until a quarter past eight; then 2 calls, 1, 3 and 4 serve, 5 pauses."""
        self.jump("07:31")
        self.plan(cap=90, reason="Tăng cường thêm một cán bộ tiếp nhận")
        for counter in range(1, 6):
            self.at(counter, "open")
            self.at(counter, "call-next")
            self.at(counter, "start")
        self.jump("07:39")
        self._round(8)
        self.jump("07:46")
        self.at(3, "finish")
        self.at(3, "call-next")
        self.at(3, "no-show")
        self.at(4, "hold", reason="Bổ sung giấy tờ")
        self.at(2, "transfer", field="HT")
        self._round(8)
        self.jump("07:55")
        self.at(2, "hold", reason="Nộp lệ phí")
        self._round(10)
        self.jump("08:04")
        self._round(10)
        self.jump("08:12")
        self.at(5, "finish")
        self.at(5, "pause", reason="Nghỉ ngắn")
        self.arrive(12)
        self.take("postal_handover", dossiers=12)
        self.jump("08:15")
        self.at(2, "call-next")

    def _round(self, arrivals: int) -> None:
        self.arrive(arrivals)
        for counter in (3, 1, 5, 2, 4):
            if self.at(counter, "call-next"):
                self.at(counter, "start")

    def leave(self, *counters: int) -> None:
        """The officers there finish and go."""
        there = {line["counter"]: line for line in self.server.board()["counters"]}
        for counter in counters:
            if there[counter]["ticket"]:
                self.at(counter, "finish")
            if there[counter]["state"] != "closed":
                self.at(counter, "close")

    def twelve_counters(self, folder: Path) -> Path:
        """A configuration file of the same centre with twelve counters."""
        every = tuple(field.code for field in self.site.fields)
        more = tuple(Counter(n, fields=every) for n in COUNTERS[6:])
        file = folder / "twelve.toml"
        file.write_text(write_sites([replace(self.site, counters=self.site.counters + more)]), encoding="utf-8")
        return file
