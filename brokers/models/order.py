"""Orders: what was asked for, and what the market says of it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from brokers.domain.orders import (
    OPEN_STATUSES,
    OrderClass,
    OrderRole,
    OrderSpec,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from brokers.models.account import Account
from brokers.models.owned import (
    Owned,
    OwnedQuerySet,
    choices,
    money_field,
    quantity_field,
)


if TYPE_CHECKING:
    from typing import Self


def remaining_of(quantity: Decimal | None, filled: Decimal) -> Decimal | None:
    return None if quantity is None else max(quantity - filled, Decimal(0))


class OrderSource(models.TextChoices):
    DESK = "desk", "placed here"
    ATTACHED = "attached", "attached exit"
    EXTERNAL = "external", "placed elsewhere"
    STATEMENT = "statement", "from a statement"


# What the blotter's tabs say of an order; of drafts only those that a check stopped.
WORKING = sorted(status.value for status in OPEN_STATUSES)
GIVEN_UP = [OrderStatus.CANCELLED.value, OrderStatus.EXPIRED.value]
REFUSED_AS = [OrderStatus.DENIED.value, OrderStatus.REJECTED.value]
_REFUSED = Q(status__in=REFUSED_AS) | (
    Q(status=OrderStatus.DRAFT.value) & ~Q(status_reason="")
)


class OrderQuerySet(OwnedQuerySet["Order"]):
    def open(self) -> Self:
        return self.filter(status__in=[status.value for status in OPEN_STATUSES])


class Order(Owned):
    """One order, from draft to its end; only `brokers.orders` changes its status.

    `intent` is the idempotency key that the ticket's form was born with, and the
    client order id is derived from it. `version` counts edits of a draft. `risk_money`
    is 1R: what is lost when the attached stop is hit, costs included.
    `worst_notional` is the money it could use, as judged when it was confirmed;
    `accepted_at` is when we first knew that the broker has it. `reverses` is the signed
    position that an entry turns around, and `follows` the close that has to leave the
    account flat before that entry may go. `papers_digest` is of what the desk keeps
    beside the order (`brokers.orders.papers`).
    """

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="orders"
    )
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    intent = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_order_id = models.CharField(max_length=128)
    broker_order_id = models.CharField(max_length=64, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="legs"
    )
    source = models.CharField(
        max_length=10, choices=OrderSource, default=OrderSource.DESK
    )
    role = models.CharField(
        max_length=8, choices=choices(OrderRole), default=OrderRole.ENTRY.value
    )
    reverses = quantity_field(null=True)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    symbol = models.CharField(max_length=32)
    side = models.CharField(max_length=4, choices=choices(Side))
    type = models.CharField(max_length=16, choices=choices(OrderType))
    time_in_force = models.CharField(max_length=4, choices=choices(TimeInForce))
    order_class = models.CharField(
        max_length=8, choices=choices(OrderClass), default=OrderClass.SIMPLE.value
    )
    quantity = quantity_field(null=True)
    notional = money_field(null=True)
    limit_price = money_field(null=True)
    stop_price = money_field(null=True)
    trail_price = money_field(null=True)
    trail_percent = money_field(null=True)
    extended_hours = models.BooleanField(default=False)
    take_profit_price = money_field(null=True)
    stop_loss_price = money_field(null=True)
    stop_loss_limit_price = money_field(null=True)

    reduces_risk = models.BooleanField(default=False)
    no_stop_reason = models.CharField(max_length=200, blank=True)
    thesis = models.CharField(max_length=500, blank=True)
    acknowledged = models.JSONField(default=list, blank=True)
    papers_digest = models.CharField(max_length=64, blank=True)
    risk_money = money_field(null=True)
    reference_price = money_field(null=True)
    worst_notional = money_field(null=True)
    version = models.PositiveIntegerField(default=1)

    status = models.CharField(
        max_length=16, choices=choices(OrderStatus), default=OrderStatus.DRAFT.value
    )
    broker_word = models.CharField(max_length=40, blank=True)
    status_reason = models.CharField(max_length=500, blank=True)
    filled_quantity = quantity_field(default=Decimal(0))
    average_price = money_field(null=True)
    # What had been filled when the account's book began, and at what average: it is in
    # the opening entries and in no fill of ours.
    opening_quantity = quantity_field(default=Decimal(0))
    opening_price = money_field(null=True)

    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "client_order_id"],
                condition=~Q(client_order_id=""),
                name="one_order_per_client_id",
            ),
            models.UniqueConstraint(
                fields=["account", "broker_order_id"],
                condition=~Q(broker_order_id=""),
                name="one_order_per_broker_id",
            ),
            models.CheckConstraint(
                condition=Q(quantity__isnull=False, quantity__gt=0)
                | Q(notional__isnull=False, notional__gt=0),
                name="order_has_quantity_or_notional",
            ),
            models.CheckConstraint(
                condition=Q(filled_quantity__gte=0), name="filled_is_not_negative"
            ),
        ]
        indexes = [
            # The blotter, newest first, by keyset.
            models.Index(fields=["owner", "-created_at", "-id"], name="order_blotter"),
            # The blotter's tabs of what may be a handful in a million.
            models.Index(
                fields=["owner", "-created_at", "-id"],
                condition=Q(status__in=WORKING),
                name="order_working",
            ),
            models.Index(
                fields=["owner", "-created_at", "-id"],
                condition=_REFUSED,
                name="order_refused",
            ),
            models.Index(
                fields=["owner", "-created_at", "-id"],
                condition=Q(status__in=GIVEN_UP),
                name="order_given_up",
            ),
            models.Index(
                fields=["owner", "-created_at", "-id"],
                condition=Q(filled_quantity__gt=0),
                name="order_filled",
            ),
            models.Index(
                fields=["owner", "symbol", "-created_at", "-id"], name="order_symbol"
            ),
            # The same order a moment ago, of an account that has placed a million.
            models.Index(
                fields=["account", "symbol", "submitted_at"], name="order_recent"
            ),
            # Every read of what works at a broker: facts, sync, desk strips.
            models.Index(
                fields=["account", "symbol"],
                condition=Q(status__in=sorted(s.value for s in OPEN_STATUSES)),
                name="order_open",
            ),
            # What a position was entered at and against which stop, newest first.
            models.Index(
                fields=["account", "symbol", "-created_at"],
                condition=Q(
                    role=OrderRole.ENTRY.value,
                    stop_loss_price__isnull=False,
                    filled_quantity__gt=0,
                    average_price__isnull=False,
                ),
                name="order_planned_entry",
            ),
            # Nearly always empty; asked at every confirmation.
            models.Index(
                fields=["account", "symbol"],
                condition=Q(filled_quantity__gt=F("quantity")),
                name="order_overfilled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.quantity or self.notional} {self.symbol}"

    @property
    def state(self) -> OrderStatus:
        return OrderStatus(self.status)

    @property
    def remaining(self) -> Decimal | None:
        """Units still to be filled; None for an order in money without a quantity."""
        return remaining_of(self.quantity, self.filled_quantity)

    def spec(self) -> OrderSpec:
        """What is asked of the broker, in the shared vocabulary."""
        return OrderSpec(
            symbol=self.symbol,
            side=Side(self.side),
            type=OrderType(self.type),
            time_in_force=TimeInForce(self.time_in_force),
            quantity=self.quantity,
            notional=self.notional,
            limit_price=self.limit_price,
            stop_price=self.stop_price,
            trail_price=self.trail_price,
            trail_percent=self.trail_percent,
            extended_hours=self.extended_hours,
            order_class=OrderClass(self.order_class),
            take_profit_price=self.take_profit_price,
            stop_loss_price=self.stop_loss_price,
            stop_loss_limit_price=self.stop_loss_limit_price,
        )


class BrokerReference(models.Model):
    """Every id under which a broker has known an order; an amend adds one.

    Fills of any of them belong to the order.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, related_name="references"
    )
    broker_order_id = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "broker_order_id"], name="one_order_per_reference"
            )
        ]

    def __str__(self) -> str:
        return self.broker_order_id
