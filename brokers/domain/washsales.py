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
from dataclasses import replace
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
    found = []
    for key in sorted(groups):
        ordered = sorted(groups[key], key=_acquired)
        found += sorted(_Ledger(ordered).settled(), key=_acquired)
    return found


def _acquired(lot: TaxLot) -> date:
    return lot.acquired_on or date.min


class _Ledger:
    """The lots of one symbol and direction. Losses are settled day by day, so that a
    share that can replace nothing any more is looked at no more.
    """

    def __init__(self, lots: list[TaxLot]) -> None:
        self._lots = lots
        self._losses: list[tuple[date, date, int]] = []
        self._coming = [n for n, lot in enumerate(lots) if lot.acquired_on is not None]
        self._coming.reverse()
        self._at_hand: list[int] = []
        for number in range(len(lots)):
            self._note_loss(number)

    def settled(self) -> list[TaxLot]:
        today = date.min
        while self._losses:
            day, _, number = heapq.heappop(self._losses)
            if day != today:
                today = day
                self._turn_to(day)
            self._settle(number, day)
        return self._lots

    def _note_loss(self, number: int) -> None:
        lot = self._lots[number]
        if lot.disposed_on is not None and _open_loss(lot):
            heapq.heappush(self._losses, (lot.disposed_on, _acquired(lot), number))

    def _turn_to(self, day: date) -> None:
        while self._coming and _acquired(self._lots[self._coming[-1]]) <= day + WINDOW:
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
            elif candidate.purchase in {loss.purchase, loss.took_over}:
                place += 1
            else:
                self._replace(number, other)

    def _replace(self, number: int, other: int) -> None:
        loss, candidate = self._lots[number], self._lots[other]
        common = min(loss.common_quantity, candidate.common_quantity)
        washed = self._divide(number, common)
        taker = self._divide(other, common)
        loss = self._lots[washed]
        deferred = -loss.result if loss.result is not None else NOTHING
        self._lots[washed] = replace(loss, disallowed=deferred)
        candidate = self._lots[taker]
        self._lots[taker] = replace(
            candidate,
            deferred=deferred,
            took_over=loss.purchase,
            held_since=_tacked(candidate, loss),
        )
        self._note_loss(taker)

    def _divide(self, number: int, common: Decimal) -> int:
        """Where so much of a lot stands: itself, or a new one with the rest left."""
        lot = self._lots[number]
        if lot.common_quantity - common < QUANTITY_STEP:
            return number
        part, rest = _divided(lot, common)
        self._lots[number] = rest
        self._lots.append(part)
        return len(self._lots) - 1


def _open_loss(lot: TaxLot) -> bool:
    result = lot.result
    return result is not None and result <= -LEAST_LOSS and not lot.disallowed


def _replaces(lot: TaxLot, day: date) -> bool:
    """Whether it can replace what is sold at a loss on that day."""
    if lot.took_over or lot.disallowed or lot.acquired_on is None:
        return False
    held = lot.disposed_on is None or lot.disposed_on >= day
    return held and day - WINDOW <= lot.acquired_on <= day + WINDOW


def _tacked(candidate: TaxLot, loss: TaxLot) -> date | None:
    since, sold = loss.held_since, loss.disposed_on
    if candidate.held_since is None or since is None or sold is None:
        return None
    return candidate.held_since - (sold - since)


def _divided(lot: TaxLot, common: Decimal) -> tuple[TaxLot, TaxLot]:
    """So much of the lot, and the rest; no money is lost between them."""
    part = replace(
        lot,
        common_quantity=common,
        quantity=lot.quantity * common / lot.common_quantity,
        opened_for=_share(lot.opened_for, lot, common),
        closed_for=_share(lot.closed_for, lot, common),
        deferred=lot.deferred * common / lot.common_quantity,
    )
    rest = replace(
        lot,
        common_quantity=lot.common_quantity - common,
        quantity=lot.quantity - part.quantity,
        opened_for=_less(lot.opened_for, part.opened_for),
        closed_for=_less(lot.closed_for, part.closed_for),
        deferred=lot.deferred - part.deferred,
    )
    return part, rest


def _share(money: Decimal | None, lot: TaxLot, common: Decimal) -> Decimal | None:
    return None if money is None else money * common / lot.common_quantity


def _less(money: Decimal | None, part: Decimal | None) -> Decimal | None:
    return None if money is None or part is None else money - part
