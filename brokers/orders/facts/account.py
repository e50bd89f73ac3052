"""An account's money and standing, as its broker last stated them."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Sum

from brokers.domain.orders import OrderRole
from brokers.models import Account, Fill
from risk import facts as risk
from tradedesk.reads import Question, Read


def account_questions(account: Account) -> list[Question]:
    """What `account_facts` asks."""
    reported_at = account.reported_at
    return [] if reported_at is None else [_used.of(account.pk, reported_at)]


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
    return _used.first(account.pk, account.reported_at) or Decimal(0)


_used = Read(
    lambda account_id, since: (
        Fill.objects.filter(
            account_id=account_id,
            executed_at__gt=since,
            busted_at=None,
            order__reduces_risk=False,
            order__role=OrderRole.ENTRY.value,
        )
        .order_by()
        .values("account_id")
        .annotate(used=Sum(F("quantity") * F("price")))
        .values_list("used", flat=True)
    )
)
