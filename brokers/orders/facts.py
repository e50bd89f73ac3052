"""What the risk rules may know, gathered from rows, quotes and the venue's clock.

Risk defines its facts and never looks for them; this is the one place that fills them.
Called under the account's lock when an order is confirmed, so that parallel orders see
each other, and without a lock for previews.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from django.db.models import Q, QuerySet

from brokers.domain.capabilities import Capabilities
from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderRole,
    OrderSpec,
    OrderStatus,
    Side,
)
from brokers.market import bars, quotes
from brokers.market.sessions import SessionKind, venue_state
from brokers.models import Account, Fill, Instrument, Order, Position
from brokers.orders.overfilled import overfilled_orders
from brokers.registry import BROKERS
from risk import facts as risk
from risk.services import trading_states


# The duplicate rule's own window is policy; nothing older than this can matter to it.
RECENT = timedelta(minutes=5)

_Word = TypeVar("_Word", bound=StrEnum)
_SESSIONS = {
    SessionKind.REGULAR: risk.Session.REGULAR,
    SessionKind.EXTENDED: risk.Session.EXTENDED,
    SessionKind.CLOSED: risk.Session.CLOSED,
    SessionKind.UNKNOWN: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is being judged, beside the spec: for whom, by whom and in which sense.

    `order_id` is left out of exposure and duplicates; `amends` as risk defines it.
    """

    account: Account
    spec: OrderSpec
    user_id: int
    intent: risk.Intent = risk.Intent.TRADE
    order_id: int | None = None
    amends: str = ""
    expected_mode: str | None = None
    approved_at: datetime | None = None


def gather(asked: Asked, now: datetime) -> risk.Facts:
    """Everything that the rules may know of this order at this instant."""
    account, spec = asked.account, asked.spec
    feed = account.connection.feed
    return risk.Facts(
        now=now,
        order=_order(asked),
        instrument=_instrument(feed, spec.symbol),
        venue=_venue(account, now),
        capabilities=_capabilities(
            BROKERS[account.connection.slug].capabilities, account.connection.slug
        ),
        quote=_quote(feed, spec.symbol, now),
        atr=bars.daily_atr(feed, spec.symbol),
        position=_position(account, spec.symbol),
        account=account_facts(account, asked.user_id),
        open_orders=(
            *_open_orders(account, feed, asked.order_id),
            *_overfilled(account, spec.symbol),
        ),
        recent_orders=_recent_orders(account, asked.order_id, now),
        states=trading_states(user_id=asked.user_id, account_id=account.pk),
        costs=costs_of(account, spec.symbol),
        approved_at=asked.approved_at,
    )


def _order(asked: Asked) -> risk.OrderFacts:
    spec = asked.spec
    mode = asked.expected_mode
    return risk.OrderFacts(
        symbol=spec.symbol,
        side=risk.Side(spec.side.value),
        type=risk.OrderType(spec.type.value),
        time_in_force=risk.TimeInForce(spec.time_in_force.value),
        order_class=risk.OrderClass(spec.order_class.value),
        quantity=spec.quantity,
        notional=spec.notional,
        limit_price=spec.limit_price,
        stop_price=spec.stop_price,
        trail_price=spec.trail_price,
        trail_percent=spec.trail_percent,
        take_profit_price=spec.take_profit_price,
        stop_loss_price=spec.stop_loss_price,
        stop_loss_limit_price=spec.stop_loss_limit_price,
        extended_hours=spec.extended_hours,
        intent=asked.intent,
        expected_mode=None if mode is None else risk.AccountMode(mode),
        amends=asked.amends,
    )


def _instrument(feed: str, symbol: str) -> risk.InstrumentFacts:
    known = Instrument.objects.filter(feed=feed, symbol=symbol).first()
    if known is None:
        listed = Instrument.objects.filter(feed=feed).exists()
        return risk.InstrumentFacts(exists=False if listed else None)
    return risk.InstrumentFacts(
        exists=True,
        tradable=known.tradable,
        halted=known.halted,
        fractionable=known.fractionable,
        shortable=known.shortable,
        easy_to_borrow=known.easy_to_borrow,
        tick=known.tick,
        sub_dollar_tick=known.sub_dollar_tick,
        lot=known.lot,
    )


