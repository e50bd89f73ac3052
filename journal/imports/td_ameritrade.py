"""TD Ameritrade: transactions as its web site exported them.

The side stands in the description alone; the last row says END OF FILE.
"""

from __future__ import annotations

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports import names, reading, words
from journal.imports.cells import Cells, column_names
from journal.imports.entry import Entry
from journal.imports.formats import Format
from journal.imports.rows import OptionEvent, Statement, StatementRow


COLUMNS = column_names("date|transaction id|description|quantity|symbol|price|amount")
# Phrases of the description, the narrower before the wider.
DESCRIPTIONS: dict[str, words.Effect] = {
    "due to assignment": OptionEvent.ASSIGNED,
    "due to exercise": OptionEvent.EXERCISED,
    "due to expiration": OptionEvent.EXPIRED,
    "bought": Side.BUY,
    "sold": Side.SELL,
    "withholding": CashKind.TAX,
    "foreign tax": CashKind.TAX,
    "dividend": CashKind.DIVIDEND,
    "distribution": CashKind.DIVIDEND,
    "capital gain": CashKind.DIVIDEND,
    "interest": CashKind.INTEREST,
    "in lieu": CashKind.CORPORATE_ACTION,
    "split": words.UNITS,
    "name change": words.UNITS,
    "merger": words.UNITS,
    "spin": words.UNITS,
    "exchange": words.UNITS,
    "fee": CashKind.FEE,
    "funding": CashKind.TRANSFER,
    "wire": CashKind.TRANSFER,
    "deposit": CashKind.TRANSFER,
    "disbursement": CashKind.TRANSFER,
    "transfer": CashKind.TRANSFER,
    "money market": words.SWEEP,
    "journal": CashKind.JOURNAL,
    "adjustment": CashKind.OTHER,
}
_CHARGES = (
    "commission",
    "reg fee",
    "short-term rdm fee",
    "fund redemption fee",
    "deferred sales charge",
)


def parse(text: str) -> Statement:
    return reading.table(Format.TD_AMERITRADE, text, needed=COLUMNS, read=row)


def row(cells: Cells) -> StatementRow:
    said = cells.needed("description")
    meaning = words.containing(said, DESCRIPTIONS)
    entry = Entry(
        line=cells.line,
        source=cells.source,
        day=cells.day("date"),
        name=names.name_or_none(cells.text("symbol")),
        quantity=cells.number_or_none("quantity"),
        price=cells.number_or_none("price"),
        fees=cells.total(*_CHARGES),
        amount=cells.number_or_none("amount"),
        description=said,
        given_id=cells.text("transaction id"),
    )
    return words.booked(entry, meaning, said)
