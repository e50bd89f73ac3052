from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from brokers.adapters.alpaca import parse
from brokers.adapters.alpaca.words import DAY_ENDED, STATUSES
from brokers.domain.errors import OutcomeUnknown
from brokers.domain.instruments import AssetClass
from brokers.domain.orders import OrderClass, OrderRole, OrderStatus, Side
from brokers.wire.fields import Unfamiliar, Unreadable, load_json
from tests.brokers.adapters.alpaca_samples import fill_activity, order
from tests.brokers.adapters.published import example, examples, schema


def read(**changes):
    return parse.order(order(**changes), Unfamiliar())


@pytest.mark.parametrize(
    ("word", "changes", "status"),
    [
        ("new", {}, OrderStatus.WORKING),
        ("accepted", {}, OrderStatus.SUBMITTED),
        ("pending_new", {}, OrderStatus.SUBMITTED),
        ("accepted_for_bidding", {}, OrderStatus.SUBMITTED),
        ("held", {}, OrderStatus.SUBMITTED),
        ("suspended", {}, OrderStatus.SUBMITTED),
        ("stopped", {}, OrderStatus.WORKING),
        ("partially_filled", {"filled_qty": "3"}, OrderStatus.PARTIALLY_FILLED),
        ("filled", {"filled_qty": "10"}, OrderStatus.FILLED),
        ("pending_cancel", {}, OrderStatus.WORKING),
        ("pending_cancel", {"filled_qty": "3"}, OrderStatus.PARTIALLY_FILLED),
        ("pending_replace", {"filled_qty": "3"}, OrderStatus.PARTIALLY_FILLED),
        ("canceled", {"filled_qty": "3"}, OrderStatus.CANCELLED),
        ("expired", {}, OrderStatus.EXPIRED),
        ("rejected", {}, OrderStatus.REJECTED),
        ("done_for_day", {}, OrderStatus.EXPIRED),
        ("done_for_day", {"filled_qty": "10"}, OrderStatus.FILLED),
        ("done_for_day", {"time_in_force": "gtc"}, OrderStatus.WORKING),
        ("calculated", {"filled_qty": "10"}, OrderStatus.FILLED),
        ("calculated", {"time_in_force": "gtc"}, OrderStatus.WORKING),
    ],
)
def test_each_word_means_what_alpaca_says(word, changes, status):
    report = read(status=word, **changes)
    assert (report.status, report.raw_status) == (status, word)


def test_every_published_status_is_mapped():
    published = set(schema("OrderStatus")["enum"])
    assert published <= STATUSES.keys() | DAY_ENDED


def test_an_unknown_status_is_kept_as_a_word_and_counted():
    unfamiliar = Unfamiliar()
    report = parse.order(order(status="levitating"), unfamiliar)
    assert (report.status, report.raw_status) == (None, "levitating")
    assert unfamiliar["order.status=levitating"] == 1


def test_a_replaced_order_ended_and_links_to_the_version_that_goes_on():
    report = read(status="replaced", replaced_by="new-id", filled_qty="4")
    assert report.status is OrderStatus.CANCELLED
    assert (report.replaced_by, report.filled_quantity) == ("new-id", Decimal(4))
    assert read(replaces="old-id").replaces == "old-id"


def test_legs_take_their_role_from_their_type():
    legs = [
        order(id="t", type="limit", side="sell", status="held"),
        order(id="s", type="stop", side="sell", stop_price="140", limit_price=None),
    ]
    report = read(order_class="bracket", legs=legs)
    assert [leg.role for leg in report.legs] == [OrderRole.TARGET, OrderRole.STOP]
    assert report.role is OrderRole.ENTRY
    assert report.order_class is OrderClass.BRACKET


def test_an_empty_order_class_is_simple():
    assert read(order_class="").order_class is OrderClass.SIMPLE
    assert read(order_class=None).order_class is OrderClass.SIMPLE


def test_nanoseconds_are_cut_and_offsets_become_utc():
    report = read(submitted_at="2022-04-19T13:45:04.981350886-04:00")
    assert report.submitted_at == datetime(2022, 4, 19, 17, 45, 4, 981350, tzinfo=UTC)


def test_a_figure_in_scientific_notation_is_read_exactly():
    report = read(qty="1e2", limit_price="1.5E-3")
    assert str(report.quantity) == "100"
    assert report.limit_price == Decimal("0.0015")


def test_numbers_keep_their_digits_where_alpaca_sends_numbers():
    body = load_json('{"p": 0.1000000000000000055511151231257827}')
    assert body == {"p": Decimal("0.1000000000000000055511151231257827")}


@pytest.mark.parametrize(
    "figure", ["NaN", "Infinity", "1E+19", "9" * 41, 1.5, True, {}]
)
def test_a_figure_that_nobody_means_is_unreadable(figure):
    with pytest.raises(Unreadable):
        read(qty=figure)


