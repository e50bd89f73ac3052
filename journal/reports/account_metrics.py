"""All metrics of one account as plain names and numbers, for a program to read.

What is None says why under `why`, by its name. Sums of money are text, so that no digit
is lost.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from brokers.models import Account
from journal.analytics.figures import Figure
from journal.analytics.return_summary import return_summary
from journal.analytics.summary import Summary
from journal.book.filtering import TradeFilter
from journal.reports.capital import Capital
from journal.reports.columns import exact
from journal.reports.discipline import Discipline
from journal.reports.report import book_of
from journal.reports.sample import Sample
from journal.reports.unit import Unit
from tradedesk.accounts import preferences
from tradedesk.core.canonical import decimal_text


Printed = dict[str, Any]


def account_metrics(account: Account) -> Printed:
    """Of its closed trades: in R at the top level, then money, returns and habits."""
    book = book_of(account.owner)
    even = preferences.of(account.owner).breakeven_r
    wanted = TradeFilter(account=account.pk, breakeven=even)
    found = book.report(wanted, Unit.MONEY).reckoned
    sample = found.sample
    r = sample.columns.r
    return {
        "account": account.name,
        "closed_trades": sample.n,
        "without_a_price": sample.unpriced,
        "without_a_risk": int(np.isnan(r).sum()),
        **printed(sample.in_r, breakeven=even),
        "money": _money(sample, account.currency),
        "returns": _returns(found.period),
        "habits": _habits(found.discipline),
    }


def printed(found: Summary, *, breakeven: Decimal) -> Printed:
    """Flat names and numbers of a list of R-multiples, and what was even in it."""
    figures = {
        "expectancy": found.expectancy,
        "standard_deviation": found.sd,
        "standard_error": found.standard_error,
        "win_rate": found.win_rate,
        "payoff": found.payoff,
        "profit_factor": found.profit_factor,
        "kelly": found.kelly,
    }
    values, why = told(figures)
    if found.quality.why:
        why |= {"sqn": found.quality.why, "sqn_band": found.quality.why}
    return {
        "trades": found.n,
        "low_sample": found.low_sample,
        "total_r": found.total,
        **values,
        "sqn": found.quality.value,
        "sqn_band": found.quality.band,
        "sqn_trades": found.quality.counted,
        **_counts(found),
        "breakeven_r": float(breakeven),
        "why": why,
    }


def told(figures: dict[str, Figure]) -> tuple[Printed, dict[str, str]]:
    """The values by name, and why those that are None are."""
    return (
        {name: figure.value for name, figure in figures.items()},
        {name: figure.why for name, figure in figures.items() if figure.why},
    )


def _counts(found: Summary) -> Printed:
    return {
        "wins": found.sides.wins,
        "losses": found.sides.losses,
        "breakevens": found.sides.breakevens,
        "average_win": found.sides.average_win,
        "average_loss": found.sides.average_loss,
        "best": found.best,
        "worst": found.worst,
        "longest_winning_run": found.streaks.longest_win,
        "longest_losing_run": found.streaks.longest_loss,
        "current_run": found.streaks.current,
        "max_drawdown_r": found.drawdown.depth,
    }


def _money(sample: Sample, currency: str) -> Printed:
    found = sample.summary
    values, why = told(
        {
            "expectancy": found.expectancy,
            "profit_factor": found.profit_factor,
            "payoff": found.payoff,
        }
    )
    return {
        "currency": currency,
        "net": decimal_text(exact(sample.columns.net)),
        "fees": decimal_text(exact(sample.columns.fees)),
        **values,
        "max_drawdown": found.drawdown.depth,
        "why": why,
    }


def _returns(capital: Capital) -> Printed:
    found = return_summary(capital.returns)
    values, why = told(
        {
            "time_weighted": found.time_weighted,
            "annual": found.annual,
            "money_weighted": capital.money_weighted(),
            "sharpe": found.sharpe,
            "sortino": found.sortino,
            "calmar": found.calmar,
        }
    )
    # Without a known equity there are no periods, and that is the reason to give.
    if capital.why:
        why = dict.fromkeys(why, capital.why)
    return {"days": found.n, **values, "max_drawdown": found.drawdown, "why": why}


def _habits(found: Discipline) -> Printed:
    values, why = told(
        {"efficiency": found.efficiency, "turnover_a_month": found.per_month}
    )
    leaked = found.leaked
    return {
        **values,
        "mistakes": found.mistakes,
        "mistaken_trades": found.mistaken,
        "mistake_cost_r": found.cost_r if found.costed else None,
        "sizing_leakage": decimal_text(leaked.leakage) if leaked else None,
        "time_in_market": found.in_market,
        "entries_on_the_last_day": found.entries_today,
        "overtrading": found.overtrading.flagged if found.overtrading else None,
        "why": why,
    }
