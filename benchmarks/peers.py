"""empyrical and quantstats, asked from an environment of their own, one line at a time.

A program, run by benchmarks/statistics.py with the interpreter of `.venv-peers` (built
from requirements-peers.txt). It reads `call FILE` or `time FILE` from its input, FILE
holding returns as saved by NumPy, and answers each with one line of JSON: figures, or
CPU milliseconds per library for four calls each.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable
from time import process_time_ns

import empyrical
import numpy as np
import pandas as pd
import quantstats.stats as quant


Calls = dict[str, Callable[[pd.Series], float]]

EMPYRICAL: Calls = {
    "sharpe": empyrical.sharpe_ratio,
    "sortino": empyrical.sortino_ratio,
    "drawdown": empyrical.max_drawdown,
    "calmar": empyrical.calmar_ratio,
}
QUANTSTATS: Calls = {
    "sharpe": quant.sharpe,
    "sortino": quant.sortino,
    "drawdown": quant.max_drawdown,
    "profit_factor": quant.profit_factor,
}
# Asked for their values, not for their time.
MORE_EMPYRICAL: Calls = {
    "annual": empyrical.annual_return,
    "time_weighted": empyrical.cum_returns_final,
}
MORE_QUANTSTATS: Calls = {
    "win_rate": quant.win_rate,
    "payoff": quant.payoff_ratio,
    "kelly": quant.kelly_criterion,
    "longest_win": quant.consecutive_wins,
    "longest_loss": quant.consecutive_losses,
}


def values(calls: Calls, returns: pd.Series) -> dict[str, float]:
    return {name: float(call(returns)) for name, call in calls.items()}


def figures(returns: pd.Series) -> dict[str, dict[str, float]]:
    return {
        "empyrical": values(EMPYRICAL | MORE_EMPYRICAL, returns),
        "quantstats": values(QUANTSTATS | MORE_QUANTSTATS, returns),
    }


def milliseconds(returns: pd.Series) -> dict[str, float]:
    found = {}
    for name, calls in (("empyrical", EMPYRICAL), ("quantstats", QUANTSTATS)):
        start = process_time_ns()
        for call in calls.values():
            call(returns)
        found[name] = (process_time_ns() - start) / 1e6
    return found


def main() -> None:
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        what, file = line.split()
        numbers = np.load(file)
        # Minutes, so that a million periods stay within the dates that pandas knows.
        index = pd.date_range("2000-01-03", periods=len(numbers), freq="min")
        returns = pd.Series(numbers, index=index)
        answer = figures(returns) if what == "call" else milliseconds(returns)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
