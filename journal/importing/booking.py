"""Rows of a statement as what the book takes: executions and entries.

A row that tells no time stands at noon in New York, in the order of the file; money and
units of a day stand at its midnight in UTC, as the brokers' own interfaces tell them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from brokers.orders.giving_way import NEW_YORK
from brokers.orders.statements import ToldEntry, ToldFill
from journal.importing import known, referee
from journal.imports.microcap_referee import Stops
from journal.models import Fate, RowKind, StatementRow


NOON = time(12)


def fills(rows: Sequence[StatementRow], stops: Stops) -> list[ToldFill]:
    """The executions to book; `stops` are the protective ones of days, by symbol."""
    wanted = [row for row in rows if row.kind == RowKind.TRADE and row.fate == Fate.NEW]
    places = _places(wanted)
    return [_fill(row, place, stops) for row, place in zip(wanted, places, strict=True)]


def _fill(row: StatementRow, place: int, stops: Stops) -> ToldFill:
    day, side = _day(row), Side(row.side)
    stop = None
    if side is Side.BUY:
        stop = referee.first_stop(stops, row.symbol, day)
    return ToldFill(
        execution_id=row.row_id,
        symbol=row.symbol,
        side=side,
        quantity=row.quantity or Decimal(0),
        price=row.price or Decimal(0),
        fees=row.fees,
        executed_at=row.at or _noon(day) + timedelta(microseconds=place),
        # An order's id is the broker's own where the execution's is.
        order_id=row.order_id if not known.is_of_a_file(row.row_id) else "",
        stop_price=stop,
    )


def _places(rows: Sequence[StatementRow]) -> list[int]:
    """The order within a day: that of the file, turned round where the newest is first."""
    days = [row.day for row in rows if row.day is not None]
    count = len(rows)
    turned = bool(days) and days[0] > days[-1]
    return [count - at if turned else at + 1 for at in range(count)]


def _noon(day: date) -> datetime:
    return datetime.combine(day, NOON, NEW_YORK).astimezone(UTC)


def _day(row: StatementRow) -> date:
    assert row.day is not None  # noqa: S101 - every row that is booked has one
    return row.day


# Money and units


def entries(rows: Sequence[StatementRow]) -> list[ToldEntry]:
    wanted = [row for row in rows if row.kind in known.ENTRIES and row.fate == Fate.NEW]
    return [_entry(row) for row in wanted]


def _entry(row: StatementRow) -> ToldEntry:
    expired = row.kind == RowKind.OPTION
    return ToldEntry(
        activity_id=row.row_id,
        kind=CashKind(row.what),
        amount=row.amount or Decimal(0),
        effective_at=row.at or datetime.combine(_day(row), time(), UTC),
        symbol=row.symbol,
        quantity=row.quantity or Decimal(0),
        # A contract that ends is worth nothing more; its money is in other rows.
        price=Decimal(0) if expired else None,
        note=row.detail,
    )
