"""The practice exchange: accounts, orders and a market, moved only by its verbs.

Every verb takes `now`; the exchange first brings the market up to that instant
(time never runs backwards: an earlier `now` counts as the current one), then acts.
The same configuration and the same verbs at the same instants give the same outcome,
ids included. Nothing here reads a clock, a file or a socket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from brokers.sim.engine import (
    amend,
    closing,
    history,
    intake,
    listing,
    opening,
)
from brokers.sim.engine.accounts import (
    AccountConfiguration,
    AccountView,
    Activity,
    ActivityFilter,
    PortfolioHistory,
    PositionView,
)
from brokers.sim.engine.back_office_verbs import BackOfficeVerbs
from brokers.sim.engine.orders import (
    CancelOutcome,
    CloseOutcome,
    OrderFilter,
    OrderRequest,
    ReplaceRequest,
    SimOrder,
)
from brokers.sim.engine.rejection import not_found
from brokers.sim.engine.standing import (
    account_view,
    configuration_view,
    position_view,
)


class Exchange(BackOfficeVerbs):
    """One exchange; not safe for use by two threads at once."""

    # Accounts

    def open_account(
        self, key_id: str, now: datetime, *, cash: Decimal | None = None
    ) -> AccountView:
        """Opens an account under an API key id, or answers the one that it has."""
        with self._verb("open_account", now, key_id=key_id, cash=cash) as venue:
            holder = opening.open_account(venue, key_id, cash=cash)
        return account_view(venue, holder)

    def account_ids(self) -> Mapping[str, str]:
        """API key id -> account id."""
        return dict(self._venue.keys)

    def account(self, account_id: str) -> AccountView:
        """Raises Rejection 404 for an unknown account, as every method here."""
        return account_view(self._venue, self._venue.holder(account_id))

    def configuration(self, account_id: str) -> AccountConfiguration:
        return configuration_view(self._venue.holder(account_id).account)

    def configure(
        self, account_id: str, configuration: AccountConfiguration, now: datetime
    ) -> AccountConfiguration:
        holder = self._venue.holder(account_id)
        with self._verb("configure", now, account_id, asked=configuration) as venue:
            opening.configure(venue, holder, configuration)
        return configuration_view(holder.account)

    def deposit(self, account_id: str, amount: Decimal, now: datetime) -> Activity:
        """A deposit, or with a negative amount a withdrawal."""
        holder = self._venue.holder(account_id)
        with self._verb("deposit", now, account_id, amount=amount) as venue:
            return opening.deposit(venue, holder, amount)

    def positions(self, account_id: str) -> Sequence[PositionView]:
        venue = self._venue
        holder = venue.holder(account_id)
        found = sorted(holder.positions.values(), key=lambda one: one.symbol)
        return [position_view(venue, holder, position) for position in found]

    def position(self, account_id: str, symbol: str) -> PositionView:
        """By symbol or asset id; Rejection 404 (40410000) where there is none."""
        venue = self._venue
        holder = venue.holder(account_id)
        found = closing.position_of(venue, holder, symbol)
        return position_view(venue, holder, found)

    def activities(self, account_id: str, wanted: ActivityFilter) -> Sequence[Activity]:
        return listing.activities(self._venue.holder(account_id), wanted)

    def portfolio_history(
        self,
        account_id: str,
        *,
        start: datetime,
        end: datetime,
        timeframe: str = "1D",
        extended_hours: bool = False,
    ) -> PortfolioHistory:
        """Equity at the end of each window between two instants.

        `timeframe` is 1Min, 5Min, 15Min, 1H or 1D; windows outside the session are
        left out, extended hours count where asked for.
        """
        return history.portfolio_history(
            self._venue,
            self._venue.holder(account_id),
            span=(start, end),
            timeframe=timeframe,
            extended_hours=extended_hours,
        )

    # Orders

    def submit(self, account_id: str, request: OrderRequest, now: datetime) -> SimOrder:
        """Takes an order, or raises Rejection. Answers the order as accepted
        (pending_new, or accepted where it waits for a session), legs nested; what
        came of it at once is in the events and in `order`.
        """
        holder = self._venue.holder(account_id)
        with self._verb("submit", now, account_id, request=request) as venue:
            return intake.submit(venue, holder, request)

    def cancel(self, account_id: str, order_id: str, now: datetime) -> SimOrder:
        """Rejection 404 for an unknown order, 422 (42210000) when it is closed."""
        holder = self._venue.holder(account_id)
        with self._verb("cancel", now, account_id, order_id=order_id) as venue:
            return amend.cancel(venue, holder, order_id)

    def cancel_all(self, account_id: str, now: datetime) -> Sequence[CancelOutcome]:
        holder = self._venue.holder(account_id)
        with self._verb("cancel_all", now, account_id) as venue:
            return amend.cancel_all(venue, holder)

    def replace(
        self,
        account_id: str,
        order_id: str,
        change: ReplaceRequest,
        *,
        now: datetime,
    ) -> SimOrder:
        """Answers the new order, linked by `replaces`."""
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {"order_id": order_id, "change": change}
        with self._verb("replace", now, account_id, **inputs) as venue:
            order = venue.order_of(holder, order_id)
            return amend.replace(venue, holder, order, change=change)

    def close_position(
        self,
        account_id: str,
        symbol: str,
        now: datetime,
        *,
        quantity: Decimal | None = None,
        percentage: Decimal | None = None,
    ) -> SimOrder:
        """A market order against a position: all of it, a quantity, or a percentage
        (0 to 100) of it.
        """
        holder = self._venue.holder(account_id)
        inputs: dict[str, Any] = {
            "symbol": symbol,
            "quantity": quantity,
            "percentage": percentage,
        }
        with self._verb("close_position", now, account_id, **inputs) as venue:
            position = closing.position_of(venue, holder, symbol)
            return closing.close_position(
                venue, holder, position, quantity=quantity, percentage=percentage
            )

    def close_all(
        self, account_id: str, now: datetime, *, cancel_orders: bool = False
    ) -> Sequence[CloseOutcome]:
        holder = self._venue.holder(account_id)
        asked = cancel_orders
        with self._verb("close_all", now, account_id, cancel_orders=asked) as venue:
            return closing.close_all(venue, holder, cancel_orders=cancel_orders)

    def orders(self, account_id: str, wanted: OrderFilter) -> Sequence[SimOrder]:
        return listing.orders(self._venue.holder(account_id), wanted)

    def order(
        self, account_id: str, order_id: str, *, nested: bool = False
    ) -> SimOrder:
        holder = self._venue.holder(account_id)
        order = self._venue.order_of(holder, order_id)
        return listing.told(holder, order, nested=nested)

    def order_by_client_id(self, account_id: str, client_order_id: str) -> SimOrder:
        holder = self._venue.holder(account_id)
        order_id = holder.client_ids.get(client_order_id, "")
        if not order_id:
            raise not_found(f"order not found for {client_order_id}")
        order = self._venue.order_of(holder, order_id)
        return listing.told(holder, order, nested=False)
