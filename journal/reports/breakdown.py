"""A table of results by one dimension, ready to be shown, filed and linked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from journal.book.filtering import TradeFilter
from journal.reports.columns import Columns
from journal.reports.dimensions import Change, Dimension
from journal.reports.groups import Group
from journal.reports.names import Names


MOST_ROWS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`change` is the filter that it stands for; None where no filter says that."""

    label: str
    group: Group
    change: Change

    def query(self, wanted: TradeFilter) -> str:
        return wanted.query(**self.change) if self.change else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """`hidden` counts the lines that were left out, those with the fewest trades."""

    dimension: Dimension
    lines: Sequence[Line]
    hidden: int


def breakdown(
    groups: Sequence[Group],
    dimension: Dimension,
    *,
    names: Names,
    columns: Columns,
    most: int = MOST_ROWS,
) -> Breakdown:
    """`columns` are those that the groups are of."""
    shown = sorted(groups, key=lambda group: -group.n)[:most]
    if dimension.ordered:
        shown.sort(key=lambda group: group.code)
    else:
        shown.sort(key=lambda group: -group.total)
    lines = [
        Line(
            label=dimension.word(group.code, names, columns),
            group=group,
            change=dimension.change(group.code, columns),
        )
        for group in shown
    ]
    return Breakdown(dimension=dimension, lines=lines, hidden=len(groups) - len(lines))
