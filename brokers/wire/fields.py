"""Reading a broker's JSON, field by field, into Decimals and aware instants.

Tolerant where it is harmless (a field or word that we do not know is counted, never an
error) and strict where it is not: a figure or an instant that cannot be read makes the
whole answer unreadable, which is an unknown outcome and never a guess.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Never, TypeVar

from brokers.domain.errors import OutcomeUnknown


# Larger than any account, finer than any price: beyond these a figure is an error.
LARGEST = Decimal(10) ** 18
MOST_DIGITS = 40

Word = TypeVar("Word", bound=StrEnum)
Unfamiliar = Counter[str]


class Unreadable(OutcomeUnknown):
    """An answer came and cannot be understood: it may have happened."""


def load_json(text: str | bytes) -> object:
    """Parse JSON with every fraction as a Decimal.

    Raises:
        Unreadable: the text is no JSON, or holds NaN, Infinity or endless digits.
    """
    try:
        value: object = json.loads(
            text, parse_float=Decimal, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise Unreadable(f"This is not JSON: {text[:80]!r} ({error}).") from error
    return value


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is not a number")


def decimal_of(value: object, name: str) -> Decimal:
    """A finite figure of sane size, in plain notation (1E+2 becomes 100).

    Raises:
        Unreadable: it is none; floats are refused since they have lost digits.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unreadable(f"{name} is not a figure: {value!r}.")
    try:
        figure = Decimal(value)
    except InvalidOperation as error:
        raise Unreadable(f"{name} is not a figure: {value!r}.") from error
    if not figure.is_finite() or not _sane(figure):
        raise Unreadable(f"{name} is not a usable figure: {str(value)[:60]}.")
    return Decimal(format(figure, "f"))


def _sane(figure: Decimal) -> bool:
    digits = len(figure.as_tuple().digits)
    decimals = digits - 1 - figure.adjusted()
    small_enough = figure.adjusted() < LARGEST.adjusted()
    return small_enough and max(digits, decimals) <= MOST_DIGITS


def instant_of(value: object, name: str) -> datetime:
    """An RFC 3339 instant in UTC; nanoseconds are cut to microseconds.

    Raises:
        Unreadable: it is none, or says no offset from UTC.
    """
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise Unreadable(f"{name} is not an instant: {value!r}.") from error
    if moment.tzinfo is None:
        raise Unreadable(f"{name} has no offset from UTC: {value!r}.")
    return moment.astimezone(UTC)


def objects_of(value: object, what: str) -> Sequence[object]:
    """A JSON list.

    Raises:
        Unreadable: it is something else.
    """
    if not isinstance(value, list):
        raise Unreadable(f"{what} should be a list, not {type(value).__name__}.")
    return value


class Fields:
    """One JSON object: reads by name, and counts the names that nobody knows."""

    def __init__(
        self,
        value: object,
        *,
        what: str,
        known: frozenset[str] | None = None,
        unfamiliar: Unfamiliar,
    ) -> None:
        if not isinstance(value, dict):
            raise Unreadable(f"{what} should be an object: {str(value)[:80]!r}.")
        self.what = what
        self._value: Mapping[str, object] = value
        self._unfamiliar = unfamiliar
        if known is not None:
            unfamiliar.update(f"{what}.{name}" for name in value if name not in known)

    def raw(self, name: str) -> object:
        return self._value.get(name)

    def text(self, name: str) -> str:
        """The text of a field that must be there and must not be empty."""
        value = self.raw(name)
        if not isinstance(value, str) or not value:
            raise Unreadable(f"{self._path(name)} is missing: {value!r}.")
        return value

    def text_or(self, name: str, default: str = "") -> str:
        value = self.raw(name)
        return value if isinstance(value, str) else default

    def flag(self, name: str) -> bool:
        return self.raw(name) is True

    def decimal(self, name: str) -> Decimal:
        return decimal_of(self.raw(name), self._path(name))

    def decimal_or_none(self, name: str) -> Decimal | None:
        value = self.raw(name)
        return None if value in (None, "") else decimal_of(value, self._path(name))

    def instant(self, name: str) -> datetime:
        return instant_of(self.raw(name), self._path(name))

    def instant_or_none(self, name: str) -> datetime | None:
        value = self.raw(name)
        return None if value in (None, "") else instant_of(value, self._path(name))

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self.text(name))
        except ValueError as error:
            raise Unreadable(f"{self._path(name)} is not a day.") from error

    def word(self, name: str, enum: type[Word]) -> Word:
        """One of the words of an enum.

        Raises:
            Unreadable: the word is another one, which is also counted.
        """
        word = self.text(name)
        try:
            return enum(word)
        except ValueError as error:
            self.count(f"{name}={word}")
            raise Unreadable(f"{self._path(name)} is unknown: {word!r}.") from error

    def count(self, note: str) -> None:
        """Remember something that we met and do not know."""
        self._unfamiliar[f"{self.what}.{note}"] += 1

    def _path(self, name: str) -> str:
        return f"{self.what}.{name}"
