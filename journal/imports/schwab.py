"""Charles Schwab: history of transactions, in both of its column orders."""

from __future__ import annotations

import re

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports import names, reading, words
from journal.imports.cells import Cells, column_names
from journal.imports.entry import Entry
from journal.imports.formats import Format
from journal.imports.rows import IgnoredRow, OptionEvent, Statement, StatementRow


COLUMNS = column_names(
    "date|action|symbol|description|quantity|price|fees & comm|amount"
)
ACTIONS = words.table(
    {
        Side.BUY: "buy|buy to open|buy to close|buy to cover|reinvest shares",
        Side.SELL: "sell|sell short|sell to open|sell to close",
        OptionEvent.ASSIGNED: "assigned",
        OptionEvent.EXERCISED: "exchange or exercise|exercised",
        OptionEvent.EXPIRED: "expired",
        words.UNITS: """stock split|reverse split|spin-off|stock merger|cash merger
            |name change|conversion|stock div dist|journaled shares|security transfer
            |mandatory reorg exc|options frwd split|full redemption|stock tender""",
        CashKind.DIVIDEND: """cash dividend|qualified dividend|qual div
            |non-qualified div|special dividend|special qual div|special non qual div
            |reinvest dividend|qual div reinvest|pr yr div reinvest|pr yr cash div
            |pr yr special div|long term cap gain|long term cap gain reinvest
            |short term cap gain|short term cap gain reinvest|div adjustment
            |return of capital|substitute payment""",
        CashKind.INTEREST: """credit interest|bank interest|bond interest
            |margin interest|interest adj|cd interest""",
        CashKind.FEE: "advisor fee|adr mgmt fee|service fee|misc fee|short fee",
        CashKind.TAX: "foreign tax paid|nra tax adj|nra withholding|nra tax",
        CashKind.TRANSFER: """moneylink transfer|moneylink deposit|wire sent
            |wire received|wire funds|wire funds received|internal transfer
            |funds received|funds paid|cash transfer|bank transfer|atm withdrawal
            |visa purchase|auto s1 credit|auto s1 debit""",
        CashKind.JOURNAL: "journal",
        CashKind.OTHER: "misc cash entry|misc credits",
        CashKind.CORPORATE_ACTION: "cash in lieu",
    }
)
_ACCOUNT = re.compile(
    r"Transactions\s+for account (?P<account>.*?)\s+as of", re.IGNORECASE
)


def parse(text: str) -> Statement:
    return reading.table(
        Format.SCHWAB, text, needed=COLUMNS, read=row, hint=account_hint
    )


def account_hint(line: str) -> str:
    found = _ACCOUNT.search(line)
    return found["account"].strip() if found else ""


def row(cells: Cells) -> StatementRow:
    if words.folded(cells.raw("date")) == "transactions total":
        why = "the sum of the file"
        return IgnoredRow(line=cells.line, source=cells.source, why=why)
    action = cells.needed("action")
    meaning = ACTIONS.get(words.folded(action))
    if meaning is None:
        raise words.unknown(action)
    return words.booked(entry(cells), meaning, action)


def entry(cells: Cells) -> Entry:
    return Entry(
        line=cells.line,
        source=cells.source,
        day=cells.day("date"),
        name=names.name_or_none(cells.text("symbol")),
        quantity=cells.number_or_none("quantity"),
        price=cells.number_or_none("price"),
        fees=cells.number_or_zero("fees & comm"),
        amount=cells.number_or_none("amount"),
        description=cells.raw("description"),
    )
