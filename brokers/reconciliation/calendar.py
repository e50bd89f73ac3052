"""Which trading day it is for an account, and when its nightly run is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from brokers.models import Account, Connection
from brokers.reconciliation.ageing import TradingDays, told_days


def exchange_zone() -> ZoneInfo:
    return ZoneInfo(settings.EXCHANGE_TIME_ZONE)


def trading_days(connection: Connection) -> TradingDays:
    """From the sessions that the venue told of last."""
    days = [date.fromisoformat(one["day"]) for one in connection.calendar]
    return told_days(days)


def trading_day(connection: Connection, now: datetime) -> date:
    """The trading day under way at the exchange, else the last one."""
    today = now.astimezone(exchange_zone()).date()
    return trading_days(connection).at_or_before(today)


def due_at(account: Account, day: date) -> datetime:
    """When the nightly run of a trading day is due. A time before noon is meant for
    the morning after: the day's books close with its session.
    """
    at = account.reconcile_at
    after = timedelta(days=1) if at.hour < 12 else timedelta()  # noqa: PLR2004 - noon
    return datetime.combine(day + after, at, exchange_zone())


def last_due(account: Account, now: datetime) -> tuple[date, datetime] | None:
    """The newest trading day whose run was due by now, with that instant; None for an
    account whose book was not open then.
    """
    days = trading_days(account.connection)
    day = days.at_or_before(now.astimezone(exchange_zone()).date())
    while due_at(account, day) > now:
        day = days.at_or_before(day - timedelta(days=1))
    due = due_at(account, day)
    began = account.opened_at
    return None if began is None or began > due else (day, due)
