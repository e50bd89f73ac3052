"""The trading plan, its versions, the worst cases it is ready for, and what an order carried.

Versions are written once: a trigger of the database refuses to change them, and none
that an order carries can be deleted.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from brokers.models import Order
from brokers.models.owned import Owned, OwnedQuerySet, money_field
from journal.models.playbook import PlaybookVersion


class Plan(Owned):
    """One trader's plan: the draft that is being written, and the version in force.

    `draft` maps the key of a section to its fields (`journal.plans.sections`).
    """

    draft = models.JSONField(default=dict)
    drafted_at = models.DateTimeField()
    current = models.ForeignKey(
        "PlanVersion", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    review_days = models.PositiveSmallIntegerField(default=90)
    reviewed_on = models.DateField(null=True)
    review_note = models.CharField(max_length=500, blank=True)

    objects = OwnedQuerySet["Plan"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="one_plan_per_trader"),
            models.CheckConstraint(
                condition=Q(review_days__gt=0), name="plan_review_days"
            ),
        ]

    def __str__(self) -> str:
        return f"plan of {self.owner_id}"


class PlanVersion(Owned):
    """A plan as it was published; `digest` is of its sections."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sections = models.JSONField()
    reason = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    objects = OwnedQuerySet["PlanVersion"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="one_plan_version_per_number"
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0), name="plan_version_number"
            ),
        ]

    def __str__(self) -> str:
        return f"plan version {self.number}"


class WorstCaseCard(Owned):
    """What may go wrong, and what is done about it at once.

    `responsible` is who acts; `drilled_on` and `next_drill_on` are kept with each drill.
    """

    class Category(models.TextChoices):
        PRICE = "price", "Price shock or gap"
        HALT = "halt", "Halted market"
        BROKER = "broker", "Broker down"
        DESK = "desk", "This desk down"
        DATA = "data", "Wrong data"
        POWER = "power", "Internet or power"
        SECURITY = "security", "Security breach"
        PERSON = "person", "Illness or family"
        LAW = "law", "Law or tax"
        TYPING = "typing", "Wrong key, wrong size"
        DECAY = "decay", "A system stops working"
        OTHER = "other", "Something else"

    category = models.CharField(max_length=8, choices=Category)
    trigger = models.CharField(max_length=300)
    action = models.TextField(max_length=2000)
    phone = models.CharField(max_length=80, blank=True)
    responsible = models.CharField(max_length=80, blank=True)
    drill_days = models.PositiveSmallIntegerField(default=90)
    drilled_on = models.DateField(null=True)
    next_drill_on = models.DateField()
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    objects = OwnedQuerySet["WorstCaseCard"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(drill_days__gt=0), name="drill_days")
        ]
        indexes = [
            models.Index(
                fields=["owner", "next_drill_on"],
                condition=Q(archived_at__isnull=True),
                name="drill_due",
            )
        ]

    def __str__(self) -> str:
        return self.trigger


class Drill(Owned):
    """One rehearsal of a worst case, and what it taught."""

    card = models.ForeignKey(
        WorstCaseCard, on_delete=models.CASCADE, related_name="drills"
    )
    drilled_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField()

    objects = OwnedQuerySet["Drill"].as_manager()

    def __str__(self) -> str:
        return f"drilled on {self.drilled_on}"


class OrderPlan(Owned):
    """What a ticket carried: plan and playbook, or why it was unplanned.

    Written with the draft, covered by the order's digest, and changed by nobody once the
    order is no draft any more (a trigger of the database). `checklist` is a list of
    `{"item": ..., "done": ...}` as answered; the planned prices are those of the ticket,
    whatever is amended later. Without a playbook `unplanned_reason` says why.
    """

    order = models.OneToOneField(
        Order, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, null=True, related_name="orders"
    )
    playbook_version = models.ForeignKey(
        PlaybookVersion, on_delete=models.PROTECT, null=True, related_name="orders"
    )
    unplanned_reason = models.CharField(max_length=200, blank=True)
    checklist = models.JSONField(default=list)
    planned_entry = money_field(null=True)
    planned_stop = money_field(null=True)
    planned_target = money_field(null=True)
    written_at = models.DateTimeField()

    objects = OwnedQuerySet["OrderPlan"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(playbook_version__isnull=False) | ~Q(unplanned_reason=""),
                name="order_is_planned_or_says_why_not",
            )
        ]
        indexes = [
            # The latest orders under a version, however many there are.
            models.Index(fields=["plan_version", "-order"], name="orders_by_plan"),
            models.Index(
                fields=["playbook_version", "-order"], name="orders_by_playbook"
            ),
        ]

    def __str__(self) -> str:
        return str(self.playbook_version or f"unplanned: {self.unplanned_reason}")
