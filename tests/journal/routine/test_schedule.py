"""When something comes again: wall time, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.domain.schedule import (
    WORKING_DAYS,
    QuietHours,
    Recurrence,
    Schedule,
    instant_of,
    next_after,
    occurrences,
    upcoming,
)


NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
ZONES = [
    NEW_YORK, BERLIN, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kolkata"), ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Chatham"),
]  # fmt: skip
EVERY_DAY = frozenset(range(1, 8))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def daily(hour: int, minute: int = 0, zone: ZoneInfo = NEW_YORK, **other) -> Schedule:
    other = {"weekdays": EVERY_DAY, **other}
    at = time(hour, minute)
    return Schedule(recurrence=Recurrence.WEEKDAYS, at=at, zone=zone, **other)


def test_half_past_eight_in_new_york_is_half_past_eight_on_both_sides_of_a_change():
    found = upcoming(daily(8, 30), utc(2026, 3, 7, 0), 3)
    assert found == [utc(2026, 3, 7, 13, 30), utc(2026, 3, 8, 12, 30), utc(2026, 3, 9, 12, 30)]  # fmt: skip
    found = upcoming(daily(8, 30), utc(2026, 10, 31, 0), 2)
    assert found == [utc(2026, 10, 31, 12, 30), utc(2026, 11, 1, 13, 30)]


def test_a_time_in_the_skipped_hour_comes_at_the_next_minute_that_exists():
    assert instant_of(date(2026, 3, 8), time(2, 30), NEW_YORK) == utc(2026, 3, 8, 7, 0)
    assert instant_of(date(2026, 3, 29), time(2, 0), BERLIN) == utc(2026, 3, 29, 1, 0)
    found = upcoming(daily(2, 30), utc(2026, 3, 7, 12), 2)
    assert [one.astimezone(NEW_YORK).strftime("%d %H:%M") for one in found] == [
        "08 03:00",
        "09 02:30",
    ]


def test_a_time_in_the_doubled_hour_comes_once_the_first_time():
    assert instant_of(date(2026, 11, 1), time(1, 30), NEW_YORK) == utc(2026, 11, 1, 5, 30)  # fmt: skip
    found = upcoming(daily(1, 30), utc(2026, 11, 1, 0), 2)
    assert found == [utc(2026, 11, 1, 5, 30), utc(2026, 11, 2, 6, 30)]


def test_a_day_that_a_country_left_out_does_not_come_twice():
    samoa = ZoneInfo("Pacific/Apia")
    found = upcoming(daily(0, 0, samoa), datetime(2011, 12, 28, 12, tzinfo=samoa), 3)
    assert [one.astimezone(samoa).date().isoformat() for one in found] == [
        "2011-12-29",
        "2011-12-31",
        "2012-01-01",
    ]


def test_working_days_leave_out_the_weekend():
    friday = utc(2026, 11, 20, 18)
    assert next_after(daily(9, weekdays=WORKING_DAYS), friday) == utc(2026, 11, 23, 14)


def test_once_comes_once():
    once = Schedule(
        recurrence=Recurrence.ONCE, at=time(9), zone=BERLIN, day=date(2026, 7, 1)
    )
    assert next_after(once, utc(2026, 6, 1)) == utc(2026, 7, 1, 7)
    assert next_after(once, utc(2026, 7, 1, 7)) is None


@pytest.mark.parametrize(
    ("month_day", "days"), [(31, [31, 28, 31, 30]), (1, [1, 1, 1, 1]), (30, [30, 28, 30, 30])]
)  # fmt: skip
def test_once_a_month_a_day_past_its_end_is_the_last(month_day, days):
    monthly = Schedule(
        recurrence=Recurrence.MONTHLY, at=time(9), zone=NEW_YORK, month_day=month_day
    )
    found = upcoming(monthly, utc(2026, 1, 1), 4)
    assert [one.day for one in found] == days


def test_no_weekday_is_never():
    assert next_after(daily(9, weekdays=frozenset()), utc(2026, 1, 1)) is None


schedules = st.builds(
    daily,
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(ZONES),
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
)
instants = st.integers(0, 10 * 365 * 24 * 60).map(
    lambda minutes: utc(2020, 1, 1) + timedelta(minutes=minutes)
)


@given(schedules, instants)
def test_each_day_has_one_instant_at_its_own_minute_or_the_next_that_exists(
    schedule, start
):
    found = list(occurrences(schedule, next_after(schedule, start), start + timedelta(30)))  # fmt: skip
    local = [one.astimezone(schedule.zone) for one in found]
    days = [one.date() for one in local]
    assert sorted(set(days)) == days
    assert {one.isoweekday() for one in days} <= schedule.weekdays
    assert all(start < one for one in found)
    for one in local:
        wall = datetime.combine(one.date(), schedule.at, schedule.zone)
        exists = wall.astimezone(UTC).astimezone(schedule.zone) == wall
        assert one.time() == schedule.at or (not exists or one.time() > schedule.at)
        assert one.time() >= schedule.at
        assert one.fold == 0


@given(schedules, instants)
def test_no_day_is_left_out(schedule, start):
    end = start + timedelta(days=30)
    found = {
        one.astimezone(schedule.zone).date()
        for one in occurrences(schedule, next_after(schedule, start), end)
    }
    first = start.astimezone(schedule.zone).date() + timedelta(days=1)
    last = end.astimezone(schedule.zone).date() - timedelta(days=1)
    wanted = {
        day
        for n in range((last - first).days + 1)
        if (day := first + timedelta(days=n)).isoweekday() in schedule.weekdays
    }
    assert wanted <= found


def quiet(begins: time, ends: time, zone: ZoneInfo = NEW_YORK) -> QuietHours:
    return QuietHours(begins=begins, ends=ends, zone=zone)


def test_quiet_hours_go_over_midnight():
    night = quiet(time(22), time(7))
    assert night.end_of(datetime(2026, 6, 1, 23, tzinfo=NEW_YORK)) == datetime(2026, 6, 2, 7, tzinfo=NEW_YORK)  # fmt: skip
    assert night.end_of(datetime(2026, 6, 2, 6, 59, tzinfo=NEW_YORK)) is not None
    assert night.end_of(datetime(2026, 6, 2, 7, 0, tzinfo=NEW_YORK)) is None
    assert night.end_of(datetime(2026, 6, 2, 12, tzinfo=NEW_YORK)) is None


def test_quiet_hours_within_a_day_and_none_at_all():
    noon = quiet(time(12), time(13))
    assert noon.end_of(utc(2026, 6, 1, 16, 30)) == utc(2026, 6, 1, 17)
    assert noon.end_of(utc(2026, 6, 1, 17)) is None
    assert quiet(time(8), time(8)).end_of(utc(2026, 6, 1, 12)) is None


def test_a_night_of_change_is_as_long_as_its_clock_says():
    night = quiet(time(22), time(7))
    assert night.end_of(utc(2026, 3, 8, 4)) == utc(2026, 3, 8, 11)  # EDT from then on
    assert night.end_of(utc(2026, 11, 1, 4)) == utc(2026, 11, 1, 12)
    short = quiet(time(1, 0), time(1, 30))
    assert short.end_of(utc(2026, 11, 1, 5, 15)) == utc(2026, 11, 1, 5, 30)
    assert short.end_of(utc(2026, 11, 1, 6, 15)) is None  # the hour comes a second time


@given(
    st.builds(
        quiet,
        st.times().map(lambda one: one.replace(second=0, microsecond=0)),
        st.times().map(lambda one: one.replace(second=0, microsecond=0)),
        st.sampled_from(ZONES),
    ),
    instants,
)
def test_when_the_quiet_is_over_it_is_over(hours, instant):
    ends = hours.end_of(instant)
    if ends is not None:
        assert instant < ends <= instant + timedelta(hours=25)
        assert hours.end_of(ends) is None
