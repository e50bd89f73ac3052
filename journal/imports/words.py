"""The words in which brokers say what a row is.

Tables of whole words for brokers that use fixed codes; for the others, phrases that the
text contains, the first that fits. A word that nobody here knows makes the row a
problem: guessing would book it wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports.entry import Entry
from journal.imports.problems import MalformedRow
from journal.imports.rows import OptionEvent, StatementRow


Meaning = Side | CashKind | OptionEvent


@dataclass(frozen=True, slots=True)
class Units:
    """Units came or went without a trade."""


@dataclass(frozen=True, slots=True)
class Nothing:
    why: str


Effect = Meaning | Units | Nothing
UNITS = Units()
SWEEP = Nothing("cash moved to or from the account's own sweep fund")


def table(meanings: Mapping[Effect, str]) -> dict[str, Effect]:
    """`{kind: "one word|another"}` turned round, words folded to small letters."""
    return {
        folded(word): meaning
        for meaning, words in meanings.items()
        for word in words.split("|")
    }


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def containing(text: str, phrases: Mapping[str, Effect]) -> Effect:
    said = folded(text)
    for phrase, meaning in phrases.items():
        if phrase in said:
            return meaning
    raise unknown(text)


def unknown(text: str) -> MalformedRow:
    return MalformedRow(f"what {text[:60]!r} means is not known")


def booked(entry: Entry, meaning: Effect, action: str) -> StatementRow:
    """The row of the kind that the broker's word means.

    Units without money are a corporate action even under a word for cash, as a
    transfer in kind is.
    """
    moved = bool(entry.quantity) and not entry.amount
    if isinstance(meaning, Nothing):
        return entry.ignored(meaning.why)
    if isinstance(meaning, OptionEvent):
        return entry.option(meaning)
    if isinstance(meaning, Side):
        return entry.trade(meaning)
    if isinstance(meaning, Units) or moved:
        return entry.corporate(folded(action))
    return entry.cash(meaning)
