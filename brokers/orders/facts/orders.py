"""An account's orders as the rules count them: what works, what is unsure, what is new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.db.models import F, FilteredRelation, Q, QuerySet

from brokers.domain.orders import (
    IN_FLIGHT,
    OPEN_STATUSES,
    CommandKind,
    CommandStatus,
    OrderClass,
    OrderSpec,
    Side,
)
from brokers.market import quotes
from brokers.models import Account, Order
from brokers.models.order import remaining_of
from brokers.orders.overfilled import overfilled_orders
from risk import facts as risk
from tradedesk.reads import Question, Read


# The duplicate rule's own window is policy; nothing older than this can matter to it.
RECENT = timedelta(minutes=5)
_OPEN = [status.value for status in OPEN_STATUSES]


class _Sized(Protocol):
    """What the money that an order could use is reckoned from."""

    @property
    def quantity(self) -> Decimal | None: ...
    @property
    def notional(self) -> Decimal | None: ...
    @property
    def limit_price(self) -> Decimal | None: ...
    @property
    def stop_price(self) -> Decimal | None: ...
    @property
    def worst_notional(self) -> Decimal | None: ...
    @property
    def remaining(self) -> Decimal | None: ...


class _Working(NamedTuple):
    """Columns of an order, and its submission's status and instant. A tuple, since
    every confirmation reads all that works in the account.
    """

    id: int
    symbol: str
    side: str
    type: str
    quantity: Decimal | None
    notional: Decimal | None
    filled_quantity: Decimal
    limit_price: Decimal | None
    stop_price: Decimal | None
    trail_price: Decimal | None
    trail_percent: Decimal | None
    worst_notional: Decimal | None
    reduces_risk: bool
    parent_id: int | None
    order_class: str
    broker_word: str
    accepted_at: datetime | None
    submitted_at: datetime | None
    submission: str | None
    sent_at: datetime | None

    @property
    def remaining(self) -> Decimal | None:
        return remaining_of(self.quantity, self.filled_quantity)


class _Recent(NamedTuple):
    """Columns of an order that was placed a moment ago."""

    id: int
    symbol: str
    side: str
    type: str
    quantity: Decimal | None
    notional: Decimal | None
    limit_price: Decimal | None
    stop_price: Decimal | None
    submitted_at: datetime


_Columns = tuple[Any, ...]


def order_questions(
    account: Account, spec: OrderSpec, *, nets: bool, now: datetime
) -> list[Question]:
    """What `open_orders`, `overfilled` and `recent_orders` ask."""
    return [
        _question_of_open(account, spec.symbol, nets=nets),
        _overfilled.of(account.pk, spec.symbol),
        _question_of_same_size(account, spec, now),
    ]


def open_orders(
    account: Account, symbol: str, *, without: int | None, nets: bool
) -> tuple[risk.OpenOrder, ...]:
    """What works or may work at the broker, as far as an order in `symbol` minds it.

    That is everything in the same symbol, and elsewhere what still uses buying power:
    neither exits, nor, where the broker `nets`, orders that its figure knows already.
    """
    read, values = _question_of_open(account, symbol, nets=nets)
    found = read(*values)
    orders = [one for one in map(_Working._make, found) if one.id != without]
    prices = _ask_prices(account.connection.feed, orders)
    return tuple(_open_order(order, prices.get(order.symbol)) for order in orders)


def _question_of_open(account: Account, symbol: str, *, nets: bool) -> Question:
    reported_at = account.reported_at if nets else None
    if reported_at is None:
        return _open_unnetted.of(account.pk, symbol)
    return _open_netted.of(account.pk, symbol, reported_at)


def _open(account_id: int, minds: Q) -> QuerySet[Order, _Columns]:
    working = Order.objects.filter(account_id=account_id, status__in=_OPEN)
    found = _with_submission(working).filter(minds).values_list(*_Working._fields)
    return found.union(_unsure(account_id), all=True)


def _not_known_at(reported_at: datetime) -> Q:
    return (
        Q(accepted_at=None)
        | Q(accepted_at__gte=reported_at)
        | Q(submission=CommandStatus.SENT.value)
    )


def _unsure(account_id: int) -> QuerySet[Order, _Columns]:
    """Ended as far as is known, and yet a submission is on its way or unknown."""
    ended = Order.objects.filter(account_id=account_id).exclude(status__in=_OPEN)
    in_flight = Q(submission__in=IN_FLIGHT)
    return _with_submission(ended).filter(in_flight).values_list(*_Working._fields)


_USES = Q(reduces_risk=False, parent=None)
_open_unnetted = Read(
    lambda account_id, symbol: _open(account_id, Q(symbol=symbol) | _USES)
)
_open_netted = Read(
    lambda account_id, symbol, reported_at: _open(
        account_id, Q(symbol=symbol) | (_USES & _not_known_at(reported_at))
    )
)


def _with_submission(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Each with its one submission's status and instant, in the same query."""
    submit = FilteredRelation(
        "commands", condition=Q(commands__kind=CommandKind.SUBMIT.value)
    )
    return orders.annotate(submit=submit).annotate(
        submission=F("submit__status"), sent_at=F("submit__sent_at")
    )


