"""The two sides of a reconciliation, in one shape: what the book says, what they say.

Rows are tuples by key, so that a million of them are compared as they stand. A part
that is None was not read, and nothing is concluded from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from brokers.domain.reports import CashKind
from brokers.reconciliation.sources import Source


class OrderRow(NamedTuple):
    """`status` is a word of OrderStatus, "" for a broker's word that nobody knows.

    `filled` is cumulative, None where it cannot be compared: one version of several
    does not tell what all of them filled.
    """

    status: str
    filled: Decimal | None
    quantity: Decimal | None
    symbol: str


class FillRow(NamedTuple):
    """`quantity` is signed, negative for a sale; `instant` is ISO 8601 in UTC."""

    order_id: str
    symbol: str
    quantity: Decimal
    price: Decimal
    instant: str = ""
    inferred: bool = False


class HoldingRow(NamedTuple):
    """`average_price` is None where what was paid is unknown."""

    quantity: Decimal
    average_price: Decimal | None


class ActivityRow(NamedTuple):
    """A movement of cash that is no fill; `amount` is signed money."""

    kind: CashKind
    amount: Decimal
    symbol: str = ""


Orders = Mapping[str, OrderRow]
Fills = Mapping[str, FillRow]
Holdings = Mapping[str, HoldingRow]
Activities = Mapping[str, ActivityRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSide:
    """Orders by broker order id, fills by execution id, holdings by symbol, cash
    activities by the broker's id of them.
    """

    orders: Orders | None = None
    fills: Fills | None = None
    positions: Holdings | None = None
    activities: Activities | None = None
    cash: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSide(BookSide):
    """`failures` are the sources that did not answer, `stale` those whose answer is
    older than may be, both with words for it.
    """

    failures: Mapping[Source, str] = field(default_factory=dict)
    stale: Mapping[Source, str] = field(default_factory=dict)
