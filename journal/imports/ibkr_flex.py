"""Interactive Brokers: Flex queries, as CSV with any choice of columns, or as XML.

The names of both are folded to small letters and read alike. Lots, orders and sums are
left out where executions are listed. Commission is negative where it costs. A pair of
currencies without a symbol says not what was exchanged, so such a row is left out.
"""

from __future__ import annotations

from datetime import date, time

from brokers.domain.orders import Side
from journal.imports import ibkr_words, moments, words
from journal.imports.cells import Cells
from journal.imports.entry import Entry
from journal.imports.problems import MalformedRow
from journal.imports.rows import NamedBy, StatementRow


SUMS = frozenset(
    {"closed_lot", "order", "symbol_summary", "asset_summary", "wash_sale", "lot"}
)
SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}


def level(cells: Cells) -> str:
    return cells.raw("levelofdetail").replace(" ", "_").casefold()


def trade(cells: Cells) -> StatementRow:
    day, at = _when(cells)
    symbol = cells.text("symbol", "isin")
    category = cells.text("assetcategory", "assetclass")
    fees = -(cells.total("ibcommission", "taxes"))
    amount = cells.number_or_none("netcash")
    side = _side(cells)
    entry = Entry(
        line=cells.line,
        source=cells.source,
        day=day,
        at=None if at is None else moments.moment(day, at),
        name=ibkr_words.security(symbol, category),
        quantity=cells.number("quantity"),
        price=cells.number_or_none("tradeprice", "price"),
        fees=fees,
        amount=amount,
        account=cells.text("clientaccountid", "accountid"),
        currency=cells.text("currencyprimary", "currency") or "USD",
        description=cells.raw("description"),
        given_id=cells.text("ibexecid") or cells.text("tradeid"),
        order_id=cells.text("iborderid"),
    )
    if not symbol:
        return entry.ignored("an exchange of currencies that does not name its pair")
    event = ibkr_words.event(cells.raw("notes/codes", "notes"))
    if event is not None and entry.name.by is NamedBy.OPTION:
        return entry.option(event)
    return entry.trade(side)


def cash(cells: Cells) -> StatementRow:
    kind = cells.needed("type")
    meaning = words.containing(kind, ibkr_words.TYPES)
    return words.booked(_moved(cells, "amount"), meaning, kind)


def corporate(cells: Cells) -> StatementRow:
    said = cells.text("type", "actiondescription") or "corporate action"
    return _moved(cells, "proceeds", "amount").corporate(words.folded(said))


def option_event(cells: Cells) -> StatementRow:
    kind = cells.needed("transactiontype")
    meaning = words.containing(kind, ibkr_words.TYPES)
    if isinstance(meaning, Side):
        return _moved(cells, "proceeds").ignored("stands among the trades too")
    return words.booked(_moved(cells, "proceeds"), meaning, kind)


def _moved(cells: Cells, *amounts: str) -> Entry:
    day = cells.needed("datetime", "date/time", "date", "reportdate", "settledate")
    return Entry(
        line=cells.line,
        source=cells.source,
        day=moments.split(day, "date")[0],
        name=ibkr_words.security(
            cells.text("symbol"), cells.text("assetcategory", "assetclass")
        ),
        quantity=cells.number_or_none("quantity"),
        amount=cells.number_or_none(*amounts),
        account=cells.text("clientaccountid", "accountid"),
        currency=cells.text("currencyprimary", "currency") or "USD",
        description=cells.raw("description"),
        given_id=cells.text("transactionid"),
    )


def _side(cells: Cells) -> Side:
    said = cells.needed("buy/sell", "buysell").upper()
    if "(CA.)" in said:
        raise MalformedRow("a cancelled trade: what it takes back is to be seen to")
    if said not in SIDES:
        raise words.unknown(said)
    return SIDES[said]


def _when(cells: Cells) -> tuple[date, time | None]:
    both = cells.text("datetime") or cells.text("date/time")
    if both:
        return moments.split(both, "date/time")
    at = cells.text("tradetime")
    day, told = moments.split(cells.needed("tradedate"), "tradedate")
    return day, moments.clock(at, "tradetime") if at else told
