from __future__ import annotations

from decimal import Decimal

import pytest

from brokers.sim.engine import AccountConfiguration, ActivityFilter, FeeSchedule
from tests.sim.engine.desk import BUY, SELL, Desk, bracket, limit, order, stop


def view(desk):
    return desk.exchange.account(desk.account)


def test_a_new_account_has_what_its_deposit_gives_it(desk):
    account = view(desk)
    assert (account.cash, account.equity, account.last_equity) == (100_000,) * 3
    assert (account.multiplier, account.buying_power) == (2, 200_000)
    assert account.non_marginable_buying_power == 100_000
    assert account.daytrading_buying_power == 0
    assert account.shorting_enabled


@pytest.mark.parametrize(
    ("multiplier", "power"), [(1, 100_000), (2, 200_000), (4, 400_000)]
)
def test_the_multiplier_gives_the_buying_power(multiplier, power):
    desk = Desk(multiplier=multiplier)
    assert view(desk).buying_power == power
    assert view(desk).regt_buying_power == min(power, 200_000)
    asked = AccountConfiguration(max_margin_multiplier=1)
    desk.exchange.configure(desk.account, asked, desk.now)
    assert view(desk).buying_power == 100_000


def test_open_orders_tie_up_buying_power_until_they_end(desk):
    resting = desk.submit(limit(BUY, "50.00", "100"))
    assert view(desk).buying_power == 195_000
    desk.exchange.cancel(desk.account, resting.id, desk.now)
    assert view(desk).buying_power == 200_000


def test_orders_cannot_together_exceed_the_buying_power(desk):
    desk.submit(limit(BUY, "50.00", "3000"))
    refusal = desk.refused(limit(BUY, "50.00", "1001"))
    assert refusal.extra["buying_power"] == "50000"
    assert desk.submit(limit(BUY, "50.00", "1000")).status == "pending_new"


def test_exits_tie_up_nothing(desk):
    desk.submit(bracket("10"))
    assert view(desk).buying_power == 200_000 - 600 - Decimal("0.20")


def test_a_partly_filled_order_ties_up_the_rest():
    desk = Desk(size=40)
    desk.submit(limit(BUY, "60.50", "100"))
    account = view(desk)
    assert account.cash == 100_000 - 40 * Decimal("60.01")
    # 99,999.60 equity doubled, less 40 x 60.00 held, less 60 x 60.50 still open
    assert account.buying_power == Decimal("199999.20") - 2400 - 3630


def test_a_purchase_on_margin_needs_half_in_equity(desk):
    desk.buy("3000")
    desk.tick(3)
    account = view(desk)
    assert account.long_market_value == 180_000
    assert account.initial_margin == 90_000
    assert account.maintenance_margin == 54_000
    assert account.cash < 0
    assert account.equity == account.cash + account.long_market_value


def test_a_short_brings_cash_and_a_negative_value(desk):
    desk.submit(order(SELL, "100"))
    account = view(desk)
    assert account.cash == Decimal("105999.00")
    assert account.short_market_value == -6000
    assert account.equity == Decimal("99999.00")
    assert account.initial_margin == 3000
    assert account.maintenance_margin == 1800
    position = desk.exchange.position(desk.account, "ACME")
    assert (position.quantity, position.average_entry_price) == (-100, Decimal("59.99"))
    assert position.unrealized == Decimal("-1.00")


def test_an_opening_short_is_counted_three_percent_above_the_ask(desk):
    # 60.01 x 1.03 = 61.8103
    desk.submit(limit(SELL, "61.00", "100"))
    assert view(desk).buying_power == 200_000 - Decimal("6181.03")
    desk.submit(limit(SELL, "70.00", "100"))
    assert view(desk).buying_power == 200_000 - Decimal("6181.03") - 7000


