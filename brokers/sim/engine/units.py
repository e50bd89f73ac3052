"""Scaled integers: exact, fast, and told outside as Decimals without an exponent.

A price is a number of 0.0001 dollars, a quantity of 0.000000001 shares, and their
product, money, of 10^-13 dollars; so cash and cost need no rounding at all.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from brokers.sim.market.scale import plain, price_of


QUANTITY_DECIMALS: Final = 9
MONEY_DECIMALS: Final = 13
SHARE: Final = 10**QUANTITY_DECIMALS
DOLLAR: Final = 10_000
MONEY: Final = 10**MONEY_DECIMALS
PENNY: Final = MONEY // 100
_AVERAGE = Decimal(1).scaleb(-9)
_RATIO = Decimal(1).scaleb(-10)


def price_units(value: Decimal) -> int:
    return int(value * DOLLAR)


def quantity_units(value: Decimal) -> int:
    """More than nine decimals are cut off, as Alpaca does."""
    return int(value * SHARE)


def money_units(value: Decimal) -> int:
    return int(value * MONEY)


@lru_cache(maxsize=65_536)
def quantity_of(units: int) -> Decimal:
    return plain(Decimal(units).scaleb(-QUANTITY_DECIMALS))


def money_of(units: int) -> Decimal:
    """Exact dollars."""
    return plain(Decimal(units).scaleb(-MONEY_DECIMALS))


def optional_price(units: int | None) -> Decimal | None:
    return None if units is None else price_of(units)


def optional_quantity(units: int | None) -> Decimal | None:
    return None if units is None else quantity_of(units)


def optional_money(units: int | None) -> Decimal | None:
    return None if units is None else money_of(units)


def average_of(money: int, quantity: int) -> Decimal:
    """Dollars per share, to nine decimals."""
    if money % quantity == 0:
        return price_of(money // quantity)
    exact = Decimal(money) / Decimal(quantity) / DOLLAR
    return plain(exact.quantize(_AVERAGE))


def ratio_of(part: int, whole: int) -> Decimal:
    """A fraction to ten decimals; 0 of nothing."""
    if whole == 0:
        return Decimal(0)
    return plain((Decimal(part) / Decimal(abs(whole))).quantize(_RATIO))
