"""The public calendar against days that are known from the gazettes and from the plans of 2020."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ticketing.profiles import profile_path, read_sites, vietnam_holidays
from ticketing.rules.sessions import plan_day


def window(first: date, last: date) -> list[date]:
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def names(site, day: date) -> list[str]:
    return [session.key for session in plan_day(site, day, vietnam_holidays)]


@pytest.fixture(scope="module")
def demo():
    (site,) = read_sites(profile_path("demo"))
    return site


@pytest.fixture(scope="module")
def dong_nai():
    return next(s for s in read_sites(profile_path("dong-nai-2020")) if s.level == "province")


def test_the_second_of_april_2020_is_gio_to_and_the_days_beside_it_are_not():
    days_off = vietnam_holidays(2020).days_off
    assert days_off[date(2020, 4, 2)] == "Ngày Giỗ Tổ Hùng Vương"
    assert [day for day in days_off if day.month == 4] == [date(2020, 4, 2), date(2020, 4, 30)]


def test_the_window_of_dong_nai_has_22_working_days_and_44_sessions(dong_nai):
    days = [names(dong_nai, day) for day in window(date(2020, 3, 30), date(2020, 4, 29))]
    assert len([day for day in days if day]) == 22
    assert sum(len(day) for day in days) == 44
    assert names(dong_nai, date(2020, 3, 30)) == ["2020-03-30-morning", "2020-03-30-afternoon"]
    assert names(dong_nai, date(2020, 4, 2)) == []
    assert names(dong_nai, date(2020, 4, 4)) == []


@pytest.mark.parametrize(
    "day",
    [date(2020, 1, 25), date(2021, 2, 12), date(2022, 2, 1), date(2026, 2, 17), date(2027, 2, 6)],
)
def test_the_first_day_of_tet_follows_the_moon(day: date, demo):
    assert vietnam_holidays(day.year).days_off[day] == "Tết Nguyên Đán"
    assert names(demo, day) == []


def test_a_weekend_day_worked_in_place_of_a_day_off_has_the_sessions_of_a_friday(demo):
    holidays = vietnam_holidays(2026)
    assert holidays.days_worked == {date(2026, 8, 22)}
    assert date(2026, 8, 31) in holidays.days_off
    assert names(demo, date(2026, 8, 22)) == ["2026-08-22-morning", "2026-08-22-afternoon"]
    assert names(demo, date(2026, 8, 31)) == []
    assert names(demo, date(2026, 8, 29)) == ["2026-08-29-morning"]


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2025, 2026, 2027])
def test_a_year_knows_its_own_days_only(year: int):
    holidays = vietnam_holidays(year)
    assert {day.year for day in holidays.days_off} == {year}
    assert all(day.year == year and day.weekday() >= 5 for day in holidays.days_worked)
    assert not holidays.days_worked & set(holidays.days_off)


def test_a_day_off_at_the_turn_of_the_year_is_made_up_in_the_year_where_that_saturday_lies():
    assert date(2018, 12, 31) in vietnam_holidays(2018).days_off
    assert vietnam_holidays(2018).days_worked == set()
    assert vietnam_holidays(2019).days_worked == {date(2019, 1, 5), date(2019, 5, 4)}


def test_a_year_is_worked_out_once_and_cannot_be_changed_by_a_reader():
    assert vietnam_holidays(2026) is vietnam_holidays(2026)
    with pytest.raises(TypeError):
        vietnam_holidays(2026).days_off[date(2026, 3, 3)] = "none"  # type: ignore[index]
