"""What came of warnings: how each kind was answered, and how its trades ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from journal.behaviour.signals.averages import Average, average
from journal.behaviour.titles import TITLES
from journal.models import CoolingOff, Nudge, NudgeAnswer


# A warning that nearly everybody clicks away protects nobody and dulls the others.
RETIRE_FROM, RETIRE_AT = 20, Decimal("0.95")


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """One warning in short: `answer` is "" while it is open, `r` is of the trade that
    it became part of, None while that is open and where there is none.
    """

    signal: str
    answer: str
    r: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The trade that a warned order became part of; `r` is None while it is open."""

    trade_id: int
    r: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One warning with its trade, None where it made none."""

    nudge: Nudge
    title: str
    ended: Ended | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSignal:
    """All warnings of one kind. `proceeded_r` is over closed trades that went on."""

    title: str
    shown: int
    answers: Mapping[str, int]
    proceeded_r: Average

    @property
    def settled(self) -> int:
        return sum(self.answers.values())

    @property
    def proceed_rate(self) -> Decimal | None:
        """Of those that came to something; None of none."""
        went = self.answers.get(NudgeAnswer.PROCEEDED, 0)
        return Decimal(went) / self.settled if self.settled else None

    @property
    def retire(self) -> bool:
        rate = self.proceed_rate
        return self.settled >= RETIRE_FROM and rate is not None and rate >= RETIRE_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """`baseline` is the mean R of all trades, to compare with."""

    signals: Sequence[OfSignal]
    newest: Sequence[Answered]
    holds: Sequence[CoolingOff]
    baseline: Average

    @property
    def shown(self) -> int:
        return sum(one.shown for one in self.signals)


def outcomes_of(
    warned: Sequence[Warned],
    newest: Sequence[Answered],
    holds: Sequence[CoolingOff],
    *,
    baseline: Average,
) -> Outcomes:
    return Outcomes(
        signals=_by_signal(warned), newest=newest, holds=holds, baseline=baseline
    )


def title_of(signal: str) -> str:
    return TITLES.get(signal, signal)


def _by_signal(warned: Sequence[Warned]) -> list[OfSignal]:
    groups: dict[str, list[Warned]] = defaultdict(list)
    for one in warned:
        groups[one.signal].append(one)
    found = [_of_signal(group) for group in groups.values()]
    return sorted(found, key=lambda one: -one.shown)


def _of_signal(group: Sequence[Warned]) -> OfSignal:
    went = (one.r for one in group if one.answer == NudgeAnswer.PROCEEDED)
    return OfSignal(
        title=title_of(group[0].signal),
        shown=len(group),
        answers=Counter(one.answer for one in group if one.answer),
        proceeded_r=average([r for r in went if r is not None]),
    )
