"""Holdings: the sum of the fills, and beside it what the broker says."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from brokers.models.account import Account
from brokers.models.owned import Owned, OwnedQuerySet, money_field, quantity_field


class Position(Owned):
    """`quantity` and `average_price` are folded from fills and ledger entries; negative
    means short. Without an average price what was paid is unknown.

    The broker's figures stand beside ours and never replace them: a difference is
    shown. `changed_at` is when a fill last changed our side.
    """

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="positions"
    )
    symbol = models.CharField(max_length=32)
    quantity = quantity_field()
    average_price = money_field(null=True)
    realised = money_field(default=Decimal(0))
    opened_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    broker_quantity = quantity_field(null=True)
    broker_price = money_field(null=True)
    broker_told_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet["Position"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "symbol"], name="one_position_per_symbol"
            )
        ]
        indexes = [
            models.Index(
                fields=["owner"],
                condition=~models.Q(quantity=0),
                name="position_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.symbol}"

    @property
    def confirmed_quantity(self) -> Decimal:
        """What may be reduced: the newer of our fold and the broker's own word.

        Where the two differ the newer one is nearer to what can be sold, and a way out
        must stay open while somebody finds out why. A list in which the broker names no
        position at all is no such word (`brokers.orders.sync`).
        """
        told = self.broker_told_at
        if (
            self.broker_quantity is not None
            and told is not None
            and (told > self.changed_at)
        ):
            return self.broker_quantity
        return self.quantity

    @property
    def differs(self) -> bool:
        return (
            self.broker_quantity is not None
            and self.broker_told_at is not None
            and self.broker_told_at > self.changed_at
            and self.broker_quantity != self.quantity
        )
