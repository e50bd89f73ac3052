"""Statements tell what happened before an account's book began; its opening holds it.

The opening entry is what was held in all, and what the history makes of it is in the
history's own fills: only the rest is an entry of its own. What the opening has more was
there before the history begins, and nobody knows what it cost; what the history has
more went before the book began, and nobody knows for how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Case, F, Min, Sum, When

from brokers.domain.orders import Side
from brokers.models import Account, Fill, LedgerEntry, LedgerKind
from journal.domain.trades import NOTHING


_A_MOMENT = timedelta(microseconds=1)
Key = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What an account's fills of a symbol from before its opening come to: signed units
    and the first instant. `number` is the first one's id.
    """

    units: Decimal
    began: datetime
    number: int


def pasts_of(
    accounts: Iterable[int], *, symbol: str = "", since: datetime | None = None
) -> Mapping[Key, Past]:
    """By account and symbol; most accounts have none, which one query tells."""
    told = Fill.objects.filter(
        account__in=list(accounts), before_opening=True, busted_at=None
    )
    if symbol:
        told = told.filter(symbol=symbol)
    if since is not None:
        told = told.filter(executed_at__gt=since)
    signed = Case(When(side=Side.BUY.value, then=F("quantity")), default=-F("quantity"))
    rows = told.order_by().values_list("account", "symbol")
    return {
        (account, name): Past(units=units, began=began, number=number)
        for account, name, units, began, number in rows.annotate(
            units=Sum(signed), began=Min("executed_at"), number=Min("pk")
        )
    }


def with_history(
    booked: Sequence[LedgerEntry], pasts: Mapping[Key, Past]
) -> list[LedgerEntry]:
    """These entries that stand, and of the symbols with a past those of the time before
    the opening too, which is put in their terms.
    """
    if not pasts:
        return list(booked)
    before = _units_before(pasts)
    accounts = Account.objects.in_bulk({account for account, _ in pasts})
    replaced = {_key(one): one for one in booked if _is_opening(one)}
    found = [one for one in booked if not (_is_opening(one) and _key(one) in pasts)]
    found += before
    for key, past in pasts.items():
        moved = [one for one in before if _key(one) == key]
        opening = replaced.get(key)
        held = opening.quantity if opening else NOTHING
        rest = held - past.units - sum((one.quantity for one in moved), NOTHING)
        began = min([past.began, *(one.effective_at for one in moved)]) - _A_MOMENT
        ended = accounts[key[0]].opened_at or began
        if rest:
            at = began if rest > 0 else ended
            number = opening.pk if opening else -past.number
            found.append(_rest(accounts[key[0]], key[1], rest, at=at, number=number))
    return sorted(found, key=lambda one: (one.effective_at, one.pk))


def _key(entry: LedgerEntry) -> Key:
    return entry.account_id, entry.symbol


def _is_opening(entry: LedgerEntry) -> bool:
    return entry.kind == LedgerKind.OPENING


def _units_before(pasts: Mapping[Key, Past]) -> list[LedgerEntry]:
    """Splits and transfers that statements tell of that time."""
    found = LedgerEntry.objects.filter(
        account__in={account for account, _ in pasts},
        symbol__in={symbol for _, symbol in pasts},
        before_opening=True,
        reverses=None,
        reversed_by=None,
    ).exclude(quantity=0)
    return [
        one
        for one in found.order_by("effective_at", "pk")
        if _key(one) in pasts and one.effective_at >= pasts[_key(one)].began
    ]


def _rest(
    account: Account, symbol: str, quantity: Decimal, *, at: datetime, number: int
) -> LedgerEntry:
    """An unsaved entry without a price, under the id of what it stands for."""
    return LedgerEntry(
        pk=number,
        account=account,
        kind=LedgerKind.OPENING,
        symbol=symbol,
        quantity=quantity,
        effective_at=at,
    )
