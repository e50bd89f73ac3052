"""From a system's quality to the most heat a portfolio should carry.

A preset to be edited, from a single source (a digest of Van K. Tharp, The Definitive
Guide to Position Sizing), and a bound that no preset may pass: heat < 100 / |worst R|
per cent, beyond which the worst trade of the list, met everywhere at once, takes all.
"""

from __future__ import annotations

from journal.analytics.figures import Numbers, floats


# From this quality upwards: per cent of equity over all open trades.
HEAT_BY_QUALITY = (
    (5.0, 25.0),
    (4.0, 20.0),
    (3.0, 15.0),
    (2.5, 12.0),
    (1.7, 8.0),
    (1.3, 4.0),
)
LEAST_HEAT = 1.0


def preset_heat(quality: float) -> float:
    """Per cent of equity."""
    for least, heat in HEAT_BY_QUALITY:
        if quality >= least:
            return heat
    return LEAST_HEAT


def heat_bound(results: Numbers) -> float | None:
    """Per cent of equity that heat must stay below; None while nothing lost."""
    values = floats(results)
    worst = float(values.min()) if len(values) else 0.0
    return 100 / -worst if worst < 0 else None
