"""Charles Schwab: realised gains and losses, lot by lot: compared, never booked."""

from __future__ import annotations

import re

from journal.imports import names, reading
from journal.imports.cells import Cells, column_names
from journal.imports.formats import Format
from journal.imports.rows import GainRow, IgnoredRow, Statement, StatementRow


COLUMNS = column_names(
    "symbol|closed date|opened date|quantity|proceeds per share|cost per share"
)
_ACCOUNT = re.compile(r"for account (?P<account>.*?)\s+as of", re.IGNORECASE)


def parse(text: str) -> Statement:
    above = text[: text.find("Opened Date")]
    tabs = "\t" in above[above.rfind("\n") + 1 :]
    return reading.table(
        Format.SCHWAB_REALISED,
        text,
        needed=COLUMNS,
        read=row,
        delimiter="\t" if tabs else ",",
        hint=account_hint,
    )


def account_hint(line: str) -> str:
    found = _ACCOUNT.search(line)
    return found["account"].strip() if found else ""


def row(cells: Cells) -> StatementRow:
    if cells.raw("symbol").casefold().startswith("total") or not cells.text("quantity"):
        why = "a sum, not a lot"
        return IgnoredRow(line=cells.line, source=cells.source, why=why)
    name = names.name(cells.text("symbol"))
    quantity = cells.number("quantity")
    proceeds = cells.number_or_none("proceeds")
    cost = cells.number_or_none("cost basis (cb)", "cost basis")
    if proceeds is None:
        proceeds = cells.number("proceeds per share") * quantity
    if cost is None:
        cost = cells.number("cost per share") * quantity
    opened = cells.text("opened date")
    return GainRow(
        line=cells.line,
        source=cells.source,
        day=cells.day("closed date"),
        symbol=name.symbol,
        named_by=name.by,
        opened=cells.day("opened date") if opened else None,
        quantity=quantity,
        proceeds=proceeds,
        cost=cost,
        gain=cells.number("gain/loss ($)"),
        description=cells.raw("name"),
    )
