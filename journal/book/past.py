"""Statements tell what happened before an account's book began; its opening holds it.

The opening entry is what was held in all, and what the history makes of it is in the
history's own fills: only the rest is an entry of its own. What the opening has more was
there before the history begins, and nobody knows what it cost; what the history has
more went before the book began, and nobody knows for how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from brokers.models import Account, LedgerEntry, LedgerKind
from journal.domain.trades import NOTHING, TradeFill


_A_MOMENT = timedelta(microseconds=1)


def with_history(
    account_id: int, booked: Sequence[LedgerEntry], past: Sequence[TradeFill]
) -> list[LedgerEntry]:
    """The entries with those of the time before the opening, which is put in their
    terms; without `past` fills the entries are as they stand.
    """
    if not past:
        return list(booked)
    account = Account.objects.get(pk=account_id)
    before = _units_before(account, past)
    held = sum((one.quantity for one in booked if _is_opening(one)), NOTHING)
    told = sum((one.side.sign * one.quantity for one in past), NOTHING)
    told += sum((one.quantity for one in before), NOTHING)
    found = [*before, *(one for one in booked if not _is_opening(one))]
    if held > told:
        began = min(one.executed_at for one in past)
        began = min([began, *(one.effective_at for one in before)])
        found.append(_rest(account, past[0].symbol, held - told, at=began - _A_MOMENT))
    elif held < told and account.opened_at is not None:
        found.append(_rest(account, past[0].symbol, held - told, at=account.opened_at))
    return sorted(found, key=lambda one: (one.effective_at, one.pk or 0))


def _is_opening(entry: LedgerEntry) -> bool:
    return entry.kind == LedgerKind.OPENING


def _units_before(account: Account, past: Sequence[TradeFill]) -> list[LedgerEntry]:
    """Splits and transfers that statements tell of that time."""
    found = LedgerEntry.objects.filter(
        account=account,
        symbol=past[0].symbol,
        before_opening=True,
        effective_at__gte=min(one.executed_at for one in past),
        reverses=None,
        reversed_by=None,
    ).exclude(quantity=0)
    return list(found.order_by("effective_at", "pk"))


def _rest(
    account: Account, symbol: str, quantity: Decimal, *, at: datetime
) -> LedgerEntry:
    """An unsaved entry without a price; 0 is the id of no other."""
    return LedgerEntry(
        pk=0,
        account=account,
        kind=LedgerKind.OPENING,
        symbol=symbol,
        quantity=quantity,
        effective_at=at,
    )
