"""The phone's page as it comes without any script: of its own ticket, and of nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.frames import Frames, slot
from tests.api_kit import Kit, good


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    with Kit(tmp_path) as kit:
        yield kit


def page(kit: Kit, ticket: dict[str, Any], lang: str = "vi") -> str:
    answer = kit.client.get(f"/t/{ticket['code']}?lang={lang}")
    assert answer.status_code == 200
    return answer.text


def test_pages_of_one_frame_tell_each_of_its_own_ticket_alone(kit: Kit) -> None:
    good(kit.at_counter("open"))
    taken = [kit.take() for _one in range(6)]
    pages = [page(kit, ticket) for ticket in taken]
    for ticket, text in zip(taken, pages, strict=True):
        assert f'id="number">{ticket["number"]}<' in text
        assert text.count(f"/t/{ticket['code']}/give-up") == 1 and f"/t/{ticket['code']}/rating" in text
        for other in taken:
            if other is not ticket:
                assert other["code"] not in text and other["number"] not in text


def test_a_page_follows_its_ticket_from_state_to_state(kit: Kit) -> None:
    ticket = kit.take()
    assert 'data-state="waiting"' in page(kit, ticket) and "Chưa có quầy nào mở" in page(kit, ticket)
    good(kit.at_counter("open"))
    good(kit.at_counter("call-next"))
    assert 'id="state">Mời đến quầy số 1<' in page(kit, ticket)
    assert 'id="state">Please go to counter 1<' in page(kit, ticket, "en")
    good(kit.at_counter("finish"))
    done = page(kit, ticket)
    assert 'data-state="done"' in done and 'data-rated="no"' in done
    assert kit.client.post(f"/t/{ticket['code']}/rating", data={"score": "4"}).status_code == 303
    assert 'data-rated="yes"' in page(kit, ticket)


def test_what_the_configuration_says_on_the_page_changes_with_it(kit: Kit) -> None:
    ticket = kit.take()
    assert "Số 9 &lt;phố&gt; Mới" not in page(kit, ticket)
    kit.office.apply_site(replace(kit.office.site("ward"), address="Số 9 <phố> Mới"))
    assert "Số 9 &lt;phố&gt; Mới" in page(kit, ticket)


def test_of_many_frames_the_last_used_are_kept() -> None:
    frames, rendered = Frames(2), list[str]()

    def show(name: str) -> str:
        def render() -> str:
            rendered.append(name)
            return f"{name}: {slot('own')}."

        return frames.page(name, 1, render, own="its own")

    assert [show(name) for name in ("a", "b", "a", "c", "a", "b")][-1] == "b: its own."
    assert rendered == ["a", "b", "c", "b"]
