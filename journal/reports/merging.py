"""Columns in which a few trades were read anew."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from journal.analytics.figures import FloatArray
from journal.reports.columns import (
    MARKS,
    MONEY,
    Columns,
    IntArray,
    Marks,
    Mask,
    summable,
)
from journal.reports.sequence import sequenced


# What the places of all trades among each other are made of.
_PLACING = frozenset({"account", "opened", "closed", "entered", "priced", "net", "r"})
_OF_OTHERS = frozenset({"last_r", "last_net", "day_before", "hour_before", "symbol"})


def merged(old: Columns, fresh: Columns, changed: IntArray) -> Columns:
    """`old` without the trades whose ids are `changed`, and with the `fresh` ones, in
    the order of all: the same columns that reading everything would give, and `old`
    itself where nothing differs that columns hold.
    """
    rows = np.flatnonzero(np.isin(old.ids, changed))
    if _stand(old, fresh, rows):
        return _amended(old, fresh, rows)
    return _reordered(old, fresh, changed)


def _stand(old: Columns, fresh: Columns, rows: IntArray) -> bool:
    """Whether the trades are the same as before, in their order and of their symbols."""
    if len(rows) != fresh.n or not np.array_equal(old.ids[rows], fresh.ids):
        return False
    if not np.array_equal(old.closed[rows], fresh.closed):
        return False
    pairs = zip(old.symbol[rows].tolist(), fresh.symbol.tolist(), strict=True)
    return all(old.symbols[one] == fresh.symbols[other] for one, other in pairs)


def _amended(old: Columns, fresh: Columns, rows: IntArray) -> Columns:
    """Only the columns that differ are made anew."""
    made: dict[str, Any] = {}
    for field in fields(Columns):
        one, other = getattr(old, field.name), getattr(fresh, field.name)
        if field.name in MARKS:
            made[field.name] = _marks_with(one, other, rows)
        elif isinstance(one, np.ndarray) and field.name not in _OF_OTHERS:
            made[field.name] = _with(one, other, rows)
    for name in MONEY:
        made[name] = summable(made[name])
    made = {name: new for name, new in made.items() if new is not getattr(old, name)}
    if not made:
        return old
    found = replace(old, **made)
    return sequenced(found) if _PLACING & made.keys() else found


def _with(column: Any, values: Any, rows: IntArray) -> Any:
    """The column with these values in these rows; itself where they stand there."""
    was = column[rows]
    same = was == values
    if column.dtype == np.float64:
        same |= np.isnan(was) & np.isnan(values)
    if same.all():
        return column
    kind: Any = object if object in (column.dtype, values.dtype) else column.dtype
    made = column.astype(kind)
    made[rows] = values
    return made


def _marks_with(old: Marks, fresh: Marks, rows: IntArray) -> Marks:
    """The marks with those of the rows anew; themselves where they stand there."""
    theirs = np.isin(old.rows, rows)
    was, new = _only(old, theirs), replace(fresh, rows=rows[fresh.rows])
    if (
        np.array_equal(was.rows, new.rows)
        and np.array_equal(was.tags, new.tags)
        and np.array_equal(was.cost, new.cost, equal_nan=True)
    ):
        return old
    return _sorted(_only(old, ~theirs), new)


def _only(marks: Marks, mask: Mask) -> Marks:
    return Marks(rows=marks.rows[mask], tags=marks.tags[mask], cost=marks.cost[mask])


def _sorted(one: Marks, other: Marks) -> Marks:
    rows = np.concatenate([one.rows, other.rows])
    tags = np.concatenate([one.tags, other.tags])
    cost: FloatArray = np.concatenate([one.cost, other.cost])
    sequence = np.lexsort((tags, rows))
    return Marks(rows=rows[sequence], tags=tags[sequence], cost=cost[sequence])


def _reordered(old: Columns, fresh: Columns, changed: IntArray) -> Columns:
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
    return _sorted(
        replace(one, rows=places[one.rows]),
        replace(other, rows=places[other.rows + shift]),
    )
