"""Files that no parser knows, read by columns that a person named: one execution a row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from brokers.domain.orders import Side
from journal.imports import figures, generic, moments, names, reading, words
from journal.imports.cells import Cells, named
from journal.imports.entry import Entry, side_of
from journal.imports.formats import Format
from journal.imports.problems import ImportProblem, MalformedRow
from journal.imports.rows import Statement, StatementRow
from journal.imports.text import Record, decoded, records


DELIMITERS = (",", ";", "\t", "|")
_FEWEST = 4  # columns: a day, a symbol, a quantity, a price
_LOOKED_AT = 30
_NOTHING = Decimal(0)


class Field(StrEnum):
    """What a column may be; the first four have to be named."""

    DAY = "day"
    SYMBOL = "symbol"
    QUANTITY = "quantity"
    PRICE = "price"
    TIME = "time"
    SIDE = "side"
    FEES = "fees"
    AMOUNT = "amount"
    ID = "id"
    NOTE = "note"


NEEDED = (Field.DAY, Field.SYMBOL, Field.QUANTITY, Field.PRICE)


class Signs(StrEnum):
    """How the file tells a sale."""

    SIDE = "side"
    QUANTITY = "quantity"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """`named` maps fields to column names as `named` folds them; `day_format` is a
    pattern of strptime, "" for the usual ones; `comma` says that decimals follow one.
    """

    named: Mapping[Field, str]
    signs: Signs = Signs.SIDE
    day_format: str = ""
    zone: str = "America/New_York"
    comma: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The header of an unknown file and its first rows, to be shown to a person."""

    delimiter: str
    header: tuple[str, ...]
    line: int
    sample: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def fingerprint(self) -> str:
        said = "|".join(named(cell) for cell in self.header)
        return hashlib.sha256(said.encode()).hexdigest()


def table_of(content: str | bytes, *, sampled: int = 5) -> Table:
    """Where the table begins: the first line with names alone and enough of them.

    Raises:
        ImportProblem: no line looks like a header.
    """
    text = decoded(content)
    best = max(DELIMITERS, key=lambda one: _width(text, one))
    found = list(islice(records(text, best), _LOOKED_AT + sampled))
    for at, record in enumerate(found):
        if _is_header(record):
            rows = (one.cells for one in found[at + 1 :])
            sample = tuple(row for row in rows if len(row) >= _FEWEST)[:sampled]
            return Table(
                delimiter=best, header=record.cells, line=record.line, sample=sample
            )
    raise ImportProblem("The file has no line that names its columns.")


def _width(text: str, delimiter: str) -> int:
    rows = islice(records(text, delimiter), _LOOKED_AT)
    return max((len(row.cells) for row in rows), default=0)


def _is_header(record: Record) -> bool:
    said = [cell for cell in record.cells if cell]
    no_figures = not any(cell[:1].isdigit() for cell in said)
    return len(said) >= _FEWEST and no_figures and not record.trouble


def parse(content: str | bytes, mapping: Columns) -> Statement:
    """Every row after the header; what cannot be read says why.

    Raises:
        ImportProblem: the file has no such header, or lacks a column that is named.
    """
    table = table_of(content)
    header = tuple(named(cell) for cell in table.header)
    for one, column in mapping.named.items():
        if column not in header:
            raise ImportProblem(f"The file has no column {column!r} for the {one}.")
    found = reading.Reading()
    for record in records(decoded(content), table.delimiter):
        if record.line < table.line:
            found.ignore(record, "stands above the table")
        elif record.line > table.line:
            found.take(record, header, lambda cells: _row(cells, mapping))
    # The nearest of the formats that hold one execution a row.
    return found.finished(Format.TRADERVUE)


def _row(cells: Cells, mapping: Columns) -> StatementRow:
    view = _View(cells=cells, mapping=mapping)
    day = _day(view.text(Field.DAY), mapping.day_format)
    quantity = view.number(Field.QUANTITY)
    price = view.number(Field.PRICE)
    if quantity is None or price is None:
        raise MalformedRow("the quantity or the price is empty")
    amount = view.number(Field.AMOUNT)
    return Entry(
        line=cells.line,
        source=cells.source,
        day=day,
        at=_at(view.text(Field.DAY), view.text(Field.TIME), day, zone=mapping.zone),
        name=names.name(view.text(Field.SYMBOL).upper() or _empty("symbol")),
        quantity=quantity,
        price=abs(price),
        fees=abs(view.number(Field.FEES) or _NOTHING),
        amount=amount if mapping.signs is Signs.AMOUNT else None,
        given_id=view.text(Field.ID),
        description=view.text(Field.NOTE),
    ).trade(_side(view, mapping))


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """A row under the fields that a person gave its columns."""

    cells: Cells
    mapping: Columns

    def text(self, field: Field) -> str:
        column = self.mapping.named.get(field)
        return "" if column is None else self.cells.text(column)

    def number(self, field: Field) -> Decimal | None:
        said = self.text(field)
        if self.mapping.comma:
            said = said.replace(".", "").replace("\N{NO-BREAK SPACE}", "")
            said = said.replace(",", ".")
        return figures.number_or_none(said, field.value)


def _empty(what: str) -> str:
    raise MalformedRow(f"the {what} is empty")


def _day(text: str, pattern: str) -> date:
    """The day alone: a time that stands in the same cell is read apart."""
    if not pattern:
        return moments.split(text, "the date")[0]
    word = text.replace("T", " ").partition(" ")[0] if " " not in pattern else text
    try:
        return datetime.strptime(word.strip(), pattern).date()  # noqa: DTZ007
    except ValueError:
        raise MalformedRow(f"the date {text[:40]!r} is not like {pattern}") from None


def _at(said: str, time: str, day: date, *, zone: str) -> datetime | None:
    word = time or said.replace("T", " ").partition(" ")[2]
    if not word.strip():
        return None
    clock = moments.clock(word.partition(".")[0], "the time")
    return moments.moment(day, clock, ZoneInfo(zone))


def _side(view: _View, mapping: Columns) -> Side:
    if mapping.signs is Signs.QUANTITY:
        return side_of(view.number(Field.QUANTITY) or _NOTHING)
    if mapping.signs is Signs.AMOUNT:
        amount = view.number(Field.AMOUNT)
        if not amount:
            raise MalformedRow("the amount is empty")
        return Side.BUY if amount < 0 else Side.SELL
    said = view.text(Field.SIDE)
    found = generic.SIDES.get(words.folded(said))
    if not isinstance(found, Side):
        raise MalformedRow(f"the side {said[:40]!r} is not known")
    return found
