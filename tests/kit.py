"""What the tests are built on: a small site, a clock that moves when told, and people who act."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.clocks import NeverHeld
from tests.office_kit import Clerk
from ticketing.office import Office
from ticketing.rules.orders import TicketOrder
from ticketing.rules.people import Actor
from ticketing.rules.sites import (
    Counter,
    Field,
    Holidays,
    Neutral,
    PriorityClass,
    Procedure,
    Service,
    SessionTemplate,
    Site,
)
from ticketing.signals.local import Bus
from ticketing.store import AnyStore, open_database, open_store

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = date(2026, 11, 23)
SITE = "thu"
WEEK = ("mon", "tue", "wed", "thu", "fri")

KIOSK = Actor("token:1", "kiosk", SITE, "kiosk 1")
OFFICER = Actor("officer:lan", "officer", SITE, "lan")
OTHER_OFFICER = Actor("officer:minh", "officer", SITE, "minh")
SUPERVISOR = Actor("officer:ha", "supervisor", SITE, "ha")


class ManualClock(NeverHeld):
    """Stands still until it is set or moved; times are given in the site's local time."""

    rehearsal = False

    def __init__(self, at: str = "2026-11-23T08:00") -> None:
        self.set(at)

    def set(self, at: str) -> None:
        self._now = datetime.fromisoformat(at).replace(tzinfo=HANOI).astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def pass_(self, **step: float) -> None:
        self._now += timedelta(**step)


def no_holidays(year: int) -> Holidays:
    return Holidays({}, frozenset())


MORNING = SessionTemplate(
    "morning", "Buổi sáng", WEEK, time(7), time(11), time(7, 30), time(11, 30), "Morning",
    cap=10, field_caps={"CT": 4}, service_caps={"result": 3},
)  # fmt: skip
AFTERNOON = replace(
    MORNING, name="afternoon", title="Buổi chiều", title_en="Afternoon",
    issuing_from=time(13), issuing_until=time(16), service_from=time(13, 30), closes_at=time(17),
)  # fmt: skip
SATURDAY = replace(
    MORNING, name="saturday", title="Sáng thứ bảy", title_en="Saturday morning", weekdays=("sat",),
    fields=("HT", "CT"), counters=(1, 2), cap=None, field_caps={}, service_caps={},
)  # fmt: skip


def small_site(**changes: Any) -> Site:
    """Three fields (one sensitive), three services, three counters, two half-days and a Saturday morning."""
    site = Site(
        code=SITE,
        name="Trung tâm thử",
        name_en="Trial centre",
        level="commune",
        hotline="1022",
        portal_url="https://dichvucong.gov.vn",
        neutral=Neutral("8", "Lĩnh vực xã hội", "Social matters"),
        fields=(
            Field("HT", "Hộ tịch", "1", "Civil status"),
            Field("CT", "Chứng thực", "2", "Certification"),
            Field("BT", "Bảo trợ xã hội", "6", "Social protection", sensitive=True),
        ),
        services=(
            Service("result", "Nhận kết quả", "7", "Collect a result"),
            Service("help", "Hướng dẫn", "9", "Help"),
            Service("postal_handover", "Bưu tá giao hồ sơ", "0", "Postal hand-over"),
        ),
        procedures=(
            Procedure("1.001193", "Đăng ký khai sinh", "HT", "Birth registration"),
            Procedure("1.000894", "Đăng ký kết hôn", "HT", "Marriage", requires_presence=True),
            Procedure("2.000815", "Chứng thực bản sao", "CT", "Certified copy"),
            Procedure("1.001699", "Xác định mức độ khuyết tật", "BT", "Degree of disability"),
        ),
        priorities=(PriorityClass("elderly", "Người cao tuổi", "Older person"),),
        counters=(
            Counter(1, "Quầy 1", "Counter 1", ("HT", "CT", "BT"), ("result", "help")),
            Counter(2, "Quầy 2", "Counter 2", ("HT", "CT"), ()),
            Counter(3, "Quầy 3", "Counter 3", ("BT",), ("postal_handover",)),
        ),
        sessions=(MORNING, AFTERNOON, SATURDAY),
    )
    return replace(site, **changes)


def uncapped(site: Site) -> Site:
    bare = [replace(s, cap=None, field_caps={}, service_caps={}) for s in site.sessions]
    return replace(site, sessions=tuple(bare))


def opened(place: Path | str, **store: Any) -> AnyStore:
    """The store in a file, or in the database at an address."""
    return open_database(place) if isinstance(place, str) else open_store(place, **store)


class Centre:
    """An office on a real store, with shorthands for what tests do all day."""

    def __init__(self, path: Path | str, clock: ManualClock, site: Site | None = None, **store: Any) -> None:
        self.path, self.clock = path, clock
        self.store: Any = opened(path, **store)
        self.bus = Bus()
        codes = itertools.count(1)
        office = Office(self.store, self.bus, clock, lambda: f"code-{next(codes):06d}", no_holidays, "http://x")
        self.office = Clerk(office)
        if site is not None:
            self.office.apply_site(site)

    def take(self, field: str = "HT", dossiers: int = 1, **order: Any) -> dict[str, Any]:
        key = order.pop("key", "")
        actor = order.pop("actor", KIOSK)
        if order.get("service", "submit") == "submit" and "procedure" not in order:
            order["field"] = field
        return self.office.take_ticket(SITE, TicketOrder(dossiers=dossiers, **order), actor, key=key)[0]

    def open(self, counter: int = 1, actor: Actor = OFFICER, **choice: Any) -> dict[str, Any]:
        return self.office.open_counter(SITE, counter, actor, **choice)

    def next(self, counter: int = 1, actor: Actor = OFFICER, **choice: Any) -> dict[str, Any] | None:
        return self.office.call_next(SITE, counter, actor, **choice)

    def state(self, number: str) -> str:
        return self.row(number).state

    def row(self, number: str) -> Any:
        day = self.clock.now().astimezone(HANOI).date()
        found = self.store.read(lambda view: view.tickets.by_number(SITE, day, number))
        assert found is not None
        return found

    def session(self, name: str = "") -> dict[str, Any]:
        sessions = self.office.sessions(SITE)
        return next(s for s in sessions if s["name"] == name) if name else self.office.board(SITE)["session"]

    def kinds(self, after: int = 0) -> list[str]:
        return [line["kind"] for line in self.office.journal(SITE, after=after, limit=1000)]

    def seq(self) -> int:
        return self.store.read(lambda view: view.journal.last_seq(SITE))

    def close(self) -> None:
        self.store.close()


def at_once(works: Iterable[Callable[[], Any]]) -> list[Any]:
    """Runs every work in a thread of its own, all let go together; answers or exceptions, in order."""
    works = list(works)
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(index: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[index] = work()
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(i, work)) for i, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
