"""The verbs that only the operator of the exchange has."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from brokers.sim.engine import clockwork, operator
from brokers.sim.engine.accounts import AccountFlags, AccountView
from brokers.sim.engine.core import Core
from brokers.sim.engine.ledger import Terms
from brokers.sim.engine.orders import Event
from brokers.sim.engine.standing import account_view
from brokers.sim.engine.units import price_units, quantity_units


class OperatorVerbs(Core):
    """What breaks trades, halts symbols and nails prices: for tests and drills."""

    def force_price(
        self, symbol: str, price: Decimal, now: datetime, *, size: int | None = None
    ) -> None:
        """Nails the price of a symbol from now on, until `release_price`: the last
        print at it, bid and ask one tick to either side with `size` shares each.
        """
        inputs: dict[str, Any] = {"symbol": symbol, "price": price, "size": size}
        with self._verb("force_price", now, **inputs) as venue:
            operator.force_price(venue, symbol, price, size=size)
            clockwork.tick_now(venue, symbol)

    def release_price(self, symbol: str, now: datetime) -> None:
        with self._verb("release_price", now, symbol=symbol) as venue:
            operator.release_price(venue, symbol)
            clockwork.tick_now(venue, symbol)

    def halt(self, symbol: str, now: datetime) -> None:
        """Nothing trades or triggers in it, market orders are refused."""
        with self._verb("halt", now, symbol=symbol) as venue:
            operator.set_halted(venue, symbol, halted=True)

    def resume(self, symbol: str, now: datetime) -> None:
        with self._verb("resume", now, symbol=symbol) as venue:
            operator.set_halted(venue, symbol, halted=False)
            clockwork.tick_now(venue, symbol)

    def set_flags(
        self, account_id: str, flags: AccountFlags, now: datetime
    ) -> AccountView:
        holder = self._venue.holder(account_id)
        with self._verb("set_flags", now, account_id, flags=flags) as venue:
            operator.set_flags(venue, holder, flags)
        return account_view(venue, holder)

    def trade_bust(self, account_id: str, execution_id: str, now: datetime) -> Event:
        """Undoes one execution: position, cash and the order's filled quantity."""
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {"execution_id": execution_id}
        with self._verb("trade_bust", now, account_id, **inputs) as venue:
            return operator.trade_bust(venue, holder, execution_id)

    def trade_correct(
        self,
        account_id: str,
        execution_id: str,
        now: datetime,
        *,
        price: Decimal | None = None,
        quantity: Decimal | None = None,
    ) -> Event:
        """Restates one execution under a new execution id."""
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {
            "execution_id": execution_id,
            "price": price,
            "quantity": quantity,
        }
        with self._verb("trade_correct", now, account_id, **inputs) as venue:
            terms = operator.corrected_terms(
                holder, execution_id, price=price, quantity=quantity
            )
            return operator.trade_correct(venue, holder, execution_id, terms=terms)

    def late_fill(
        self,
        account_id: str,
        order_id: str,
        now: datetime,
        *,
        quantity: Decimal,
        price: Decimal,
    ) -> Event:
        """An execution that arrives whatever the order's state is, even in excess."""
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {
            "order_id": order_id,
            "quantity": quantity,
            "price": price,
        }
        with self._verb("late_fill", now, account_id, **inputs) as venue:
            order = venue.order_of(holder, order_id)
            terms = Terms(quantity=quantity_units(quantity), price=price_units(price))
            return operator.late_fill(venue, order, terms=terms)

    def reject_order(
        self, account_id: str, order_id: str, reason: str, *, now: datetime
    ) -> Event:
        """The venue throws out an order that it had accepted."""
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {"order_id": order_id, "reason": reason}
        with self._verb("reject_order", now, account_id, **inputs) as venue:
            order = venue.order_of(holder, order_id)
            return operator.reject_order(venue, order, reason)
