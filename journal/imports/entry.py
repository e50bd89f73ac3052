"""One row's facts under our names, from which the row of its kind is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypedDict

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports.names import Name
from journal.imports.problems import MalformedRow
from journal.imports.rows import (
    CashRow,
    CorporateRow,
    IgnoredRow,
    NamedBy,
    OptionEvent,
    OptionRow,
    TradeRow,
)


NAMELESS = Name("", NamedBy.TICKER)


class _Dated(TypedDict):
    line: int
    source: str
    day: date
    at: datetime | None
    symbol: str
    named_by: NamedBy
    account: str
    currency: str
    description: str
    row_id: str
    id_given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`quantity` is signed as in the file; `fees` are positive where they cost."""

    line: int
    source: str
    day: date
    at: datetime | None = None
    name: Name = NAMELESS
    quantity: Decimal | None = None
    price: Decimal | None = None
    fees: Decimal = Decimal(0)
    amount: Decimal | None = None
    account: str = ""
    currency: str = "USD"
    description: str = ""
    given_id: str = ""
    order_id: str = ""

    def trade(self, side: Side) -> TradeRow:
        if not self.quantity or self.price is None or self.price < 0:
            raise MalformedRow("a trade needs a quantity and a price, none below zero")
        if not self.name.symbol:
            raise MalformedRow("a trade needs a symbol")
        return TradeRow(
            **self._dated(),
            side=side,
            quantity=abs(self.quantity),
            price=self.price,
            fees=self.fees,
            amount=self.amount,
            order_id=self.order_id,
        )

    def cash(self, kind: CashKind) -> CashRow:
        if self.amount is None:
            raise MalformedRow("the amount is empty")
        return CashRow(**self._dated(), kind=kind, amount=self.amount)

    def corporate(self, action: str) -> CorporateRow:
        moved = self.quantity or Decimal(0)
        return CorporateRow(
            **self._dated(), action=action, quantity=moved, amount=self.amount
        )

    def option(self, event: OptionEvent) -> OptionRow:
        if not self.quantity or not self.name.symbol:
            raise MalformedRow("an option event needs a symbol and a quantity")
        return OptionRow(
            **self._dated(), event=event, quantity=self.quantity, amount=self.amount
        )

    def ignored(self, why: str) -> IgnoredRow:
        return IgnoredRow(line=self.line, source=self.source, why=why)

    def _dated(self) -> _Dated:
        return {
            "line": self.line,
            "source": self.source,
            "day": self.day,
            "at": self.at,
            "symbol": self.name.symbol,
            "named_by": self.name.by,
            "account": self.account,
            "currency": self.currency,
            "description": self.description,
            "row_id": self.given_id,
            "id_given": bool(self.given_id),
        }


def side_of(quantity: Decimal) -> Side:
    return Side.SELL if quantity < 0 else Side.BUY
