"""All statistics of a list of period returns in one pass over it, as `summary`."""

from __future__ import annotations

from dataclasses import dataclass

from journal.analytics.calmar import calmar_of
from journal.analytics.fall import Fall
from journal.analytics.figures import Figure, Numbers, floats, known, missing
from journal.analytics.returns import TRADING_DAYS
from journal.analytics.sharpe import sharpe_of
from journal.analytics.sortino import sortino_of
from journal.analytics.tally import Moments, blocks
from journal.analytics.time_weighted import NO_PERIODS, annual_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSummary:
    """Shares, 0.1 for ten per cent; ratios per year."""

    n: int
    time_weighted: Figure
    annual: Figure
    sharpe: Figure
    sortino: Figure
    drawdown: float
    calmar: Figure


def return_summary(returns: Numbers, *, periods: int = TRADING_DAYS) -> ReturnSummary:
    """Raises UnsoundNumberError for a value that is not finite."""
    values = floats(returns)
    moments, fall = Moments(), Fall(relative=True)
    for block in blocks(values):
        moments.add(block)
        fall.add(block)
    n = moments.n
    whole = known(fall.last - 1, n) if n else missing(NO_PERIODS, 0)
    annual = annual_of(fall.last, n=n, periods=periods)
    apart = moments.deviation()
    return ReturnSummary(
        n=n,
        time_weighted=whole,
        annual=annual,
        sharpe=sharpe_of(apart, periods=periods),
        sortino=sortino_of(
            n=n,
            mean=apart.mean,
            squares_below=moments.squares_below,
            periods=periods,
        ),
        drawdown=fall.depth,
        calmar=calmar_of(annual, fall.depth),
    )
