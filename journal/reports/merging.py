"""Columns in which a few trades were read anew."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from journal.analytics.figures import FloatArray
from journal.reports.columns import (
    MARKS,
    MONEY,
    Columns,
    IntArray,
    Marks,
    summable,
)
from journal.reports.sequence import sequenced


def merged(old: Columns, fresh: Columns, changed: IntArray) -> Columns:
    """`old` without the trades whose ids are `changed`, and with the `fresh` ones, in
    the order of all: the same columns that reading everything would give.
    """
    kept = old.where(~np.isin(old.ids, changed))
    closed = np.concatenate([kept.closed, fresh.closed])
    ids = np.concatenate([kept.ids, fresh.ids])
    order = np.lexsort((ids, closed))
    symbols, first, second = _symbols(kept, fresh)
    made: dict[str, Any] = {}
    for field in fields(Columns):
        one, other = getattr(kept, field.name), getattr(fresh, field.name)
        if isinstance(one, np.ndarray):
            made[field.name] = np.concatenate([one, other])[order]
    made["symbol"] = np.concatenate([first, second])[order]
    for name in MONEY:
        made[name] = summable(made[name])
    for name in MARKS:
        marks = (getattr(kept, name), getattr(fresh, name))
        made[name] = _marks(*marks, shift=kept.n, order=order)
    return sequenced(Columns(**made, symbols=symbols))


def _symbols(
    kept: Columns, fresh: Columns
) -> tuple[tuple[str, ...], IntArray, IntArray]:
    """The names that are in use, in their order, and the codes of both in them."""
    used = np.bincount(kept.symbol, minlength=len(kept.symbols)) > 0
    names = {name for name, is_used in zip(kept.symbols, used, strict=True) if is_used}
    symbols = tuple(sorted(names | set(fresh.symbols)))
    place = {name: number for number, name in enumerate(symbols)}
    codes = [
        np.array([place.get(name, 0) for name in one.symbols] or [0], dtype=np.int64)
        for one in (kept, fresh)
    ]
    return symbols, codes[0][kept.symbol], codes[1][fresh.symbol]


def _marks(one: Marks, other: Marks, *, shift: int, order: IntArray) -> Marks:
    """At the places that their trades have now."""
    places: IntArray = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    rows = places[np.concatenate([one.rows, other.rows + shift])]
    tags = np.concatenate([one.tags, other.tags])
    cost: FloatArray = np.concatenate([one.cost, other.cost])
    sequence = np.lexsort((tags, rows))
    return Marks(rows=rows[sequence], tags=tags[sequence], cost=cost[sequence])
