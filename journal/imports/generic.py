"""The generic layouts of two trading journals: one execution a line.

TradeNote: the columns of its template (its brokers/README). Tradervue: the columns of
its help page "Generic Import Format"; without a side the sign of the quantity tells it.
Times are taken as New York's.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from brokers.domain.orders import Side
from journal.imports import moments, names, reading, words
from journal.imports.cells import Cells, column_names
from journal.imports.entry import Entry, side_of
from journal.imports.formats import Format
from journal.imports.problems import MalformedRow
from journal.imports.rows import Statement, StatementRow


TRADENOTE = column_names("t/d|side|symbol|qty|price|exec time|comm")
TRADERVUE = column_names("date|time|symbol|quantity|price")
SIDES = words.table(
    {
        Side.BUY: "b|bc|buy|bot|bought|buy to cover|cover",
        Side.SELL: "s|ss|sell|sld|sold|short|sell short",
    }
)
_FEES = ("comm", "sec", "taf", "nscc", "nasdaq", "ecn remove", "ecn add")


def parse_tradenote(text: str) -> Statement:
    return reading.table(Format.TRADENOTE, text, needed=TRADENOTE, read=tradenote)


def parse_tradervue(text: str) -> Statement:
    header = next((line for line in text.split("\n") if line.strip()), "")
    return reading.table(
        Format.TRADERVUE,
        text,
        needed=TRADERVUE,
        read=tradervue,
        delimiter="\t" if "\t" in header else ",",
    )


def tradenote(cells: Cells) -> StatementRow:
    side = _side(cells.needed("side"))
    day = cells.day("t/d")
    net = cells.number_or_none("net proceeds")
    # The template asks for proceeds without their sign; brokers write it.
    told = net is not None and (net < 0) == (side is Side.BUY)
    return Entry(
        line=cells.line,
        source=cells.source,
        day=day,
        at=_at(day, cells.text("exec time")),
        name=names.name(cells.needed("symbol")),
        quantity=cells.number("qty"),
        price=cells.number("price"),
        fees=cells.total(*_FEES),
        amount=net if told else None,
        account=cells.text("account"),
        currency=cells.text("currency") or "USD",
        description=cells.raw("note"),
    ).trade(side)


def tradervue(cells: Cells) -> StatementRow:
    quantity: Decimal = cells.number("quantity")
    said = cells.text("side")
    day = cells.day("date")
    return Entry(
        line=cells.line,
        source=cells.source,
        day=day,
        at=_at(day, cells.text("time")),
        name=names.name(cells.needed("symbol")),
        quantity=quantity,
        price=cells.number("price"),
        fees=cells.total("commission", "transfee", "ecnfee"),
    ).trade(_side(said) if said else side_of(quantity))


def _side(text: str) -> Side:
    found = SIDES.get(words.folded(text))
    if not isinstance(found, Side):
        raise MalformedRow(f"the side {text[:40]!r} is not known")
    return found


def _at(day: date, text: str) -> datetime | None:
    return moments.moment(day, moments.clock(text, "time")) if text else None
