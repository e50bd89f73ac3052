"""The behaviour report of one account: what its trades say of how they were traded.

Bounded: it reads the newest trades, orders and warnings, and says how many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from brokers.models import Account
from journal.analytics.leakage import Leakage, RiskRatios
from journal.analytics.outcome import BREAKEVEN_R, LOST, WON, outcome
from journal.behaviour import exits, reading, selling
from journal.behaviour.beside import beside
from journal.behaviour.composing import window
from journal.behaviour.exits import AddedToLoss, StopChanges
from journal.behaviour.newest import NEWEST, newest_trades, past_trades
from journal.behaviour.outcomes import Outcomes, outcomes_of
from journal.behaviour.signals import pace, past, revenge, sizing
from journal.behaviour.signals.after_loss import after_loss
from journal.behaviour.signals.averages import Average, Split, average, split
from journal.behaviour.signals.chasing import is_chased
from journal.behaviour.signals.early_profit import EarlyProfit
from journal.behaviour.signals.hourly import Hourly, hourly
from journal.behaviour.signals.pace import Pace
from journal.behaviour.signals.past import PastTrade
from journal.behaviour.signals.revenge import RevengeTrade
from journal.behaviour.signals.sales import Counts
from journal.models import CoolingOff
from risk.facts import Policy


SHOWN_REVENGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """`n` closed trades with a planned risk; `after_loss` and `after_gain` count the
    pairs that the ratio stands on.
    """

    n: int
    leakage: Leakage | None
    ratios: RiskRatios | None
    habit: sizing.Habit | None
    after_loss: int
    after_gain: int

    @property
    def low_sample(self) -> bool:
        return self.n < past.LEAST_SAMPLE

    @property
    def ratio_claims(self) -> bool:
        return min(self.after_loss, self.after_gain) >= past.LEAST_SAMPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurried:
    """Trades flagged as revenge, newest first, beside all the others."""

    count: int
    longest_run: int
    shown: Sequence[RevengeTrade]
    averages: Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`closed` trades were read, at most `NEWEST`; `running` holds stand now."""

    account: Account
    policy: Policy
    closed: int
    all_trades: Average
    sizes: Sizes
    soon: Split
    hurried: Hurried
    pace: Pace
    usual_pace: int
    hourly: Hourly
    chased: Split
    disposition: Counts
    exits: EarlyProfit
    stops: StopChanges
    added: AddedToLoss
    outcomes: Outcomes
    running: Sequence[CoolingOff]
    made_at: datetime

    @property
    def is_bounded(self) -> bool:
        return self.closed >= NEWEST


def report_of(
    account: Account,
    policy: Policy,
    now: datetime,
    *,
    breakeven: Decimal = BREAKEVEN_R,
) -> Report:
    rows = newest_trades(account, now)
    trades = past_trades(rows, breakeven)
    closed = [trade for trade in trades if trade.closed_at is not None]
    results = [trade.r for trade in closed if trade.r is not None]
    found = beside(account, now)
    counted = reading.pace_of(found.sent, now)
    every = average(results)
    return Report(
        account=account,
        policy=policy,
        closed=len(closed),
        all_trades=every,
        sizes=_sizes(closed, policy, breakeven),
        soon=after_loss(closed, window=window(policy)),
        hurried=_hurried(trades, policy),
        pace=counted,
        usual_pace=pace.usual(counted.history),
        hourly=hourly(found.sent, now),
        chased=_chased(closed, policy),
        disposition=selling.counts_of(account, rows, now),
        exits=exits.exits_of(rows, breakeven),
        stops=exits.stop_changes(found.stop_moves),
        added=exits.added_to_losses(account),
        outcomes=outcomes_of(found.warned, found.newest, found.holds, baseline=every),
        running=found.running,
        made_at=now,
    )


def _sizes(closed: Sequence[PastTrade], policy: Policy, breakeven: Decimal) -> Sizes:
    sized = sizing.sized(closed)
    found = sizing.ratios(closed, breakeven=breakeven)
    before = [outcome(one.r, None, breakeven) for one in sized[:-1]]
    return Sizes(
        n=len(sized),
        leakage=sizing.leakage(closed),
        ratios=found,
        habit=sizing.habit(found, ratio=policy.size_ratio) if found else None,
        after_loss=before.count(LOST),
        after_gain=before.count(WON),
    )


def _chased(closed: Sequence[PastTrade], policy: Policy) -> Split:
    """Of trades whose average price or plan is known."""
    most = policy.chase_extension_r
    told = [one for one in closed if is_chased(one, most=most) is not None]
    return split(told, lambda trade: bool(is_chased(trade, most=most)))


def _hurried(trades: Sequence[PastTrade], policy: Policy) -> Hurried:
    found = revenge.revenge_trades(
        trades, window=window(policy), ratio=policy.revenge_risk_ratio
    )
    flagged = {one.trade.key for one in found}
    return Hurried(
        count=len(found),
        longest_run=max((one.run for one in found), default=0),
        shown=list(reversed(found))[:SHOWN_REVENGE],
        averages=split(trades, lambda trade: trade.key in flagged),
    )
