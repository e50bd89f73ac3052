"""The trading state of the desk, a user or an account, and how it came to be."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from risk.facts import Scope, TradingState
from risk.models.scoped import Scoped, ScopedQuerySet, scope_is_sound


STATES = [(state.value, state.value) for state in TradingState]


class ScopeState(Scoped):
    """The state now. No row means ACTIVE: nobody has ever changed it.

    While the kill switch is engaged `killed_at` is set and `state_before_kill` is what
    its release restores, so that a release never lifts another restriction.
    """

    state = models.CharField(
        max_length=8, choices=STATES, default=TradingState.ACTIVE.value
    )
    killed_at = models.DateTimeField(null=True, blank=True)
    state_before_kill = models.CharField(max_length=8, choices=STATES, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["ScopeState"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "scope_id"], name="one_state_per_scope"
            ),
            scope_is_sound("state_scope_sound"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in TradingState]),
                name="state_known",
            ),
            models.CheckConstraint(
                condition=Q(killed_at=None, state_before_kill="")
                | (
                    Q(killed_at__isnull=False, state=TradingState.HALTED.value)
                    & ~Q(state_before_kill="")
                ),
                name="killed_is_halted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.scope_id}: {self.state}"

    @property
    def trading_state(self) -> TradingState:
        return TradingState(self.state)

    @property
    def kill_engaged(self) -> bool:
        return self.killed_at is not None


class StateChange(Scoped):
    """One change of a trading state; append-only by a trigger of the database."""

    class Verb(models.TextChoices):
        SET = "set", "set"
        KILL_ENGAGED = "kill_engaged", "kill switch engaged"
        KILL_RELEASED = "kill_released", "kill switch released"

    verb = models.CharField(max_length=16, choices=Verb)
    before = models.CharField(max_length=8, choices=STATES)
    after = models.CharField(max_length=8, choices=STATES)
    reason = models.CharField(max_length=500)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    actor_name = models.CharField(max_length=254)
    changed_at = models.DateTimeField()

    objects = ScopedQuerySet["StateChange"].as_manager()

    class Meta:
        constraints = [scope_is_sound("state_change_scope_sound")]
        indexes = [
            # The history of one scope, newest first.
            models.Index(
                fields=["scope", "scope_id", "-id"], name="state_change_by_scope"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.scope_id}: {self.before} to {self.after}"

    @property
    def is_desk_wide(self) -> bool:
        return self.scope == Scope.DESK.value
