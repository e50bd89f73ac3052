"""Check 45: a stop moved away from the market is answered for."""

from __future__ import annotations

from decimal import Decimal

from risk.facts import (
    Acknowledgement,
    Check,
    DenialCode,
    Facts,
    Figure,
    Finding,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import widens_stop


CHECK = Check(
    number=45,
    name="stop_widening",
    title="The stop is not widened",
    way_out=WayOut.TOLD,
)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    if not widens_stop(facts):
        return CHECK.passed(_finding("No stop is moved away.", word("no"), facts))
    message = (
        "The stop moves away from the market, so more can be lost than was planned. "
        "Write down why."
    )
    finding = _finding(message, _price(facts.order.stop_price), facts)
    return CHECK.warned(finding, Acknowledgement.REASON)


def _price(price: Decimal | None) -> Figure:
    return word("wider") if price is None else figure(price, Unit.PRICE)


def _finding(message: str, value: Figure, facts: Facts) -> Finding:
    before = next(
        (o.stop_price for o in facts.open_orders or () if o.id == facts.order.amends),
        None,
    )
    return Finding(
        code=DenialCode.STOP_WIDENED,
        message=message,
        value=value,
        limit=word("as planned") if before is None else _price(before),
    )
