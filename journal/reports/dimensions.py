"""What results can be broken down by, and the filter that each row of it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from journal.analytics.market_type import Direction, Volatility
from journal.book.filtering import NONE
from journal.book.holding import HOLDING_BUCKETS
from journal.reports.columns import UNKNOWN, Columns, IntArray, Marks
from journal.reports.names import Names


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
_ANSWERS = {1: "yes", 0: "no", UNKNOWN: "unknown"}

Places = tuple[IntArray, IntArray]
Change = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """`places` gives rows and their codes (a row may come more than once), `label` the
    words of a code, `change` the fields of the filter that it stands for, None where no
    filter says that. `ordered` rows keep the order of their codes.
    """

    name: str
    label: str
    places: Callable[[Columns], Places]
    word: Callable[[int, Names, Columns], str]
    change: Callable[[int, Columns], Change]
    ordered: bool = False
    note: str = ""


def _all(column: str) -> Callable[[Columns], Places]:
    return lambda columns: (np.arange(columns.n), getattr(columns, column))


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


def _other_tags(columns: Columns) -> Places:
    setups = set(columns.setups.tags.tolist())
    other = ~np.isin(columns.tagged.tags, list(setups))
    return columns.tagged.rows[other], columns.tagged.tags[other]


def _held(columns: Columns) -> Places:
    found = np.searchsorted(_LEASTS, columns.held, side="right") - 1
    return np.arange(columns.n), found


def _cells(columns: Columns) -> Places:
    return np.arange(columns.n), (columns.trend + 1) * _CELL + columns.volatility + 1


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


def _planned(columns: Columns) -> Places:
    return np.arange(columns.n), (columns.playbook != UNKNOWN).astype(np.int64)


def _playbooks(columns: Columns) -> Places:
    return np.arange(columns.n), np.where(
        columns.playbook == UNKNOWN, NONE, columns.playbook
    )


DIMENSIONS = (
    Dimension(
        name="setup",
        label="Setup",
        places=lambda columns: _marked(columns.setups, columns.n, without=True),
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
        places=lambda columns: _marked(columns.mistakes, columns.n, without=True),
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
