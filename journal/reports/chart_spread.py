"""Drawn: how R-multiples are spread."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from journal.analytics.histogram import Bar
from journal.reports.drawing import Canvas, Scale, Size, both, rectangle, steps
from journal.reports.unit import Unit, axis, signed


DESKTOP = Size(width=506, height=208)
PHONE = Size(width=338, height=200, phone=True)
_STOP, _WIDTH = -1.0, 0.5
_TOP, _FOOT = 30, 26
_WIDE_BAR = 16  # has room for its count
_LABEL = 34  # room of one such as +10R


def kind(bar: Bar) -> str:
    """A loss at the stop or less, one beyond the stop, or a gain."""
    if bar.high is not None and bar.high <= _STOP:
        return "worse"
    return "loss" if bar.high is not None and bar.high <= 0 else "gain"


def span(bar: Bar) -> str:
    """The words of a bar, as in "+1R to +1.5R"."""
    if bar.low is None:
        return f"below {axis(bar.high or 0.0, Unit.R)}"
    if bar.high is None:
        return f"{axis(bar.low, Unit.R)} and more"
    return f"{axis(bar.low, Unit.R)} to {axis(bar.high, Unit.R)}"


def bounds(bar: Bar) -> dict[str, Decimal | None]:
    """The fields of the filter of its trades."""
    return {
        "r_from": None if bar.low is None else Decimal(str(bar.low)),
        "r_below": None if bar.high is None else Decimal(str(bar.high)),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadChart:
    """`links` are the addresses of the bars' trades."""

    bars: Sequence[Bar]
    mean: float
    links: Mapping[Bar, str]

    def drawn(self) -> SafeString:
        return both(self._draw, DESKTOP, PHONE)

    @property
    def words(self) -> str:
        n = sum(bar.count for bar in self.bars)
        worse = sum(bar.count for bar in self.bars if kind(bar) == "worse")
        most = max(self.bars, key=lambda bar: bar.count)
        return (
            f"{n} trade{'s'[: n != 1]} in half-R bars around a mean of "
            f"{signed(self.mean, Unit.R)}; the most, {most.count}, lie at {span(most)}, "
            f"and {worse} lost more than 1R."
        )

    def _draw(self, size: Size) -> SafeString:
        canvas = Canvas(size)
        highest = max(bar.count for bar in self.bars)
        y = Scale(low=0, high=highest, start=size.height - _FOOT, end=_TOP)
        for value in steps(0, highest, 3)[1:]:
            canvas.line("grid", (0, y(value)), (size.width, y(value)))
            canvas.text((0, y(value) - 4), f"{value:g}")
        x = self._across(size)
        for bar in self.bars:
            self._bar(canvas, bar, x=x, y=y)
        canvas.line("axis", (0, y.start), (size.width, y.start))
        each = next((n for n in (1, 2, 5) if n * (x(1) - x(0)) >= _LABEL), 10)
        for edge in range(math.ceil(x.low), math.floor(x.high) + 1):
            if edge % each == 0:
                at = (x(edge), y.start + 16)
                canvas.text(at, axis(edge, Unit.R), anchor="middle")
        self._mark(canvas, _STOP, x=x, y=y)
        self._mark(canvas, self.mean, x=x, y=y)
        return canvas.drawn(self.words, parts=True)

    def _across(self, size: Size) -> Scale:
        """An open end is as wide as any bar; bars stay narrow where there are few."""
        low, high = edges(self.bars[0])[0], edges(self.bars[-1])[1]
        wide = min((size.width - 40) / len(self.bars), 46)
        left = max((size.width + 24 - wide * len(self.bars)) / 2, 32)
        return Scale(low=low, high=high, start=left, end=left + wide * len(self.bars))

    def _bar(self, canvas: Canvas, bar: Bar, *, x: Scale, y: Scale) -> None:
        if not bar.count:
            return
        words = f"{bar.count} trade{'s'[: bar.count != 1]} at {span(bar)}"
        left, right = (x(edge) for edge in edges(bar))
        wide, top = right - left, min(y(bar.count), y.start - 1.5)
        shape = rectangle(
            f"bar-{kind(bar)}", (left + wide * 0.07, top), (wide * 0.86, y.start - top)
        )
        # As tall as the drawing, so that a low bar can be hit too.
        catch = rectangle("catch", (left, y.end - 20), (wide, y.start - y.end + 20))
        canvas.link(self.links[bar], words, [catch, shape])
        if wide >= _WIDE_BAR:
            at = ((left + right) / 2, top - 5)
            canvas.text(at, str(bar.count), "soft", anchor="middle")

    def _mark(self, canvas: Canvas, value: float, *, x: Scale, y: Scale) -> None:
        """The stop over the whole height, the mean down to the bar that it lies in."""
        if not x.low <= value <= x.high:
            return
        if value == _STOP:
            canvas.line("stop", (x(value), 14), (x(value), y.start))
            self._word(canvas, x(value), "stop", left=self.mean > _STOP)
            return
        inside = [b.count for b in self.bars if edges(b)[0] <= value < edges(b)[1]]
        bottom = y(inside[0]) - 17 if inside and inside[0] else y.start
        if bottom > 16:  # noqa: PLR2004 - else the bar stands where the line would
            canvas.line("mean", (x(value), 14), (x(value), bottom))
        words = f"mean {signed(value, Unit.R)}"
        self._word(canvas, x(value), words, left=value <= _STOP)

    def _word(self, canvas: Canvas, at: float, words: str, *, left: bool) -> None:
        """Beside its line, on the side where the other line is not."""
        css = "soft halo" if words == "stop" else "strong halo"
        anchor = "end" if left else "start"
        canvas.text((at + (-5 if left else 5), 22), words, css, anchor=anchor)


def edges(bar: Bar) -> tuple[float, float]:
    """Where it begins and ends in R; an open end is half an R wide."""
    low = bar.low if bar.low is not None else (bar.high or 0.0) - _WIDTH
    return low, bar.high if bar.high is not None else low + _WIDTH
