"""Every worked number of the published vectors that a metric of the journal answers."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from journal.analytics.compounded import compounded
from journal.analytics.disposition import (
    REFERENCE_PGR,
    REFERENCE_PLR,
    disposition,
)
from journal.analytics.drawdown import drawdown, running_total
from journal.analytics.excursion import Held, excursion
from journal.analytics.expectancy import expectancy, expectancy_of, opportunity
from journal.analytics.growth import growth_optimal
from journal.analytics.kelly import kelly_fraction
from journal.analytics.leakage import SizedTrade, risk_ratios, sizing_leakage
from journal.analytics.losing_runs import losing_run_probability
from journal.analytics.market_type import (
    HIXSON,
    TO_2009,
    direction,
    trend_of,
)
from journal.analytics.mistakes import (
    MistakenTrade,
    efficiency,
    mistake_cost,
    net_of_mistakes,
)
from journal.analytics.overtrading import overtrading
from journal.analytics.quality import band_of, quality, quality_of
from journal.analytics.r_multiple import initial_risk, r_multiple, unit_risk
from journal.analytics.summary import summary
from journal.analytics.turnover import cost_drag, per_year, turnover
from tests.journal.analytics.worked import close, vectors


D = Decimal


def exact(number: float) -> Decimal:
    return D(str(number))


def test_an_r_multiple_is_profit_over_the_first_risk():
    known = vectors("r_multiple")["tharp_2018"]
    risk = initial_risk([(D(known["qty"]), unit_risk(D(known["entry"]), D(36)))])
    assert risk == known["risk"]
    for each in known["exits"]:
        net = (D(each["exit"]) - known["entry"]) * known["qty"]
        assert r_multiple(net, risk) == exact(each["r"])


def test_a_short_is_the_mirror_of_a_long():
    known = vectors("r_multiple")["short_mirror"]
    unit = unit_risk(D(known["entry"]), D(known["stop"]))
    assert r_multiple(D(known["entry"] - known["exit"]), unit) == exact(known["r"])


def test_a_scale_in_has_two_bases_of_risk():
    known = vectors("r_multiple")["scale_in"]
    entries = [
        (D(each["qty"]), unit_risk(D(each["entry"]), D(each["stop"])))
        for each in known["tranches"]
    ]
    net = D(known["pnl"])
    assert r_multiple(net, initial_risk(entries)) == exact(known["r_sum_of_tranches"])
    first = r_multiple(net, initial_risk(entries[:1]))
    assert float(first) == close(known["r_first_entry"])


def test_excursions_and_exit_efficiency():
    known = vectors("r_multiple")["mae_mfe"]
    prices = {
        name: exact(known[name]) for name in ("entry", "stop", "low", "high", "exit")
    }
    found = excursion(Held(**prices))
    assert found.mae == exact(known["mae_r"])
    assert found.mfe == exact(known["mfe_r"])
    assert found.result == exact(known["r"])
    assert found.give_back == exact(known["giveback_r"])
    assert float(found.efficiency) == close(known["exit_efficiency"])


def test_expectancy_from_a_list_and_from_its_parts():
    listed, even, skewed, chances = vectors("expectancy")
    assert expectancy(listed["r"]).value == close(listed["mean"])
    assert summary(listed["r"]).total == listed["total"]
    assert summary(listed["r"]).win_rate.value == listed["win_rate"]
    found = expectancy_of(win_share=even["p_win"], win=even["payoff"], loss=1)
    assert found == close(even["e"])
    found = expectancy_of(
        win_share=skewed["p_win"], win=skewed["win"], loss=skewed["loss"]
    )
    assert found == close(skewed["e"])
    for each in chances["opportunity"]:
        assert opportunity(each["e"], each["n"]) == close(each["total"])


def test_quality_from_its_parts():
    for each in vectors("sqn")["by_summary"]:
        found = quality_of(n=each["n"], mean=each["mean"], sd=each["sd"])
        assert found.value == close(each["sqn"])


def test_every_number_of_list_a():
    known = vectors("sqn")["list_A"]
    found = summary(known["r"])
    assert found.n == known["n"]
    assert found.expectancy.value == close(known["mean"])
    assert found.sd.value == close(known["sd_sample"], 1e-9)
    assert found.quality.value == close(known["sqn"], 1e-9)
    assert found.sides.wins == known["wins"]
    assert found.sides.average_win == close(known["avg_win"])
    assert found.sides.average_loss == close(known["avg_loss"])
    assert found.profit_factor.value == close(known["profit_factor"])
    assert found.payoff.value == close(known["payoff"])
    assert found.drawdown.depth == known["max_drawdown_r"]
    assert drawdown(known["r"]).depth == known["max_drawdown_r"]
    assert list(running_total(known["r"])[1:]) == known["equity_curve_r"]


def test_list_a_compounds():
    known = vectors("sqn")["list_A"]
    found = compounded(known["r"], risk=0.01, start=100_000)
    assert round(found.final, 2) == known["compounded_1pct_from_100000"]
    assert round(found.drawdown, 4) == 0.0199


def test_quality_counts_a_hundred_trades_at_most():
    known, trades = vectors("sqn")["list_A_x12"], vectors("sqn")["list_A"]["r"] * 12
    assert quality(trades).n == known["n"]
    assert quality(trades).value == close(known["sqn_cap100"], 1e-9)
    assert quality(trades, cap=None).value == close(known["sqn_uncapped"], 1e-9)


def test_quality_does_not_exist_without_variation():
    for each in vectors("sqn")["undefined"]:
        assert quality(each).value is None
        assert quality(each).why


def test_bands_meet_without_a_gap():
    names = [name for name, _, _ in vectors("sqn")["bands"]]
    starts = [1.6, 2.0, 2.5, 3.0, 5.0, 7.0]
    for start, (before, after) in zip(starts, pairwise(names), strict=True):
        at = before if start == 5.0 else after
        assert band_of(start) == at
        assert band_of(start - 1e-9) == before
        assert band_of(start + 1e-9) == after


def test_kelly_and_growth_of_a_coin_that_pays_double():
    known = vectors("kelly")
    found = kelly_fraction(win_share=known["w"], payoff=known["payoff"])
    assert found == known["f"]
    grown = growth_optimal([2, -1])
    assert grown.fraction == close(known["f"])
    assert grown.log_growth == close(known["log_growth"])


def test_direction_of_the_market():
    for each in vectors("market_type")["direction"]:
        value = trend_of(mean=each["mean_pct"], sd=each["sd_pct"])
        assert value == close(each["sqn"])
        assert direction(value) == each["label"]


def test_volatility_is_cut_where_published():
    for scale, name in ((TO_2009, "volatility_A"), (HIXSON, "volatility_B")):
        known = vectors("market_type")[name]
        assert scale.cuts == close(tuple(known["cuts"]), 0.0051)
        assert (scale.mean, scale.sd) == (known["mean"], known["sd"])


def test_mistakes_cost_what_the_plan_would_have_made():
    for each in vectors("mistakes"):
        found = efficiency(mistakes=each["mistakes"], trades=each["trades"])
        assert found.value == close(each["efficiency"])
        if "net_r" in each:
            net = net_of_mistakes(
                system_r=each["system_r"],
                mistakes=each["mistakes"],
                cost_each_r=each["cost_each_r"],
            )
            assert net == each["net_r"]
    last = vectors("mistakes")[-1]
    whole = MistakenTrade(
        planned_r=last["planned_r"], actual_r=last["actual_r"], mistakes=4
    )
    cost = mistake_cost([whole])
    assert cost.cost_r == close(last["cost_r"])
    assert cost.average_r == close(last["avg_cost_r"])


def test_losing_runs_are_as_likely_as_published():
    for name, runs in vectors("losing_streak_p_in_100").items():
        share = int(name.removeprefix("win_")) / 100
        for run, chance in runs.items():
            found = losing_run_probability(win_share=share, trades=100, run=int(run))
            assert found == close(chance)


def test_a_small_sample_shows_no_disposition():
    known = vectors("disposition")
    found = disposition(
        realised_gains=known["rg"],
        paper_gains=known["pg"],
        realised_losses=known["rl"],
        paper_losses=known["pl"],
    )
    assert (found.pgr, found.plr, found.effect) == (0.5, 0.25, known["de"])
    assert found.standard_error == close(known["se"])
    assert found.t.value == close(known["t"])
    assert found.significant is known["significant"]
    ratio = known["reference_1991_96"]["ratio"]
    assert close(ratio) == REFERENCE_PGR / REFERENCE_PLR


def test_bigger_trades_after_losses_cost_money():
    known = vectors("behaviour")
    trades = [
        SizedTrade(risk=exact(risk), r=exact(r))
        for _, _, risk, r in known["trades_open_close_risk_r"]
    ]
    found = sizing_leakage(trades)
    assert sum(trade.r for trade in trades) == exact(known["total_r"])
    assert found.made == known["pnl"]
    assert found.constant == 500
    assert found.at_constant == known["pnl_at_constant_500"]
    assert found.leakage == known["sizing_leakage"]
    ratios = risk_ratios(trades)
    assert ratios.median == exact(known["median_risk_ratio_after_loss_vs_win"])
    assert ratios.mean == exact(known["mean_risk_ratio"])


@pytest.mark.parametrize(
    ("today", "p", "flag"),
    [("today", "poisson_p", "flag"), (8, "today_8_p", "today_8_flag")],
)
def test_a_day_of_too_many_orders(today, p, flag):
    known = vectors("overtrading")
    found = overtrading(known["history"], known.get(today, today))
    assert found.p == close(known[p], 1e-6)
    assert found.flagged is known[flag]
    if flag == "flag":
        assert found.z == close(known["robust_z"])


def test_turnover_drags_on_the_year():
    known = vectors("turnover")
    month = turnover(
        bought=D(known["buys"]), sold=D(known["sells"]), start=D(known["start"])
    )
    year = per_year(month)
    assert month == exact(known["month"])
    assert year == exact(known["year"])
    assert cost_drag(year, exact(known["round_trip_cost"])) == exact(known["drag_year"])
