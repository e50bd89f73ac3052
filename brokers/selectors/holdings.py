"""Open positions with what protects them and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Abs

from brokers.domain.orders import OrderRole
from brokers.market import quotes
from brokers.market.quotes import KnownQuote
from brokers.models import Account, Order, Position
from tradedesk.accounts.models import User
from tradedesk.reads import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPosition:
    """A position with what protects it and what it is worth at the newest quote.

    `stop_price` is that of the nearest working stop, `protected_quantity` what working
    stops would take out. Figures that need a quote are None without one.
    """

    position: Position
    quote: KnownQuote | None
    stop_price: Decimal | None
    target_price: Decimal | None
    protected_quantity: Decimal
    risk_per_unit: Decimal | None

    @property
    def market_price(self) -> Decimal | None:
        """What it could be closed at: the bid for a long, the ask for a short."""
        if self.quote is None:
            return None
        quote = self.quote.quote
        side = quote.bid if self.position.quantity > 0 else quote.ask
        return side or quote.last

    @property
    def is_protected(self) -> bool:
        return self.protected_quantity >= abs(self.position.quantity)

    @property
    def unrealised(self) -> Decimal | None:
        price, cost = self.market_price, self.position.average_price
        if price is None or cost is None:
            return None
        return (price - cost) * self.position.quantity

    @property
    def open_r(self) -> Decimal | None:
        """Open result in units of the initial risk; None where no risk was planned."""
        if self.unrealised is None or not self.risk_per_unit:
            return None
        return self.unrealised / (self.risk_per_unit * abs(self.position.quantity))

    @property
    def at_risk(self) -> Decimal | None:
        """Money from the market price to the stop; None when nothing protects it."""
        if self.market_price is None or self.stop_price is None:
            return None
        return (self.market_price - self.stop_price) * self.position.quantity


def held_positions(user: User, account: Account | None = None) -> list[HeldPosition]:
    """Open positions, unprotected ones first."""
    positions = _held_by(user.pk) if account is None else _held_in(user.pk, account.pk)
    positions = [p for p in positions if p.confirmed_quantity or p.quantity]
    exits, told = _exits(positions), _quotes(positions)
    held = [
        _held(one, exits.get(_key(one), []), quote=told.get(_key(one)))
        for one in positions
    ]
    return sorted(held, key=lambda one: (one.is_protected, one.position.symbol))


_Key = tuple[int, str]


def _key(one: Position | Order) -> _Key:
    return one.account_id, one.symbol


def _positions(owner: Any) -> QuerySet[Position]:
    """With `planned_risk`, per unit, of the newest entry that planned one."""
    entries = Order.objects.filter(
        account=OuterRef("account"),
        symbol=OuterRef("symbol"),
        role=OrderRole.ENTRY.value,
        stop_loss_price__isnull=False,
        filled_quantity__gt=0,
        average_price__isnull=False,
    ).order_by("-created_at")
    risk = Abs(
        F("average_price") - F("stop_loss_price"),
        output_field=DecimalField(max_digits=40, decimal_places=12),
    )
    held = Position.objects.for_user(owner).exclude(quantity=0, broker_quantity=0)
    return held.select_related("account__connection").annotate(
        planned_risk=Subquery(entries.values_list(risk)[:1])
    )


_held_by = Read(_positions)
_held_in = Read(lambda owner, account: _positions(owner).filter(account_id=account))


def _quotes(positions: Sequence[Position]) -> dict[_Key, KnownQuote]:
    """The newest of each position's symbol, asked for once a feed."""
    by_feed: dict[str, list[Position]] = {}
    for one in positions:
        by_feed.setdefault(one.account.connection.feed, []).append(one)
    found: dict[_Key, KnownQuote] = {}
    for feed, here in by_feed.items():
        told = quotes.latest(feed, sorted({one.symbol for one in here}))
        found |= {_key(one): told[one.symbol] for one in here if one.symbol in told}
    return found


def _exits(positions: Sequence[Position]) -> dict[_Key, list[Order]]:
    """Working orders that close, by account and symbol."""
    found: dict[_Key, list[Order]] = {}
    accounts = {position.account_id for position in positions}
    for order in Order.objects.open().filter(account__in=accounts, reduces_risk=True):
        found.setdefault(_key(order), []).append(order)
    return found


def _held(
    position: Position, exits: Sequence[Order], *, quote: KnownQuote | None
) -> HeldPosition:
    closing = [
        order for order in exits if (order.side == "sell") == (position.quantity > 0)
    ]
    stops = [order for order in closing if order.stop_price is not None]
    limits = [order.limit_price for order in closing if order.stop_price is None]
    prices = [order.stop_price for order in stops if order.stop_price is not None]
    nearest = max if position.quantity > 0 else min
    targets = [price for price in limits if price is not None]
    return HeldPosition(
        position=position,
        quote=quote,
        stop_price=nearest(prices) if prices else None,
        target_price=min(targets) if targets else None,
        protected_quantity=sum((s.remaining or Decimal(0) for s in stops), Decimal(0)),
        risk_per_unit=getattr(position, "planned_risk", None),
    )
