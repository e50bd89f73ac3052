"""Checks 3, 4 and 32: what the broker takes."""

from __future__ import annotations

import pytest

from risk.facts import DenialCode, Intent, OrderClass, OrderType, Side, TimeInForce
from tests.risk.orders import (
    BLOCK,
    CONFIRM,
    PASS,
    UNUSABLE,
    WARN,
    D,
    buying,
    closing,
    said,
    spoilt,
    stop_order,
    verdict,
)


@pytest.mark.parametrize(
    "check", ["order_type", "time_in_force", "order_class", "extended_hours"]
)
def test_unknown_capabilities_block_new_risk_only(check):
    asked = {"extended_hours": True}
    entry = verdict(check, buying(order=asked, capabilities=None))
    way_out = verdict(check, closing(order=asked, capabilities=None))
    assert entry.outcome is BLOCK
    assert way_out.outcome is WARN


@pytest.mark.parametrize("base", [buying, closing])
def test_what_the_broker_never_takes_is_blocked_for_everyone(base):
    for check, field, code in (
        ("order_type", "order_types", DenialCode.ORDER_TYPE_UNSUPPORTED),
        ("order_class", "order_classes", DenialCode.ORDER_CLASS_UNSUPPORTED),
    ):
        found = verdict(check, base(capabilities={field: frozenset()}))
        assert said(found) == (BLOCK, code)


@pytest.mark.parametrize(
    ("order_class", "tif", "expected"),
    [
        (OrderClass.OTO, TimeInForce.DAY, PASS),
        (OrderClass.OTO, TimeInForce.IOC, BLOCK),
        (OrderClass.SIMPLE, TimeInForce.IOC, PASS),
    ],
)
def test_complex_classes_have_times_in_force_of_their_own(order_class, tif, expected):
    order = {"order_class": order_class, "time_in_force": tif}
    assert verdict("time_in_force", buying(order=order)).outcome is expected


def test_a_time_in_force_that_is_not_taken_names_those_that_are():
    table = {"times_in_force": frozenset({TimeInForce.DAY, TimeInForce.GTC})}
    facts = closing(order={"time_in_force": TimeInForce.FOK}, capabilities=table)
    found = verdict("time_in_force", facts)
    assert said(found) == (BLOCK, DenialCode.ORDER_TIF_UNSUPPORTED)
    assert found.limit.word == "day, gtc"


@pytest.mark.parametrize(
    ("order_class", "target", "stop", "outcome"),
    [
        (OrderClass.SIMPLE, None, None, PASS),
        (OrderClass.SIMPLE, None, D(58), BLOCK),
        (OrderClass.OTO, None, D(58), PASS),
        (OrderClass.OTO, D(64), D(58), BLOCK),
        (OrderClass.OTO, None, None, BLOCK),
        (OrderClass.BRACKET, D(64), D(58), PASS),
        (OrderClass.BRACKET, D(64), None, BLOCK),
        (OrderClass.OCO, D(64), D(58), PASS),
    ],
)
def test_each_class_carries_its_own_number_of_exits(
    order_class, target, *, stop, outcome
):
    order = {
        "order_class": order_class,
        "take_profit_price": target,
        "stop_loss_price": stop,
    }
    assert verdict("order_class", buying(order=order)).outcome is outcome


@pytest.mark.parametrize(
    ("order_class", "exits"),
    [
        (OrderClass.OTO, {"stop_loss_price": D(64)}),
        (OrderClass.BRACKET, {"stop_loss_price": D(64), "take_profit_price": D(58)}),
    ],
)
def test_exits_are_not_attached_to_what_goes_against_the_position(order_class, exits):
    asked = {"order_class": order_class, **exits}
    found = verdict("order_class", closing(order=asked))
    assert said(found) == (BLOCK, DenialCode.ORDER_EXITS_NOT_ENTRY)
    for allowed in (
        closing(order=asked | {"intent": Intent.REVERSE}),
        closing(order=asked | {"amends": "7"}),
        closing(order=asked, position={"quantity": D(0)}),
        closing(order=asked, position=None),
    ):
        assert verdict("order_class", allowed).outcome is PASS


