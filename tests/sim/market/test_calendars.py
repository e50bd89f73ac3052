from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.sim.market import Phase, holidays
from brokers.sim.market.calendars import calendar_named
from brokers.sim.market.profiles import Auction


CONTINUOUS = calendar_named("continuous")
US = calendar_named("us")
INSTANTS = st.datetimes(
    min_value=datetime.fromisoformat("2020-01-01"),
    max_value=datetime.fromisoformat("2031-01-01"),
    timezones=st.just(UTC),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


@given(INSTANTS)
def test_the_practice_exchange_is_never_closed_for_more_than_two_minutes(moment):
    assert CONTINUOUS.phase(moment) is not Phase.CLOSED
    waits = CONTINUOUS.next_open(moment) - moment
    assert CONTINUOUS.is_open(moment) or waits <= timedelta(minutes=2)


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        ("2026-11-21T00:00:00", Phase.EXTENDED),
        ("2026-11-21T00:00:59.999999", Phase.EXTENDED),
        ("2026-11-21T00:01:00", Phase.REGULAR),
        ("2026-11-21T23:58:59", Phase.REGULAR),
        ("2026-11-21T23:59:00", Phase.EXTENDED),
    ],
)
def test_a_day_of_the_practice_exchange_has_an_opening_and_a_close(moment, phase):
    assert CONTINUOUS.phase(at(moment)) is phase


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        ("2026-11-20T08:59:59", Phase.CLOSED),
        ("2026-11-20T09:00:00", Phase.EXTENDED),
        ("2026-11-20T14:29:59", Phase.EXTENDED),
        ("2026-11-20T14:30:00", Phase.REGULAR),
        ("2026-11-20T20:59:59", Phase.REGULAR),
        ("2026-11-20T21:00:00", Phase.EXTENDED),
        ("2026-11-21T01:00:00", Phase.CLOSED),
        ("2026-11-21T15:00:00", Phase.CLOSED),
        ("2026-07-20T13:30:00", Phase.REGULAR),
        ("2026-07-20T13:29:59", Phase.EXTENDED),
    ],
)
def test_the_us_calendar_keeps_new_york_hours_in_winter_and_summer(moment, phase):
    assert US.phase(at(moment)) is phase


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (date(2026, 3, 6), date(2026, 3, 9)),
        (date(2026, 10, 30), date(2026, 11, 2)),
    ],
)
def test_the_us_opening_moves_by_an_hour_in_utc_when_the_clocks_change(before, after):
    first, second = US.session(before), US.session(after)
    assert abs(first.opens.hour - second.opens.hour) == 1
    assert first.closes - first.opens == second.closes - second.opens
    assert US.next_open(first.opens) == second.opens


# The exchange's own list, https://www.nyse.com/markets/hours-calendars
NYSE_2026 = {
    date(2026, 1, 1),
    date(2026, 1, 19),
    date(2026, 2, 16),
    date(2026, 4, 3),
    date(2026, 5, 25),
    date(2026, 6, 19),
    date(2026, 7, 3),
    date(2026, 9, 7),
    date(2026, 11, 26),
    date(2026, 12, 25),
}


def test_the_holidays_of_2026_are_those_that_the_exchange_published():
    assert holidays.of_year(2026) == NYSE_2026


@pytest.mark.parametrize(
    ("year", "closed"),
    [
        (2022, {date(2022, 6, 20), date(2022, 12, 26), date(2022, 4, 15)}),
        (2021, {date(2021, 7, 5), date(2021, 12, 24), date(2021, 4, 2)}),
        (2025, {date(2025, 1, 9), date(2025, 4, 18), date(2025, 6, 19)}),
    ],
)
def test_holidays_that_fall_on_a_weekend_are_kept_beside_it(year, closed):
    assert closed <= holidays.of_year(year)


def test_new_year_on_a_saturday_is_not_kept():
    assert US.session(date(2021, 12, 31)) is not None


@pytest.mark.parametrize(
    "day", [date(2026, 11, 27), date(2026, 12, 24), date(2025, 7, 3), date(2024, 7, 3)]
)
def test_early_closes_are_at_one_o_clock(day):
    session = US.session(day)
    assert session.closes - session.opens == timedelta(hours=3, minutes=30)
    assert session.extended_closes - session.closes == timedelta(hours=4)


def test_the_day_before_independence_day_is_a_holiday_when_it_is_kept_then():
    assert US.session(date(2026, 7, 3)) is None
    assert not holidays.closes_early(date(2026, 7, 2))


@given(st.sampled_from([CONTINUOUS, US]), INSTANTS)
def test_sessions_follow_one_another_without_overlap(calendar, moment):
    session = calendar.current(moment)
    later = calendar.following(session)
    assert session.extended_opens < session.opens < session.closes
    assert session.closes < session.extended_closes <= later.extended_opens
    assert calendar.previous(later.opens).day == session.day
    assert session.settles == later.day


@given(st.sampled_from([CONTINUOUS, US]), INSTANTS)
def test_next_open_and_close_lie_ahead_and_agree_with_is_open(calendar, moment):
    opens, closes = calendar.next_open(moment), calendar.next_close(moment)
    assert moment < opens
    assert moment < closes
    assert calendar.is_open(moment) == (closes < opens)


@pytest.mark.parametrize(
    ("auction", "moment", "allowed"),
    [
        (Auction.OPENING, "2026-11-20T14:27:59", True),
        (Auction.OPENING, "2026-11-20T14:28:00", False),
        (Auction.OPENING, "2026-11-20T23:59:59", False),
        (Auction.OPENING, "2026-11-21T00:00:00", True),
        (Auction.CLOSING, "2026-11-20T20:49:59", True),
        (Auction.CLOSING, "2026-11-20T20:50:00", False),
        (Auction.CLOSING, "2026-11-27T17:49:59", True),
        (Auction.CLOSING, "2026-11-27T17:50:00", False),
    ],
)
def test_us_auctions_take_orders_in_their_windows_only(auction, moment, allowed):
    assert US.auction_entry(auction, at(moment)).allowed is allowed


@pytest.mark.parametrize(
    ("auction", "moment", "allowed"),
    [
        (Auction.OPENING, "2026-11-20T00:00:44", True),
        (Auction.OPENING, "2026-11-20T00:00:45", False),
        (Auction.OPENING, "2026-11-20T00:01:00", True),
        (Auction.CLOSING, "2026-11-20T23:58:44", True),
        (Auction.CLOSING, "2026-11-20T23:58:45", False),
        (Auction.CLOSING, "2026-11-20T23:59:00", True),
    ],
)
def test_practice_auctions_close_for_entry_fifteen_seconds_before(
    auction, moment, allowed
):
    assert CONTINUOUS.auction_entry(auction, at(moment)).allowed is allowed


def test_a_calendar_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="lunar"):
        calendar_named("lunar")
