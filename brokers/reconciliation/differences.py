"""One difference between the two sides, and how grave each kind is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from brokers.domain.breaks import BreakKind, BreakSeverity


# What may mean that the book, and so the next order's size, is wrong, is critical.
SEVERITY: Mapping[BreakKind, BreakSeverity] = MappingProxyType(
    {
        BreakKind.MISSING_AT_BROKER: BreakSeverity.CRITICAL,
        BreakKind.MISSING_LOCALLY: BreakSeverity.CRITICAL,
        BreakKind.QTY_MISMATCH: BreakSeverity.CRITICAL,
        BreakKind.SIDE_MISMATCH: BreakSeverity.CRITICAL,
        BreakKind.COST_BASIS: BreakSeverity.MINOR,
        BreakKind.CASH: BreakSeverity.MAJOR,
        BreakKind.UNMATCHED_FILL_OURS: BreakSeverity.CRITICAL,
        BreakKind.UNMATCHED_FILL_THEIRS: BreakSeverity.CRITICAL,
        BreakKind.DUPLICATE_FILL: BreakSeverity.CRITICAL,
        BreakKind.FEE: BreakSeverity.MINOR,
        BreakKind.ORDER_STATE: BreakSeverity.MAJOR,
        BreakKind.OVERFILL: BreakSeverity.CRITICAL,
        BreakKind.CORPORATE_ACTION: BreakSeverity.MAJOR,
        BreakKind.STALE_DATA: BreakSeverity.CRITICAL,
        BreakKind.NOT_RECONCILED: BreakSeverity.CRITICAL,
    }
)
# Nothing is known to be wrong with the book: nobody could look.
UNKNOWING = frozenset({BreakKind.STALE_DATA, BreakKind.NOT_RECONCILED})
_SEVERITIES = {severity: place for place, severity in enumerate(BreakSeverity)}
_KINDS = {kind: place for place, kind in enumerate(BreakKind)}

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`difference` and `money` are the broker's figure less ours; see `models.Break`.

    `tolerated` ones lie within tolerance: they are listed and are no break.
    """

    kind: BreakKind
    subject: str
    severity: BreakSeverity
    symbol: str = ""
    ours: Words = field(default_factory=dict)
    theirs: Words = field(default_factory=dict)
    difference: Decimal | None = None
    money: Decimal | None = None
    cause: str = ""
    tolerated: bool = False

    @property
    def key(self) -> tuple[BreakKind, str]:
        """The same difference found again has the same key."""
        return self.kind, self.subject


def place(one: Difference) -> tuple[int, int, str]:
    """The order in which differences are told: critical first, then kind, subject."""
    return _SEVERITIES[one.severity], _KINDS[one.kind], one.subject


def text(value: Decimal | None) -> str:
    """A figure as it stands in a break's JSON: plain digits, no trailing zeros."""
    if value is None:
        return "unknown"
    if not value:
        return "0"
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
