"""The cells of one row under the names of their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from journal.imports import figures, moments
from journal.imports.problems import MalformedRow


def named(text: str) -> str:
    """A column's name as it is looked up: `Gross Amount ` is `gross amount`."""
    return " ".join(text.split()).casefold()


def column_names(text: str) -> frozenset[str]:
    """The columns that a header must have, written `one|another`."""
    return frozenset(named(word) for word in text.split("|"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A column may go by several names; the first that the file has counts."""

    line: int
    source: str
    values: Mapping[str, str]

    def has(self, *names: str) -> bool:
        return any(name.casefold() in self.values for name in names)

    def raw(self, *names: str) -> str:
        """As it stands, the `="..."` of spreadsheets unwrapped; "" for no column."""
        found = self.values.get(self._name(names), "").strip()
        wrapped = found.startswith('="') and found.endswith('"')
        return found[2:-1] if wrapped else found

    def text(self, *names: str) -> str:
        """Without the dashes that some brokers write for nothing."""
        found = self.raw(*names)
        return "" if found in figures.NOTHING else found

    def needed(self, *names: str) -> str:
        found = self.text(*names)
        if not found:
            raise MalformedRow(f"{self._name(names)} is empty")
        return found

    def number(self, *names: str) -> Decimal:
        return figures.number(self.raw(*names), self._name(names))

    def number_or_none(self, *names: str) -> Decimal | None:
        return figures.number_or_none(self.raw(*names), self._name(names))

    def number_or_zero(self, *names: str) -> Decimal:
        return self.number_or_none(*names) or Decimal(0)

    def _name(self, names: Sequence[str]) -> str:
        """The first that the file has, else the first."""
        folded = (name.casefold() for name in names)
        return next((name for name in folded if name in self.values), names[0])

    def total(self, *names: str) -> Decimal:
        """The sum of several columns, blank ones as nothing."""
        return sum((self.number_or_zero(name) for name in names), Decimal(0))

    def day(self, *names: str) -> date:
        return moments.day(self.needed(*names), self._name(names))


def under(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Cells by column name; of two columns with one name, the first.

    Raises:
        MalformedRow: fewer cells than columns, or text beyond the last column.
    """
    if len(cells) < len(header) or any(cells[len(header) :]):
        raise MalformedRow(f"{len(cells)} cells under {len(header)} columns")
    values: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        values.setdefault(name, cell)
    return values
