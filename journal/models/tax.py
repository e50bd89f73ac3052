"""What a person chose for their tax lots: the method, and lots named for a sale."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from brokers.domain.taxlots import LotMethod
from brokers.models import Account
from brokers.models.owned import Owned, OwnedQuerySet, choices, quantity_field


class LotChoice(Owned):
    """Which lots a sale takes first; an account without a row takes the oldest."""

    account = models.OneToOneField(
        Account, on_delete=models.CASCADE, related_name="lot_choice"
    )
    method = models.CharField(max_length=16, choices=choices(LotMethod))
    changed_at = models.DateTimeField()

    objects = OwnedQuerySet["LotChoice"].as_manager()

    def __str__(self) -> str:
        return f"{self.account_id}: {self.method}"


class NamedLot(Owned):
    """So many units, in units at the sale, of a lot that a sale was named to take.

    `closing_id` and `lot_id` are the ids of fills, as `journal.reports.taxlots_book`
    gives them; they outlive a rebuild of the trades.
    """

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="named_lots"
    )
    closing_id = models.CharField(max_length=140)
    lot_id = models.CharField(max_length=140)
    quantity = quantity_field()
    named_at = models.DateTimeField()

    objects = OwnedQuerySet["NamedLot"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "closing_id", "lot_id"], name="one_name_a_sale_lot"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="named_quantity_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.lot_id} for {self.closing_id}"