def _venue(account: Account, now: datetime) -> risk.VenueFacts:
    state = venue_state(account.connection, now)
    return risk.VenueFacts(
        session=_SESSIONS[state.kind],
        next_open=state.next_open,
        next_close=state.next_close,
    )


def _capabilities(table: Capabilities, broker: str) -> risk.CapabilityFacts:
    return risk.CapabilityFacts(
        broker=broker,
        order_types=_words(risk.OrderType, table.order_types),
        times_in_force=_words(risk.TimeInForce, table.times_in_force),
        order_classes=_words(risk.OrderClass, table.order_classes),
        class_times_in_force=_words(risk.TimeInForce, table.class_times_in_force),
        fractional_types=_words(risk.OrderType, table.fractional_types),
        fractional_times_in_force=_words(
            risk.TimeInForce, table.fractional_times_in_force
        ),
        fractional_decimals=table.fractional_decimals,
        notional=table.notional,
        extended_hours_types=_words(risk.OrderType, table.extended_hours_types),
        extended_hours_times_in_force=_words(
            risk.TimeInForce, table.extended_hours_times_in_force
        ),
        restricted_times_in_force=_words(
            risk.TimeInForce, table.restricted_times_in_force
        ),
        restricted_types=_words(risk.OrderType, table.restricted_types),
        shorting=table.shorting,
        minimum_notional=table.minimum_notional,
    )


def _words(vocabulary: type[_Word], ours: Iterable[StrEnum]) -> frozenset[_Word]:
    return frozenset(vocabulary(word.value) for word in ours)


def _quote(feed: str, symbol: str, now: datetime) -> risk.QuoteFacts:
    known = quotes.latest(feed, [symbol]).get(symbol)
    if known is None:
        return risk.QuoteFacts()
    return risk.QuoteFacts(
        bid=known.quote.bid,
        ask=known.quote.ask,
        last=known.quote.last,
        age_seconds=known.age_seconds(now),
    )


def _position(account: Account, symbol: str) -> risk.PositionFacts | None:
    """None until the account has been read once: unknown is not flat."""
    if account.synced_at is None:
        return None
    held = Position.objects.filter(account=account, symbol=symbol).first()
    if held is None:
        return risk.PositionFacts(quantity=Decimal(0))
    return risk.PositionFacts(
        quantity=held.confirmed_quantity, average_price=held.average_price
    )


def account_facts(account: Account, user_id: int) -> risk.AccountFacts:
    return risk.AccountFacts(
        mode=risk.AccountMode(account.mode),
        status=_status(account),
        owned_by_user=account.owner_id == user_id,
        equity=account.equity,
        cash=account.cash,
        buying_power=account.buying_power,
        as_of=account.reported_at,
        used_since=_used_since(account),
        shorting_enabled=account.shorting_enabled,
    )


def _status(account: Account) -> risk.AccountStatus | None:
    if account.reported_at is None:
        return None
    if account.active and not account.trading_blocked:
        return risk.AccountStatus.ACTIVE
    return risk.AccountStatus.BLOCKED


def _used_since(account: Account) -> Decimal:
    """Money that opening fills used after the broker last stated its figures."""
    if account.reported_at is None:
        return Decimal(0)
    newer = Fill.objects.filter(
        account=account,
        executed_at__gt=account.reported_at,
        busted_at=None,
        order__reduces_risk=False,
        order__role=OrderRole.ENTRY.value,
    )
    return sum((f.quantity * f.price for f in newer), Decimal(0))


def exposure_orders(account: Account, order_id: int | None) -> QuerySet[Order]:
    """Orders that work, and those whose submission is on its way or unknown."""
    on_the_way = Q(
        status=OrderStatus.SUBMITTED.value,
    ) | Q(
        commands__kind=CommandKind.SUBMIT.value,
        commands__status__in=[CommandStatus.QUEUED.value, CommandStatus.SENT.value],
    )
    found = Order.objects.open().filter(account=account) | Order.objects.filter(
        on_the_way, account=account
    )
    return found.exclude(pk=order_id or 0).distinct().prefetch_related("commands")


