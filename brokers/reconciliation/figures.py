"""The figures of a run: how much was compared, and the totals of both sides."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from brokers.models import LedgerEntry, LedgerKind, Position, ReconciliationRun
from brokers.orders import ledger
from brokers.reconciliation.differences import text
from brokers.reconciliation.ours import BothSides
from brokers.reconciliation.sides import BookSide
from brokers.reconciliation.sources import Source
from brokers.reconciliation.theirs import Reading
from brokers.reconciliation.told import equity_change


def compared(both: BothSides) -> dict[str, int]:
    """How many rows of a source were held against each other, on whichever side."""

    def count(name: str) -> int:
        mine: BookSide = both.ours
        ours, theirs = getattr(mine, name), getattr(both.theirs, name)
        return len({*(ours or ()), *(theirs or ())}) if theirs is not None else 0

    return {
        Source.ORDERS.value: count("orders"),
        Source.FILLS.value: count("fills"),
        Source.POSITIONS.value: count("positions"),
        Source.CASH.value: count("activities") + (both.theirs.cash is not None),
    }


def totals(run: ReconciliationRun, reading: Reading, both: BothSides) -> dict[str, str]:
    """The totals of both sides in words; what a side cannot say is left out."""
    account = run.account
    told = reading.account
    entries = LedgerEntry.objects.filter(account=account, before_opening=False)
    by_kind = dict(entries.order_by().values_list("kind").annotate(Sum("amount")))
    realised = Position.objects.filter(account=account).aggregate(Sum("realised"))
    sums: dict[str, Decimal | None] = {
        "our_cash": both.ours.cash,
        "their_cash": told.cash if told else None,
        "opening": by_kind.get(LedgerKind.OPENING, Decimal(0)),
        "fills": ledger.traded_cash(account),
        "activities": by_kind.get(LedgerKind.CASH, Decimal(0)),
        "adjustments": by_kind.get(LedgerKind.ADJUSTMENT, Decimal(0)),
        "realised": realised["realised__sum"] or Decimal(0),
        "their_equity": told.equity if told else None,
        "their_day_change": equity_change(told) if told else None,
    }
    words = {name: text(value) for name, value in sums.items() if value is not None}
    if reading.since is not None:
        words["since"] = reading.since.isoformat()
    return words
