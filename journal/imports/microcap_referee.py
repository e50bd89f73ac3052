"""What the daily file of the micro-cap experiment says of its trade log.

Equal rows of the log may be real or written twice: those are surplus without which the
holdings of that day's end are the daily file's. After each sell the experiment cut its
holdings to whole shares, so the same is done here; the money of a fraction lost that
way remains as a difference of cash, which is shown and not forced away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from brokers.domain.orders import Side
from journal.imports.rows import BalanceRow, HoldingRow, Statement, TradeRow


Stops: TypeAlias = Mapping[str, Mapping[date, Decimal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """From flat to flat: `risk` is the money between entries and their first stops,
    `multiple` the profit in units of it; both None where a stop was not known.
    """

    symbol: str
    opened: date
    closed: date
    profit: Decimal
    risk: Decimal | None

    @property
    def multiple(self) -> Decimal | None:
        return self.profit / self.risk if self.risk else None


def surplus(log: Statement, daily: Statement) -> tuple[TradeRow, ...]:
    """Rows equal to an earlier one that the daily file does not bear out."""
    held = _held(daily)
    found: list[TradeRow] = []
    by_symbol: dict[str, list[TradeRow]] = defaultdict(list)
    for row in log.trades:
        by_symbol[row.symbol].append(row)
    for symbol, rows in by_symbol.items():
        found += _surplus_of(
            rows, {day: held[day].get(symbol, Decimal(0)) for day in held}
        )
    return tuple(sorted(found, key=lambda row: row.line))


def without(log: Statement, left_out: Iterable[TradeRow]) -> tuple[TradeRow, ...]:
    lines = {row.line for row in left_out}
    return tuple(row for row in log.trades if row.line not in lines)


def cash_after(start: Decimal, trades: Iterable[TradeRow]) -> Decimal:
    """Start capital less buys plus sells, by quantities and prices."""
    return start - sum(
        (row.side.sign * row.quantity * row.price for row in trades), Decimal(0)
    )


def cash_differences(
    start: Decimal, trades: Sequence[TradeRow], daily: Statement
) -> dict[date, Decimal]:
    """The daily file's cash less the cash derived, for each day that tells its cash."""
    return {
        row.day: row.cash - cash_after(start, (t for t in trades if t.day <= row.day))
        for row in daily.rows
        if isinstance(row, BalanceRow) and row.cash is not None
    }


def stops(daily: Statement) -> Stops:
    """The protective stop of each symbol at the end of each day it was held."""
    found: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for row in daily.rows:
        if isinstance(row, HoldingRow) and row.action.upper().startswith("HOLD"):
            found[row.symbol][row.day] = row.stop_price or Decimal(0)
    return found


def first_stop(told: Stops, symbol: str, bought: date) -> Decimal | None:
    """That of the first day held: some buys stand in the daily file a day later."""
    days = [day for day in told.get(symbol, {}) if day >= bought]
    return (told[symbol][min(days)] or None) if days else None


def round_trips(trades: Sequence[TradeRow], daily: Statement) -> tuple[RoundTrip, ...]:
    told = stops(daily)
    by_symbol: dict[str, list[TradeRow]] = defaultdict(list)
    for row in trades:
        by_symbol[row.symbol].append(row)
    found = [trip for rows in by_symbol.values() for trip in _trips(rows, told)]
    return tuple(sorted(found, key=lambda trip: (trip.closed, trip.symbol)))


def _held(daily: Statement) -> dict[date, dict[str, Decimal]]:
    held: dict[date, dict[str, Decimal]] = {}
    for row in daily.rows:
        if isinstance(row, BalanceRow):
            held.setdefault(row.day, {})
        elif isinstance(row, HoldingRow) and not row.action.upper().startswith("SELL"):
            held.setdefault(row.day, {})[row.symbol] = row.quantity
    return held


def _surplus_of(
    rows: Sequence[TradeRow], held: Mapping[date, Decimal]
) -> list[TradeRow]:
    """Day by day: leave out repeats until the day's end is what the daily file says."""
    found: list[TradeRow] = []
    holding = Decimal(0)
    for day in sorted({row.day for row in rows}):
        of_day = [row for row in rows if row.day == day]
        repeats = [row for row in of_day if row.occurrence > 1]
        while repeats and day in held and _end(holding, of_day) != held[day]:
            found.append(repeats[-1])
            of_day.remove(repeats.pop())
        holding = _end(holding, of_day)
    return found


def _end(holding: Decimal, rows: Iterable[TradeRow]) -> Decimal:
    for row in rows:
        holding = _held_after(holding, row)
    return holding


def _held_after(holding: Decimal, row: TradeRow) -> Decimal:
    after = holding + row.side.sign * row.quantity
    return Decimal(int(after)) if row.side is Side.SELL else after


def _trips(rows: Sequence[TradeRow], told: Stops) -> list[RoundTrip]:
    found: list[RoundTrip] = []
    mine: list[TradeRow] = []
    holding = Decimal(0)
    for row in rows:
        mine.append(row)
        holding = _held_after(holding, row)
        if holding == 0:
            found.append(_trip(mine, told))
            mine = []
    return found


def _trip(rows: Sequence[TradeRow], told: Stops) -> RoundTrip:
    risks = [
        _risk(row, first_stop(told, row.symbol, row.day))
        for row in rows
        if row.side is Side.BUY
    ]
    known = [risk for risk in risks if risk is not None]
    return RoundTrip(
        symbol=rows[0].symbol,
        opened=rows[0].day,
        closed=rows[-1].day,
        profit=cash_after(Decimal(0), rows),
        risk=sum(known, Decimal(0)) if len(known) == len(risks) else None,
    )


def _risk(row: TradeRow, stop: Decimal | None) -> Decimal | None:
    if stop is None or stop >= row.price:
        return None
    return row.quantity * (row.price - stop)
