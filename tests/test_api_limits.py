from __future__ import annotations

import time
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute

from tests.api_kit import Kit, good, problem
from ticketing.api import limits
from ticketing.api.limits import PER_TOKEN, PER_VISITOR, SWEEP_EVERY_S, PerMinute, Swept, Windows

FEW = RateLimitItemPerMinute(3)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PER_TOKEN", "PER_CODE", "PER_VISITOR", "PER_VISITOR_PAGES"):
        monkeypatch.setattr(limits, name, FEW)


def statuses(kit: Kit, count: int, path: str, **sent: str) -> list[int]:
    return [kit.call("GET", path, **sent).status_code for _ in range(count)]


def test_one_visitor_one_site_and_one_call_share_a_limit(tmp_path: Path) -> None:
    with Kit(tmp_path, limits=True) as kit:
        assert statuses(kit, 4, "/sites/ward/board") == [200, 200, 200, 429]
        assert statuses(kit, 1, "/sites/other/board") == [200]
        assert statuses(kit, 1, "/sites/ward/sessions") == [200]
        elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
        good(kit.call("GET", "/sites/ward/board", environ_overrides=elsewhere))


def test_tokens_of_one_room_do_not_share_a_limit(tmp_path: Path) -> None:
    with Kit(tmp_path, limits=True) as kit:
        assert statuses(kit, 4, "/sites/ward/board", role="kiosk") == [200, 200, 200, 429]
        assert statuses(kit, 1, "/sites/ward/board", role="officer") == [200]
        assert statuses(kit, 1, "/sites/ward/board") == [200]


def test_a_ticket_is_limited_by_its_code_wherever_it_is_asked_from(tmp_path: Path) -> None:
    with Kit(tmp_path, limits=True) as kit:
        one, two = kit.take()["code"], kit.take()["code"]
        assert statuses(kit, 3, f"/tickets/{one}") == [200] * 3
        problem(kit.call("GET", f"/tickets/{one}/slip.png"), 429, "rate_limited")
        problem(kit.call("DELETE", f"/tickets/{one}"), 429, "rate_limited")
        assert kit.state(one) == "waiting"
        assert statuses(kit, 1, f"/tickets/{two}") == [200]


def test_one_too_many_says_when_to_come_back_and_does_nothing(tmp_path: Path) -> None:
    with Kit(tmp_path, limits=True) as kit:
        for _ in range(3):
            kit.take()
        before = kit.seq()
        answer = kit.call("POST", "/sites/ward/tickets", "kiosk", json={"field": "HT"})
        wait = problem(answer, 429, "rate_limited")["retry_after"]
        assert answer.headers["Retry-After"] == str(wait)
        assert 1 <= wait <= 60
        assert kit.seq() == before


def test_limits_can_be_lifted(tmp_path: Path) -> None:
    with Kit(tmp_path, limits=False) as kit:
        assert set(statuses(kit, 20, "/sites/ward/board")) == {200}
        assert set(statuses(kit, 20, "/sites/ward/board", role="kiosk")) == {200}


def pages(kit: Kit, count: int, path: str, address: str = "192.0.2.7", cookie: str = "") -> list[int]:
    sent = {"REMOTE_ADDR": address} | ({"HTTP_COOKIE": cookie} if cookie else {})
    return [kit.client.get(path, environ_overrides=sent).status_code for _ in range(count)]


