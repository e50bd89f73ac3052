"""Performance on paper, on the sheet of the reconciliation report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from brokers.reconciliation.paper.sheet import (
    INK,
    MARGIN,
    RULE,
    SMALL,
    SOFT,
    WARN,
    Column,
    Sheet,
    Text,
)
from journal.analytics.figures import FloatArray
from journal.reports.breakdown_page import Table
from journal.reports.chart_spread import kind
from journal.reports.curve import thinned
from journal.reports.dimensions import BY_NAME
from journal.reports.drawing import Scale
from journal.reports.keyfigures import KeyFigure
from journal.reports.performance import Performance
from journal.reports.unit import LABELS, Unit, axis
from tradedesk.web import formatting


TABLES = ("setup", "mistake", "symbol", "weekday", "market", "followed")
MOST_LINES = 20
_RIGHT = "RIGHT"
_HEIGHT, _POINTS = 52.0, 400
_LOSS, _FILL = (159, 18, 57), (226, 232, 240)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Whose report it is, of which trades in words, and made when."""

    owner: str
    said: str
    built_at: datetime


def performance_pdf(page: Performance, header: Header) -> bytes:
    zone = ZoneInfo(settings.EXCHANGE_TIME_ZONE)
    at = formatting.zoned_datetime(header.built_at, zone)
    sheet = Sheet(
        title="Performance report",
        foot=f"Generated {at} for {header.owner}. Past results promise nothing.",
        author=header.owner,
        at=header.built_at,
    )
    sheet.words("Performance report", size=15, bold=True)
    sheet.ln(0.6)
    sheet.words(_about(page, header), colour=SOFT)
    sheet.ln(2.4)
    if not page.n:
        sheet.words("There is no trade to speak of.", bold=True)
        return bytes(sheet.output())
    if page.low_sample:
        words = f"Low sample: {page.n} trades. Below 30 no figure can be relied on."
        sheet.words(words, bold=True, colour=WARN)
        sheet.ln(2)
    sheet.figures([(one.label, one.value) for one in page.headline])
    _equity(sheet, page)
    _spread(sheet, page)
    _all_figures(sheet, page)
    for name in TABLES:
        _breakdown(sheet, Table(report=page.report, dimension=BY_NAME[name]))
    return bytes(sheet.output())


def _about(page: Performance, header: Header) -> str:
    unit = {Unit.PERCENT: "per cent of equity", Unit.MONEY: "money"}.get(
        page.report.unit, LABELS[page.report.unit]
    )
    parts = [
        f"{page.n} closed trades",
        header.said,
        f"in {unit}",
        *(f"left out: {words}" for words in page.left_out),
    ]
    return "  \N{MIDDLE DOT}  ".join(parts)


def _equity(sheet: Sheet, page: Performance) -> None:
    sheet.section("Equity and drawdown", "net of costs, deposits removed")
    curve, unit = page.equity.curve, page.report.unit
    top, right = sheet.get_y() + 2, sheet.w - MARGIN - 18
    x = Scale(low=float(curve.days[0]), high=float(curve.days[-1]), start=MARGIN, end=right)  # fmt: skip
    low, high = float(min(curve.total.min(), 0)), float(max(curve.total.max(), 0))
    middle = top + _HEIGHT * 0.68
    above = Scale(low=low, high=high or 1e-9, start=middle, end=top)
    _curve(sheet, curve.days, curve.total, scales=(x, above))
    depth = max(curve.depth, 1e-9)
    under = Scale(low=-depth, high=0, start=top + _HEIGHT, end=middle + 4)
    _curve(sheet, curve.days, curve.below, scales=(x, under), fill=True)
    sheet.set_font_size(SMALL)
    sheet.set_text_color(*SOFT)
    for scale, value in ((low, low), (0.0, 0.0), (high, high)):
        y = middle + (scale - low) * (top - middle) / ((high - low) or 1.0)
        sheet.text(right + 2, y + 1, sheet.plain(axis(round(value, 2), unit)))
    sheet.text(right + 2, top + _HEIGHT + 1, sheet.plain(axis(round(-depth, 2), unit)))
    sheet.set_y(top + _HEIGHT + 3)
    sheet.words(page.equity.words, colour=SOFT)


