"""Check 5: every price that the order's type needs is there and is a sound number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from risk.facts import (
    Check,
    DenialCode,
    Facts,
    Finding,
    OrderClass,
    OrderFacts,
    OrderType,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.numbers import HUNDRED, positive


CHECK = Check(
    number=5,
    name="prices",
    title="Prices are complete",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    problems = tuple(_problems(facts.order))
    if problems:
        message = " ".join(problem.message for problem in problems)
        return CHECK.blocked(replace(problems[0], message=message))
    return CHECK.passed(
        Finding(
            code=DenialCode.PRICE_MISSING,
            message="Every price that the order needs is there.",
            value=word("complete"),
            limit=word("complete"),
        )
    )


def _problems(order: OrderFacts) -> Iterator[Finding]:
    for name, price in _given(order):
        if positive(price) is None:
            yield Finding(
                code=DenialCode.PRICE_INVALID,
                message=f"The {name} must be a number above 0.",
                value=figure(price, Unit.PRICE),
                limit=word("above 0"),
            )
    for name in _missing(order):
        yield Finding(
            code=DenialCode.PRICE_MISSING,
            message=f"A {order.type.value.replace('_', ' ')} order needs a {name}.",
            value=word("missing"),
            limit=word(name),
        )
    percent = positive(order.trail_percent)
    if percent is not None and percent >= HUNDRED:
        yield Finding(
            code=DenialCode.PRICE_INVALID,
            message="The trail must be below 100 %.",
            value=figure(percent, Unit.PERCENT),
            limit=figure(HUNDRED, Unit.PERCENT),
        )


def _given(order: OrderFacts) -> Iterator[tuple[str, Decimal]]:
    named = (
        ("limit price", order.limit_price),
        ("stop price", order.stop_price),
        ("trail", order.trail_price),
        ("trail percentage", order.trail_percent),
        ("target price", order.take_profit_price),
        ("stop-loss price", order.stop_loss_price),
        ("stop-loss limit price", order.stop_loss_limit_price),
    )
    return ((name, price) for name, price in named if price is not None)


def _missing(order: OrderFacts) -> Iterator[str]:
    if order.order_class is OrderClass.OCO:
        return  # its prices are those of its exits
    limited = order.type in {OrderType.LIMIT, OrderType.STOP_LIMIT}
    if limited and order.limit_price is None:
        yield "limit price"
    if (
        order.type in {OrderType.STOP, OrderType.STOP_LIMIT}
        and order.stop_price is None
    ):
        yield "stop price"
    trails = (order.trail_price is not None) + (order.trail_percent is not None)
    if order.type is OrderType.TRAILING_STOP and trails != 1:
        yield "trail, as an amount or as a percentage"
