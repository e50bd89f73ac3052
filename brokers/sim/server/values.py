"""How figures and instants look on Alpaca's wire.

The trading API writes money, prices and quantities as strings, the market-data API as
JSON numbers. Instants are RFC 3339 in UTC with nanoseconds.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tradedesk.core.canonical import decimal_text


EASTERN = ZoneInfo("America/New_York")


def text(value: Decimal) -> str:
    """A figure as the trading API writes it."""
    return decimal_text(value)


def optional_text(value: Decimal | None) -> str | None:
    return None if value is None else decimal_text(value)


def number(value: Decimal) -> float:
    """A figure as the market-data API writes it: a JSON number.

    This is the wire's own type; nothing is computed with it.
    """
    return float(value)


def instant(value: datetime) -> str:
    """Nine decimals, as Alpaca's order entities have them."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}000Z"


def optional_instant(value: datetime | None) -> str | None:
    return None if value is None else instant(value)


def eastern(value: datetime) -> str:
    """RFC 3339 on New York's wall clock, as the clock endpoint writes it."""
    return value.astimezone(EASTERN).isoformat()


def day(value: date) -> str:
    return value.isoformat()
