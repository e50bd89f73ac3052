"""Interactive Brokers: activity statement as CSV, many tables in one file.

Each line begins with its section and with Header, Data, SubTotal or Total. Where single
executions are listed (`Trade`), the orders above them are sums and left out. Commission
is negative where it costs. Two equal fills in one second are both real.
"""

from __future__ import annotations

from datetime import date

from brokers.domain.reports import CashKind
from journal.imports import ibkr_words, moments, reading, words
from journal.imports.cells import Cells, named
from journal.imports.entry import Entry, side_of
from journal.imports.formats import Format
from journal.imports.problems import MalformedRow
from journal.imports.rows import NamedBy, Statement, StatementRow
from journal.imports.text import Record, records


LEAD = 2  # cells in front of the table's own: section, and what the line is
SUMS = {"subtotal", "total", "notes"}
_BOOKED = "Trades"
_MOVES = "Corporate Actions"
_CASH_SECTIONS = (
    "Dividends",
    "Payment In Lieu Of Dividends",
    "Withholding Tax",
    "Interest",
    "Broker Interest Paid",
    "Broker Interest Received",
    "Fees",
    "Other Fees",
    "Transaction Fees",
    "Sales Tax",
    "Deposits & Withdrawals",
    "Commission Adjustments",
)


def parse(text: str) -> Statement:
    found = reading.Reading()
    account = ""
    header: tuple[str, ...] = ()
    every = list(records(text))
    singles = any(_is_single(record) for record in every)
    for record in every:
        section, what = (*record.cells, "", "")[:LEAD]
        if record.trouble or not what:
            found.complain(record, record.trouble or "no section stands in front")
        elif named(what) == "header":
            header = tuple(named(cell) for cell in record.cells[LEAD:])
        elif section == "Account Information" and record.cells[LEAD:][:1] == (
            "Account",
        ):
            account = (*record.cells, "")[LEAD + 1]
            found.ignore(record, "names the account")
        else:
            _data(found, record, header, singles=singles)
    return found.finished(Format.IBKR_ACTIVITY, account)


def _is_single(record: Record) -> bool:
    return record.cells[:3] == (_BOOKED, "Data", "Trade")


def _data(
    found: reading.Reading, record: Record, header: tuple[str, ...], *, singles: bool
) -> None:
    section = record.cells[0]
    why = _left_out(record, singles=singles)
    if why:
        found.ignore(record, why)
    elif section == _BOOKED:
        found.take(record, header, trade, shift=LEAD)
    elif section == _MOVES:
        found.take(record, header, corporate, shift=LEAD)
    else:
        found.take(record, header, lambda cells: cash(cells, section), shift=LEAD)


def _left_out(record: Record, *, singles: bool) -> str:
    section, what, *rest = record.cells
    first = named(rest[0]) if rest else ""
    if section not in {_BOOKED, _MOVES, *_CASH_SECTIONS}:
        return f"the section {section[:60]!r} holds no transactions"
    if named(what) in SUMS or first.startswith(("total", "subtotal")):
        return "a sum, not a transaction"
    if section == _BOOKED and first == "closedlot":
        return "the lot that a trade closed"
    if section == _BOOKED and first == "order" and singles:
        return "an order whose executions are listed"
    return ""


def trade(cells: Cells) -> StatementRow:
    day, at = moments.split(cells.needed("date/time"), "date/time")
    category = cells.text("asset category")
    name = ibkr_words.security(cells.needed("symbol"), category)
    quantity = cells.number("quantity")
    fees = -cells.number_or_zero("comm/fee", "comm in usd")
    proceeds = cells.number_or_none("proceeds")
    pair = name.by is NamedBy.CURRENCY
    amount = proceeds if pair or proceeds is None else proceeds - fees
    entry = Entry(
        line=cells.line,
        source=cells.source,
        day=day,
        at=None if at is None else moments.moment(day, at),
        name=name,
        quantity=quantity,
        price=cells.number_or_none("t. price"),
        fees=fees,
        amount=amount,
        account=cells.text("account"),
        currency=cells.text("currency") or "USD",
        description=cells.raw("code"),
    )
    event = ibkr_words.event(cells.raw("code"))
    if event is not None and name.by is NamedBy.OPTION:
        return entry.option(event)
    return entry.trade(side_of(quantity))


def cash(cells: Cells, section: str) -> StatementRow:
    said = cells.raw("description")
    kind = words.containing(section, ibkr_words.CASH)
    if not isinstance(kind, CashKind):
        raise MalformedRow(f"the section {section[:60]!r} is not known")
    return Entry(
        line=cells.line,
        source=cells.source,
        day=_day(cells),
        name=ibkr_words.payer(said),
        amount=cells.number("amount"),
        account=cells.text("account"),
        currency=cells.needed("currency"),
        description=said,
    ).cash(kind)


def corporate(cells: Cells) -> StatementRow:
    said = cells.raw("description")
    return Entry(
        line=cells.line,
        source=cells.source,
        day=_day(cells),
        name=ibkr_words.payer(said),
        quantity=cells.number_or_none("quantity"),
        amount=cells.number_or_none("proceeds"),
        currency=cells.text("currency") or "USD",
        description=said,
    ).corporate("corporate action")


def _day(cells: Cells) -> date:
    told = cells.needed("date", "settle date", "report date", "date/time")
    return moments.split(told, "date")[0]
