"""What a statement says, row by row, in one shape for every broker.

Figures are Decimals. `day` is the day in the broker's time zone; `at` is the instant in
UTC, or None where the file tells no time. `line` counts from 1 and `source` is the row
as it stands in the file. Text is kept as text: nothing here is ever evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports.formats import Format
from journal.imports.problems import RowProblem


class NamedBy(StrEnum):
    """What `symbol` is: some exports name a security by its ISIN or CUSIP alone."""

    TICKER = "ticker"
    OPTION = "option"
    CURRENCY = "currency"
    ISIN = "isin"
    CUSIP = "cusip"


class OptionEvent(StrEnum):
    ASSIGNED = "assigned"
    EXERCISED = "exercised"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    line: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRow(Row):
    """`row_id` is the broker's own id where `id_given`, else made of what the row says
    and of its `occurrence` among equal rows of the file, so that a second reading gives
    the same ids and equal rows stay apart.
    """

    day: date
    at: datetime | None = None
    symbol: str = ""
    named_by: NamedBy = NamedBy.TICKER
    account: str = ""
    currency: str = "USD"
    description: str = ""
    row_id: str = ""
    id_given: bool = False
    occurrence: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeRow(DatedRow):
    """A fill. `quantity` is positive; `fees` are a cost where positive, a rebate where
    negative; `amount` is the signed cash effect after fees, None where not told.
    """

    side: Side
    quantity: Decimal
    price: Decimal
    fees: Decimal = Decimal(0)
    amount: Decimal | None = None
    order_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CashRow(DatedRow):
    """Money that came (positive) or went (negative) other than by a trade."""

    kind: CashKind
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CorporateRow(DatedRow):
    """Units that came or went by a corporate action or a transfer of shares.

    `action` is the broker's word; `counterpart` the line of the other half of a
    plus and minus pair, as in a reverse split, a merger or a change of name.
    """

    action: str
    quantity: Decimal
    amount: Decimal | None = None
    counterpart: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow(DatedRow):
    """An option that was assigned, exercised or ran out: signed contracts."""

    event: OptionEvent
    quantity: Decimal
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GainRow(DatedRow):
    """A closed lot as its broker counts it, to be compared and never booked."""

    opened: date | None
    quantity: Decimal
    proceeds: Decimal
    cost: Decimal
    gain: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingRow(DatedRow):
    """A holding at the end of a day, with its protective stop where one is told."""

    quantity: Decimal
    buy_price: Decimal | None
    cost: Decimal | None
    stop_price: Decimal | None
    price: Decimal | None
    value: Decimal | None
    profit: Decimal | None
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow(DatedRow):
    """The account at the end of a day."""

    value: Decimal | None
    profit: Decimal | None
    cash: Decimal | None
    equity: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredRow(Row):
    why: str


Booked: TypeAlias = TradeRow | CashRow | CorporateRow | OptionRow
StatementRow: TypeAlias = Booked | GainRow | HoldingRow | BalanceRow | IgnoredRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Rows and problems in the order of the file: together, every row of it."""

    format: Format
    account_hint: str
    rows: tuple[StatementRow, ...]
    problems: tuple[RowProblem, ...]

    @property
    def trades(self) -> tuple[TradeRow, ...]:
        return tuple(row for row in self.rows if isinstance(row, TradeRow))

    @property
    def cash(self) -> tuple[CashRow, ...]:
        return tuple(row for row in self.rows if isinstance(row, CashRow))

    @property
    def ignored(self) -> tuple[IgnoredRow, ...]:
        return tuple(row for row in self.rows if isinstance(row, IgnoredRow))
