"""Statements that Django compiles once, and the places in them where values go.

Shared by `tradedesk.reads` and `tradedesk.writes`. While Django makes the SQL, each
value is stood for by one that occurs in no query of ours, and is found again among the
parameters.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any


Value = int | str | datetime | date | Decimal
Argument = Value | tuple[Value, ...] | None
# New in every process, so that nobody can type what another value is taken for; small
# enough for a column of four bytes.
_FIRST = 1_900_000_000 + 1_000 * secrets.randbelow(200_000)
_LONG_AGO = datetime(1871, 1, 1, tzinfo=UTC)
_LONGER_AGO = date(1, 1, 1) + timedelta(days=_FIRST // 1_000 % 600_000)
_STAND_IN: dict[type, Callable[[int], Value]] = {
    int: lambda place: _FIRST + place,
    str: lambda place: f"stands for value {_FIRST + place}",
    datetime: lambda place: _LONG_AGO + timedelta(seconds=_FIRST // 1_000, days=place),
    date: lambda place: _LONGER_AGO + timedelta(days=place),
    Decimal: lambda place: Decimal(_FIRST + place),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes; `kind` is what the field has the driver see it as, a `bigint`
    for instance, or None.
    """

    number: int
    kind: Callable[[Value], Any] | None

    def of(self, values: Sequence[Value]) -> Any:
        value = values[self.number]
        return value if self.kind is None else self.kind(value)


class StandIns:
    """What a statement is made from in place of the values."""

    def __init__(self, values: Sequence[Argument]) -> None:
        self._made: list[Value] = []
        self.arguments = tuple(
            tuple(map(self._one, one)) if isinstance(one, tuple) else self._one(one)
            for one in values
        )

    def _one(self, value: Value | None) -> Value | None:
        if value is None:
            return None  # compared with IS NULL, which takes no parameter
        self._made.append(_STAND_IN[type(value)](len(self._made)))
        return self._made[-1]

    def placed(self, params: Sequence[Any]) -> tuple[Any, ...]:
        """The statement's parameters: what stands fixed, or the place of a value.

        Raises:
            ValueError: the statement does not take a value as it was given.
        """
        placed = tuple(self._place(one) for one in params)
        found = {one.number for one in placed if isinstance(one, Place)}
        if lost := set(range(len(self._made))) - found:
            raise ValueError(
                f"Values {sorted(lost)} are changed before they are asked for."
            )
        return placed

    def _place(self, param: Any) -> Any:
        for number, one in enumerate(self._made):
            if isinstance(param, type(one)) and param == one:
                kind = None if type(param) is type(one) else type(param)
                return Place(number, kind)
        return param


def shape_of(values: Sequence[Argument]) -> tuple[object, ...]:
    """What a statement may look different by."""
    return tuple(
        (tuple, len(one), type(one[0]) if one else int)
        if isinstance(one, tuple)
        else type(one)
        for one in values
    )


def filled(params: Sequence[Any], values: Sequence[Argument]) -> list[Any]:
    """The parameters with these values in their places."""
    flat = [
        one
        for value in values
        for one in (value if isinstance(value, tuple) else (value,))
        if one is not None
    ]
    return [one.of(flat) if isinstance(one, Place) else one for one in params]
