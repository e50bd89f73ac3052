"""Check 5: prices lie on the instrument's tick; nothing is rounded silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from risk.facts import (
    Check,
    DenialCode,
    Facts,
    Finding,
    InstrumentFacts,
    OrderFacts,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import is_reducing
from risk.facts.numbers import ceiling_to, exact, floor_to, is_multiple, positive


CHECK = Check(
    number=5,
    name="tick",
    title="Prices lie on the tick",
    way_out=WayOut.HELD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    off: list[Finding] = []
    for name, price in _prices(facts.order):
        tick = _tick_at(facts.instrument, price)
        if tick is None:
            return CHECK.refused_unless(is_reducing(facts), _unknown(facts, price))
        if not is_multiple(price, tick):
            off.append(_off(name, price, tick=tick))
    if off:
        message = " ".join(finding.message for finding in off)
        return CHECK.blocked(replace(off[0], message=message))
    return CHECK.passed(
        Finding(
            code=DenialCode.PRICE_TICK,
            message="Every price lies on the tick.",
            value=word("on the tick"),
            limit=figure(positive(facts.instrument.tick), Unit.PRICE),
        )
    )


def _prices(order: OrderFacts) -> Iterator[tuple[str, Decimal]]:
    """The prices that can be checked; unsound ones are refused by their own rule."""
    named = (
        ("limit price", order.limit_price),
        ("stop price", order.stop_price),
        ("trail", order.trail_price),
        ("target price", order.take_profit_price),
        ("stop-loss price", order.stop_loss_price),
        ("stop-loss limit price", order.stop_loss_limit_price),
    )
    for name, price in named:
        known = positive(price)
        if known is not None:
            yield name, known


def _tick_at(instrument: InstrumentFacts, price: Decimal) -> Decimal | None:
    finer = positive(instrument.sub_dollar_tick)
    if price < 1 and finer is not None:
        return finer
    return positive(instrument.tick)


def _off(name: str, price: Decimal, *, tick: Decimal) -> Finding:
    below, above = floor_to(price, tick), ceiling_to(price, tick)
    nearest = f"{exact(below)} or {exact(above)}" if below > 0 else exact(above)
    return Finding(
        code=DenialCode.PRICE_TICK,
        message=(
            f"The {name} {exact(price)} is not a multiple of {exact(tick)}. The nearest "
            f"valid prices are {nearest}."
        ),
        value=figure(price, Unit.PRICE),
        limit=figure(tick, Unit.PRICE),
    )


def _unknown(facts: Facts, price: Decimal) -> Finding:
    return Finding(
        code=DenialCode.PRICE_TICK_UNKNOWN,
        message=f"The price step of {facts.order.symbol} is not known.",
        value=figure(price, Unit.PRICE),
        limit=word("a known price step"),
    )
