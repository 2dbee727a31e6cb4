"""A line to PostgreSQL that is cut, and a database that is away or has crashed: nothing that was given is lost."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests import test_store_postgres
from tests.cluster_kit import postgres
from tests.cut_line import CutLine
from tests.kit import MONDAY, OFFICER, SITE, Centre, ManualClock, small_site, uncapped
from tests.waiting import until
from ticketing.errors import Unavailable
from ticketing.events import CounterClosed
from ticketing.store import check

centre, raw = test_store_postgres.centre, test_store_postgres.raw


def test_a_connection_that_is_cut_in_the_middle_is_no_harm_and_an_unknown_end_is_found_out(
    centre: Centre, raw: Any
) -> None:
    cut: list[int] = []

    def work(tx: Any) -> int:
        own = tx.connection.execute("SELECT pg_backend_pid()").fetchone()[0]
        if not cut:
            cut.append(own)
            raw.execute("SELECT pg_terminate_backend(%s)", (own,))
        return int(tx.journal.record(CounterClosed(), site=SITE, at=centre.clock.now(), actor=OFFICER, counter=1))

    before = centre.seq()
    assert centre.store.write((SITE,), work) == before + 1
    assert centre.seq() == before + 1


@pytest.mark.parametrize("where", ["order", "answer"])
def test_a_line_that_is_cut_at_the_commit_gives_one_number_for_one_order_and_its_first_result_for_its_key(
    where: Any,
) -> None:
    url = postgres().new()
    line = CutLine(url)
    with closing(Centre(line.url, ManualClock(), uncapped(small_site()))) as centre, closing(line):
        first = centre.take()["number"]
        for key in ("", "kiosk-7"):
            before = centre.seq()
            line.cut_at = where
            ticket = centre.take(key=key)
            assert line.cuts == 1 + (key != "")
            assert ticket["number"] == str(int(first) + line.cuts)
            assert centre.seq() == before + 1
        line.cut_at = where
        again = centre.take(key="kiosk-7")
        assert again["number"] == ticket["number"]
        line.cut_at = ""
        assert [t.number for t in centre.store.read(lambda view: view.tickets.of_days(SITE, MONDAY, MONDAY))] == [
            str(int(first) + number) for number in range(3)
        ]
    assert check(url) == []


def test_a_commit_that_a_crash_took_is_not_believed_done_though_another_has_its_transactions_number() -> None:
    from tests.cluster_kit import Postgres

    server = Postgres()
    try:
        url = server.url()
        line = CutLine(url)

        def crash() -> None:
            server.restart_immediately()
            with psycopg.connect(url, autocommit=True) as other:
                for _each in range(50):
                    other.execute("SELECT pg_current_xact_id()")

        with closing(Centre(line.url, ManualClock(), uncapped(small_site()))) as centre, closing(line):
            numbers = [centre.take()["number"]]
            line.meanwhile, line.cut_at = crash, "order"
            numbers += [centre.take()["number"] for _each in range(2)]
            assert line.cuts == 1
            assert numbers == [str(int(numbers[0]) + place) for place in range(3)]
            found = centre.store.read(lambda view: view.tickets.of_days(SITE, MONDAY, MONDAY))
            assert [ticket.number for ticket in found] == numbers
        assert check(url) == []
    finally:
        server.close()


def test_without_a_database_it_is_unavailable_and_heals_when_it_is_back() -> None:
    from tests.cluster_kit import Postgres

    server = Postgres()
    try:
        centre = Centre(server.url(), ManualClock(), small_site())
        first = centre.take()["number"]
        server.end()
        with pytest.raises(Unavailable):
            centre.take()
        with pytest.raises(Unavailable):
            centre.seq()
        assert centre.store.writes() == "failed"
        server.start()
        assert centre.take()["number"] == str(int(first) + 1)
        assert (centre.store.writes(), check(str(centre.path))) == ("ok", [])
        centre.close()
    finally:
        server.close()


def test_one_server_leads_before_and_after_the_database_begins_anew_and_again_when_it_ends() -> None:
    from tests.cluster_kit import Postgres
    from ticketing.store.postgres_moves import Held, is_served

    server = Postgres()
    try:
        url = server.url()
        with Held(url, alone=False) as one, Held(url, alone=False) as other:
            assert [one.leads(), other.leads(), one.leads()] == [True, False, True]
            server.restart_immediately()
            assert [one.leads(), other.leads()] == [False, False]
            other.again()
            one.again()
            assert [other.leads(), one.leads(), other.leads()] == [True, False, True]
            with Held(url, alone=True) as moving:
                assert not moving.got
            other.__exit__()
            until(one.leads)
            one.__exit__()
            until(lambda: not is_served(url))
            with Held(url, alone=True) as moving:
                assert moving.got and not one.again()
    finally:
        server.close()
