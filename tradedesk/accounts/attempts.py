"""One try at a second factor: what was typed, what for, and why it was refused.

django-otp hands whatever it is given through to the device, so an attempt carries the
instant and the purpose there and the reason back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from tradedesk.core.errors import InvalidInputError


class Purpose(StrEnum):
    """What a step-up grant may be used for."""

    ORDER_CONFIRM = "order_confirm"
    ORDER_AMEND = "order_amend"
    KILL_RELEASE = "kill_release"
    CREDENTIALS = "credentials"
    SECOND_FACTOR = "second_factor"
    POLICY_LOOSEN = "policy_loosen"
    LIVE_ENABLE = "live_enable"


class Scope(StrEnum):
    """Where a code was asked for; each has a throttle of its own."""

    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    ENROL = "enrol"


class Refusal(StrEnum):
    WRONG = "wrong"
    USED = "used"
    EXPIRED = "expired"
    THROTTLED = "throttled"
    UNSUITABLE = "unsuitable"


@dataclass(slots=True, kw_only=True)
class Attempt:
    """`refusal` and `retry_at` are written by the device that looked at it."""

    code: str
    scope: Scope
    now: datetime
    purpose: Purpose | None = None
    refusal: Refusal | None = None
    retry_at: datetime | None = None

    def refuse(self, refusal: Refusal, retry_at: datetime | None = None) -> None:
        self.refusal = refusal
        self.retry_at = retry_at

    def error(self) -> CodeRefusedError:
        refusal = self.refusal or Refusal.UNSUITABLE
        return CodeRefusedError(refusal, now=self.now, retry_at=self.retry_at)


_WORDS = {
    Refusal.WRONG: "That code is wrong.",
    Refusal.USED: "That code has already been used.",
    Refusal.EXPIRED: "That code is not the one of this moment. Type the one shown now.",
    Refusal.THROTTLED: "Too many wrong codes.",
    Refusal.UNSUITABLE: "That factor cannot be used for this.",
}


def when(instant: datetime, now: datetime) -> str:
    """An instant and how far off it is: ``at 14:32:30 UTC, in 12 s``."""
    seconds = max(0, round((instant - now).total_seconds()))
    return f"at {instant.astimezone(UTC):%H:%M:%S} UTC, in {seconds} s"


class CodeRefusedError(InvalidInputError):
    """A second-factor code was not accepted; says why, and when the next is due."""

    title = "The code was not accepted"

    def __init__(
        self, refusal: Refusal, *, now: datetime, retry_at: datetime | None
    ) -> None:
        message = _WORDS[refusal]
        if retry_at is not None and retry_at > now:
            due = refusal in {Refusal.USED, Refusal.EXPIRED}
            verb = "The next is due" if due else "Try again"
            message = f"{message} {verb} {when(retry_at, now)}."
        super().__init__(message, field="code", code=refusal.value)
        self.refusal = refusal
        self.retry_at = retry_at
