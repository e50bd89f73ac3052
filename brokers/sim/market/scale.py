"""Between the scaled integers of the engine and what is told outside."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from brokers.sim.market.path import EPOCH


PRICE_DECIMALS = 4
_SECOND = timedelta(seconds=1)


def instant_of(second: int) -> datetime:
    """The instant at which a second since EPOCH begins, in UTC."""
    return EPOCH + second * _SECOND


def plain(value: Decimal) -> Decimal:
    """Without trailing zeros, and never with an exponent."""
    text = format(value, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


@lru_cache(maxsize=65_536)
def price_of(units: int) -> Decimal:
    """Dollars from units of 0.0001 dollars."""
    return plain(Decimal(units).scaleb(-PRICE_DECIMALS))
