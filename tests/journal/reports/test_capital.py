"""Returns with deposits removed, against worked numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from journal.analytics.return_summary import return_summary
from journal.reports.capital import Movement, capital
from tests.journal.reports.made import columns


FRIDAY = date(1970, 1, 2)


def moved(day, amount, *, outside=True):
    return Movement(day=day, amount=Decimal(amount), outside=outside)


def test_money_paid_in_is_no_return():
    """1,000 makes 100 (10 %); 900 come in, then 2,000 make 100 (5 %)."""
    book = columns([1.0, 1.0], day=[1, 4])
    found = capital(book, [moved(FRIDAY, "1000"), moved(date(1970, 1, 5), "900")])
    assert found.returns == pytest.approx([0.10, 0.05])
    assert return_summary(found.returns).time_weighted.value == pytest.approx(0.155)


def test_money_paid_out_is_no_loss():
    book = columns([1.0, -1.0], day=[1, 4])
    found = capital(book, [moved(FRIDAY, "1000"), moved(date(1970, 1, 5), "-600")])
    assert found.returns == pytest.approx([0.10, -0.20])
    assert found.ended[-1] == pytest.approx(400)


def test_dividends_and_fees_are_results():
    found = capital(
        columns([]),
        [moved(FRIDAY, "1000"), moved(date(1970, 1, 5), "20", outside=False)],
    )
    assert found.returns == pytest.approx([0.0, 0.02])


def test_weekdays_without_trades_are_days_and_week_ends_are_not():
    book = columns([1.0], day=[8])
    found = capital(book, [moved(FRIDAY, "1000")])
    assert found.days.tolist() == [1, 4, 5, 6, 7, 8]


def test_a_week_end_with_a_trade_is_a_day():
    found = capital(columns([1.0], day=[2]), [moved(FRIDAY, "1000")])
    assert found.days.tolist() == [1, 2]


def test_without_a_deposit_there_is_no_equity():
    found = capital(columns([1.0]), [moved(FRIDAY, "5", outside=False)])
    assert len(found.days) == 0
    assert found.why == "no deposit is known"
    assert found.money_weighted().why == "no deposit is known"
    assert np.isnan(found.of(np.array([1]))).all()


def test_what_was_traded_with_nothing_has_no_return():
    book = columns([-10.0, 1.0], day=[1, 4])
    found = capital(book, [moved(FRIDAY, "1000")])
    assert found.why == "a day began with nothing in the account"


def test_trades_before_the_first_deposit_have_no_share():
    book = columns([1.0, 1.0], day=[1, 4])
    found = capital(book, [moved(date(1970, 1, 5), "1000")])
    assert np.isnan(found.of(np.array([1])))[0]
    assert found.of(np.array([4]))[0] == 1000


def test_the_money_weighted_rate_of_a_year():
    """1,000 that became 1,100 after 365 days: 10 % a year."""
    book = columns([1.0], day=[366])
    found = capital(book, [moved(FRIDAY, "1000")])
    assert found.money_weighted().value == pytest.approx(0.10, abs=1e-6)


def test_a_late_deposit_before_a_loss_weighs_more():
    book = columns([1.0, -1.0], day=[32, 366])
    flows = [moved(FRIDAY, "100"), moved(date(1970, 12, 1), "10000")]
    found = capital(book, flows)
    weighted = return_summary(found.returns).time_weighted.value
    assert weighted > 0.9
    assert found.money_weighted().value < 0.1


def test_a_period_is_cut_out_of_all_days():
    book = columns([1.0, 1.0], day=[1, 4])
    found = capital(book, [moved(FRIDAY, "1000")])
    later = found.between(date(1970, 1, 5), None)
    assert later.days.tolist() == [4]
    assert later.begun.tolist() == [1100]
    assert found.between(date(1980, 1, 1), None).why
