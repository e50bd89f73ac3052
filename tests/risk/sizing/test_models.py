from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk import sizing
from risk.facts import CostFacts, Side
from risk.sizing import Caps, Constraint, Levels, Setup, SizeModel, size
from tests.risk.orders import UNUSABLE, D
from tests.risk.sizing.vectors import vectors


def setup(entry="60", stop: str | None = "58.5", **changes) -> Setup:
    levels = Levels(
        side=Side.BUY, entry=D(entry), stop=None if stop is None else D(stop)
    )
    return replace(Setup(levels=levels, equity=D(50_000)), **changes)


def ticket() -> tuple[dict, Setup]:
    known = vectors("ticket")
    levels = Levels(
        side=Side.BUY, entry=known["entry"], stop=known["stop"], target=known["target"]
    )
    costs = CostFacts(
        commission=known["commission_per_side"], slippage=known["slippage_per_side"]
    )
    return known, Setup(levels=levels, equity=known["equity"], costs=costs)


def test_the_worked_ticket_is_sized_with_its_costs():
    known, priced = ticket()
    found = sizing.size_by_risk_percent(priced, known["risk_pct"])
    assert (found.quantity, found.binding) == (known["qty_cost_aware"], Constraint.RISK)
    assert found.outlook.loss == known["loss_at_stop_cost_aware"]
    assert found.outlook.reward_risk_gross == known["rr_gross"]


def test_the_worked_ticket_without_costs_would_be_over_its_budget():
    known, priced = ticket()
    free = replace(priced, costs=CostFacts())
    found = sizing.size_by_risk_percent(free, known["risk_pct"])
    assert found.quantity == known["qty_gross"]
    assert found.outlook.one_r == known["risk_gross"]
    after = sizing.outlook(
        found.quantity, priced.levels, priced.costs, equity=priced.equity
    )
    assert after.loss == known["loss_after_costs_gross_qty"]
    assert after.risk_percent == known["pct_after_costs"]
    assert round(after.target_r_net, 2) == D("2.98")


def test_the_worked_ticket_is_bound_by_its_cash():
    known, priced = ticket()
    poor = replace(priced, caps=Caps(cash=D(15_000)))
    found = sizing.size_by_risk_percent(poor, known["risk_pct"])
    expected = known["cash_15000"]
    assert (found.quantity, found.binding) == (expected["qty"], expected["binding"])
    assert found.unconstrained == known["qty_cost_aware"]
    assert found.outlook.one_r == expected["risk_gross"]
    assert found.outlook.risk_percent_gross == expected["risk_pct"]


def _sized(known) -> D:
    base = setup(equity=known["equity"])
    match known["model"]:
        case "units_per_money":
            lots = replace(base, step=known["lot"])
            return sizing.size_by_units_per_money(lots, known["per"]).quantity
        case "equal_units":
            priced = setup(entry=known["price"], equity=known["equity"])
            return sizing.size_by_equal_value(priced, known["n"]).quantity
        case "percent_risk":
            entry = 2 * known["r_unit"]
            risky = setup(entry, known["r_unit"], equity=known["equity"])
            return sizing.size_by_risk_percent(risky, known["risk_pct"]).quantity
        case "percent_volatility":
            levels = replace(base.levels, point_value=known["point_value"])
            moved = replace(base, levels=levels)
            percent, atr = known["vol_pct"], known["atr"]
            return sizing.size_by_volatility(moved, percent, atr=atr).quantity
        case "percent_margin":
            percent, unit = known["margin_pct"], known["margin_per_unit"]
            found = sizing.size_by_margin(base, percent, margin_per_unit=unit)
            return found.quantity
    raise AssertionError(known["model"])


def test_every_published_size_is_met_exactly():
    known = [each for each in vectors("sizing") if "qty" in each]
    assert [_sized(each) for each in known] == [each["qty"] for each in known]


def test_market_money_adds_a_share_of_open_profit():
    known = next(v for v in vectors("sizing") if v["model"] == "markets_money")
    budget = sizing.winnings_budget(
        start_equity=known["start"],
        base_percent=known["base_pct"],
        open_profit=known["open_profit"],
        profit_percent=known["profit_pct"],
    )
    assert budget == known["risk"]


@pytest.mark.parametrize(
    ("caps", "quantity", "binding"),
    [
        ({}, 333, Constraint.RISK),
        ({"buying_power": D(6000)}, 100, Constraint.BUYING_POWER),
        ({"buying_power": D("5999.99")}, 99, Constraint.BUYING_POWER),
        ({"max_order_value": D(1200)}, 20, Constraint.MAX_ORDER_VALUE),
        ({"max_quantity": D("50.9")}, 50, Constraint.MAX_QUANTITY),
        ({"max_position_percent": D(12)}, 100, Constraint.MAX_POSITION),
        (
            {"max_position_percent": D(12), "position_value": D(3000)},
            50,
            Constraint.MAX_POSITION,
        ),
        ({"max_quantity": D(333)}, 333, Constraint.RISK),
        ({"cash": D(600), "buying_power": D(1200)}, 10, Constraint.CASH),
    ],
)
def test_the_tightest_constraint_sets_the_size(caps, quantity, binding):
    found = sizing.size_by_risk_percent(setup(caps=Caps(**caps)), D(1))
    assert (found.quantity, found.binding) == (quantity, binding)


