"""Step-up grants: a second factor bound to one exact act.

A one-time code proves possession and says nothing of what it is for (PSD2 RTS Article
5). So the code is spent on a row that names the person, the purpose and the digest of
what was shown, and that row is consumed in the transaction that does the thing.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tradedesk.accounts.attempts import (
    Attempt,
    CodeRefusedError,
    Purpose,
    Scope,
)
from tradedesk.accounts.models import DeskDevice, StepUpGrant, User
from tradedesk.accounts.models.grant import LIFETIME
from tradedesk.accounts.verification import step_up_devices, verify_durably
from tradedesk.audit import services as audit
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor
from tradedesk.core.clock import SYSTEM_CLOCK, Clock
from tradedesk.core.errors import StaleStateError
from tradedesk.writes import Change


__all__ = [
    "CodeRefusedError",
    "GrantRefusedError",
    "Purpose",
    "code_due",
    "consume",
    "issue",
    "note_refusal",
]


class GrantRefusedError(StaleStateError):
    """The grant does not cover this act, or no longer; nothing was done."""

    title = "Confirm again"

    def __init__(self, message: str, *, code: str, grant_id: int | None) -> None:
        super().__init__(message, code=code)
        self.grant_id = grant_id


def issue(  # noqa: PLR0913 - each is a part of what the grant is bound to
    *,
    user: User,
    purpose: Purpose,
    digest: str,
    code: str,
    actor: Actor,
    device_id: str | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> StepUpGrant:
    """Spend a code on a grant for the act with this digest; it lives 60 s.

    Only the chosen device is looked at (without `device_id`, the one used last), with
    no tolerance: a code of the step before is refused, and so is one that signed in.

    Raises:
        CodeRefusedError: says why, and when the next code is due. The failure is
            counted and written down.
    """
    attempt = Attempt(code=code, scope=Scope.STEP_UP, now=clock.now(), purpose=purpose)
    chosen = device_id or _default_device_id(user, purpose)
    device = verify_durably(user, chosen, attempt)
    if device is None:
        _record_refusal(user, actor, attempt)
        raise attempt.error()
    return _write(user, digest, device=device, actor=actor, attempt=attempt)


def _default_device_id(user: User, purpose: Purpose) -> str:
    devices = step_up_devices(user, purpose)
    return str(devices[0].persistent_id) if devices else "none.none/0"


@transaction.atomic
def _record_refusal(user: User, actor: Actor, attempt: Attempt) -> None:
    audit.record(
        AuditAction.GRANT_REFUSED,
        actor=actor,
        subject="user",
        subject_id=user.pk,
        payload={"purpose": attempt.purpose, "refusal": attempt.refusal},
        now=attempt.now,
    )


@transaction.atomic
def _write(
    user: User, digest: str, *, device: DeskDevice, actor: Actor, attempt: Attempt
) -> StepUpGrant:
    purpose = attempt.purpose or Purpose.ORDER_CONFIRM
    grant = StepUpGrant.objects.create(
        user=user,
        purpose=purpose,
        digest=digest,
        device=device.persistent_id,
        issued_at=attempt.now,
        expires_at=attempt.now + LIFETIME,
    )
    audit.record(
        AuditAction.GRANT_ISSUED,
        actor=actor,
        subject="grant",
        subject_id=grant.pk,
        payload={"purpose": purpose, "digest": digest, "device": grant.device},
        now=attempt.now,
    )
    return grant


_open_for = Change(
    lambda pk, user_id, purpose, digest, now: StepUpGrant.objects.filter(
        pk=pk,
        user_id=user_id,
        purpose=purpose,
        digest=digest,
        used_at=None,
        issued_at__lte=now,
        expires_at__gt=now,
    )
)


def consume(
    grant_id: int, *, user: User, purpose: Purpose, digest: str, now: datetime
) -> None:
    """Use a grant up, by compare-and-set in the caller's transaction.

    Writes no audit entry of its own, since the chain's lock comes last: the caller's
    entry names the grant. If the caller rolls back, the grant is unused again.

    Raises:
        GrantRefusedError: used, expired, or given for another person, purpose or act.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "A grant is consumed in the transaction of the act that it covers."
        )
    wanted = (grant_id, user.pk, str(purpose), digest, now)
    if _open_for(*wanted, used_at=now) != 1:
        raise _why_refused(grant_id, user=user, purpose=purpose, digest=digest)


def _why_refused(
    grant_id: int, *, user: User, purpose: Purpose, digest: str
) -> GrantRefusedError:
    grant = StepUpGrant.objects.filter(pk=grant_id, user=user).first()
    if grant is None:
        message, code = "There is no such confirmation.", "unknown"
    elif grant.used_at is not None:
        message, code = "This confirmation has already been used.", "used"
    elif grant.purpose != purpose:
        message, code = "The code was given for something else.", "purpose"
    elif grant.digest != digest:
        message, code = "Something changed after the code was given.", "digest"
    else:
        message, code = "The confirmation is older than 60 seconds.", "expired"
    advice = f"{message} Nothing was done: review it and confirm again."
    return GrantRefusedError(advice, code=code, grant_id=grant.pk if grant else None)


@transaction.atomic(durable=True)
def note_refusal(
    error: GrantRefusedError, *, user: User, actor: Actor, now: datetime
) -> None:
    """Write down a refused grant, after the transaction that it stopped."""
    audit.record(
        AuditAction.GRANT_REFUSED,
        actor=actor,
        subject="grant",
        subject_id=error.grant_id or 0,
        payload={"user": user.pk, "refusal": error.code},
        now=now,
    )


def code_due(
    user: User, now: datetime, *, purpose: Purpose = Purpose.ORDER_CONFIRM
) -> datetime | None:
    """When the next unused code of this person exists; None if there is one now."""
    due = [device.due_at(now) for device in step_up_devices(user, purpose)]
    later = [at for at in due if at is not None]
    return min(later) if later and len(later) == len(due) else None