def test_unreadable_is_an_unknown_outcome():
    assert issubclass(Unreadable, OutcomeUnknown)


def test_a_new_field_is_ignored_and_counted():
    unfamiliar = Unfamiliar()
    parse.order(order(quantum_state="both"), unfamiliar)
    assert dict(unfamiliar) == {"order.quantum_state": 1}


@pytest.mark.parametrize("name", ["EquityOrderResponse", "IPOOrderResponse"])
def test_alpacas_published_orders_are_read(name):
    published = example(name)
    report = parse.order(published, Unfamiliar())
    assert report.broker_order_id == published["id"]
    assert report.status is OrderStatus.SUBMITTED


@pytest.mark.parametrize("name", ["OptionOrderResponse", "CryptoOrderResponse"])
def test_published_orders_of_other_kinds_do_not_break(name):
    assert parse.order(example(name), Unfamiliar()).symbol


def test_alpacas_published_account_is_read():
    unfamiliar = Unfamiliar()
    report = parse.account(example("get_v2_account_200"), unfamiliar)
    assert report.cash == Decimal("122086.5")
    assert report.last_equity == Decimal("122011.09751111286868")
    assert (report.active, report.trading_blocked) == (True, False)
    assert not unfamiliar


def test_an_account_without_the_day_trading_fields_is_read():
    gone = {"pattern_day_trader", "daytrade_count", "daytrading_buying_power"}
    published = example("get_v2_account_200")
    kept = {name: value for name, value in published.items() if name not in gone}
    assert parse.account(kept, Unfamiliar()).active


def test_a_blocked_account_says_what_blocks_it():
    blocked = example("get_v2_account_200") | {"account_blocked": True}
    report = parse.account(blocked, Unfamiliar())
    assert (report.trading_blocked, report.blocked_reason) == (True, "account_blocked")


def test_alpacas_published_positions_are_read_and_a_short_is_negative():
    for published in examples("schema_Position_example"):
        assert parse.position(published, Unfamiliar()).quantity > 0
    short = example("schema_Position_example-1") | {"side": "short", "qty": "-2"}
    assert parse.position(short, Unfamiliar()).quantity == -2


def test_a_position_without_a_known_side_is_unreadable():
    published = example("schema_Position_example-1") | {"side": "flat"}
    with pytest.raises(Unreadable):
        parse.position(published, Unfamiliar())


def test_alpacas_published_activity_is_an_execution():
    published = example("schema_TradingActivities_example-1")
    (fill,) = parse.fill_activity(published, Unfamiliar())
    assert fill.execution_id == "2d7be4ff-d1f3-43e9-856a-0f5cf5c5088e"
    assert (fill.quantity, fill.price) == (Decimal(2), Decimal("174.78"))


def test_an_activity_that_names_its_execution_is_believed():
    row = fill_activity(1, 1, execution_id="AAAA")
    assert parse.fill_activity(row, Unfamiliar())[0].execution_id == "aaaa"


def test_a_short_sale_is_told_as_a_sale():
    row = fill_activity(1, 1, side="sell_short")
    assert parse.fill_activity(row, Unfamiliar())[0].side is Side.SELL


def test_alpacas_published_asset_is_read_with_and_without_the_old_flag():
    published = example("schema_Assets_example-1")
    report = parse.instrument(published, Unfamiliar())
    assert (report.symbol, report.asset_class) == ("AAPL", AssetClass.US_EQUITY)
    del published["easy_to_borrow"]
    assert parse.instrument(published, Unfamiliar()).easy_to_borrow


def test_alpacas_published_clock_is_read():
    clock = parse.clock(example("schema_legacy_clock"), Unfamiliar())
    assert clock.is_open
    assert clock.next_close == datetime(2025, 6, 24, 20, 0, tzinfo=UTC)


def test_a_days_hours_are_the_exchanges_own():
    day = {
        "date": "2026-03-09",
        "open": "09:30",
        "close": "16:00",
        "session_open": "0400",
        "session_close": "2000",
    }
    session = parse.session(day, Unfamiliar())
    assert session.opens == datetime(2026, 3, 9, 13, 30, tzinfo=UTC)
    assert session.extended_closes == datetime(2026, 3, 10, 0, 0, tzinfo=UTC)


def test_a_day_may_end_at_midnight():
    day = {"date": "2026-11-20", "open": "00:00", "close": "24:00"}
    session = parse.session(day, Unfamiliar())
    assert session.closes == datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
    assert session.extended_closes == session.closes


@pytest.mark.parametrize("wall", ["25:00", "9am", "", "123"])
def test_an_hour_that_does_not_exist_is_unreadable(wall):
    day = {"date": "2026-11-20", "open": "00:00", "close": wall}
    with pytest.raises(Unreadable):
        parse.session(day, Unfamiliar())
