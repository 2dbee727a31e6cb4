"""Every route, page, form and socket, tried as everybody: who gets in, who doesn't, and how he is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api_kit import Kit
from tests.doors import DOORS, GUESTS, PAGE, TABLE, expected, page
from tests.doors_kit import answers

Came = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Came]:
    with Kit(tmp_path_factory.mktemp("doors")) as kit:
        yield dict(answers(kit))


def test_every_route_page_form_and_socket_has_a_row_and_no_row_is_without_one(came: Came) -> None:
    assert set(came) - set(DOORS) == set(), "a new door: for whom? (tests/doors.py)"
    assert set(DOORS) - set(came) == set()
    assert len(DOORS) == sum(len(names.split("\n")) - 2 for names in TABLE.values())


def test_everybody_gets_in_where_he_may_and_nowhere_else(came: Came) -> None:
    wrong = [
        (door, visitor, f"came {answer}", f"expected {expected(door, visitor)}")
        for door, got in came.items()
        for visitor, answer in got.items()
        if answer != expected(door, visitor)
    ]
    assert wrong == []


def test_nothing_that_changes_another_sites_day_is_open_to_its_strangers(came: Came) -> None:
    """What anybody may send is his own: a code's ticket, a login, a device's pairing."""
    sent = {door for door in came if DOORS[door] == "anyone" and door.split()[0] not in ("GET", "SOCKET")}
    own = ("/tickets/<code>", "/t/<code>", "/login", "/logout", "/kiosk/pairing")
    assert [door for door in sent if not any(part in door for part in own)] == []
    assert not {"kiosk other", "officer other", "admin other"} & set().union(
        *(guests for who, guests in GUESTS.items() if who != "anyone")
    )


def test_the_page_is_what_came_today(came: Came) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(came), "make doors"
