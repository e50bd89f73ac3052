"""Ids of rows, so that a second reading of a file changes nothing.

A broker's own id is the row's id. Where there is none, the id is made of what the row
says; rows that say the same are counted, because two equal fills in one second are both
real. A part of a day exported twice may count differently: whole days do not.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from decimal import Decimal

from journal.imports.problems import RowProblem
from journal.imports.rows import (
    BalanceRow,
    CashRow,
    CorporateRow,
    DatedRow,
    GainRow,
    HoldingRow,
    IgnoredRow,
    OptionRow,
    StatementRow,
    TradeRow,
)


_WRITTEN = {
    "line",
    "source",
    "description",
    "row_id",
    "id_given",
    "occurrence",
    "counterpart",
}
_KINDS = (TradeRow, CashRow, CorporateRow, OptionRow, GainRow, HoldingRow, BalanceRow)
_SAID = {
    kind.__name__: sorted({column.name for column in fields(kind)} - _WRITTEN)
    for kind in _KINDS
}


def told_apart(
    rows: Iterable[StatementRow], problems: Iterable[RowProblem]
) -> tuple[tuple[StatementRow, ...], tuple[RowProblem, ...]]:
    seen: dict[str, DatedRow] = {}
    counts: Counter[str] = Counter()
    kept: list[StatementRow] = []
    wrong = list(problems)
    for row in rows:
        if isinstance(row, IgnoredRow):
            kept.append(row)
        elif not row.id_given:
            kept.append(_counted(row, counts))
        elif (before := seen.setdefault(row.row_id, row)) is row:
            kept.append(row)
        elif fingerprint(before) == fingerprint(row):
            why = f"the same id as line {before.line}, and the same figures"
            kept.append(IgnoredRow(line=row.line, source=row.source, why=why))
        else:
            why = f"the id of line {before.line} with other figures"
            wrong.append(RowProblem(line=row.line, why=why, text=row.source))
    return _paired(kept), tuple(sorted(wrong, key=lambda problem: problem.line))


def fingerprint(row: DatedRow) -> str:
    """What the row says, without where it stands: the same in every export."""
    said = [
        f"{name}={_plain(getattr(row, name))}" for name in _SAID[type(row).__name__]
    ]
    text = "|".join((type(row).__name__, *said))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _plain(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _counted(row: StatementRow, counts: Counter[str]) -> StatementRow:
    if isinstance(row, IgnoredRow):
        return row
    said = fingerprint(row)
    counts[said] += 1
    return replace(row, row_id=f"{said}-{counts[said]}", occurrence=counts[said])


def _paired(rows: Sequence[StatementRow]) -> tuple[StatementRow, ...]:
    """The plus and minus rows of one corporate action learn of each other.

    Brokers write them one below the other: same day, same action, opposite signs,
    different names.
    """
    paired = list(rows)
    for at in range(len(rows) - 1):
        one, other = paired[at], paired[at + 1]
        if (
            isinstance(one, CorporateRow)
            and isinstance(other, CorporateRow)
            and one.counterpart is None
            and (one.day, one.action) == (other.day, other.action)
            and one.quantity * other.quantity < 0
            and one.symbol != other.symbol
        ):
            paired[at] = replace(one, counterpart=other.line)
            paired[at + 1] = replace(other, counterpart=one.line)
    return tuple(paired)
