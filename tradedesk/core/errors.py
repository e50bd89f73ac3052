"""What a person or a caller can do about a failure; rendered once, by middleware."""

from __future__ import annotations

from collections.abc import Mapping


class DeskError(Exception):
    """A failure that a person is told about, in words that say what to do.

    Subclasses choose the HTTP status and a title; the message names what is wrong and
    what to do next. Programmer errors are not DeskErrors and are not caught.
    """

    status = 400
    title = "That did not work"

    def __init__(
        self, message: str, *, code: str = "", detail: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.detail = dict(detail or {})


class InvalidInputError(DeskError):
    """What was typed cannot be used; `field` names where, nothing was lost."""

    status = 422
    title = "Please check the input"

    def __init__(self, message: str, *, field: str = "", code: str = "") -> None:
        super().__init__(message, code=code)
        self.field = field


class StaleStateError(DeskError):
    """The thing changed since the page was drawn; look again before deciding."""

    status = 409
    title = "This has changed since you looked"


class NotAllowedError(DeskError):
    """The person's role or the desk's state does not permit it."""

    status = 403
    title = "Not allowed"


class TryLaterError(DeskError):
    """Something that is needed does not answer now; the same request may work later."""

    status = 503
    title = "Not available right now"
