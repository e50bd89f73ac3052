"""The calendar of results: cells of a month or a year in money, percent, R, discipline.

A cell says its figure with a sign, how many trades closed, and whether the rules were
followed; its tint only repeats the sign.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

import numpy as np

from journal.book.days import DayFigures, together
from journal.book.filtering import TradeFilter
from journal.models import Followed
from journal.reports.capital import capital, number_of
from journal.reports.columns import UNKNOWN
from journal.reports.loading import columns_of
from journal.reports.movements import movements_of
from tradedesk.accounts.models import User


DEEPEST = 4
SATURDAY = 5
WEEK = timedelta(days=7)
HUNDRED = Decimal(100)


class Shown(StrEnum):
    """What stands in a cell."""

    MONEY = "money"
    PERCENT = "percent"
    R = "r"
    DISCIPLINE = "discipline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day, or the sum of a week or month. `value` is None where there is none to
    show; `tint` is 0 to 4, of the deepest in view.
    """

    figures: DayFigures
    value: Decimal | None
    tint: int = 0
    is_outside: bool = False
    is_today: bool = False
    is_future: bool = False

    @property
    def day(self) -> date:
        return self.figures.day

    @property
    def process(self) -> str:
        """The debrief's answer, else what the trades' own answers say, else "open"
        where something traded and nobody answered, else "".
        """
        told = self.figures
        if told.followed:
            return told.followed
        if not told.trades:
            return ""
        if told.answered < told.trades and not told.mistaken:
            return "open"
        if told.mistaken or told.kept < told.answered:
            return Followed.NO if told.kept == 0 else Followed.PARTLY
        return Followed.YES


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    number: int
    cells: Sequence[Cell]
    total: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """`first` is its first day; weeks begin on Monday and have as many columns as
    `weekdays`: weekends only where something closed on one.
    """

    first: date
    weekdays: Sequence[int]
    weeks: Sequence[Week]
    total: Cell


Equities = Mapping[date, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How figures become values: what is shown, equity before each day, and today."""

    shown: Shown
    equity: Equities
    today: date

    def value(self, told: DayFigures) -> Decimal | None:
        """None without a trade, or where what it takes is not known."""
        if not told.trades:
            return None
        match self.shown:
            case Shown.MONEY:
                return told.net
            case Shown.R:
                return told.r if told.with_r else None
            case Shown.DISCIPLINE:
                return told.discipline
            case Shown.PERCENT:
                before = self.equity.get(told.day)
                return told.net / before * HUNDRED if before else None


def month_of(
    days: Mapping[date, DayFigures],
    first: date,
    scale: Scale,
    *,
    deepest: Decimal | None = None,
) -> Month:
    """The month that begins on `first`, in whole weeks; tints are of its own deepest
    day, unless another is given.
    """
    own = [one for one in days.values() if _is_of(one.day, first)]
    weekend = {one.day.weekday() for one in own if one.day.weekday() >= SATURDAY}
    weekdays = [*range(SATURDAY), *sorted(weekend)]
    deepest = _deepest(own, scale) if deepest is None else deepest
    weeks = []
    for monday in _mondays(first):
        dates = [monday + timedelta(days=number) for number in weekdays]
        inside = [
            days[day]
            for day in (monday + timedelta(days=number) for number in range(7))
            if day in days and _is_of(day, first)
        ]
        cells = [
            _cell(days, day, first=first, scale=scale, deepest=deepest) for day in dates
        ]
        if all(one.is_outside for one in cells):
            continue
        weeks.append(
            Week(
                number=monday.isocalendar().week,
                cells=cells,
                total=_total(inside, monday, scale),
            )
        )
    return Month(
        first=first, weekdays=weekdays, weeks=weeks, total=_total(own, first, scale)
    )


def _is_of(day: date, first: date) -> bool:
    return (day.year, day.month) == (first.year, first.month)


def _mondays(first: date) -> list[date]:
    _, length = calendar.monthrange(first.year, first.month)
    last = first + timedelta(days=length - 1)
    monday = first - timedelta(days=first.weekday())
    found = []
    while monday <= last:
        found.append(monday)
        monday += WEEK
    return found


def _cell(
    days: Mapping[date, DayFigures],
    day: date,
    *,
    first: date,
    scale: Scale,
    deepest: Decimal,
) -> Cell:
    outside = not _is_of(day, first)
    told = DayFigures(day=day) if outside else days.get(day, DayFigures(day=day))
    value = scale.value(told)
    return Cell(
        figures=told,
        value=value,
        tint=_tint(value, scale, deepest),
        is_outside=outside,
        is_today=day == scale.today,
        is_future=day > scale.today,
    )


def _deepest(days: Sequence[DayFigures], scale: Scale) -> Decimal:
    values = [abs(value) for one in days if (value := scale.value(one)) is not None]
    return max(values, default=Decimal(0))


def _tint(value: Decimal | None, scale: Scale, deepest: Decimal) -> int:
    """Discipline has no sign and so no tint of gain or loss."""
    if not value or not deepest or scale.shown is Shown.DISCIPLINE:
        return 0
    return max(1, int(-(-abs(value) * DEEPEST // deepest)))


def _total(days: Sequence[DayFigures], first: date, scale: Scale) -> Cell:
    told = together(days, first)
    value = scale.value(told)
    if scale.shown is Shown.PERCENT:
        value = _compounded([scale.value(one) for one in days if one.trades])
    return Cell(figures=told, value=value)


def _compounded(returns: Sequence[Decimal | None]) -> Decimal | None:
    """Percent of a period from those of its days; None where one is not known."""
    product = Decimal(1)
    for one in returns:
        if one is None:
            return None
        product *= 1 + one / HUNDRED
    return (product - 1) * HUNDRED if returns else None


def year_of(
    days: Mapping[date, DayFigures], year: int, scale: Scale
) -> Sequence[Month]:
    """Twelve months; tints are of the deepest day of the year."""
    deepest = _deepest([one for one in days.values() if one.day.year == year], scale)
    return [
        month_of(days, date(year, number, 1), scale, deepest=deepest)
        for number in range(1, 13)
    ]


def equities(user: User, wanted: TradeFilter, days: Sequence[date]) -> Equities:
    """What stood in the account (or in all) before each of these days, where known."""
    if not days:
        return {}
    account = None if wanted.netted else wanted.account
    columns = columns_of(user)
    mask = columns.account != UNKNOWN if account is None else columns.account == account
    mine = columns.where(mask & columns.priced)
    begun = capital(mine, movements_of(user, account)).of(
        np.array([number_of(day) for day in days])
    )
    return {
        day: Decimal(float(equity))
        for day, equity in zip(days, begun, strict=True)
        if equity > 0
    }
