"""The lots of one symbol in one account that are open, and which of them goes next."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from brokers.domain.taxlots import NOTHING, LotMethod, LotPick, TaxSplit


QUANTITY_STEP = Decimal("0.000000001")


class UnknownLotError(ValueError):
    """A sale names a lot that is not open, or more of it than there is."""


@dataclass(slots=True, kw_only=True)
class OpenLot:
    """`opened_for` is money for all of `quantity`, and shrinks with it."""

    lot_id: str
    purchase: str
    acquired_on: date | None
    quantity: Decimal
    opened_for: Decimal | None

    def take(self, quantity: Decimal) -> Decimal | None:
        """Take units out and say what they were opened for."""
        share = self.opened_for
        if share is not None and quantity != self.quantity:
            share = share * quantity / self.quantity
        if share is not None and self.opened_for is not None:
            self.opened_for -= share
        self.quantity -= quantity
        return share


class OpenLots:
    """Lots are all of one direction; emptied ones are dropped when they come up."""

    def __init__(self, method: LotMethod) -> None:
        self._method = method
        self._queue: deque[OpenLot] = deque()
        self._dearest: list[tuple[Decimal, int, OpenLot]] = []
        self._by_id: dict[str, OpenLot] = {}
        self._count = 0
        self._pool = OpenLot(
            lot_id="", purchase="", acquired_on=None, quantity=NOTHING, opened_for=None
        )
        self.held = NOTHING
        self.is_short = False

    def __iter__(self) -> Iterator[OpenLot]:
        """What is left, at the average cost of all where that is the method."""
        for lot in self._by_id.values():
            if lot.quantity and self._method is LotMethod.AVERAGE:
                lot.opened_for = self._pool.take(lot.quantity)
            if lot.quantity:
                yield lot

    def add(self, lot: OpenLot) -> None:
        self._by_id[lot.lot_id] = lot
        self.held += lot.quantity
        if self._method is LotMethod.HIGHEST_COST:
            heapq.heappush(self._dearest, (self._preference(lot), self._count, lot))
            self._count += 1
        else:
            self._queue.append(lot)
        if self._method is LotMethod.AVERAGE:
            self._add_to_pool(lot)

    def _preference(self, lot: OpenLot) -> Decimal:
        """Lowest first: the dearest long, the cheapest short; unknown costs last."""
        if lot.opened_for is None:
            return Decimal("Infinity")
        each = lot.opened_for / lot.quantity
        return each if self.is_short else -each

    def _add_to_pool(self, lot: OpenLot) -> None:
        pool = self._pool
        before = pool.opened_for if pool.quantity else NOTHING
        if before is None or lot.opened_for is None:
            pool.opened_for = None
        else:
            pool.opened_for = before + lot.opened_for
        pool.quantity += lot.quantity

    def take(
        self, quantity: Decimal, picks: Iterable[LotPick] = ()
    ) -> Iterator[tuple[OpenLot, Decimal, Decimal | None]]:
        """Parts of lots that make up the quantity: the lot, units, opened for.

        Raises:
            UnknownLotError: a pick cannot be met.
        """
        if self._method is LotMethod.SPECIFIC:
            for pick in picks:
                lot = self._picked(pick, quantity)
                quantity -= pick.quantity
                yield self._part(lot, pick.quantity)
        while quantity > 0:
            lot = self._next()
            part = min(quantity, lot.quantity)
            quantity -= part
            yield self._part(lot, part)

    def _picked(self, pick: LotPick, wanted: Decimal) -> OpenLot:
        lot = self._by_id.get(pick.lot_id)
        if lot is None or not 0 < pick.quantity <= min(lot.quantity, wanted):
            raise UnknownLotError(
                f"{pick.quantity} of lot {pick.lot_id} cannot be sold: it is not open, "
                "or it or the sale is smaller"
            )
        return lot

    def _part(
        self, lot: OpenLot, quantity: Decimal
    ) -> tuple[OpenLot, Decimal, Decimal | None]:
        self.held -= quantity
        opened_for = lot.take(quantity)
        if self._method is LotMethod.AVERAGE:
            opened_for = self._pool.take(quantity)
        return lot, quantity, opened_for

    def _next(self) -> OpenLot:
        while True:
            lot = self._first()
            if lot.quantity:
                return lot
            self._drop()

    def _first(self) -> OpenLot:
        if self._method is LotMethod.HIGHEST_COST:
            return self._dearest[0][2]
        return self._queue[-1 if self._method is LotMethod.LIFO else 0]

    def _drop(self) -> None:
        if self._method is LotMethod.HIGHEST_COST:
            heapq.heappop(self._dearest)
        elif self._method is LotMethod.LIFO:
            self._queue.pop()
        else:
            self._queue.popleft()

    def split(self, split: TaxSplit) -> None:
        """Rescale every lot; what is held is their sum, so that none goes missing."""
        for lot in self._by_id.values():
            scaled = lot.quantity * split.new_units / split.old_units
            lot.quantity = scaled.quantize(QUANTITY_STEP)
        self.held = sum((lot.quantity for lot in self._by_id.values()), NOTHING)
        self._pool.quantity = self.held
        # Lots bought after the split have a cost per new unit.
        self._dearest = [
            (self._preference(lot), number, lot)
            for _, number, lot in self._dearest
            if lot.quantity
        ]
        heapq.heapify(self._dearest)
