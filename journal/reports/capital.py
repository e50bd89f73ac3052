"""What stood in the accounts on each day, and the returns of days with deposits removed.

The equity at a day's end is all that was paid in and out, and all that closed trades and
other cash (dividends, interest, fees) made until then; an open position counts at what it
cost. Return of a day = its results / (equity before + what came in that day), so that
money paid in or out is no result. Days are the week's first five, and any other on which
something happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from journal.analytics.figures import Figure, FloatArray, missing
from journal.analytics.money_weighted import Flow, money_weighted
from journal.reports.columns import Columns, IntArray, Mask


NO_DEPOSIT = "no deposit is known"
NOTHING_LEFT = "a day began with nothing in the account"
OUT_OF_SIGHT = "no day of this time has a known equity"
_FIRST = date(1970, 1, 1)
_FRIDAY = 4
_CENT = 0.01  # less is a rounding of floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Cash that moved other than by a trade; `outside` where it came in or went out."""

    day: date
    amount: Decimal
    outside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Capital:
    """`begun` is the equity before the day's trading, `flows` what came in before it.

    `why` says why there are no days.
    """

    days: IntArray
    flows: FloatArray
    begun: FloatArray
    ended: FloatArray
    why: str = ""

    @property
    def returns(self) -> FloatArray:
        found: FloatArray = self.ended / self.begun - 1
        return found

    def of(self, days: IntArray) -> FloatArray:
        """The equity that each of these days began with; no number where unknown."""
        found = np.full(len(days), np.nan)
        if len(self.days):
            places = np.searchsorted(self.days, days)
            inside = (places < len(self.days)) & (days >= self.days[0])
            found[inside] = self.begun[places[inside]]
        return found

    def between(self, first: date | None, last: date | None) -> Capital:
        """The days of a period; itself where it has no ends."""
        if first is None and last is None:
            return self
        mask = np.ones(len(self.days), dtype=bool)
        if first is not None:
            mask &= self.days >= number_of(first)
        if last is not None:
            mask &= self.days <= number_of(last)
        return _cut(self, mask)

    def money_weighted(self) -> Figure:
        """From the first day's equity, the flows after it, and the last day's equity."""
        if not len(self.days):
            return missing(self.why, 0)
        flows = [Flow(day=day_of(self.days[0]), amount=_money(-self.begun[0]))]
        flows += [
            Flow(day=day_of(self.days[place]), amount=_money(-self.flows[place]))
            for place in np.flatnonzero(self.flows[1:]) + 1
        ]
        flows.append(Flow(day=day_of(self.days[-1]), amount=_money(self.ended[-1])))
        return money_weighted(flows)


def capital(columns: Columns, movements: Sequence[Movement]) -> Capital:
    """Of all closed trades of the accounts whose movements these are."""
    flows = [one for one in movements if one.outside]
    if not flows:
        return nothing(NO_DEPOSIT)
    first = min(number_of(one.day) for one in flows)
    others = [one for one in movements if not one.outside]
    made = np.concatenate([columns.day, _days(others)])
    amounts = np.concatenate([columns.money, _amounts(others)])
    amounts, made = amounts[made >= first], made[made >= first]
    came, came_in = _days(flows), _amounts(flows)
    last = int(max(made.max(initial=first), came.max(initial=first)))
    length = last - first + 1
    result = _summed(made - first, amounts, length)
    flow = _summed(came - first, came_in, length)
    days: IntArray = first + np.arange(length)
    ended: FloatArray = np.cumsum(result + flow)
    # Before a day's trading: what the day before ended with, and what came in.
    begun = ended - result
    happened = np.bincount(made - first, minlength=length) > 0
    kept = ((days + 3) % 7 <= _FRIDAY) | happened | (flow != 0)
    found = Capital(days=days, flows=flow, begun=begun, ended=ended)
    if (begun[happened] < _CENT).any():
        return nothing(NOTHING_LEFT)
    return _cut(found, kept & (begun >= _CENT))


def _summed(places: IntArray, amounts: FloatArray, length: int) -> FloatArray:
    return np.bincount(places, weights=amounts, minlength=length).astype(np.float64)


def nothing(why: str) -> Capital:
    none = np.zeros(0)
    return Capital(
        days=np.zeros(0, dtype=np.int64), flows=none, begun=none, ended=none, why=why
    )


def _cut(found: Capital, mask: Mask) -> Capital:
    if not mask.any():
        return nothing(found.why or OUT_OF_SIGHT)
    return Capital(
        days=found.days[mask],
        flows=found.flows[mask],
        begun=found.begun[mask],
        ended=found.ended[mask],
    )


def number_of(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - _FIRST).days


def day_of(number: int) -> date:
    return _FIRST + timedelta(days=int(number))


def _days(movements: Sequence[Movement]) -> IntArray:
    return np.array([number_of(one.day) for one in movements], dtype=np.int64)


def _amounts(movements: Sequence[Movement]) -> FloatArray:
    return np.array([float(one.amount) for one in movements], dtype=np.float64)


def _money(value: float) -> Decimal:
    return Decimal(f"{value:.8f}")
