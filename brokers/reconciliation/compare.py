"""Two sides to a list of differences. Pure: no clock, no database, no broker.

Keys are matched by dictionary, so the time grows with the rows and their order means
nothing. What agrees costs one tuple comparison and makes no object.
"""

from __future__ import annotations

from collections.abc import Iterator

from brokers.domain.breaks import BreakKind
from brokers.reconciliation.compare_cash import cash_differences
from brokers.reconciliation.compare_fills import fill_differences, unmatched
from brokers.reconciliation.compare_orders import order_differences
from brokers.reconciliation.compare_positions import position_differences
from brokers.reconciliation.differences import SEVERITY, Difference, place
from brokers.reconciliation.sides import BookSide, BrokerSide
from brokers.reconciliation.tolerances import DEFAULT, Tolerances


def compare(
    ours: BookSide, theirs: BrokerSide, tolerances: Tolerances = DEFAULT
) -> list[Difference]:
    """All breaks, critical first, then by kind and subject. A source that was not read
    is a break itself and makes no other.
    """
    found = _every(ours, theirs, tolerances)
    return sorted((one for one in found if not one.tolerated), key=place)


def tolerated(
    ours: BookSide, theirs: BrokerSide, tolerances: Tolerances = DEFAULT
) -> list[Difference]:
    """What differs by no more than the tolerances allow, in the same order."""
    found = _every(ours, theirs, tolerances)
    return sorted((one for one in found if one.tolerated), key=place)


def _every(
    ours: BookSide, theirs: BrokerSide, tolerances: Tolerances
) -> Iterator[Difference]:
    yield from _unread(theirs)
    if ours.positions is not None and theirs.positions is not None:
        yield from position_differences(ours.positions, theirs.positions, tolerances)
    yield from cash_differences(ours, theirs, tolerances)
    apart = unmatched(ours.fills, theirs.fills)
    yield from fill_differences(apart, theirs)
    if ours.orders is not None and theirs.orders is not None:
        yield from order_differences(ours.orders, theirs.orders, apart)


def _unread(theirs: BrokerSide) -> Iterator[Difference]:
    said = (
        (BreakKind.NOT_RECONCILED, theirs.failures),
        (BreakKind.STALE_DATA, theirs.stale),
    )
    for kind, sources in said:
        for source, words in sources.items():
            yield Difference(
                kind=kind,
                subject=source.value,
                severity=SEVERITY[kind],
                theirs={"answer": words},
                cause="the broker did not answer"
                if kind is BreakKind.NOT_RECONCILED
                else "the broker's answer is old",
            )
