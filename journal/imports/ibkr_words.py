"""The words that Interactive Brokers uses alike in all of its exports."""

from __future__ import annotations

import re
from collections.abc import Iterable

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports import names, words
from journal.imports.entry import NAMELESS
from journal.imports.names import Name
from journal.imports.rows import NamedBy, OptionEvent


# Phrases of a section's title or a row's type, the narrower before the wider.
CASH: dict[str, words.Effect] = {
    "tax": CashKind.TAX,
    "dividend": CashKind.DIVIDEND,
    "payment in lieu": CashKind.DIVIDEND,
    "interest": CashKind.INTEREST,
    "commission adjustment": CashKind.FEE,
    "fee": CashKind.FEE,
    "deposit": CashKind.TRANSFER,
    "withdrawal": CashKind.TRANSFER,
    "cash transfer": CashKind.TRANSFER,
}
TYPES: dict[str, words.Effect] = {
    "assign": OptionEvent.ASSIGNED,
    "exercise": OptionEvent.EXERCISED,
    "expir": OptionEvent.EXPIRED,
    "forex trade component": CashKind.OTHER,
    "fx translation": words.Nothing("a figure of the books, no money"),
    **CASH,
    "transfer": CashKind.TRANSFER,
    "corporate action": words.UNITS,
    "split": words.UNITS,
    "merger": words.UNITS,
    "adjustment": CashKind.OTHER,
    "buy": Side.BUY,
    "sell": Side.SELL,
}
_EVENTS = {
    "EP": OptionEvent.EXPIRED,
    "A": OptionEvent.ASSIGNED,
    "EX": OptionEvent.EXERCISED,
}
# `AAPL(US0378331005) Cash Dividend USD 0.25 per Share (Ordinary Dividend)`
_PAYER = re.compile(
    r"(?P<symbol>[A-Z][A-Z0-9. ]{0,11}?)\s*\([A-Z]{2}[A-Z0-9]{9}[0-9]\)"
)


def payer(description: str) -> Name:
    found = _PAYER.match(description)
    return names.name(found["symbol"]) if found else NAMELESS


def security(symbol: str, category: str) -> Name:
    """Pairs of currencies by their own kind of name."""
    if category.strip().casefold() in {"forex", "cash"} and symbol:
        return Name(symbol.strip().upper()[:20], NamedBy.CURRENCY)
    return names.name_or_none(symbol)


def event(codes: str, *, apart_by: str = ";") -> OptionEvent | None:
    """What became of an option, by the codes of its row; None for a trade."""
    given = codes.upper().replace(",", apart_by).split(apart_by)
    return _first(_EVENTS.get(code.strip()) for code in given)


def _first(found: Iterable[OptionEvent | None]) -> OptionEvent | None:
    return next((one for one in found if one is not None), None)
