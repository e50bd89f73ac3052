"""Trading states and the kill switch: tightening at once, loosening with a step-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from risk.facts import Scope, TradingState
from risk.models import ScopeState, StateChange
from risk.services.authority import StepUp, check_authority, checked_reason
from tradedesk.accounts import grants
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.canonical import digest
from tradedesk.core.errors import NotAllowedError, StaleStateError


Verb = StateChange.Verb
_ACTIONS = {
    Verb.SET: AuditAction.STATE_CHANGED,
    Verb.KILL_ENGAGED: AuditAction.KILL_ENGAGED,
    Verb.KILL_RELEASED: AuditAction.KILL_RELEASED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StateResult:
    """What became of the state; `changed` False: it was so already."""

    scope: Scope
    scope_id: int
    before: TradingState
    after: TradingState
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    verb: StateChange.Verb
    after: TradingState
    actor: Actor
    reason: str
    now: datetime
    grant_id: int | None = None


@transaction.atomic
def engage_kill_switch(
    *, scope: Scope, scope_id: int, actor: Actor, reason: str, now: datetime
) -> StateResult:
    """Halt at once, without a second factor; a second press changes nothing.

    Only orders that reduce a position go afterwards. The caller cancels what works,
    whether `changed` or not: a press always means "cancel everything now".
    """
    row = locked_scope(scope, scope_id)
    if row.kill_engaged:
        return _unchanged(row)
    before = row.trading_state
    row.killed_at = now
    row.state_before_kill = before.value
    return _apply(
        row,
        _Change(
            verb=Verb.KILL_ENGAGED,
            after=TradingState.HALTED,
            actor=actor,
            reason=reason,
            now=now,
        ),
    )


@transaction.atomic
def release_kill_switch(
    *, scope: Scope, scope_id: int, step_up: StepUp, reason: str, now: datetime
) -> StateResult:
    """Restore the state from before the kill switch.

    The grant is for Purpose.KILL_RELEASE and `release_digest`.

    Raises:
        InvalidInputError: the reason is too short.
        NotAllowedError: it is not this person's to release.
        StaleStateError: the kill switch is not engaged, or the grant does not fit.
    """
    said = checked_reason(reason)
    check_authority(scope, scope_id, step_up.user)
    row = locked_scope(scope, scope_id)
    if not row.kill_engaged:
        raise StaleStateError("The kill switch is not engaged.")
    wanted = release_digest(scope=scope, scope_id=scope_id, reason=said)
    _consume(step_up, wanted, now)
    after = TradingState(row.state_before_kill)
    row.killed_at, row.state_before_kill = None, ""
    change = _loosening(
        step_up, verb=Verb.KILL_RELEASED, after=after, reason=said, now=now
    )
    return _apply(row, change)


@transaction.atomic
def set_trading_state(
    *,
    scope: Scope,
    scope_id: int,
    state: TradingState,
    actor: Actor,
    reason: str,
    now: datetime,
) -> StateResult:
    """Tighten the state at once; the same state again changes nothing.

    Raises:
        NotAllowedError: it would loosen, which takes `loosen_trading_state`.
    """
    row = locked_scope(scope, scope_id)
    if state.severity < row.trading_state.severity:
        raise NotAllowedError("Loosening a trading state takes your second factor.")
    if state is row.trading_state:
        return _unchanged(row)
    change = _Change(verb=Verb.SET, after=state, actor=actor, reason=reason, now=now)
    return _apply(row, change)


@transaction.atomic
def loosen_trading_state(
    *,
    scope: Scope,
    scope_id: int,
    state: TradingState,
    step_up: StepUp,
    reason: str,
    now: datetime,
) -> StateResult:
    """Go back to a milder state, where no kill switch is engaged.

    The grant is for Purpose.KILL_RELEASE and `state_digest`.

    Raises:
        InvalidInputError: the reason is too short.
        NotAllowedError: it is not this person's to loosen.
        StaleStateError: the state is not stricter now, a kill switch is engaged, or
            the grant does not fit.
    """
    said = checked_reason(reason)
    check_authority(scope, scope_id, step_up.user)
    row = locked_scope(scope, scope_id)
    if row.kill_engaged:
        raise StaleStateError("The kill switch is engaged: release it instead.")
    if state.severity >= row.trading_state.severity:
        raise StaleStateError(f"The state is {row.state} already. Look again.")
    wanted = state_digest(scope=scope, scope_id=scope_id, state=state, reason=said)
    _consume(step_up, wanted, now)
    change = _loosening(step_up, verb=Verb.SET, after=state, reason=said, now=now)
    return _apply(row, change)


def release_digest(*, scope: Scope, scope_id: int, reason: str) -> str:
    """What a grant to release the kill switch is bound to."""
    return digest(
        {
            "act": "release kill switch",
            "scope": scope,
            "scope_id": scope_id,
            "reason": reason.strip(),
        }
    )


def state_digest(
    *, scope: Scope, scope_id: int, state: TradingState, reason: str
) -> str:
    """What a grant to loosen a trading state is bound to."""
    return digest(
        {
            "act": "loosen trading state",
            "scope": scope,
            "scope_id": scope_id,
            "state": state,
            "reason": reason.strip(),
        }
    )


def locked_scope(scope: Scope, scope_id: int) -> ScopeState:
    """The row of a scope, locked until the transaction ends; made on first use."""
    row, _ = ScopeState.objects.get_or_create(scope=scope.value, scope_id=scope_id)
    return ScopeState.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=row.pk
    )


def _consume(step_up: StepUp, wanted: str, now: datetime) -> None:
    grants.consume(
        step_up.grant_id,
        user=step_up.user,
        purpose=grants.Purpose.KILL_RELEASE,
        digest=wanted,
        now=now,
    )


def _loosening(
    step_up: StepUp,
    *,
    verb: StateChange.Verb,
    after: TradingState,
    reason: str,
    now: datetime,
) -> _Change:
    return _Change(
        verb=verb,
        after=after,
        actor=step_up.actor,
        reason=reason,
        now=now,
        grant_id=step_up.grant_id,
    )


def _unchanged(row: ScopeState) -> StateResult:
    return StateResult(
        scope=Scope(row.scope),
        scope_id=row.scope_id,
        before=row.trading_state,
        after=row.trading_state,
        changed=False,
    )


def _apply(row: ScopeState, change: _Change) -> StateResult:
    """Change the locked row, keep its history, and say so in the audit log."""
    before = row.trading_state
    row.state, row.reason = change.after.value, change.reason
    row.changed_at = change.now
    row.save(
        update_fields=[
            "state",
            "reason",
            "changed_at",
            "killed_at",
            "state_before_kill",
        ]
    )
    _keep(row, before, change)
    return StateResult(
        scope=Scope(row.scope),
        scope_id=row.scope_id,
        before=before,
        after=change.after,
        changed=True,
    )


def _keep(row: ScopeState, before: TradingState, change: _Change) -> None:
    StateChange.objects.create(
        scope=row.scope,
        scope_id=row.scope_id,
        verb=change.verb,
        before=before.value,
        after=change.after.value,
        reason=change.reason,
        changed_by_id=change.actor.user_id,
        actor_name=change.actor.name,
        changed_at=change.now,
    )
    record(
        _ACTIONS[change.verb],
        actor=change.actor,
        subject=row.scope,
        subject_id=row.scope_id,
        payload={
            "before": before,
            "after": change.after,
            "reason": change.reason,
            "grant": change.grant_id,
        },
        now=change.now,
    )
