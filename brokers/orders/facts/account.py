"""An account's money and standing, as its broker last stated them."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Sum

from brokers.domain.orders import OrderRole
from brokers.models import Account, Fill
from risk import facts as risk


def account_facts(account: Account, user_id: int) -> risk.AccountFacts:
    return risk.AccountFacts(
        mode=risk.AccountMode(account.mode),
        status=_status(account),
        owned_by_user=account.owner_id == user_id,
        equity=account.equity,
        cash=account.cash,
        buying_power=account.buying_power,
        as_of=account.reported_at,
        used_since=_used_since(account),
        shorting_enabled=account.shorting_enabled,
    )


def standing_facts(account: Account, user_id: int) -> risk.AccountFacts:
    """Without the money: what is asked once more before a send does not look at it."""
    return risk.AccountFacts(
        mode=risk.AccountMode(account.mode),
        status=_status(account),
        owned_by_user=account.owner_id == user_id,
        as_of=account.reported_at,
    )


def _status(account: Account) -> risk.AccountStatus | None:
    if account.reported_at is None:
        return None
    if account.active and not account.trading_blocked:
        return risk.AccountStatus.ACTIVE
    return risk.AccountStatus.BLOCKED


def _used_since(account: Account) -> Decimal:
    """Money that opening fills used after the broker last stated its figures."""
    if account.reported_at is None:
        return Decimal(0)
    newer = Fill.objects.filter(
        account=account,
        executed_at__gt=account.reported_at,
        busted_at=None,
        order__reduces_risk=False,
        order__role=OrderRole.ENTRY.value,
    )
    used = newer.aggregate(used=Sum(F("quantity") * F("price")))["used"]
    return used or Decimal(0)
