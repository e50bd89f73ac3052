"""What a file is about in a few figures: rows by fate and kind, days, symbols, money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from brokers.domain.orders import Side
from journal.importing import known
from journal.models import Fate, RowKind, StatementImport, StatementRow
from tradedesk.core.canonical import decimal_text


_SYMBOLS_NAMED = 40
_CENT = Decimal("0.01")


def write(statement: StatementImport, rows: Sequence[StatementRow]) -> None:
    trades = [row for row in rows if row.kind == RowKind.TRADE]
    days = [row.day for row in rows if row.day is not None]
    statement.first_day = min(days, default=None)
    statement.last_day = max(days, default=None)
    statement.counts = {
        "rows": len(rows),
        "fates": dict(sorted(Counter(str(row.fate) for row in rows).items())),
        "kinds": dict(sorted(Counter(str(row.kind) for row in rows).items())),
        "sides": dict(sorted(Counter(row.side for row in trades).items())),
    }
    symbols = sorted({row.symbol for row in trades})
    statement.facts = {
        **statement.facts,
        "symbols": len(symbols),
        "named_symbols": symbols[:_SYMBOLS_NAMED],
        **_money(rows),
    }


def _money(rows: Sequence[StatementRow]) -> dict[str, str]:
    """Of the new rows: bought, sold, fees, and money that moved otherwise; and by how
    much the file's own amounts differ from quantities times prices.
    """
    bought, sold, fees, moved, apart = (Decimal(0) for _ in range(5))
    for row in rows:
        if row.fate != Fate.NEW:
            continue
        if row.kind == RowKind.TRADE:
            worth = (row.quantity or Decimal(0)) * (row.price or Decimal(0))
            fees += row.fees
            if row.side == Side.BUY.value:
                bought += worth
            else:
                sold += worth
            if row.amount:
                cash = (-worth if row.side == Side.BUY.value else worth) - row.fees
                apart += row.amount - cash
        elif row.kind in known.ENTRIES:
            moved += row.amount or Decimal(0)
    sums = {
        "bought": bought,
        "sold": sold,
        "fees": fees,
        "moved": moved,
        "apart": apart,
    }
    return {name: decimal_text(value.quantize(_CENT)) for name, value in sums.items()}


def count(statement: StatementImport, fate: Fate) -> int:
    return int(statement.counts.get("fates", {}).get(fate.value, 0))
