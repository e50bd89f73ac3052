"""Check 8: the price is not far from the market, in percent and in daily ranges.

What matters is how far a price goes *through* the market, since that is what a slip of
the finger costs: a buy above the ask, a sale below the bid. A price that waits far away
on its own side harms nobody and is only asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from risk.facts import (
    Acknowledgement,
    Check,
    DenialCode,
    Facts,
    Figure,
    Finding,
    OrderType,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import is_reducing
from risk.facts.numbers import HUNDRED, exact, positive, shown
from risk.facts.prices import Market, current_market


CHECK = Check(
    number=8,
    name="collar",
    title="Price is near the market",
    way_out=WayOut.TOLD,
)
LIMITED = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Collar:
    """How far is too far: percent of the market price, and multiples of the ATR."""

    percent: Decimal
    atr: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far a price goes through the market; negative when it waits before it."""

    price: Decimal
    market: Decimal
    percent: Decimal
    atr: Decimal | None

    def beyond(self, collar: Collar) -> tuple[Figure, Figure] | None:
        """The value and the limit that it breaks, if any."""
        if self.percent > collar.percent:
            limit = figure(collar.percent, Unit.PERCENT)
            return figure(self.percent, Unit.PERCENT), limit
        if self.atr is not None and self.atr > collar.atr:
            return figure(self.atr, Unit.ATR), figure(collar.atr, Unit.ATR)
        return None


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    price, market = _price(facts), current_market(facts, policy)
    if price is None:
        return CHECK.passed(_nothing())
    if market is None:
        return CHECK.refused_unless(is_reducing(facts), _unknown(price, policy))
    return _measured(facts, policy, _distance(facts, price, market))


def _measured(facts: Facts, policy: Policy, distance: Distance) -> Verdict:
    reducing = is_reducing(facts)
    hard = distance.beyond(_hard(facts, policy))
    if hard is not None:
        return CHECK.refused_unless(reducing, _through(distance, hard))
    soft = distance.beyond(_soft(policy))
    if soft is not None:
        ask = Acknowledgement.NONE if reducing else Acknowledgement.CONFIRM
        return CHECK.warned(_through(distance, soft), ask)
    if -distance.percent > policy.collar_block_percent:
        return CHECK.warned(_waiting(distance, policy))
    return CHECK.passed(_near(distance, policy))


def _price(facts: Facts) -> Decimal | None:
    """The price that could go through the market.

    A buy stop above the market is meant to, so only its limit price is measured.
    """
    order = facts.order
    return positive(order.limit_price) if order.type in LIMITED else None


def _reference(facts: Facts, market: Market) -> Decimal:
    """The market, or the trigger of a stop-limit, which trades only from there."""
    if facts.order.type is OrderType.STOP_LIMIT:
        return positive(facts.order.stop_price) or market.taking(facts.order.side)
    return market.taking(facts.order.side)


def _distance(facts: Facts, price: Decimal, market: Market) -> Distance:
    reference, atr = _reference(facts, market), positive(facts.atr)
    through = facts.order.side.sign * (price - reference)
    return Distance(
        price=price,
        market=reference,
        percent=through / reference * HUNDRED,
        atr=None if atr is None else through / atr,
    )


def _soft(policy: Policy) -> Collar:
    return Collar(percent=policy.collar_warn_percent, atr=policy.collar_warn_atr)


def _hard(facts: Facts, policy: Policy) -> Collar:
    """Without a daily range to go by, the soft percentage is the hard one."""
    if positive(facts.atr) is None:
        return Collar(percent=policy.collar_warn_percent, atr=policy.collar_block_atr)
    return Collar(percent=policy.collar_block_percent, atr=policy.collar_block_atr)


def _through(distance: Distance, broken: tuple[Figure, Figure]) -> Finding:
    value, limit = broken
    return Finding(
        code=DenialCode.PRICE_COLLAR,
        message=(
            f"The limit {exact(distance.price)} goes {shown(distance.percent)} % through "
            f"the market at {exact(distance.market)}. Check the price for a slip."
        ),
        value=value,
        limit=limit,
    )


def _waiting(distance: Distance, policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.PRICE_COLLAR,
        message=(
            f"The limit {exact(distance.price)} is {shown(-distance.percent)} % away from "
            f"the market at {exact(distance.market)} and will wait."
        ),
        value=figure(distance.percent, Unit.PERCENT),
        limit=figure(-policy.collar_block_percent, Unit.PERCENT),
    )


def _near(distance: Distance, policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.PRICE_COLLAR,
        message="The limit price is near the market.",
        value=figure(distance.percent, Unit.PERCENT),
        limit=figure(policy.collar_warn_percent, Unit.PERCENT),
    )


def _nothing() -> Finding:
    return Finding(
        code=DenialCode.PRICE_COLLAR,
        message="The order has no limit price that could go through the market.",
        value=word("no limit price"),
        limit=word("not needed"),
    )


def _unknown(price: Decimal, policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.PRICE_COLLAR_UNKNOWN,
        message=f"Whether {exact(price)} is near the market cannot be told without a "
        "fresh quote. Wait for one.",
        value=word("unknown"),
        limit=figure(policy.collar_block_percent, Unit.PERCENT),
    )
