"""From a history and the limits in force to what is written down for the guardrails.

Pure: everything that is read comes in with the `History`. Words carry ratios, R and
counts, never money, so that they may stand where money is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from journal.behaviour.signals import pace, tilt
from journal.behaviour.signals.after_loss import after_loss
from journal.behaviour.signals.averages import Average, Split
from journal.behaviour.signals.hourly import HOUR, Hourly
from journal.behaviour.signals.pace import Pace
from journal.behaviour.signals.past import PastTrade, usual_risk
from journal.behaviour.signals.revenge import RevengeTrade, revenge_trades
from journal.behaviour.wording import r_words
from risk.facts import DenialCode, Policy, Signal, Unit
from risk.facts.behaviour import CONFIRMED, REASONED, TOLD


# Of fewer days nobody's usual pace is known.
LEAST_DAYS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One account at one instant.

    `trades` are in the order of their openings, open ones too; `closed_today` in the
    order of their ends. `answered` maps signals that were answered a moment ago to
    their level, `hurried_today` counts orders sent today in spite of a warning after a
    loss. `rating_outside` is today's self-rating where it is outside the own band.
    """

    now: datetime
    day_begins: datetime
    day_ends: datetime
    trades: Sequence[PastTrade] = ()
    closed_today: Sequence[PastTrade] = ()
    pace: Pace = field(default_factory=lambda: Pace(today=0, history=(), found=None))
    hourly: Hourly = field(default_factory=Hourly)
    hurried_today: int = 0
    rating_outside: int | None = None
    answered: Mapping[DenialCode, int] = field(default_factory=dict)


def signals(history: History, policy: Policy) -> list[Signal]:
    """What speaks of the next order, without what was answered at that level already."""
    found = [
        *_after_loss(history, policy),
        *_size(history, policy),
        *_tilt(history, policy),
        *_pace(history),
        *_rating(history),
    ]
    return [one for one in found if one.level > history.answered.get(one.code, -1)]


def revenge_today(history: History, policy: Policy) -> list[RevengeTrade]:
    """Today's hurried bigger trades, open ones too."""
    flagged = revenge_trades(
        history.trades, window=window(policy), ratio=policy.revenge_risk_ratio
    )
    return [one for one in flagged if one.trade.opened_at >= history.day_begins]


def window(policy: Policy) -> timedelta:
    return timedelta(minutes=float(policy.revenge_window_minutes))


def _last(history: History) -> PastTrade | None:
    return history.closed_today[-1] if history.closed_today else None


def _after_loss(history: History, policy: Policy) -> Iterator[Signal]:
    ends = [one.closed_at for one in history.trades if one.lost and one.closed_at]
    usual, closed_at = usual_risk(history.trades), max(ends, default=None)
    if usual is None or closed_at is None:
        return
    if history.now - closed_at > window(policy):
        return
    flags = max(len(revenge_today(history, policy)), history.hurried_today)
    grave = flags and flags + 1 >= policy.revenge_flags_a_day
    yield Signal(
        code=DenialCode.BEHAVIOUR_AFTER_LOSS,
        level=REASONED if grave else CONFIRMED,
        words=after_loss_words(
            after_loss(history.trades, window=window(policy)), policy
        ),
        since=closed_at,
        until=closed_at + window(policy),
        usual_risk=usual,
        least_ratio=policy.revenge_risk_ratio,
    )


def after_loss_words(found: Split, policy: Policy) -> str:
    """The trader's own figures, or that there are too few for any."""
    opening = (
        "You closed a loss {ago} ago, and this order risks {ratio} your usual amount."
    )
    within = f"{policy.revenge_window_minutes:f}".rstrip("0").rstrip(".")
    if not found.claims:
        return (
            f"{opening} Only {found.inside.n} of your trades began within {within} min "
            "of a loss: too few to say how those end."
        )
    return (
        f"{opening} Your {found.inside.n} trades opened within {within} min of a loss "
        f"averaged {_average(found.inside)}; the other {found.outside.n}, "
        f"{_average(found.outside)}."
    )


