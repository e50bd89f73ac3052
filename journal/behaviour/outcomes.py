"""What came of warnings: how each kind was answered, and how its trades ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models.functions import Coalesce

from brokers.models import Account
from journal.behaviour.signals.averages import Average, average
from journal.behaviour.titles import TITLES
from journal.models import CoolingOff, Nudge, NudgeAnswer, TradeFill


NEWEST = 1000
SHOWN = 25
# A warning that nearly everybody clicks away protects nobody and dulls the others.
RETIRE_FROM, RETIRE_AT = 20, Decimal("0.95")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The trade that a warned order became part of; `r` is None while it is open."""

    key: str
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


def outcomes_of(account: Account, *, baseline: Average) -> Outcomes:
    mine = Nudge.objects.filter(owner=account.owner, account=account)
    # A stop belongs to the trade that its entry made, also where another exit filled.
    joined = mine.annotate(entry_id=Coalesce("order__parent_id", "order_id"))
    rows = list(joined.order_by("-shown_at", "-pk")[:NEWEST])
    ends = _ends([row.entry_id for row in rows if row.entry_id is not None])
    answered = [
        Answered(
            nudge=row,
            title=TITLES.get(row.signal, row.signal),
            ended=ends.get(row.entry_id or 0),
        )
        for row in rows
    ]
    holds = CoolingOff.objects.filter(owner=account.owner, account=account)
    return Outcomes(
        signals=_by_signal(answered),
        newest=answered[:SHOWN],
        holds=list(holds.select_related("lifted_by").order_by("-began_at")[:10]),
        baseline=baseline,
    )


def _ends(order_ids: Iterable[int]) -> Mapping[int, Ended]:
    """The trade that each order's first fill went into; an exit of a flip is none."""
    rows = TradeFill.objects.filter(order__in=set(order_ids)).order_by("-executed_at")
    return {
        order_id: Ended(key=key, trade_id=trade_id, r=r)
        for order_id, trade_id, key, r in rows.values_list(
            "order_id", "trade_id", "trade__key", "trade__r_multiple"
        )
        if order_id is not None
    }


def _by_signal(answered: Sequence[Answered]) -> list[OfSignal]:
    groups: dict[str, list[Answered]] = defaultdict(list)
    for one in answered:
        groups[one.nudge.signal].append(one)
    found = [_of_signal(group) for group in groups.values()]
    return sorted(found, key=lambda one: -one.shown)


def _of_signal(group: Sequence[Answered]) -> OfSignal:
    went = (
        one.ended.r
        for one in group
        if one.nudge.answer == NudgeAnswer.PROCEEDED and one.ended is not None
    )
    answers = Counter(one.nudge.answer for one in group if one.nudge.answer)
    return OfSignal(
        title=group[0].title,
        shown=len(group),
        answers=answers,
        proceeded_r=average([r for r in went if r is not None]),
    )
