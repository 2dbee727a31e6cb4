"""The races again, and whatever people do in whatever order, on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.cluster_kit import postgres
from tests.races.test_calls import hall  # noqa: F401
from tests.races.test_calls import (  # noqa: F401
    test_eight_officers_call_300_tickets_each_once_at_one_counter_in_order as test_eight_officers,
)
from tests.races.test_cap import (  # noqa: F401
    test_64_citizens_at_8_kiosks_fill_a_session_of_200_exactly as test_64_citizens,
)
from tests.races.test_processes import (  # noqa: F401
    test_four_processes_at_a_cap_of_50_issue_exactly_50_and_none_fails as test_four_processes,
)
from tests.races.test_same_key import (  # noqa: F401
    test_the_same_key_50_times_at_once_is_one_ticket as test_one_key,
)
from tests.test_journal_replay import Hall

pytestmark = pytest.mark.races


@pytest.fixture
def place() -> Path | str:
    return postgres().new()


class HallOnPostgres(Hall):
    def place(self) -> Path | str:
        return postgres().new()


HallOnPostgres.TestCase.settings = settings(
    max_examples=3, stateful_step_count=25, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TestWhateverHappens = HallOnPostgres.TestCase
