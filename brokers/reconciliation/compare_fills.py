"""Executions, matched by the broker's id of them, and those listed twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from brokers.domain.breaks import BreakKind, BreakSeverity
from brokers.reconciliation.differences import SEVERITY, Difference, Words, text
from brokers.reconciliation.sides import BrokerSide, FillRow, Fills


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Executions that one side alone has; `changed` are on both with other terms."""

    ours: Mapping[str, FillRow] = field(default_factory=dict)
    theirs: Mapping[str, FillRow] = field(default_factory=dict)
    changed: Mapping[str, tuple[FillRow, FillRow]] = field(default_factory=dict)

    def explained(self) -> dict[str, Decimal]:
        """By order: how far these put their cumulative quantity above ours."""
        apart: dict[str, Decimal] = {}
        for rows, sign in ((self.theirs, 1), (self.ours, -1)):
            for row in rows.values():
                before = apart.get(row.order_id, Decimal(0))
                apart[row.order_id] = before + sign * abs(row.quantity)
        for mine, told in self.changed.values():
            before = apart.get(told.order_id, Decimal(0))
            moved = abs(told.quantity) - abs(mine.quantity)
            apart[told.order_id] = before + moved
        return apart


def unmatched(ours: Fills | None, theirs: Fills | None) -> Unmatched:
    if ours is None or theirs is None or ours == theirs:
        return Unmatched()
    missing = {key: row for key, row in ours.items() if key not in theirs}
    told: dict[str, FillRow] = {}
    changed: dict[str, tuple[FillRow, FillRow]] = {}
    for key, row in theirs.items():
        mine = ours.get(key)
        if mine is None:
            told[key] = row
        elif mine != row and _terms(mine) != _terms(row):
            changed[key] = mine, row
    return Unmatched(ours=missing, theirs=told, changed=changed)


def _terms(row: FillRow) -> tuple[str, Decimal, Decimal]:
    """What an execution is, whatever its versions of order and clock say."""
    return row.symbol, row.quantity, row.price


def fill_differences(apart: Unmatched, theirs: BrokerSide) -> Iterator[Difference]:
    duplicates = dict(_duplicates(theirs))
    for key, row in apart.ours.items():
        if key not in duplicates:
            yield _one_sided(BreakKind.UNMATCHED_FILL_OURS, key, mine=row)
    for key, row in apart.theirs.items():
        if key not in duplicates:
            yield _one_sided(BreakKind.UNMATCHED_FILL_THEIRS, key, told=row)
    for key, (mine, told) in apart.changed.items():
        kind = BreakKind.UNMATCHED_FILL_THEIRS
        yield _one_sided(kind, key, mine=mine, told=told)
    for key, twin in duplicates.items():
        yield _duplicate(key, twin, (theirs.fills or {})[key])


def _words(row: FillRow | None) -> Words:
    if row is None:
        return {}
    said = {
        "order": row.order_id,
        "quantity": text(row.quantity),
        "price": text(row.price),
    }
    return {**said, "at": row.instant} if row.instant else said


def _one_sided(
    kind: BreakKind,
    execution_id: str,
    *,
    mine: FillRow | None = None,
    told: FillRow | None = None,
) -> Difference:
    known = told or mine
    if known is None:
        raise ValueError("An execution stands on one side at least.")
    apart = _signed(told) - _signed(mine)
    inferred = told is None and known.inferred
    return Difference(
        kind=kind,
        subject=execution_id,
        symbol=known.symbol,
        severity=BreakSeverity.MINOR if inferred else SEVERITY[kind],
        ours=_words(mine),
        theirs=_words(told),
        difference=apart,
        money=_worth(told) - _worth(mine),
        cause=_cause(mine, told, inferred=inferred),
    )


def _signed(row: FillRow | None) -> Decimal:
    return Decimal(0) if row is None else row.quantity


def _worth(row: FillRow | None) -> Decimal:
    return Decimal(0) if row is None else row.quantity * row.price


def _cause(mine: FillRow | None, told: FillRow | None, *, inferred: bool) -> str:
    if inferred:
        return "inferred from the order's cumulative quantity; no execution was told"
    if told is None:
        return "taken back by the venue without a word, or never its own"
    if mine is None:
        return "an execution that never reached the book"
    return "the broker changed an execution after it was booked"


# Duplicates


def _duplicates(theirs: BrokerSide) -> Iterator[tuple[str, str]]:
    """Executions listed a second time under another id, each with its twin's id.

    Equal terms in the same instant are no proof, since a venue may fill twice alike;
    that the order's own cumulative quantity is less than its executions is.
    """
    fills, orders = theirs.fills, theirs.orders
    if not fills or orders is None:
        return
    excess = _sums(fills)
    for order_id, filled in excess.items():
        order = orders.get(order_id)
        known = None if order is None else order.filled
        excess[order_id] = Decimal(0) if known is None else filled - known
    if not any(amount > 0 for amount in excess.values()):
        return
    seen: dict[FillRow, str] = {}
    for key in sorted(fills):
        row = fills[key]
        twin = seen.setdefault(row, key)
        if twin != key and excess[row.order_id] >= abs(row.quantity):
            excess[row.order_id] -= abs(row.quantity)
            yield key, twin


def _sums(fills: Fills) -> dict[str, Decimal]:
    """Quantity executed by order."""
    sums: dict[str, Decimal] = {}
    for row in fills.values():
        sums[row.order_id] = sums.get(row.order_id, Decimal(0)) + abs(row.quantity)
    return sums


def _duplicate(execution_id: str, twin: str, told: FillRow) -> Difference:
    return Difference(
        kind=BreakKind.DUPLICATE_FILL,
        subject=execution_id,
        symbol=told.symbol,
        severity=SEVERITY[BreakKind.DUPLICATE_FILL],
        ours={"execution": twin},
        theirs={"execution": execution_id, **_words(told)},
        difference=told.quantity,
        money=_worth(told),
        cause=f"the same execution as {twin}: the order filled less than its list says",
    )
