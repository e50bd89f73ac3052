"""Looking at second-factor codes: the one place that asks django-otp."""

from __future__ import annotations

from datetime import datetime

import django_otp
from django.db import transaction

from tradedesk.accounts.attempts import Attempt, Purpose, Refusal, Scope
from tradedesk.accounts.models import DeskDevice, FailedAddress, RecoveryDevice, User
from tradedesk.audit import services as audit
from tradedesk.audit.actions import AuditAction
from tradedesk.core.actor import Actor
from tradedesk.core.clock import SYSTEM_CLOCK, Clock


def devices_of(user: User) -> list[DeskDevice]:
    """The confirmed factors of a person, the one used last first."""
    found = [
        device
        for device in django_otp.devices_for_user(user)
        if isinstance(device, DeskDevice)
    ]
    return sorted(found, key=_used_last, reverse=True)


def _used_last(device: DeskDevice) -> tuple[bool, datetime]:
    spare = isinstance(device, RecoveryDevice)
    return not spare, device.last_used_at or device.created_at


def of_kind(devices: list[DeskDevice], *, recovery: bool) -> list[DeskDevice]:
    """Either the recovery sheet or everything else: their codes look different."""
    return [each for each in devices if isinstance(each, RecoveryDevice) is recovery]


def step_up_devices(user: User, purpose: Purpose) -> list[DeskDevice]:
    return [device for device in devices_of(user) if purpose in device.purposes]


def sign_in(
    *,
    user: User,
    device_id: str,
    code: str,
    actor: Actor,
    clock: Clock = SYSTEM_CLOCK,
) -> DeskDevice:
    """Accept a code at sign-in, throttled per device and per address.

    Raises:
        CodeRefusedError: and the failure is counted and written down.
    """
    attempt = Attempt(code=code, scope=Scope.SIGN_IN, now=clock.now())
    device = _verify_at_address(user, device_id, attempt=attempt, actor=actor)
    if device is None:
        raise attempt.error()
    return device


@transaction.atomic(durable=True)
def _verify_at_address(
    user: User, device_id: str, *, attempt: Attempt, actor: Actor
) -> DeskDevice | None:
    device = _verify_unless_throttled(user, device_id, attempt=attempt, actor=actor)
    actions = [AuditAction.SECOND_FACTOR_FAILED]
    if isinstance(device, RecoveryDevice):
        actions = [AuditAction.RECOVERY_USED, AuditAction.SESSION_SIGNED_IN]
    elif device is not None:
        actions = [AuditAction.SESSION_SIGNED_IN]
    for action in actions:
        audit.record(
            action,
            actor=actor,
            subject="user",
            subject_id=user.pk,
            payload={"device": device_id[:120], "refusal": attempt.refusal},
            now=attempt.now,
        )
    return device


def _verify_unless_throttled(
    user: User, device_id: str, *, attempt: Attempt, actor: Actor
) -> DeskDevice | None:
    failed = (
        FailedAddress.objects.select_for_update(no_key=True)
        .filter(pk=actor.address)
        .first()
    )
    until = failed.retry_at(attempt.now) if failed else None
    if until is not None and attempt.now < until:
        attempt.refuse(Refusal.THROTTLED, until)
        return None
    device = verify(user, device_id, attempt)
    if attempt.refusal is Refusal.WRONG:
        FailedAddress.count(actor.address, attempt.now)
    return device


@transaction.atomic(durable=True)
def verify_durably(user: User, device_id: str, attempt: Attempt) -> DeskDevice | None:
    """For a session that is verified already: no address can lock it out.

    Durable, since a caller's rollback must undo neither a failure nor a spent code.
    """
    return verify(user, device_id, attempt)


def verify(user: User, device_id: str, attempt: Attempt) -> DeskDevice | None:
    device: DeskDevice | None = django_otp.verify_token(user, device_id, attempt)
    return device
