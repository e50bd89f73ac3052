"""Webull: order history. Times carry EST or EDT; a market order's price is blank."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

from brokers.domain.orders import Side
from journal.imports import moments, names, reading, words
from journal.imports.cells import Cells, column_names
from journal.imports.entry import Entry
from journal.imports.formats import Format
from journal.imports.problems import MalformedRow
from journal.imports.rows import IgnoredRow, Statement, StatementRow


COLUMNS = column_names("symbol|side|status|filled|total qty|avg price|filled time")
SIDES = words.table({Side.BUY: "buy|cover", Side.SELL: "sell|short|sell short"})
ZONES: dict[str, tzinfo] = {
    "EST": timezone(timedelta(hours=-5)),
    "EDT": timezone(timedelta(hours=-4)),
    "ET": moments.NEW_YORK,
    "": moments.NEW_YORK,
}


def parse(text: str) -> Statement:
    return reading.table(Format.WEBULL, text, needed=COLUMNS, read=row)


def row(cells: Cells) -> StatementRow:
    filled = cells.number_or_zero("filled")
    if not filled:
        why = f"nothing was filled: {cells.text('status').casefold() or 'no status'}"
        return IgnoredRow(line=cells.line, source=cells.source, why=why)
    side = SIDES.get(words.folded(cells.raw("side")))
    if not isinstance(side, Side):
        raise words.unknown(cells.raw("side"))
    at = when(cells.needed("filled time"))
    price = cells.number_or_none("avg price")
    return Entry(
        line=cells.line,
        source=cells.source,
        day=at.astimezone(moments.NEW_YORK).date(),
        at=at,
        name=names.name(cells.needed("symbol")),
        quantity=filled,
        price=cells.number("price") if price is None else price,
        fees=cells.total("commission", "fees"),
        description=cells.raw("name"),
    ).trade(side)


def when(text: str) -> datetime:
    parts = text.split()
    suffix = parts.pop().upper() if parts and parts[-1].isalpha() else ""
    if suffix in {"AM", "PM"}:
        parts.append(suffix)
        suffix = ""
    if suffix not in ZONES:
        raise MalformedRow(f"the time zone {suffix[:20]!r} is not known")
    on, at = moments.split(" ".join(parts), "filled time")
    if at is None:
        raise MalformedRow("filled time has no time")
    return datetime.combine(on, at, ZONES[suffix]).astimezone(UTC)
