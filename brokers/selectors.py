"""Reads for pages: owned rows, a fixed number of queries, keyset pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from brokers.domain.orders import (
    OPEN_STATUSES,
    CommandStatus,
    OrderRole,
    OrderStatus,
)
from brokers.market import bars, quotes
from brokers.market.quotes import KnownQuote
from brokers.models import (
    Account,
    Command,
    Connection,
    Fill,
    Instrument,
    LedgerEntry,
    LedgerKind,
    Order,
    Position,
    SavedView,
    Watchlist,
)
from tradedesk.accounts.models import User


PAGE_SIZE = 50


def accounts_of(user: User) -> list[Account]:
    found = Account.objects.for_user(user).select_related("connection")
    return list(found.order_by("created_at", "pk"))


def feeds_of(user: User) -> set[str]:
    """The quote feeds that a person's pages may listen to."""
    return {one.feed for one in Connection.objects.for_user(user)}


def account_of(user: User, account_id: int) -> Account:
    """One's own account. Raises Account.DoesNotExist for anybody else's."""
    return (
        Account.objects.for_user(user).select_related("connection").get(pk=account_id)
    )


def connection_of(user: User, connection_id: int) -> Connection:
    return Connection.objects.for_user(user).get(pk=connection_id)


def _with_commands(orders: QuerySet[Order]) -> QuerySet[Order]:
    in_flight = Command.objects.filter(
        status__in=[CommandStatus.QUEUED.value, CommandStatus.SENT.value]
    )
    return orders.select_related("account__connection", "parent").prefetch_related(
        Prefetch("commands", queryset=in_flight, to_attr="in_flight")
    )


def order_of(user: User, order_id: int) -> Order:
    """One's own order with its account. Raises Order.DoesNotExist for others'."""
    return _with_commands(Order.objects.for_user(user)).get(pk=order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """What the blotter shows. `tab` is working, filled, rejected, cancelled or all.

    `broker` is a slug of the registry; empty fields do not narrow.
    """

    tab: str = "working"
    account_id: int | None = None
    broker: str = ""
    mode: str = ""
    symbol: str = ""
    side: str = ""
    type: str = ""
    source: str = ""
    placed_from: datetime | None = None
    placed_until: datetime | None = None


_TABS = {
    "working": Q(status__in=[status.value for status in OPEN_STATUSES]),
    "filled": Q(filled_quantity__gt=0),
    "rejected": Q(status__in=[OrderStatus.REJECTED.value, OrderStatus.DENIED.value]),
    "cancelled": Q(status__in=[OrderStatus.CANCELLED.value, OrderStatus.EXPIRED.value]),
}


def filtered_orders(user: User, wanted: OrderFilter) -> QuerySet[Order]:
    """Orders of the blotter, newest first; drafts never."""
    terms = {
        "account": wanted.account_id,
        "account__connection__slug": wanted.broker,
        "account__mode": wanted.mode,
        "symbol__iexact": wanted.symbol,
        "side": wanted.side,
        "type": wanted.type,
        "source": wanted.source,
        "created_at__gte": wanted.placed_from,
        "created_at__lt": wanted.placed_until,
    }
    given = {name: value for name, value in terms.items() if value}
    orders = Order.objects.for_user(user).exclude(status=OrderStatus.DRAFT.value)
    orders = orders.filter(_TABS.get(wanted.tab, Q()), **given)
    return _with_commands(orders).order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """One page by keyset; `after` continues behind the last row, "" at the end."""

    orders: Sequence[Order]
    after: str


def order_page(user: User, wanted: OrderFilter, after: str = "") -> OrderPage:
    orders = filtered_orders(user, wanted)
    if after:
        orders = orders.filter(_behind(after))
    rows = list(orders[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    last = rows[-1] if more else None
    key = f"{last.created_at.isoformat()}~{last.pk}" if last else ""
    return OrderPage(orders=rows, after=key)


def _behind(after: str) -> Q:
    """Rows after a key of `order_page`; a key that cannot be read is the first page."""
    instant, _, pk = after.partition("~")
    try:
        created, last = datetime.fromisoformat(instant), int(pk)
    except ValueError:
        return Q()
    return Q(created_at__lt=created) | Q(created_at=created, pk__lt=last)


def count_by_tab(user: User) -> dict[str, int]:
    """Only what is small by nature is counted: the working orders."""
    return {"working": Order.objects.for_user(user).open().count()}


def working_orders(user: User, account: Account | None = None) -> list[Order]:
    orders = Order.objects.for_user(user).open()
    if account is not None:
        orders = orders.filter(account=account)
    return list(_with_commands(orders).order_by("symbol", "-created_at"))


def unresolved_commands(user: User) -> list[Command]:
    found = Command.objects.filter(
        order__owner=user,
        status=CommandStatus.SENT.value,
        unresolved_since__isnull=False,
    )
    return list(found.select_related("order__account"))


def fills_of(order: Order) -> list[Fill]:
    return list(order.fills.order_by("executed_at", "execution_id"))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSymbol:
    symbol: str
    instrument: Instrument | None
    quote: KnownQuote | None
    previous_close: Decimal | None

    @property
    def tick(self) -> Decimal | None:
        """The price step at its newest price; None while the instrument is unknown."""
        last = self.quote.quote.last if self.quote else None
        if self.instrument is None or last is None:
            return None
        return self.instrument.tick_at(last)

    @property
    def change_percent(self) -> Decimal | None:
        last = self.quote.quote.last if self.quote else None
        return quotes.change_percent(last, self.previous_close)


def saved_views_of(user: User) -> list[SavedView]:
    return list(SavedView.objects.for_user(user))


def watchlists_of(user: User) -> list[Watchlist]:
    return list(Watchlist.objects.for_user(user).prefetch_related("items"))


def watched(watchlist: Watchlist, feed: str, now: datetime) -> list[WatchedSymbol]:
    """The rows of a watchlist with their newest quotes; asks the stream for them."""
    symbols = [item.symbol for item in watchlist.items.all()]
    quotes.want(feed, symbols, now)
    known = quotes.latest(feed, symbols)
    closes = bars.previous_closes(feed, symbols, now.date())
    named = {
        row.symbol: row
        for row in Instrument.objects.filter(feed=feed, symbol__in=symbols)
    }
    return [
        WatchedSymbol(
            symbol=symbol,
            instrument=named.get(symbol),
            quote=known.get(symbol),
            previous_close=closes.get(symbol),
        )
        for symbol in symbols
    ]


def instrument_of(feed: str, symbol: str) -> Instrument | None:
    return Instrument.objects.filter(feed=feed, symbol=symbol).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an account's book began with: one entry of cash and one a holding."""

    cash: Decimal
    holdings: Sequence[LedgerEntry]


def opening_of(account: Account) -> Opening | None:
    """None until the account has been read for the first time."""
    if account.opened_at is None:
        return None
    entries = LedgerEntry.objects.filter(account=account, kind=LedgerKind.OPENING)
    found = list(entries.order_by("symbol"))
    return Opening(
        cash=sum((one.amount for one in found), Decimal(0)),
        holdings=[one for one in found if one.symbol],
    )
