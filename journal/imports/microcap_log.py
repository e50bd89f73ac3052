"""The trade log of the micro-cap experiment: one order a row, days without times.

The order of rows counts within a day. Equal rows may be real or not; they are kept, and
`microcap_referee` says which ones the daily file does not bear out.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from brokers.domain.orders import Side
from journal.imports import names, reading
from journal.imports.cells import Cells, column_names
from journal.imports.entry import Entry
from journal.imports.formats import Format
from journal.imports.problems import MalformedRow
from journal.imports.rows import Statement, StatementRow


COLUMNS = column_names("date|ticker|shares bought|buy price|shares sold|sell price")
_CENT = Decimal("0.01")


class CostBasis(StrEnum):
    """What the log means by `Cost Basis` in a sell."""

    PER_SHARE = "per share"
    TOTAL = "total"
    NEITHER = "neither"


def parse(text: str) -> Statement:
    return reading.table(Format.MICROCAP_LOG, text, needed=COLUMNS, read=row)


def row(cells: Cells) -> StatementRow:
    bought = cells.number_or_none("shares bought")
    sold = cells.number_or_none("shares sold")
    if bool(bought) == bool(sold):
        raise MalformedRow("a row is a buy or a sell, and only one of them")
    side = Side.BUY if bought else Side.SELL
    quantity = bought or sold or Decimal(0)
    price = cells.number("buy price" if bought else "sell price")
    return Entry(
        line=cells.line,
        source=cells.source,
        day=cells.day("date"),
        name=names.name(cells.needed("ticker")),
        quantity=quantity,
        price=price,
        amount=-side.sign * quantity * price,
        description=cells.raw("reason"),
    ).trade(side)


def cost_basis(cells: Cells) -> CostBasis | None:
    """Which reading of a sell's cost fits its profit to the cent; None for a buy.

    Of a single share both readings are one, which is called total.
    """
    sold = cells.number_or_none("shares sold")
    if not sold:
        return None
    cost, profit = cells.number("cost basis"), cells.number("pnl")
    proceeds = sold * cells.number("sell price")
    if abs(proceeds - cost - profit) <= _CENT:
        return CostBasis.TOTAL
    fits = abs(proceeds - cost * sold - profit) <= _CENT
    return CostBasis.PER_SHARE if fits else CostBasis.NEITHER