def _ask_prices(feed: str, orders: Sequence[_Working]) -> dict[str, Decimal]:
    """Only of those whose money hangs on the market."""
    symbols = {order.symbol for order in orders if worst_notional(order, None) is None}
    known = quotes.latest(feed, sorted(symbols))
    return {
        symbol: price
        for symbol, one in known.items()
        if (price := one.quote.ask or one.quote.last) is not None
    }


def _open_order(order: _Working, market_price: Decimal | None) -> risk.OpenOrder:
    attached = order.parent_id is not None
    return risk.OpenOrder(
        id=str(order.id),
        symbol=order.symbol,
        side=risk.Side(order.side),
        type=risk.OrderType(order.type),
        remaining=order.remaining,
        worst_notional=worst_notional(order, market_price),
        price=order.limit_price or order.stop_price,
        reducing=order.reduces_risk or attached,
        unresolved=order.submission == CommandStatus.SENT,
        contingent=attached and order.broker_word == "held",
        accepted_at=order.accepted_at,
        sent_at=order.sent_at if order.submission else order.submitted_at,
        group=_group(order),
        stop_price=order.stop_price,
        trail=order.trail_percent or order.trail_price,
    )


def _group(order: _Working) -> str:
    """Both exits of an OCO are in one: the target is the order, the stop its leg."""
    pair = order.order_class == OrderClass.OCO.value
    return str(order.parent_id or (order.id if pair else ""))


def overfilled(account: Account, symbol: str) -> Iterator[risk.OpenOrder]:
    """Nothing of them remains to be filled: only the check of open questions sees them."""
    for pk, side, kind in _overfilled(account.pk, symbol):
        yield risk.OpenOrder(
            id=str(pk),
            symbol=symbol,
            side=risk.Side(side),
            type=risk.OrderType(kind),
            remaining=Decimal(0),
            worst_notional=Decimal(0),
            reducing=True,
            overfilled=True,
        )


_overfilled = Read(
    lambda account_id, symbol: overfilled_orders(account_id, symbol).values_list(
        "id", "side", "type"
    )
)
_same_size = Read(
    lambda account_id, symbol, side, quantity, notional, since: Order.objects.filter(
        account_id=account_id,
        symbol=symbol,
        side=side,
        quantity=quantity,
        notional=notional,
        parent=None,
        submitted_at__gte=since,
    ).values_list(*_Recent._fields)
)


def worst_notional(order: _Sized, market_price: Decimal | None) -> Decimal | None:
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


def recent_orders(
    account: Account, spec: OrderSpec, *, without: int | None, now: datetime
) -> tuple[risk.RecentOrder, ...]:
    """Those that could be the same order: its symbol, side and size, a moment ago."""
    read, values = _question_of_same_size(account, spec, now)
    found = map(_Recent._make, read(*values))
    return tuple(_recent_order(one) for one in found if one.id != without)


def _question_of_same_size(
    account: Account, spec: OrderSpec, now: datetime
) -> Question:
    return _same_size.of(
        account.pk,
        spec.symbol,
        spec.side.value,
        spec.quantity,
        spec.notional,
        now - RECENT,
    )


def _recent_order(order: _Recent) -> risk.RecentOrder:
    return risk.RecentOrder(
        id=str(order.id),
        symbol=order.symbol,
        side=risk.Side(order.side),
        type=risk.OrderType(order.type),
        quantity=order.quantity,
        notional=order.notional,
        price=order.limit_price or order.stop_price,
        placed_at=order.submitted_at,
    )


def side_that_reduces(quantity: Decimal) -> Side:
    """The side that brings a position of this signed quantity closer to zero."""
    return Side.SELL if quantity > 0 else Side.BUY
