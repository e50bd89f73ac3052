"""A table of results by one dimension, ready to be shown, filed and linked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from journal.book.filtering import TradeFilter
from journal.reports.dimensions import Change, Dimension
from journal.reports.groups import Group, Rows, grouped
from journal.reports.names import Names
from journal.reports.sample import Sample


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
    found: Sample, dimension: Dimension, names: Names, *, most: int = MOST_ROWS
) -> Breakdown:
    columns = found.columns
    rows, codes = dimension.places(columns)
    groups = grouped(
        Rows(
            codes=codes,
            results=found.results[rows],
            r=columns.r[rows],
            net=columns.net[rows],
        )
    )
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
