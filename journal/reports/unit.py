"""Money, per cent or R: what a page counts in, and how it writes such a figure.

Statistics are floats; here they become the Decimals that the desk's filters write.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from tradedesk.web import display, formatting


class Unit(StrEnum):
    MONEY = "money"
    PERCENT = "percent"
    R = "r"


LABELS: Mapping[Unit, str] = MappingProxyType(
    {Unit.MONEY: "Money", Unit.PERCENT: "%", Unit.R: "R"}
)
_WHOLE = 100


def decimal_of(value: float | Decimal | None) -> Decimal | None:
    """For the eye: a statistic to ten digits."""
    if value is None or isinstance(value, Decimal):
        return value
    return Decimal(f"{value:.10g}") if math.isfinite(value) else None


def signed(value: float | Decimal | None, unit: Unit) -> str:
    """A result: "+1.85R", "+120.00" or "+0.42%"; per cent comes in as a share."""
    return _WRITERS[unit](decimal_of(value))


def ratio(value: float | None, places: int = 2) -> str:
    return formatting.number(decimal_of(value), places=places)


def share(value: float | None, *, places: int = 1, plus: bool = False) -> str:
    """A share as per cent."""
    return formatting.ratio_percent(decimal_of(value), places=places, signed=plus)


def css(value: float | Decimal | None, unit: Unit = Unit.R) -> str:
    """The class of an outcome, as the figure is written."""
    places = 4 if unit is Unit.PERCENT else 2
    return formatting.direction(decimal_of(value), places=places)


def axis(value: float, unit: Unit) -> str:
    """A short figure at a grid line: "+20R", "+1.5K", "+5%"."""
    if unit is Unit.MONEY and display.current().hide_money:
        return ""
    scaled = value * _WHOLE if unit is Unit.PERCENT else value
    sign = formatting.MINUS if scaled < 0 else "+" if scaled else ""
    size, suffix = _compacted(abs(scaled)) if unit is Unit.MONEY else (abs(scaled), "")
    end = {Unit.MONEY: "", Unit.PERCENT: "%", Unit.R: "R"}[unit]
    return f"{sign}{size:.10g}{suffix}{end}"


def _compacted(size: float) -> tuple[float, str]:
    for least, suffix in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if size >= least:
            return size / least, suffix
    return size, ""


def signed_money(value: Decimal | None) -> str:
    """Hidden from who wished so."""
    if display.current().hide_money:
        return formatting.HIDDEN
    return formatting.signed_money(value)


def _percent(value: Decimal | None) -> str:
    return formatting.ratio_percent(value, signed=True)


_WRITERS: Mapping[Unit, Callable[[Decimal | None], str]] = MappingProxyType(
    {
        Unit.MONEY: signed_money,
        Unit.PERCENT: _percent,
        Unit.R: formatting.r_multiple,
    }
)
