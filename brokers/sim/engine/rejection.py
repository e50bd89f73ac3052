"""How the exchange says no: Alpaca's HTTP status, code and words, as data."""

from __future__ import annotations

from collections.abc import Mapping


class Rejection(Exception):  # noqa: N818 - an answer of the venue, not a failure
    """A refusal; nothing has changed. `extra` are further members of the body."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extra: Mapping[str, str] = dict(extra or {})


def malformed(message: str) -> Rejection:
    """A parameter is missing or contradicts another (422 / 40010001)."""
    return Rejection(422, 40010001, message)


def unprocessable(message: str, **extra: str) -> Rejection:
    """Understood, but against a rule of the venue (422 / 42210000)."""
    return Rejection(422, 42210000, message, extra=extra)


def forbidden(message: str, **extra: str) -> Rejection:
    """The account may not: funds, shares, permissions (403 / 40310000)."""
    return Rejection(403, 40310000, message, extra=extra)


def not_found(message: str) -> Rejection:
    return Rejection(404, 40410000, message)
