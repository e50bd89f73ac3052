"""E*TRADE: transactions as exported from 2025 on, and as exported before.

In the older layout the quantity is signed and years have two digits; in the newer one
two dashes stand for nothing. Neither tells the time of day.
"""

from __future__ import annotations

import re

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports import names, reading, words
from journal.imports.cells import Cells, column_names
from journal.imports.entry import Entry
from journal.imports.formats import Format
from journal.imports.rows import OptionEvent, Statement, StatementRow


COLUMNS = column_names(
    "activity/trade date|activity type|description|symbol|quantity #|price $|amount $"
)
OLD_COLUMNS = column_names(
    "transactiondate|transactiontype|securitytype|symbol|quantity|amount|price"
)
# Phrases that a type contains, the narrower before the wider.
TYPES: dict[str, words.Effect] = {
    "option assign": OptionEvent.ASSIGNED,
    "assigned": OptionEvent.ASSIGNED,
    "exercise": OptionEvent.EXERCISED,
    "expir": OptionEvent.EXPIRED,
    "bought": Side.BUY,
    "sold": Side.SELL,
    "dividend reinvest": Side.BUY,
    "reinvestment": Side.BUY,
    "withholding": CashKind.TAX,
    "tax": CashKind.TAX,
    "dividend": CashKind.DIVIDEND,
    "capital gain": CashKind.DIVIDEND,
    "distribution": CashKind.DIVIDEND,
    "interest": CashKind.INTEREST,
    "fee": CashKind.FEE,
    "commission": CashKind.FEE,
    "split": words.UNITS,
    "merger": words.UNITS,
    "spin": words.UNITS,
    "name change": words.UNITS,
    "reorg": words.UNITS,
    "exchange": words.UNITS,
    "conversion": words.UNITS,
    "transfer": CashKind.TRANSFER,
    "deposit": CashKind.TRANSFER,
    "withdrawal": CashKind.TRANSFER,
    "ach": CashKind.TRANSFER,
    "wire": CashKind.TRANSFER,
    "check": CashKind.TRANSFER,
    "bill payment": CashKind.TRANSFER,
    "journal": CashKind.JOURNAL,
    "cash in lieu": CashKind.CORPORATE_ACTION,
    "adjustment": CashKind.OTHER,
    "misc": CashKind.OTHER,
}
_ACCOUNT = re.compile(r"For Account:[,\s]*(?P<account>[#*\w-]+)", re.IGNORECASE)


def parse(text: str) -> Statement:
    return reading.table(
        Format.ETRADE, text, needed=COLUMNS, read=row, hint=account_hint
    )


def parse_old(text: str) -> Statement:
    return reading.table(
        Format.ETRADE_OLD, text, needed=OLD_COLUMNS, read=row, hint=account_hint
    )


def account_hint(line: str) -> str:
    found = _ACCOUNT.search(line)
    return found["account"] if found else ""


def row(cells: Cells) -> StatementRow:
    kind = cells.needed("activity type", "transactiontype")
    meaning = words.containing(kind, TYPES)
    said = cells.raw("description")
    symbol = cells.text("symbol")
    made = Entry(
        line=cells.line,
        source=cells.source,
        day=cells.day("activity/trade date", "transactiondate"),
        name=names.name_or_none(names.option(said) or symbol),
        quantity=cells.number_or_none("quantity #", "quantity"),
        price=cells.number_or_none("price $", "price"),
        fees=cells.number_or_zero("commission"),
        amount=cells.number_or_none("amount $", "amount"),
        description=said,
    )
    return words.booked(made, meaning, kind)
