"""What results can be broken down by, and the filter that each row of it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from journal.analytics.market_type import Direction, Volatility
from journal.book.filtering import NONE
from journal.book.holding import HOLDING_BUCKETS
from journal.book.surroundings import (
    AFTER,
    DAY_PLACES,
    DISTANCES,
    HOUR_BEFORE,
    UNKNOWN_DISTANCE,
    Bucket,
)
from journal.reports.columns import UNKNOWN, Columns, IntArray, Marks
from journal.reports.names import Names
from journal.reports.selection import OUTCOME_CODES


WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_TRENDS, _VOLATILITIES = tuple(Direction), tuple(Volatility)
_LEASTS = np.array([bucket.least for bucket in HOLDING_BUCKETS])
_CELL = len(_VOLATILITIES) + 1
_FOLLOWED = {1: "Rules followed", 0: "Rules not followed", UNKNOWN: "Not answered yet"}
_AFTER = {code: word for word, code in OUTCOME_CODES.items()}
_ANSWERS = {1: "yes", 0: "no", UNKNOWN: "unknown"}

# Each row once, without a copy.
EVERY = slice(None)
Places = tuple[IntArray | slice, IntArray]
Change = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """`places` gives rows and their codes (a row may come more than once) by columns and
    the limit of what is even, `word` the words of a code, `change` the fields of the
    filter that it stands for, None where no filter says that. `ordered` rows keep the
    order of their codes.
    """

    name: str
    label: str
    places: Callable[[Columns, Decimal], Places]
    word: Callable[[int, Names, Columns], str]
    change: Callable[[int, Columns], Change]
    ordered: bool = False
    note: str = ""


_Places = Callable[[Columns, Decimal], Places]


def _all(column: str) -> _Places:
    return lambda columns, _: (EVERY, getattr(columns, column))


def _marked(marks: Marks, n: int, *, without: bool) -> Places:
    """Each tag of each row; NONE for rows without any, where that is a group."""
    if not without:
        return marks.rows, marks.tags
    bare = np.ones(n, dtype=bool)
    bare[marks.rows] = False
    rows = np.flatnonzero(bare)
    return (
        np.concatenate([marks.rows, rows]),
        np.concatenate([marks.tags, np.full(len(rows), NONE)]),
    )


def _other_tags(columns: Columns, _even: Decimal) -> Places:
    setups = set(columns.setups.tags.tolist())
    other = ~np.isin(columns.tagged.tags, list(setups))
    return columns.tagged.rows[other], columns.tagged.tags[other]


def _held(columns: Columns, _even: Decimal) -> Places:
    found = np.searchsorted(_LEASTS, columns.held, side="right") - 1
    return EVERY, found


def _bucketed(column: str, buckets: Sequence[Bucket]) -> _Places:
    """The place of each row's bucket; UNKNOWN where the value is no number."""
    cuts = np.array([one.below for one in buckets if one.below is not None])

    def places(columns: Columns, _even: Decimal) -> Places:
        values = getattr(columns, column)
        found = np.searchsorted(cuts, values, side="right")
        return EVERY, np.where(np.isnan(values), UNKNOWN, found)

    return places


def _in_buckets(
    name: str, buckets: Sequence[Bucket], *, column: str, label: str, note: str
) -> Dimension:
    """By the bucket of a column, which the filter `name` knows by the bucket's name."""
    return Dimension(
        name=name,
        label=label,
        places=_bucketed(column, buckets),
        word=lambda code, *_: buckets[code].label,
        change=lambda code, _: {name: buckets[code].name},
        ordered=True,
        note=note,
    )


def _distance_word(code: int, _names: Names, _columns: Columns) -> str:
    return "Not known" if code == UNKNOWN else DISTANCES[code].label


def _distance_change(code: int, _columns: Columns) -> Change:
    return {"distance": UNKNOWN_DISTANCE if code == UNKNOWN else DISTANCES[code].name}


def _cells(columns: Columns, _even: Decimal) -> Places:
    return EVERY, (columns.trend + 1) * _CELL + columns.volatility + 1


def _cell(code: int) -> tuple[int, int]:
    return code // _CELL - 1, code % _CELL - 1


def _cell_word(code: int, _names: Names, _columns: Columns) -> str:
    trend, volatility = _cell(code)
    words = [
        _TRENDS[trend] if trend != UNKNOWN else "trend not known",
        _VOLATILITIES[volatility] if volatility != UNKNOWN else "volatility not known",
    ]
    if trend == volatility == UNKNOWN:
        return "Not stamped"
    return ", ".join(words).capitalize()


def _cell_change(code: int, _columns: Columns) -> Change:
    trend, volatility = _cell(code)
    if UNKNOWN in (trend, volatility):
        return None
    return {"market": str(_TRENDS[trend]), "volatility": str(_VOLATILITIES[volatility])}


