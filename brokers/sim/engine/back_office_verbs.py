"""The verbs of a broker's back office: its books change and nobody is told."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from brokers.sim.engine import back_office
from brokers.sim.engine.accounts import Activity
from brokers.sim.engine.operator_verbs import OperatorVerbs


class BackOfficeVerbs(OperatorVerbs):
    """What a reconciliation is there to find; for its tests and drills."""

    def bust_silently(self, account_id: str, execution_id: str, now: datetime) -> None:
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {"execution_id": execution_id}
        with self._verb("bust_silently", now, account_id, **inputs) as venue:
            back_office.bust_silently(venue, holder, execution_id)

    def list_twice(self, account_id: str, execution_id: str, now: datetime) -> Activity:
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {"execution_id": execution_id}
        with self._verb("list_twice", now, account_id, **inputs) as venue:
            return back_office.list_twice(venue, holder, execution_id)

    def move_units(
        self,
        account_id: str,
        symbol: str,
        now: datetime,
        *,
        quantity: Decimal,
        price: Decimal,
    ) -> None:
        """Units that come or go without a trade, at a price each; cash stays."""
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {
            "symbol": symbol,
            "quantity": quantity,
            "price": price,
        }
        with self._verb("move_units", now, account_id, **inputs) as venue:
            back_office.move_units(
                venue, holder, symbol, quantity=quantity, price=price
            )

    def split(
        self, account_id: str, symbol: str, now: datetime, *, new: int, old: int
    ) -> None:
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {"symbol": symbol, "new": new, "old": old}
        with self._verb("split", now, account_id, **inputs) as venue:
            back_office.split(venue, holder, symbol, new=new, old=old)

    def restate_cost(
        self, account_id: str, symbol: str, now: datetime, *, price: Decimal
    ) -> None:
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {"symbol": symbol, "price": price}
        with self._verb("restate_cost", now, account_id, **inputs) as venue:
            back_office.restate_cost(venue, holder, symbol, price=price)

    def move_cash(self, account_id: str, amount: Decimal, now: datetime) -> None:
        """Cash that comes or goes without an activity."""
        holder = self._venue.holder(account_id)
        with self._verb("move_cash", now, account_id, amount=amount) as venue:
            back_office.move_cash(venue, holder, amount)

    def charge(self, account_id: str, amount: Decimal, now: datetime) -> Activity:
        """A fee with its activity."""
        holder = self._venue.holder(account_id)
        with self._verb("charge", now, account_id, amount=amount) as venue:
            return back_office.charge(venue, holder, amount)

    def restate_fee(
        self, account_id: str, activity_id: str, now: datetime, *, amount: Decimal
    ) -> Activity:
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {"activity_id": activity_id, "amount": amount}
        with self._verb("restate_fee", now, account_id, **inputs) as venue:
            return back_office.restate_fee(venue, holder, activity_id, amount=amount)

    def forget_order(self, account_id: str, order_id: str, now: datetime) -> None:
        holder = self._venue.holder(account_id)
        with self._verb("forget_order", now, account_id, order_id=order_id) as venue:
            back_office.forget(venue, venue.order_of(holder, order_id))

    def reopen_order(self, account_id: str, order_id: str, now: datetime) -> None:
        holder = self._venue.holder(account_id)
        with self._verb("reopen_order", now, account_id, order_id=order_id) as venue:
            back_office.reopen(venue, venue.order_of(holder, order_id))
