"""Trading states, policies and decisions for a reviewer: read, filter, follow."""

from __future__ import annotations

from django.contrib import admin

from risk.models import BehaviourState, Decision, PolicyVersion, ScopeState, StateChange
from tradedesk.audit.admin import ReadOnlyAdmin


@admin.register(BehaviourState)
class BehaviourStateAdmin(ReadOnlyAdmin):
    """What the journal says of an account's trader, as the checks of an order read it."""

    list_display = ("id", "computed_at", "user", "account_id")
    list_select_related = ("user",)
    search_fields = ("=account_id",)
    ordering = ("-computed_at",)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("id", "decided_at", "order_id", "user", "phase", "outcome")
    list_filter = ("outcome", "phase", "reducing")
    list_select_related = ("user",)
    search_fields = ("order_id",)
    ordering = ("-id",)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "scope",
        "scope_id",
        "number",
        "effective_at",
        "author",
        "reason",
    )
    list_filter = ("scope",)
    list_select_related = ("author",)
    ordering = ("-id",)


@admin.register(ScopeState)
class ScopeStateAdmin(ReadOnlyAdmin):
    list_display = ("scope", "scope_id", "state", "killed_at", "changed_at", "reason")
    list_filter = ("scope", "state")


@admin.register(StateChange)
class StateChangeAdmin(ReadOnlyAdmin):
    list_display = (
        "changed_at",
        "scope",
        "scope_id",
        "verb",
        "before",
        "after",
        "actor_name",
        "reason",
    )
    list_filter = ("scope", "verb")
    ordering = ("-id",)
