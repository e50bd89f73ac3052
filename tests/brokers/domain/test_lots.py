from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.lots import HeldFill, fold_fills


WHEN = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def fill(quantity: object, price: object, fees: object = 0) -> HeldFill:
    return HeldFill(
        signed_quantity=Decimal(str(quantity)),
        price=Decimal(str(price)),
        executed_at=WHEN,
        fees=Decimal(str(fees)),
    )


def test_adding_moves_the_average_and_reducing_realises_against_it():
    holding = fold_fills([fill(100, 50), fill(100, 52), fill(-50, 55)])
    assert holding.quantity == 150
    assert holding.average_price == 51
    assert holding.realised == 200


def test_a_flip_closes_at_the_old_average_and_opens_at_the_new_price():
    holding = fold_fills([fill(100, 50), fill(-150, 48)])
    assert holding.quantity == -50
    assert holding.average_price == 48
    assert holding.realised == -200


def test_a_short_gains_when_it_is_covered_lower():
    holding = fold_fills([fill(-10, 40), fill(10, 34, "0.5")])
    assert holding.average_price is None
    assert holding.realised == Decimal("59.5")


small = st.decimals("-500", "500", places=2).filter(bool)
prices = st.decimals("0.01", "900", places=2)


@given(st.lists(st.tuples(small, prices), max_size=12))
def test_a_closed_holding_has_realised_exactly_what_the_money_says(
    trades: list[tuple[Decimal, Decimal]],
):
    fills = [fill(quantity, price) for quantity, price in trades]
    held = fold_fills(fills).quantity
    if held:
        fills.append(fill(-held, 10))
    money = -sum((f.signed_quantity * f.price for f in fills), Decimal(0))
    # Averages are kept to 8 decimals, so the sums agree to that times the quantities.
    assert fold_fills(fills).realised == pytest.approx(money, abs=Decimal("0.001"))


def unknown(quantity: object) -> HeldFill:
    return HeldFill(
        signed_quantity=Decimal(str(quantity)), price=None, executed_at=WHEN
    )


def split(quantity: object) -> HeldFill:
    return HeldFill(
        signed_quantity=Decimal(str(quantity)),
        price=None,
        executed_at=WHEN,
        keeps_cost=True,
    )


def test_an_unknown_cost_stays_unknown_and_realises_nothing_but_fees():
    holding = fold_fills([unknown(100), fill(50, 20), fill(-30, 25, "0.5")])
    assert holding.quantity == 120
    assert holding.average_price is None
    assert holding.realised == Decimal("-0.5")


def test_a_holding_of_unknown_cost_is_known_again_once_it_was_flat():
    holding = fold_fills([unknown(100), fill(-100, 25), fill(10, 30), fill(-10, 31)])
    assert holding.quantity == 0
    assert holding.realised == 10


def test_an_unknown_holding_that_flips_opens_at_the_price_of_the_flip():
    holding = fold_fills([unknown(100), fill(-150, 25)])
    assert holding.quantity == -50
    assert holding.average_price == 25
    assert holding.realised == 0


@pytest.mark.parametrize(("before", "change"), [(100, 100), (100, -90), (-40, -40)])
def test_a_split_keeps_what_the_holding_cost(before: int, change: int):
    holding = fold_fills([fill(before, 50), split(change)])
    assert holding.quantity == before + change
    assert holding.quantity * holding.average_price == before * 50
    assert holding.realised == 0


def test_units_from_a_corporate_action_in_a_new_symbol_have_no_known_cost():
    assert fold_fills([split(10)]).average_price is None
