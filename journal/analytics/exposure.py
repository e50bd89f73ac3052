"""Exposure: how much of the time, and of the equity, was in the market.

In time: the union of the holding periods over the span. In money: gross = sum(|value|)
/ equity, net = sum(value) / equity, a short counting negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal


Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """As shares of equity."""

    gross: Decimal
    net: Decimal


def time_in_market(held: Iterable[Period], *, span: Period) -> float | None:
    """Share of the span in which anything was held; None for a span of nothing."""
    start, end = span
    if end <= start:
        return None
    covered, until = timedelta(0), start
    for opened, closed in sorted(held):
        since, till = max(opened, until), min(closed, end)
        if till > since:
            covered += till - since
            until = till
    return covered / (end - start)


def exposure(values: Sequence[Decimal], equity: Decimal) -> Exposure | None:
    """Of market values, shorts negative; None where there is no equity."""
    if equity <= 0:
        return None
    return Exposure(
        gross=sum((abs(value) for value in values), Decimal(0)) / equity,
        net=sum(values, Decimal(0)) / equity,
    )
