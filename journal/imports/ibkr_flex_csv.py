"""Interactive Brokers: a Flex query as CSV: several tables may follow one another."""

from __future__ import annotations

from collections.abc import Iterator

from journal.imports import ibkr_flex, reading
from journal.imports.cells import Cells
from journal.imports.formats import Format
from journal.imports.problems import ImportProblem
from journal.imports.rows import IgnoredRow, Statement, StatementRow
from journal.imports.text import Record, records


# Lines that some queries put around their tables.
MARKS = frozenset({"BOF", "BOA", "BOS", "EOS", "EOA", "EOF"})
_LED = frozenset({"HEADER", "DATA"})
_NAMES = frozenset({"clientaccountid", "buy/sell", "currencyprimary", "levelofdetail"})
_KINDS = {
    "buy/sell": ibkr_flex.trade,
    "type": ibkr_flex.cash,
    "transactiontype": ibkr_flex.option_event,
    "actiondescription": ibkr_flex.corporate,
}


def is_header(record: Record) -> bool:
    return len(_NAMES & set(reading.columns(record))) > 1


def parse(text: str) -> Statement:
    found = reading.Reading()
    header: tuple[str, ...] = ()
    singles = "EXECUTION" in text.upper()
    for record, shift in _led(text):
        if is_header(record):
            header = reading.columns(record)[shift:]
        elif not header or (record.cells[:1] and record.cells[0] in MARKS):
            found.ignore(record, "a line around the tables")
        else:
            read = _reader(header, singles=singles)
            found.take(record, header, read, shift=shift)
    if not header:
        raise ImportProblem("The file has no line that names its columns.")
    return found.finished(Format.IBKR_FLEX_CSV)


def _led(text: str) -> Iterator[tuple[Record, int]]:
    for record in records(text):
        led = bool(record.cells) and record.cells[0] in _LED
        yield record, 2 if led else 0


def _reader(header: tuple[str, ...], *, singles: bool) -> reading.RowReader:
    kind = next((_KINDS[name] for name in _KINDS if name in header), None)

    def row(cells: Cells) -> StatementRow:
        sums = ibkr_flex.level(cells) in ibkr_flex.SUMS
        why = "a sum or a lot; its executions are listed" if sums and singles else ""
        why = why or ("" if kind else "a table that holds no transactions")
        if kind is None or why:
            return IgnoredRow(line=cells.line, source=cells.source, why=why)
        return kind(cells)

    return row
