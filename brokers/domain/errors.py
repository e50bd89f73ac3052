"""The three outcomes of asking a broker for something, beside success.

A status code alone proves nothing. `Refused` needs proof that it did not happen,
`Unavailable` proof that nothing left us; everything else is `OutcomeUnknown`, which is
looked up and never shown as rejected.
"""

from __future__ import annotations


class BrokerError(Exception):
    """Something a broker or the way to it did; `message` keeps the broker's words."""

    def __init__(self, message: str, *, code: str = "", retry_after: float = 0) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.retry_after = retry_after


class Refused(BrokerError):  # noqa: N818 - an outcome, not an error of ours
    """Proof that it did not happen: the broker understood and said no."""


class NotFound(Refused):
    """The broker knows no such thing."""


class DuplicateClientOrderId(Refused):
    """This id was used before: what was asked may well exist. Look it up."""


class NotAuthorised(Refused):
    """Credentials are missing, wrong or expired; nothing happened."""


class RateLimited(Refused):
    """Too many requests; nothing happened. `retry_after` is in seconds, 0 if unsaid."""


class BudgetSpent(RateLimited):
    """Our own rate budget is used up: nothing was asked, and nothing left us."""


class Unavailable(BrokerError):  # noqa: N818 - an outcome, not an error of ours
    """Proof that nothing left us; the only outcome that may be sent again."""


class OutcomeUnknown(BrokerError):  # noqa: N818 - an outcome, not an error of ours
    """Timeout, dropped connection, 5xx or an unreadable answer: it may have happened."""


class Unsupported(BrokerError):  # noqa: N818 - an outcome, not an error of ours
    """This broker cannot do that; nothing was asked of it."""
