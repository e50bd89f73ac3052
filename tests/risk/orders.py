"""Orders that pass every rule, to be spoilt by the tests one fact at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

from risk.engine import RULES, evaluate
from risk.facts import (
    AccountFacts,
    AccountMode,
    AccountStatus,
    Acknowledgement,
    CapabilityFacts,
    DenialCode,
    Facts,
    InstrumentFacts,
    OpenOrder,
    OrderClass,
    OrderFacts,
    OrderType,
    Outcome,
    Policy,
    PositionFacts,
    QuoteFacts,
    RecentOrder,
    Session,
    Side,
    StateFacts,
    TimeInForce,
    TradingState,
    VenueFacts,
    Verdict,
)
from risk.facts.numbers import EXACT


D = Decimal
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
POLICY = Policy()
TICK = D("0.01")
NAN, INFINITE = D("NaN"), D("Infinity")
UNUSABLE = (None, D(0), D(-1), NAN, D("sNaN"), INFINITE, D("1E+400"), D("1E-400"))

CAPABILITIES = CapabilityFacts(
    broker="Practice",
    order_types=frozenset(OrderType),
    times_in_force=frozenset(TimeInForce),
    order_classes=frozenset(OrderClass),
    class_times_in_force=frozenset({TimeInForce.DAY, TimeInForce.GTC}),
    fractional_types=frozenset({OrderType.MARKET, OrderType.LIMIT}),
    fractional_times_in_force=frozenset({TimeInForce.DAY}),
    fractional_decimals=9,
    notional=True,
    extended_hours_types=frozenset({OrderType.LIMIT}),
    extended_hours_times_in_force=frozenset({TimeInForce.DAY}),
    shorting=True,
    minimum_notional=D(1),
)
BUY = Facts(
    now=NOW,
    order=OrderFacts(
        symbol="ACME",
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.DAY,
        order_class=OrderClass.OTO,
        quantity=D(100),
        limit_price=D("60.00"),
        stop_loss_price=D("58.50"),
        expected_mode=AccountMode.PRACTICE,
    ),
    instrument=InstrumentFacts(
        exists=True,
        tradable=True,
        halted=False,
        fractionable=True,
        shortable=True,
        easy_to_borrow=True,
        tick=TICK,
        sub_dollar_tick=D("0.0001"),
        lot=D(1),
    ),
    venue=VenueFacts(session=Session.REGULAR),
    capabilities=CAPABILITIES,
    quote=QuoteFacts(bid=D("59.99"), ask=D("60.01"), last=D(60), age_seconds=D(1)),
    atr=D("1.20"),
    position=PositionFacts(quantity=D(0)),
    account=AccountFacts(
        mode=AccountMode.PRACTICE,
        status=AccountStatus.ACTIVE,
        owned_by_user=True,
        equity=D(50_000),
        cash=D(50_000),
        buying_power=D(50_000),
        as_of=NOW - timedelta(seconds=5),
        shorting_enabled=True,
    ),
    open_orders=(),
    recent_orders=(),
    states=StateFacts(
        desk=TradingState.ACTIVE, user=TradingState.ACTIVE, account=TradingState.ACTIVE
    ),
)


def spoilt(base: Facts, **parts: Any) -> Facts:
    """A copy with facts changed; a dict changes fields of that part."""
    return replace(
        base,
        **{
            name: replace(getattr(base, name), **value)
            if isinstance(value, Mapping)
            else value
            for name, value in parts.items()
        },
    )


def buying(**parts: Any) -> Facts:
    return spoilt(BUY, **parts)


SELL = spoilt(
    BUY,
    order={
        "side": Side.SELL,
        "type": OrderType.MARKET,
        "order_class": OrderClass.SIMPLE,
        "limit_price": None,
        "stop_loss_price": None,
    },
    position={"quantity": D(100)},
)


def closing(**parts: Any) -> Facts:
    """Selling, at the market, all of a long position of 100."""
    return spoilt(SELL, **parts)


def stop_order(side: Side, stop: D, **parts: Any) -> Facts:
    order = {
        "side": side,
        "type": OrderType.STOP,
        "order_class": OrderClass.SIMPLE,
        "limit_price": None,
        "stop_price": stop,
        "stop_loss_price": None,
    }
    return spoilt(spoilt(BUY, order=order), **parts)


def working(**fields: Any) -> OpenOrder:
    """A sell of 100 ACME that works at the broker, known to its buying power."""
    known: dict[str, Any] = {
        "id": "7",
        "symbol": "ACME",
        "side": Side.SELL,
        "type": OrderType.STOP,
        "remaining": D(100),
        "worst_notional": D(6000),
        "accepted_at": NOW - timedelta(minutes=1),
    }
    return OpenOrder(**{**known, **fields})


def recent(**fields: Any) -> RecentOrder:
    """The same as `BUY`, two seconds ago."""
    known: dict[str, Any] = {
        "id": "8",
        "symbol": "ACME",
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "quantity": D(100),
        "notional": None,
        "price": D(60),
        "placed_at": NOW - timedelta(seconds=2),
    }
    return RecentOrder(**{**known, **fields})


def verdict(check: str, facts: Facts, policy: Policy = POLICY) -> Verdict:
    """What the rule of this name says, which also is what the engine lists for it."""
    rule = next(rule for rule in RULES if check == rule.CHECK.name)
    with localcontext(EXACT):
        alone = rule.evaluate(facts, policy)
    listed = [v for v in evaluate(facts, policy).verdicts if v.check == check]
    assert listed == [alone]
    return alone


def said(verdict: Verdict) -> tuple[Outcome, DenialCode]:
    return verdict.outcome, verdict.code


BLOCK, WARN, PASS = Outcome.BLOCK, Outcome.WARN, Outcome.PASS
NONE, CONFIRM, REASON = (
    Acknowledgement.NONE,
    Acknowledgement.CONFIRM,
    Acknowledgement.REASON,
)
