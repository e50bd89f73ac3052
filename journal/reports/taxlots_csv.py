"""The tax lots of a year as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from brokers.domain.realisedgains import RealisedGain
from brokers.models import Account
from brokers.reconciliation.paper.spreadsheet import text
from journal.reports import taxlots_words as words
from journal.reports.taxlots import OpenTaxLot, TaxYear, TermTotal
from tradedesk.core.canonical import decimal_text


COLUMNS = (
    "record", "account", "year", "symbol", "side", "quantity", "acquired", "held_since",
    "disposed", "proceeds", "cost", "code", "adjustment", "gain", "term", "amount",
    "lot", "closing", "note",
)  # fmt: skip
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Whose report it is, of which account, made when."""

    account: Account
    owner: str
    built_at: datetime


def file_name(report: TaxYear, ending: str) -> str:
    year = report.year or "all-years"
    return f"tax-lots-{report.account_id}-{year}-{report.method.value}.{ending}"


def csv_of(report: TaxYear, header: Header) -> bytes:
    """One table; `record` says what a row is. UTF-8 with a byte order mark, for Excel."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    ends = {
        "account": text(header.account.name),
        "year": str(report.year or "all"),
    }
    rows = [ends | dict(row) for row in _rows(report)]
    writer.writerows(rows)
    said = f"{len(rows)} rows, {report.method.value}, for {header.owner}. "
    at = header.built_at.isoformat(timespec="seconds")
    writer.writerow(
        ends
        | {"record": "file", "note": text(f"{said}{words.NO_ADVICE} Made at {at}.")}
    )
    return out.getvalue().encode("utf-8-sig")


def _rows(report: TaxYear) -> Iterator[Mapping[str, str]]:
    for gain in report.gains:
        yield _gain_row(gain)
    for term, total in _totals(report):
        yield {
            "record": "total",
            "term": term,
            "proceeds": _money(total.proceeds),
            "cost": _money(total.cost),
            "adjustment": _money(total.disallowed),
            "gain": _money(total.gain),
            "note": f"{total.unknown} rows left out, their cost is not known"
            if total.unknown
            else "",
        }
    for open_lot in report.open_lots:
        yield _open_row(open_lot)
    for move in report.cash:
        yield {
            "record": move.kind.value,
            "symbol": text(move.symbol),
            "disposed": move.on.isoformat(),
            "amount": _money(move.amount),
            "note": text(move.note),
        }


def _totals(report: TaxYear) -> list[tuple[str, TermTotal]]:
    named = [("short", report.short), ("long", report.long), ("n/a", report.undated)]
    return [(name, total) for name, total in named if total.rows]


def _gain_row(gain: RealisedGain) -> Mapping[str, str]:
    return {
        "record": "gain",
        "symbol": text(gain.symbol),
        "side": "short" if gain.is_short else "long",
        "quantity": decimal_text(gain.quantity),
        "acquired": day_text(gain.acquired_on),
        "held_since": day_text(gain.held_since),
        "disposed": gain.disposed_on.isoformat(),
        "proceeds": _money(gain.proceeds),
        "cost": _money(gain.cost),
        "code": gain.code,
        "adjustment": _money(gain.disallowed) if gain.disallowed else "",
        "gain": _money(gain.gain),
        "term": gain.term.value if gain.term else "",
        "lot": text(gain.lot_id),
        "closing": text(gain.closing_id),
        "note": "" if gain.gain is not None else "cost not known",
    }


def _open_row(one: OpenTaxLot) -> Mapping[str, str]:
    lot = one.lot
    return {
        "record": "open_lot",
        "symbol": text(lot.symbol),
        "side": "short" if lot.is_short else "long",
        "quantity": decimal_text(lot.quantity),
        "acquired": day_text(lot.acquired_on),
        "held_since": day_text(lot.held_since),
        "cost": _money(one.basis),
        "adjustment": _money(lot.deferred) if lot.deferred else "",
        "term": one.term.value if one.term else "",
        "lot": text(lot.lot_id),
        "note": "with the loss of a wash sale" if lot.deferred else "",
    }


def _money(value: Decimal | None) -> str:
    return "" if value is None else decimal_text(value.quantize(CENT))


def day_text(value: date | None) -> str:
    return "" if value is None else value.isoformat()
