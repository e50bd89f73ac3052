"""thinkorswim: the cash balance tells what the fills of the trade history cost.

The two sections may differ by a second or two, and equal fills are told apart only by
their order, so each row of the cash balance goes to the first fill left that fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.domain.orders import Side
from journal.imports import reading
from journal.imports.problems import RowProblem
from journal.imports.rows import IgnoredRow, StatementRow, TradeRow


CLOCKS_DIFFER = (0, -1, 1, -2, 2)  # seconds, the nearest first
UNMATCHED = "no fill of Account Trade History fits, so its fees belong to none"
Key = tuple[str, Side, Decimal, Decimal, datetime | None]


def join(found: reading.Reading, booked: Sequence[TradeRow]) -> None:
    """Puts fees, amount and reference of `booked` onto the fills among the rows.

    Without any fill the file has no trade history, and `booked` are the trades.
    """
    lines = {row.line for row in booked}
    fills: dict[Key, list[TradeRow]] = defaultdict(list)
    for row in reversed(found.rows):
        if isinstance(row, TradeRow) and row.line not in lines:
            fills[_key(row)].append(row)
    if not fills:
        return
    matched = _matched(fills, booked)
    changed: dict[int, StatementRow | None] = {}
    for cash in booked:
        fill = matched.get(cash.line)
        changed[cash.line] = _cash_side(found, cash, fill)
        if fill is not None:
            changed[fill.line] = replace(
                fill, fees=cash.fees, amount=cash.amount, order_id=cash.order_id
            )
    kept = (changed.get(row.line, row) for row in found.rows)
    found.rows = [row for row in kept if row is not None]


def _key(row: TradeRow, later: timedelta = timedelta()) -> Key:
    at = None if row.at is None else row.at + later
    return row.symbol, row.side, row.quantity, row.price, at


def _matched(
    fills: dict[Key, list[TradeRow]], booked: Sequence[TradeRow]
) -> dict[int, TradeRow]:
    """The fill of each cash row by its line: those of the same second come first."""
    matched: dict[int, TradeRow] = {}
    for seconds in CLOCKS_DIFFER:
        for cash in booked:
            left = fills.get(_key(cash, timedelta(seconds=seconds)))
            if left and cash.line not in matched:
                matched[cash.line] = left.pop()
    return matched


def _cash_side(
    found: reading.Reading, cash: TradeRow, fill: TradeRow | None
) -> StatementRow | None:
    if fill is not None:
        why = f"the cash of line {fill.line}"
        return IgnoredRow(line=cash.line, source=cash.source, why=why)
    found.problems.append(RowProblem(line=cash.line, why=UNMATCHED, text=cash.source))
    return None