def _curve(
    sheet: Sheet,
    days: FloatArray,
    values: FloatArray,
    *,
    scales: tuple[Scale, Scale],
    fill: bool = False,
) -> None:
    x, y = scales
    places = thinned(days, values, buckets=_POINTS)
    line = list(zip(x.all(days[places]), y.all(values[places]), strict=True))
    sheet.set_draw_color(*RULE)
    sheet.line(x.start, y(0), x.end, y(0))
    sheet.set_draw_color(*(_LOSS if fill else INK))
    sheet.set_fill_color(*_FILL)
    sheet.set_line_width(0.35)
    if fill:
        line = [(line[0][0], y(0)), *line, (line[-1][0], y(0))]
    path = [(float(a), float(b)) for a, b in line]
    sheet.polyline(path, polygon=fill, style="DF" if fill else "D")
    sheet.set_line_width(0.2)
    sheet.set_draw_color(*RULE)


def _spread(sheet: Sheet, page: Performance) -> None:
    if page.spread is None:
        return
    if sheet.will_page_break(52):
        sheet.add_page()
    sheet.section("Distribution of R", "half-R bars; filled bars are losses")
    top, height = sheet.get_y() + 4, 30.0
    highest = max(bar.count for bar in page.bars)
    wide = min(sheet.epw / len(page.bars), 12.0)
    sheet.set_font_size(6)
    for place, bar in enumerate(page.bars):
        left, tall = MARGIN + place * wide, height * bar.count / highest
        loss = kind(bar) != "gain"
        sheet.set_fill_color(*(_LOSS if loss else (255, 255, 255)))
        sheet.set_draw_color(*(_LOSS if loss else INK))
        if bar.count:
            sheet.rect(left + 0.4, top + height - tall, wide - 0.8, tall, style="DF")
            sheet.set_xy(left, top + height - tall - 3.4)
            sheet.set_text_color(*SOFT)
            sheet.cell(wide, 3, str(bar.count), align="C")
        if bar.low is not None and float(bar.low).is_integer():
            sheet.text(left - 1, top + height + 3.4, sheet.plain(axis(bar.low, Unit.R)))
    sheet.set_draw_color(*RULE)
    sheet.set_xy(MARGIN, top + height + 6)
    sheet.words(page.spread.words, colour=SOFT)


def _all_figures(sheet: Sheet, page: Performance) -> None:
    sheet.section("All figures", "each with what it stands on")
    quality = page.quality
    band = quality.said.band or quality.said.why
    told = KeyFigure(name="quality", label="SQN", value=quality.value, note=band)
    figures = [*page.headline, told, *page.spread_figures, *page.account_figures, *page.habit_figures]  # fmt: skip
    columns = (
        Column("Figure", 50),
        Column("Value", 30, _RIGHT),
        Column("", 70),
        Column("What it is", 130),
    )
    sheet.rows(
        columns,
        (
            [
                one.label,
                Text(one.value, bold=True),
                Text(one.note, SOFT),
                Text(one.tip, SOFT),
            ]
            for one in figures
        ),
    )


def _breakdown(sheet: Sheet, table: Table) -> None:
    if not table.rows:
        return
    sheet.section(f"By {table.dimension.label.lower()}", table.dimension.note)
    titles = ("n", "Expectancy", "95% interval", "SQN", "Win", "Profit factor", "Total")
    columns = (
        Column(table.dimension.label, 60),
        *(Column(title, 30, _RIGHT) for title in titles),
    )
    rows: Sequence[list[str | Text]] = [
        [
            f"{row.label}{' (low sample)' if row.low_sample else ''}",
            str(row.n),
            row.expectancy,
            row.interval,
            row.quality,
            row.win_rate,
            row.profit_factor,
            Text(row.total, bold=True),
        ]
        for row in table.rows[:MOST_LINES]
    ]
    sheet.rows(columns, rows)