@pytest.mark.parametrize(
    ("kind", "tif", "outcome"),
    [
        (OrderType.LIMIT, TimeInForce.DAY, PASS),
        (OrderType.LIMIT, TimeInForce.GTC, BLOCK),
        (OrderType.MARKET, TimeInForce.DAY, BLOCK),
    ],
)
def test_extended_hours_are_for_the_types_that_allow_them(kind, tif, outcome):
    order = {
        "type": kind,
        "time_in_force": tif,
        "extended_hours": True,
        "order_class": OrderClass.SIMPLE,
        "stop_loss_price": None,
    }
    assert verdict("extended_hours", buying(order=order)).outcome is outcome
    regular = buying(order={**order, "extended_hours": False})
    assert verdict("extended_hours", regular).outcome is PASS


def test_extended_hours_are_not_for_attached_exits():
    asked = verdict("extended_hours", buying(order={"extended_hours": True}))
    assert asked.outcome is BLOCK
    assert "no attached exits" in asked.message


@pytest.mark.parametrize(
    ("kind", "order_class", "outcome"),
    [
        (OrderType.MARKET, OrderClass.OTO, PASS),
        (OrderType.TRAILING_STOP, OrderClass.OTO, BLOCK),
        (OrderType.TRAILING_STOP, OrderClass.BRACKET, BLOCK),
        (OrderType.TRAILING_STOP, OrderClass.SIMPLE, PASS),
        (OrderType.STOP, OrderClass.OCO, BLOCK),
        (OrderType.LIMIT, OrderClass.OCO, PASS),
    ],
)
def test_exits_are_attached_to_the_types_that_take_them(kind, order_class, outcome):
    exits = {OrderClass.SIMPLE: 0, OrderClass.OTO: 1}.get(order_class, 2)
    order = {
        "type": kind,
        "order_class": order_class,
        "take_profit_price": D(64) if exits > 1 else None,
        "stop_loss_price": D(58) if exits else None,
    }
    takes = frozenset(OrderType) - {OrderType.TRAILING_STOP}
    facts = buying(order=order, capabilities={"class_types": takes})
    assert verdict("order_class", facts).outcome is outcome


@pytest.mark.parametrize("bad", UNUSABLE)
def test_a_quantity_must_be_a_number_above_zero(bad):
    for facts in (
        buying(order={"quantity": bad}),
        buying(order={"quantity": None, "notional": bad}),
    ):
        found = verdict("quantity", facts)
        assert said(found) == (BLOCK, DenialCode.QUANTITY_INVALID)


def test_quantity_and_notional_exclude_each_other():
    both = verdict("quantity", buying(order={"notional": D(100)}))
    assert said(both) == (BLOCK, DenialCode.QUANTITY_INVALID)


SIMPLE = {
    "order_class": OrderClass.SIMPLE,
    "type": OrderType.MARKET,
    "stop_loss_price": None,
}


@pytest.mark.parametrize(
    ("quantity", "outcome"),
    [
        (D("1.000000001"), PASS),
        (D("0.000000001"), PASS),
        (D("1.0000000001"), BLOCK),
        (D("1.00"), PASS),
    ],
)
def test_fractions_have_as_many_decimals_as_the_broker_takes(quantity, outcome):
    found = verdict("quantity", buying(order={**SIMPLE, "quantity": quantity}))
    assert found.outcome is outcome


@pytest.mark.parametrize(
    "spoiler",
    [
        {"instrument": {"fractionable": False}},
        {"instrument": {"fractionable": None}},
        {"order": {"type": OrderType.STOP}},
        {"order": {"time_in_force": TimeInForce.GTC}},
        {"order": {"order_class": OrderClass.OTO}},
        {"capabilities": None},
    ],
)
def test_a_fraction_that_is_not_taken_is_told_the_whole_lots_beside_it(spoiler):
    facts = spoilt(buying(order={**SIMPLE, "quantity": D("1.5")}), **spoiler)
    found = verdict("quantity", facts)
    assert found.outcome is BLOCK
    assert "Use 1 or 2." in found.message