def _average(one: Average) -> str:
    """The mean with its interval: "-0.42R (-0.80R to -0.04R)"."""
    mean = r_words(one.mean)
    if one.low is None or one.high is None:
        return mean
    return f"{mean} ({r_words(one.low)} to {r_words(one.high)})"


def _size(history: History, policy: Policy) -> Iterator[Signal]:
    last, usual = _last(history), usual_risk(history.trades)
    if last is None or usual is None or not (last.lost or last.won):
        return
    if last.lost and DenialCode.BEHAVIOUR_AFTER_LOSS in history.answered:
        return  # the same matter, answered a moment ago
    after = "a loss" if last.lost else "a gain"
    yield Signal(
        code=(
            DenialCode.BEHAVIOUR_SIZE_AFTER_LOSS
            if last.lost
            else DenialCode.BEHAVIOUR_SIZE_AFTER_GAIN
        ),
        level=CONFIRMED if last.lost else TOLD,
        words=f"Your last trade closed with {after}, and this order risks {{ratio}} your "
        "usual amount.",
        until=history.day_ends,
        usual_risk=usual,
        least_ratio=policy.size_ratio,
    )


def _tilt(history: History, policy: Policy) -> Iterator[Signal]:
    day = tilt.day_of(history.closed_today)
    if not day.is_tilt(losses=policy.tilt_losses, day_loss_r=policy.tilt_day_loss_r):
        return
    in_a_row = day.losses_in_a_row >= policy.tilt_losses
    what = (
        f"{day.losses_in_a_row} losses in a row"
        if in_a_row
        else f"{r_words(day.r)} so far"
    )
    yield Signal(
        code=DenialCode.BEHAVIOUR_TILT,
        level=REASONED,
        words=f"Today: {what}. Say what makes the next trade one of your plan.",
        value=Decimal(day.losses_in_a_row) if in_a_row else day.r,
        limit=policy.tilt_losses if in_a_row else -policy.tilt_day_loss_r,
        unit=Unit.COUNT if in_a_row else Unit.R,
        until=history.day_ends,
    )


def _pace(history: History) -> Iterator[Signal]:
    """Judged with the order that is being written: it would be the next of today."""
    counted = history.pace.history
    coming = pace.with_one_more(history.pace)
    if len(counted) < LEAST_DAYS or not coming.flagged:
        yield from _hour(history)
        return
    usual = pace.usual(counted)
    yield Signal(
        code=DenialCode.BEHAVIOUR_OVERTRADING,
        level=CONFIRMED,
        words=f"This would be order {coming.today} of today. Over your last "
        f"{len(counted)} trading days the usual was {usual}.",
        value=Decimal(coming.today),
        limit=Decimal(str(usual)),
        until=history.day_ends,
    )


def _hour(history: History) -> Iterator[Signal]:
    """Of an ordinary day, a hasty hour."""
    known = history.hourly
    coming = known.within + 1
    if not known.is_unusual(coming):
        return
    yield Signal(
        code=DenialCode.BEHAVIOUR_OVERTRADING,
        level=CONFIRMED,
        words=f"This would be order {coming} within the hour. In 99 of 100 hours in which "
        f"you traded you sent {known.most} or fewer.",
        value=Decimal(coming),
        limit=Decimal(known.most),
        until=history.now + HOUR,
    )


def _rating(history: History) -> Iterator[Signal]:
    if history.rating_outside is None:
        return
    yield Signal(
        code=DenialCode.BEHAVIOUR_SELF_RATING,
        level=CONFIRMED,
        words=f"You rated yourself {history.rating_outside} of 8 this morning, outside the "
        "band in which you mean to trade.",
        value=Decimal(history.rating_outside),
        until=history.day_ends,
    )
