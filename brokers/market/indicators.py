"""Indicators on history, by TA-Lib; floats in and out, for charts and hints only.

Each names its inputs and how many bars it needs before its first value; shorter input
gives None there. Sources: TA-Lib's documentation of ATR (Wilder 1978) and SMA.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import talib


def simple_moving_average(closes: Sequence[float], period: int) -> list[float | None]:
    """Mean of the last `period` closes; the first `period` - 1 places are None."""
    if len(closes) < period:
        return [None] * len(closes)
    return _listed(talib.SMA(np.asarray(closes, dtype=float), timeperiod=period))


def average_true_range(
    highs: Sequence[float],
    lows: Sequence[float],
    *,
    closes: Sequence[float],
    period: int,
) -> list[float | None]:
    """Wilder's ATR in price units; the first `period` places are None."""
    if len(closes) <= period:
        return [None] * len(closes)
    high, low, close = (np.asarray(part, dtype=float) for part in (highs, lows, closes))
    return _listed(talib.ATR(high, low, close, timeperiod=period))


def _listed(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
