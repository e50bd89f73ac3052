"""Drawn: the running total over time, the distance below its best, and a benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from journal.analytics.figures import FloatArray
from journal.reports.capital import day_of, number_of
from journal.reports.curve import Curve, Line
from journal.reports.drawing import Canvas, Scale, Size, both, steps, trace
from journal.reports.unit import Unit, axis, signed


DESKTOP = Size(width=808, height=248)
PHONE = Size(width=338, height=240, phone=True)
_LABELS = 48  # at the right
# Columns of two pixels of the wider drawing: finer than the line is wide shows nothing.
FINEST = (DESKTOP.width - _LABELS) // 2
_TOP, _FOOT, _GAP = 18, 22, 16
_SHARE = 0.68  # of the height, for the total
_MONTHS = 14
_SHORT = 75  # days that are told by day and month


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """What holding `symbol` would have made, in the unit of the page."""

    symbol: str
    days: FloatArray
    values: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityChart:
    """`total` and `below` are the curve's lines in the `FINEST` columns."""

    curve: Curve
    total: Line
    below: Line
    unit: Unit
    n: int
    benchmark: Benchmark | None = None

    def drawn(self) -> SafeString:
        return both(self._draw, DESKTOP, PHONE)

    @property
    def words(self) -> str:
        curve, unit = self.curve, self.unit
        ended = curve.total[-1]
        moved = "rose" if ended > 0 else "fell" if ended < 0 else "came back"
        now = signed(curve.now_below, unit)
        trades = f"{self.n} trade{'s'[: self.n != 1]}"
        said = f"The total {moved} to {signed(ended, unit)} over {trades}; "
        said += f"deepest drawdown {signed(-curve.depth, unit)}, now {now}"
        if self.benchmark is not None:
            made = signed(self.benchmark.values[-1], unit)
            said += f"; holding {self.benchmark.symbol} made {made}"
        return f"{said}."

    def _draw(self, size: Size) -> SafeString:
        canvas = Canvas(size)
        right = size.width - _LABELS
        curve, middle = self.curve, _TOP + (size.height - _TOP - _FOOT) * _SHARE
        span = (float(curve.days[0]), max(float(curve.days[-1]), curve.days[0] + 1e-6))
        x = Scale(low=span[0], high=span[1], start=0, end=right)
        low, high = self._reach()
        y = Scale(low=low, high=high, start=middle, end=_TOP)
        bottom = size.height - _FOOT
        _months(canvas, x, bottom=bottom)
        self._total(canvas, x, y)
        depth = max(curve.depth, 1e-12)
        under = Scale(low=-depth, high=0, start=bottom, end=middle + _GAP)
        self._below(canvas, x, under)
        return canvas.drawn(self.words)

    def _reach(self) -> tuple[float, float]:
        values = [self.total.values.min(), self.total.values.max(), 0.0]
        if self.benchmark is not None:
            values += [self.benchmark.values.min(), self.benchmark.values.max()]
        low, high = float(min(values)), float(max(values))
        return (low, high) if high > low else (low, low + 1.0)

    def _total(self, canvas: Canvas, x: Scale, y: Scale) -> None:
        curve, right = self.curve, x.end
        for value in steps(y.low, y.high, 4):
            css = "grid" if value else "zero"
            canvas.line(css, (0, y(value)), (right, y(value)))
            canvas.text((right + 8, y(value) + 4), axis(value, self.unit))
        xs, ys = _places(self.total, x, y)
        line = trace(xs, ys)
        zero = y(0)
        canvas.path("curve-fill", f"{line}L{xs[-1]:.1f} {zero:.1f}L{xs[0]:.1f} {zero:.1f}Z")  # fmt: skip
        if self.benchmark is not None:
            self._held(canvas, x, y)
        canvas.path("curve", line)
        canvas.circle("marker", (xs[-1], ys[-1]), 3.5)
        words = signed(curve.total[-1], self.unit)
        canvas.text(
            (right - 8, max(ys[-1] - 9, 11)), words, "strong halo", anchor="end"
        )

    def _held(self, canvas: Canvas, x: Scale, y: Scale) -> None:
        held = self.benchmark
        if held is None:
            return
        xs, ys = _places(Line(days=held.days, values=held.values), x, y)
        canvas.path("benchmark", trace(xs, ys))
        above = ys[-1] < y(self.curve.total[-1])
        at = (x.end - 8, ys[-1] + (-8 if above else 14))
        canvas.text(at, f"{held.symbol} held", "soft halo", anchor="end")

    def _below(self, canvas: Canvas, x: Scale, y: Scale) -> None:
        curve, right = self.curve, x.end
        canvas.line("zero", (0, y(0)), (right, y(0)))
        # Without any drawdown there is nothing to measure.
        for value in steps(y.low, 0, 2)[:-1] if curve.depth > 0 else []:
            canvas.line("grid", (0, y(value)), (right, y(value)))
            canvas.text((right + 8, y(value) + 4), axis(value, self.unit))
        xs, ys = _places(self.below, x, y)
        canvas.path("dd", f"{trace(xs, ys)}L{xs[-1]:.1f} {y(0):.1f}L{xs[0]:.1f} {y(0):.1f}Z")  # fmt: skip
        if curve.depth <= 0:
            return
        at = (x(float(curve.days[curve.trough])), y(-curve.depth))
        canvas.circle("marker-hollow", at, 3.5)
        words = f"deepest {signed(-curve.depth, self.unit)}"
        left = at[0] > right / 2
        place = (at[0] + (-9 if left else 9), at[1] + 3)
        canvas.text(place, words, "strong halo", anchor="end" if left else "start")


def _places(line: Line, x: Scale, y: Scale) -> tuple[FloatArray, FloatArray]:
    few = line.thinned(int(x.end - x.start) // 2)
    return x.all(few.days), y.all(few.values)


def _months(canvas: Canvas, x: Scale, *, bottom: float) -> None:
    """Lines at beginnings of months (or days), as many as there is room for words."""
    most = 5 if canvas.size.phone else _MONTHS
    for day, words in ticks(day_of(int(x.low)), day_of(int(x.high)), most):
        at = x(number_of(day))
        if not 0 <= at <= x.end - 24:
            continue
        canvas.line("grid", (at, _TOP - 10), (at, bottom))
        canvas.text((at + 4, bottom + 15), words)


def ticks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    days = (last - first).days
    if days <= _SHORT:
        step = max(1, -(-days // most))
        marks = [day_of(number_of(first) + n) for n in range(0, days + 1, step)]
        return [(day, f"{day.day} {day:%b}") for day in marks]
    begin, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    months = end - begin + 1
    step = next((n for n in (1, 2, 3, 6, 12, 24, 60) if months <= n * most), 120)
    found = [
        date(n // 12, n % 12 + 1, 1) for n in range(begin, end + 1) if n % step == 0
    ]
    return [
        (day, f"{day:%Y}" if day.month == 1 and months > _MONTHS else f"{day:%b}")
        for day in found
    ]
