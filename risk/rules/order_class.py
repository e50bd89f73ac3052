"""Check 3: the broker takes this class of order, and its exits are complete and have
something to protect.
"""

from __future__ import annotations

from decimal import Decimal

from risk.facts import (
    CapabilityFacts,
    Check,
    DenialCode,
    Facts,
    Finding,
    Intent,
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
from risk.facts.exposure import holding, is_reducing, opposes_position
from risk.facts.numbers import exact


CHECK = Check(
    number=3,
    name="order_class",
    title="Attached exits are possible",
    way_out=WayOut.HELD,
)
# How many exits each class carries: Alpaca's and most brokers' definition.
EXITS = {
    OrderClass.SIMPLE: 0,
    OrderClass.OTO: 1,
    OrderClass.OCO: 2,
    OrderClass.BRACKET: 2,
}


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    known, wanted = facts.capabilities, facts.order.order_class
    if _exits(facts.order) != EXITS[wanted]:
        return CHECK.blocked(_incomplete(facts.order))
    if _protects_nothing(facts):
        return CHECK.blocked(_not_an_entry(facts))
    if known is None:
        return CHECK.refused_unless(is_reducing(facts), _unknown(wanted))
    allowed = ", ".join(sorted(known.order_classes))
    if (problem := _wrong_type(facts, known)) is not None:
        return CHECK.blocked(problem)
    taken = wanted in known.order_classes
    finding = Finding(
        code=DenialCode.ORDER_CLASS_UNSUPPORTED,
        message=f"{known.broker} takes {wanted.value} orders."
        if taken
        else f"{known.broker} takes no {wanted.value} orders: use one of {allowed}.",
        value=word(wanted.value),
        limit=word(allowed),
    )
    return CHECK.passed(finding) if taken else CHECK.blocked(finding)


def _wrong_type(facts: Facts, known: CapabilityFacts) -> Finding | None:
    """Why an order of this type has no exits attached, or None."""
    wanted, kind = facts.order.order_class, facts.order.type
    takes = {
        OrderClass.SIMPLE: known.order_types,
        OrderClass.OCO: frozenset({OrderType.LIMIT}),
    }.get(wanted, known.class_types)
    if kind in takes or kind not in known.order_types:
        return None
    spoken = kind.value.replace("_", " ")
    what = "a stop and a target" if _exits(facts.order) > 1 else "a stop or a target"
    allowed = ", ".join(sorted(takes)) or "none"
    return Finding(
        code=DenialCode.ORDER_CLASS_UNSUPPORTED,
        message=(
            f"{known.broker} takes no {spoken} orders with {what} attached "
            f"({wanted.value}): leave them out, or use one of {allowed}."
        ),
        value=word(f"{wanted.value} {kind.value}"),
        limit=word(allowed),
    )


def _exits(order: OrderFacts) -> int:
    return sum(
        price is not None for price in (order.take_profit_price, order.stop_loss_price)
    )


def _protects_nothing(facts: Facts) -> bool:
    """Exits that begin when this fills would then open the other side. Alpaca refuses
    such an order, "bracket orders must be entry orders":
    https://forum.alpaca.markets/t/why-is-it-impossible-to-concurrently-open-long-and-short-bracket-orders/13159
    """
    order = facts.order
    begins_later = order.order_class in {OrderClass.OTO, OrderClass.BRACKET}
    is_new = not order.amends and order.intent is not Intent.REVERSE
    return begins_later and is_new and opposes_position(facts)


def _not_an_entry(facts: Facts) -> Finding:
    held, side = holding(facts) or Decimal(0), facts.order.side.value
    return Finding(
        code=DenialCode.ORDER_EXITS_NOT_ENTRY,
        message=(
            f"This {side} order goes against a position of {exact(held)}, so there is "
            "nothing that its stop or target could protect. Leave them out to close, or "
            "choose Reverse."
        ),
        value=figure(held, Unit.QUANTITY),
        limit=word("an order that opens or adds"),
    )


def _incomplete(order: OrderFacts) -> Finding:
    given, needed = _exits(order), EXITS[order.order_class]
    return Finding(
        code=DenialCode.ORDER_EXITS_INCOMPLETE,
        message=(
            f"A {order.order_class.value} order has {needed} attached exit(s), this one "
            f"has {given}. Give the stop and the target that belong to it."
        ),
        value=figure(Decimal(given), Unit.COUNT),
        limit=figure(Decimal(needed), Unit.COUNT),
    )


def _unknown(wanted: OrderClass) -> Finding:
    return Finding(
        code=DenialCode.ORDER_CAPABILITIES_UNKNOWN,
        message="What this broker can do is not known.",
        value=word(wanted.value),
        limit=word("known capabilities"),
    )
