"""Warnings that a ticket showed, what was answered, and the holds that followed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from brokers.models import Account, Order
from brokers.models.owned import Owned, OwnedQuerySet, money_field


class Level(models.IntegerChoices):
    """The ladder: each step asks more, and the last two hold new risk only."""

    TOLD = 0, "told"
    CONFIRMED = 1, "confirmed"
    REASONED = 2, "answered with a reason"
    COOLING = 3, "cooling-off"
    LOCKED = 4, "locked"


class NudgeAnswer(models.TextChoices):
    """What became of the ticket after its warning.

    EDITED was changed until the warning no longer spoke of it, and sent then; WAITED was
    sent after a hold had ended.
    """

    PROCEEDED = "proceeded", "proceeded"
    EDITED = "edited", "edited"
    WAITED = "waited", "waited"
    ABANDONED = "abandoned", "abandoned"


class Nudge(Owned):
    """One warning of one ticket, from the first time it was shown.

    `intent` is the ticket's own key, so that a ticket that never became an order counts
    too. `risk_money` is what was at risk when it was shown last, `words` and `figures`
    (value and limit of its verdict) are those of that time.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    intent = models.UUIDField()
    order = models.ForeignKey(
        Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    signal = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(choices=Level)
    words = models.CharField(max_length=600)
    figures = models.JSONField(default=dict)
    symbol = models.CharField(max_length=32)
    risk_money = money_field(null=True)
    shown_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=9, choices=NudgeAnswer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = OwnedQuerySet["Nudge"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "intent", "signal"], name="one_nudge_per_signal"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="nudge_answer_has_an_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-shown_at", "-id"], name="nudge_list"),
            models.Index(fields=["account", "-shown_at"], name="nudge_recent"),
            models.Index(fields=["order"], name="nudge_order"),
            # Short, since an answer takes a row out of it.
            models.Index(
                fields=["shown_at"], condition=Q(answer=""), name="nudge_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signal}: {self.answer or 'open'}"


class CoolingOff(Owned):
    """A time in which an account takes no new risk, and what began it.

    `occasion` names the very trade or day that began it, so that reckoning again begins
    nothing twice. A lock ends by itself at the next session, or earlier by somebody
    else's approval.
    """

    class Kind(models.TextChoices):
        COOLING = "cooling", "cooling-off"
        LOCK = "lock", "lock"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    signal = models.CharField(max_length=40)
    occasion = models.CharField(max_length=260)
    words = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    lift_reason = models.CharField(max_length=200, blank=True)

    objects = OwnedQuerySet["CoolingOff"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "signal", "occasion"], name="one_hold_per_occasion"
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | ~Q(lifted_by=F("owner")),
                name="nobody_lifts_their_own_hold",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-ends_at"], name="hold_running"),
            models.Index(fields=["owner", "-began_at"], name="hold_list"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} until {self.ends_at:%Y-%m-%d %H:%M}"
