"""Check 10: the spread is not so wide that crossing it is expensive."""

from __future__ import annotations

from risk.facts import (
    Acknowledgement,
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
from risk.facts.exposure import is_reducing
from risk.facts.numbers import HUNDRED, shown
from risk.facts.prices import current_market


CHECK = Check(
    number=10,
    name="spread",
    title="Spread is narrow",
    way_out=WayOut.TOLD,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    ask = Acknowledgement.NONE if is_reducing(facts) else Acknowledgement.CONFIRM
    market, limit = current_market(facts, policy), policy.spread_warn_percent
    if market is None:
        return CHECK.warned(_unknown(policy), ask)
    percent = (market.ask - market.bid) / market.middle * HUNDRED
    wide = percent > limit
    finding = Finding(
        code=DenialCode.SPREAD_WIDE,
        message=f"The spread is {shown(percent)} % of the price: a limit order costs less."
        if wide
        else "The spread is narrow.",
        value=figure(percent, Unit.PERCENT),
        limit=figure(limit, Unit.PERCENT),
    )
    return CHECK.warned(finding, ask) if wide else CHECK.passed(finding)


def _unknown(policy: Policy) -> Finding:
    return Finding(
        code=DenialCode.SPREAD_UNKNOWN,
        message="The spread is not known without a fresh quote.",
        value=word("unknown"),
        limit=figure(policy.spread_warn_percent, Unit.PERCENT),
    )
