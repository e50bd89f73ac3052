"""Cash: the balances, and the movements that are no fill, by the broker's id of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from brokers.domain.breaks import BreakKind
from brokers.domain.reports import CashKind
from brokers.reconciliation.differences import SEVERITY, Difference, Words, text
from brokers.reconciliation.sides import ActivityRow, BookSide, BrokerSide
from brokers.reconciliation.tolerances import Tolerances


def cash_differences(
    ours: BookSide, theirs: BrokerSide, tolerances: Tolerances
) -> Iterator[Difference]:
    if ours.cash is not None and theirs.cash is not None and ours.cash != theirs.cash:
        yield _balance(ours.cash, theirs.cash, tolerances)
    mine, told = ours.activities, theirs.activities
    if mine is None or told is None or mine == told:
        return
    for activity_id in mine.keys() | told.keys():
        one, other = mine.get(activity_id), told.get(activity_id)
        if one != other:
            yield from _activity(activity_id, one, told=other, tolerances=tolerances)


def _balance(ours: Decimal, theirs: Decimal, tolerances: Tolerances) -> Difference:
    apart = theirs - ours
    return Difference(
        kind=BreakKind.CASH,
        subject="",
        severity=SEVERITY[BreakKind.CASH],
        ours={"cash": text(ours)},
        theirs={"cash": text(theirs)},
        difference=apart,
        money=apart,
        cause="a fee, interest or transfer without an activity, or a fill's price",
        tolerated=abs(apart) <= tolerances.cash,
    )


def _activity(
    activity_id: str,
    mine: ActivityRow | None,
    *,
    told: ActivityRow | None,
    tolerances: Tolerances,
) -> Iterator[Difference]:
    """One movement that only one side has, or with another amount."""
    known = told or mine
    if known is None:
        return
    apart = _amount(told) - _amount(mine)
    if not apart:
        return
    is_fee = CashKind.FEE in {row.kind for row in (mine, told) if row is not None}
    kind = BreakKind.FEE if is_fee else BreakKind.CASH
    limit = tolerances.fee if is_fee else tolerances.cash
    yield Difference(
        kind=kind,
        subject=activity_id,
        symbol=known.symbol,
        severity=SEVERITY[kind],
        ours=_words(mine),
        theirs=_words(told),
        difference=apart,
        money=apart,
        cause=_cause(mine, told),
        tolerated=abs(apart) <= limit and mine is not None and told is not None,
    )


def _amount(row: ActivityRow | None) -> Decimal:
    return Decimal(0) if row is None else row.amount


def _words(row: ActivityRow | None) -> Words:
    return {} if row is None else {"kind": row.kind.value, "amount": text(row.amount)}


def _cause(mine: ActivityRow | None, told: ActivityRow | None) -> str:
    if mine is None:
        return "the broker moved cash that the book does not have"
    if told is None:
        return "booked here, and gone from the broker's list"
    return "the broker changed the amount after it was booked"
