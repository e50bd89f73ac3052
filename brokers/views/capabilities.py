"""What a broker can do, as the table of its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from brokers.domain.orders import OrderClass, OrderType, TimeInForce
from brokers.registry import Broker


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityRow:
    """One line: what it is about, what works, and what does not (empty: nothing)."""

    about: str
    can: str
    cannot: str = ""


def context_of(broker: Broker) -> dict[str, Any]:
    """What `brokers/capabilities.html` shows beside the broker itself."""
    rows = rows_of(broker)
    return {"table": rows, "something_cannot": any(row.cannot for row in rows)}


def rows_of(broker: Broker) -> list[CapabilityRow]:
    table = broker.capabilities
    restricted = _words(table.restricted_types)
    return [
        _split("Order types", OrderType, table.order_types),
        _split("Times in force", TimeInForce, table.times_in_force),
        _split("With attached exits", OrderClass, table.order_classes),
        CapabilityRow(
            about="Attached exits need",
            can=f"{_words(table.class_types)}: {_words(table.class_times_in_force)}",
        ),
        CapabilityRow(
            about="Only for some types",
            can=f"{_words(table.restricted_times_in_force)}: {restricted}",
        ),
        CapabilityRow(
            about="Fractions",
            can=f"{_words(table.fractional_types)}, {_words(table.fractional_times_in_force)}"
            f", {table.fractional_decimals} decimals",
        ),
        CapabilityRow(
            about="Extended hours", can=_words(table.extended_hours_types) or "none"
        ),
        *(
            _yes_or_no(about, works=works)
            for about, works in (
                ("Orders in money", table.notional),
                ("Short sales", table.shorting),
                ("Changing a working order", table.replace),
                ("News by stream", table.streaming),
                ("Look-up by our own order id", table.client_order_id_lookup),
            )
        ),
        CapabilityRow(
            about="Requests", can=f"{table.requests_per_minute} a minute at most"
        ),
    ]


def _split(
    about: str, vocabulary: type[StrEnum], known: Iterable[StrEnum]
) -> CapabilityRow:
    can = set(known)
    cannot = [word for word in vocabulary if word not in can]
    return CapabilityRow(about=about, can=_words(can), cannot=_words(cannot))


def _words(found: Iterable[StrEnum]) -> str:
    """In the order of the vocabulary; times in force in capitals, as traders write."""
    ordered = sorted(found, key=_place)
    return ", ".join(_word(word) for word in ordered)


def _place(word: StrEnum) -> int:
    return list(type(word).__members__.values()).index(word)


def _word(word: StrEnum) -> str:
    if isinstance(word, TimeInForce) or word in {OrderClass.OCO, OrderClass.OTO}:
        return word.value.upper()
    return word.value.replace("_", " ")


def _yes_or_no(about: str, *, works: bool) -> CapabilityRow:
    return CapabilityRow(
        about=about, can="yes" if works else "", cannot="" if works else "not possible"
    )
