"""Executions, each once, keyed by the broker's own execution id."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from brokers.domain.orders import Side
from brokers.models.account import Account
from brokers.models.order import Order
from brokers.models.owned import (
    Owned,
    OwnedQuerySet,
    choices,
    money_field,
    quantity_field,
)


class Fill(Owned):
    """`busted_at` marks an execution that the venue took back; the row stays.

    `corrects` is the execution that this one replaces. `inferred` marks one that no
    broker told of: the order's cumulative quantity proves it, and its id is derived
    from that, so that the real one takes its place when it is told. `before_opening`
    marks one that the opening entries hold already: it is history, and moves nothing.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="fills")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fills")
    execution_id = models.CharField(max_length=128)
    broker_order_id = models.CharField(max_length=64)
    symbol = models.CharField(max_length=32)
    side = models.CharField(max_length=4, choices=choices(Side))
    quantity = quantity_field()
    price = money_field()
    fees = money_field(null=True)
    executed_at = models.DateTimeField()
    booked_at = models.DateTimeField()
    told_by = models.CharField(max_length=16)
    busted_at = models.DateTimeField(null=True, blank=True)
    bust_reason = models.CharField(max_length=200, blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    inferred = models.BooleanField(default=False)
    before_opening = models.BooleanField(default=False)

    objects = OwnedQuerySet["Fill"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "execution_id"], name="one_fill_per_execution"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="fill_quantity_is_positive"
            ),
        ]
        indexes = [
            # Positions are folded over an account's fills of one symbol, in order.
            models.Index(
                fields=["account", "symbol", "executed_at", "execution_id"],
                name="fill_fold",
            ),
            # What was used of the buying power since the broker last stated it.
            models.Index(fields=["account", "executed_at"], name="fill_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.quantity} {self.symbol} at {self.price}"
