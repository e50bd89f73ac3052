"""Setting limits: what is tighter acts now, what is looser from the next session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from risk.facts import LIMITS, OPTIONAL_LIMITS, Limit, Policy, Scope, is_looser
from risk.facts.numbers import sound
from risk.facts.plain import plain_limits
from risk.models import PolicyVersion
from risk.selectors import latest_policy
from risk.services.authority import StepUp, check_authority, checked_reason
from risk.services.states import locked_scope
from tradedesk.accounts import grants
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import Actor
from tradedesk.core.canonical import digest
from tradedesk.core.errors import InvalidInputError, NotAllowedError


# Where no venue day is known, a night's sleep is long enough to change one's mind.
COOLING_OFF = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """All limits of a scope as they shall be; one that is not named is not set there.

    `next_session` is when the venue's next day starts, None: 24 hours from now.
    """

    scope: Scope
    scope_id: int
    limits: Mapping[str, Limit]
    reason: str
    next_session: datetime | None = None


def policy_digest(change: PolicyChange) -> str:
    """What a grant to loosen limits is bound to."""
    return digest(
        {
            "act": "set policy",
            "scope": change.scope,
            "scope_id": change.scope_id,
            "limits": change.limits,
            "reason": change.reason.strip(),
        }
    )


@transaction.atomic
def set_policy(
    change: PolicyChange,
    *,
    actor: Actor,
    now: datetime,
    step_up: StepUp | None = None,
) -> PolicyVersion:
    """Write the next version of a scope's limits.

    Each limit that is tighter than the one in force acts at once. Each that is looser
    acts from the next session and takes a grant for Purpose.POLICY_LOOSEN and
    `policy_digest`. A new version replaces a pending one.

    Raises:
        InvalidInputError: a limit or the reason cannot be used.
        NotAllowedError: it loosens without a step-up, or is not this person's.
        StaleStateError: the grant does not fit.
    """
    reason = checked_reason(change.reason)
    _check(change, now)
    locked_scope(change.scope, change.scope_id)
    previous = latest_policy(scope=change.scope, scope_id=change.scope_id)
    acting = {} if previous is None else previous.limits_at(now)
    loosened = _loosened(change, acting)
    if loosened:
        _consume(change, step_up, now)
    version = PolicyVersion.objects.create(
        scope=change.scope.value,
        scope_id=change.scope_id,
        number=1 if previous is None else previous.number + 1,
        limits=plain_limits(change.limits),
        immediate=plain_limits(_immediate(change, acting, loosened)),
        effective_at=_effective_at(change, now) if loosened else now,
        reason=reason,
        author_id=actor.user_id,
        created_at=now,
    )
    _record(version, loosened, actor=actor, step_up=step_up)
    return version


def _check(change: PolicyChange, now: datetime) -> None:
    for name, value in change.limits.items():
        if name not in LIMITS:
            raise InvalidInputError(f"There is no limit called {name}.", field=name)
        if not _is_usable(name, value):
            raise InvalidInputError("Enter a number of 0 or above.", field=name)
    if change.next_session is not None and change.next_session <= now:
        raise InvalidInputError(
            "The next session must lie ahead.", field="next_session"
        )


def _is_usable(name: str, value: Limit) -> bool:
    if value is None:
        return name in OPTIONAL_LIMITS
    if isinstance(value, bool):
        return isinstance(getattr(Policy(), name), bool)
    known = sound(value)
    return known is not None and known >= 0 and _is_number(name)


def _is_number(name: str) -> bool:
    default = getattr(Policy(), name)
    return default is None or isinstance(default, Decimal)


def _unset(scope: Scope, name: str) -> Limit:
    """What holds where nothing is set: the desk falls back to the built-in limit."""
    value: Limit = getattr(Policy(), name) if scope is Scope.DESK else None
    return value


def _loosened(change: PolicyChange, acting: Mapping[str, Limit]) -> frozenset[str]:
    return frozenset(
        name
        for name in LIMITS
        if is_looser(
            name,
            change.limits.get(name, _unset(change.scope, name)),
            acting.get(name, _unset(change.scope, name)),
        )
    )


def _immediate(
    change: PolicyChange, acting: Mapping[str, Limit], loosened: frozenset[str]
) -> dict[str, Limit]:
    """The new limits, but for those that were loosened still the ones in force."""
    kept = {
        name: acting.get(name, _unset(change.scope, name)) for name in sorted(loosened)
    }
    return {**change.limits, **kept}


def _effective_at(change: PolicyChange, now: datetime) -> datetime:
    return now + COOLING_OFF if change.next_session is None else change.next_session


def _consume(change: PolicyChange, step_up: StepUp | None, now: datetime) -> None:
    if step_up is None:
        raise NotAllowedError("Loosening a limit takes your second factor.")
    check_authority(change.scope, change.scope_id, step_up.user)
    grants.consume(
        step_up.grant_id,
        user=step_up.user,
        purpose=grants.Purpose.POLICY_LOOSEN,
        digest=policy_digest(change),
        now=now,
    )


def _record(
    version: PolicyVersion,
    loosened: frozenset[str],
    *,
    actor: Actor,
    step_up: StepUp | None,
) -> None:
    record(
        AuditAction.POLICY_CHANGED,
        actor=actor,
        subject=version.scope,
        subject_id=version.scope_id,
        payload={
            "version": version.number,
            "limits": version.limits,
            "immediate": version.immediate,
            "effective_at": version.effective_at,
            "loosened": sorted(loosened),
            "reason": version.reason,
            "grant": None if step_up is None else step_up.grant_id,
        },
        now=version.created_at,
    )
