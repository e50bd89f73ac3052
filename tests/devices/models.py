"""A second factor that a program can give as often as it likes: test settings only.

It stands in for an authenticator where a run confirms more orders than one code in 30
seconds allows, and goes through the very same `grants.issue`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.db import models

from tradedesk.accounts.attempts import Attempt, Refusal
from tradedesk.accounts.models import DeskDevice


def new_secret() -> str:
    return secrets.token_hex(16)


class ChaosDevice(DeskDevice):
    """Codes are ``counter-hmac``; each counter is accepted once, in any order."""

    secret = models.CharField(max_length=64, default=new_secret)

    def code(self, counter: int) -> str:
        key, text = self.secret.encode(), str(counter).encode()
        return f"{counter}-{hmac.new(key, text, hashlib.sha256).hexdigest()[:16]}"

    def accepts(self, attempt: Attempt) -> Refusal | None:
        counter = attempt.code.partition("-")[0]
        if not counter.isdecimal():
            return Refusal.WRONG
        if not hmac.compare_digest(self.code(int(counter)), attempt.code):
            return Refusal.WRONG
        _, fresh = self.spent.get_or_create(counter=int(counter))
        return None if fresh else Refusal.USED


class SpentCode(models.Model):
    device = models.ForeignKey(
        ChaosDevice, on_delete=models.CASCADE, related_name="spent"
    )
    counter = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "counter"], name="chaos_code_spent_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.counter)
