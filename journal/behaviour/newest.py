"""The newest trades of an account in one query, for all that is made of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from brokers.models import Account
from journal.analytics.outcome import BREAKEVEN_R
from journal.behaviour.signals.chasing import extension
from journal.behaviour.signals.past import PastTrade
from journal.models import Trade


# Habits change: what was longer ago says little of tomorrow, and costs time to read.
NEWEST = 1000


class Row(NamedTuple):
    """A trade by the names of its columns."""

    opened_at: datetime
    closed_at: datetime | None
    symbol: str
    key: str
    direction: str
    initial_risk: Decimal | None
    r_multiple: Decimal | None
    net: Decimal | None
    entry_price: Decimal | None
    entry_distance: Decimal | None
    planned_entry: Decimal | None
    planned_stop: Decimal | None
    planned_target: Decimal | None
    mfe_r: Decimal | None
    mae_r: Decimal | None
    holding_seconds: int | None


def newest_trades(account: Account, now: datetime) -> list[Row]:
    """The newest closed ones and all that are open, in no order."""
    mine = Trade.objects.filter(owner=account.owner_id, account=account)
    closed = mine.closed().filter(closed_at__lte=now).order_by("-closed_at", "-pk")
    newest = closed.values_list(*Row._fields)[:NEWEST]
    found = newest.union(mine.open().values_list(*Row._fields), all=True)
    return [Row._make(row) for row in found]


def past_trades(
    rows: Iterable[Row], breakeven: Decimal = BREAKEVEN_R
) -> list[PastTrade]:
    """What signals read, in the order of the openings."""
    found = [_past(row, breakeven) for row in rows]
    return sorted(found, key=lambda one: (one.opened_at, one.key))


def _past(row: Row, breakeven: Decimal) -> PastTrade:
    entry, planned, stop = row.entry_price, row.planned_entry, row.planned_stop
    beyond = None
    if entry is not None and planned is not None and stop is not None:
        beyond = extension(entry=entry, planned_entry=planned, stop=stop)
    return PastTrade(
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        risk=row.initial_risk,
        r=row.r_multiple,
        net=row.net,
        symbol=row.symbol,
        key=row.key,
        distance=row.entry_distance,
        extension=beyond,
        breakeven=breakeven,
    )