def test_lots_larger_than_one_are_kept():
    for quantity, outcome in ((D(200), PASS), (D(199), BLOCK), (D(201), BLOCK)):
        facts = buying(
            order={"quantity": quantity},
            instrument={"lot": D(100), "fractionable": False},
        )
        assert verdict("quantity", facts).outcome is outcome


def test_an_unknown_lot_blocks_new_risk_only():
    unknown = {"lot": None}
    found = verdict("quantity", buying(instrument=unknown))
    assert said(found) == (BLOCK, DenialCode.QUANTITY_RULES_UNKNOWN)
    assert verdict("quantity", closing(instrument=unknown)).outcome is WARN


def test_an_amount_needs_a_broker_and_an_instrument_that_take_it():
    amount = {**SIMPLE, "quantity": None, "notional": D(500)}
    assert verdict("quantity", buying(order=amount)).outcome is PASS
    for spoiler in (
        {"capabilities": {"notional": False}},
        {"capabilities": None},
        {"instrument": {"fractionable": False}},
    ):
        found = verdict("quantity", spoilt(buying(order=amount), **spoiler))
        assert said(found) == (BLOCK, DenialCode.QUANTITY_NOTIONAL)


@pytest.mark.parametrize(
    ("price", "outcome"), [("0.99", BLOCK), ("1.00", PASS), ("1.01", PASS)]
)
def test_an_order_below_the_brokers_minimum_is_blocked(price, outcome):
    order = {"quantity": D(1), "limit_price": D(price)}
    assert verdict("minimum_notional", buying(order=order)).outcome is outcome


def test_a_tiny_remainder_may_still_be_closed():
    rest = closing(order={"quantity": D("0.001")})
    assert verdict("minimum_notional", rest).outcome is WARN


def test_a_value_that_cannot_be_told_is_not_large_enough():
    market = {"type": OrderType.MARKET, "limit_price": None}
    found = verdict("minimum_notional", buying(order=market, quote={"bid": None}))
    assert said(found) == (BLOCK, DenialCode.NOTIONAL_UNKNOWN)
    assert verdict("minimum_notional", buying(capabilities=None)).outcome is BLOCK


def shorting(**parts):
    return spoilt(stop_order(Side.SELL, D("59.50")), **parts)


@pytest.mark.parametrize(
    ("spoiler", "outcome", "code"),
    [
        ({}, PASS, DenialCode.SHORT_HARD_TO_BORROW),
        ({"capabilities": None}, BLOCK, DenialCode.SHORT_UNKNOWN),
        ({"capabilities": {"shorting": False}}, BLOCK, DenialCode.SHORT_UNSUPPORTED),
        ({"account": {"shorting_enabled": None}}, BLOCK, DenialCode.SHORT_UNKNOWN),
        ({"account": {"shorting_enabled": False}}, BLOCK, DenialCode.SHORT_UNSUPPORTED),
        ({"instrument": {"shortable": None}}, BLOCK, DenialCode.SHORT_UNKNOWN),
        ({"instrument": {"shortable": False}}, BLOCK, DenialCode.SHORT_NOT_BORROWABLE),
        ({"instrument": {"easy_to_borrow": False}}, WARN, DenialCode.SHORT_HARD_TO_BORROW),
        ({"instrument": {"easy_to_borrow": None}}, WARN, DenialCode.SHORT_HARD_TO_BORROW),
    ],
)  # fmt: skip
def test_a_short_sale_needs_something_to_borrow(spoiler, outcome, code):
    assert said(verdict("short_sale", shorting(**spoiler))) == (outcome, code)


def test_hard_to_borrow_is_confirmed_and_closing_a_long_is_no_short_sale():
    hard = shorting(instrument={"easy_to_borrow": False})
    assert verdict("short_sale", hard).acknowledgement is CONFIRM
    nothing = {"shortable": False}
    assert verdict("short_sale", closing(instrument=nothing)).outcome is PASS
    flip = closing(order={"quantity": D(101)}, instrument=nothing)
    assert verdict("short_sale", flip).outcome is BLOCK
