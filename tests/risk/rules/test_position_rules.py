"""Checks 30, 33 and 37: repeats, one's own orders, flips, orders of unknown outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest

from risk.facts import DenialCode, Intent, OrderClass, OrderType, Side
from tests.risk.orders import (
    BLOCK,
    CONFIRM,
    NONE,
    NOW,
    PASS,
    WARN,
    D,
    buying,
    closing,
    recent,
    said,
    spoilt,
    verdict,
    working,
)


def selling(quantity, intent=Intent.TRADE, **parts):
    order = {"quantity": D(quantity), "intent": intent}
    return verdict("position", closing(order=order, **parts))


@pytest.mark.parametrize(
    ("quantity", "intent", "outcome"),
    [
        ("100", Intent.TRADE, PASS),
        ("100.000000001", Intent.TRADE, BLOCK),
        ("101", Intent.TRADE, BLOCK),
        ("100", Intent.CLOSE, PASS),
        ("101", Intent.CLOSE, BLOCK),
        ("200", Intent.REVERSE, PASS),
    ],
)
def test_a_position_is_turned_around_only_on_purpose(quantity, intent, outcome):
    found = selling(quantity, intent)
    assert said(found) == (outcome, DenialCode.POSITION_FLIP)
    assert found.limit.amount == D(100)


def test_the_same_holds_for_a_short_position():
    short = {"position": {"quantity": D(-100)}}
    for quantity, outcome in ((D(100), PASS), (D("100.01"), BLOCK)):
        facts = buying(order={"quantity": quantity}, **short)
        assert verdict("position", facts).outcome is outcome


@pytest.mark.parametrize(
    ("exits", "free"),
    [
        ((working(remaining=D(60)),), 40),
        ((working(remaining=D(60)), working(id="9", remaining=D(30))), 10),
        ((working(group="x"), working(id="9", remaining=D(70), group="x")), 0),
        ((working(remaining=None),), 0),
        ((working(remaining=D(500)),), 0),
        ((working(contingent=True),), 100),
        ((working(unresolved=True),), 100),
        ((working(symbol="OTHER"),), 100),
        ((working(side=Side.BUY),), 100),
    ],
)
def test_working_exits_hold_their_part_of_the_position(exits, free):
    if free:
        assert selling(free, open_orders=exits).outcome is PASS
    if free < 100:
        over = selling(D(free) + D("0.01"), open_orders=exits)
        assert said(over) == (BLOCK, DenialCode.POSITION_RESERVED)
        assert over.limit.amount == D(free)


def test_an_amended_exit_holds_nothing_against_itself():
    order = {"quantity": D(100), "amends": "7"}
    facts = closing(order=order, open_orders=(working(),))
    assert verdict("position", facts).outcome is PASS


def test_a_reversal_waits_until_no_exit_works():
    held = selling("200", Intent.REVERSE, open_orders=(working(remaining=D(1)),))
    assert said(held) == (BLOCK, DenialCode.POSITION_RESERVED)


def test_there_is_nothing_to_close_on_the_same_side_or_when_flat():
    for position in (D(100), D(0)):
        facts = buying(order={"intent": Intent.CLOSE}, position={"quantity": position})
        found = verdict("position", facts)
        assert said(found) == (BLOCK, DenialCode.POSITION_NOT_REDUCED)


def test_an_unknown_position_fails_closed():
    for position in (None, {"quantity": D("NaN")}):
        found = verdict("position", spoilt(closing(), position=position))
        assert said(found) == (BLOCK, DenialCode.POSITION_UNKNOWN)


def test_an_amount_against_a_position_needs_a_price_to_count_units():
    amount = {"quantity": None, "notional": D(5999)}
    assert verdict("position", closing(order=amount)).outcome is PASS
    too_much = {**amount, "notional": D(6000)}
    assert verdict("position", closing(order=too_much)).outcome is BLOCK
    blind = closing(order=amount, quote={"bid": None})
    assert said(verdict("position", blind)) == (BLOCK, DenialCode.POSITION_UNKNOWN)


def test_an_unknown_outcome_blocks_new_risk_in_its_symbol_only():
    for symbol, outcome in (("ACME", BLOCK), ("OTHER", PASS)):
        unresolved = working(side=Side.BUY, unresolved=True, symbol=symbol)
        found = verdict("unresolved", buying(open_orders=(unresolved,)))
        assert said(found) == (outcome, DenialCode.UNRESOLVED_ORDER)
    flip = closing(order={"quantity": D(101)}, open_orders=(working(unresolved=True),))
    assert verdict("unresolved", flip).outcome is BLOCK


def test_nothing_new_goes_where_more_was_filled_than_asked_for_and_exits_do():
    """Another symbol's orders are no question of this one."""
    too_much = working(side=Side.BUY, overfilled=True, remaining=D(0))
    found = verdict("unresolved", buying(open_orders=(too_much,)))
    assert found.outcome is BLOCK
    assert "than was asked for" in found.message
    elsewhere = working(side=Side.BUY, overfilled=True, symbol="BOND")
    assert verdict("unresolved", buying(open_orders=(elsewhere,))).outcome is PASS
    assert verdict("unresolved", closing(open_orders=(too_much,))).outcome is PASS


def test_an_exit_beside_an_unresolved_exit_is_confirmed_and_goes():
    exits = (working(unresolved=True),)
    found = verdict("unresolved", closing(open_orders=exits))
    assert (found.outcome, found.acknowledgement) == (WARN, CONFIRM)
    entries = (working(side=Side.BUY, unresolved=True),)
    found = verdict("unresolved", closing(open_orders=entries))
    assert (found.outcome, found.acknowledgement) == (WARN, NONE)


