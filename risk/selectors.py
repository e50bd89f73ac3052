"""Reads of trading states, policies, behaviour and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from risk.facts import (
    BehaviourFacts,
    Limit,
    Policy,
    Scope,
    StateFacts,
    TradingState,
    tightened,
)
from risk.facts.plain import behaviour_facts
from risk.models import BehaviourState, Decision, PolicyVersion, ScopeState, StateChange
from tradedesk.reads import Question, Read


_states = Read(
    lambda user_id, account_id: ScopeState.objects.covering(
        user_id=user_id, account_id=account_id
    )
)
_newest_policies = Read(
    lambda user_id, account_id: (
        PolicyVersion.objects.covering(user_id=user_id, account_id=account_id)
        .order_by("scope", "scope_id", "-number")
        .distinct("scope", "scope_id")
    )
)


_behaviour = Read(
    lambda user_id, account_id: BehaviourState.objects.filter(
        user_id=user_id, account_id=account_id
    ).values_list("facts", flat=True)
)


def questions_of(*, user_id: int, account_id: int) -> list[Question]:
    """What `effective_policy`, `trading_states` and `behaviour_of` ask."""
    whose = user_id, account_id
    return [_newest_policies.of(*whose), _states.of(*whose), _behaviour.of(*whose)]


def trading_states(*, user_id: int, account_id: int) -> StateFacts:
    """The three states that bear on an order; ACTIVE where nobody ever set one."""
    found = {row.scope: row.trading_state for row in _states(user_id, account_id)}
    desk, user, account = (
        found.get(scope.value, TradingState.ACTIVE)
        for scope in (Scope.DESK, Scope.USER, Scope.ACCOUNT)
    )
    return StateFacts(desk=desk, user=user, account=account)


def trading_state(*, user_id: int, account_id: int) -> TradingState:
    """The strictest of desk, user and account."""
    strictest = trading_states(user_id=user_id, account_id=account_id).strictest
    # Never None: each of the three was just filled. HALTED keeps this fail-closed.
    return strictest or TradingState.HALTED


def scope_state(*, scope: Scope, scope_id: int) -> ScopeState:
    """The state of one scope for a page; an unsaved ACTIVE one if never changed."""
    found = ScopeState.objects.of(scope, scope_id).first()
    return found or ScopeState(scope=scope.value, scope_id=scope_id)


def state_history(
    *, scope: Scope, scope_id: int, limit: int = 50
) -> Iterable[StateChange]:
    """Newest first."""
    return StateChange.objects.of(scope, scope_id).order_by("-id")[:limit]


def latest_policy(*, scope: Scope, scope_id: int) -> PolicyVersion | None:
    return PolicyVersion.objects.of(scope, scope_id).order_by("-number").first()


def effective_policy(*, user_id: int, account_id: int, now: datetime) -> Policy:
    """The stricter, limit by limit, of desk, user and account.

    The desk's limits replace the built-in defaults; those of user and account can only
    tighten them.
    """
    return policy_of(newest_policies(user_id=user_id, account_id=account_id), now)


def newest_policies(*, user_id: int, account_id: int) -> Mapping[Scope, PolicyVersion]:
    """Of desk, user and account, those that ever set one."""
    return {Scope(row.scope): row for row in _newest_policies(user_id, account_id)}


def policy_of(newest: Mapping[Scope, PolicyVersion], now: datetime) -> Policy:
    """What `newest_policies` come to at an instant."""
    policy = desk_policy(newest.get(Scope.DESK), now)
    for scope in (Scope.USER, Scope.ACCOUNT):
        if scope in newest:
            policy = tightened(policy, newest[scope].limits_at(now))
    return replace(policy, versions=tuple(sorted(row.pk for row in newest.values())))


def desk_policy(version: PolicyVersion | None, now: datetime) -> Policy:
    limits: dict[str, Limit] = {} if version is None else version.limits_at(now)
    return replace(Policy(), **limits)  # type: ignore[arg-type] # names are of LIMITS


def behaviour_of(*, user_id: int, account_id: int) -> BehaviourFacts:
    """What the trader's own trading says of this account; nothing without a history."""
    plain = _behaviour.first(user_id, account_id)
    return BehaviourFacts() if plain is None else behaviour_facts(plain)


def decisions_on(order_id: int) -> QuerySet[Decision]:
    """Oldest first."""
    return Decision.objects.filter(order_id=order_id).order_by("id")
