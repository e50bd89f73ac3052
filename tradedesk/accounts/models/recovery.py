"""Recovery codes: hashed, single-use, for the day the authenticator is lost."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.db import models

from tradedesk.accounts.attempts import Attempt, Purpose, Refusal
from tradedesk.accounts.models.device import DeskDevice


CODE_COUNT = 10
SELECTOR_LENGTH = 4
GROUP_LENGTH = 4


def new_code() -> str:
    """100 random bits in base32, in five groups: ``K7QF-...``."""
    text = base64.b32encode(secrets.token_bytes(15)).decode()[:20]
    starts = range(0, len(text), GROUP_LENGTH)
    return "-".join(text[start : start + GROUP_LENGTH] for start in starts)


def normalised(code: str) -> str:
    """As it is hashed: upper case, no separators, and what looks alike made one."""
    plain = "".join(each for each in code.upper() if each.isalnum())
    return plain.replace("0", "O").replace("1", "I").replace("8", "B")


class RecoveryDevice(DeskDevice):
    """A sheet of single-use codes: to sign in, and to change factors, but not to trade."""

    purposes = frozenset({Purpose.SECOND_FACTOR})

    class Meta(DeskDevice.Meta):
        verbose_name = "recovery codes"
        constraints = [
            models.UniqueConstraint(fields=["user"], name="one_recovery_sheet_each")
        ]

    def accepts(self, attempt: Attempt) -> Refusal | None:
        typed = normalised(attempt.code)
        for code in self.codes.filter(selector=typed[:SELECTOR_LENGTH]):
            if check_password(typed, code.code_hash):
                spent: Refusal | None = code.spend(attempt.now)
                return spent
        return Refusal.WRONG


class RecoveryCode(models.Model):
    """`selector` is the code's first four characters, shown to tell which are used."""

    device = models.ForeignKey(
        RecoveryDevice, on_delete=models.CASCADE, related_name="codes"
    )
    selector = models.CharField(max_length=SELECTOR_LENGTH)
    code_hash = models.CharField(max_length=200)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.selector}…"

    def spend(self, now: datetime) -> Refusal | None:
        spent = RecoveryCode.objects.filter(pk=self.pk, used_at=None)
        return None if spent.update(used_at=now) else Refusal.USED
