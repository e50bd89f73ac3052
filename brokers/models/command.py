"""Commands: what the desk asks of a broker, each row an entry of the outbox."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from brokers.domain.orders import IN_FLIGHT, CommandKind, CommandStatus
from brokers.models.account import Account
from brokers.models.order import Order
from brokers.models.owned import choices


class Command(models.Model):
    """Lives queued -> sent -> confirmed or refused, each step a compare-and-set.

    `digest` is that of what was confirmed and is checked again before the send.
    `due_at` is when the outbox sweeper looks at it next. `lookups` counts the broker's
    positive answers that it knows nothing of a sent submission. `approved_at` is when
    a person (or the rule that reduced risk) decided. `client_order_id` is the id that
    this very command gives to the broker. `awaits_cancels`: others were cancelled for
    it and it leaves after them, until their stops are back or needed no more.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="commands")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="commands"
    )
    kind = models.CharField(max_length=8, choices=choices(CommandKind))
    status = models.CharField(
        max_length=10,
        choices=choices(CommandStatus),
        default=CommandStatus.QUEUED.value,
    )
    digest = models.CharField(max_length=64, blank=True)
    change = models.JSONField(default=dict, blank=True)
    client_order_id = models.CharField(max_length=128, blank=True)
    grant_id = models.BigIntegerField(null=True, blank=True)
    awaits_cancels = models.BooleanField(default=False)
    approved_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    sends = models.PositiveIntegerField(default=0)
    lookups = models.PositiveIntegerField(default=0)
    unresolved_since = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(kind=CommandKind.SUBMIT.value),
                name="one_submission_per_order",
            ),
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(status__in=IN_FLIGHT),
                name="one_command_of_a_kind_in_flight",
            ),
        ]
        indexes = [
            # The sweeper's query: what is in flight and due.
            models.Index(
                fields=["due_at"],
                condition=Q(status__in=IN_FLIGHT),
                name="command_in_flight",
            ),
            # Nearly always empty: what others gave way to, until that is settled.
            models.Index(
                fields=["approved_at"],
                condition=Q(awaits_cancels=True),
                name="command_given_way",
            ),
            # Whose order is it that a broker tells of under this id.
            models.Index(
                fields=["account", "client_order_id"], name="command_by_client_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of order {self.order_id}: {self.status}"

    @property
    def state(self) -> CommandStatus:
        return CommandStatus(self.status)

    @property
    def is_in_flight(self) -> bool:
        return self.status in IN_FLIGHT

    @property
    def is_unresolved(self) -> bool:
        """Sent, and the answer is being looked up."""
        return self.state is CommandStatus.SENT and self.unresolved_since is not None
