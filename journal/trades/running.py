"""A trade under way, to which parts of fills are added until it is flat."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from journal.domain.trades import (
    NOTHING,
    Direction,
    FillPart,
    Split,
    TradeRecord,
    Tranche,
)
from journal.trades import risk


QUANTITY_STEP = Decimal("0.000000001")


class RunningTrade:
    """Average-cost accounting on sums, so that no rounded average loses a cent.

    Money is signed: `_cost` is what the units still held cost, negative for a short.
    """

    def __init__(self, key: str, account_id: int | None, symbol: str) -> None:
        self.key = key
        self.account_id = account_id
        self.symbol = symbol
        self.held = NOTHING
        self._largest = NOTHING
        self._cost = NOTHING
        self._gross = NOTHING
        self._fees = NOTHING
        self._cost_known = True
        self._priced_exits = False
        self._parts: list[FillPart] = []

    def add(self, part: FillPart) -> None:
        """Add a part that opens, adds or reduces, but never goes through zero."""
        held = self.held
        if held == 0 or (held > 0) == (part.quantity > 0):
            self._enter(part)
        else:
            self._leave(part)
        self.held = held + part.quantity
        self._largest = max(self._largest, abs(self.held))
        self._fees += part.fees
        self._parts.append(part)

    def _enter(self, part: FillPart) -> None:
        if part.price is None:
            self._cost_known = False
        else:
            self._cost += part.quantity * part.price * part.multiplier

    def _leave(self, part: FillPart) -> None:
        """Units that leave without a price take their cost along and realise nothing.

        Their share of the cost is what is left of it when they are the last.
        """
        last = part.quantity == -self.held
        cost = self._cost if last else self._cost * -part.quantity / self.held
        self._cost -= cost
        if part.price is not None:
            self._priced_exits = True
            self._gross -= part.quantity * part.price * part.multiplier + cost

    def split(self, split: Split) -> None:
        """Rescale what is held and what was done; money stays as it is."""
        new, old = split.new_units, split.old_units
        self.held = (self.held * new / old).quantize(QUANTITY_STEP)
        self._largest = (self._largest * new / old).quantize(QUANTITY_STEP)
        self._parts = [
            replace(
                part,
                quantity=part.quantity * new / old,
                price=None if part.price is None else part.price * old / new,
                stop_price=_scaled(part.stop_price, old, new),
            )
            for part in self._parts
        ]

    def record(self) -> TradeRecord:
        """The trade as it stands now."""
        first, last = self._parts[0], self._parts[-1]
        direction = Direction.LONG if first.quantity > 0 else Direction.SHORT
        entries, exits = self._sides(direction)
        closed = self.held == 0
        gross = self._gross if self._result_known(closed=closed) else None
        net = None if gross is None else gross - self._fees
        tranches = tuple(_tranche(part, direction) for part in entries)
        initial_risk = risk.sum_of_tranches(tranches)
        first_risk = risk.first_entry(tranches)
        result = net if closed else None
        return TradeRecord(
            key=self.key,
            account_id=self.account_id,
            symbol=self.symbol,
            direction=direction,
            opened_at=first.executed_at,
            closed_at=last.executed_at if closed else None,
            quantity=self._largest,
            entry_price=_average(entries),
            exit_price=_average([part for part in exits if part.price is not None]),
            gross=gross,
            fees=self._fees,
            net=net,
            initial_risk=initial_risk,
            first_risk=first_risk,
            r_multiple=risk.multiple(result, initial_risk),
            r_first=risk.multiple(result, first_risk),
            open_quantity=self.held,
            open_cost=self._cost if self._cost_known else None,
            fills=tuple(self._parts),
            tranches=tranches,
        )

    def _sides(self, direction: Direction) -> tuple[list[FillPart], list[FillPart]]:
        entries: list[FillPart] = []
        exits: list[FillPart] = []
        for part in self._parts:
            enters = (part.quantity > 0) == (direction is Direction.LONG)
            (entries if enters else exits).append(part)
        return entries, exits

    def _result_known(self, *, closed: bool) -> bool:
        return self._cost_known and (self._priced_exits or not closed)


def _scaled(price: Decimal | None, old: Decimal, new: Decimal) -> Decimal | None:
    return None if price is None else price * old / new


def _average(parts: list[FillPart]) -> Decimal | None:
    """Weighted by units; None where a price is unknown, and of nothing."""
    money = units = NOTHING
    for part in parts:
        if part.price is None:
            return None
        money += part.quantity * part.price
        units += part.quantity
    return money / units if units else None


def _tranche(part: FillPart, direction: Direction) -> Tranche:
    return Tranche(
        quantity=abs(part.quantity),
        price=part.price,
        stop_price=part.stop_price,
        executed_at=part.executed_at,
        order_id=part.order_id,
        direction=direction,
        multiplier=part.multiplier,
    )
