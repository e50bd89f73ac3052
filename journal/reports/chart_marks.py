"""Drawn small: the bands of the system quality number, the bar of a row, an interval."""

from __future__ import annotations

from itertools import pairwise

from django.utils.safestring import SafeString

from journal.analytics.confidence import Interval
from journal.reports.drawing import Canvas, Scale, Size, both, steps
from journal.reports.unit import Unit, axis, ratio, signed


_BAND = Size(width=446, height=44)
_BAND_PHONE = Size(width=330, height=44, phone=True)
_ROW = Size(width=110, height=14)
_INTERVAL = Size(width=560, height=64)
_INTERVAL_PHONE = Size(width=310, height=64, phone=True)
_EDGES = (0.0, 1.6, 2.0, 2.5, 3.0, 5.0)


def quality_bands(value: float | None) -> SafeString:
    """A value outside stands at the end that it is beyond."""

    def draw(size: Size) -> SafeString:
        canvas = Canvas(size)
        x = Scale(low=0, high=_EDGES[-1], start=1, end=size.width - 1)
        for low, high in pairwise(_EDGES):
            left = x(low) + (1 if low else 0)
            canvas.rect("band", (left, 14), (x(high) - x(low) - 2, 8), radius=2)
        for edge in _EDGES:
            anchor = "middle" if 0 < edge < _EDGES[-1] else "end" if edge else ""
            words = f"{edge:.1f}" if edge else "0"
            canvas.text((x(edge), 38), words, anchor=anchor)
        if value is not None:
            at = x(min(max(value, 0.0), _EDGES[-1]))
            canvas.path("marker", f"M{at - 5:.1f} 3h10l-5 8z")
            canvas.line("zero", (at, 10), (at, 24))
        return canvas.drawn(f"{ratio(value)} on bands at 1.6, 2.0, 2.5, 3.0 and 5.0")

    return both(draw, _BAND, _BAND_PHONE)


def row_bar(value: float, *, low: float, high: float) -> SafeString:
    """One row's total among all of them; says nothing that the row does not."""
    canvas = Canvas(_ROW)
    x = Scale(low=min(low, 0.0), high=max(high, 0.0), start=2, end=108)
    zero, at = x(0), x(value)
    if value:
        css = "bar-gain" if value > 0 else "bar-loss"
        canvas.rect(css, (min(zero, at), 3), (max(abs(at - zero), 1.5), 8))
    canvas.line("axis", (zero, 0), (zero, 14))
    return canvas.drawn("", "chart row-bar")


def interval_mark(value: float, interval: Interval, unit: Unit) -> SafeString:
    """A difference with its interval around zero."""
    low = interval.low if interval.low is not None else value
    high = interval.high if interval.high is not None else value
    words = (
        f"{signed(value, unit)}, between {signed(low, unit)} and {signed(high, unit)}"
    )
    reach = max(abs(low), abs(high), 1e-9) * 1.15

    def draw(size: Size) -> SafeString:
        canvas = Canvas(size)
        x = Scale(low=-reach, high=reach, start=24, end=size.width - 24)
        for tick in steps(-reach, reach, 4 if size.phone else 6):
            css = "grid" if tick else "zero"
            canvas.line(css, (x(tick), 8), (x(tick), 42))
            canvas.text((x(tick), 58), axis(tick, unit) or "", anchor="middle")
        canvas.line("whisker", (x(low), 25), (x(high), 25))
        for end in (low, high):
            canvas.line("whisker", (x(end), 18), (x(end), 32))
        canvas.circle("marker", (x(value), 25), 5)
        return canvas.drawn(words)

    return both(draw, _INTERVAL, _INTERVAL_PHONE)
