"""Fidelity: account history, with a column for the account or without one.

Above the table stand blank lines and perhaps `Brokerage`, below it a page of small
print. What a row is stands in the words of its action, in capitals or not.
"""

from __future__ import annotations

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports import names, reading, words
from journal.imports.cells import Cells, column_names
from journal.imports.entry import Entry
from journal.imports.formats import Format
from journal.imports.rows import OptionEvent, Statement, StatementRow


COLUMNS = column_names("run date|action|symbol|quantity|price ($)|amount ($)")
# Phrases of the action, the narrower before the wider.
ACTIONS: dict[str, words.Effect] = {
    "assigned": OptionEvent.ASSIGNED,
    "exercised": OptionEvent.EXERCISED,
    "expired": OptionEvent.EXPIRED,
    "you bought": Side.BUY,
    "you sold": Side.SELL,
    "core account": words.SWEEP,
    "reinvestment": Side.BUY,
    "exchanged to": words.SWEEP,
    "foreign tax": CashKind.TAX,
    "tax withh": CashKind.TAX,
    "dividend": CashKind.DIVIDEND,
    "cap gain": CashKind.DIVIDEND,
    "return of capital": CashKind.DIVIDEND,
    "in lieu of": CashKind.CORPORATE_ACTION,
    "reverse split": words.UNITS,
    "merger": words.UNITS,
    "spinoff": words.UNITS,
    "spin-off": words.UNITS,
    "name changed": words.UNITS,
    "distribution": words.UNITS,
    "split": words.UNITS,
    "interest": CashKind.INTEREST,
    "fee": CashKind.FEE,
    "funds transfer": CashKind.TRANSFER,
    "direct deposit": CashKind.TRANSFER,
    "direct debit": CashKind.TRANSFER,
    "debit card": CashKind.TRANSFER,
    "wire transfer": CashKind.TRANSFER,
    "contribution": CashKind.TRANSFER,
    "rollover": CashKind.TRANSFER,
    "check paid": CashKind.TRANSFER,
    "check received": CashKind.TRANSFER,
    "bill payment": CashKind.TRANSFER,
    "transferred": CashKind.TRANSFER,
    "transfer of assets": CashKind.TRANSFER,
    "journaled": CashKind.JOURNAL,
    "adjustment": CashKind.OTHER,
}


def parse(text: str) -> Statement:
    return reading.table(Format.FIDELITY, text, needed=COLUMNS, read=row)


def row(cells: Cells) -> StatementRow:
    action = cells.needed("action")
    meaning = words.containing(action, ACTIONS)
    made = Entry(
        line=cells.line,
        source=cells.source,
        day=cells.day("run date"),
        name=names.name_or_none(cells.text("symbol")),
        quantity=cells.number_or_none("quantity"),
        price=cells.number_or_none("price ($)"),
        fees=cells.total("commission ($)", "fees ($)"),
        amount=cells.number_or_none("amount ($)"),
        account=cells.raw("account number", "account"),
        currency=cells.text("currency") or "USD",
        description=action,
    )
    return words.booked(made, meaning, action)
