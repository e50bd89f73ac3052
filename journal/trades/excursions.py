"""How far a trade ran against its holder and for him while it was held: MAE and MFE.

`MAE = min` and `MFE = max` over the time held of the trade's result at the bars'
extremes and at its own fills, what was realised included, before fees; both count from
0, the result at the entry. `exit efficiency = result / MFE`, `give-back = MFE - result`.
Source: John Sweeney, Maximum Adverse Excursion.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.domain.reports import Bar
from journal.domain.trades import NOTHING, TradeRecord
from journal.trades.risk import multiple


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """Money before fees, and the same in units of the trade's initial risk.

    `mae` is 0 or negative, `mfe` 0 or positive. `outlying_bars` counts bars that also
    hold time before a fill or after one: their extremes may lie outside the time held,
    so that with any of them the figures are bounds. `efficiency` and `giveback` are
    those of a closed trade; without favourable excursion there is no efficiency.
    """

    mae: Decimal
    mfe: Decimal
    mae_r: Decimal | None
    mfe_r: Decimal | None
    efficiency: Decimal | None
    giveback: Decimal | None
    giveback_r: Decimal | None
    outlying_bars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What was held between two fills; `paid` is all money spent less all received."""

    since: datetime
    until: datetime | None
    held: Decimal
    paid: Decimal
    multiplier: Decimal

    def result_at(self, price: Decimal) -> Decimal:
        """The trade's result before fees if all that is held went at this price."""
        return self.held * price * self.multiplier - self.paid


def excursion(
    trade: TradeRecord, bars: Sequence[Bar], *, interval: timedelta
) -> Excursion | None:
    """The excursions of a trade; None where an entry's or exit's price is unknown.

    `bars` are those of the trade's symbol in order of time, each `interval` long, with
    prices in units after the trade's splits.
    """
    if any(part.price is None for part in trade.fills):
        return None
    results = [NOTHING]
    outlying: set[datetime] = set()
    for stretch, price in stretches(trade):
        results.append(stretch.result_at(price))
        if stretch.held:
            within = _overlapping(stretch, bars, interval)
            results += _extremes(stretch, within)
            outlying.update(_outlying(stretch, within, interval))
    return _figures(trade, results, outlying_bars=len(outlying))


def stretches(trade: TradeRecord) -> Iterator[tuple[Stretch, Decimal]]:
    """What was held after each part, with the price of that part.

    After the last it is what the trade says: fractions of splits may not sum to zero.
    """
    parts = trade.fills
    held = paid = NOTHING
    for number, part in enumerate(parts, start=1):
        price = part.price or NOTHING
        held += part.quantity
        paid += part.quantity * price * part.multiplier
        following = parts[number].executed_at if number < len(parts) else None
        yield (
            Stretch(
                since=part.executed_at,
                until=following,
                held=trade.open_quantity if following is None else held,
                paid=paid,
                multiplier=part.multiplier,
            ),
            price,
        )


def _overlapping(
    stretch: Stretch, bars: Sequence[Bar], interval: timedelta
) -> Sequence[Bar]:
    first = bisect_right(bars, stretch.since - interval, key=_start)
    if stretch.until is None:
        return bars[first:]
    return bars[first : bisect_left(bars, stretch.until, key=_start)]


def _start(bar: Bar) -> datetime:
    return bar.start


def _extremes(stretch: Stretch, bars: Sequence[Bar]) -> Iterator[Decimal]:
    if bars:
        yield stretch.result_at(min(bar.low for bar in bars))
        yield stretch.result_at(max(bar.high for bar in bars))


def _outlying(
    stretch: Stretch, bars: Sequence[Bar], interval: timedelta
) -> Iterator[datetime]:
    """Only the first and the last can reach beyond the stretch."""
    for bar in (*bars[:1], *bars[-1:]):
        until = stretch.until or bar.start + interval
        if bar.start < stretch.since or bar.start + interval > until:
            yield bar.start


def _figures(
    trade: TradeRecord, results: Sequence[Decimal], *, outlying_bars: int
) -> Excursion:
    mae, mfe = min(results), max(results)
    result = trade.gross if trade.closed_at is not None else None
    giveback = None if result is None else mfe - result
    return Excursion(
        mae=mae,
        mfe=mfe,
        mae_r=multiple(mae, trade.initial_risk),
        mfe_r=multiple(mfe, trade.initial_risk),
        efficiency=None if result is None or mfe == 0 else result / mfe,
        giveback=giveback,
        giveback_r=multiple(giveback, trade.initial_risk),
        outlying_bars=outlying_bars,
    )
