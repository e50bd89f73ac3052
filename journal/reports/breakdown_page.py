"""The lines of a breakdown and two choices side by side, as the pages write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

from django.utils.safestring import SafeString, mark_safe

from journal.analytics.confidence import Interval
from journal.analytics.figures import LOW_SAMPLE
from journal.reports import keyfigures
from journal.reports.breakdown import Breakdown, Line
from journal.reports.chart_marks import interval_mark, row_bar
from journal.reports.comparison import Comparison, Difference, comparison
from journal.reports.dimensions import Dimension
from journal.reports.report import Report
from journal.reports.sample import Sample
from journal.reports.unit import Unit, css, ratio, share, signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`url` is the page with this row's filter; "" where no filter says that."""

    line: Line
    unit: Unit
    url: str
    reach: tuple[float, float]

    @property
    def label(self) -> str:
        return self.line.label

    @property
    def n(self) -> int:
        return self.line.group.n

    @property
    def low_sample(self) -> bool:
        return self.line.group.low_sample

    @property
    def expectancy(self) -> str:
        return signed(self.line.group.apart.mean, self.unit)

    @property
    def expectancy_css(self) -> str:
        return css(self.line.group.apart.mean, self.unit)

    @property
    def interval(self) -> str:
        return interval_text(self.line.group.interval, self.unit)

    @property
    def quality(self) -> str:
        """Withheld below 30 trades, where it says nothing."""
        found = self.line.group.quality
        if found.n < LOW_SAMPLE:
            return f"n < {LOW_SAMPLE}"
        return ratio(found.value)

    @property
    def win_rate(self) -> str:
        return share(self.line.group.win_rate.value, places=0)

    @property
    def profit_factor(self) -> str:
        return ratio(self.line.group.profit_factor.value)

    @property
    def total(self) -> str:
        group = self.line.group
        return signed(group.net if self.unit is Unit.MONEY else group.total, self.unit)

    @property
    def total_css(self) -> str:
        return css(self.line.group.total, self.unit)

    @property
    def bar(self) -> SafeString:
        low, high = self.reach
        return row_bar(self.line.group.total, low=low, high=high)

    def written(self) -> SafeString:
        """The row as it stands in the table: in a template each costs ten times as much."""
        name, low = escape(self.label), ""
        if self.low_sample:
            low = ' <span class="chip warn">low sample</span>'
        inside = f'<span class="sym">{name}</span>'
        if self.url:
            inside = f'<a class="sym" href="{escape(self.url)}">{name}</a>'
        cells = (
            _cell(str(self.n), "n"),
            _cell(self.expectancy, "Expectancy", f"n {self.expectancy_css}"),
            _cell(self.interval, "95% interval", "n muted whole-line"),
            _cell(self.quality, "SQN"),
            _cell(self.win_rate, "Win"),
            _cell(self.profit_factor, "PF"),
            f'<td class="bar-cell" data-label="">{self.bar}</td>',
            _cell(self.total, "Total", f"n {self.total_css}"),
        )
        return mark_safe(  # noqa: S308 - every text is escaped
            f'<tr><th scope="row">{inside}{low}</th>{"".join(cells)}</tr>'
        )


def _cell(text: str, label: str, css: str = "n") -> str:
    return f'<td class="{css}" data-label="{label}">{escape(text)}</td>'


@dataclass(frozen=True)
class Table:
    """One dimension of a report; `path` is what a row's filter is added to, and `kept`
    what stands behind it.
    """

    report: Report
    dimension: Dimension
    path: str = ""
    kept: str = ""

    @cached_property
    def found(self) -> Breakdown:
        return self.report.by(self.dimension)

    @cached_property
    def rows(self) -> Sequence[Row]:
        totals = [line.group.total for line in self.found.lines]
        reach = (min(totals, default=0.0), max(totals, default=0.0))
        return [
            Row(
                line=line,
                unit=self.report.unit,
                url=self._url(line),
                reach=reach,
            )
            for line in self.found.lines
        ]

    @property
    def whole(self) -> Row | None:
        """All trades, each once."""
        group = self.report.reckoned.whole
        if group is None:
            return None
        line = Line(label="All", group=group, change=None)
        return Row(line=line, unit=self.report.unit, url="", reach=(0.0, 0.0))

    def _url(self, line: Line) -> str:
        query = line.query(self.report.wanted)
        return f"{self.path}?{query}{f'&{self.kept}' * bool(self.kept)}" * bool(query)

    @property
    def words(self) -> str:
        """The best and the worst line with enough trades to speak of."""
        told = [row for row in self.rows if not row.low_sample]
        if not told:
            return "No row has 30 trades yet: none of them says anything for sure."
        best = max(told, key=lambda row: row.line.group.apart.mean)
        worst = min(told, key=lambda row: row.line.group.apart.mean)
        if best is worst:
            return f"{best.label} makes {best.expectancy} a trade."
        return (
            f"{best.label} makes most, {best.expectancy} a trade; "
            f"{worst.label} least, {worst.expectancy}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    label: str
    difference: Difference
    unit: Unit

    @property
    def value(self) -> str:
        return signed(self.difference.value, self.unit)

    @property
    def interval(self) -> str:
        return interval_text(self.difference.interval, self.unit)

    @property
    def verdict(self) -> str:
        words = self.difference.verdict
        return f"{words[0].upper()}{words[1:]}"

    def drawn(self) -> SafeString:
        value = self.difference.value
        if value is None or self.difference.interval.low is None:
            return SafeString()
        return interval_mark(value, self.difference.interval, self.unit)


@dataclass(frozen=True)
class Pair:
    """Reports A and B in one unit."""

    a: Report
    b: Report

    @cached_property
    def found(self) -> Comparison:
        return comparison(self.a.sample, self.b.sample)

    @property
    def differences(self) -> list[DifferenceRow]:
        return [
            DifferenceRow(
                label="Expectancy, A less B",
                difference=self.found.expectancy,
                unit=self.a.unit,
            ),
            DifferenceRow(
                label="Win rate, A less B",
                difference=self.found.win_rate,
                unit=Unit.PERCENT,
            ),
        ]

    @cached_property
    def rows(self) -> list[tuple[str, tuple[keyfigures.KeyFigure, ...]]]:
        first, second = figures(self.a.sample), figures(self.b.sample)
        return [(a.label, (a, b)) for a, b in zip(first, second, strict=True)]


def figures(found: Sample) -> list[keyfigures.KeyFigure]:
    said = found.in_r.quality
    sqn = keyfigures.KeyFigure(
        name="quality",
        label="SQN",
        value=ratio(said.value),
        note=said.why or said.band or "",
        low=said.low_sample,
    )
    return [*keyfigures.headline(found), sqn, *keyfigures.spread(found)]


def interval_text(interval: Interval, unit: Unit) -> str:
    """Narrow: the unit stands at the end alone."""
    if interval.low is None or interval.high is None:
        return "n/a"
    low = signed(interval.low, unit).rstrip("R%")
    return f"{low} to {signed(interval.high, unit)}"
