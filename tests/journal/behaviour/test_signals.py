"""The worked sequences of behaviour, each signal on its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.analytics.turnover import cost_drag, per_year, turnover
from journal.behaviour.signals import (
    after_loss,
    averages,
    averaging,
    chasing,
    early_profit,
    pace,
    past,
    revenge,
    sales,
    sizing,
    stop_change,
    tilt,
)
from journal.behaviour.signals.past import PastTrade
from journal.domain.trades import Direction
from tests.journal.analytics.worked import vectors


D = Decimal
START = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
FIVE = timedelta(minutes=5)
RATIO = D("1.25")


def trade(opened, closed, risk, r):
    return PastTrade(
        opened_at=START + timedelta(minutes=opened),
        closed_at=START + timedelta(minutes=closed),
        risk=D(str(risk)),
        r=D(str(r)),
    )


@pytest.fixture
def sequence():
    return [trade(*row) for row in vectors("behaviour")["trades_open_close_risk_r"]]


def test_the_sequence_has_revenge_trades_three_and_four(sequence):
    found = revenge.revenge_trades(sequence, window=FIVE, ratio=RATIO)
    assert [one.place for one in found] == vectors("behaviour")["revenge_trades"]
    assert [one.gap for one in found] == [timedelta(minutes=2), timedelta(minutes=1)]
    assert [one.against_loss for one in found] == [D("1.6"), D("1.5")]
    assert [one.run for one in found] == [1, 2]


def test_the_sequence_leaks_a_thousand_by_its_sizes(sequence):
    known = vectors("behaviour")
    leaked = sizing.leakage(sequence)
    assert (leaked.made, leaked.at_constant) == (known["pnl"], 250)
    assert leaked.leakage == known["sizing_leakage"]
    assert sum(one.r for one in sequence) == D(str(known["total_r"]))
    found = sizing.ratios(sequence)
    assert (found.median, found.mean) == (D("1.3"), D("1.5"))
    assert sizing.habit(found, ratio=D("1.3")) is sizing.Habit.AFTER_LOSS
    assert sizing.habit(found, ratio=D("1.5")) is sizing.Habit.EVEN


def test_an_even_size_soon_after_a_loss_is_no_revenge(sequence):
    even = [trade(0, 20, 500, -1), trade(22, 30, 500, -1), trade(31, 40, 624, 1)]
    assert revenge.revenge_trades(even, window=FIVE, ratio=RATIO) == []
    bigger = [*even[:2], trade(31, 40, 625, 1)]
    assert len(revenge.revenge_trades(bigger, window=FIVE, ratio=RATIO)) == 1


def test_revenge_needs_a_loss_and_its_window():
    first = trade(0, 20, 500, -1)
    assert revenge.revenge_trades(
        [first, trade(25, 30, 900, 1)], window=FIVE, ratio=RATIO
    )
    late = trade(25.1, 30, 900, 1)
    assert not revenge.revenge_trades([first, late], window=FIVE, ratio=RATIO)
    costs_only = [trade(0, 20, 500, "-0.04"), trade(22, 30, 900, 1)]
    assert not revenge.revenge_trades(costs_only, window=FIVE, ratio=RATIO)


def test_the_overtrading_day_of_the_vectors_is_flagged_and_eight_orders_are_not():
    known = vectors("overtrading")
    today = date(2026, 11, 20)
    days = [
        today - timedelta(days=back)
        for back, orders in enumerate(known["history"], start=1)
        for _ in range(orders)
    ]
    busy = pace.pace([*days, *[today] * known["today"]], today)
    assert sorted(busy.history) == sorted(known["history"])
    assert busy.found.z == pytest.approx(known["robust_z"], abs=1e-6)
    assert busy.found.p == pytest.approx(known["poisson_p"], abs=1e-6)
    assert busy.flagged
    eight = pace.pace([*days, *[today] * 8], today)
    assert eight.found.p == pytest.approx(known["today_8_p"], abs=1e-6)
    assert not eight.flagged


def test_a_first_day_has_no_pace_to_compare_with():
    alone = pace.pace([date(2026, 11, 20)], date(2026, 11, 20))
    assert (alone.today, alone.history, alone.found) == (1, (), None)


def test_an_own_cap_is_reached_at_its_number():
    assert not pace.above_cap(9, D(10))
    assert pace.above_cap(10, D(10))
    assert not pace.above_cap(1000, None)


def test_the_turnover_of_the_vectors():
    known = vectors("turnover")
    share = turnover(bought=D(20_000), sold=D(30_000), start=D(100_000))
    assert share == D(str(known["month"]))
    assert per_year(share) == D(3)
    assert cost_drag(per_year(share), D("0.004")) == D(str(known["drag_year"]))


def test_the_disposition_of_the_vectors_is_too_small_to_tell():
    known = vectors("disposition")
    up = sales.Kept(side=1, average_cost=D(50), low=D(51), high=D(53))
    down = sales.Kept(side=1, average_cost=D(50), low=D(47), high=D(49))
    days = [
        sales.SaleDay(realised=[D(5), D(-2)], kept=[up, down, down]),
        sales.SaleDay(realised=[D(3)], kept=[up, down]),
    ]
    found = sales.counts(days)
    assert (found.realised_gains, found.paper_gains) == (known["rg"], known["pg"])
    assert (found.realised_losses, found.paper_losses) == (known["rl"], known["pl"])
    assert found.effect.effect == known["de"]
    assert found.effect.t.value == pytest.approx(known["t"], abs=1e-6)
    assert not found.effect.significant
    assert not found.is_enough


def test_a_short_gains_on_paper_where_the_market_falls():
    short = sales.Kept(side=-1, average_cost=D(50), low=D(45), high=D(49))
    astride = sales.Kept(side=-1, average_cost=D(47), low=D(45), high=D(49))
    found = sales.counts([sales.SaleDay(realised=[], kept=[short, astride])])
    assert (found.paper_gains, found.paper_losses) == (1, 0)


def test_tilt_is_three_losses_in_a_row_or_two_r_down():
    limits = {"losses": D(3), "day_loss_r": D(2)}
    losses = [trade(n, n + 1, 100, "-0.5") for n in range(3)]
    assert not tilt.day_of(losses[:2]).is_tilt(**limits)
    assert tilt.day_of(losses).is_tilt(**limits)
    assert not tilt.day_of([*losses, trade(9, 10, 100, 1)]).is_tilt(**limits)
    assert tilt.day_of([trade(0, 1, 100, -2)]).is_tilt(**limits)
    assert not tilt.day_of([]).is_tilt(losses=D(0), day_loss_r=D(0))


def test_a_breakeven_neither_makes_nor_ends_a_run_of_losses():
    day = tilt.day_of(
        [trade(0, 1, 100, -1), trade(2, 3, 100, "0.01"), trade(4, 5, 100, -1)]
    )
    assert day.losses_in_a_row == 2


def test_an_entry_beyond_the_plan_in_r_long_and_short():
    far = chasing.extension(entry=D(61), planned_entry=D(60), stop=D(58))
    assert far == D("0.5")
    short = chasing.extension(entry=D(59), planned_entry=D(60), stop=D(62))
    assert short == D("0.5")
    assert chasing.extension(entry=D(61), planned_entry=D(60), stop=D(60)) is None


def test_the_move_of_the_last_half_hour():
    bars = [(START + timedelta(minutes=n), D(100 + n)) for n in range(0, 60, 5)]
    now = START + timedelta(minutes=61)
    assert chasing.recent_move(bars, D(140), now) == 10  # from 130, at minute 30
    assert chasing.recent_move(bars, None, now) is None
    assert chasing.recent_move(bars, D(140), now + timedelta(days=1)) is None


def test_additions_below_the_average_are_found_with_where_the_trade_stood():
    entries = [
        averaging.Entry(quantity=D(100), price=D(50), stop=D(48)),
        averaging.Entry(quantity=D(100), price=D(49)),
        averaging.Entry(quantity=D(100), price=D(51)),
    ]
    (found,) = averaging.additions_to_losses(entries, Direction.LONG)
    assert (found.place, found.open_r) == (2, D("-0.5"))
    shorts = averaging.additions_to_losses(entries, Direction.SHORT)
    assert [one.place for one in shorts] == [3]


@pytest.mark.parametrize(
    ("before", "after", "long", "short"),
    [
        (48, 47, stop_change.Change.WIDENED, stop_change.Change.TIGHTENED),
        (48, 49, stop_change.Change.TIGHTENED, stop_change.Change.WIDENED),
        (48, None, stop_change.Change.REMOVED, stop_change.Change.REMOVED),
        (None, 48, stop_change.Change.PLACED, stop_change.Change.PLACED),
        (48, 48, None, None),
        (None, None, None, None),
    ],
)
def test_what_a_moved_stop_means(before, after, long, short):
    moved = stop_change.Moved(
        before=None if before is None else D(before),
        after=None if after is None else D(after),
    )
    assert stop_change.change_of(moved, Direction.LONG) is long
    assert stop_change.change_of(moved, Direction.SHORT) is short


def test_profits_taken_early_are_seen_beside_the_untouched_trade():
    exits = [
        early_profit.Exit(
            r=D(1), best_r=D(4), worst_r=D("-0.2"), held_seconds=60, target_r=D(3)
        ),
        early_profit.Exit(
            r=D(-2), best_r=D(1), worst_r=D("-2.5"), held_seconds=600, target_r=D(3)
        ),
        early_profit.Exit(r=D(2), best_r=D(2), worst_r=D(0), held_seconds=120),
    ]
    found = early_profit.early_profit(exits)
    assert (found.winners, found.below_half) == (2, 1)
    assert found.efficiency == D("0.625")
    assert found.hold_winners == timedelta(seconds=90)
    assert found.hold_losers == timedelta(minutes=10)
    assert (found.compared, found.untouched_r, found.actual_r) == (2, 2, -1)


def test_nothing_is_claimed_below_thirty():
    few = averages.average([D(1), D(-1)] * 14)
    assert (few.n, few.mean, few.claims) == (28, 0, False)
    enough = averages.average([D(1), D(-1)] * 15)
    assert enough.claims
    # Student's t of 29 degrees is 2.045.
    assert float(enough.high) == pytest.approx(2.045 / 29**0.5, abs=1e-4)
    assert averages.average([]).mean is None


def test_trades_soon_after_a_loss_are_told_apart_from_the_others():
    trades = [
        trade(0, 10, 100, -1),
        trade(12, 20, 100, -2),
        trade(40, 50, 100, 1),
        trade(52, 60, 100, 3),
    ]
    found = after_loss.after_loss(trades, window=FIVE)
    assert (found.inside.n, found.inside.mean) == (1, -2)
    assert (found.outside.n, found.outside.mean) == (3, 1)


risks = st.integers(1, 10_000)
results = st.decimals(D(-5), D(5), places=2)


@given(st.lists(st.tuples(risks, results), max_size=40), st.integers(1, 60))
def test_a_lower_ratio_flags_at_least_as_much(rows, minutes):
    trades = [trade(n * 3, n * 3 + 1, risk, r) for n, (risk, r) in enumerate(rows)]
    window = timedelta(minutes=minutes)
    strict = revenge.revenge_trades(trades, window=window, ratio=D(1))
    loose = revenge.revenge_trades(trades, window=window, ratio=D(2))
    assert {one.place for one in loose} <= {one.place for one in strict}


def test_the_usual_risk_is_the_median_of_the_last_twenty():
    old = [trade(n, n + 1, 9999, 1) for n in range(30)]
    new = [trade(n, n + 1, 100 + n, 1) for n in range(30, 50)]
    assert past.usual_risk([*old, *new]) == D("139.5")
    assert past.usual_risk([]) is None
