"""Runs of the reconciliation, and the breaks that they found."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from brokers.domain.breaks import (
    UNSETTLED,
    BreakKind,
    BreakSeverity,
    BreakStatus,
    FindingState,
    Resolution,
    RunResult,
    RunTrigger,
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

    from tradedesk.accounts.models import User


class RunQuerySet(OwnedQuerySet["ReconciliationRun"]):
    def visible_to(self, user: User) -> Self:
        """Reviewers see everybody's: a second person has to be able to sign off."""
        return self if user.is_staff else self.filter(owner=user)


class ReconciliationRun(Owned):
    """One comparison of one account's book with its broker.

    `*_as_of` is when the broker's answer to that question was read; null where it did
    not answer, and then `failures` has its words by source. `compared` counts, by
    source, what was held against each other. `figures` are the totals of both sides.
    `previous` is the run before it that a reader compares it with.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="reconciliations"
    )
    trading_day = models.DateField()
    trigger = models.CharField(max_length=8, choices=choices(RunTrigger))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    result = models.CharField(
        max_length=10, choices=choices(RunResult), default=RunResult.RUNNING.value
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    orders_as_of = models.DateTimeField(null=True, blank=True)
    fills_as_of = models.DateTimeField(null=True, blank=True)
    positions_as_of = models.DateTimeField(null=True, blank=True)
    cash_as_of = models.DateTimeField(null=True, blank=True)
    failures = models.JSONField(default=dict, blank=True)
    compared = models.JSONField(default=dict, blank=True)
    figures = models.JSONField(default=dict, blank=True)
    code_version = models.CharField(max_length=60, blank=True)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            # One nightly run a day: a second beat finds it and goes on. One that could
            # not look is tried again.
            models.UniqueConstraint(
                fields=["account", "trading_day"],
                condition=Q(trigger=RunTrigger.NIGHTLY.value)
                & ~Q(result=RunResult.INCOMPLETE.value),
                name="one_nightly_run_a_day",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(result=RunResult.RUNNING.value),
                name="one_run_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-started_at"], name="run_by_account"),
            models.Index(fields=["owner", "-started_at"], name="run_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} on {self.trading_day}: {self.result}"

    @property
    def duration(self) -> timedelta | None:
        return None if self.finished_at is None else self.finished_at - self.started_at


class ReconciliationReport(Owned):
    """The letter of one trading day over all of a person's accounts.

    `runs` are those it was made from; a later run of the same day makes a revision.
    """

    trading_day = models.DateField()
    revision = models.PositiveIntegerField(default=1)
    result = models.CharField(max_length=10, choices=choices(RunResult))
    runs = models.ManyToManyField(ReconciliationRun, related_name="reports")
    missing = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet["ReconciliationReport"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "trading_day", "revision"],
                name="one_report_per_revision",
            )
        ]

    def __str__(self) -> str:
        return f"{self.trading_day} revision {self.revision}: {self.result}"


class BreakQuerySet(OwnedQuerySet["Break"]):
    def unsettled(self) -> Self:
        return self.filter(status__in=[status.value for status in UNSETTLED])

    def visible_to(self, user: User) -> Self:
        return self if user.is_staff else self.filter(owner=user)


class Break(Owned):
    """One difference, carried from run to run until it is settled.

    `subject` is the symbol, order or execution it is about ("" for cash), so that the
    same difference found again is the same row. `difference` is the broker's figure
    less ours, in units, money or money per unit as the kind says; `money` is what it is
    worth in the account's currency and `risk_r` the same in R, where they can be told.
    `assignee` is who deals with it.
    """

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="breaks"
    )
    kind = models.CharField(max_length=24, choices=choices(BreakKind))
    subject = models.CharField(max_length=160, blank=True)
    symbol = models.CharField(max_length=32, blank=True)
    severity = models.CharField(max_length=8, choices=choices(BreakSeverity))
    status = models.CharField(
        max_length=16, choices=choices(BreakStatus), default=BreakStatus.OPEN.value
    )
    ours = models.JSONField(default=dict, blank=True)
    theirs = models.JSONField(default=dict, blank=True)
    difference = quantity_field(null=True)
    money = money_field(null=True)
    risk_r = money_field(null=True)
    suggested_cause = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField()
    first_seen_day = models.DateField()
    last_seen_at = models.DateTimeField()
    last_run = models.ForeignKey(
        ReconciliationRun, on_delete=models.PROTECT, related_name="+"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    due_day = models.DateField(null=True, blank=True)
    resolution = models.CharField(
        max_length=12, choices=choices(Resolution), blank=True
    )
    resolution_note = models.CharField(max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = BreakQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "subject"],
                condition=Q(status__in=sorted(s.value for s in UNSETTLED)),
                name="one_unsettled_break_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None)
                | Q(resolved_by=None)
                | ~Q(verified_by=F("resolved_by")),
                name="break_is_verified_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "status"], name="break_by_account"),
            models.Index(fields=["owner", "status"], name="break_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.status}"


class BreakEvent(models.Model):
    """One step in the life of a break; added, never changed. No `by`: a rule did it."""

    break_of = models.ForeignKey(Break, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16)
    note = models.CharField(max_length=500, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"{self.break_of_id}: {self.from_status} to {self.to_status}"


class Finding(models.Model):
    """What one run said of one break, kept as it was said; added, never changed.

    `rule` names the rule by which an auto-resolved one was settled.
    """

    run = models.ForeignKey(
        ReconciliationRun, on_delete=models.PROTECT, related_name="findings"
    )
    break_of = models.ForeignKey(
        Break, on_delete=models.PROTECT, related_name="findings"
    )
    state = models.CharField(max_length=13, choices=choices(FindingState))
    rule = models.CharField(max_length=60, blank=True)
    ours = models.JSONField(default=dict, blank=True)
    theirs = models.JSONField(default=dict, blank=True)
    difference = quantity_field(null=True)
    money = money_field(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "break_of"], name="one_finding_per_break_and_run"
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.break_of_id}: {self.state}"
