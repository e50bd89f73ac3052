"""How one invented trade goes: from its entry along the bars to its last exit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random

from brokers.domain.reports import Bar


CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """What is planned before the entry; `sign` is +1 for a long, -1 for a short.

    `patience` is how many quarters of an hour it may take. With `nervous` the trader
    leaves early with a small gain, against the plan.
    """

    symbol: str
    sign: int
    entered_at: datetime
    entry: Decimal
    stop: Decimal
    target: Decimal
    quantity: int
    patience: int
    halves: bool = False
    nervous: bool = False

    @property
    def unit(self) -> Decimal:
        """R per unit."""
        return abs(self.entry - self.stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    at: datetime
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    idea: Idea
    exits: Sequence[Exit]

    @property
    def closed_at(self) -> datetime:
        return self.exits[-1].at

    @property
    def gross(self) -> Decimal:
        made = sum(one.quantity * (one.price - self.idea.entry) for one in self.exits)
        return Decimal(made) * self.idea.sign

    @property
    def r(self) -> Decimal:
        return self.gross / (self.idea.unit * self.idea.quantity)


def walk(idea: Idea, bars: Sequence[Bar], random: Random) -> Walked:
    """Along the bars from that of the entry on; the stop is taken to be hit first."""
    exits: list[Exit] = []
    left, half = idea.quantity, idea.quantity // 2
    goals = _goals(idea)
    for number, bar in enumerate(bars):
        at = bar.start + timedelta(seconds=random.randrange(120, 880))
        if _reaches(idea, bar, idea.stop, against=True):
            exits.append(Exit(at=at, quantity=left, price=_stopped(idea, bar)))
            break
        if number and goals and _reaches(idea, bar, goals[0], against=False):
            some = half if len(goals) > 1 and half else left
            exits.append(Exit(at=at, quantity=some, price=goals.pop(0)))
            left -= some
        if left and number + 1 >= min(idea.patience, len(bars)):
            closing = max(at, bar.start + timedelta(seconds=890))
            exits.append(Exit(at=closing, quantity=left, price=bar.close))
            left = 0
        if not left:
            break
    if not exits:
        raise ValueError("A trade needs bars to walk along.")
    return Walked(idea=idea, exits=exits)


def _goals(idea: Idea) -> list[Decimal]:
    """Where it is left with a gain: early, at one R and the target, or at the target."""
    if idea.nervous:
        part = (idea.unit * Decimal("0.6")).quantize(CENT, ROUND_DOWN)
        return [idea.entry + idea.sign * part]
    if idea.halves:
        return [idea.entry + idea.sign * idea.unit, idea.target]
    return [idea.target]


def _reaches(idea: Idea, bar: Bar, price: Decimal, *, against: bool) -> bool:
    falls = (idea.sign > 0) == against
    return bar.low <= price if falls else bar.high >= price


def _stopped(idea: Idea, bar: Bar) -> Decimal:
    """At the stop, or at the opening where the market had jumped over it."""
    if idea.sign > 0:
        return min(idea.stop, max(bar.open, bar.low))
    return max(idea.stop, min(bar.open, bar.high))
