"""Check 46: what one's own recent trading says of this order is read before it goes.

One warning at a time, the gravest: a list of warnings is read by nobody. The signals
themselves are the journal's; here they only meet the order.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from risk.facts import (
    Acknowledgement,
    Check,
    DenialCode,
    Facts,
    Figure,
    Finding,
    Policy,
    Signal,
    Unit,
    Verdict,
    WayOut,
    figure,
    word,
)
from risk.facts.behaviour import CONFIRMED, REASONED, TOLD
from risk.facts.exposure import adds_risk, widens_stop
from risk.facts.numbers import positive, shown, sound
from risk.facts.open_result import adds_to_position, is_behind, open_r
from risk.facts.prices import current_market, entry_price, order_units
from risk.sizing.costs import Levels


CHECK = Check(
    number=46,
    name="own_behaviour",
    title="Your own pattern",
    way_out=WayOut.EXEMPT,
)
_ASKS = {
    TOLD: Acknowledgement.NONE,
    CONFIRMED: Acknowledgement.CONFIRM,
    REASONED: Acknowledgement.REASON,
}
# What the journal may write down; of the others this rule makes its own sentence.
WRITTEN = (
    DenialCode.BEHAVIOUR_AFTER_LOSS,
    DenialCode.BEHAVIOUR_SIZE_AFTER_LOSS,
    DenialCode.BEHAVIOUR_SIZE_AFTER_GAIN,
    DenialCode.BEHAVIOUR_TILT,
    DenialCode.BEHAVIOUR_OVERTRADING,
    DenialCode.BEHAVIOUR_SELF_RATING,
)


_Graded = tuple[int, Finding]


def evaluate(facts: Facts, policy: Policy) -> Verdict:
    if not adds_risk(facts):
        return CHECK.exempt(DenialCode.BEHAVIOUR_NONE)
    found: list[_Graded] = []
    # While a hold runs nothing is left to be asked; a stop moved away asks by itself.
    if not (facts.behaviour.holds(facts.now) or widens_stop(facts)):
        found = [*_written(facts, policy), *_adding(facts), *_chasing(facts, policy)]
    if not found:
        return CHECK.passed(
            Finding(
                code=DenialCode.BEHAVIOUR_NONE,
                message="Nothing in your recent trading speaks against this order.",
                value=word("nothing found"),
                limit=word("none"),
            )
        )
    level, finding = max(found, key=lambda one: one[0])
    return CHECK.warned(finding, _ASKS.get(level, Acknowledgement.REASON))


def _written(facts: Facts, policy: Policy) -> Iterator[_Graded]:
    for signal in facts.behaviour.signals:
        ratio = _ratio(signal, facts, policy)
        if signal.until is not None and signal.until <= facts.now:
            continue
        if _is_usual(signal, ratio, has_stop=facts.order.stop_loss_price is not None):
            continue
        yield signal.level, _of_signal(signal, facts.now, ratio)


def _is_usual(signal: Signal, ratio: Decimal | None, *, has_stop: bool) -> bool:
    """Below the ratio from which a signal speaks. Without a stop anything is at risk;
    with one, and no price to tell the risk by, other rules hold the order.
    """
    if signal.least_ratio is None:
        return False
    return has_stop if ratio is None else ratio < signal.least_ratio


def _ratio(signal: Signal, facts: Facts, policy: Policy) -> Decimal | None:
    """The order's risk over the usual one; None where either is unknown."""
    usual, risk = positive(signal.usual_risk), order_risk(facts, policy)
    return None if usual is None or risk is None else risk / usual


def order_risk(facts: Facts, policy: Policy) -> Decimal | None:
    """Money between entry and stop for all units; None without a stop or a price."""
    units = order_units(facts, policy)
    entry = entry_price(facts, current_market(facts, policy))
    if units is None or entry is None:
        return None
    levels = Levels(
        side=facts.order.side, entry=entry, stop=facts.order.stop_loss_price
    )
    unit = levels.risk_per_unit
    return None if unit is None else unit * units


def _of_signal(signal: Signal, now: datetime, ratio: Decimal | None) -> Finding:
    words = signal.words.replace("{ago}", _ago(signal.since, now))
    times = "an unknown multiple of" if ratio is None else f"{shown(ratio)} times"
    value, limit = figure(signal.value, signal.unit), signal.limit
    if signal.value is None and ratio is not None:
        value, limit = figure(ratio, Unit.RATIO), signal.least_ratio
    shown_limit = word("none") if limit is None else figure(limit, value.unit)
    return Finding(
        code=signal.code,
        message=words.replace("{ratio}", times),
        value=value,
        limit=shown_limit if value.amount is not None else word("none"),
    )


def _ago(since: datetime | None, now: datetime) -> str:
    if since is None:
        return "a while"
    minutes = int(max((now - since).total_seconds(), 0) // 60)
    return f"{minutes} min" if minutes else "less than a minute"


def _adding(facts: Facts) -> Iterator[_Graded]:
    if not (adds_to_position(facts) and is_behind(facts)):
        return
    result = open_r(facts)
    stands = "behind" if result is None else f"at {shown(result)} R"
    yield (
        CONFIRMED,
        Finding(
            code=DenialCode.BEHAVIOUR_ADDING_TO_LOSS,
            message=(
                f"This adds to a position that stands {stands}. If the plan did not say "
                "so before the entry, it is averaging down."
            ),
            value=word("behind") if result is None else figure(result, Unit.R),
            limit=word("none") if result is None else figure(Decimal(0), Unit.R),
        ),
    )


def _chasing(facts: Facts, policy: Policy) -> Iterator[_Graded]:
    if facts.chase is None:
        return
    extension = _extension(facts, policy)
    if extension is not None and extension > policy.chase_extension_r:
        yield (
            CONFIRMED,
            _chase(
                f"The entry lies {shown(extension)} R beyond the one that you planned.",
                figure(extension, Unit.R),
                figure(policy.chase_extension_r, Unit.R),
            ),
        )
        return
    move = _move_in_atr(facts)
    if not facts.chase.expected and move is not None and move > policy.chase_move_atr:
        yield (
            CONFIRMED,
            _chase(
                f"{facts.order.symbol} has moved {shown(move, 1)} daily ranges your way in "
                "half an hour, is on none of your lists and in no plan.",
                figure(move, Unit.ATR),
                figure(policy.chase_move_atr, Unit.ATR),
            ),
        )


def _extension(facts: Facts, policy: Policy) -> Decimal | None:
    """How far the entry lies beyond the planned one, in R of the ticket's own stop."""
    planned = None if facts.chase is None else positive(facts.chase.planned_entry)
    entry = entry_price(facts, current_market(facts, policy))
    if planned is None or entry is None:
        return None
    levels = Levels(
        side=facts.order.side, entry=planned, stop=facts.order.stop_loss_price
    )
    unit = levels.risk_per_unit
    return None if unit is None else (entry - planned) * facts.order.side.sign / unit


def _move_in_atr(facts: Facts) -> Decimal | None:
    move = None if facts.chase is None else sound(facts.chase.move)
    atr = positive(facts.atr)
    return None if move is None or atr is None else move * facts.order.side.sign / atr


def _chase(message: str, value: Figure, limit: Figure) -> Finding:
    return Finding(
        code=DenialCode.BEHAVIOUR_CHASING, message=message, value=value, limit=limit
    )
