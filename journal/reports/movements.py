"""Cash that moved other than by trades, per day, from the ledger of the accounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, DecimalField, F, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncDate

from brokers.domain.reports import CashKind
from brokers.models import LedgerEntry, LedgerKind
from journal.reports.capital import Movement
from tradedesk.accounts.models import User
from tradedesk.reads import Read


# Cash that the trading made or cost; all other cash was brought in or taken out.
RESULTS = frozenset(
    {
        CashKind.FEE,
        CashKind.DIVIDEND,
        CashKind.INTEREST,
        CashKind.TAX,
        CashKind.CORPORATE_ACTION,
    }
)
_MONEY = DecimalField[Decimal, Decimal](max_digits=60, decimal_places=17)


def movements_of(user: User, account: int | None) -> list[Movement]:
    """Of one account or of all; units that came without a trade count at their cost."""
    rows = _of_all(user.pk) if account is None else _of_one(user.pk, account)
    return [
        Movement(day=day, amount=cash + worth, outside=kind not in RESULTS)
        for day, kind, cash, worth in rows
    ]


def _entries(user: Any) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.for_user(user).filter(before_opening=False)


def _summed(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry, Any]:
    """By day and kind: cash, and what units were worth."""
    # A dividend's quantity would be of the shares that it was paid on.
    units = Case(
        When(kind=LedgerKind.CASH, then=Value(Decimal(0))),
        default=F("quantity") * Coalesce("price", Decimal(0)),
        output_field=_MONEY,
    )
    day = TruncDate("effective_at", tzinfo=ZoneInfo(settings.EXCHANGE_TIME_ZONE))
    found: QuerySet[LedgerEntry, Any] = (
        entries.annotate(day=day)
        .values_list("day", "cash_kind")
        .annotate(cash=Sum("amount"), units=Sum(units, output_field=_MONEY))
        .order_by("day")
    )
    return found


_of_all = Read(lambda user: _summed(_entries(user)))
_of_one = Read(lambda user, account: _summed(_entries(user).filter(account=account)))
