"""The daily updates of an account as the referee of what its trade log says.

What stored imports told of the ends of days is read back as the parser gave it, so that
the pure referee of the micro-cap files is asked with nothing in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from brokers.domain.orders import Side
from brokers.models import Account
from journal.imports import microcap_referee
from journal.imports.formats import Format
from journal.imports.microcap_referee import Stops
from journal.imports.rows import BalanceRow, HoldingRow, Statement, TradeRow
from journal.models import Fate, ImportState, RowKind, StatementRow


def surplus_lines(
    rows: Sequence[StatementRow], account: Account | None
) -> set[int] | None:
    """Lines that repeat another one without the daily updates bearing it out; None
    where no statement told what the account held.
    """
    daily = None if account is None else daily_of(account)
    if daily is None:
        return None
    log = _log(rows)
    return {row.line for row in microcap_referee.surplus(log, daily)}


def stops_of(account: Account) -> Stops:
    daily = daily_of(account)
    return {} if daily is None else microcap_referee.stops(daily)


def first_stop(stops: Stops, symbol: str, day: date) -> Decimal | None:
    return microcap_referee.first_stop(stops, symbol, day)


def daily_of(account: Account) -> Statement | None:
    rows = StatementRow.objects.filter(
        statement__account=account,
        statement__state=ImportState.STORED,
        kind__in=[RowKind.HOLDING, RowKind.BALANCE],
        fate=Fate.NEW,
    ).order_by("day", "line")
    told = [_told(row) for row in rows]
    if not told:
        return None
    return Statement(
        format=Format.MICROCAP_DAILY, account_hint="", rows=tuple(told), problems=()
    )


def _told(row: StatementRow) -> HoldingRow | BalanceRow:
    assert row.day is not None  # noqa: S101 - both kinds have one
    if row.kind == RowKind.BALANCE:
        return BalanceRow(
            line=row.line,
            source="",
            day=row.day,
            value=None,
            profit=None,
            cash=row.amount,
            equity=row.price,
        )
    return HoldingRow(
        line=row.line,
        source="",
        day=row.day,
        symbol=row.symbol,
        quantity=row.quantity or Decimal(0),
        buy_price=row.cost,
        cost=None,
        stop_price=row.stop_price,
        price=row.price,
        value=None,
        profit=None,
        action=row.detail,
    )


def _log(rows: Iterable[StatementRow]) -> Statement:
    """The trades of the file, whatever their fate: the referee counts them all."""
    trades = [_trade(row) for row in rows if row.kind == RowKind.TRADE]
    return Statement(
        format=Format.MICROCAP_LOG, account_hint="", rows=tuple(trades), problems=()
    )


def _trade(row: StatementRow) -> TradeRow:
    assert row.day is not None  # noqa: S101 - a trade has one
    count = row.row_id.rpartition("-")[2]
    return TradeRow(
        line=row.line,
        source="",
        day=row.day,
        symbol=row.symbol,
        side=Side(row.side),
        quantity=row.quantity or Decimal(0),
        price=row.price or Decimal(0),
        row_id=row.row_id,
        occurrence=int(count) if count.isdigit() else 1,
    )
