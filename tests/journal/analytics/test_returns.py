"""Metrics of returns and of equity over time: closed forms."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.analytics.calmar import calmar
from journal.analytics.exposure import exposure, time_in_market
from journal.analytics.money_weighted import Flow, money_weighted
from journal.analytics.returns import EquityPoint, NoCapitalError, period_returns
from journal.analytics.sharpe import sharpe
from journal.analytics.sortino import sortino
from journal.analytics.time_weighted import annual_return, time_weighted


D = Decimal
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def hours(start: float, end: float) -> tuple[datetime, datetime]:
    return MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=end)


def points(*pairs: tuple[int, int]) -> list[EquityPoint]:
    return [EquityPoint(equity=D(equity), flow=D(flow)) for equity, flow in pairs]


def test_money_paid_in_is_no_return():
    found = period_returns(points((100, 0), (110, 0), (231, 100), (115, -110)))
    assert list(found) == pytest.approx([0.1, 0.1, 115 / 121 - 1])


def test_a_period_that_began_with_nothing_has_no_return():
    with pytest.raises(NoCapitalError, match="Period 1"):
        period_returns(points((100, 0), (50, -100)))


def test_time_weighted_returns_multiply():
    assert time_weighted([0.1, -0.5, 1.0]).value == pytest.approx(0.1)
    assert time_weighted([]).value is None


@given(st.floats(-0.5, 0.5), st.integers(1, 600))
def test_a_constant_return_is_its_own_year(rate, n):
    found = annual_return([rate] * n, periods=1)
    assert found.value == pytest.approx(rate, abs=1e-9)


def test_nothing_left_has_no_annual_return():
    assert annual_return([0.1, -1.0]).why == "nothing is left"


def test_growth_beyond_numbers_has_no_figure():
    assert annual_return([99.0]).why == "too large to be counted"


@given(st.floats(0.001, 0.1), st.floats(0.001, 0.1), st.integers(1, 200))
def test_ratios_of_two_outcomes_have_a_closed_form(win, loss, pairs):
    """`pairs` times a win and a loss: mean, sd and downside are known."""
    returns, n = [win, -loss] * pairs, 2 * pairs
    mean = (win - loss) / 2
    sd = (win + loss) / 2 * math.sqrt(n / (n - 1))
    year = math.sqrt(252)
    assert sharpe(returns).value == pytest.approx(mean / sd * year, rel=1e-9, abs=1e-9)
    below = loss / math.sqrt(2)
    assert sortino(returns).value == pytest.approx(
        mean / below * year, rel=1e-9, abs=1e-9
    )


def test_ratios_that_do_not_exist_say_why():
    assert sharpe([0.1]).why == "fewer than two trades"
    assert sharpe([0.1, 0.1, 0.1]).why == "no variation"
    assert sortino([0.1, 0.2]).why == "no period below the target"
    assert sortino([]).why == "no periods"
    assert calmar([0.1, 0.2]).why == "no drawdown"
    assert calmar([]).value is None


def test_calmar_is_the_year_over_the_fall():
    returns = [0.5, -0.2, 0.25]
    assert calmar(returns, periods=3).value == pytest.approx(0.5 / 0.2)


@given(st.floats(-0.9, 5), st.integers(30, 3000), st.floats(1, 1e6))
def test_one_deposit_is_worth_its_compounded_rate(rate, days, amount):
    start = date(2020, 1, 1)
    final = amount * (1 + rate) ** (days / 365)
    flows = [
        Flow(day=start, amount=D(-amount)),
        Flow(day=start + timedelta(days=days), amount=D(final)),
    ]
    found = money_weighted(flows)
    assert found.value == pytest.approx(rate, rel=1e-6, abs=1e-9)


def test_the_rate_of_dated_flows_is_that_of_a_spreadsheet():
    """The example of Microsoft's documentation of XIRR: 37.3362535 %."""
    flows = [
        (date(2008, 1, 1), -10_000),
        (date(2008, 3, 1), 2_750),
        (date(2008, 10, 30), 4_250),
        (date(2009, 2, 15), 3_250),
        (date(2009, 4, 1), 2_750),
    ]
    found = money_weighted([Flow(day=day, amount=D(amount)) for day, amount in flows])
    assert found.value == pytest.approx(0.373362535, abs=1e-8)


def test_money_lost_by_depositing_before_the_fall_shows():
    """Equity doubles on 100 and halves on 1,200: the trading made nothing, he lost."""
    start = date(2025, 1, 1)
    flows = [(0, -100), (365, -1_000), (730, 600)]
    found = money_weighted(
        [Flow(day=start + timedelta(days=day), amount=D(a)) for day, a in flows]
    )
    assert time_weighted([1.0, -0.5]).value == pytest.approx(0)
    assert found.value < -0.4


def test_a_century_of_money_has_a_rate_as_well():
    flows = [
        Flow(day=date(1900, 1, 1), amount=D(-100)),
        Flow(day=date(2026, 1, 1), amount=D(100_000)),
    ]
    years = (date(2026, 1, 1) - date(1900, 1, 1)).days / 365
    rate = money_weighted(flows).value
    assert rate == pytest.approx(1_000 ** (1 / years) - 1)


def test_flows_without_one_rate_have_none():
    day = date(2025, 1, 1)
    later = [day + timedelta(days=365 * n) for n in range(3)]
    turning = [
        Flow(day=d, amount=D(a)) for d, a in zip(later, (-100, 230, -132), strict=True)
    ]
    assert money_weighted(turning).why == "more than one rate"
    assert money_weighted(turning[:1]).why == "money must go in and come out"
    same = [Flow(day=day, amount=D(-1)), Flow(day=day, amount=D(2))]
    assert money_weighted(same).why == "all flows on one day"
    gone = [Flow(day=day, amount=D(-100)), Flow(day=date(2025, 1, 2), amount=D("0.01"))]
    assert money_weighted(gone).why == "no rate"


def test_time_in_the_market_counts_overlaps_once():
    held = [hours(4, 6), hours(1, 3), hours(2, 5), hours(-5, 0.5), hours(9, 20)]
    assert time_in_market(held, span=hours(0, 10)) == pytest.approx(0.65)
    assert time_in_market([], span=hours(0, 10)) == 0
    assert time_in_market(held, span=hours(1, 1)) is None


def test_exposure_counts_shorts_against_longs_in_the_net():
    found = exposure([D(60), D(-40)], D(200))
    assert (found.gross, found.net) == (D("0.5"), D("0.1"))
    assert exposure([D(60)], D(0)) is None
