"""Reading what a client sent, field by field; what does not fit is named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from brokers.sim.server.errors import (
    ApiError,
    bad_request,
    invalid_field,
    required_field,
)


T = TypeVar("T")
Refusal = Callable[[str, object], ApiError]


def refuse_data_query(name: str, value: object) -> ApiError:
    """The market-data API answers 400 where the trading API answers 422."""
    return bad_request(f"invalid {name}: {value}")


def parse_instant(value: str) -> datetime:
    """RFC 3339 or a plain date (midnight UTC); nanoseconds are cut to microseconds.

    Raises:
        ValueError: it is neither.
    """
    text = value.strip()
    if "T" in text:
        text = text.replace(" ", "+")  # an unescaped "+00:00" arrives as a blank
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed


def parse_decimal(value: object) -> Decimal:
    """A finite figure from a JSON string or number.

    Raises:
        TypeError, ValueError: it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise TypeError(f"{value!r} is not a figure")
    try:
        figure = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a figure") from None
    if not figure.is_finite():
        raise ValueError(f"{value!r} is not finite")
    return figure


def parse_boolean(value: str) -> bool:
    """True and false in the spellings that Go's ParseBool takes.

    Raises:
        ValueError: it is something else.
    """
    match value.lower():
        case "true" | "t" | "1":
            return True
        case "false" | "f" | "0":
            return False
        case _:
            raise ValueError(f"{value!r} is neither true nor false")


class Query:
    """The query string of a request; an empty value counts as absent."""

    def __init__(
        self, values: Mapping[str, str], refuse: Refusal = invalid_field
    ) -> None:
        self._values = values
        self._refuse = refuse

    def refusal(self, name: str) -> ApiError:
        """What to raise when the value under a name makes no sense."""
        return self._refuse(name, self._values.get(name, ""))

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name) or default

    def required(self, name: str) -> str:
        if not (value := self.text(name)):
            if self._refuse is invalid_field:
                raise required_field(name)
            raise bad_request(f"{name} is required")
        return value

    def choice(self, name: str, allowed: Collection[str], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise self.refusal(name)
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """A comma-separated list without its empty parts."""
        return tuple(word for word in self.text(name).split(",") if word)

    def boolean(self, name: str) -> bool:
        return self._read(name, parse_boolean) or False

    def integer(self, name: str, bounds: range, default: int) -> int:
        value = self._read(name, int)
        if value is None:
            return default
        if value not in bounds:
            raise self.refusal(name)
        return value

    def decimal(self, name: str) -> Decimal | None:
        return self._read(name, parse_decimal)

    def instant(self, name: str) -> datetime | None:
        return self._read(name, parse_instant)

    def day(self, name: str) -> date | None:
        instant = self.instant(name)
        return instant.date() if instant else None

    def _read(self, name: str, parse: Callable[[str], T]) -> T | None:
        value = self._values.get(name)
        if not value:
            return None
        try:
            return parse(value)
        except ValueError:
            raise self.refusal(name) from None
