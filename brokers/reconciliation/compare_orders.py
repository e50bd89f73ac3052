"""Orders: open here and closed there or the reverse, and how much each filled."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from brokers.domain.breaks import BreakKind, BreakSeverity
from brokers.domain.orders import OPEN_STATUSES
from brokers.reconciliation.compare_fills import Unmatched
from brokers.reconciliation.differences import SEVERITY, Difference, Words, text
from brokers.reconciliation.sides import OrderRow, Orders


_OPEN = frozenset(status.value for status in OPEN_STATUSES)


def order_differences(
    ours: Orders, theirs: Orders, apart: Unmatched
) -> Iterator[Difference]:
    explained = apart.explained()
    find, known = ours.get, len(theirs)
    for order_id, told in theirs.items():
        mine = find(order_id)
        if mine != told:
            known -= mine is None
            moved = explained.get(order_id, Decimal(0))
            cause = _disagreement(mine, told, moved)
            if cause:
                yield _difference(order_id, mine, told=told, cause=cause)
        filled, quantity = told[1], told[2]  # by place: this runs for every order
        if filled is not None and quantity is not None and filled > quantity:
            yield _overfill(order_id, told, filled - quantity)
    if known < len(ours):
        yield from _not_there(ours, theirs)


def _not_there(ours: Orders, theirs: Orders) -> Iterator[Difference]:
    """Orders that work here and that the broker knows nothing of; what ended here may
    be older than the broker's list reaches.
    """
    for order_id, mine in ours.items():
        if mine.status in _OPEN and order_id not in theirs:
            cause = "the broker does not know an order that works here"
            yield _difference(order_id, mine, told=None, cause=cause)


def _disagreement(mine: OrderRow | None, told: OrderRow, moved: Decimal) -> str:
    """Why the two are no match; "" when they agree in what counts."""
    if mine is None:
        return "an order at the broker that the book does not have"
    here, there = mine.status in _OPEN, told.status in _OPEN
    if told.status and here != there:
        return "works here and ended there" if here else "ended here and works there"
    if mine.filled is None or told.filled is None:
        return ""
    if mine.filled + moved != told.filled:
        return "the order's cumulative quantity and its executions do not agree"
    return ""


def _difference(
    order_id: str, mine: OrderRow | None, *, told: OrderRow | None, cause: str
) -> Difference:
    """What works at the broker and not here can fill at any moment: critical."""
    known = told or mine
    live = told is not None and told.status in _OPEN
    unknown = mine is None or mine.status not in _OPEN
    apart = _filled(told) - _filled(mine)
    return Difference(
        kind=BreakKind.ORDER_STATE,
        subject=order_id,
        symbol=known.symbol if known else "",
        severity=BreakSeverity.CRITICAL
        if live and unknown
        else SEVERITY[BreakKind.ORDER_STATE],
        ours=_words(mine),
        theirs=_words(told),
        difference=apart or None,
        cause=cause,
    )


def _overfill(order_id: str, told: OrderRow, excess: Decimal) -> Difference:
    """A break though both sides agree: the venue did what nobody asked for."""
    return Difference(
        kind=BreakKind.OVERFILL,
        subject=order_id,
        symbol=told.symbol,
        severity=SEVERITY[BreakKind.OVERFILL],
        ours={"quantity": text(told.quantity)},
        theirs={"filled": text(told.filled)},
        difference=excess,
        cause="the venue filled more than was ordered",
    )


def _filled(row: OrderRow | None) -> Decimal:
    return Decimal(0) if row is None or row.filled is None else row.filled


def _words(row: OrderRow | None) -> Words:
    if row is None:
        return {}
    said = {"status": row.status or "unknown word", "filled": text(row.filled)}
    return said if row.quantity is None else {**said, "quantity": text(row.quantity)}
