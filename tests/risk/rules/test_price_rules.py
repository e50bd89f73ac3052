"""Checks 5, 8, 9 and 10: prices, and the quote that they are measured against."""

from __future__ import annotations

import pytest

from risk.facts import (
    DenialCode,
    OrderClass,
    OrderType,
    Session,
    Side,
    TimeInForce,
    Unit,
)
from tests.risk.orders import (
    BLOCK,
    CONFIRM,
    NONE,
    PASS,
    TICK,
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


SIMPLE = {"order_class": OrderClass.SIMPLE, "stop_loss_price": None}
PRICES = (
    "limit_price",
    "stop_price",
    "trail_price",
    "trail_percent",
    "take_profit_price",
    "stop_loss_price",
    "stop_loss_limit_price",
)


@pytest.mark.parametrize("name", PRICES)
@pytest.mark.parametrize("bad", [bad for bad in UNUSABLE if bad is not None])
def test_every_price_must_be_a_sound_number_above_zero(name, bad):
    found = verdict("prices", buying(order={name: bad}))
    assert said(found) == (BLOCK, DenialCode.PRICE_INVALID)


@pytest.mark.parametrize(
    ("order", "missing"),
    [
        ({"type": OrderType.LIMIT}, "limit price"),
        ({"type": OrderType.STOP}, "stop price"),
        ({"type": OrderType.STOP_LIMIT, "stop_price": D(61)}, "limit price"),
        ({"type": OrderType.STOP_LIMIT, "limit_price": D(61)}, "stop price"),
        ({"type": OrderType.TRAILING_STOP}, "trail"),
        (
            {
                "type": OrderType.TRAILING_STOP,
                "trail_price": D(1),
                "trail_percent": D(1),
            },
            "trail",
        ),
    ],
)
def test_every_type_names_the_price_that_it_lacks(order, missing):
    found = verdict("prices", buying(order={"limit_price": None, **order}))
    assert said(found) == (BLOCK, DenialCode.PRICE_MISSING)
    assert missing in found.message


def test_all_that_is_wrong_with_the_prices_is_said_at_once():
    bad = {"type": OrderType.STOP_LIMIT, "limit_price": D(-1), "stop_price": None}
    message = verdict("prices", buying(order=bad)).message
    assert "limit price" in message
    assert "stop price" in message


def test_a_trail_stays_below_the_whole_price():
    trail = {**SIMPLE, "type": OrderType.TRAILING_STOP, "limit_price": None}
    for percent, outcome in ((D("99.99"), PASS), (D(100), BLOCK)):
        facts = buying(order={**trail, "trail_percent": percent})
        assert verdict("prices", facts).outcome is outcome


@pytest.mark.parametrize(
    ("price", "outcome", "nearest"),
    [
        ("60.00", PASS, ""),
        ("60.001", BLOCK, "60 or 60.01"),
        ("59.9999999999999999999999999999", BLOCK, "59.99 or 60"),
        ("1.0001", BLOCK, "1 or 1.01"),
        ("0.9999", PASS, ""),
        ("0.99999", BLOCK, "0.9999 or 1"),
        ("0.00001", BLOCK, "are 0.0001."),
    ],
)
def test_a_price_off_the_tick_is_told_its_neighbours(price, outcome, nearest):
    found = verdict("tick", buying(order={"limit_price": D(price)}))
    assert said(found) == (outcome, DenialCode.PRICE_TICK)
    assert nearest in found.message


def test_the_tick_binds_attached_exits_and_the_way_out_too():
    exit_price = {"stop_loss_price": D("58.505"), "limit_price": D("60.005")}
    message = verdict("tick", buying(order=exit_price)).message
    assert "58.505" in message
    assert "60.005" in message
    off = closing(order={"type": OrderType.LIMIT, "limit_price": D("60.005")})
    assert verdict("tick", off).outcome is BLOCK


def test_an_unknown_tick_blocks_new_risk_only():
    unknown = {"tick": None, "sub_dollar_tick": None}
    entry = verdict("tick", buying(instrument=unknown))
    assert said(entry) == (BLOCK, DenialCode.PRICE_TICK_UNKNOWN)
    out = {"type": OrderType.LIMIT, "limit_price": D(60)}
    assert verdict("tick", closing(order=out, instrument=unknown)).outcome is WARN
    assert verdict("tick", closing(instrument=unknown)).outcome is PASS


def collar(price, base=buying, **parts):
    order = {"type": OrderType.LIMIT, "limit_price": D(price)}
    quote = {"bid": D("99.99"), "ask": D("100.00")}
    return verdict("collar", base(order=order, quote=quote, **parts))


@pytest.mark.parametrize(
    ("price", "atr", "outcome"),
    [
        ("102.00", "10", PASS),
        ("102.01", "10", WARN),
        ("105.00", "10", WARN),
        ("105.01", "10", BLOCK),
        ("101.50", "1", PASS),
        ("101.51", "1", WARN),
        ("103.00", "1", WARN),
        ("103.01", "1", BLOCK),
        ("95.00", "10", PASS),
        ("94.99", "10", WARN),
    ],
)
def test_a_buy_may_go_only_so_far_through_the_ask(price, atr, outcome):
    assert collar(price, atr=D(atr)).outcome is outcome


def test_a_sale_is_measured_from_the_bid():
    quote = {"bid": D(100), "ask": D("100.01")}
    for price, outcome in (("95.00", WARN), ("94.99", BLOCK), ("98.00", PASS)):
        order = {"side": Side.SELL, "limit_price": D(price), **SIMPLE}
        facts = buying(order=order, quote=quote, atr=D(10))
        assert verdict("collar", facts).outcome is outcome


def test_the_collar_tells_value_and_limit_in_the_unit_that_broke():
    percent, ranges = collar("105.01", atr=D(10)), collar("103.01", atr=D(1))
    assert (percent.value.unit, percent.limit.amount) == (Unit.PERCENT, D(5))
    assert (ranges.value.unit, ranges.limit.amount) == (Unit.ATR, D(3))


@pytest.mark.parametrize("atr", UNUSABLE)
def test_without_a_daily_range_the_soft_collar_is_the_hard_one(atr):
    assert collar("102.00", atr=atr).outcome is PASS
    assert collar("102.01", atr=atr).outcome is BLOCK


def test_the_collar_asks_when_soft_and_lets_a_way_out_through():
    assert collar("102.01", atr=D(10)).acknowledgement is CONFIRM
    low = collar("50.00", base=closing)
    assert said(low) == (WARN, DenialCode.PRICE_COLLAR)
    assert low.acknowledgement is NONE


def test_the_collar_fails_closed_without_a_fresh_quote():
    facts = buying(quote={"age_seconds": D(16)})
    assert said(verdict("collar", facts)) == (BLOCK, DenialCode.PRICE_COLLAR_UNKNOWN)


def test_a_stop_limit_is_measured_from_its_trigger():
    far = {"type": OrderType.STOP_LIMIT, "stop_price": D(80), "limit_price": D("80.50")}
    assert verdict("collar", buying(order=far)).outcome is PASS
    wide = buying(order={**far, "limit_price": D(90)})
    assert verdict("collar", wide).outcome is BLOCK


@pytest.mark.parametrize(
    ("side", "stop", "outcome"),
    [
        (Side.BUY, "60.02", PASS),
        (Side.BUY, "60.01", WARN),
        (Side.BUY, "60.00", WARN),
        (Side.BUY, "59.99", BLOCK),
        (Side.SELL, "59.98", PASS),
        (Side.SELL, "59.99", WARN),
        (Side.SELL, "60.00", WARN),
        (Side.SELL, "60.01", BLOCK),
    ],
)
def test_a_stop_waits_on_its_own_side_of_the_market(side, stop, outcome):
    found = verdict("stop_side", stop_order(side, D(stop)))
    assert said(found) == (outcome, DenialCode.STOP_WRONG_SIDE)


def test_a_protective_stop_on_the_wrong_side_is_sent_to_the_market_order():
    facts = stop_order(Side.SELL, D(61), position={"quantity": D(100)})
    found = verdict("stop_side", facts)
    assert found.outcome is BLOCK
    assert "market order" in found.message


def test_the_side_of_a_stop_is_unknown_without_a_quote():
    entry = stop_order(Side.BUY, D(61), quote={"bid": None})
    assert said(verdict("stop_side", entry)) == (BLOCK, DenialCode.STOP_SIDE_UNKNOWN)
    protective = spoilt(entry, order={"side": Side.SELL}, position={"quantity": D(100)})
    assert verdict("stop_side", protective).outcome is WARN
    assert verdict("stop_side", buying(quote={"bid": None})).outcome is PASS


@pytest.mark.parametrize(
    ("side", "target", "stop", "outcome"),
    [
        (Side.BUY, "60.01", "59.99", PASS),
        (Side.BUY, "60.00", "59.99", BLOCK),
        (Side.BUY, "60.01", "60.00", BLOCK),
        (Side.SELL, "59.99", "60.01", PASS),
        (Side.SELL, "60.00", "60.01", BLOCK),
        (Side.SELL, "59.99", "60.00", BLOCK),
    ],
)
def test_exits_lie_on_their_own_side_of_the_entry(side, target, *, stop, outcome):
    order = {
        "side": side,
        "order_class": OrderClass.BRACKET,
        "take_profit_price": D(target),
        "stop_loss_price": D(stop),
    }
    found = verdict("exit_sides", buying(order=order))
    assert said(found) == (outcome, DenialCode.EXIT_WRONG_SIDE)


def test_an_oco_lies_around_the_market_seen_from_its_position():
    oco = {
        "order_class": OrderClass.OCO,
        "type": OrderType.LIMIT,
        "take_profit_price": D(64),
        "stop_loss_price": D(58),
    }
    assert verdict("exit_sides", closing(order=oco)).outcome is PASS
    swapped = {**oco, "take_profit_price": D(58), "stop_loss_price": D(64)}
    message = verdict("exit_sides", closing(order=swapped)).message
    assert "target 58" in message
    assert "stop 64" in message


def test_exits_of_a_market_entry_need_a_quote():
    market = {"type": OrderType.MARKET, "limit_price": None}
    assert verdict("exit_sides", buying(order=market)).outcome is PASS
    blind = buying(order=market, quote={"age_seconds": None})
    assert said(verdict("exit_sides", blind)) == (BLOCK, DenialCode.EXIT_SIDE_UNKNOWN)


@pytest.mark.parametrize("side", ["bid", "ask"])
@pytest.mark.parametrize("bad", UNUSABLE)
def test_a_quote_without_two_usable_sides_fails_closed(side, bad):
    found = verdict("quote", buying(quote={side: bad}))
    assert said(found) == (BLOCK, DenialCode.QUOTE_MISSING)
    assert verdict("quote", closing(quote={side: bad})).outcome is WARN


@pytest.mark.parametrize(
    ("bid", "ask", "outcome"),
    [("60.00", "60.00", PASS), ("60.01", "60.00", BLOCK), ("59.99", "60.00", PASS)],
)
def test_a_locked_market_trades_and_a_crossed_one_is_wrong(bid, ask, outcome):
    found = verdict("quote", buying(quote={"bid": D(bid), "ask": D(ask)}))
    assert found.outcome is outcome
    assert (found.code is DenialCode.QUOTE_CROSSED) is (outcome is BLOCK)


@pytest.mark.parametrize(
    ("age", "outcome"),
    [
        (D(15), PASS),
        (D("15.000000000000000000000000001"), BLOCK),
        (D(0), PASS),
        (D(-15), PASS),
        (D("-15.01"), BLOCK),
        (None, BLOCK),
        (D("NaN"), BLOCK),
        (D("Infinity"), BLOCK),
    ],
)
def test_a_quote_is_fresh_up_to_its_limit_and_not_beyond(age, outcome):
    found = verdict("quote", buying(quote={"age_seconds": age}))
    assert said(found) == (outcome, DenialCode.QUOTE_STALE)
    assert found.limit.amount == D(15)


def test_closing_at_the_market_with_a_stale_quote_is_possible():
    found = verdict("quote", closing(quote={"age_seconds": D(600)}))
    assert found.outcome is WARN
    assert found.acknowledgement is NONE


def test_an_order_for_the_next_session_goes_by_the_last_quote():
    overnight = buying(
        venue={"session": Session.CLOSED}, quote={"age_seconds": D(40_000)}
    )
    assert verdict("quote", overnight).acknowledgement is CONFIRM
    assert verdict("collar", overnight).outcome is PASS
    at_the_open = spoilt(
        overnight,
        order={"time_in_force": TimeInForce.CLS},
        venue={"session": Session.REGULAR},
    )
    assert verdict("quote", at_the_open).outcome is BLOCK


@pytest.mark.parametrize(
    ("ask", "outcome"), [("100.50", PASS), ("100.51", WARN), ("99.50", PASS)]
)
def test_a_spread_above_one_percent_of_the_middle_is_asked_about(ask, outcome):
    found = verdict("spread", buying(quote={"bid": D("99.50"), "ask": D(ask)}))
    assert said(found) == (outcome, DenialCode.SPREAD_WIDE)
    assert found.acknowledgement is (CONFIRM if outcome is WARN else NONE)


def test_an_unknown_spread_is_asked_about_but_never_in_the_way_out():
    blind = {"bid": None}
    assert verdict("spread", buying(quote=blind)).acknowledgement is CONFIRM
    assert verdict("spread", closing(quote=blind)).acknowledgement is NONE


def test_one_tick_is_one_tick():
    facts = buying(order={"limit_price": D("60.00") + TICK})
    assert verdict("tick", facts).outcome is PASS
