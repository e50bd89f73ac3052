"""Open positions with what protects them and what they are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from brokers.domain.orders import OrderRole
from brokers.market import quotes
from brokers.market.quotes import KnownQuote
from brokers.models import Account, Order, Position
from tradedesk.accounts.models import User


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
    rows = Position.objects.for_user(user).exclude(quantity=0, broker_quantity=0)
    if account is not None:
        rows = rows.filter(account=account)
    positions = list(rows.select_related("account__connection"))
    positions = [p for p in positions if p.confirmed_quantity or p.quantity]
    exits = _exits(positions)
    risks = _risks(positions)
    held = [_held(one, exits, risks=risks, quote=_quote(one)) for one in positions]
    return sorted(held, key=lambda one: (one.is_protected, one.position.symbol))


def _quote(position: Position) -> KnownQuote | None:
    feed = position.account.connection.feed
    return quotes.latest(feed, [position.symbol]).get(position.symbol)


_Key = tuple[int, str]


def _exits(positions: Sequence[Position]) -> dict[_Key, list[Order]]:
    """Working orders that close, by account and symbol."""
    found: dict[_Key, list[Order]] = {}
    accounts = {position.account_id for position in positions}
    for order in Order.objects.open().filter(account__in=accounts, reduces_risk=True):
        found.setdefault((order.account_id, order.symbol), []).append(order)
    return found


def _risks(positions: Sequence[Position]) -> dict[_Key, Decimal]:
    """Initial risk per unit of the newest entry that planned one."""
    risks: dict[_Key, Decimal] = {}
    accounts = {position.account_id for position in positions}
    symbols = {position.symbol for position in positions}
    entries = Order.objects.filter(
        account__in=accounts,
        symbol__in=symbols,
        role=OrderRole.ENTRY.value,
        stop_loss_price__isnull=False,
        filled_quantity__gt=0,
        average_price__isnull=False,
    ).order_by("created_at")
    for order in entries:
        if order.average_price is not None and order.stop_loss_price is not None:
            risk = abs(order.average_price - order.stop_loss_price)
            risks[order.account_id, order.symbol] = risk
    return risks


def _held(
    position: Position,
    exits: dict[_Key, list[Order]],
    *,
    risks: dict[_Key, Decimal],
    quote: KnownQuote | None,
) -> HeldPosition:
    key = (position.account_id, position.symbol)
    closing = [
        order
        for order in exits.get(key, [])
        if (order.side == "sell") == (position.quantity > 0)
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
        risk_per_unit=risks.get(key),
    )
