"""Fills for the tests of tax lots, written short: days of 2026 as month and day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from brokers.domain.lotrelief import relieve
from brokers.domain.orders import Side
from brokers.domain.taxlots import LotMethod, LotPick, TaxFill, TaxLot, TaxSplit


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def morning(on: date) -> datetime:
    return datetime.combine(on, time(15), tzinfo=UTC)


def fill(
    name: str,
    on: date,
    quantity: object,
    price: object | None,
    *,
    fees: object = 0,
    account: int = 1,
    purchase: str = "",
    picks: dict[str, int] | None = None,
) -> TaxFill:
    """Negative quantities are sales."""
    signed = Decimal(str(quantity))
    return TaxFill(
        fill_id=name,
        account_id=account,
        symbol="ACME",
        side=Side.BUY if signed > 0 else Side.SELL,
        quantity=abs(signed),
        price=None if price is None else Decimal(str(price)),
        fees=Decimal(str(fees)),
        executed_at=morning(on),
        traded_on=on,
        purchase=purchase,
        picks=tuple(
            LotPick(lot_id=lot, quantity=Decimal(units))
            for lot, units in (picks or {}).items()
        ),
    )


def split(on: date, old: int, new: int) -> TaxSplit:
    return TaxSplit(
        symbol="ACME",
        effective_at=datetime.combine(on, time(0), tzinfo=UTC),
        old_units=Decimal(old),
        new_units=Decimal(new),
    )


def first_in_first_out(*fills: TaxFill, splits: tuple[TaxSplit, ...] = ()):
    return relieve(fills, method=LotMethod.FIFO, splits=splits)


def closed(lots: list[TaxLot]) -> list[TaxLot]:
    return [lot for lot in lots if lot.disposed_on is not None]


def still_open(lots: list[TaxLot]) -> list[TaxLot]:
    return [lot for lot in lots if lot.disposed_on is None]
