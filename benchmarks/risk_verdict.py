"""How long all rules take over one order, in CPU time: python -m benchmarks.risk_verdict

Measured side by side in one run, interleaved: the verdict on an order of a quiet
account, the verdict on one of an account with 1,000 open orders, and the canonical
digest of the same order, which each confirmation computes as well. The ratios say more
than the microseconds of one machine.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from time import process_time_ns

from risk.engine import evaluate
from risk.facts import (
    AccountFacts,
    AccountMode,
    AccountStatus,
    CapabilityFacts,
    Facts,
    InstrumentFacts,
    OpenOrder,
    OrderClass,
    OrderFacts,
    OrderType,
    Policy,
    PositionFacts,
    QuoteFacts,
    Session,
    Side,
    StateFacts,
    TimeInForce,
    TradingState,
    VenueFacts,
)
from tradedesk.core.canonical import digest
from tradedesk.core.clock import SYSTEM_CLOCK


ROUNDS = 30
PER_ROUND = 50
OPEN_ORDERS = 1000


def quiet() -> Facts:
    """An order that passes every rule, so that none of them ends early."""
    now = SYSTEM_CLOCK.now()
    active = TradingState.ACTIVE
    return Facts(
        now=now,
        order=_order(),
        instrument=InstrumentFacts(
            exists=True,
            tradable=True,
            halted=False,
            fractionable=True,
            shortable=True,
            easy_to_borrow=True,
            tick=Decimal("0.01"),
            lot=Decimal(1),
        ),
        venue=VenueFacts(session=Session.REGULAR),
        capabilities=_capabilities(),
        quote=QuoteFacts(
            bid=Decimal("59.99"), ask=Decimal("60.01"), age_seconds=Decimal(1)
        ),
        atr=Decimal("1.2"),
        position=PositionFacts(quantity=Decimal(0)),
        account=AccountFacts(
            mode=AccountMode.PRACTICE,
            status=AccountStatus.ACTIVE,
            owned_by_user=True,
            equity=Decimal(50_000),
            cash=Decimal(50_000),
            buying_power=Decimal(50_000),
            as_of=now,
            shorting_enabled=True,
        ),
        open_orders=(),
        recent_orders=(),
        states=StateFacts(desk=active, user=active, account=active),
    )


def busy() -> Facts:
    """The same order in an account where a thousand others are open."""
    facts = quiet()
    orders = tuple(
        OpenOrder(
            id=str(number),
            symbol=f"S{number}",
            side=Side.BUY,
            type=OrderType.LIMIT,
            remaining=Decimal(1),
            worst_notional=Decimal(1),
            accepted_at=facts.now - timedelta(seconds=number % 2),
        )
        for number in range(OPEN_ORDERS)
    )
    return replace(facts, open_orders=orders)


def _order() -> OrderFacts:
    return OrderFacts(
        symbol="ACME",
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.DAY,
        order_class=OrderClass.OTO,
        quantity=Decimal(100),
        limit_price=Decimal("60.00"),
        stop_loss_price=Decimal("58.50"),
        expected_mode=AccountMode.PRACTICE,
    )


def _capabilities() -> CapabilityFacts:
    return CapabilityFacts(
        broker="Practice",
        order_types=frozenset(OrderType),
        times_in_force=frozenset(TimeInForce),
        order_classes=frozenset(OrderClass),
        class_times_in_force=frozenset(TimeInForce),
        fractional_types=frozenset(OrderType),
        fractional_times_in_force=frozenset(TimeInForce),
        fractional_decimals=9,
        notional=True,
        extended_hours_types=frozenset(OrderType),
        extended_hours_times_in_force=frozenset(TimeInForce),
        shorting=True,
        minimum_notional=Decimal(1),
    )


def _microseconds(act: Callable[[], object]) -> float:
    started = process_time_ns()
    for _ in range(PER_ROUND):
        act()
    return (process_time_ns() - started) / PER_ROUND / 1000


def main() -> None:
    policy, small, large = Policy(), quiet(), busy()
    if evaluate(small, policy).blocked or evaluate(large, policy).blocked:
        raise SystemExit("The measured order is denied, so the figures mean nothing.")
    named: dict[str, Callable[[], object]] = {
        "verdict": lambda: evaluate(small, policy),
        f"verdict with {OPEN_ORDERS} open orders": lambda: evaluate(large, policy),
        "canonical digest": lambda: digest(asdict(small.order)),
    }
    times = {name: [_microseconds(act)] for name, act in named.items()}
    for _ in range(ROUNDS):
        for name, act in named.items():
            times[name].append(_microseconds(act))
    middle = {name: statistics.median(spent[1:]) for name, spent in times.items()}
    for name, spent in middle.items():
        ratio = spent / middle["canonical digest"]
        sys.stdout.write(f"{name:<32}{spent:>10.1f} us {ratio:>8.2f} x the digest\n")


if __name__ == "__main__":
    main()