def _open_orders(
    account: Account, feed: str, order_id: int | None
) -> tuple[risk.OpenOrder, ...]:
    orders = list(exposure_orders(account, order_id))
    prices = _ask_prices(feed, {order.symbol for order in orders})
    return tuple(_open_order(order, prices.get(order.symbol)) for order in orders)


def _overfilled(account: Account, symbol: str) -> Iterator[risk.OpenOrder]:
    """Nothing of them remains to be filled: only the check of open questions sees them."""
    for order in overfilled_orders(account, symbol):
        yield risk.OpenOrder(
            id=str(order.pk),
            symbol=order.symbol,
            side=risk.Side(order.side),
            type=risk.OrderType(order.type),
            remaining=Decimal(0),
            worst_notional=Decimal(0),
            reducing=True,
            overfilled=True,
        )


def _ask_prices(feed: str, symbols: set[str]) -> dict[str, Decimal]:
    known = quotes.latest(feed, sorted(symbols))
    return {
        symbol: price
        for symbol, one in known.items()
        if (price := one.quote.ask or one.quote.last) is not None
    }


def _open_order(order: Order, market_price: Decimal | None) -> risk.OpenOrder:
    submit = next(
        (c for c in order.commands.all() if c.kind == CommandKind.SUBMIT), None
    )
    attached = order.parent_id is not None
    return risk.OpenOrder(
        id=str(order.pk),
        symbol=order.symbol,
        side=risk.Side(order.side),
        type=risk.OrderType(order.type),
        remaining=order.remaining,
        worst_notional=worst_notional(order, market_price),
        price=order.limit_price or order.stop_price,
        reducing=order.reduces_risk or attached,
        unresolved=submit is not None and submit.state is CommandStatus.SENT,
        contingent=attached and order.broker_word == "held",
        accepted_at=order.accepted_at,
        sent_at=submit.sent_at if submit else order.submitted_at,
        group=str(order.parent_id or ""),
    )


def worst_notional(order: Order, market_price: Decimal | None) -> Decimal | None:
    """Money that the remainder could use at the worst price known for it.

    What was judged at the confirmation stands, shrinking with what has been filled.
    """
    if order.worst_notional is not None and order.quantity and order.remaining:
        return order.worst_notional * order.remaining / order.quantity
    if order.notional is not None:
        return order.notional
    price = order.limit_price or order.stop_price or market_price
    if price is None or order.remaining is None:
        return None
    return order.remaining * price


def _recent_orders(
    account: Account, order_id: int | None, now: datetime
) -> tuple[risk.RecentOrder, ...]:
    newer = Order.objects.filter(
        account=account, parent=None, submitted_at__gte=now - RECENT
    ).exclude(pk=order_id or 0)
    return tuple(
        risk.RecentOrder(
            id=str(order.pk),
            symbol=order.symbol,
            side=risk.Side(order.side),
            type=risk.OrderType(order.type),
            quantity=order.quantity,
            notional=order.notional,
            price=order.limit_price or order.stop_price,
            placed_at=order.submitted_at,
        )
        for order in newer
        if order.submitted_at is not None
    )


def costs_of(account: Account, symbol: str) -> risk.CostFacts:
    """What a side is assumed to cost: one tick of slippage, no commission.

    The brokers supported now charge no commission on US stocks; a fill's own fees are
    booked as the broker states them.
    """
    known = Instrument.objects.filter(
        feed=account.connection.feed, symbol=symbol
    ).first()
    return risk.CostFacts(slippage=known.tick if known else Decimal("0.01"))


def side_that_reduces(quantity: Decimal) -> Side:
    """The side that brings a position of this signed quantity closer to zero."""
    return Side.SELL if quantity > 0 else Side.BUY
