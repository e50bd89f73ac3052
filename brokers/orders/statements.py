"""What a statement tells, into the book: executions, cash and units, and out again.

Everything of one statement goes in and comes out in the caller's transaction, under the
account's lock. An execution becomes a fill of an order from a statement; one that the
account's opening holds already is history and moves nothing. The caller says which
ones are news, and audits the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from brokers.domain.lots import PRICE_STEP
from brokers.domain.orders import OrderStatus, OrderType, Side, TimeInForce
from brokers.domain.reports import CashKind
from brokers.models import (
    Account,
    BrokerReference,
    Fill,
    LedgerEntry,
    LedgerKind,
    Order,
    OrderSource,
    Position,
)
from brokers.orders import holdings, standing
from brokers.orders.giving_way import TOLD_BY
from brokers.orders.ledger import NOTE_LENGTH
from tradedesk.core.actor import Actor


_CHUNK = 2000
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFill:
    """An execution. `order_id` is the broker's, where the file has it and the broker's
    own interface means the same by it; `stop_price` the protective stop of an entry.
    """

    execution_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    fees: Decimal
    executed_at: datetime
    order_id: str = ""
    stop_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEntry:
    """Money or units that came or went otherwise; signed. Without a price units keep
    what the holding cost where `kind` is a corporate action.
    """

    activity_id: str
    kind: CashKind
    amount: Decimal
    effective_at: datetime
    symbol: str = ""
    quantity: Decimal = _ZERO
    price: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """Ids of the new rows, by execution and by activity."""

    fills: dict[str, int]
    entries: dict[str, int]


def book(
    account: Account,
    fills: Sequence[ToldFill],
    entries: Sequence[ToldEntry],
    *,
    actor: Actor,
    now: datetime,
) -> Booked:
    """Book these, none of which the account has; positions follow."""
    orders = _orders(account, fills, now)
    rows = [_fill(account, told, order, now=now) for told, order in orders]
    made = Fill.objects.bulk_create(rows, batch_size=_CHUNK)
    moved = [_entry(account, told, now) for told in entries]
    booked = LedgerEntry.objects.bulk_create(moved, batch_size=_CHUNK)
    for order in {order.pk: order for _, order in orders}.values():
        if order.source != OrderSource.STATEMENT:
            order.account = account
            standing.count(order, told_by=TOLD_BY, actor=actor, now=now)
    _follow(account, _symbols(made, booked), actor=actor, now=now)
    return Booked(
        fills={one.execution_id: one.pk for one in made},
        entries={one.activity_id: one.pk for one in booked},
    )


def _symbols(fills: Iterable[Fill], entries: Iterable[LedgerEntry]) -> set[str]:
    return {one.symbol for one in fills} | {
        one.symbol for one in entries if one.quantity
    }


def _follow(
    account: Account, symbols: Iterable[str], *, actor: Actor, now: datetime
) -> None:
    for symbol in sorted(symbols):
        holdings.rebuild(account, symbol, actor=actor, now=now)


# Orders


def _orders(
    account: Account, fills: Sequence[ToldFill], now: datetime
) -> list[tuple[ToldFill, Order]]:
    """Each execution with its order: one that is known, else a new one for all
    executions of the same broker id, else one of its own.
    """
    known = _known(account, {told.order_id for told in fills} - {""})
    groups: list[list[ToldFill]] = []
    found: list[tuple[ToldFill, Order]] = []
    numbered = sorted(fills, key=_together)
    for key, of_one in groupby(numbered, key=_together):
        group = list(of_one)
        if key[0] in known:
            found += [(told, known[key[0]]) for told in group]
        elif key[0]:
            groups.append(group)
        else:
            groups += [[told] for told in group]
    made = Order.objects.bulk_create(
        [_order(account, group, now) for group in groups], batch_size=_CHUNK
    )
    BrokerReference.objects.bulk_create(
        [
            BrokerReference(
                account=account,
                order=order,
                broker_order_id=order.broker_order_id,
                since=now,
            )
            for order in made
            if order.broker_order_id
        ],
        batch_size=_CHUNK,
    )
    for group, order in zip(groups, made, strict=True):
        found += [(told, order) for told in group]
    return found


def _together(told: ToldFill) -> tuple[str, str, str]:
    return told.order_id, told.symbol, told.side.value


def _known(account: Account, ids: set[str]) -> dict[str, Order]:
    references = BrokerReference.objects.filter(
        account=account, broker_order_id__in=ids
    ).select_related("order")
    return {one.broker_order_id: one.order for one in references}


def _order(account: Account, fills: Sequence[ToldFill], now: datetime) -> Order:
    """What is known of it: that it was filled. Its type is not, and stands as market."""
    first, last = fills[0], fills[-1]
    quantity = sum((one.quantity for one in fills), _ZERO)
    spent = sum((one.quantity * one.price for one in fills), _ZERO)
    stops = [one.stop_price for one in fills if one.stop_price is not None]
    return Order(
        owner_id=account.owner_id,
        account=account,
        source=OrderSource.STATEMENT,
        broker_order_id=first.order_id,
        symbol=first.symbol,
        side=first.side.value,
        type=OrderType.MARKET.value,
        time_in_force=TimeInForce.DAY.value,
        quantity=quantity,
        stop_loss_price=stops[0] if stops else None,
        status=OrderStatus.FILLED.value,
        filled_quantity=quantity,
        average_price=(spent / quantity).quantize(PRICE_STEP),
        created_at=min(one.executed_at for one in fills),
        submitted_at=min(one.executed_at for one in fills),
        finished_at=last.executed_at,
        reported_at=now,
    )


# Fills and entries


def _fill(account: Account, told: ToldFill, order: Order, *, now: datetime) -> Fill:
    return Fill(
        owner_id=account.owner_id,
        account=account,
        order=order,
        execution_id=told.execution_id,
        broker_order_id=told.order_id,
        symbol=told.symbol,
        side=told.side.value,
        quantity=told.quantity,
        price=told.price,
        fees=told.fees,
        executed_at=told.executed_at,
        booked_at=now,
        told_by=TOLD_BY,
        before_opening=is_before(account, told.executed_at),
    )


def _entry(account: Account, told: ToldEntry, now: datetime) -> LedgerEntry:
    return LedgerEntry(
        owner_id=account.owner_id,
        account=account,
        kind=LedgerKind.CASH,
        cash_kind=told.kind.value,
        symbol=told.symbol,
        quantity=told.quantity,
        price=told.price,
        amount=told.amount,
        activity_id=told.activity_id,
        before_opening=is_before(account, told.effective_at),
        effective_at=told.effective_at,
        booked_at=now,
        told_by=TOLD_BY,
        note=told.note[:NOTE_LENGTH],
    )


def is_before(account: Account, at: datetime) -> bool:
    """Whether the account's opening entries hold it: never, where there is no broker
    from whose answer a book could open.
    """
    if account.connection.is_by_statement or account.opened_at is None:
        return False
    return at <= account.opened_at


# Out again


def take_out(
    account: Account,
    fill_ids: Iterable[int],
    entry_ids: Iterable[int],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Remove rows that a statement brought and that nobody else has told of since;
    positions that only they made go too. How many rows went.
    """
    fills = Fill.objects.filter(account=account, pk__in=fill_ids, told_by=TOLD_BY)
    entries = LedgerEntry.objects.filter(
        account=account, pk__in=entry_ids, told_by=TOLD_BY
    )
    symbols = _symbols(fills, entries)
    orders = set(fills.values_list("order_id", flat=True))
    gone, _ = fills.delete()
    moved, _ = entries.delete()
    _drop_orders(account, orders, actor=actor, now=now)
    _follow(account, symbols, actor=actor, now=now)
    _drop_positions(account, symbols)
    return gone + moved


def _drop_orders(
    account: Account, ids: set[int], *, actor: Actor, now: datetime
) -> None:
    """Orders from statements without an execution; the others are counted again."""
    made = Order.objects.filter(pk__in=ids, account=account)
    empty = made.filter(source=OrderSource.STATEMENT, fills=None)
    BrokerReference.objects.filter(order__in=empty.values("pk")).delete()
    empty.delete()
    for order in made.order_by("pk"):
        standing.count_again(order, told_by=TOLD_BY, actor=actor, now=now)


def _drop_positions(account: Account, symbols: set[str]) -> None:
    """Positions of which nothing is left, and of which no broker spoke."""
    filled = Fill.objects.filter(account=account, symbol__in=symbols)
    booked = LedgerEntry.objects.filter(account=account, symbol__in=symbols)
    kept = {*filled.values_list("symbol", flat=True).distinct()}
    kept |= {*booked.values_list("symbol", flat=True).distinct()}
    Position.objects.filter(
        account=account, symbol__in=symbols - kept, broker_quantity=None
    ).delete()
