"""The daily updates of the micro-cap experiment: holdings and a total for each day.

Older exports have no `Buy Price`, and their `Cost Basis` is a price per share; others
have `Buy Price` last; baselines have `Date,Adjusted Value` alone.
"""

from __future__ import annotations

from decimal import Decimal

from journal.imports import names, reading
from journal.imports.cells import Cells, column_names
from journal.imports.formats import Format
from journal.imports.rows import BalanceRow, HoldingRow, Statement, StatementRow


COLUMNS = column_names(
    "date|ticker|shares|cost basis|stop loss|current price|cash balance|total equity"
)
BASELINE = column_names("date|adjusted value")


def parse(text: str) -> Statement:
    first = next((line for line in text.split("\n") if line.strip()), "")
    if "adjusted value" in first.casefold():
        return reading.table(
            Format.MICROCAP_DAILY, text, needed=BASELINE, read=baseline
        )
    return reading.table(Format.MICROCAP_DAILY, text, needed=COLUMNS, read=row)


def row(cells: Cells) -> StatementRow:
    if cells.text("ticker").upper() == "TOTAL":
        return BalanceRow(
            line=cells.line,
            source=cells.source,
            day=cells.day("date"),
            value=cells.number_or_none("total value"),
            profit=cells.number_or_none("pnl"),
            cash=cells.number_or_none("cash balance"),
            equity=cells.number_or_none("total equity"),
        )
    name = names.name(cells.needed("ticker"))
    shares = cells.number("shares")
    buy_price, cost = _bought(cells, shares)
    return HoldingRow(
        line=cells.line,
        source=cells.source,
        day=cells.day("date"),
        symbol=name.symbol,
        named_by=name.by,
        quantity=shares,
        buy_price=buy_price,
        cost=cost,
        stop_price=cells.number_or_none("stop loss") or None,
        price=cells.number_or_none("current price"),
        value=cells.number_or_none("total value"),
        profit=cells.number_or_none("pnl"),
        action=cells.text("action"),
    )


def baseline(cells: Cells) -> StatementRow:
    return BalanceRow(
        line=cells.line,
        source=cells.source,
        day=cells.day("date"),
        value=None,
        profit=None,
        cash=None,
        equity=cells.number("adjusted value"),
    )


def _bought(cells: Cells, shares: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Price per share and cost in all, whichever of them the export tells."""
    cost = cells.number_or_none("cost basis")
    if cells.has("buy price"):
        return cells.number_or_none("buy price"), cost
    return cost, None if cost is None else cost * shares
