"""One's own accounts and connections, and what a book began with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from brokers.models import Account, Connection, LedgerEntry, LedgerKind
from tradedesk.accounts.models import User
from tradedesk.reads import Read


_accounts = Read(
    lambda owner_id: (
        Account.objects.filter(owner_id=owner_id)
        .select_related("connection")
        .order_by("created_at", "pk")
    )
)


def accounts_of(user: User) -> list[Account]:
    return _accounts(user.pk)


def feeds_of(user: User) -> set[str]:
    """The quote feeds that a person's pages may listen to."""
    return {one.feed for one in Connection.objects.for_user(user)}


def account_of(user: User, account_id: int) -> Account:
    """One's own account. Raises Account.DoesNotExist for anybody else's."""
    return (
        Account.objects.for_user(user).select_related("connection").get(pk=account_id)
    )


def connection_of(user: User, connection_id: int) -> Connection:
    return Connection.objects.for_user(user).get(pk=connection_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an account's book began with: one entry of cash and one a holding."""

    cash: Decimal
    holdings: Sequence[LedgerEntry]


def opening_of(account: Account) -> Opening | None:
    """None until the account has been read for the first time."""
    if account.opened_at is None:
        return None
    entries = LedgerEntry.objects.filter(account=account, kind=LedgerKind.OPENING)
    found = list(entries.order_by("symbol"))
    return Opening(
        cash=sum((one.amount for one in found), Decimal(0)),
        holdings=[one for one in found if one.symbol],
    )
