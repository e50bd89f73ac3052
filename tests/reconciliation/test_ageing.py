from __future__ import annotations

from datetime import date, timedelta

import pytest

from brokers.reconciliation.ageing import AgeBucket, TradingDays, bucket_of, told_days


WEDNESDAY = date(2026, 11, 25)  # before Thanksgiving
NYSE = TradingDays()


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        *((0, "0-1"), (1, "0-1"), (2, "2-3"), (3, "2-3"), (4, "4-5"), (5, "4-5")),
        *((6, "6-10"), (10, "6-10"), (11, ">10"), (400, ">10")),
    ],
)
def test_buckets_have_no_gap(days: int, bucket: str):
    assert bucket_of(days) == AgeBucket(bucket)


@pytest.mark.parametrize(
    ("end", "days"),
    [
        (WEDNESDAY, 0),
        (WEDNESDAY - timedelta(days=3), 0),
        (date(2026, 11, 26), 0),
        (date(2026, 11, 27), 1),
        (date(2026, 11, 29), 1),
        (date(2026, 11, 30), 2),
    ],
)
def test_age_counts_trading_days_alone(end: date, days: int):
    assert NYSE.between(WEDNESDAY, end) == days


def test_a_deadline_passes_over_days_off():
    assert NYSE.add(WEDNESDAY, 1) == date(2026, 11, 27)
    assert NYSE.add(WEDNESDAY, 2) == date(2026, 11, 30)
    assert NYSE.at_or_before(date(2026, 11, 29)) == date(2026, 11, 27)


def test_a_venue_that_told_of_a_weekend_trades_every_day():
    told = told_days([WEDNESDAY + timedelta(days=n) for n in range(9)])
    assert told.between(date(2026, 1, 1), date(2026, 1, 11)) == 10


def test_the_venues_own_word_goes_before_the_calendar():
    week = [date(2026, 11, day) for day in (23, 24, 27)]  # it closed on the 25th
    assert WEDNESDAY not in told_days(week)
    assert date(2026, 12, 1) in told_days(week)
