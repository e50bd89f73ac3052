"""How the invented trader moved their stops: mostly closer, now and then away.

A stop goes only to where the bars that followed never reached it, so that the story
stays one that could have happened.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderRole,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from brokers.domain.reports import Bar
from brokers.models import Command, Fill, Order, OrderSource
from journal.demo import words
from journal.demo.booking import entry_id
from journal.demo.market import DemoMarket
from journal.demo.story import Told
from journal.demo.walking import CENT
from journal.models import DemoYear


# Bars from the entry to a move, and from a move to the end of the trade.
_BEFORE, _AFTER = 4, 3
_AWAY = Decimal("0.4")
# A loss of less than this was taken before the stop, which may have been anywhere then.
_STOPPED = Decimal("-0.95")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    at: datetime
    price: Decimal
    reason: str = ""


def moves(told: Told, bars: Sequence[Bar]) -> list[Moved]:
    """`bars` from that of the entry to that of the last exit."""
    idea, half = told.walked.idea, len(bars) // 2
    if len(bars) < _BEFORE + _AFTER:
        return []
    at = bars[half].start + timedelta(seconds=30)
    if told.mistakes and _STOPPED < told.walked.r < 0:
        away = (idea.unit * _AWAY).quantize(CENT)
        return [_moved(at, idea.stop - idea.sign * away, told)]
    near = _never_reached(bars[half:], idea.sign)
    closer = (near - idea.stop) * idea.sign
    return [_moved(at, near, told)] if closer >= idea.unit / 5 else []


def _moved(at: datetime, price: Decimal, told: Told) -> Moved:
    idea = told.walked.idea
    is_away = (price - idea.stop) * idea.sign < 0
    reasons = words.STOP_AWAY
    reason = reasons[int(idea.unit * 100) % len(reasons)] if is_away else ""
    return Moved(at=at, price=price, reason=reason)


def _never_reached(bars: Sequence[Bar], sign: int) -> Decimal:
    if sign > 0:
        return (min(bar.low for bar in bars) - CENT).quantize(CENT)
    return (max(bar.high for bar in bars) + CENT).quantize(CENT)


@transaction.atomic
def attach(year: DemoYear, story: Sequence[Told], market: DemoMarket) -> None:
    """The stop orders of the entries whose stop was moved, with what was asked of them.

    Before the trades are built: their stop moves are read from here.
    """
    entries = {
        one.execution_id: one.order
        for one in Fill.objects.filter(
            account=year.account_id, execution_id__endswith="-in"
        ).select_related("order")
    }
    for number, told, moved in _all_moves(story, market):
        entry = entries[entry_id(number)]
        if entry is not None:
            _attach(entry, told, moved)


def _all_moves(
    story: Sequence[Told], market: DemoMarket
) -> Iterator[tuple[int, Told, list[Moved]]]:
    tapes = {tape.symbol: tape for tape in market.tapes}
    for number, told in enumerate(story):
        idea, tape = told.walked.idea, tapes[told.walked.idea.symbol]
        first = max(tape.at(idea.entered_at) - 1, 0)
        held = tape.quarters[first : tape.at(told.walked.closed_at)]
        if found := moves(told, held):
            yield number, told, found


def _attach(entry: Order, told: Told, moved: Sequence[Moved]) -> None:
    closed = told.walked.closed_at
    stop = Order.objects.create(
        owner_id=entry.owner_id,
        account_id=entry.account_id,
        intent=uuid.uuid4(),
        parent=entry,
        source=OrderSource.STATEMENT,
        role=OrderRole.STOP.value,
        symbol=entry.symbol,
        side=Side(entry.side).opposite.value,
        type=OrderType.STOP.value,
        time_in_force=TimeInForce.GTC.value,
        quantity=entry.quantity,
        stop_price=moved[-1].price,
        reduces_risk=True,
        status=OrderStatus.CANCELLED.value,
        status_reason="The trade was closed.",
        created_at=entry.created_at,
        submitted_at=entry.submitted_at,
        finished_at=closed,
    )
    Command.objects.bulk_create(
        Command(
            order=stop,
            account_id=entry.account_id,
            kind=CommandKind.AMEND.value,
            status=CommandStatus.CONFIRMED.value,
            change=_change(one),
            approved_at=one.at,
            due_at=one.at,
            sent_at=one.at,
            finished_at=one.at,
        )
        for one in moved
    )


def _change(moved: Moved) -> dict[str, str]:
    said = {"reason": moved.reason} if moved.reason else {}
    return {"stop_price": str(moved.price)} | said
