"""What stands in an account's book beside fills: openings, adjustments, cash."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from brokers.domain.reports import CashKind
from brokers.models.account import Account
from brokers.models.owned import (
    Owned,
    OwnedQuerySet,
    choices,
    money_field,
    quantity_field,
)


class LedgerKind(models.TextChoices):
    OPENING = "opening", "opening entry"
    ADJUSTMENT = "adjustment", "adjustment"
    CASH = "cash", "cash activity"


class LedgerEntry(Owned):
    """Added once and never changed; an error is put right by an entry that reverses it.

    `quantity` (signed units of `symbol`) and `price` move a position, `amount` (signed
    money) moves cash. An opening's `price` is null where the broker could not say what
    was paid, and its `held_since` where nobody knows since when. `before_opening`
    marks a cash activity that the opening balance holds already: it moves nothing.
    `effective_at` is when it took effect by the broker's clock.
    """

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="ledger"
    )
    kind = models.CharField(max_length=12, choices=LedgerKind)
    cash_kind = models.CharField(max_length=12, choices=choices(CashKind), blank=True)
    symbol = models.CharField(max_length=32, blank=True)
    quantity = quantity_field(default=Decimal(0))
    price = money_field(null=True)
    amount = money_field(default=Decimal(0))
    activity_id = models.CharField(max_length=128, blank=True)
    before_opening = models.BooleanField(default=False)
    held_since = models.DateField(null=True, blank=True)
    effective_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    told_by = models.CharField(max_length=16)
    note = models.CharField(max_length=300, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )

    objects = OwnedQuerySet["LedgerEntry"].as_manager()

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "activity_id"],
                condition=~Q(activity_id=""),
                name="one_entry_per_activity",
            ),
            models.UniqueConstraint(
                fields=["account", "symbol"],
                condition=Q(kind=LedgerKind.OPENING),
                name="one_opening_per_symbol",
            ),
            models.CheckConstraint(
                condition=Q(quantity=0) | ~Q(symbol=""),
                name="quantity_is_of_a_symbol",
            ),
        ]
        indexes = [
            # Positions and cash are folded over an account's entries.
            models.Index(fields=["account", "symbol"], name="ledger_fold")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.symbol or self.amount}"
