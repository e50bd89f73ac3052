"""Intervals of a mean and of a difference, against tables and worked numbers."""

from __future__ import annotations

import numpy as np
import pytest

from journal.analytics.confidence import (
    difference_interval,
    mean_interval,
    quantile_of_t,
)
from journal.analytics.deviation import deviation
from tests.journal.analytics.worked import LIST_A


# The 97.5 % points of any table of Student's distribution.
TABLE = {
    1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 9: 2.2622, 10: 2.2281,
    29: 2.0452, 30: 2.0423, 60: 2.0003, 100: 1.9840, 199: 1.9720, 200: 1.9719,
    1000: 1.9623, 1_000_000: 1.9600,
}  # fmt: skip


@pytest.mark.parametrize(("freedom", "printed"), TABLE.items())
def test_the_quantile_is_that_of_the_tables(freedom, printed):
    assert quantile_of_t(0.95, freedom) == pytest.approx(printed, abs=6e-5)


def test_other_levels_are_those_of_the_tables():
    assert quantile_of_t(0.99, 10) == pytest.approx(3.1693, abs=6e-5)
    assert quantile_of_t(0.90, 300) == pytest.approx(1.6499, abs=6e-5)


def test_the_series_and_the_expansion_meet():
    assert (
        quantile_of_t(0.95, 199) > quantile_of_t(0.95, 200) > quantile_of_t(0.95, 201)
    )
    assert quantile_of_t(0.95, 199) - quantile_of_t(0.95, 200) < 1e-4


def test_the_interval_of_the_worked_list():
    """Mean 0.2, sample deviation 1.5846, n 10: 0.2 -+ 2.2622 x 0.5011."""
    found = mean_interval(deviation(np.array(LIST_A)))
    assert found.low == pytest.approx(-0.9336, abs=1e-3)
    assert found.high == pytest.approx(1.3336, abs=1e-3)
    assert found.has_zero


def test_one_value_has_no_interval():
    found = mean_interval(deviation(np.array([1.0])))
    assert (found.low, found.high) == (None, None)
    assert found.why == "fewer than two trades"
    assert found.has_zero


def test_welch_worked_by_hand():
    """Variances 2.5 and 10 of five each: se 1.5811, 5.88 degrees, t of 5 is 2.5706."""
    a = deviation(np.array([1.0, 2, 3, 4, 5]))
    b = deviation(np.array([2.0, 4, 6, 8, 10]))
    found = difference_interval(a, b)
    assert found.low == pytest.approx(-3 - 2.5706 * 1.58114, abs=1e-3)
    assert found.high == pytest.approx(-3 + 2.5706 * 1.58114, abs=1e-3)


def test_samples_without_variation_differ_by_exactly_so_much():
    a, b = deviation(np.array([2.0, 2.0])), deviation(np.array([1.0, 1.0]))
    found = difference_interval(a, b)
    assert (found.low, found.high) == (1.0, 1.0)
    assert not found.has_zero
