"""What stands around the breaks in a report: protection, nights, jobs, the session."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from brokers import selectors
from brokers.models import Account, Connection
from brokers.reconciliation.calendar import exchange_zone
from brokers.reconciliation.reports import JobLine, OvernightLine, Unprotected
from brokers.selectors import HeldPosition
from risk.services import effective_policy
from tradedesk.accounts.models import User
from tradedesk.web import health


HUNDRED = Decimal(100)
# An account that nothing has read for this long is not being read.
READ_WITHIN = timedelta(minutes=5)
_PROCESSES = ("worker", "beat", "stream")


def session_of(connection: Connection | None, day: date) -> str:
    """The day's regular session in exchange time, as the venue told it; else the day."""
    zone = exchange_zone()
    for one in connection.calendar if connection else ():
        if one["day"] == day.isoformat():
            opens = datetime.fromisoformat(one["opens"]).astimezone(zone)
            closes = datetime.fromisoformat(one["closes"]).astimezone(zone)
            return f"{day:%a %Y-%m-%d} {opens:%H:%M}-{closes:%H:%M} {closes:%Z}"
    return f"{day:%a %Y-%m-%d}"


def unprotected(owner: User, accounts: Iterable[Account]) -> tuple[Unprotected, ...]:
    return tuple(
        Unprotected(
            account=account.name,
            symbol=held.position.symbol,
            quantity=held.position.quantity,
            protected_quantity=held.protected_quantity,
            market_value=_value(held),
        )
        for account in accounts
        for held in selectors.held_positions(owner, account)
        if held.position.quantity and not held.is_protected
    )


def _value(held: HeldPosition) -> Decimal | None:
    price = held.market_price
    return None if price is None else price * held.position.quantity


def overnight(
    owner: User, accounts: Iterable[Account], now: datetime
) -> tuple[OvernightLine, ...]:
    """The largest holding against the policy's limit on one, and the margin in use."""
    return tuple(
        line
        for account in accounts
        for line in (_largest(owner, account, now), _margin(account))
    )


def _largest(owner: User, account: Account, now: datetime) -> OvernightLine:
    limit = effective_policy(
        user_id=owner.pk, account_id=account.pk, now=now
    ).max_position_percent
    values = [_cost_or_value(one) for one in selectors.held_positions(owner, account)]
    share = None
    if account.equity and None not in values:
        largest = max((abs(one) for one in values if one is not None), default=None)
        share = (largest or Decimal(0)) / account.equity * HUNDRED
    return OvernightLine(
        account=account.name,
        name="Largest position",
        exposure=share,
        limit=limit,
        unit="% of equity",
        within=None if share is None or limit is None else share <= limit,
    )


def _cost_or_value(held: HeldPosition) -> Decimal | None:
    """Market value, or at cost while no quote is known."""
    price = held.market_price
    if price is None:
        price = held.position.average_price
    return None if price is None else price * held.position.quantity


def _margin(account: Account) -> OvernightLine:
    used, equity = account.maintenance_margin, account.equity
    return OvernightLine(
        account=account.name,
        name="Maintenance margin",
        exposure=used,
        limit=equity,
        unit=account.currency,
        within=None if used is None or equity is None else used <= equity,
    )


def jobs(accounts: Iterable[Account], now: datetime) -> tuple[JobLine, ...]:
    """The processes by their signs of life, and each account by its last reading."""
    processes = [_process(name, now) for name in _PROCESSES]
    return (*processes, *(_reading(account, now) for account in accounts))


def _process(name: str, now: datetime) -> JobLine:
    try:
        part = health.PROBES[name](now)
    except health.ProbeError as error:
        return JobLine(name=name, last_at=None, healthy=False, note=str(error))
    age = part.age_seconds
    last = None if age is None else now - timedelta(seconds=age)
    return JobLine(name=name, last_at=last, healthy=part.ok, note=part.detail)


def _reading(account: Account, now: datetime) -> JobLine:
    last = account.synced_at
    return JobLine(
        name=f"reading {account.name}",
        last_at=last,
        healthy=last is not None and now - last <= READ_WITHIN,
        note="" if last else "never read whole",
    )
