"""Check 9: there is a market to trade against, and it is of now."""

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
    QuoteFacts,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.exposure import is_reducing
from risk.facts.numbers import exact, positive, shown, sound
from risk.facts.prices import is_fresh, market_of
from risk.facts.timing import waits_for_session


CHECK = Check(
    number=9,
    name="quote",
    title="Quote is usable",
    way_out=WayOut.TOLD,
)


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    reducing = is_reducing(facts)
    if market_of(facts.quote) is None:
        return CHECK.refused_unless(reducing, _unusable(facts.quote))
    if is_fresh(facts.quote, policy):
        return CHECK.passed(_aged(facts.quote, policy, "The quote is fresh."))
    if waits_for_session(facts):
        message = "The quote is of the last session: the price may open elsewhere."
        ask = Acknowledgement.NONE if reducing else Acknowledgement.CONFIRM
        return CHECK.warned(_aged(facts.quote, policy, message), ask)
    return CHECK.refused_unless(reducing, _aged(facts.quote, policy, _stale(facts)))


def _stale(facts: Facts) -> str:
    age = sound(facts.quote.age_seconds)
    if age is None:
        return "The age of the quote is not known. Wait for a fresh one."
    if age < 0:
        return "The quote is dated in the future. Wait for a fresh one."
    return f"The quote is {shown(age, 1)} s old. Wait for a fresh one."


def _aged(quote: QuoteFacts, policy: Policy, message: str) -> Finding:
    return Finding(
        code=DenialCode.QUOTE_STALE,
        message=message,
        value=figure(quote.age_seconds, Unit.SECONDS),
        limit=figure(policy.quote_age_seconds, Unit.SECONDS),
    )


def _unusable(quote: QuoteFacts) -> Finding:
    bid, ask = positive(quote.bid), positive(quote.ask)
    if bid is None or ask is None:
        return Finding(
            code=DenialCode.QUOTE_MISSING,
            message="There is no bid and ask to trade against. Wait for a quote.",
            value=_worse(quote.bid, quote.ask),
            limit=word("a bid and an ask above 0"),
        )
    return Finding(
        code=DenialCode.QUOTE_CROSSED,
        message=(
            f"The bid {exact(bid)} is above the ask {exact(ask)}: the quote is wrong. "
            "Wait for the next."
        ),
        value=figure(bid, Unit.PRICE),
        limit=figure(ask, Unit.PRICE),
    )


def _worse(bid: Decimal | None, ask: Decimal | None) -> Figure:
    """The side that is unusable."""
    return figure(bid if positive(bid) is None else ask, Unit.PRICE)
