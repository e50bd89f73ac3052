"""What an address asks of a report: filter, unit, dimension, benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from journal.analytics.outcome import BREAKEVEN_R
from journal.book.filtering import TradeFilter, parse
from journal.reports.dimensions import BY_NAME, DIMENSIONS, Dimension
from journal.reports.unit import Unit


SYMBOL_LENGTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`unread` names what could not be read; it then does not narrow."""

    wanted: TradeFilter
    unit: Unit
    dimension: Dimension
    benchmark: str
    unread: tuple[str, ...]


def asked(
    query: Mapping[str, str], *, remembered: str, breakeven: Decimal = BREAKEVEN_R
) -> Asked:
    """`remembered` is the unit chosen last, or anything else."""
    wanted = parse(query, breakeven)
    unit, dimension = query.get("unit", ""), query.get("by", "")
    unread = list(wanted.unread)
    if unit and unit not in set(Unit):
        unread.append("unit")
    if dimension and dimension not in BY_NAME:
        unread.append("by")
    return Asked(
        wanted=wanted,
        unit=_unit(unit) or _unit(remembered) or Unit.R,
        dimension=BY_NAME.get(dimension, DIMENSIONS[0]),
        benchmark=_symbol(query.get("benchmark", "")),
        unread=tuple(unread),
    )


def side_of(
    query: Mapping[str, str], side: str, breakeven: Decimal = BREAKEVEN_R
) -> TradeFilter:
    """One of two filters of an address: its fields stand behind "a." or "b."."""
    prefix = f"{side}."
    own = {
        name.removeprefix(prefix): text
        for name, text in query.items()
        if name.startswith(prefix)
    }
    found = parse(own, breakeven)
    return replace(found, unread=tuple(f"{prefix}{name}" for name in found.unread))


def _unit(text: str) -> Unit | None:
    return Unit(text) if text in set(Unit) else None


def _symbol(text: str) -> str:
    found = text.strip().upper()[:SYMBOL_LENGTH]
    return found if found.isprintable() else ""
