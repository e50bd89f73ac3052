"""Robinhood: account activity by transaction code, newest first, days without times.

Options go by their description; `18S` is a quantity that left the account; the last
row is a disclaimer.
"""

from __future__ import annotations

from decimal import Decimal

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports import figures, names, reading, words
from journal.imports.cells import Cells, column_names
from journal.imports.entry import Entry
from journal.imports.formats import Format
from journal.imports.rows import OptionEvent, Statement, StatementRow


COLUMNS = column_names(
    "activity date|process date|instrument|description|trans code|quantity|price|amount"
)
CODES = words.table(
    {
        Side.BUY: "buy|bto|btc|drip",
        Side.SELL: "sell|sto|stc",
        OptionEvent.ASSIGNED: "oasgn",
        OptionEvent.EXERCISED: "oexcs",
        OptionEvent.EXPIRED: "oexp",
        words.UNITS: "spl|spr|soff|mrgs|sxch|rec|conv|oca|acats|acati|acato",
        CashKind.DIVIDEND: "cdiv|mdiv|qdiv|rocdiv|ltcg|stcg",
        CashKind.INTEREST: "int|mint|slip|gdbp",
        CashKind.FEE: "gold|dfee|afee|gmpc|fee",
        CashKind.TAX: "dtax|nrat",
        CashKind.TRANSFER: "ach|rtp|dcf|xent|xent_cc|itrf|wire|dcr|ddep|cfrb",
        CashKind.JOURNAL: "jnl",
        CashKind.CORPORATE_ACTION: "cil|mrgc",
        CashKind.OTHER: "misc|futswp|adj",
    }
)


def parse(text: str) -> Statement:
    return reading.table(Format.ROBINHOOD, text, needed=COLUMNS, read=row)


def row(cells: Cells) -> StatementRow:
    code = cells.needed("trans code")
    meaning = CODES.get(words.folded(code))
    if meaning is None:
        raise words.unknown(code)
    said = cells.raw("description")
    told = said.removeprefix("Option Expiration for ")
    made = Entry(
        line=cells.line,
        source=cells.source,
        day=cells.day("activity date"),
        name=names.name_or_none(names.option(told) or cells.text("instrument")),
        quantity=quantity(cells.raw("quantity")),
        price=cells.number_or_none("price"),
        amount=cells.number_or_none("amount"),
        description=said,
    )
    return words.booked(made, meaning, code)


def quantity(text: str) -> Decimal | None:
    """Signed: an S behind the figure is a side that was short or left the account."""
    word = text.strip()
    if word[-1:].upper() != "S":
        return figures.number_or_none(word, "quantity")
    return -figures.number(word[:-1], "quantity")
