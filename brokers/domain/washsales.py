"""Wash sales: a loss is not deductible as far as the shares were replaced.

Replaced are shares sold at a loss by equal ones acquired within 30 days before or after
the sale; the loss is added to the cost of the replacement, which also takes over the
time that the replaced shares were held. IRS Publication 550, "Wash Sales"; 26 CFR
1.1091-1 for the order: losses by day of sale, replacements by day of acquisition, each
share once. For a short covered at a loss, other short sales within the window replace
it.

What this module decides where the sources leave room:

- Equal means the same symbol, in all accounts given; options do not replace shares.
- Shares of one purchase do not replace each other, and what took over a loss is not
  replaced by the rest of the purchase that made it.
- Shares sold before the day of the loss replace nothing; sold on the same day, they do,
  unless their own loss went on to a replacement.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from brokers.domain.taxlots import NOTHING, TaxLot


WINDOW = timedelta(days=30)
# Below this, what remains of a share is the rounding of a split.
QUANTITY_STEP = Decimal("0.000000001")
# Money below this is what divisions leave over, no loss that uses up a replacement.
LEAST_LOSS = Decimal("0.000001")


def defer_wash_sales(lots: Iterable[TaxLot]) -> list[TaxLot]:
    """The same lots with wash sales marked; split where only a part is concerned.

    In order of acquisition by symbol; lots of the same day stay in the order given.
    """
    groups: dict[tuple[str, bool], list[TaxLot]] = {}
    for lot in lots:
        groups.setdefault((lot.symbol, lot.is_short), []).append(lot)
    found: list[TaxLot] = []
    for key in sorted(groups):
        ordered = [_Part.of(lot) for lot in sorted(groups[key], key=_acquired)]
        settled = sorted(_Ledger(ordered).settled(), key=_acquired_of)
        found += [part.as_lot() for part in settled]
    return found


def _acquired(lot: TaxLot) -> date:
    return lot.acquired_on or date.min


def _acquired_of(part: _Part) -> date:
    return part.acquired


@dataclass(slots=True)
class _Part:
    """A lot while losses are settled, or a part of it: what may change of it, in place,
    since one loss may go to very many replacements.
    """

    lot: TaxLot
    acquired: date
    quantity: Decimal
    common_quantity: Decimal
    opened_for: Decimal | None
    closed_for: Decimal | None
    deferred: Decimal
    disallowed: Decimal
    held_since: date | None
    took_over: str

    @classmethod
    def of(cls, lot: TaxLot) -> _Part:
        return cls(
            lot,
            _acquired(lot),
            lot.quantity,
            lot.common_quantity,
            lot.opened_for,
            lot.closed_for,
            lot.deferred,
            lot.disallowed,
            lot.held_since,
            lot.took_over,
        )

    @property
    def result(self) -> Decimal | None:
        """As `TaxLot.result`."""
        if self.opened_for is None or self.closed_for is None:
            return None
        gained = self.closed_for - self.opened_for
        return (-gained if self.lot.is_short else gained) - self.deferred

    def split_off(self, common: Decimal) -> _Part:
        """Take so much out into a part of its own; no money is lost between them."""
        whole = self.common_quantity
        part = _Part(
            self.lot,
            self.acquired,
            self.quantity * common / whole,
            common,
            _share(self.opened_for, common, whole),
            _share(self.closed_for, common, whole),
            self.deferred * common / whole,
            self.disallowed,
            self.held_since,
            self.took_over,
        )
        self.common_quantity = whole - common
        self.quantity -= part.quantity
        self.opened_for = _less(self.opened_for, part.opened_for)
        self.closed_for = _less(self.closed_for, part.closed_for)
        self.deferred -= part.deferred
        return part

    def as_lot(self) -> TaxLot:
        """The lot itself where nothing was changed."""
        lot = self.lot
        untouched = not self.disallowed and not self.took_over
        if untouched and self.common_quantity == lot.common_quantity:
            return lot
        return TaxLot(
            lot_id=lot.lot_id,
            account_id=lot.account_id,
            symbol=lot.symbol,
            is_short=lot.is_short,
            quantity=self.quantity,
            common_quantity=self.common_quantity,
            opened_for=self.opened_for,
            acquired_on=lot.acquired_on,
            held_since=self.held_since,
            purchase=lot.purchase,
            closed_for=self.closed_for,
            disposed_on=lot.disposed_on,
            closing_id=lot.closing_id,
            deferred=self.deferred,
            disallowed=self.disallowed,
            took_over=self.took_over,
        )


class _Ledger:
    """The lots of one symbol and direction. Losses are settled day by day, so that a
    share that can replace nothing any more is looked at no more.
    """

    def __init__(self, lots: list[_Part]) -> None:
        self._lots = lots
        self._losses: list[tuple[date, date, int]] = []
        dated = (n for n, part in enumerate(lots) if part.lot.acquired_on is not None)
        self._coming = list(dated)
        self._coming.reverse()
        self._at_hand: list[int] = []
        for number in range(len(lots)):
            self._note_loss(number)

    def settled(self) -> list[_Part]:
        today = date.min
        while self._losses:
            day, _, number = heapq.heappop(self._losses)
            if day != today:
                today = day
                self._turn_to(day)
            self._settle(number, day)
        return self._lots

    def _note_loss(self, number: int) -> None:
        part = self._lots[number]
        sold_on = part.lot.disposed_on
        if sold_on is not None and _open_loss(part):
            heapq.heappush(self._losses, (sold_on, part.acquired, number))

    def _turn_to(self, day: date) -> None:
        until = day + WINDOW
        while self._coming and self._lots[self._coming[-1]].acquired <= until:
            self._at_hand.append(self._coming.pop())
        self._at_hand = [n for n in self._at_hand if _replaces(self._lots[n], day)]

    def _settle(self, number: int, day: date) -> None:
        """Give the loss to replacements, the earliest first, as far as they go."""
        place = 0
        while place < len(self._at_hand) and _open_loss(self._lots[number]):
            other = self._at_hand[place]
            loss, candidate = self._lots[number], self._lots[other]
            if not _replaces(candidate, day):
                self._at_hand.pop(place)
            elif candidate.lot.purchase in {loss.lot.purchase, loss.took_over}:
                place += 1
            else:
                self._replace(number, other)

    def _replace(self, number: int, other: int) -> None:
        loss, candidate = self._lots[number], self._lots[other]
        common = min(loss.common_quantity, candidate.common_quantity)
        washed = self._divide(number, common)
        taker = self._divide(other, common)
        loss, candidate = self._lots[washed], self._lots[taker]
        result = loss.result
        loss.disallowed = NOTHING if result is None else -result
        candidate.deferred = loss.disallowed
        candidate.took_over = loss.lot.purchase
        candidate.held_since = _tacked(candidate, loss)
        self._note_loss(taker)

    def _divide(self, number: int, common: Decimal) -> int:
        """Where so much of a lot stands: itself, or a new one with the rest left."""
        part = self._lots[number]
        if part.common_quantity - common < QUANTITY_STEP:
            return number
        self._lots.append(part.split_off(common))
        return len(self._lots) - 1


def _open_loss(part: _Part) -> bool:
    if part.disallowed:
        return False
    result = part.result
    return result is not None and result <= -LEAST_LOSS


def _replaces(part: _Part, day: date) -> bool:
    """Whether it can replace what is sold at a loss on that day."""
    lot = part.lot
    if part.took_over or part.disallowed or lot.acquired_on is None:
        return False
    held = lot.disposed_on is None or lot.disposed_on >= day
    return held and day - WINDOW <= lot.acquired_on <= day + WINDOW


def _tacked(candidate: _Part, loss: _Part) -> date | None:
    since, sold = loss.held_since, loss.lot.disposed_on
    if candidate.held_since is None or since is None or sold is None:
        return None
    return candidate.held_since - (sold - since)


def _share(money: Decimal | None, common: Decimal, whole: Decimal) -> Decimal | None:
    return None if money is None else money * common / whole


def _less(money: Decimal | None, part: Decimal | None) -> Decimal | None:
    return None if money is None or part is None else money - part