def test_covering_a_short_needs_no_buying_power(desk):
    desk.submit(order(SELL, "1000"))
    room = view(desk).buying_power
    desk.submit(limit(BUY, "10.00", str(int(room / 10)), symbol="KITE"))
    assert view(desk).buying_power < 100
    done = desk.buy("1000")
    assert desk.order(done).status == "filled"
    assert desk.held() == 0


def test_a_short_is_not_bought_back_beyond_flat(desk):
    desk.submit(order(SELL, "10"))
    assert "insufficient qty available" in desk.refused(order(BUY, "11")).message


def test_what_is_not_marginable_takes_full_money(desk):
    desk.price("0.50", "MOTE", size=1_000_000)
    refusal = desk.refused(order(BUY, "200000", symbol="MOTE"))
    assert refusal.message == "insufficient buying power"
    done = desk.buy("199000", symbol="MOTE")
    assert desk.order(done).status == "filled"
    assert view(desk).initial_margin == 99_500
    assert view(desk).maintenance_margin == 99_500


@pytest.mark.parametrize(
    ("price", "quantity", "per_share"),
    [
        ("2.00", "100", "2.00"),  # long, below 2.50: all of it
        ("4.00", "100", "1.20"),  # long: 30 %
        ("4.00", "-100", "4.00"),  # short below 5.00: all of it
        ("2.00", "-100", "2.50"),  # short: at least 2.50
        ("10.00", "-100", "5.00"),  # short: at least 5.00
        ("60.00", "-100", "18.00"),  # short: 30 %
    ],
)
def test_maintenance_follows_alpacas_table(desk, price, quantity, per_share):
    desk.price(price)
    side = SELL if quantity.startswith("-") else BUY
    desk.submit(order(side, quantity.lstrip("-")))
    assert view(desk).maintenance_margin == 100 * Decimal(per_share)


def test_a_fraction_and_an_amount_of_money_fill_to_nine_decimals(desk):
    half = desk.order(desk.buy("0.5"))
    assert (half.status, half.filled_quantity) == ("filled", Decimal("0.5"))
    money = desk.order(desk.submit(order(quantity=None, notional="100")))
    assert money.status == "filled"
    assert money.quantity is None
    assert money.filled_quantity == Decimal("1.666388935")
    assert 100 - money.filled_quantity * Decimal("60.01") < Decimal("0.0000001")


def test_more_than_nine_decimals_are_cut_off(desk):
    done = desk.order(desk.buy("0.1234567899"))
    assert done.quantity == done.filled_quantity == Decimal("0.123456789")


def test_a_commission_is_charged_with_the_fill():
    desk = Desk(fees=FeeSchedule(commission_per_share=Decimal("0.005")))
    desk.buy("100")
    assert desk.cash == 100_000 - Decimal("6001.00") - Decimal("0.50")
    wanted = ActivityFilter(types=frozenset({"FEE"}))
    (posted,) = desk.exchange.activities(desk.account, wanted)
    assert (posted.sub_type, posted.net_amount) == ("COM", Decimal("-0.5"))


def test_deposits_and_withdrawals_are_activities(desk):
    desk.exchange.deposit(desk.account, Decimal("250.25"), desk.now)
    desk.exchange.deposit(desk.account, Decimal("-50.25"), desk.now)
    assert desk.cash == 100_200
    kinds = [a.type for a in desk.exchange.activities(desk.account, ActivityFilter())]
    assert sorted(kinds) == ["CSD", "CSD", "CSW"]


def test_the_average_price_is_kept_when_part_of_a_position_is_sold(desk):
    desk.buy("10")
    desk.price("70.00")
    desk.buy("10")
    desk.submit(order(SELL, "5"))
    position = desk.exchange.position(desk.account, "ACME")
    assert position.average_entry_price == Decimal("65.01")
    assert position.cost_basis == 15 * Decimal("65.01")


def test_a_stop_to_sell_a_holding_is_no_short_sale(desk):
    desk.buy("10")
    before = view(desk).buying_power
    desk.submit(stop(SELL, "58.00", "10"))
    assert view(desk).buying_power == before
