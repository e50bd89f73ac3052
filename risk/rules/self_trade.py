"""Check 33: an order does not meet one's own on the other side of the market.

Trading with oneself moves no position and can be taken for a wash trade (FINRA Rule
5210, Supplementary Material .02). Some brokers refuse whatever could do so: Alpaca any
single order against a working market or stop order, and against a limit unless the two
limits do not cross (https://docs.alpaca.markets/docs/trading/user-protections/).
"""

from __future__ import annotations

from decimal import Decimal

from risk.facts import (
    Check,
    DenialCode,
    Facts,
    Finding,
    Intent,
    OpenOrder,
    OrderClass,
    OrderFacts,
    OrderType,
    Policy,
    Side,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import is_reducing
from risk.facts.numbers import positive, shown


CHECK = Check(
    number=33,
    name="self_trade",
    title="Does not meet an order of one's own",
    way_out=WayOut.TOLD,
)
NONE_ALLOWED = figure(Decimal(0), Unit.COUNT)


def evaluate(facts: Facts, _policy: Policy) -> Verdict:
    reducing = is_reducing(facts)
    if facts.open_orders is None:
        return CHECK.refused_unless(reducing, _unknown())
    own = [one for one in facts.open_orders if _could_meet(facts.order, one)]
    if not own or _is_let_through(facts):
        return CHECK.passed(
            _finding(0, "No order of yours works on the other side of this one.")
        )
    if facts.capabilities is None or not facts.capabilities.refuses_self_trades:
        return CHECK.warned(_finding(len(own), f"{_met(own[0])} The two could trade."))
    message = (
        f"{_met(own[0])} {facts.capabilities.broker} refuses what could trade with it: "
        "cancel that first, or give this order exits of its own."
    )
    return CHECK.refused_unless(reducing, _finding(len(own), message))


def _could_meet(order: OrderFacts, one: OpenOrder) -> bool:
    """One that sleeps until its entry fills meets nothing, nor does the amended one."""
    opposite = one.symbol == order.symbol and one.side is not order.side
    return (
        opposite
        and not one.contingent
        and not one.overfilled
        and one.id != order.amends
        and _cross(order, one)
    )


def _cross(order: OrderFacts, one: OpenOrder) -> bool:
    """Whatever has no limit takes any price."""
    mine, theirs = positive(order.limit_price), positive(one.price)
    if {order.type, one.type} != {OrderType.LIMIT} or mine is None or theirs is None:
        return True
    return mine >= theirs if order.side is Side.BUY else mine <= theirs


def _is_let_through(facts: Facts) -> bool:
    """Orders with exits of their own are; and before a reversal all that works goes."""
    complex_ = facts.order.order_class is not OrderClass.SIMPLE
    return complex_ or facts.order.intent is Intent.REVERSE


def _met(one: OpenOrder) -> str:
    price = positive(one.price)
    at = "" if price is None else f" at {shown(price)}"
    kind = one.type.value.replace("_", " ")
    return f"A {one.side.value} {kind}{at} of yours works in {one.symbol}."


def _unknown() -> Finding:
    return Finding(
        code=DenialCode.SELF_TRADE_UNKNOWN,
        message="The open orders could not be read. Try again in a moment.",
        value=word("unknown"),
        limit=NONE_ALLOWED,
    )


def _finding(own: int, message: str) -> Finding:
    return Finding(
        code=DenialCode.SELF_TRADE,
        message=message,
        value=figure(Decimal(own), Unit.COUNT),
        limit=NONE_ALLOWED,
    )
