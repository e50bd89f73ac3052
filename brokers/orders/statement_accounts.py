"""Accounts of which nothing but statements tells, and what their cash began with."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from brokers.models import (
    BY_STATEMENT,
    Account,
    AccountMode,
    Connection,
    ConnectionState,
    LedgerEntry,
    LedgerKind,
)
from brokers.orders.giving_way import TOLD_BY
from tradedesk.accounts.models import User
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor


def add_account(
    *,
    name: str,
    number: str,
    currency: str,
    owner: User,
    actor: Actor,
    now: datetime,
) -> Account:
    """An account of which nothing but statements will ever tell: nothing can be traded
    in it, and no process asks for it. Its book is open from the start.
    """
    label = name[:80]
    connection = Connection.objects.create(
        owner=owner,
        slug=BY_STATEMENT,
        environment=AccountMode.LIVE,
        label=label,
        credentials="{}",
        state=ConnectionState.DISABLED,
        state_detail="Known by its statements alone.",
        created_at=now,
    )
    account = Account.objects.create(
        owner=owner,
        connection=connection,
        broker_account_id=f"{BY_STATEMENT}-{connection.pk}",
        number=number[:64],
        name=label,
        mode=AccountMode.LIVE,
        currency=currency,
        trading_blocked=True,
        blocked_reason="It is known by its statements alone.",
        opened_at=now,
        reconcile_active=False,
    )
    record(
        AuditAction.ACCOUNT_OPENED,
        actor=actor,
        subject="account",
        subject_id=account.pk,
        payload={"by": BY_STATEMENT, "name": label, "currency": currency},
        now=now,
    )
    return account


def beginning(account: Account) -> Decimal:
    """What statements made of the cash that the account began with; 0 where nothing."""
    known = _beginnings(account).first()
    return Decimal(0) if known is None else known.amount


def _beginnings(account: Account) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(
        account=account, kind=LedgerKind.OPENING, symbol="", told_by=TOLD_BY
    )


def begin_with(
    account: Account, cash: Decimal | None, *, at: datetime, now: datetime
) -> None:
    """What the account's cash began with, in place of what was known of that before;
    None where no statement tells a balance.
    """
    known = _beginnings(account).first()
    if known is not None:
        if known.amount == cash and known.effective_at == at:
            return
        known.delete()
    if cash is not None:
        LedgerEntry.objects.create(
            owner_id=account.owner_id,
            account=account,
            kind=LedgerKind.OPENING,
            amount=cash,
            effective_at=at,
            booked_at=now,
            told_by=TOLD_BY,
            note="What the first balance told leaves when the book is taken from it.",
        )
