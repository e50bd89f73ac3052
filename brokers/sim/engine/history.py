"""Equity in the past: from the ledger and the market, nothing is sampled."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from brokers.sim.engine.accounts import PortfolioHistory
from brokers.sim.engine.rejection import malformed
from brokers.sim.engine.units import money_of, ratio_of
from brokers.sim.engine.venue import Holder, Venue
from brokers.sim.market.market import second_of
from brokers.sim.market.profiles import Session


_WIDTHS = {
    "1Min": timedelta(minutes=1),
    "5Min": timedelta(minutes=5),
    "15Min": timedelta(minutes=15),
    "1H": timedelta(hours=1),
}
_DAILY = "1D"
_Window = tuple[datetime, datetime]  # its beginning and its end


class _Balance:
    """Cash and holdings as of any instant."""

    def __init__(self, venue: Venue, holder: Holder) -> None:
        self._venue = venue
        self._instants = [row[0] for row in holder.ledger]
        self._states: list[tuple[int, dict[str, int]]] = [(0, {})]
        cash, held = 0, dict[str, int]()
        for _, moved, symbol, quantity in holder.ledger:
            cash += moved
            if symbol:
                held = {**held, symbol: held.get(symbol, 0) + quantity}
            self._states.append((cash, held))

    def equity(self, at: datetime) -> int:
        """Money units, by the last print before or at the instant."""
        cash, held = self._states[bisect_right(self._instants, at)]
        second = second_of(at)
        return cash + sum(
            quantity * self._venue.market.last_price(symbol, second)
            for symbol, quantity in held.items()
            if quantity
        )

    def opened_by(self, at: datetime) -> bool:
        return bisect_left(self._instants, at) > 0


def portfolio_history(
    venue: Venue,
    holder: Holder,
    *,
    span: tuple[datetime, datetime],
    timeframe: str,
    extended_hours: bool,
) -> PortfolioHistory:
    if timeframe != _DAILY and timeframe not in _WIDTHS:
        raise malformed(f"invalid timeframe: {timeframe}")
    balance = _Balance(venue, holder)
    start = max(span[0], holder.account.created_at)
    windows = [
        (opened, min(closed, venue.now))
        for opened, closed in _windows(
            venue, (start, span[1]), timeframe, extended_hours=extended_hours
        )
        if opened <= venue.now
    ]
    equity = [balance.equity(closed) for _, closed in windows]
    base, as_of = _base(venue, balance, start)
    if as_of is None and equity:
        base = equity[0]
    return _told(timeframe, windows, equity, base=base, as_of=as_of)


def _windows(
    venue: Venue,
    span: tuple[datetime, datetime],
    timeframe: str,
    *,
    extended_hours: bool,
) -> Iterator[_Window]:
    calendar = venue.calendar
    first, last = calendar.day_of(span[0]), calendar.day_of(span[1])
    for session in calendar.sessions(first, last):
        if timeframe == _DAILY:
            yield calendar.midnight(session.day), session.closes
        else:
            yield from _slices(
                session, span, _WIDTHS[timeframe], extended_hours=extended_hours
            )


def _slices(
    session: Session,
    span: tuple[datetime, datetime],
    width: timedelta,
    *,
    extended_hours: bool,
) -> Iterator[_Window]:
    at = session.extended_opens if extended_hours else session.opens
    until = session.extended_closes if extended_hours else session.closes
    while at < until:
        if at + width > span[0] and at <= span[1]:
            yield at, min(at + width, until)
        at += width


def _base(venue: Venue, balance: _Balance, start: datetime) -> tuple[int, date | None]:
    """Closing equity of the day before; nothing for an account that was not there."""
    before = venue.calendar.previous(start)
    if balance.opened_by(before.closes):
        return balance.equity(before.closes), before.day
    return 0, None


def _told(
    timeframe: str,
    windows: Sequence[_Window],
    equity: Sequence[int],
    *,
    base: int,
    as_of: date | None,
) -> PortfolioHistory:
    return PortfolioHistory(
        timeframe=timeframe,
        timestamps=tuple(opened for opened, _ in windows),
        equity=tuple(money_of(value) for value in equity),
        profit_loss=tuple(money_of(value - base) for value in equity),
        profit_loss_ratio=tuple(ratio_of(value - base, base) for value in equity),
        base_value=money_of(base),
        base_value_as_of=as_of,
    )
