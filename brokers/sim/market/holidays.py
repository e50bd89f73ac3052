"""The trading days of the New York Stock Exchange, by its Rule 7.2 and its practice."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache


_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY = 0, 3, 4, 5

# Closed by proclamation: national days of mourning for presidents Bush and Carter.
_MOURNING = frozenset({date(2018, 12, 5), date(2025, 1, 9)})


def easter(year: int) -> date:
    """Western Easter Sunday (the anonymous Gregorian algorithm, Nature 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _nth(year: int, month: int, *, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last_monday(year: int, month: int) -> date:
    day = date(year, month + 1, 1) - timedelta(days=1)
    return day - timedelta(days=day.weekday())


def _observed(day: date) -> date:
    """Saturday is kept on Friday, Sunday on Monday."""
    shift = {_SATURDAY: -1, _SATURDAY + 1: 1}.get(day.weekday(), 0)
    return day + timedelta(days=shift)


@lru_cache(maxsize=256)
def of_year(year: int) -> frozenset[date]:
    """The days of a year on which the exchange stays closed, weekends aside.

    New Year's Day on a Saturday is not kept on the Friday before, which belongs to the
    old year's books (NYSE Rule 7.2).
    """
    new_year = date(year, 1, 1)
    days = {
        _nth(year, 1, weekday=_MONDAY, nth=3),
        _nth(year, 2, weekday=_MONDAY, nth=3),
        easter(year) - timedelta(days=2),
        _last_monday(year, 5),
        _observed(date(year, 7, 4)),
        _nth(year, 9, weekday=_MONDAY, nth=1),
        _nth(year, 11, weekday=_THURSDAY, nth=4),
        _observed(date(year, 12, 25)),
    }
    if new_year.weekday() != _SATURDAY:
        days.add(_observed(new_year))
    if year >= 2022:  # noqa: PLR2004 - Juneteenth became a market holiday then
        days.add(_observed(date(year, 6, 19)))
    return frozenset(days | {day for day in _MOURNING if day.year == year})


def is_trading_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in of_year(day.year)


def closes_early(day: date) -> bool:
    """Whether the regular session ends at 13:00: the eve of Independence Day and of
    Christmas where they are trading days, and the day after Thanksgiving.
    """
    if not is_trading_day(day):
        return False
    if day == _nth(day.year, 11, weekday=_THURSDAY, nth=4) + timedelta(days=1):
        return True
    eve = (day.month, day.day) in {(7, 3), (12, 24)}
    return eve and day.weekday() <= _THURSDAY


def next_trading_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_trading_day(day):
        day += timedelta(days=1)
    return day
