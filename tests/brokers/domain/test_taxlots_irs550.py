"""The examples of IRS Publication 550 and of fairmark.com as somebody else set them out
in tables: what was bought and sold, and what the wash sale rule makes of it.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from brokers.domain.taxlots import TaxLot
from brokers.domain.washsales import defer_wash_sales


TABLES = Path(__file__).parents[4] / "shared" / "data" / "wash_sales_irs550" / "tests"
CASES = sorted(path.stem[:-4] for path in TABLES.glob("*_out.csv"))
COLUMNS = (
    *("units", "symbol", "note", "bought", "basis", "sold", "proceeds"),
    *("code", "disallowed", "position", "purchase", "is_replacement"),
)
Row = dict[str, str]


def rows_of(name: str) -> list[Row]:
    """By place: one of the tables has a misspelt heading, and some have short rows."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row][1:]
    return [dict(zip(COLUMNS, row + [""] * 12, strict=False)) for row in rows]


def day(text: str):
    if not text:
        return None
    return datetime.strptime(text, "%m/%d/%Y").replace(tzinfo=UTC).date()


def money(text: str) -> Decimal:
    return Decimal(text.replace("$", "").replace(",", "") or 0).quantize(
        Decimal("0.01")
    )


def lot_of(number: int, row: Row) -> TaxLot:
    return TaxLot(
        lot_id=str(number),
        account_id=1,
        symbol=row["symbol"],
        is_short=False,
        quantity=Decimal(row["units"]),
        common_quantity=Decimal(row["units"]),
        opened_for=money(row["basis"]),
        acquired_on=day(row["bought"]),
        held_since=day(row["bought"]),
        purchase=row["purchase"] or f"row {number}",
        closed_for=money(row["proceeds"]) if row["sold"] else None,
        disposed_on=day(row["sold"]),
    )


def found(lot: TaxLot) -> tuple:
    return (
        lot.quantity,
        str(lot.held_since),
        money(str(lot.opened_for + lot.deferred)),
        str(lot.disposed_on),
        money(str(lot.closed_for or 0)),
        money(str(lot.disallowed)),
        lot.is_replacement,
    )


def told(row: Row) -> tuple:
    return (
        Decimal(row["units"]),
        str(day(row["bought"])),
        money(row["basis"]),
        str(day(row["sold"])),
        money(row["proceeds"]),
        money(row["disallowed"]),
        row["is_replacement"] == "True",
    )


@pytest.mark.parametrize("case", CASES or ["none"])
def test_wash_sales_are_as_published(case):
    if not CASES:
        pytest.skip(f"no tables of wash sales at {TABLES}")
    lots = [lot_of(number, row) for number, row in enumerate(rows_of(f"{case}.csv"))]
    after = defer_wash_sales(lots)
    expected = sorted(told(row) for row in rows_of(f"{case}_out.csv"))
    assert sorted(found(lot) for lot in after) == expected
