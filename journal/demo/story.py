"""What the invented trader did: some good habits, some bad ones, the same for a seed.

They trade three setups at half a per cent a trade, a little better than chance. After a
loss they now and then come back within minutes with more at risk, and they leave some
winners early: that is what the pages are there to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from brokers.sim.market.profiles import Session
from journal.demo.market import QUARTER, DemoMarket, Tape
from journal.demo.walking import CENT, Idea, Walked, walk


STARTING_CASH = Decimal(50000)
RISK = Decimal("0.005")
_SHORTS, _EDGE, _HALVES, _NERVOUS = 0.22, 0.5, 0.25, 0.12
_REVENGE, _OPEN_MIND = 0.75, 0.9
# In a hurry the stop is put too near, and the hope is too high.
_TOO_NEAR, _TOO_FAR = Decimal("0.55"), 3
_PER_DAY = (0, 0, 1, 1, 1, 1, 2, 2, 3)
_FIRST_BAR, _LAST_BAR = 2, 20
SETUPS = ("Pullback to the 20-day", "Range breakout", "Failed breakdown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A trade with what its trader says of it; `mistakes` are name and cost in R."""

    walked: Walked
    setup: str
    planned: bool
    mistakes: Sequence[tuple[str, Decimal]]
    emotion: int
    confidence: int

    @property
    def followed(self) -> bool:
        return not self.mistakes


@dataclass(slots=True)
class _Teller:
    random: Random
    market: DemoMarket
    equity: Decimal = STARTING_CASH
    busy: dict[str, datetime] = field(default_factory=dict)

    def year(self) -> Iterator[Told]:
        for session in self.market.sessions:
            yield from self._day(session)

    def _day(self, session: Session) -> Iterator[Told]:
        for _ in range(self.random.choice(_PER_DAY)):
            told = self._trade(session)
            if told is None:
                continue
            yield self._count(told)
            again = self._in_anger(told, session)
            if again is not None:
                yield self._count(again)

    def _count(self, told: Told) -> Told:
        self.equity += told.walked.gross
        self.busy[told.walked.idea.symbol] = told.walked.closed_at
        return told

    def _trade(self, session: Session) -> Told | None:
        """The better of two ideas, sometimes: a trader with a small edge."""
        found = [one for one in (self._walk(session), self._walk(session)) if one]
        if not found:
            return None
        has_edge = self.random.random() < _EDGE
        walked = max(found, key=lambda one: one.r) if has_edge else found[0]
        return self._tell(walked)

    def _walk(self, session: Session) -> Walked | None:
        tape = self.random.choice(self.market.tapes)
        entered = session.opens + QUARTER * self.random.randrange(_FIRST_BAR, _LAST_BAR)
        place = tape.at(entered)
        if self.busy.get(tape.symbol, session.opens) > entered:
            return None
        if place + 2 >= len(tape.quarters) or tape.starts[place] > session.closes:
            return None
        idea = self._idea(tape, place)
        if idea is None:
            return None
        return walk(idea, tape.quarters[place:], self.random)

    def _idea(self, tape: Tape, place: int) -> Idea | None:
        bar, random = tape.quarters[place], self.random
        sign = -1 if random.random() < _SHORTS else 1
        wide = tape.average_range(bar.start) * random.uniform(0.35, 0.7)
        unit = max(Decimal(str(wide)).quantize(CENT), Decimal("0.05"))
        quantity = int(self.equity * RISK / unit)
        entered = bar.start + timedelta(seconds=random.randrange(2, 50))
        if quantity < 1:
            return None
        reward = Decimal(str(random.choice((1.5, 2, 2, 2.5, 3))))
        return Idea(
            symbol=tape.symbol,
            sign=sign,
            entered_at=entered,
            entry=bar.open,
            stop=bar.open - sign * unit,
            target=bar.open + sign * (unit * reward).quantize(CENT),
            quantity=quantity,
            patience=random.choice((8, 16, 26, 26, 52, 78, 130)),
            halves=random.random() < _HALVES,
            nervous=random.random() < _NERVOUS,
        )

    def _tell(self, walked: Walked) -> Told:
        random, idea = self.random, walked.idea
        mistakes: list[tuple[str, Decimal]] = []
        if idea.nervous and walked.r > 0:
            lost = Decimal(str(round(random.uniform(0.3, 1.4), 1)))
            mistakes.append(("Exited too early", -lost))
        planned = random.random() < _OPEN_MIND
        if not planned and random.random() < _OPEN_MIND / 2:
            mistakes.append(("Entered without a plan", min(walked.r, Decimal(0))))
        return Told(
            walked=walked,
            setup=SETUPS[2] if idea.sign < 0 else random.choice(SETUPS[:2]),
            planned=planned,
            mistakes=mistakes,
            emotion=random.choice((3, 3, 4, 4, 5, 2)),
            confidence=random.choice((2, 3, 3, 4, 4, 5)),
        )

    def _in_anger(self, before: Told, session: Session) -> Told | None:
        """Back within minutes of a loss, with more at risk and no plan."""
        lost, random = before.walked, self.random
        is_late = lost.closed_at > session.closes - 4 * QUARTER
        if lost.r > Decimal("-0.9") or is_late or random.random() > _REVENGE:
            return None
        tape = next(t for t in self.market.tapes if t.symbol == lost.idea.symbol)
        entered = lost.closed_at + timedelta(seconds=random.randrange(90, 290))
        place = tape.at(entered) - 1
        bar = tape.quarters[place]
        middle = ((bar.high + bar.low) / 2).quantize(CENT)
        calm = self._idea(tape, place)
        if calm is None or bar.start + QUARTER <= entered:
            return None
        more = Decimal(str(random.uniform(1.35, 1.9)))
        unit = max((calm.unit * _TOO_NEAR).quantize(CENT), CENT)
        idea = Idea(
            symbol=calm.symbol,
            sign=lost.idea.sign,
            entered_at=entered,
            entry=middle,
            stop=middle - lost.idea.sign * unit,
            target=middle + lost.idea.sign * _TOO_FAR * unit,
            quantity=int(calm.quantity * calm.unit * more / unit),
            patience=random.choice((6, 10, 16)),
        )
        ahead = tape.quarters[place + 1 :]
        # What is done in a hurry goes worse than chance.
        longer = replace(idea, patience=idea.patience * 2)
        walks = (walk(one, ahead, random) for one in (idea, longer))
        walked = min(walks, key=lambda one: one.r)
        cost = min(walked.r, Decimal(0)).quantize(Decimal("0.1"))
        return Told(
            walked=walked,
            setup="",
            planned=False,
            mistakes=[("Revenge trade", cost), ("Too large", Decimal(0))],
            emotion=random.choice((1, 1, 2)),
            confidence=random.choice((4, 5)),
        )


def year(market: DemoMarket, seed: int) -> Sequence[Told]:
    """Every trade of the year, in the order of the entries."""
    told = _Teller(Random(seed), market).year()  # noqa: S311 - a story, no secret
    return sorted(told, key=lambda one: one.walked.idea.entered_at)
