"""Figures in sentences that are stored: the same in every zone and for every eye."""

from __future__ import annotations

from decimal import Decimal


MINUS = "\N{MINUS SIGN}"


def r_words(value: float | Decimal | None) -> str:
    """A result in R with its sign, "+0.18R"."""
    if value is None:
        return "n/a"
    text = f"{abs(value):.2f}R"
    if not float(f"{value:.2f}"):
        return text
    return f"+{text}" if value > 0 else f"{MINUS}{text}"


def minutes(seconds: float) -> str:
    """Whole minutes, at least one: "15 min"."""
    return f"{max(round(seconds / 60), 1)} min"