def test_zero_is_an_answer_with_its_reason():
    found = sizing.size_by_risk_percent(setup(caps=Caps(cash=D(-5))), D(1))
    assert (found.quantity, found.binding) == (0, Constraint.CASH)
    assert "free cash" in found.reason
    assert found.outlook.break_even is None
    tiny = sizing.size_by_risk_percent(setup(), D("0.001"))
    assert tiny.quantity == 0
    assert tiny.reason


@pytest.mark.parametrize("bad", UNUSABLE[1:])
@pytest.mark.parametrize("model", SizeModel)
def test_what_cannot_be_told_sizes_to_nothing_and_says_why(model, bad):
    assert size(model, setup(), bad, atr=D(1)).quantity == 0
    for spoilt in (
        replace(setup(), levels=replace(setup().levels, entry=bad)),
        replace(setup(), step=bad),
    ):
        found = size(model, spoilt, D(1), atr=D(1))
        assert found.quantity == 0
        assert found.reason


@pytest.mark.parametrize("bad", UNUSABLE)
def test_risk_needs_equity_and_a_stop_and_volatility_an_atr(bad):
    assert sizing.size_by_risk_percent(setup(equity=bad), D(1)).reason
    no_stop = replace(setup(), levels=replace(setup().levels, stop=bad))
    assert sizing.size_by_risk_money(no_stop, D(500)).reason
    assert sizing.size_by_volatility(setup(), D(1), atr=bad).reason
    assert sizing.size_by_equal_value(setup(equity=bad), D(5)).reason


@pytest.mark.parametrize("bad", UNUSABLE[1:])
def test_a_cap_that_is_no_sound_number_allows_nothing(bad):
    for name in ("cash", "buying_power", "max_order_value", "max_quantity"):
        capped = setup(caps=Caps(**{name: bad}))
        assert sizing.size_by_units(capped, D(10)).quantity == 0


def test_a_stop_on_the_winning_side_risks_nothing_that_could_be_sized():
    wrong = setup(stop="61")
    assert "losing side" in sizing.size_by_risk_money(wrong, D(500)).reason
    short = replace(wrong, levels=replace(wrong.levels, side=Side.SELL))
    assert sizing.size_by_risk_money(short, D(500)).quantity == 500


def test_a_request_for_part_of_a_lot_is_bound_by_the_lot():
    lots = setup(step=D(100))
    found = sizing.size_by_units(lots, D(150))
    assert (found.quantity, found.binding) == (100, Constraint.LOT)
    assert sizing.size_by_units(lots, D(200)).binding is Constraint.UNITS


def test_fractions_are_sized_to_the_brokers_step():
    found = sizing.size_by_money(setup(step=D("0.000000001")), D(100))
    assert found.quantity == D("1.666666666")


money = st.decimals(D(1), D(10**7), places=2)
prices = st.decimals(D("0.02"), D(5000), places=2)
percents = st.decimals(D("0.01"), D(5), places=2)
steps = st.sampled_from([D(1), D(100), D("0.000000001")])


@st.composite
def setups(draw):
    entry = draw(prices)
    stop = draw(st.decimals(D("0.01"), entry - D("0.01"), places=2))
    costs = CostFacts(
        commission=draw(st.decimals(D(0), D(10), places=2)),
        slippage=draw(st.decimals(D(0), D(1), places=4)),
    )
    caps = Caps(cash=draw(st.none() | money), max_quantity=draw(st.none() | money))
    return Setup(
        levels=Levels(side=Side.BUY, entry=entry, stop=stop),
        equity=draw(money),
        step=draw(steps),
        costs=costs,
        caps=caps,
    )


@given(setups(), percents)
def test_a_size_never_breaks_its_budget_and_one_step_more_would(priced, percent):
    found = sizing.size_by_risk_percent(priced, percent)
    budget = priced.equity * percent / 100
    loss = sizing.loss_at_stop(found.quantity, priced.levels, priced.costs)
    assert loss <= budget
    assert found.quantity % priced.step == 0
    if found.binding is Constraint.RISK and budget > 2 * priced.costs.commission:
        more = found.quantity + priced.step
        assert sizing.loss_at_stop(more, priced.levels, priced.costs) > budget


@given(setups(), percents)
def test_a_size_never_breaks_a_cap(priced, percent):
    found = sizing.size_by_risk_percent(priced, percent)
    caps, paid = priced.caps, found.quantity * priced.levels.entry
    if caps.cash is not None and found.quantity:
        assert paid + priced.costs.commission <= caps.cash
    if caps.max_quantity is not None:
        assert found.quantity <= caps.max_quantity


@given(setups(), percents)
def test_the_break_even_price_pays_exactly_the_costs(priced, percent):
    found = sizing.size_by_risk_percent(priced, percent)
    if found.quantity:
        won = found.quantity * (found.outlook.break_even - priced.levels.entry)
        assert abs(won - found.outlook.costs_both_sides) < D("1E-12")
