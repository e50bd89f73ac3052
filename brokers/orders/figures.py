"""The broker's own figures of an account and its holdings, beside ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.domain.reports import AccountReport, PositionReport
from brokers.models import Account, Position


_STATED = (
    "active",
    "trading_blocked",
    "blocked_reason",
    "shorting_enabled",
    "currency",
    "cash",
    "equity",
    "last_equity",
    "buying_power",
    "initial_margin",
    "maintenance_margin",
    "multiplier",
)


def take_account(account: Account, report: AccountReport, told_at: datetime) -> None:
    """Set what the broker states; the caller saves."""
    for name in _STATED:
        setattr(account, name, getattr(report, name))
    account.number = report.account_number
    account.reported_at = told_at


def take_positions(
    account: Account, reports: Sequence[PositionReport], told_at: datetime
) -> None:
    """The broker's own figures, beside ours; a difference shows and is kept.

    Called under the account's lock. What an older reading says of a position changes
    nothing.
    """
    told = {report.symbol: report for report in reports}
    held = {p.symbol: p for p in Position.objects.filter(account=account)}
    for symbol in sorted(told.keys() | held.keys()):
        position = held.get(symbol) or _unknown_here(account, symbol, told_at)
        before = position.broker_told_at
        if before is not None and before >= told_at:
            continue
        report = told.get(symbol)
        position.broker_quantity = report.quantity if report else Decimal(0)
        position.broker_price = report.average_price if report else None
        position.broker_told_at = told_at
        position.save()


def _unknown_here(account: Account, symbol: str, told_at: datetime) -> Position:
    return Position(
        owner_id=account.owner_id,
        account=account,
        symbol=symbol,
        quantity=Decimal(0),
        changed_at=told_at - timedelta(microseconds=1),
    )
