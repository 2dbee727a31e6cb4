"""Answers and log lines write a moment as ISO 8601 has it, and as Python's own `isoformat` does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import logs
from tests.kit import small_site
from ticketing.answers.names import stamp

ZONES = ("Asia/Ho_Chi_Minh", "UTC", "Europe/London", "America/St_Johns")
MOMENTS = st.datetimes(datetime(1975, 7, 1), datetime(2999, 1, 1), timezones=st.just(UTC)) | st.datetimes(
    datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)
).map(lambda at: at.replace(microsecond=0))


@given(zone=st.sampled_from(ZONES), at=MOMENTS)
def test_an_answer_tells_the_second_in_the_sites_own_time(zone: str, at: datetime) -> None:
    site = small_site(timezone=zone)
    assert stamp(site, at) == at.astimezone(site.zone).isoformat(timespec="seconds")
    assert stamp(site, None) is None


@given(at=MOMENTS)
def test_a_line_of_the_log_tells_the_millisecond(at: datetime) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logs, "real_now", lambda: at)
        assert logs._now() == at.isoformat(timespec="milliseconds")
