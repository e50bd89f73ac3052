"""Which format a file is in, by its headers: names of files prove nothing."""

from __future__ import annotations

from itertools import islice

from journal.imports import (
    alpaca,
    etrade,
    fidelity,
    generic,
    ibkr_flex_csv,
    ibkr_history,
    microcap_daily,
    microcap_log,
    reading,
    robinhood,
    schwab,
    schwab_realised,
    td_ameritrade,
    webull,
)
from journal.imports.cells import named
from journal.imports.formats import Format
from journal.imports.problems import ImportProblem
from journal.imports.text import Record, decoded, records


_LOOKED_AT = 60  # records: titles and blank lines stand above some headers
_BINARY = {
    b"PK": "a spreadsheet or an archive",
    b"%PDF": "a PDF",
    b"\xd0\xcf": "a spreadsheet",
    b"\x1f\x8b": "an archive",
}
# The narrower before the wider: a Schwab file has every column of Tradervue's but one.
_TABLES: tuple[tuple[frozenset[str], Format], ...] = (
    (schwab.COLUMNS, Format.SCHWAB),
    (schwab_realised.COLUMNS, Format.SCHWAB_REALISED),
    (td_ameritrade.COLUMNS, Format.TD_AMERITRADE),
    (etrade.COLUMNS, Format.ETRADE),
    (etrade.OLD_COLUMNS, Format.ETRADE_OLD),
    (fidelity.COLUMNS, Format.FIDELITY),
    (robinhood.COLUMNS, Format.ROBINHOOD),
    (webull.COLUMNS, Format.WEBULL),
    (generic.TRADENOTE, Format.TRADENOTE),
    (microcap_log.COLUMNS, Format.MICROCAP_LOG),
    (microcap_daily.COLUMNS, Format.MICROCAP_DAILY),
    (microcap_daily.BASELINE, Format.MICROCAP_DAILY),
    (alpaca.COLUMNS, Format.ALPACA_CSV),
    (generic.TRADERVUE, Format.TRADERVUE),
)
_SECTIONS = frozenset(
    {"cash balance", "account trade history", "account order history"}
)


def detect(name: str, content: str | bytes) -> Format | None:
    """The format, or None where no header is known.

    Raises:
        ImportProblem: not text at all, empty, or too large.
    """
    if isinstance(content, bytes):
        for start, what in _BINARY.items():
            if content.startswith(start):
                shown = f"{name[:80]!r} is {what}"
                raise ImportProblem(f"{shown}: export it as CSV, XML or JSON.")
    text = decoded(content)
    begun = text.lstrip()
    if begun.startswith("<"):
        flex = "<FlexQueryResponse" in begun[:2000]
        return Format.IBKR_FLEX_XML if flex else None
    if begun.startswith("["):
        return Format.ALPACA_JSON if '"activity_type"' in begun else None
    first = tuple(islice(records(text), _LOOKED_AT))
    return _by_sections(first, text) or _by_columns(first, text)


def _by_sections(first: tuple[Record, ...], text: str) -> Format | None:
    leads = {record.cells[:2] for record in first}
    if f"\n{ibkr_history.SECTION},Header," in f"\n{text}":
        return Format.IBKR_HISTORY
    if leads & {("Statement", "Header"), ("Trades", "Header")}:
        return Format.IBKR_ACTIVITY
    titles = {named(record.cells[0]) for record in first if _is_title(record)}
    return Format.THINKORSWIM if titles & _SECTIONS else None


def _is_title(record: Record) -> bool:
    return bool(record.cells) and not any(record.cells[1:])


def _by_columns(first: tuple[Record, ...], text: str) -> Format | None:
    tabbed = islice(records(text, "\t"), _LOOKED_AT) if "\t" in text else ()
    for record in (*first, *tabbed):
        columns = set(reading.columns(record))
        for needed, form in _TABLES:
            if needed <= columns:
                return form
        if ibkr_flex_csv.is_header(record):
            return Format.IBKR_FLEX_CSV
    return None
