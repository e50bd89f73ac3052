"""Performance and breakdowns as tables for a spreadsheet: plain figures, ASCII minus."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from brokers.reconciliation.paper.spreadsheet import text
from journal.analytics.return_summary import return_summary
from journal.reports.breakdown import Line
from journal.reports.breakdown_page import Table
from journal.reports.chart_spread import span
from journal.reports.performance import Performance
from journal.reports.report import Report
from journal.reports.unit import Unit, decimal_of
from tradedesk.core.canonical import decimal_text


PERFORMANCE = ("record", "name", "unit", "n", "value", "low", "high", "note")
BREAKDOWN = (
    "by", "row", "unit", "n", "expectancy", "low", "high", "sqn", "win_rate",
    "profit_factor", "total", "net_money", "low_sample",
)  # fmt: skip

Row = Mapping[str, str]


def performance_csv(page: Performance, *, said: str) -> bytes:
    """Figures, months, bars of the R distribution, and the breakdown on the page."""
    return _written(PERFORMANCE, _performance(page, said))


def breakdown_csv(table: Table) -> bytes:
    return _written(BREAKDOWN, (_line(table, one) for one in table.found.lines))


def _performance(page: Performance, said: str) -> Iterator[Row]:
    report = page.report
    unit = report.unit.value
    yield {"record": "filter", "name": "trades", "n": str(page.n), "note": text(said)}
    for words in page.left_out:
        yield {"record": "filter", "name": "left out", "note": text(words)}
    if page.n:
        yield from _figures(report)
        for month in report.reckoned.months:
            yield {
                "record": "month",
                "name": f"{month.first:%Y-%m}",
                "unit": unit,
                "n": str(month.n),
                "value": figure(month.made),
            }
    for bar in page.bars:
        yield {
            "record": "bar",
            "name": text(span(bar)),
            "unit": "r",
            "n": str(bar.count),
            "low": figure(bar.low),
            "high": figure(bar.high),
        }


def _figures(report: Report) -> Iterator[Row]:
    found = report.sample.summary
    unit, interval = report.unit.value, report.sample.interval
    yield {
        "record": "figure",
        "name": "expectancy",
        "unit": unit,
        "n": str(found.n),
        "value": figure(found.expectancy.value),
        "low": figure(interval.low),
        "high": figure(interval.high),
        "note": "95% interval",
    }
    quality = report.sample.in_r.quality
    said = report.reckoned.discipline
    days = report.reckoned.period
    ratios = return_summary(days.returns)
    leaked = said.leaked
    values: dict[str, tuple[str, float | Decimal | None]] = {
        "total": (unit, found.total),
        "average_win": (unit, found.sides.average_win),
        "average_loss": (unit, found.sides.average_loss),
        "max_drawdown": (unit, -found.drawdown.depth),
        "win_rate": ("", found.win_rate.value),
        "profit_factor": ("", found.profit_factor.value),
        "payoff": ("", found.payoff.value),
        "sqn": ("", quality.value),
        "longest_winning_run": ("", float(found.streaks.longest_win)),
        "longest_losing_run": ("", float(found.streaks.longest_loss)),
        "time_weighted_return": ("", ratios.time_weighted.value),
        "money_weighted_return": ("", days.money_weighted().value),
        "sharpe": ("", ratios.sharpe.value),
        "sortino": ("", ratios.sortino.value),
        "calmar": ("", ratios.calmar.value),
        "time_in_market": ("", said.in_market),
        "turnover_a_month": ("", said.per_month.value),
        "trader_efficiency": ("", said.efficiency.value),
        "sizing_leakage": ("money", leaked.leakage if leaked else None),
    }
    for name, (one, value) in values.items():
        yield {"record": "figure", "name": name, "unit": one, "value": figure(value)}


def _line(table: Table, found: Line) -> Row:
    group = found.group
    unit = table.report.unit
    total = group.net if unit is Unit.MONEY else group.total
    return {
        "by": table.dimension.name,
        "row": text(found.label),
        "unit": unit.value,
        "n": str(group.n),
        "expectancy": figure(group.apart.mean),
        "low": figure(group.interval.low),
        "high": figure(group.interval.high),
        "sqn": "" if group.quality.low_sample else figure(group.quality.value),
        "win_rate": figure(group.win_rate.value),
        "profit_factor": figure(group.profit_factor.value),
        "total": figure(total),
        "net_money": figure(group.net),
        "low_sample": "yes" if group.low_sample else "no",
    }


def figure(value: float | Decimal | None) -> str:
    """Empty where there is none: never a word that a spreadsheet would add up."""
    found = decimal_of(value)
    return "" if found is None else decimal_text(found)


def _written(columns: tuple[str, ...], rows: Iterable[Row]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel reads the local code page."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
