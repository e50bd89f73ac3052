"""Columns from a few words, without a database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from journal.reports.columns import UNIT, UNKNOWN, Columns, Marks
from journal.reports.sequence import unplaced


DAY = 86_400_000_000


def marks(pairs: list[tuple[int, int]] = (), cost: list[float] = ()) -> Marks:
    rows = np.array([row for row, _ in pairs], dtype=np.int64)
    tags = np.array([tag for _, tag in pairs], dtype=np.int64)
    costs = np.array(list(cost) or [np.nan] * len(pairs), dtype=np.float64)
    return Marks(rows=rows, tags=tags, cost=costs)


def columns(r: list[float], **given: Any) -> Columns:
    """Trades of a day each that risked 100, one after the other from 1970-01-02 on."""
    n = len(r)
    multiples = np.array(r, dtype=np.float64)
    closed = (np.arange(n) + 1) * DAY + DAY // 2
    risk = np.asarray(given.pop("risk", [100.0] * n), dtype=np.float64)
    money = given.pop("net", None)
    if money is None:
        money = [
            str(round(one * size, 8)) if not np.isnan(one) else "0"
            for one, size in zip(r, risk, strict=True)
        ]
    units = [int(Decimal(one) * UNIT) for one in money]
    fields: dict[str, Any] = {
        "ids": np.arange(n) + 1,
        "account": np.ones(n, dtype=np.int64),
        "netted": np.ones(n, dtype=np.int64),
        "symbol": np.zeros(n, dtype=np.int64),
        "short": np.zeros(n, dtype=np.int64),
        "opened": closed - DAY // 4,
        "closed": closed,
        "entered": (closed - DAY // 4) // 1_000_000,
        "day": closed // DAY,
        "held": np.full(n, 21_600),
        "priced": np.ones(n, dtype=bool),
        "net": np.array(units, dtype=np.int64),
        "fees": np.zeros(n, dtype=np.int64),
        "r": multiples,
        "risk": risk,
        "volume": np.full(n, 1000.0),
        "mae": np.full(n, np.nan),
        "mfe": np.full(n, np.nan),
        "distance": np.full(n, np.nan),
        **unplaced(n),
        "trend": np.full(n, UNKNOWN),
        "volatility": np.full(n, UNKNOWN),
        "followed": np.full(n, UNKNOWN),
        "reviewed": np.zeros(n, dtype=np.int64),
        "playbook": np.full(n, UNKNOWN),
        "source": np.zeros(n, dtype=np.int64),
        "setups": marks(),
        "tagged": marks(),
        "mistakes": marks(),
        "symbols": ("ACME",),
    }
    made = {
        name: np.asarray(value) if isinstance(value, list) else value
        for name, value in given.items()
    }
    return Columns(**{**fields, **made})
