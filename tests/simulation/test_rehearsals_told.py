"""The first days of both plans of 2020, played with what people were told of their waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.months import WORKING_DAYS, begin, play
from ticketing import events as ev
from ticketing.reports.catalogue import gather
from ticketing.reports.estimates import Estimates, score

DAYS = WORKING_DAYS[:3]
PEOPLE = 26


@pytest.mark.parametrize("profile", ["tay-ninh-2020", "dong-nai-2020"])
def test_waits_told_in_both_rehearsals_come_true(profile: str, tmp_path: Path) -> None:
    """Its officers look for new people every six minutes: nothing says so but the days themselves."""
    played, found = begin(profile, tmp_path), []
    for site in played.office.site_values()[:3]:
        play(played, site.code, DAYS, PEOPLE)
        making = Estimates(site, DAYS[0], DAYS[-1], "vi")
        gather(played.office.store.read, making)
        lines = played.office.store.read(lambda view, code=site.code: view.journal.lines(code, 0, 100_000))
        assert making.in_all().told <= sum("wait_s" in line.data for line in lines)
        taken = [line.data for line in lines if line.kind == ev.TicketTaken.kind]
        spans = [one for one in taken if "wait_s" in one]
        assert len(spans) > 0.9 * len(taken), "before the service the session's counters are reckoned with"
        assert all(one["wait_from_s"] <= one["wait_s"] <= one["wait_to_s"] for one in spans)
        found += [one for of_queue in making.found.values() for one in of_queue]
    played.office.store.close()
    told = score(found)
    assert told.told > 150 and told.rase is not None and told.rase < 0.5
    assert told.early_share is not None and told.late_share is not None
    assert told.early_share < 0.05 and told.late_share < 0.12
