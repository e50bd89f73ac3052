"""Refusals in Alpaca's shape: an HTTP status and `{"code": ..., "message": ...}`.

The first three digits of a code are an HTTP status class of Alpaca's own, which is not
always the status of the answer: a doubled client order id is 422 with 40010001.
"""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """What the venue answers instead of doing something; `details` join the body."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = dict(details or {})
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, object]:
        return {"code": self.code, "message": self.message, **self.details}


def unprocessable(message: str, code: int = 42210000) -> ApiError:
    """The request is understood and cannot be done as it stands."""
    return ApiError(422, code, message)


def invalid_field(name: str, value: object) -> ApiError:
    """One named field does not hold what it must."""
    return ApiError(422, 40010001, f"invalid {name}: {value}")


def required_field(name: str) -> ApiError:
    return ApiError(422, 40010001, f"{name} is required")


def bad_request(message: str) -> ApiError:
    return ApiError(400, 40010000, message)


def not_found(message: str) -> ApiError:
    return ApiError(404, 40410000, message)


def not_authorised() -> ApiError:
    """Alpaca's answer to credentials that it does not know."""
    return ApiError(401, 40110000, "request is not authorized")


def forbidden() -> ApiError:
    """Alpaca's answer to a request without credentials."""
    return ApiError(403, 40310000, "forbidden.")


def too_many_requests(retry_after_seconds: int) -> ApiError:
    error = ApiError(429, 42910000, "rate limit exceeded")
    error.headers["Retry-After"] = str(retry_after_seconds)
    return error
