"""A filter of trades over columns: what `TradeFilter.apply` is over rows.

Tests hold the two equal, field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np

from journal.analytics import market_type
from journal.analytics.outcome import EVEN, LOST, WON
from journal.book.filtering import NONE, TradeFilter
from journal.book.holding import BUCKETS_BY_NAME
from journal.book.surroundings import (
    DAY_PLACES,
    DISTANCES,
    HOUR_BEFORE,
    UNKNOWN_DISTANCE,
    Bucket,
    named,
)
from journal.models import TradeSource
from journal.reports.capital import number_of
from journal.reports.columns import NO_TRADE, UNKNOWN, Columns, Marks, Mask


TRENDS = tuple(market_type.Direction)
VOLATILITIES = tuple(market_type.Volatility)
SOURCES = tuple(TradeSource.values)
# A word of the filter for the outcome of a trade, or of the one before it.
OUTCOME_CODES = {"won": WON, "lost": LOST, "even": EVEN, "none": NO_TRADE}


def selected(columns: Columns, wanted: TradeFilter) -> Columns:
    """The trades that fit, account by account or netted."""
    mask = columns.netted == 1 if wanted.netted else columns.account != UNKNOWN
    for name, narrow in _NARROWING.items():
        value = getattr(wanted, name)
        if value not in (None, "") and not (name == "account" and wanted.netted):
            mask = mask & narrow(columns, value)
    if wanted.net:
        mask = mask & _made(columns, wanted.net, wanted.breakeven)
    if wanted.previous:
        mask = mask & (
            columns.after(wanted.breakeven) == OUTCOME_CODES[wanted.previous]
        )
    return columns.where(mask)


def marked(columns: Columns, marks: Marks, tag: int) -> Mask:
    """Rows with this tag; those without any for NONE."""
    found: Mask = np.zeros(columns.n, dtype=bool)
    found[marks.rows if tag == NONE else marks.rows[marks.tags == tag]] = True
    return ~found if tag == NONE else found


def _symbol(columns: Columns, symbol: str) -> Mask:
    if symbol not in columns.symbols:
        return np.zeros(columns.n, dtype=bool)
    found: Mask = columns.symbol == columns.symbols.index(symbol)
    return found


def _setup(columns: Columns, tag: int) -> Mask:
    marks = columns.setups if tag == NONE else columns.tagged
    return marked(columns, marks, tag)


def _playbook(columns: Columns, playbook: int) -> Mask:
    found: Mask = columns.playbook == (UNKNOWN if playbook == NONE else playbook)
    return found


def _holding(columns: Columns, name: str) -> Mask:
    bucket = BUCKETS_BY_NAME[name]
    long_enough: Mask = columns.held >= bucket.least
    if bucket.below is None:
        return long_enough
    return long_enough & (columns.held < bucket.below)


def _made(columns: Columns, word: str, breakeven: Decimal) -> Mask:
    found: Mask = columns.outcomes(breakeven) == OUTCOME_CODES[word]
    return found & columns.priced


def _within(
    column: str, buckets: Mapping[str, Bucket]
) -> Callable[[Columns, str], Mask]:
    def narrow(columns: Columns, name: str) -> Mask:
        values, bucket = getattr(columns, column), buckets[name]
        found: Mask = np.ones(columns.n, dtype=bool)
        if bucket.least is not None:
            found &= values >= bucket.least
        if bucket.below is not None:
            found &= values < bucket.below
        return found

    return narrow


def _distance(columns: Columns, name: str) -> Mask:
    if name == UNKNOWN_DISTANCE:
        unknown: Mask = np.isnan(columns.distance)
        return unknown
    return _within("distance", named(DISTANCES))(columns, name)


def _followed(columns: Columns, word: str) -> Mask:
    found: Mask = columns.followed == {"yes": 1, "no": 0}.get(word, UNKNOWN)
    return found


_NARROWING: Mapping[str, Callable[[Columns, Any], Mask]] = MappingProxyType(
    {
        "account": lambda columns, account: columns.account == account,
        "symbol": _symbol,
        "side": lambda columns, side: columns.short == (side == "short"),
        "setup": _setup,
        "tag": lambda columns, tag: marked(columns, columns.tagged, tag),
        "mistake": lambda columns, tag: marked(columns, columns.mistakes, tag),
        "playbook": _playbook,
        "weekday": lambda columns, day: columns.weekday == day - 1,
        "hour": lambda columns, hour: columns.hour == hour,
        "holding": _holding,
        "day_place": _within("day_before", named(DAY_PLACES)),
        "hour_before": _within("hour_before", named(HOUR_BEFORE)),
        "distance": _distance,
        "market": lambda columns, word: columns.trend == TRENDS.index(word),
        "volatility": lambda columns, word: (
            columns.volatility == VOLATILITIES.index(word)
        ),
        "since": lambda columns, day: columns.day >= number_of(day),
        "until": lambda columns, day: columns.day <= number_of(day),
        "r_from": lambda columns, r: columns.r >= float(r),
        "r_below": lambda columns, r: columns.r < float(r),
        "followed": _followed,
        "reviewed": lambda columns, word: columns.reviewed == (word == "yes"),
        "source": lambda columns, word: columns.source == SOURCES.index(word),
    }
)
