"""Alpaca: account activities as its API gives them, or the same fields as CSV.

Types are those of schema ActivityType in Alpaca's Trading API document. An execution's
id is the part behind the colons of a FILL activity's id, in small letters, which is how
the desk's own reports from Alpaca name it: the same fill meets itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports import moments, names, reading, words
from journal.imports.cells import Cells, column_names
from journal.imports.entry import Entry
from journal.imports.formats import Format
from journal.imports.problems import ImportProblem
from journal.imports.rows import OptionEvent, Statement, StatementRow
from journal.imports.text import Record


COLUMNS = column_names("id|activity_type")
TYPES = words.table(
    {
        CashKind.FEE: "fee|cfee|divfee|ptc|ptr",
        CashKind.DIVIDEND: "div|cgd|divcgl|divcgs|divroc|divtxex",
        CashKind.TAX: "divft|divnra|divtw|intnra|inttw|wh",
        CashKind.INTEREST: "int",
        CashKind.TRANSFER: "csd|csw|trans|acatc|acats|fopt",
        CashKind.JOURNAL: "jnl|jnlc|jnls",
        CashKind.CORPORATE_ACTION: "ma|nc|reorg|spin|split|vof",
        CashKind.OTHER: "misc|opca|opcsh|optrd",
        OptionEvent.ASSIGNED: "opasn",
        OptionEvent.EXERCISED: "opexc|opexs",
        OptionEvent.EXPIRED: "opexp",
    }
)
SIDES = {
    "buy": Side.BUY,
    "sell": Side.SELL,
    "sell_short": Side.SELL,
    "buy_minus": Side.BUY,
    "sell_plus": Side.SELL,
}

_BEGIN = re.compile(r"\s*\[\s*")
_BETWEEN = re.compile(r"\s*,?\s*")


def parse_csv(text: str) -> Statement:
    return reading.table(Format.ALPACA_CSV, text, needed=COLUMNS, read=row)


def parse_json(text: str) -> Statement:
    found = reading.Reading()
    for record, fields in _activities(text):
        header = tuple(key.casefold() for key in fields)
        cells = tuple(_word(value) for value in fields.values())
        found.take(
            Record(line=record.line, source=record.source, cells=cells), header, row
        )
    return found.finished(Format.ALPACA_JSON)


def row(cells: Cells) -> StatementRow:
    kind = cells.needed("activity_type")
    if words.folded(cells.raw("status")) in {"canceled", "cancelled"}:
        return _entry(cells).ignored("the broker took it back")
    if kind.upper() == "FILL":
        return _fill(cells)
    meaning = TYPES.get(words.folded(kind))
    if meaning is None:
        raise words.unknown(kind)
    return words.booked(_entry(cells), meaning, kind)


def _fill(cells: Cells) -> StatementRow:
    side = SIDES.get(words.folded(cells.raw("side")))
    if side is None:
        raise words.unknown(cells.raw("side"))
    at = moments.instant(cells.needed("transaction_time"), "transaction_time")
    named = cells.text("execution_id") or cells.needed("id").rpartition("::")[2]
    return Entry(
        line=cells.line,
        source=cells.source,
        day=at.astimezone(moments.NEW_YORK).date(),
        at=at,
        name=names.name(cells.needed("symbol")),
        quantity=cells.number("qty"),
        price=cells.number("price"),
        account=cells.text("account_id"),
        given_id=named.lower(),
        order_id=cells.text("order_id"),
    ).trade(side)


def _entry(cells: Cells) -> Entry:
    return Entry(
        line=cells.line,
        source=cells.source,
        day=moments.split(cells.needed("date", "transaction_time")[:10], "date")[0],
        name=names.name_or_none(cells.text("symbol")),
        quantity=cells.number_or_none("qty"),
        price=cells.number_or_none("price"),
        amount=cells.number_or_none("net_amount"),
        account=cells.text("account_id"),
        currency=cells.text("currency") or "USD",
        description=cells.raw("description"),
        given_id=cells.text("id"),
    )


def _activities(text: str) -> Iterator[tuple[Record, dict[str, object]]]:
    """The objects of the list one by one, so that each knows its line."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    begun = _BEGIN.match(text)
    if begun is None:
        raise ImportProblem("The file is no list of activities.")
    at, line = begun.end(), 1 + begun[0].count("\n")
    while at < len(text) and text[at] != "]":
        try:
            value, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            raise ImportProblem(
                f"The file is no valid JSON from line {line}."
            ) from None
        if not isinstance(value, dict):
            raise ImportProblem(f"Line {line} holds no activity.")
        yield Record(line=line, source=text[at : min(end, at + 500)], cells=()), value
        after = _BETWEEN.match(text, end)
        behind = after.end() if after else end
        line += text.count("\n", at, behind)
        at = behind
    if at >= len(text):
        raise ImportProblem("The file ends before its list does.")


def _word(value: object) -> str:
    return "" if value is None else str(value)
