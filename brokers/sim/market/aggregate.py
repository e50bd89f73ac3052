"""Bars of any length, folded from the minutes of a symbol."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

import numpy as np

from brokers.sim.market.calendars import Calendar
from brokers.sim.market.noise import Ints
from brokers.sim.market.path import EPOCH, EPOCH_SECOND, Minutes
from brokers.sim.market.profiles import Session
from brokers.sim.market.quotes import BarUnit, MarketBar, Timeframe
from brokers.sim.market.scale import price_of


_BATCH_MINUTES = 32 * 1440
_Window = tuple[datetime, datetime, datetime]  # its stamp, first minute, end


class Listing(Protocol):
    """What has minutes, counted from EPOCH."""

    def minutes(self, first: int, end: int) -> Minutes: ...


@dataclass(frozen=True, slots=True)
class _Folded:
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Ints
    value: Ints
    minutes: Ints


def _minute(at: datetime) -> int:
    return (int(at.timestamp()) - EPOCH_SECOND) // 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Bars stamped from `start` to before `end`, told as far as known `as_of`."""

    start: datetime
    end: datetime
    as_of: datetime


def collect(
    symbol: str,
    listing: Listing,
    *,
    calendar: Calendar,
    timeframe: Timeframe,
    span: Span,
) -> Sequence[MarketBar]:
    """The bars of a span; only whole minutes count, so the last may be unfinished."""
    known = span.as_of.replace(second=0, microsecond=0)
    windows = (
        (stamp, first, min(until, known))
        for stamp, first, until in _windows(calendar, timeframe, span)
        if max(span.start, EPOCH) <= stamp < span.end
    )
    told = [window for window in windows if window[2] > window[1]]
    bars: list[MarketBar] = []
    for batch in _batches(told):
        bars.extend(_bars(symbol, batch, _fold(listing, batch)))
    return bars


def _windows(calendar: Calendar, timeframe: Timeframe, span: Span) -> Iterator[_Window]:
    """Stamp, first minute and end of each bar, per session."""
    start = max(span.start, EPOCH)
    week = timedelta(days=7)
    last = calendar.day_of(min(span.end + week, span.as_of))
    sessions = calendar.sessions(calendar.day_of(start) - week, last)
    if timeframe.unit is BarUnit.DAY:
        yield from _daily(calendar, sessions)
    elif timeframe.unit is BarUnit.WEEK:
        yield from _weekly(calendar, sessions)
    else:
        scale = 60 if timeframe.unit is BarUnit.HOUR else 1
        width = timedelta(minutes=timeframe.count * scale)
        yield from _intraday(sessions, width, start=start, end=span.end)


def _daily(calendar: Calendar, sessions: Sequence[Session]) -> Iterator[_Window]:
    for session in sessions:
        stamp = calendar.midnight(session.day)
        yield stamp, session.extended_opens, session.extended_closes


def _weekly(calendar: Calendar, sessions: Sequence[Session]) -> Iterator[_Window]:
    """Weeks begin on Monday and are stamped with it."""
    weeks: dict[date, list[Session]] = {}
    for session in sessions:
        monday = session.day - timedelta(days=session.day.weekday())
        weeks.setdefault(monday, []).append(session)
    for monday, days in weeks.items():
        stamp = calendar.midnight(monday)
        yield stamp, days[0].extended_opens, days[-1].extended_closes


def _intraday(
    sessions: Sequence[Session], step: timedelta, *, start: datetime, end: datetime
) -> Iterator[_Window]:
    """Windows on multiples of their width since midnight UTC, cut at the session."""
    for session in sessions:
        if session.extended_closes <= start or session.extended_opens >= end:
            continue
        at = _grid(max(session.extended_opens, start - step), step)
        until = min(session.extended_closes, end)
        while at < until:
            first, last = max(at, session.extended_opens), at + step
            if last > first:
                yield first, first, min(last, session.extended_closes)
            at = last


def _grid(at: datetime, step: timedelta) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((at - midnight) // step) * step


def _batches(windows: Sequence[_Window]) -> Iterator[Sequence[_Window]]:
    """Runs of windows short enough to hold their minutes in memory."""
    batch: list[_Window] = []
    for window in windows:
        if batch and _minute(window[2]) - _minute(batch[0][1]) > _BATCH_MINUTES:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _fold(listing: Listing, batch: Sequence[_Window]) -> _Folded:
    first, end = _minute(batch[0][1]), _minute(batch[-1][2])
    part = listing.minutes(first, end)
    starts = np.array([_minute(w[1]) - first for w in batch])
    ends = np.array([_minute(w[2]) - first for w in batch])
    edges = starts, ends
    typical = (part.high + part.low + 2 * part.close) >> 2
    return _Folded(
        open=part.open[starts],
        high=_reduce(np.maximum.reduceat, part.high, edges),
        low=_reduce(np.minimum.reduceat, part.low, edges),
        close=part.close[ends - 1],
        volume=_reduce(np.add.reduceat, part.volume, edges),
        value=_reduce(np.add.reduceat, typical * part.volume, edges),
        minutes=ends - starts,
    )


def _reduce(
    method: Callable[[Ints, Ints], Ints], values: Ints, edges: tuple[Ints, Ints]
) -> Ints:
    """Folds values[start:end] for each pair of edges; the pairs do not overlap."""
    flat = np.column_stack(edges).ravel()
    if flat[-1] == len(values):
        flat = flat[:-1]
    return method(values, flat)[::2]


def _bars(
    symbol: str, batch: Sequence[_Window], folded: _Folded
) -> Iterator[MarketBar]:
    columns = (
        folded.open,
        folded.high,
        folded.low,
        folded.close,
        folded.volume,
        folded.value,
        folded.minutes,
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for window, (opened, high, low, close, volume, value, minutes) in zip(
        batch, rows, strict=True
    ):
        yield MarketBar(
            symbol=symbol,
            start=window[0],
            open=price_of(opened),
            high=price_of(high),
            low=price_of(low),
            close=price_of(close),
            volume=volume,
            trade_count=minutes * 60,
            vwap=price_of(value // volume),
        )
