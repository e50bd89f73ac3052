"""The two halves of a corporate action, of which one may be named by a CUSIP alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from brokers.domain.orders import Side
from journal.importing import known
from journal.models import Fate, RowKind, StatementRow


_CUSIP = 9  # characters


def tie_halves(rows: Iterable[StatementRow]) -> None:
    """Name the old half of a corporate action by its symbol, where the file has it under
    an id of the security alone.

    A reverse split keeps the symbol. Of a change of name, a merger or a conversion the
    old symbol is the one of which exactly so much was held; where that is not one
    alone, the row is left out and says so, rather than booked as a short sale.
    """
    listed = [row for row in rows if row.day is not None]
    by_line = {row.line: row for row in listed}
    for row in listed:
        other = by_line.get(row.pair or 0)
        if row.kind != RowKind.UNITS or row.fate != Fate.NEW or other is None:
            continue
        if _is_coded(row.symbol) and not _is_coded(other.symbol):
            _tie(row, other, listed)


def _tie(
    row: StatementRow, other: StatementRow, listed: Sequence[StatementRow]
) -> None:
    if "split" in row.detail:
        row.symbol = other.symbol
        return
    held = _held_before(row.day, listed)
    gone = -(row.quantity or Decimal(0))
    found = [
        symbol
        for symbol, units in held.items()
        if units == gone and symbol not in {other.symbol, row.symbol}
    ]
    if gone > 0 and len(found) == 1:
        row.symbol = found[0]
    else:
        row.fate = Fate.IGNORED
        row.why = f"No symbol of the file is {row.symbol}: what ended is not booked."


def _held_before(day: date | None, rows: Sequence[StatementRow]) -> dict[str, Decimal]:
    held: dict[str, Decimal] = {}
    for row in rows:
        if (
            row.quantity is None
            or row.day is None
            or day is None
            or row.day > day
            or _is_coded(row.symbol)
        ):
            continue
        if row.kind == RowKind.TRADE:
            units = Side(row.side).sign * row.quantity
        elif row.kind in known.ENTRIES:
            units = row.quantity
        else:
            continue
        held[row.symbol] = held.get(row.symbol, Decimal(0)) + units
    return held


def _is_coded(symbol: str) -> bool:
    """A CUSIP: nine characters, a digit among the first three."""
    return (
        len(symbol) == _CUSIP
        and symbol.isalnum()
        and any(c.isdigit() for c in symbol[:3])
    )
