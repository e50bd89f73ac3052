"""Interactive Brokers: Transaction History, a day each row and no times.

A dash stands for nothing, figures may be written as `-2.6E-4`, and the header has a
blank behind `Gross Amount`. Amounts are in the account's base currency.
"""

from __future__ import annotations

from journal.imports import ibkr_words, names, reading, words
from journal.imports.cells import Cells, named
from journal.imports.entry import Entry
from journal.imports.formats import Format
from journal.imports.rows import NamedBy, Statement, StatementRow
from journal.imports.text import Record, records


SECTION = "Transaction History"
LEAD = 2  # cells in front of the table's own: section, and what the line is


def parse(text: str) -> Statement:
    found = reading.Reading()
    account = ""
    header: tuple[str, ...] = ()
    base = _base_currency(text)
    for record in records(text):
        section, what = (*record.cells, "", "")[:LEAD]
        if record.trouble:
            found.complain(record, record.trouble)
        elif named(what) == "header":
            header = tuple(named(cell) for cell in record.cells[LEAD:])
        elif section != SECTION:
            found.ignore(record, f"the section {section[:60]!r} holds no transactions")
        else:
            account = account or _account(record, header)
            found.take(record, header, lambda cells: row(cells, base), shift=LEAD)
    return found.finished(Format.IBKR_HISTORY, account)


def row(cells: Cells, base: str) -> StatementRow:
    kind = cells.needed("transaction type")
    meaning = words.containing(kind, ibkr_words.TYPES)
    fees = -cells.number_or_zero("commission")
    currency = cells.text("price currency", "currency")
    net = cells.number_or_none("net amount")
    entry = Entry(
        line=cells.line,
        source=cells.source,
        day=cells.day("date"),
        name=_name(cells.text("symbol")),
        quantity=cells.number_or_none("quantity"),
        price=cells.number_or_none("price"),
        fees=fees,
        amount=net if net is not None else cells.number_or_none("gross amount"),
        account=cells.text("account"),
        # Prices are in the security's currency, cash in the account's own.
        currency=(currency if cells.number_or_none("price") else "") or base,
        description=cells.raw("description"),
    )
    return words.booked(entry, meaning, kind)


def _name(symbol: str) -> names.Name:
    parts = symbol.upper().split(".")
    if [len(part) for part in parts] == [3, 3]:
        return names.Name(symbol.upper(), NamedBy.CURRENCY)
    return names.name_or_none(symbol)


def _account(record: Record, header: tuple[str, ...]) -> str:
    cells = dict(zip(header, record.cells[LEAD:], strict=False))
    return cells.get("account", "")


def _base_currency(text: str) -> str:
    for record in records(text):
        if record.cells[:3] == ("Summary", "Data", "Base Currency"):
            return (*record.cells, "")[3] or "USD"
    return "USD"
