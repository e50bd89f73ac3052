"""Drawn: how R-multiples are spread, and how far trades went against and for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.utils.safestring import SafeString

from journal.analytics.figures import FloatArray
from journal.analytics.histogram import Bar
from journal.reports.drawing import Canvas, Scale, Size, both, rectangle, steps
from journal.reports.unit import Unit, axis, signed


DESKTOP = Size(width=506, height=208)
PHONE = Size(width=338, height=200, phone=True)
MOST_POINTS = 600
_STOP = -1.0
_TOP, _FOOT = 30, 26
_WIDE_BAR = 16  # has room for its count

Link = Callable[[Bar], str]


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
    """`link` gives the address of a bar's trades."""

    bars: Sequence[Bar]
    mean: float
    link: Link

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
        bottom = size.height - _FOOT
        highest = max(bar.count for bar in self.bars)
        y = Scale(low=0, high=highest, start=bottom, end=_TOP)
        for value in steps(0, highest, 3)[1:]:
            canvas.line("grid", (0, y(value)), (size.width, y(value)))
            canvas.text((0, y(value) - 4), f"{value:g}")
        wide = min((size.width - 40) / len(self.bars), 46)
        left = max((size.width + 24 - wide * len(self.bars)) / 2, 32)
        for place, bar in enumerate(self.bars):
            self._bar(canvas, bar, at=left + place * wide, wide=wide, y=y)
        canvas.line("axis", (0, bottom), (size.width, bottom))
        self._axis(canvas, left, wide=wide, bottom=bottom)
        return canvas.drawn(self.words, parts=True)

    def _bar(
        self, canvas: Canvas, bar: Bar, *, at: float, wide: float, y: Scale
    ) -> None:
        if not bar.count:
            return
        words = f"{bar.count} trade{'s'[: bar.count != 1]} at {span(bar)}"
        top = min(y(bar.count), y.start - 1.5)
        shape = rectangle(
            f"bar-{kind(bar)}", (at + wide * 0.07, top), (wide * 0.86, y.start - top)
        )
        # As tall as the drawing, so that a low bar can be hit too.
        catch = rectangle("catch", (at, y.end - 20), (wide, y.start - y.end + 20))
        canvas.link(self.link(bar), words, [catch, shape])
        if wide >= _WIDE_BAR:
            canvas.text((at + wide / 2, top - 5), str(bar.count), "soft", anchor="middle")  # fmt: skip

    def _axis(self, canvas: Canvas, left: float, *, wide: float, bottom: float) -> None:
        edges = [bar.low for bar in self.bars]
        last = self.bars[-1].high
        every = max(1, round(34 / (2 * wide))) if wide * 2 < 34 else 1  # noqa: PLR2004 - room of "+1R"
        for place, edge in enumerate([*edges, last]):
            whole = (
                edge is not None and edge == round(edge) and round(edge) % every == 0
            )
            if whole and edge is not None:
                at = left + place * wide
                canvas.text((at, bottom + 16), axis(edge, Unit.R), anchor="middle")
        first = next((low for low in edges if low is not None), None)
        if first is None:
            return
        zero = left + (len([1 for low in edges if low is None]) - first * 2) * wide
        for value, css in ((_STOP, "stop"), (self.mean, "mean")):
            at = zero + value * 2 * wide
            if left <= at <= left + len(self.bars) * wide:
                canvas.line(css, (at, 14), (at, bottom))
                end = value < 0
                canvas.text(
                    (at + (-5 if end else 5), 22),
                    "stop" if css == "stop" else f"mean {signed(self.mean, Unit.R)}",
                    "strong halo" if css == "mean" else "soft halo",
                    anchor="end" if end else "start",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Winners or losers: how many, and the middle and the worst tenth, in R."""

    label: str
    n: int
    mae: float | None
    mae_tenth: float | None
    mfe: float | None
    kept: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcursionChart:
    """Excursions in R of trades whose bars are known: `mae` 0 or less, `mfe` 0 or more."""

    mae: FloatArray
    mfe: FloatArray
    r: FloatArray

    def drawn(self) -> SafeString:
        return both(self._draw, DESKTOP, PHONE)

    @property
    def n(self) -> int:
        return len(self.r)

    def sides(self) -> list[Side]:
        return [
            self._side("Winners", self.r > 0),
            self._side("Losers and even", self.r <= 0),
        ]

    @property
    def words(self) -> str:
        won, lost = self.sides()
        said = []
        if won.mae is not None:
            said.append(
                f"half of the {won.n} winners never stood below {signed(won.mae, Unit.R)}"
            )
        if lost.mfe is not None:
            said.append(
                f"half of the {lost.n} losers had been at {signed(lost.mfe, Unit.R)} or better"
            )
        text = "; ".join(said) or "no trade has known excursions"
        if self.n > MOST_POINTS:
            text += f"; {MOST_POINTS} of {self.n} are drawn"
        return f"{text[0].upper()}{text[1:]}."

    def _side(self, label: str, mask: np.ndarray) -> Side:
        mae, mfe, r = self.mae[mask], self.mfe[mask], self.r[mask]
        if not len(mae):
            return Side(label=label, n=0, mae=None, mae_tenth=None, mfe=None, kept=None)
        ahead = mfe > 0
        kept = float(np.median(r[ahead] / mfe[ahead])) if ahead.any() else None
        return Side(
            label=label,
            n=len(mae),
            mae=float(np.median(mae)),
            mae_tenth=float(np.quantile(mae, 0.1)),
            mfe=float(np.median(mfe)),
            kept=kept,
        )

    def _draw(self, size: Size) -> SafeString:
        canvas = Canvas(size)
        left, right, bottom = 34, size.width - 6, size.height - _FOOT - 8
        deepest = max(1.5, -float(np.quantile(self.mae, 0.01)))
        highest = max(2.0, float(np.quantile(self.mfe, 0.99)))
        x = Scale(low=-deepest, high=0, start=left, end=right)
        y = Scale(low=0, high=highest, start=bottom, end=10)
        for value in steps(0, highest, 4):
            canvas.line("grid" if value else "axis", (left, y(value)), (right, y(value)))  # fmt: skip
            canvas.text((left - 6, y(value) + 4), axis(value, Unit.R), anchor="end")
        for value in steps(-deepest, 0, 4):
            canvas.text((x(value), bottom + 15), axis(value, Unit.R), anchor="middle")
        canvas.line("stop", (x(_STOP), 10), (x(_STOP), bottom))
        canvas.text((x(_STOP) + 5, 19), "stop", "soft halo")
        canvas.text(((left + right) / 2, bottom + 30), "furthest against (MAE)", anchor="middle")  # fmt: skip
        self._points(canvas, x, y)
        return canvas.drawn(self.words)

    def _points(self, canvas: Canvas, x: Scale, y: Scale) -> None:
        places = np.arange(self.n)
        if self.n > MOST_POINTS:
            places = np.linspace(0, self.n - 1, MOST_POINTS).astype(np.int64)
        across = x.all(np.clip(self.mae[places], x.low, 0))
        up = y.all(np.clip(self.mfe[places], 0, y.high))
        won = self.r[places] > 0
        crosses = "".join(
            f"M{a - 2.6:.1f} {b - 2.6:.1f}l5.2 5.2m0-5.2l-5.2 5.2"
            for a, b in zip(across[~won], up[~won], strict=True)
        )
        rings = "".join(
            f"M{a - 3:.1f} {b:.1f}a3 3 0 1 0 6 0a3 3 0 1 0-6 0"
            for a, b in zip(across[won], up[won], strict=True)
        )
        canvas.path("point-loss", crosses or "M0 0")
        canvas.path("point-gain", rings or "M0 0")