@pytest.mark.faults("S10")
def test_pages_are_limited_by_visitor_and_say_when_to_come_back(tmp_path: Path) -> None:
    with Kit(tmp_path, limits=True) as kit:
        assert pages(kit, 2, "/ward/kiosk/") == [200, 200]
        assert pages(kit, 2, "/ward/") == [200, 429]
        refused = kit.client.get("/ward/", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
        assert refused.mimetype == "text/html" and "Quá nhiều yêu cầu" in refused.text
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert pages(kit, 1, "/ward/", "192.0.2.8") == [200]


@pytest.mark.faults("S10")
def test_a_device_is_never_held_back_by_strangers_of_its_address(tmp_path: Path) -> None:
    with Kit(tmp_path, limits=True) as kit:
        assert pages(kit, 4, "/ward/kiosk/")[-1] == 429
        assert pages(kit, 1, "/ward/kiosk/", cookie=f"{kit.cookie('kiosk', 'ward')}={kit.token('kiosk')}") == [200]
        assert pages(kit, 1, "/ward/kiosk/", cookie=f"{kit.cookie('kiosk', 'ward')}=made-up") == [429]
        sent = {"REMOTE_ADDR": "192.0.2.7"}
        assert kit.call("GET", "/sites/ward/board", "kiosk", environ_overrides=sent).status_code == 200


def test_all_that_a_visitor_asks_for_has_a_limit_whatever_the_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_VISITOR_IN_ALL", RateLimitItemPerMinute(5))
    with Kit(tmp_path, limits=True) as kit:
        assert statuses(kit, 3, "/sites/ward/board") == [200] * 3
        assert statuses(kit, 1, "/sites/none/board") == [404]
        assert statuses(kit, 2, "/tickets/made-up") == [404, 429]


def test_a_token_that_does_not_hold_counts_as_nobody(tmp_path: Path) -> None:
    with Kit(tmp_path, limits=True) as kit:
        assert statuses(kit, 4, "/sites/ward/board", token="made-up") == [401, 401, 401, 429]


@pytest.mark.faults("S13")
def test_who_makes_up_codes_learns_nothing_any_more_and_true_codes_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PER_VISITOR_MISSES", FEW)
    with Kit(tmp_path, limits=True) as kit:
        code = kit.take()["code"]
        assert [statuses(kit, 1, f"/tickets/made-up-{n}") for n in range(3)] == [[404]] * 3
        problem(kit.call("GET", "/tickets/made-up-4"), 429, "rate_limited")
        problem(kit.call("DELETE", "/tickets/made-up-5"), 429, "rate_limited")
        assert kit.client.get("/t/made-up-6").status_code == 429
        assert statuses(kit, 1, f"/tickets/{code}") == [200]
        elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
        problem(kit.call("GET", "/tickets/made-up-7", environ_overrides=elsewhere), 404, "unknown_ticket")


@pytest.mark.faults("S13")
def test_keys_have_one_length_whatever_is_sent(tmp_path: Path) -> None:
    assert len(limits.short("x" * 100_000)) == len(limits.short("y")) == 24
    assert len({limits.bucket(f"made-up-{n}") for n in range(200_000)}) <= 65536


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::7", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_a_visitor_is_an_address_or_a_network_of_ipv6(one: str, other: str, same: bool) -> None:
    assert (limits.visitor({"REMOTE_ADDR": one}) == limits.visitor({"REMOTE_ADDR": other})) is same


def test_a_clock_that_falls_back_locks_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Kit(tmp_path, limits=True) as kit:
        assert statuses(kit, 4, "/sites/ward/board", role="kiosk")[-1] == 429
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() - 7 * 86400)
        assert statuses(kit, 1, "/sites/ward/board", role="kiosk") == [200]


def test_what_is_over_is_swept_away_now_and_then_and_not_at_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("ticketing.api.limits.time.monotonic", lambda: clock[0])
    windows = Windows()
    storage = windows._own[0].storage
    assert isinstance(storage, Swept)
    for visitor in range(500):
        windows.hit(PER_VISITOR, str(visitor))
    storage.expirations = dict.fromkeys(storage.expirations, 0.0)
    windows.hit(PER_TOKEN, "another")
    assert len(storage.storage) == 501
    clock[0] += SWEEP_EVERY_S
    windows.hit(PER_TOKEN, "another")
    assert len(storage.storage) == 1


def test_keys_are_those_of_the_package_so_that_processes_of_two_versions_count_together() -> None:
    for key in (("token:1",), ("a", "b"), ("ký",)):
        assert PerMinute(60, 2).key_for(*key) == RateLimitItemPerMinute(60, 2).key_for(*key)
