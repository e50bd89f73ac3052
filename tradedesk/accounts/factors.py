"""Adding and removing second factors, and recovery codes.

Every change after the first needs a grant from a factor that exists (ASVS 5.0 V7.5.1),
ends all other sessions of the person and voids their open grants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from tradedesk.accounts import grants
from tradedesk.accounts.attempts import Attempt, Purpose, Scope
from tradedesk.accounts.models import (
    DeskDevice,
    RecoveryCode,
    RecoveryDevice,
    StepUpGrant,
    TotpDevice,
    User,
)
from tradedesk.accounts.models.recovery import (
    CODE_COUNT,
    SELECTOR_LENGTH,
    new_code,
    normalised,
)
from tradedesk.accounts.models.totp import new_seed
from tradedesk.accounts.verification import devices_of, verify_durably
from tradedesk.audit import services as audit
from tradedesk.audit.actions import AuditAction
from tradedesk.core import canonical
from tradedesk.core.actor import Actor
from tradedesk.core.clock import SYSTEM_CLOCK, Clock
from tradedesk.core.errors import NotAllowedError, StaleStateError


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """`recovery_codes` are in the clear here and nowhere else; empty if kept."""

    device: TotpDevice
    recovery_codes: tuple[str, ...]


def digest_of(act: str, subject: object) -> str:
    """What a SECOND_FACTOR grant is bound to: the act and what it is done to."""
    return canonical.digest({"act": act, "subject": str(subject)})


@transaction.atomic(durable=True)
def begin_enrolment(user: User, *, now: datetime) -> TotpDevice:
    """A fresh seed each time: one that someone else may have seen never counts."""
    _lock(user)
    TotpDevice.objects.filter(user=user, confirmed=False).delete()
    pending: TotpDevice = TotpDevice.objects.create(
        user=user,
        name="Authenticator",
        confirmed=False,
        seed=new_seed(),
        created_at=now,
    )
    return pending


def confirm_enrolment(
    *,
    device: TotpDevice,
    code: str,
    actor: Actor,
    name: str = "",
    grant_id: int | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Enrolment:
    """Make a pending authenticator count, once it has shown a code.

    Raises:
        CodeRefusedError: the code is not from this authenticator.
        NotAllowedError: there are factors already and no grant from one of them.
    """
    attempt = Attempt(code=code, scope=Scope.ENROL, now=clock.now())
    if verify_durably(device.user, device.persistent_id, attempt) is None:
        raise attempt.error()
    device.name = name or device.name
    return _confirm(device, grant_id, actor=actor, now=attempt.now)


@transaction.atomic(durable=True)
def _confirm(
    device: TotpDevice, grant_id: int | None, *, actor: Actor, now: datetime
) -> Enrolment:
    user = _lock(device.user)
    first = not devices_of(user)
    if not first:
        _consume(user, grant_id, digest=digest_of("add", device.pk), now=now)
    pending = TotpDevice.objects.filter(pk=device.pk, confirmed=False)
    if not pending.update(confirmed=True, name=device.name):
        raise StaleStateError("This authenticator was set up elsewhere. Start again.")
    device.confirmed = True
    codes = _replace_codes(user, now) if first else ()
    _factors_changed(user, now)
    _record(AuditAction.SECOND_FACTOR_ENROLLED, device, actor=actor, now=now)
    return Enrolment(device=device, recovery_codes=codes)


@transaction.atomic(durable=True)
def remove_device(
    *, user: User, device: DeskDevice, grant_id: int, actor: Actor, now: datetime
) -> None:
    """Take a factor away; never the last one, and recovery codes do not count."""
    _lock(user)
    _consume(user, grant_id, digest=digest_of("remove", device.persistent_id), now=now)
    if isinstance(device, RecoveryDevice) or not _others(user, device):
        raise NotAllowedError(
            "This is your last authenticator. Add another one before removing it."
        )
    _record(AuditAction.SECOND_FACTOR_REMOVED, device, actor=actor, now=now)
    device.delete()
    _factors_changed(user, now)


def _others(user: User, device: DeskDevice) -> list[DeskDevice]:
    return [
        other
        for other in devices_of(user)
        if other.persistent_id != device.persistent_id
        and not isinstance(other, RecoveryDevice)
    ]


@transaction.atomic(durable=True)
def renew_recovery_codes(
    *, user: User, grant_id: int, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Ten new codes, in the clear this once; the old ones are void."""
    _lock(user)
    _consume(user, grant_id, digest=digest_of("recovery", user.pk), now=now)
    codes = _replace_codes(user, now)
    StepUpGrant.objects.filter(user=user, used_at=None).update(used_at=now)
    sheet = RecoveryDevice.objects.get(user=user)
    _record(AuditAction.RECOVERY_CREATED, sheet, actor=actor, now=now)
    return codes


@transaction.atomic(durable=True)
def reset(user: User, *, actor: Actor, now: datetime) -> None:
    """Take all factors and the password away, for someone who lost everything.

    They come back by a password reset and a new enrolment; all sessions end at once.
    """
    locked = _lock(user)
    for device in devices_of(locked):
        device.delete()
    TotpDevice.objects.filter(user=locked).delete()
    locked.set_unusable_password()
    locked.save(update_fields=["password"])
    _factors_changed(locked, now)
    audit.record(
        AuditAction.SECOND_FACTOR_RESET,
        actor=actor,
        subject="user",
        subject_id=locked.pk,
        payload={},
        now=now,
    )


def _lock(user: User) -> User:
    """All changes to one person's factors queue here."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _consume(user: User, grant_id: int | None, *, digest: str, now: datetime) -> None:
    if grant_id is None:
        raise NotAllowedError("Confirm with a factor that you already have.")
    grants.consume(
        grant_id, user=user, purpose=Purpose.SECOND_FACTOR, digest=digest, now=now
    )


def _replace_codes(user: User, now: datetime) -> tuple[str, ...]:
    sheet, _ = RecoveryDevice.objects.update_or_create(
        user=user,
        defaults={"confirmed": True},
        create_defaults={
            "name": "Recovery codes",
            "confirmed": True,
            "created_at": now,
        },
    )
    sheet.codes.all().delete()
    codes = tuple(new_code() for _ in range(CODE_COUNT))
    RecoveryCode.objects.bulk_create(
        RecoveryCode(
            device=sheet,
            selector=code[:SELECTOR_LENGTH],
            code_hash=make_password(normalised(code)),
        )
        for code in codes
    )
    return codes


def _factors_changed(user: User, now: datetime) -> None:
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    StepUpGrant.objects.filter(user=user, used_at=None).update(used_at=now)


def _record(
    action: AuditAction, device: DeskDevice, *, actor: Actor, now: datetime
) -> None:
    audit.record(
        action,
        actor=actor,
        subject="device",
        subject_id=device.persistent_id,
        payload={"name": device.name, "user": device.user_id},
        now=now,
    )
