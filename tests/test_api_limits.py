from __future__ import annotations

from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute

from tests.api_kit import Kit, good, problem
from ticketing.api import limits

FEW = RateLimitItemPerMinute(3)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PER_TOKEN", "PER_CODE", "PER_VISITOR"):
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


def test_behind_a_proxy_of_this_machine_each_visitor_has_a_limit_of_his_own(tmp_path: Path) -> None:
    def ask(forwarded: str, peer: str) -> int:
        sent = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}
        return kit.call("GET", "/sites/ward/board", environ_overrides=sent).status_code

    with Kit(tmp_path, limits=True) as kit:
        assert [ask("192.0.2.1", "127.0.0.1") for _ in range(4)] == [200, 200, 200, 429]
        assert ask("192.0.2.2", "127.0.0.1") == 200
        assert ask("192.0.2.9, 192.0.2.1", "127.0.0.1") == 429
        assert [ask(f"192.0.2.{n}", "198.51.100.7") for n in range(4)] == [200, 200, 200, 429]


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
