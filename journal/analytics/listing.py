"""A bare list of R-multiples as text, one a line."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from journal.analytics.figures import LARGEST


class UnreadableLineError(ValueError):
    """A line is no number; `number` counts from 1."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"Line {number} is not a number: {text[:40]!r}.")
        self.number = number


def read_results(lines: Iterable[str]) -> list[float]:
    """One R-multiple per line, an R behind it allowed; empty lines count for nothing.

    Raises UnreadableLineError at the first line that is no finite number.
    """
    return [
        _result(number, text)
        for number, line in enumerate(lines, start=1)
        if (text := line.strip().removeprefix("\ufeff"))
    ]


def _result(number: int, text: str) -> float:
    try:
        found = float(Decimal(text.removesuffix("R").rstrip()))
    except (InvalidOperation, OverflowError):
        raise UnreadableLineError(number, text) from None
    if not abs(found) <= LARGEST:
        raise UnreadableLineError(number, text)
    return found
