"""Which holds a day has earned: cooling-offs after hurried trades, locks at own limits.

Pure. Each names its occasion, so that reckoning the same day again earns nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from journal.behaviour.composing import History, revenge_today
from journal.behaviour.signals import pace, tilt
from journal.behaviour.wording import r_words
from risk.facts import DenialCode, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """`is_lock`: until the next session rather than for some minutes."""

    is_lock: bool
    signal: DenialCode
    occasion: str
    words: str
    began_at: datetime
    ends_at: datetime


def earned(
    history: History, policy: Policy, *, next_session: datetime
) -> Iterator[Hold]:
    yield from _cooling(history, policy)
    yield from _locks(history, policy, next_session)


def _cooling(history: History, policy: Policy) -> Iterator[Hold]:
    """From the second hurried trade of a day on, each begins one."""
    least = max(int(policy.revenge_flags_a_day), 1)
    length = timedelta(minutes=float(policy.cooling_off_minutes))
    for count, flagged in enumerate(revenge_today(history, policy), start=1):
        if count < least:
            continue
        began = flagged.trade.opened_at
        yield Hold(
            is_lock=False,
            signal=DenialCode.BEHAVIOUR_AFTER_LOSS,
            occasion=flagged.trade.key or began.isoformat(),
            words=f"{count} bigger trades within minutes of a loss today.",
            began_at=began,
            ends_at=began + length,
        )


def _locks(history: History, policy: Policy, next_session: datetime) -> Iterator[Hold]:
    """Limits that the trader has set, none by default."""
    day = tilt.day_of(history.closed_today)
    today = history.day_ends.isoformat()
    reached = {
        DenialCode.BEHAVIOUR_OVERTRADING: (
            pace.above_cap(history.pace.today, policy.new_orders_a_day),
            f"Your own limit of {policy.new_orders_a_day} new orders a day is used up.",
        ),
        DenialCode.BEHAVIOUR_TILT: (
            day.is_beyond(policy.day_loss_stop_r),
            f"The day stands at {r_words(day.r)}, beyond your own stop for a day.",
        ),
    }
    for signal, (is_reached, words) in reached.items():
        if is_reached:
            yield Hold(
                is_lock=True,
                signal=signal,
                occasion=today,
                words=words,
                began_at=history.now,
                ends_at=next_session,
            )
