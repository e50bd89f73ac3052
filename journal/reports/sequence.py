"""What each trade came after, in one pass over all of a person's trades.

The same over columns as `journal.book.surroundings` over rows; tests hold them equal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from journal.reports.columns import UNKNOWN, Columns, IntArray


_DAY = 86_400
_HOUR = 3_600_000_000


def sequenced(columns: Columns) -> Columns:
    """All of a person's columns, with the places that they have among each other."""
    mine = columns.account != UNKNOWN
    last = np.searchsorted(columns.closed[mine], columns.opened, side="left") - 1
    known = last >= 0
    r, signs = columns.r[mine], np.sign(columns.net[mine]).astype(np.float64)
    signs[~columns.priced[mine]] = np.nan
    opened = np.sort(columns.opened[mine])
    until = np.searchsorted(opened, columns.opened, side="left")
    since = np.searchsorted(opened, columns.opened - _HOUR, side="right")
    return replace(
        columns,
        last_r=_picked(r, last, known),
        last_net=_picked(signs, last, known),
        day_before=_on_the_day(columns),
        hour_before=until - since,
    )


def unplaced(n: int) -> dict[str, Any]:
    """The fields of columns that do not know their places yet."""
    return {
        "last_r": np.full(n, np.nan),
        "last_net": np.full(n, np.nan),
        "day_before": np.zeros(n, dtype=np.int64),
        "hour_before": np.zeros(n, dtype=np.int64),
    }


def _picked(values: np.ndarray, places: IntArray, known: np.ndarray) -> np.ndarray:
    found = np.full(len(places), np.nan)
    found[known] = values[places[known]]
    return found


def _on_the_day(columns: Columns) -> IntArray:
    """How many were opened before on the same day: a day and an instant are one rank."""
    mine = columns.account != UNKNOWN
    instants, rank = np.unique(columns.opened, return_inverse=True)
    start = columns.entered // _DAY * (len(instants) + 1)
    begun = np.sort((start + rank)[mine])
    found: IntArray = np.searchsorted(begun, start + rank) - np.searchsorted(
        begun, start
    )
    return found
