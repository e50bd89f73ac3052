"""Authenticator apps: time-based codes over a sealed seed."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from django.db import models
from django.db.models import Q
from django_otp.oath import hotp

from tradedesk.accounts.attempts import Attempt, Refusal, Scope
from tradedesk.accounts.fields import EncryptedSecretField, SealedModel
from tradedesk.accounts.models.device import DeskDevice


STEP_SECONDS = 30
DIGITS = 6
# RFC 6238 section 5.2 advises at most one step for the delay of a network and of typing;
# an order gets none, so that its code lives no longer than the 30 s of ASVS 5.0 V6.5.5.
TOLERANCE = {Scope.SIGN_IN: 1, Scope.ENROL: 1, Scope.STEP_UP: 0}
ISSUER = "TradeDesk"


def new_seed() -> str:
    """160 random bits in base32, as RFC 4226 section 4 recommends."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


class TotpDevice(SealedModel, DeskDevice):
    """An authenticator app: six digits every 30 seconds (RFC 6238, SHA-1)."""

    state_fields = ("last_step",)

    seed = EncryptedSecretField(owner="user_id", editable=False)
    # The highest time step whose code was accepted; only later ones are looked at.
    last_step = models.BigIntegerField(default=-1)

    class Meta(DeskDevice.Meta):
        verbose_name = "authenticator"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed=False),
                name="one_pending_authenticator_each",
            )
        ]

    def code_at(self, instant: datetime) -> str:
        return self._code(_step(instant))

    def _code(self, step: int) -> str:
        return f"{hotp(base64.b32decode(self.seed), step, DIGITS):0{DIGITS}d}"

    def accepts(self, attempt: Attempt) -> Refusal | None:
        typed = attempt.code.replace(" ", "")
        here = _step(attempt.now)
        matching = [
            step
            for step in (here, here - 1, here + 1)
            if secrets.compare_digest(self._code(step).encode(), typed.encode())
        ]
        fresh = [step for step in matching if step > self.last_step]
        if not fresh:
            return Refusal.USED if matching else Refusal.WRONG
        if abs(fresh[0] - here) > TOLERANCE[attempt.scope]:
            return Refusal.EXPIRED
        self.last_step = fresh[0]
        return None

    def code_due(self, now: datetime) -> datetime | None:
        due = datetime.fromtimestamp((self.last_step + 1) * STEP_SECONDS, UTC)
        return due if due > now else None

    @property
    def enrolment_uri(self) -> str:
        """What the QR code says: the de facto key URI of authenticator apps."""
        query = urlencode(
            {
                "secret": self.seed,
                "issuer": ISSUER,
                "algorithm": "SHA1",
                "digits": DIGITS,
                "period": STEP_SECONDS,
            }
        )
        return f"otpauth://totp/{ISSUER}:{quote(self.user.email)}?{query}"


def _step(instant: datetime) -> int:
    return int(instant.timestamp()) // STEP_SECONDS
