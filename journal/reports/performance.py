"""What the page Performance shows; each part is made when the page comes to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.safestring import SafeString, mark_safe

from brokers.selectors import feeds_of
from journal.analytics.figures import LOW_SAMPLE, Figure
from journal.analytics.histogram import Bar
from journal.analytics.quality import Quality, quality
from journal.reports import chart_spread, keyfigures
from journal.reports.benchmark import NoBenchmarkError, Wish, held
from journal.reports.chart_equity import Benchmark, EquityChart
from journal.reports.chart_excursion import ExcursionChart
from journal.reports.chart_marks import quality_bands
from journal.reports.chart_spread import SpreadChart
from journal.reports.curve import Curve, Month
from journal.reports.report import Report
from journal.reports.sample import LEFT_OUT
from journal.reports.tips import TIPS
from journal.reports.unit import Unit, css, ratio, share, signed


RECENT = 20


@dataclass(frozen=True)
class Performance:
    """`benchmark` is a symbol or "", `path` the page's own address for links."""

    report: Report
    benchmark: str
    path: str

    @property
    def n(self) -> int:
        return self.report.sample.n

    @property
    def left_out(self) -> list[str]:
        """Trades that the figures do not speak of, in words."""
        found = self.report.sample
        said = []
        if found.left_out:
            trades = keyfigures.counted(found.left_out, "trade")
            said.append(f"{trades} {LEFT_OUT[found.unit]}")
        if found.unpriced:
            trades = keyfigures.counted(found.unpriced, "trade")
            said.append(f"{trades} whose price nobody knows")
        return said

    @property
    def low_sample(self) -> bool:
        return self.n < LOW_SAMPLE

    # Figures

    @cached_property
    def headline(self) -> list[keyfigures.KeyFigure]:
        return keyfigures.headline(self.report.sample)

    @cached_property
    def spread_figures(self) -> list[keyfigures.KeyFigure]:
        return keyfigures.spread(self.report.sample)

    @cached_property
    def account_figures(self) -> list[keyfigures.KeyFigure]:
        return keyfigures.account(
            self.report.reckoned.returns, self.report.reckoned.discipline
        )

    @cached_property
    def habit_figures(self) -> list[keyfigures.KeyFigure]:
        return keyfigures.habits(self.report.reckoned.discipline)

    @cached_property
    def quality(self) -> QualityCard:
        recent = quality(self.report.sample.r[-RECENT:])
        return QualityCard(
            said=self.report.sample.in_r.quality,
            mean=self.report.sample.in_r.expectancy,
            sd=self.report.sample.in_r.sd,
            recent=recent,
        )

    # Charts

    @cached_property
    def equity(self) -> EquityChart:
        total, below = self.report.reckoned.lines
        return EquityChart(
            curve=self._curve,
            total=total,
            below=below,
            unit=self.report.unit,
            n=self.n,
            benchmark=self._held[0],
        )

    @property
    def no_benchmark(self) -> str:
        """Why there is no line of a benchmark that was asked for."""
        return self._held[1]

    @cached_property
    def _held(self) -> tuple[Benchmark | None, str]:
        if not self.benchmark:
            return None, ""
        report = self.report
        wish = Wish(symbol=self.benchmark, feeds=feeds_of(report.book.user))
        days = self._curve.days.astype(np.int64)
        try:
            line = held(wish, days, unit=report.unit, capital=report.reckoned.capital)
        except NoBenchmarkError as error:
            return None, str(error)
        return line, ""

    @property
    def _curve(self) -> Curve:
        return self.report.reckoned.curve

    @property
    def months(self) -> list[MonthRow]:
        unit, found = self.report.unit, self.report.reckoned.months
        return [MonthRow(month=one, unit=unit) for one in reversed(found)]

    @property
    def bars(self) -> Sequence[Bar]:
        return self.report.reckoned.bars

    @cached_property
    def spread(self) -> SpreadChart | None:
        if not self.bars:
            return None
        mean = self.report.sample.in_r.expectancy.value or 0.0
        return SpreadChart(bars=self.bars, mean=mean, links=self._links)

    @cached_property
    def _links(self) -> dict[Bar, str]:
        """Addresses of the bars' trades."""
        query = self.report.wanted.query
        return {
            bar: f"{self.path}?{query(**chart_spread.bounds(bar))}" for bar in self.bars
        }

    @property
    def bar_rows(self) -> list[tuple[str, int, str, str]]:
        """Words, count, share and address of each bar."""
        n = sum(bar.count for bar in self.bars)
        return [
            (chart_spread.span(bar), bar.count, share(bar.count / n), self._links[bar])
            for bar in self.bars
            if bar.count
        ]

    @property
    def stopped(self) -> tuple[int, int]:
        """How many lost about 1R, and how many more than that."""
        r = self.report.sample.columns.r
        worse = int((r < -1.0).sum())
        return int(((r >= -1.0) & (r < -0.95)).sum()), worse  # noqa: PLR2004 - costs aside

    @property
    def worse_query(self) -> str:
        bar = Bar(low=None, high=-1.0, count=0)
        return self.report.wanted.query(**chart_spread.bounds(bar))

    @property
    def excursions(self) -> ExcursionChart | None:
        return self.report.reckoned.excursions

    @property
    def excursion_rows(self) -> list[dict[str, str | int]]:
        if self.excursions is None:
            return []
        return [
            {
                "label": side.label,
                "n": side.n,
                "mae": signed(side.mae, Unit.R),
                "mae_tenth": signed(side.mae_tenth, Unit.R),
                "mfe": signed(side.mfe, Unit.R),
                "kept": share(side.kept, places=0),
            }
            for side in self.excursions.sides
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityCard:
    said: Quality
    mean: Figure
    sd: Figure
    recent: Quality

    tip = TIPS["quality"]

    @property
    def value(self) -> str:
        return ratio(self.said.value)

    @property
    def recent_value(self) -> str:
        return ratio(self.recent.value)

    @property
    def mean_words(self) -> str:
        return f"{_fine(self.mean)}, {_fine(self.sd)}"

    def drawn(self) -> SafeString:
        return quality_bands(self.said.value)


def _fine(figure: Figure) -> str:
    text = ratio(figure.value, 4)
    return f"{text}R" if figure.value is not None else text


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    month: Month
    unit: Unit

    def written(self) -> SafeString:
        """Figures of ours, so that there is nothing to escape."""
        month, unit = self.month, self.unit
        return mark_safe(  # noqa: S308
            f'<tr><th scope="row" class="num">{month.first:%b %Y}</th>'
            f'<td class="n">{month.n}</td>'
            f'<td class="n {css(month.made, unit)}">{signed(month.made, unit)}</td>'
            f'<td class="n">{signed(month.total, unit)}</td>'
            f'<td class="n">{signed(month.below, unit)}</td></tr>'
        )
