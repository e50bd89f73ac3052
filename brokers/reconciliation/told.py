"""A reading as one side of the comparison: reports to rows by key."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from brokers.domain.reports import (
    AccountReport,
    CashReport,
    FillKind,
    FillReport,
    OrderReport,
)
from brokers.reconciliation.sides import (
    ActivityRow,
    BrokerSide,
    FillRow,
    HoldingRow,
    OrderRow,
)
from brokers.reconciliation.theirs import Reading, flat


def side_of(reading: Reading) -> BrokerSide:
    whole = reading.account is not None and reading.cash is not None
    return BrokerSide(
        orders=None if reading.orders is None else _order_rows(reading.orders),
        fills=None if reading.fills is None else _fill_rows(reading.fills),
        positions=None
        if reading.positions is None
        else {
            one.symbol: HoldingRow(one.quantity, one.average_price)
            for one in reading.positions
        },
        activities=_activity_rows(reading.cash or ()) if whole else None,
        cash=reading.account.cash if reading.account and whole else None,
        failures=dict(reading.failures),
        stale=dict(reading.stale),
    )


def _order_rows(orders: Iterable[OrderReport]) -> dict[str, OrderRow]:
    """Versions that an amend replaced say nothing of the order as it is."""
    return {
        one.broker_order_id: OrderRow(
            one.status.value if one.status else "",
            None if one.replaces else one.filled_quantity,
            one.quantity,
            one.symbol,
        )
        for one in flat(orders)
        if not one.replaced_by
    }


def _fill_rows(fills: Iterable[FillReport]) -> dict[str, FillRow]:
    """The executions that stand: without what was busted or corrected."""
    rows, taken_back = dict[str, FillRow](), set[str]()
    for one in fills:
        if one.kind is not FillKind.NEW:
            taken_back.add(one.refers_to)
        if one.kind is not FillKind.BUST:
            rows[one.execution_id] = FillRow(
                one.broker_order_id,
                one.symbol,
                one.side.sign * one.quantity,
                one.price,
                one.executed_at.isoformat(),
            )
    return {key: row for key, row in rows.items() if key not in taken_back}


def _activity_rows(cash: Iterable[CashReport]) -> dict[str, ActivityRow]:
    return {
        one.activity_id: ActivityRow(one.kind, one.amount, one.symbol)
        for one in cash
        if not one.cancelled
    }


def equity_change(report: AccountReport) -> Decimal | None:
    """The day's change of equity by the broker's own figures."""
    if report.last_equity is None:
        return None
    return report.equity - report.last_equity
