"""Checks 6, 7, 12, 22 and 23: how much, how much money, and how much of it at risk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from risk.facts import CostFacts, DenialCode, OrderType, Policy, Side
from tests.risk.orders import (
    BLOCK,
    CONFIRM,
    NONE,
    NOW,
    PASS,
    REASON,
    UNUSABLE,
    WARN,
    D,
    buying,
    closing,
    said,
    spoilt,
    verdict,
    working,
)


@pytest.mark.parametrize(
    ("quantity", "outcome"),
    [
        (D(10), PASS),
        (D("10.000000001"), WARN),
        (D(11), WARN),
        (D(20), WARN),
        (D("20.000000001"), BLOCK),
    ],
)
def test_the_quantity_is_asked_about_and_then_denied(quantity, outcome):
    policy = Policy(max_quantity_warn=D(10), max_quantity_block=D(20))
    found = verdict("max_quantity", buying(order={"quantity": quantity}), policy)
    assert said(found) == (outcome, DenialCode.QUANTITY_LIMIT)
    assert found.acknowledgement is (CONFIRM if outcome is WARN else NONE)


@pytest.mark.parametrize(
    ("limit", "outcome"),
    [("60.00", PASS), ("60.01", WARN), ("70.00", WARN), ("70.01", BLOCK)],
)
def test_the_value_is_asked_about_and_then_denied(limit, outcome):
    policy = Policy(max_order_value_warn=D(6000), max_order_value_block=D(7000))
    facts = buying(order={"limit_price": D(limit)})
    found = verdict("max_order_value", facts, policy)
    assert said(found) == (outcome, DenialCode.VALUE_LIMIT)


@pytest.mark.parametrize("check", ["max_quantity", "max_order_value"])
def test_no_limit_is_no_limit_and_reducing_is_exempt(check):
    free = Policy(
        max_quantity_warn=None,
        max_quantity_block=None,
        max_order_value_warn=None,
        max_order_value_block=None,
    )
    huge = buying(order={"quantity": D(10) ** 9})
    assert verdict(check, huge, free).outcome is PASS
    assert verdict(check, huge).outcome is BLOCK
    way_out = spoilt(closing(), order={"quantity": D(10) ** 9})
    held = spoilt(way_out, position={"quantity": D(10) ** 9})
    assert verdict(check, held).limit.word == "exempt"


@pytest.mark.parametrize("check", ["max_quantity", "max_order_value"])
@pytest.mark.parametrize("bad", UNUSABLE)
def test_a_size_that_is_not_known_fails_closed(check, bad):
    assert verdict(check, buying(order={"quantity": bad})).outcome is BLOCK


def test_a_notional_order_is_counted_in_units_at_the_bid():
    order = {"quantity": None, "notional": D("599.90")}
    policy = Policy(max_quantity_warn=D(10), max_quantity_block=D(10))
    assert verdict("max_quantity", buying(order=order), policy).outcome is PASS
    more = buying(order={**order, "notional": D("599.91")})
    assert verdict("max_quantity", more, policy).outcome is BLOCK
    blind = buying(order=order, quote={"bid": None})
    assert said(verdict("max_quantity", blind)) == (BLOCK, DenialCode.QUANTITY_UNKNOWN)


@pytest.mark.parametrize(
    ("power", "outcome"), [("6000.00", PASS), ("5999.99", BLOCK), ("6000.01", PASS)]
)
def test_the_account_must_be_able_to_pay_for_it(power, outcome):
    found = verdict("buying_power", buying(account={"buying_power": D(power)}))
    assert said(found) == (outcome, DenialCode.BUYING_POWER_EXCEEDED)
    assert (found.value.amount, found.limit.amount) == (D(6000), D(power))


@pytest.mark.parametrize("bad", [None, D("NaN"), D("Infinity"), D("1E+400")])
def test_unknown_figures_of_the_account_fail_closed(bad):
    for account in ({"buying_power": bad}, {"used_since": bad}):
        found = verdict("buying_power", buying(account=account))
        assert said(found) == (BLOCK, DenialCode.BUYING_POWER_UNKNOWN)
    assert (
        verdict("buying_power", closing(account={"buying_power": bad})).outcome is PASS
    )


LATE = {"side": Side.BUY, "accepted_at": NOW}


@pytest.mark.parametrize(
    ("order", "left"),
    [
        (working(**LATE), D(44_000)),
        (working(side=Side.BUY), D(50_000)),
        (working(side=Side.BUY, unresolved=True), D(44_000)),
        (working(side=Side.BUY, accepted_at=None), D(44_000)),
        (working(**LATE, reducing=True), D(50_000)),
        (working(**LATE, contingent=True), D(50_000)),
        (working(**LATE, symbol="OTHER"), D(44_000)),
    ],
)
def test_open_orders_hold_what_the_brokers_figure_does_not_know(order, left):
    found = verdict("buying_power", buying(open_orders=(order,)))
    assert found.limit.amount == left


def test_a_broker_that_nets_nothing_has_every_order_counted():
    facts = buying(
        open_orders=(working(side=Side.BUY),), capabilities={"nets_open_orders": False}
    )
    assert verdict("buying_power", facts).limit.amount == D(44_000)


def test_open_orders_of_unknown_worth_or_number_fail_closed():
    unknown = working(**LATE, worst_notional=None)
    for open_orders in ((unknown,), None):
        facts = buying(open_orders=open_orders)
        found = verdict("buying_power", facts)
        assert said(found) == (BLOCK, DenialCode.BUYING_POWER_UNKNOWN)


def test_fills_since_the_figure_was_read_are_counted():
    found = verdict("buying_power", buying(account={"used_since": D(45_000)}))
    assert said(found) == (BLOCK, DenialCode.BUYING_POWER_EXCEEDED)


def test_an_amended_order_gives_back_what_it_held():
    old = working(id="5", side=Side.BUY)
    amend = {"amends": "5", "limit_price": D("60.01")}
    facts = buying(order=amend, open_orders=(old,), account={"buying_power": D("1.00")})
    assert verdict("buying_power", facts).outcome is PASS
    poorer = spoilt(facts, account={"buying_power": D("0.99")})
    assert verdict("buying_power", poorer).outcome is BLOCK


def test_orders_without_a_limit_are_valued_with_the_buffer():
    market = {"type": OrderType.MARKET, "limit_price": None}
    found = verdict("buying_power", buying(order=market))
    assert found.value.amount == D("60.01") * 100 * D("1.01")
    trailing = {
        **market,
        "type": OrderType.TRAILING_STOP,
        "trail_percent": D(10),
    }
    found = verdict("buying_power", buying(order=trailing))
    assert found.value.amount == D("60.01") * D("1.1") * D("1.01") * 100


def test_a_reversal_is_charged_only_for_what_it_opens():
    facts = closing(order={"quantity": D(150)})
    found = verdict("buying_power", facts)
    assert found.value.amount == 50 * D("60.01") * D("1.01")


@pytest.mark.parametrize(
    ("quantity", "outcome"),
    [(D(333), PASS), (D(334), WARN), (D(666), WARN), (D(667), BLOCK)],
)
def test_the_loss_at_the_stop_stays_a_small_part_of_equity(quantity, outcome):
    found = verdict("trade_risk", buying(order={"quantity": quantity}))
    assert said(found) == (outcome, DenialCode.RISK_PER_TRADE)


def test_costs_of_both_sides_count_as_risk():
    costs = CostFacts(commission=D(1), slippage=D("0.01"))
    facts = buying(order={"quantity": D(327)}, costs=costs)
    assert verdict("trade_risk", facts).value.amount == D("0.99808")
    exact = Policy(
        risk_per_trade_warn_percent=D("0.5"),
        risk_per_trade_block_percent=D("0.99808"),
    )
    assert verdict("trade_risk", facts, exact).outcome is WARN
    over = Policy(risk_per_trade_block_percent=D("0.99807"))
    assert verdict("trade_risk", facts, over).outcome is BLOCK


@pytest.mark.parametrize(
    "spoiler",
    [
        {"account": {"equity": None}},
        {"account": {"equity": D(0)}},
        {"account": {"equity": D("NaN")}},
        {"order": {"stop_loss_price": D(61)}},
        {"order": {"stop_loss_price": D("NaN")}},
        {"order": {"quantity": None}},
        {"order": {"type": OrderType.MARKET}, "quote": {"ask": None}},
    ],
)
def test_a_risk_that_cannot_be_told_fails_closed(spoiler):
    found = verdict("trade_risk", buying(**spoiler))
    assert said(found) == (BLOCK, DenialCode.RISK_UNKNOWN)


def test_no_stop_needs_a_reason_that_somebody_typed():
    naked = buying(order={"stop_loss_price": None})
    assert verdict("stop_required", naked).acknowledgement is REASON
    assert verdict("trade_risk", naked).outcome is WARN
    relaxed = Policy(stop_required=False)
    assert verdict("stop_required", naked, relaxed).outcome is PASS


def test_a_way_out_needs_no_stop():
    assert verdict("stop_required", closing()).outcome is PASS
    assert verdict("trade_risk", closing()).limit.word == "exempt"


def test_an_order_acknowledged_as_the_figure_was_read_is_counted_to_be_safe():
    at = working(side=Side.BUY, accepted_at=NOW - timedelta(seconds=5))
    assert verdict("buying_power", buying(open_orders=(at,))).limit.amount == D(44_000)
