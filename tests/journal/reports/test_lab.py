"""The lab's readings, its models and its pictures, beside worked numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from journal.analytics.lab import RiskOutcome, Scenario
from journal.reports import lab
from journal.reports.lab_chart import picture
from journal.reports.lab_forms import MOST_LINES, ExampleForm, LabForm
from journal.reports.lab_models import compare


COIN = [2.0, -1.0]


def quick(**fields):
    return Scenario(**{"goal": 1.5, "ruin": 0.7, "runs": 400, **fields})


def test_a_coin_has_the_growth_optimal_quarter():
    found = lab.simulate(COIN, [0.01, 0.25], quick())
    assert float(found.best_growth) == pytest.approx(25, abs=1e-3)
    assert float(found.kelly) == pytest.approx(25)


def test_losing_runs_are_those_of_the_published_table():
    rows = {row.run: row.chances for row in lab.streaks(None).rows}
    assert [float(one) for one in rows[8]] == pytest.approx(
        [69.0, 30.7, 17.0, 3.63], abs=0.05
    )
    assert [float(one) for one in rows[10]] == pytest.approx(
        [36.9, 10.1, 4.41, 0.58], abs=0.05
    )


def test_ones_own_share_of_wins_stands_first():
    found = lab.simulate(COIN, [0.01], quick()).streaks
    assert (found.has_own, found.shares[0], len(found.shares)) == (True, 50, 5)


def outcome(risk, goal, ruin, median=1.0, mean=1.0):
    return RiskOutcome(
        risk=risk, goal=goal, ruin=ruin, median=median, mean=mean, low=0.5, high=2.0
    )


def test_the_six_readings_choose_as_they_say():
    levels = [
        outcome(0.01, 0.1, 0.0, median=1.1, mean=1.1),
        outcome(0.02, 0.3, 0.005, median=1.4, mean=1.3),
        outcome(0.05, 0.5, 0.30, median=1.2, mean=1.9),
        outcome(0.20, 0.4, 0.60, median=0.6, mean=4.0),
    ]
    chosen = [one.outcome.risk for one in lab._readings(levels)]
    assert chosen == [0.20, 0.02, 0.05, 0.02, 0.01, 0.02]


def test_where_no_level_fits_a_reading_none_is_chosen():
    readings = lab._readings([outcome(0.5, 0.0, 0.9)])
    assert [one.outcome is None for one in readings] == [
        False, False, True, True, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "small"), [(49, True), (50, False)])
def test_fewer_than_fifty_trades_are_few(count, small):
    found = lab.simulate([1.0, -1.0] * 25, [0.01], quick(runs=10))
    assert not found.is_small
    assert lab.simulate([1.0] * count, [0.01], quick(runs=10)).is_small is small


def test_five_models_size_the_worked_trade():
    """50,000 at 60 with a stop at 54: 166 by risk of 2%, 166 by a fifth of the equity,
    100 by the lot, 100 by volatility (1,000 by an ATR of 10), 4 by margin of 2,400.
    """
    form = ExampleForm(
        {
            "equity": "50000", "entry": "60", "stop": "54", "risk_percent": "2",
            "volatility_percent": "2", "atr": "10", "per_money": "50000", "lot": "100",
            "parts": "5", "margin_percent": "20", "margin": "2400",
        }
    )  # fmt: skip
    assert form.is_valid()
    models = compare(form.example())
    assert [one.sizing.quantity for one in models] == [100, 166, 166, 100, 4]
    assert models[2].loss == 996
    assert models[2].risked == Decimal("1.992")


def test_a_stop_above_the_entry_is_a_short():
    form = ExampleForm({"entry": "40", "stop": "44"})
    assert form.is_valid()
    assert compare(form.example())[2].sizing.quantity == 125


def test_a_model_that_takes_none_says_why():
    form = ExampleForm({"equity": "100", "risk_percent": "0.01"})
    assert form.is_valid()
    found = compare(form.example())[2]
    assert found.sizing.quantity == 0
    assert found.sizing.reason


def test_an_empty_form_is_the_first_question():
    form = LabForm({})
    assert form.is_valid()
    assert form.scenario() == Scenario(goal=2.0, ruin=0.5, runs=10_000)
    risks = form.risks()
    assert (len(risks), risks[0], risks[-1]) == (20, 0.005, 0.1)


def test_every_line_that_is_no_number_is_named():
    form = LabForm({"take": "pasted", "r": "1\ntwo\n+0.5R\nNaN\n\n-1"})
    assert not form.is_valid()
    assert [error.split(":")[0] for error in form.errors["r"]] == [
        "Line 2 is not a number",
        "Line 4 is not a number",
    ]


def test_a_list_is_read_with_signs_and_letters():
    form = LabForm({"take": "pasted", "r": "1\n+0.5R\r\n-1 R, 2"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["r"] == [1.0, 0.5, -1.0, 2.0]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"take": "pasted"}, "r"),
        ({"take": "pasted", "r": "1\n" * (MOST_LINES + 1)}, "r"),
        ({"risk_low": "5", "risk_high": "1"}, "risk_high"),
        ({"risk_step": "0.01"}, "risk_step"),
        ({"trades": "500"}, "risk_step"),
        ({"goal": "-1"}, "goal"),
        ({"ruin": "101"}, "ruin"),
        ({"seed": "0"}, "seed"),
        ({"take": "theirs"}, "take"),
        ({"risk_low": "1e3"}, "risk_low"),
    ],
)
def test_what_cannot_be_simulated_is_said_at_its_field(given, field):
    form = LabForm(given)
    assert not form.is_valid()
    assert field in form.errors


def test_a_picture_spans_its_levels():
    drawn = picture([outcome(0.01, 0.0, 0.0, median=0.5), outcome(0.1, 1.0, 1.0)])
    assert drawn.goal == "40.0,216.0 468.0,16.0"
    assert drawn.median == "40.0,216.0 468.0,16.0"
    assert [tick.label for tick in drawn.across] == ["1%", "10%"]
    assert [tick.label for tick in drawn.equity] == ["0.5x", "1x"]


def test_one_level_makes_no_picture():
    assert picture([outcome(0.01, 0.5, 0.5)]) is None


def test_a_median_of_nothing_is_drawn_at_the_floor():
    assert picture([outcome(0.01, 0, 1, median=0.0), outcome(0.02, 0, 1, median=0.0)])


def test_more_money_than_there_is_reads_as_unknown():
    """Nothing overflows, and the picture still has its lines."""
    found = lab.simulate([1000.0], [0.5, 0.99], quick(trades=500, runs=10))
    assert found.outcomes[1].median == 1e100
    assert lab.percent(found.outcomes[1].median) is None
    assert picture(found.outcomes).median == "40.0,16.7 468.0,16.7"
