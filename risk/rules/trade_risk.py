"""Check 22: what is lost at the stop, costs included, is a small part of equity."""

from __future__ import annotations

from decimal import Decimal

from risk.facts import (
    Check,
    DenialCode,
    Facts,
    Finding,
    Policy,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.ceilings import Ceiling, graded
from risk.facts.exposure import is_reducing
from risk.facts.numbers import HUNDRED, positive
from risk.facts.prices import current_market, entry_price, order_units
from risk.sizing.costs import Levels, loss_at_stop


CHECK = Check(
    number=22,
    name="trade_risk",
    title="Risk of this trade is small",
    way_out=WayOut.EXEMPT,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    if is_reducing(facts):
        return CHECK.exempt(DenialCode.RISK_PER_TRADE)
    if facts.order.stop_loss_price is None:
        # Not a block: trading without a stop is asked about by its own rule.
        return CHECK.warned(_without_stop(policy))
    percent = risk_percent(facts, policy)
    if percent is None:
        return CHECK.blocked(_unknown(policy))
    ceiling = Ceiling(
        code=DenialCode.RISK_PER_TRADE,
        unit=Unit.PERCENT,
        subject="The loss at the stop in percent of equity, costs included,",
        remedy="Trade fewer units or move the entry closer to the stop.",
        warn=policy.risk_per_trade_warn_percent,
        block=policy.risk_per_trade_block_percent,
    )
    return graded(CHECK, ceiling, percent)


def risk_percent(facts: Facts, policy: Policy) -> Decimal | None:
    """Loss at the stop as a percentage of equity; None when it cannot be told."""
    equity, units = positive(facts.account.equity), order_units(facts, policy)
    entry = entry_price(facts, current_market(facts, policy))
    if equity is None or units is None or entry is None:
        return None
    levels = Levels(
        side=facts.order.side, entry=entry, stop=facts.order.stop_loss_price
    )
    loss = loss_at_stop(units, levels, facts.costs)
    return None if loss is None else loss / equity * HUNDRED


def _without_stop(policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.RISK_UNKNOWN,
        message="Without a stop the whole value of the position is at risk.",
        value=word("no stop"),
        limit=figure(policy.risk_per_trade_warn_percent, Unit.PERCENT),
    )


def _unknown(policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.RISK_UNKNOWN,
        message="The risk cannot be told: it needs the account's equity, an entry price "
        "and a stop on the losing side.",
        value=word("unknown"),
        limit=figure(policy.risk_per_trade_block_percent, Unit.PERCENT),
    )