def test_unknown_open_orders_block_new_risk_only():
    found = verdict("unresolved", buying(open_orders=None))
    assert said(found) == (BLOCK, DenialCode.UNRESOLVED_UNKNOWN)
    assert verdict("unresolved", closing(open_orders=None)).outcome is WARN


@pytest.mark.parametrize(
    ("seconds", "outcome"),
    [("0", WARN), ("10", WARN), ("10.000001", PASS), ("-3600", WARN)],
)
def test_a_repeat_within_the_window_is_confirmed(seconds, outcome):
    placed_at = NOW - timedelta(seconds=float(seconds))
    found = verdict("duplicate", buying(recent_orders=(recent(placed_at=placed_at),)))
    assert said(found) == (outcome, DenialCode.DUPLICATE_ORDER)
    assert found.acknowledgement is (CONFIRM if outcome is WARN else NONE)


@pytest.mark.parametrize(
    "other",
    [
        {"symbol": "OTHER"},
        {"side": Side.SELL},
        {"quantity": D(99)},
        {"price": D("60.01")},
        {"price": None},
        {"quantity": None, "notional": D(100)},
    ],
)
def test_another_order_is_no_repeat(other):
    facts = buying(recent_orders=(recent(**other),))
    assert verdict("duplicate", facts).outcome is PASS


def test_equal_numbers_in_other_clothes_are_a_repeat():
    same = recent(quantity=D("100.000"), price=D("60.0000"))
    assert verdict("duplicate", buying(recent_orders=(same,))).outcome is WARN


def test_an_unresolved_repeat_counts_however_old():
    old = recent(unresolved=True, placed_at=NOW - timedelta(hours=3))
    assert verdict("duplicate", buying(recent_orders=(old,))).outcome is WARN


def test_an_order_is_no_repeat_of_the_one_that_it_amends():
    facts = buying(order={"amends": "8"}, recent_orders=(recent(),))
    assert verdict("duplicate", facts).outcome is PASS


def test_unknown_recent_orders_are_asked_about_but_never_in_the_way_out():
    found = verdict("duplicate", buying(recent_orders=None))
    assert said(found) == (WARN, DenialCode.DUPLICATE_UNKNOWN)
    assert found.acknowledgement is CONFIRM
    assert verdict("duplicate", closing(recent_orders=None)).acknowledgement is NONE


def test_stop_orders_repeat_by_their_stop_price():
    order = {"type": OrderType.STOP, "limit_price": None, "stop_price": D(61)}
    facts = buying(order=order, recent_orders=(recent(price=D(61)),))
    assert verdict("duplicate", facts).outcome is WARN


def against(*own, order=None, **parts):
    """A single buy at 60 beside these orders of one's own."""
    single = {"order_class": OrderClass.SIMPLE, "stop_loss_price": None}
    refusing = {"refuses_self_trades": True}
    return verdict(
        "self_trade",
        buying(
            **{"capabilities": refusing, **parts},
            order={**single, **(order or {})},
            open_orders=own,
        ),
    )


@pytest.mark.parametrize(
    ("own", "outcome"),
    [
        (working(), BLOCK),
        (working(type=OrderType.MARKET), BLOCK),
        (working(type=OrderType.LIMIT, price=D(60)), BLOCK),
        (working(type=OrderType.LIMIT, price=D("60.01")), PASS),
        (working(type=OrderType.LIMIT, price=None), BLOCK),
        (working(side=Side.BUY), PASS),
        (working(symbol="OTHER"), PASS),
        (working(contingent=True), PASS),
        (working(overfilled=True), PASS),
    ],
)
def test_a_single_order_does_not_meet_ones_own(own, outcome):
    assert said(against(own)) == (outcome, DenialCode.SELF_TRADE)


def test_a_sell_is_above_ones_own_buys_or_nowhere():
    bid = working(side=Side.BUY, type=OrderType.LIMIT, price=D(60))
    for limit, outcome in ((D(60), BLOCK), (D("60.01"), PASS)):
        selling = {"side": Side.SELL, "limit_price": limit}
        assert against(bid, order=selling).outcome is outcome


@pytest.mark.parametrize("kind", [OrderType.MARKET, OrderType.STOP])
def test_what_has_no_limit_meets_every_price(kind):
    far = working(type=OrderType.LIMIT, price=D(600))
    order = {"type": kind, "limit_price": None, "stop_price": D(61)}
    assert against(far, order=order).outcome is BLOCK


def test_the_order_that_is_changed_is_not_in_its_own_way():
    assert against(working(), order={"amends": "7"}).outcome is PASS


def test_an_order_with_exits_of_its_own_is_let_through():
    facts = buying(capabilities={"refuses_self_trades": True}, open_orders=(working(),))
    assert verdict("self_trade", facts).outcome is PASS


def test_a_reversal_takes_everything_away_first():
    assert against(working(), order={"intent": Intent.REVERSE}).outcome is PASS


def test_a_way_out_is_told_of_an_entry_that_it_would_meet():
    entry = working(side=Side.BUY, type=OrderType.LIMIT, price=D(59))
    found = verdict(
        "self_trade",
        closing(capabilities={"refuses_self_trades": True}, open_orders=(entry,)),
    )
    assert said(found) == (WARN, DenialCode.SELF_TRADE)
    assert found.acknowledgement is NONE


def test_where_the_broker_takes_it_one_is_told():
    assert against(working(), capabilities={}).outcome is WARN


def test_open_orders_that_are_unknown_let_nothing_new_go():
    assert said(verdict("self_trade", buying(open_orders=None))) == (
        BLOCK,
        DenialCode.SELF_TRADE_UNKNOWN,
    )
    assert verdict("self_trade", closing(open_orders=None)).outcome is WARN
