from __future__ import annotations

from risk.sizing import Holding, equity_bases, heat
from tests.risk.orders import D
from tests.risk.sizing.vectors import vectors


def test_core_risk_ignores_profit_and_reduced_total_follows_the_stop():
    known = vectors("equity_bases")[0]
    risk = known["initial_risk"]
    gold = Holding(
        quantity=D(1),
        entry=D(5000),
        mark=D(5000),
        initial_stop=D(5000) - risk,
        stop=D(5000) - risk,
    )
    same_day = equity_bases(known["closed_equity"], [gold])
    assert same_day.core_risk == known["core_risk"]
    assert same_day.total == known["total_same_day"]
    later = Holding(
        quantity=D(1),
        entry=D(5000),
        mark=D(5000) + known["open_profit_later"],
        initial_stop=D(5000) - risk,
        stop=D(5000) + known["locked_profit"],
    )
    bases = equity_bases(known["closed_equity"], [later])
    assert bases.total == known["total_later"]
    assert bases.core_risk == known["core_risk"]
    assert bases.reduced_total == known["reduced_total"]


def test_every_base_of_a_worked_book_is_met():
    known = vectors("equity_bases")[1]
    book = [
        Holding(
            quantity=each["qty"],
            entry=each["entry"],
            mark=each["mark"],
            initial_stop=each["initial_stop"],
            stop=each["stop"],
        )
        for each in known["positions"]
    ]
    bases = equity_bases(known["cash_start"], book)
    assert bases.core_cash == known["core_cash"]
    assert bases.core_risk == known["core_risk"]
    assert bases.reduced_total == known["reduced_total"]
    assert bases.total == known["total"]
    assert heat(book) == known["heat_from_entry"]
    assert heat(book, from_mark=True) == 100 * 6 + 200 * 1


def test_a_short_is_the_mirror_of_a_long():
    short = Holding(quantity=D(-100), entry=D(50), mark=D(47), stop=D(53))
    assert heat([short]) == 300
    assert heat([short], from_mark=True) == 600


def test_without_a_stop_the_whole_value_is_at_risk():
    naked = Holding(quantity=D(10), entry=D(50), mark=D(60))
    assert heat([naked]) == 500
    assert heat([naked], from_mark=True) == 600
    assert equity_bases(D(1000), [naked]).core_risk == 500
    assert equity_bases(D(1000), [naked]).reduced_total == 500
