"""What each figure is, its formula and where it comes from, in a sentence or two."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


TIPS: Mapping[str, str] = MappingProxyType(
    {
        "total": "Sum of the results of closed trades, net of costs. Deposits are no "
        "result.",
        "expectancy": "Mean result per trade: P(win) x average win less P(loss) x "
        "average loss (Van K. Tharp, Trade Your Way to Financial Freedom, ch. 6). The "
        "interval is mean +- t(95 %, n-1) x sd / sqrt(n).",
        "win_rate": "Wins / (wins + losses), net of costs. A trade nearer to nothing "
        "than your breakeven limit (0.05R unless your settings say otherwise) is even "
        "and counted apart.",
        "average": "Mean of the winning trades, and of the losing ones.",
        "profit_factor": "Sum of the wins / sum of the losses. Without a loss there is "
        "none.",
        "drawdown": "Deepest fall of the running total below its own highest point, "
        "which starts at nothing.",
        "quality": "SQN = sqrt(min(n, 100)) x mean(R) / sample deviation of R: the t "
        "statistic of mean R with n capped at 100 (Van K. Tharp, The Definitive Guide to "
        "Position Sizing). Bands as in backtrader's analyzer. Not reliable below 30 "
        "trades.",
        "payoff": "Average win / average loss.",
        "best": "The largest and the smallest result of a single trade.",
        "streaks": "Most wins and most losses in a row; a breakeven ends both.",
        "time_weighted": "prod(1 + daily return) - 1 over the accounts' closed equity: "
        "what the trading made, whatever was paid in or out (CFA Institute, GIPS).",
        "money_weighted": "The yearly rate at which all deposits, withdrawals and the "
        "equity at the end are worth nothing today (as XIRR): it counts the timing of "
        "deposits.",
        "sharpe": "Mean daily return / its sample deviation x sqrt(252), without a "
        "risk-free rate (W. F. Sharpe, 1994).",
        "sortino": "Mean daily return / deviation below zero over all days x sqrt(252) "
        "(F. Sortino, R. van der Meer, 1991).",
        "calmar": "Annual return / deepest drawdown of the equity (T. Young, 1991), over "
        "all days shown.",
        "equity_drawdown": "Deepest fall of the compounded daily returns below their "
        "peak, deposits removed.",
        "in_market": "Share of the time from the first entry to the last exit with "
        "anything held.",
        "turnover": "Half of bought and sold / mean equity, per month; each trade at its "
        "largest size (B. Barber, T. Odean, 2000).",
        "efficiency": "1 - mistakes / trades. A mistake is a rule not followed, whether "
        "it paid or not (Van K. Tharp, Trading Beyond the Matrix).",
        "mistake_cost": "Actual R less the R that the plan would have made, over all "
        "mistakes that say so.",
        "leakage": "Money made less the money that the same R-multiples make at the "
        "median risk. Negative where the bigger trades were the worse ones.",
        "overtrading": "Entries on the last day beside up to 60 days before with any: "
        "flagged from 3 robust deviations with p < 0.02 of a Poisson count (F. Hampel, "
        "1974).",
        "kept": "Sum of results / sum of the best prices reached (MFE), in R: how much "
        "of what was there was kept (J. Sweeney, 1997).",
    }
)
