"""Repeating reads, and only reads.

For the reading that a person waits for and the lists that are read seldom. Polls do not
use it: they come back by themselves, and a worker that waits for one broker keeps
another one's orders waiting. An adapter never repeats anything itself. The signature
asks for a Reader, which has no verb that changes something at a broker; nothing here can
send an order twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TypeVar

import stamina

from brokers.domain.errors import OutcomeUnknown, RateLimited, Unavailable
from brokers.domain.ports import Reader


Result = TypeVar("Result")

_FIRST_WAIT = 0.2
_LONGEST_WAIT = 5.0
_JITTER = 0.3


def read(
    reader: Reader,
    question: Callable[[Reader], Result],
    *,
    attempts: int = 3,
    within: float = 20.0,
) -> Result:
    """Ask, and ask again where no answer came; `within` is in seconds.

    A rate limit's own Retry-After is honoured while it is short, plus a little jitter so
    that several workers do not come back at once.

    Raises:
        BrokerError: the last one, or at once where the broker did answer no.
    """
    for attempt in stamina.retry_context(
        on=_wait,
        attempts=attempts,
        timeout=within,
        wait_initial=_FIRST_WAIT,
        wait_max=_LONGEST_WAIT,
        wait_jitter=_JITTER,
    ):
        with attempt:
            return question(reader)
    raise AssertionError("stamina always returns or raises")


def _wait(error: Exception) -> bool | float:
    """Whether to ask again, or after how many seconds."""
    if isinstance(error, RateLimited) and error.retry_after > _LONGEST_WAIT:
        return False
    if isinstance(error, RateLimited) and error.retry_after > 0:
        return error.retry_after + _JITTER * secrets.SystemRandom().random()
    return isinstance(error, RateLimited | Unavailable | OutcomeUnknown)