def _tag(code: int, names: Names, _columns: Columns) -> str:
    return names.tags.get(code, "Without a tag")


def _planned(columns: Columns, _even: Decimal) -> Places:
    return EVERY, (columns.playbook != UNKNOWN).astype(np.int64)


def _playbooks(columns: Columns, _even: Decimal) -> Places:
    return EVERY, np.where(columns.playbook == UNKNOWN, NONE, columns.playbook)


DIMENSIONS = (
    Dimension(
        name="setup",
        label="Setup",
        places=lambda columns, _: _marked(columns.setups, columns.n, without=True),
        word=lambda code, names, _: names.tags.get(code, "Without a setup"),
        change=lambda code, _: {"setup": code},
        note="A trade with two setups counts in both.",
    ),
    Dimension(
        name="tag",
        label="Tag",
        places=_other_tags,
        word=_tag,
        change=lambda code, _: {"tag": code},
        note="A trade with two tags counts in both; one without any is left out.",
    ),
    Dimension(
        name="mistake",
        label="Mistake",
        places=lambda columns, _: _marked(columns.mistakes, columns.n, without=True),
        word=lambda code, names, _: names.tags.get(code, "No mistake"),
        change=lambda code, _: {"mistake": code},
        note="A mistake is a rule not followed, whether it paid or not.",
    ),
    Dimension(
        name="symbol",
        label="Symbol",
        places=_all("symbol"),
        word=lambda code, _, columns: columns.symbols[code],
        change=lambda code, columns: {"symbol": columns.symbols[code]},
    ),
    Dimension(
        name="side",
        label="Side",
        places=_all("short"),
        word=lambda code, *_: ("Long", "Short")[code],
        change=lambda code, _: {"side": ("long", "short")[code]},
        ordered=True,
    ),
    Dimension(
        name="weekday",
        label="Weekday",
        places=_all("weekday"),
        word=lambda code, *_: WEEKDAYS[code],
        change=lambda code, _: {"weekday": code + 1},
        ordered=True,
        note="Day of the entry, in exchange time.",
    ),
    Dimension(
        name="hour",
        label="Hour",
        places=_all("hour"),
        word=lambda code, *_: f"{code:02d}:00 to {code:02d}:59",
        change=lambda code, _: {"hour": code},
        ordered=True,
        note="Hour of the entry, in exchange time.",
    ),
    Dimension(
        name="holding",
        label="Holding time",
        places=_held,
        word=lambda code, *_: HOLDING_BUCKETS[code].label.capitalize(),
        change=lambda code, _: {"holding": HOLDING_BUCKETS[code].name},
        ordered=True,
    ),
    Dimension(
        name="after",
        label="Trade before",
        places=lambda columns, even: (EVERY, columns.after(even)),
        word=lambda code, *_: AFTER[_AFTER[code]],
        change=lambda code, _: {"previous": _AFTER[code]},
        note="Of your trades in any account, the one that closed last before the entry.",
    ),
    _in_buckets(
        "day_place",
        DAY_PLACES,
        column="day_before",
        label="Trade of the day",
        note="By entry, in exchange time. Where the later ones are the worse ones, fewer "
        "trades make more.",
    ),
    _in_buckets(
        "hour_before",
        HOUR_BEFORE,
        column="hour_before",
        label="Within an hour",
        note="How many others were entered in the 60 minutes before the entry.",
    ),
    Dimension(
        name="distance",
        label="Distance from average",
        places=_bucketed("distance", DISTANCES),
        word=_distance_word,
        change=_distance_change,
        ordered=True,
        note="Of the entry from the mean of 20 daily closes before it, in average daily "
        "ranges (ATR 20); beyond is in the direction of the trade.",
    ),
    Dimension(
        name="market",
        label="Market type",
        places=_cells,
        word=_cell_word,
        change=_cell_change,
        note="Trend and volatility at the entry; they describe and predict nothing.",
    ),
    Dimension(
        name="followed",
        label="Rules",
        places=_all("followed"),
        word=lambda code, *_: _FOLLOWED[code],
        change=lambda code, _: {"followed": _ANSWERS[code]},
    ),
    Dimension(
        name="playbook",
        label="Playbook",
        places=_playbooks,
        word=lambda code, names, _: names.playbooks.get(code, "Without a playbook"),
        change=lambda code, _: {"playbook": code},
    ),
    Dimension(
        name="planned",
        label="Planned",
        places=_planned,
        word=lambda code, *_: ("Unplanned", "Planned")[code],
        change=lambda code, _: None if code else {"playbook": NONE},
        ordered=True,
        note="Planned is a trade whose first order carried a playbook.",
    ),
)
BY_NAME = {one.name: one for one in DIMENSIONS}
