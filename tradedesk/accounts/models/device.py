"""What every second factor of the desk has.

Never call `verify_token` on a device: only `django_otp.verify_token(user, id, attempt)`
locks the row first, which is what makes a code single-use under concurrency.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django_otp.models import Device

from tradedesk.accounts import throttle
from tradedesk.accounts.attempts import Attempt, Purpose, Refusal, Scope


class DeskDeviceManager(models.Manager[Any]):
    def for_user(self, user: models.Model) -> models.QuerySet[Any]:
        return self.filter(user=user)

    def devices_for_user(
        self,
        user: models.Model,
        confirmed: bool | None = None,  # noqa: FBT001 - django-otp's signature
    ) -> models.QuerySet[Any]:
        own = self.for_user(user)
        return own if confirmed is None else own.filter(confirmed=confirmed)


class DeskDevice(Device):  # type: ignore[misc]  # django-otp is untyped
    """What every second factor of the desk has; a passkey would be another subclass.

    A subclass says in `purposes` what it may step up for and in `accepts` which codes
    are good. Failures are counted apart for signing in and for stepping up, so that an
    attacker who knows the password cannot lock out a session that is already verified.
    """

    purposes: ClassVar[frozenset[Purpose]] = frozenset(Purpose)
    state_fields: ClassVar[tuple[str, ...]] = ()

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    sign_in_failures = models.PositiveIntegerField(default=0)
    sign_in_failed_at = models.DateTimeField(null=True, blank=True)
    step_up_failures = models.PositiveIntegerField(default=0)
    step_up_failed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[DeskDeviceManager] = DeskDeviceManager()

    class Meta(Device.Meta):  # type: ignore[misc]
        abstract = True

    def accepts(self, attempt: Attempt) -> Refusal | None:
        """None if the code is good, and then it is spent on this instance."""
        raise NotImplementedError

    def code_due(self, _now: datetime) -> datetime | None:
        """When the next unused code exists; None if there is one now."""
        return None

    def due_at(self, now: datetime) -> datetime | None:
        """When a step-up code can next be accepted; None if now."""
        later = [self.code_due(now), self.retry_at(Scope.STEP_UP)]
        return max((at for at in later if at and at > now), default=None)

    def retry_at(self, scope: Scope) -> datetime | None:
        prefix = _throttle_of(scope)
        return throttle.retry_at(
            failures=getattr(self, f"{prefix}_failures"),
            failed_at=getattr(self, f"{prefix}_failed_at"),
        )

    def suits(self, attempt: Attempt) -> bool:
        """Unconfirmed devices count for nothing but their own enrolment."""
        if self.confirmed is (attempt.scope is Scope.ENROL):
            return False
        return attempt.scope is not Scope.STEP_UP or attempt.purpose in self.purposes

    def verify_token(self, token: object) -> bool:
        """Called by django-otp with this row locked; takes an Attempt and nothing else."""
        if not isinstance(token, Attempt):
            return False
        refusal = self._look_at(token)
        if refusal is Refusal.WRONG:
            self._count_failure(token)
        if refusal is None:
            self._accept(token)
        return refusal is None

    def _look_at(self, attempt: Attempt) -> Refusal | None:
        if not self.suits(attempt):
            attempt.refuse(Refusal.UNSUITABLE)
            return attempt.refusal
        until = self.retry_at(attempt.scope)
        if until is not None and attempt.now < until:
            attempt.refuse(Refusal.THROTTLED, until)
            return attempt.refusal
        refusal = self.accepts(attempt)
        if refusal is not None:
            attempt.refuse(refusal, self.code_due(attempt.now))
        return refusal

    def _count_failure(self, attempt: Attempt) -> None:
        prefix = _throttle_of(attempt.scope)
        count, at = f"{prefix}_failures", f"{prefix}_failed_at"
        setattr(self, count, getattr(self, count) + 1)
        setattr(self, at, attempt.now)
        attempt.retry_at = self.retry_at(attempt.scope)
        self.save(update_fields=[count, at])

    def _accept(self, attempt: Attempt) -> None:
        prefix = _throttle_of(attempt.scope)
        count, at = f"{prefix}_failures", f"{prefix}_failed_at"
        setattr(self, count, 0)
        setattr(self, at, None)
        self.last_used_at = attempt.now
        self.save(update_fields=[count, at, "last_used_at", *self.state_fields])


def _throttle_of(scope: Scope) -> str:
    return "step_up" if scope is Scope.STEP_UP else "sign_in"
