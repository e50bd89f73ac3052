"""From what came back on the wire to what it proves.

A status code alone proves nothing: one broker answered "400 timed out" and placed the
order eight seconds later. So a refusal counts only when the broker itself says so in a
body that can be read; a proxy's page, a redirect or a 5xx leaves the outcome unknown.
"In the broker's words" means such a body: JSON with a message and the broker's own
error code, where the broker gives codes.

| answer                                        | outcome                  |
|-----------------------------------------------|--------------------------|
| 2xx                                           | success, to be parsed    |
| 401                                           | `NotAuthorised`          |
| 403 in the broker's words, with an error code | `Refused`                |
| 403 in the broker's words, without one        | `NotAuthorised`          |
| 404 in the broker's words                     | `NotFound`               |
| 429                                           | `RateLimited`            |
| other 4xx in the broker's words               | `Refused`                |
| the same, speaking of a timeout               | `OutcomeUnknown`         |
| 408, 425, 499, 3xx, 5xx, any unreadable body  | `OutcomeUnknown`         |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from brokers.domain.errors import (
    BrokerError,
    DuplicateClientOrderId,
    NotAuthorised,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
)


# The server, or something before it, gave up waiting: nothing is known (RFC 9110
# section 15.5.9, RFC 8470, and nginx's own 499 "client closed request").
_GAVE_UP = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, 499})
_TIMEOUT_WORDS = re.compile(r"time[d]?[\s_-]?out", re.IGNORECASE)
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer that arrived whole; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A broker's own error: its code, if it gave one, and its words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorDialect:
    """How one broker says no.

    `read` finds the refusal in a body, or None when the body is not the broker's.
    `is_duplicate` tells whether a refusal says that the client order id was used.
    `codeless` are the statuses at which the broker gives no code of its own; elsewhere
    a body without one may be a gateway's, which proves nothing.
    """

    read: Callable[[str], Refusal | None]
    is_duplicate: Callable[[Refusal], bool]
    codeless: frozenset[int]


def outcome_of(
    answer: Answer, dialect: ErrorDialect, now: datetime
) -> BrokerError | None:
    """What an answer proves, or None for success."""
    if answer.status in range(200, 300):
        return None
    wait = retry_after(answer.headers, now)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(_words(answer, None), code="429", retry_after=wait)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return NotAuthorised(_words(answer, dialect.read(answer.text)), code="401")
    refusal = dialect.read(answer.text)
    if refusal is None or not _proves(answer.status, refusal, dialect):
        return OutcomeUnknown(
            _words(answer, refusal), code=str(answer.status), retry_after=wait
        )
    return _refused(answer.status, refusal, dialect)


def _proves(status: int, refusal: Refusal, dialect: ErrorDialect) -> bool:
    return (
        status in range(400, 500)
        and status not in _GAVE_UP
        and bool(refusal.code or status in dialect.codeless)
        and not _TIMEOUT_WORDS.search(refusal.message)
    )


def _refused(status: int, refusal: Refusal, dialect: ErrorDialect) -> Refused:
    code = refusal.code or str(status)
    if dialect.is_duplicate(refusal):
        return DuplicateClientOrderId(refusal.message, code=code)
    if status == HTTPStatus.NOT_FOUND:
        return NotFound(refusal.message, code=code)
    if status == HTTPStatus.FORBIDDEN and not refusal.code:
        return NotAuthorised(refusal.message, code=code)
    return Refused(refusal.message, code=code)


def _words(answer: Answer, refusal: Refusal | None) -> str:
    said = refusal.message if refusal else " ".join(answer.text.split())
    return f"HTTP {answer.status}: {said[:_LONGEST_QUOTE]}".rstrip(": ")


def retry_after(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds to wait by Retry-After (RFC 9110 10.2.3), 0 where unsaid or unreadable.

    Alpaca says `X-RateLimit-Reset`, in Unix seconds, instead.
    """
    said = headers.get("retry-after", "").strip()
    reset = headers.get("x-ratelimit-reset", "").strip()
    if said.isdecimal():
        return float(said)
    if said:
        return _seconds_until(said, now)
    if reset.isdecimal():
        return max(0.0, float(reset) - now.timestamp())
    return 0.0


def _seconds_until(http_date: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
