"""The sizing lab's two pictures: chances over risk, and the middle outcome over risk.

Attributes of an SVG only; every figure is in the table below the picture too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from journal.analytics.lab import RiskOutcome
from tradedesk.web import formatting


LEFT, RIGHT = 40.0, 468.0
TOP, BOTTOM = 16.0, 216.0
MOST_TICKS = 7
# Medians beyond these multiples of the start are drawn at them: the scale is
# logarithmic.
LEAST, MOST = 0.01, 1e12


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """`at` is where it stands on its axis."""

    at: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Points of polylines, and the ticks of both axes."""

    goal: str
    ruin: str
    median: str
    start_at: str
    across: Sequence[Tick]
    chances: Sequence[Tick]
    equity: Sequence[Tick]


def picture(outcomes: Sequence[RiskOutcome]) -> Picture | None:
    """None for fewer than two levels, which make no line."""
    if len(outcomes) < 2:  # noqa: PLR2004 - ends of a line
        return None
    places = [_x(one.risk, outcomes) for one in outcomes]
    medians = [min(max(one.median, LEAST), MOST) for one in outcomes]
    low, high = _ends(medians)
    return Picture(
        goal=_points(places, [_y(one.goal, 0, 1) for one in outcomes]),
        ruin=_points(places, [_y(one.ruin, 0, 1) for one in outcomes]),
        median=_points(places, [_log_y(one, low, high) for one in medians]),
        start_at=_text(_log_y(1, low, high)),
        across=_across(outcomes),
        chances=[
            Tick(at=_text(_y(share / 100, 0, 1)), label=f"{share}%")
            for share in (0, 25, 50, 75, 100)
        ],
        equity=_equity_ticks(low, high),
    )


def _x(risk: float, outcomes: Sequence[RiskOutcome]) -> float:
    first, last = outcomes[0].risk, outcomes[-1].risk
    return LEFT + (risk - first) / (last - first) * (RIGHT - LEFT)


def _y(value: float, low: float, high: float) -> float:
    return BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)


def _log_y(value: float, low: float, high: float) -> float:
    return _y(math.log(value), math.log(low), math.log(high))


def _ends(medians: Sequence[float]) -> tuple[float, float]:
    """Powers of two around the medians and the start."""
    low = 2.0 ** math.floor(math.log2(min(*medians, 1.0)))
    high = 2.0 ** math.ceil(math.log2(max(*medians, 1.0)))
    return (low, high) if low < high else (0.5, 2.0)


def _across(outcomes: Sequence[RiskOutcome]) -> list[Tick]:
    every = -(-len(outcomes) // MOST_TICKS)
    return [
        Tick(at=_text(_x(one.risk, outcomes)), label=_percent(one.risk))
        for one in outcomes[::every]
    ]


def _equity_ticks(low: float, high: float) -> list[Tick]:
    steps = round(math.log2(high / low))
    every = -(-steps // MOST_TICKS)
    values = [low * 2.0**step for step in range(0, steps + 1, every)]
    return [
        Tick(at=_text(_log_y(value, low, high)), label=_times(value))
        for value in values
    ]


def _percent(risk: float) -> str:
    return f"{Decimal(str(round(risk * 100, 2))).normalize():f}%"


def _times(value: float) -> str:
    return f"{formatting.compact(Decimal(str(round(value, 3))))}x"


def _points(xs: Sequence[float], ys: Sequence[float]) -> str:
    return " ".join(f"{_text(x)},{_text(y)}" for x, y in zip(xs, ys, strict=True))


def _text(value: float) -> str:
    return f"{value:.1f}"
