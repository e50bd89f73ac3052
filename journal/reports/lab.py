"""The sizing lab's answer: chances per level of risk, what they add up to, and streaks.

It describes what the given list of R-multiples would do if each next trade were drawn
from it by chance. Simulated after Van K. Tharp, Super Trader, who runs 10,000 times 50
trades per level and reads six different "optimal" levels off the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from journal.analytics.growth import growth_optimal
from journal.analytics.lab import RiskOutcome, Scenario, outcomes
from journal.analytics.losing_runs import losing_run_probability
from journal.analytics.outcome import BREAKEVEN_R
from journal.analytics.summary import Summary, summary_in_r


RUNS = 10_000
# Draws times levels: more would keep a person waiting.
MOST_STEPS = 20_000_000
# Fifty trades are what Van Tharp asks for before a distribution is spoken of.
ENOUGH = 50
SMALL_RUIN = 0.01
MOST_SHOWN = 1e15
PLACES = 6
STREAKS = (3, 4, 5, 6, 8, 10, 12, 15)
STREAK_TRADES = 100
KNOWN_SHARES = (0.35, 0.45, 0.5, 0.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One meaning of "optimal": the level of risk that it chooses, None where none is
    chosen, and the outcome there.
    """

    name: str
    meaning: str
    outcome: RiskOutcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreakRow:
    """Chances of at least `run` losses in a row, in percent, one per column."""

    run: int
    chances: Sequence[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaks:
    """Columns are shares of wins in percent; the first is the list's own, if it has
    wins or losses.
    """

    trades: int
    shares: Sequence[Decimal]
    has_own: bool
    rows: Sequence[StreakRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """`best_growth` is the growth-optimal risk in percent, and `kelly` Kelly's."""

    scenario: Scenario
    summary: Summary
    outcomes: Sequence[RiskOutcome]
    readings: Sequence[Reading]
    streaks: Streaks
    best_growth: Decimal | None
    kelly: Decimal | None

    @property
    def is_small(self) -> bool:
        return self.summary.n < ENOUGH


def simulate(
    results: Sequence[float],
    risks: Sequence[float],
    scenario: Scenario,
    *,
    breakeven: Decimal = BREAKEVEN_R,
) -> Simulated:
    """Of at least one result; `risks` in rising order, 0.01 for one per cent.

    Raises:
        UnsoundNumberError: a result is not finite.
    """
    of_list = summary_in_r(results, breakeven=breakeven)
    found = outcomes(results, risks, scenario)
    growth = growth_optimal(results)
    kelly = of_list.kelly.value
    return Simulated(
        scenario=scenario,
        summary=of_list,
        outcomes=found,
        readings=_readings(found),
        streaks=streaks(_win_share(of_list)),
        best_growth=percent(growth.fraction),
        kelly=percent(kelly),
    )


def percent(share: float | None) -> Decimal | None:
    """A share as percent, for the page; None for what is too large to be shown."""
    found = decimal(share)
    return None if found is None else found * 100


def decimal(value: float | None) -> Decimal | None:
    """A figure for the page; None for what is unknown or too large to be shown."""
    if value is None or not abs(value) < MOST_SHOWN:
        return None
    return round(Decimal(value), PLACES)


def _win_share(found: Summary) -> float | None:
    """Wins of wins and losses; who broke even ends no losing run and makes none."""
    return found.win_rate.value


_Score = Callable[[RiskOutcome], float]


def _readings(found: Sequence[RiskOutcome]) -> list[Reading]:
    """Tharp's six. Of levels that are equal the lowest is read."""
    calm = [one for one in found if one.ruin < SMALL_RUIN]
    safe = [one for one in found if not one.ruin]
    reaching = [one for one in found if one.goal]
    return [
        _reading("Highest average", "largest mean end equity", found, by=_mean),
        _reading("Highest median", "largest median end equity", found, by=_median),
        _reading("Best chance of the goal", "largest P(goal)", reaching, by=_goal),
        _reading("Ruin below 1%", "most risk with P(ruin) < 1%", calm, by=_risk),
        _reading(
            "No ruin seen", "most risk at which no run was ruined", safe, by=_risk
        ),
        _reading("Goal less ruin", "largest P(goal) less P(ruin)", reaching, by=_net),
    ]


def _reading(
    name: str, meaning: str, among: Sequence[RiskOutcome], *, by: _Score
) -> Reading:
    best = max(among, key=by, default=None)
    return Reading(name=name, meaning=meaning, outcome=best)


def _mean(one: RiskOutcome) -> float:
    return one.mean


def _median(one: RiskOutcome) -> float:
    return one.median


def _goal(one: RiskOutcome) -> float:
    return one.goal


def _risk(one: RiskOutcome) -> float:
    return one.risk


def _net(one: RiskOutcome) -> float:
    return one.goal - one.ruin


def streaks(own: float | None, *, trades: int = STREAK_TRADES) -> Streaks:
    """The chance of losing runs for one's own share of wins beside known ones."""
    shares = ([] if own is None else [own]) + list(KNOWN_SHARES)
    rows = [
        StreakRow(
            run=run,
            chances=[
                _points(losing_run_probability(win_share=share, trades=trades, run=run))
                for share in shares
            ],
        )
        for run in STREAKS
    ]
    return Streaks(
        trades=trades,
        shares=[_points(share) for share in shares],
        has_own=own is not None,
        rows=rows,
    )


def _points(chance: float) -> Decimal:
    return round(Decimal(chance) * 100, 2)
