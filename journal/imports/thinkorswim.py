"""thinkorswim: account statement, many sections in one file.

Fills are those of Account Trade History; the cash balance tells their fees, and its
clock may differ by a second or two. Where the history is not in the file, the trades of
the cash balance are taken: `BOT +100 AAPL @150.25`. A leg of a spread has the time of
the line above it. Amounts may be masked with asterisks, which no row survives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from brokers.domain.orders import Side
from brokers.domain.reports import CashKind
from journal.imports import figures, moments, names, reading, thinkorswim_fees, words
from journal.imports.cells import Cells, named
from journal.imports.entry import Entry, side_of
from journal.imports.formats import Format
from journal.imports.problems import MalformedRow
from journal.imports.rows import (
    IgnoredRow,
    OptionEvent,
    Statement,
    StatementRow,
    TradeRow,
)
from journal.imports.text import Record, records


TRADES, CASH, ORDERS = "account trade history", "cash balance", "account order history"
TYPES: dict[str, words.Effect] = words.table(
    {
        words.Nothing("a balance, no movement"): "bal",
        CashKind.TRANSFER: "efn|win|wou|fnd|ach",
        CashKind.DIVIDEND: "doi",
        CashKind.JOURNAL: "jrn",
        CashKind.OTHER: "liq|adj|crc",
    }
)
_REMOVED: dict[str, words.Effect] = {
    "assign": OptionEvent.ASSIGNED,
    "exercise": OptionEvent.EXERCISED,
    "expir": OptionEvent.EXPIRED,
}
_TRADED = re.compile(
    r"(?P<side>BOT|SOLD) (?P<quantity>[+-]?[0-9.,]+) (?P<symbol>.+?) "
    r"@(?P<price>[0-9.,]+)(?: [A-Z ]+)?"
)
_ACCOUNT = re.compile(r"Account Statement for (?P<account>.*?) (?:\(|since)")


@dataclass(slots=True, kw_only=True)
class _Sections:
    """Where in the file we are, and what the trades' lines leave to the next one."""

    found: reading.Reading = field(default_factory=reading.Reading)
    title: str = ""
    header: tuple[str, ...] = ()
    account: str = ""
    last_time: str = ""
    booked: list[TradeRow] = field(default_factory=list)

    def read(self, record: Record) -> None:
        said = [cell for cell in record.cells if cell]
        if record.trouble:
            self.found.complain(record, record.trouble)
        elif said == [*record.cells[:1]]:
            self._titled(record, said[0])
        elif not self.header:
            self.header = tuple(named(cell) for cell in record.cells)
        elif self.title == TRADES:
            self.found.take(record, self.header, self._trade)
        elif self.title == CASH:
            self._cash(record)
        else:
            why = "an order, not a fill" if self.title == ORDERS else "no transaction"
            self.found.ignore(record, why)

    def _titled(self, record: Record, title: str) -> None:
        account = _ACCOUNT.match(title)
        self.account = account["account"] if account else self.account
        self.title, self.header = named(title), ()
        self.found.ignore(record, "a title")

    def _trade(self, cells: Cells) -> StatementRow:
        self.last_time = cells.text("exec time") or self.last_time
        day, at = moments.split(self.last_time, "exec time")
        quantity = figures.number(cells.raw("qty"), "qty")
        return Entry(
            line=cells.line,
            source=cells.source,
            day=day,
            at=None if at is None else moments.moment(day, at),
            name=_security(cells),
            quantity=quantity,
            price=cells.number("price"),
            description=cells.raw("spread"),
        ).trade(side_of(quantity))

    def _cash(self, record: Record) -> None:
        self.found.take(record, self.header, cash)
        last = self.found.rows[-1] if self.found.rows else None
        if isinstance(last, TradeRow) and last.line == record.line:
            self.booked.append(last)


def parse(text: str) -> Statement:
    sections = _Sections()
    for record in records(text):
        sections.read(record)
    thinkorswim_fees.join(sections.found, sections.booked)
    account = sections.account if sections.account.strip("* ") else ""
    return sections.found.finished(Format.THINKORSWIM, account)


def cash(cells: Cells) -> StatementRow:
    kind, said = words.folded(cells.raw("type")), cells.raw("description")
    if named(said) == "total":
        return IgnoredRow(line=cells.line, source=cells.source, why="a sum")
    if "*" in cells.raw("amount"):
        raise MalformedRow("the amount is masked")
    day, at = moments.split(f"{cells.needed('date')} {cells.raw('time')}", "date")
    entry = Entry(
        line=cells.line,
        source=cells.source,
        day=day,
        at=None if at is None else moments.moment(day, at),
        fees=-cells.total("misc fees", "commissions & fees"),
        amount=cells.number_or_none("amount"),
        description=said,
        order_id=cells.text("ref #"),
    )
    if kind == "trd":
        return _traded(entry)
    if kind == "rad":
        return _removed(entry)
    meaning = TYPES.get(kind)
    if meaning is None:
        raise words.unknown(kind)
    interest = meaning is CashKind.DIVIDEND and "interest" in named(said)
    return words.booked(entry, CashKind.INTEREST if interest else meaning, kind)


def _traded(entry: Entry) -> StatementRow:
    match = _TRADED.search(entry.description)
    if match is None:
        raise words.unknown(entry.description)
    fees, amount = entry.fees, entry.amount
    traded = replace(
        entry,
        name=names.name(match["symbol"]),
        quantity=figures.number(match["quantity"], "quantity"),
        price=figures.number(match["price"], "price"),
        amount=None if amount is None else amount - fees,
    )
    return traded.trade(Side.BUY if match["side"] == "BOT" else Side.SELL)


def _removed(entry: Entry) -> StatementRow:
    """`REMOVAL OF OPTION DUE TO EXPIRATION -1.0 SPY 100 17 JUN 22 400 CALL`."""
    meaning = words.containing(entry.description, _REMOVED)
    match = re.search(
        r"(?P<quantity>[+-]?[0-9.]+) (?P<option>[A-Z].*)$", entry.description
    )
    told = re.sub(r"^([A-Z.]+) 100 ", r"\1 ", match["option"]) if match else ""
    if match is None or (symbol := names.option(told)) is None:
        raise words.unknown(entry.description)
    moved = figures.number(match["quantity"], "quantity")
    named_ = replace(entry, name=names.name(symbol), quantity=moved)
    return words.booked(named_, meaning, entry.description)


def _security(cells: Cells) -> names.Name:
    symbol = cells.needed("symbol")
    if not cells.text("exp"):
        return names.name(symbol)
    told = f"{symbol} {cells.text('exp')} {cells.text('strike')} {cells.text('type')}"
    found = names.option(told)
    if found is None:
        raise MalformedRow(f"the option {told[:60]!r} cannot be read")
    return names.name(found)
