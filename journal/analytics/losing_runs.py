"""The chance of a losing run among the next trades, exactly, by dynamic programming.

State: the length of the losing run that stands after each trade, with "it happened" as
the state that is never left. Trades are taken for independent, each lost with the same
chance; real ones cluster, so real runs are rather longer.
"""

from __future__ import annotations


def losing_run_probability(*, win_share: float, trades: int, run: int) -> float:
    """P(at least `run` losses in a row among `trades`)."""
    if run <= 0:
        return 1.0
    lose = 1.0 - win_share
    standing = [1.0] + [0.0] * (run - 1)
    happened = 0.0
    for _ in range(trades):
        happened += standing[-1] * lose
        standing = [
            sum(standing) * win_share,
            *(chance * lose for chance in standing[:-1]),
        ]
    return happened
