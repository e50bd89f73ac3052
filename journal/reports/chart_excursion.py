"""Drawn: how far trades went against and for one while they were held."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.utils.safestring import SafeString

from journal.analytics.figures import FloatArray
from journal.analytics.outcome import Outcomes
from journal.reports.columns import Columns, Mask
from journal.reports.drawing import Canvas, Scale, Size, both, pixels, steps
from journal.reports.unit import Unit, axis, signed


DESKTOP = Size(width=506, height=330)
PHONE = Size(width=338, height=260, phone=True)
MOST_POINTS = 600
_STOP = -1.0
_ARM = 2.6  # of a cross


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Winners or losers: how many, and the middle and the worst tenth, in R."""

    label: str
    n: int
    mae: float | None
    mae_tenth: float | None
    mfe: float | None
    kept: float | None


@dataclass(frozen=True, kw_only=True)
class ExcursionChart:
    """Excursions in R of trades whose bars are known: `mae` 0 or less, `mfe` 0 or more."""

    mae: FloatArray
    mfe: FloatArray
    r: FloatArray
    won: Mask

    @classmethod
    def of(cls, columns: Columns, outcomes: Outcomes) -> ExcursionChart | None:
        """Of the trades that have both excursions and an R-multiple; None of none."""
        known = ~(np.isnan(columns.mae) | np.isnan(columns.mfe) | np.isnan(columns.r))
        if not known.any():
            return None
        rows = slice(None) if known.all() else np.flatnonzero(known)
        return cls(
            mae=columns.mae[rows],
            mfe=columns.mfe[rows],
            r=columns.r[rows],
            won=outcomes[rows] > 0,
        )

    def drawn(self) -> SafeString:
        return both(self._draw, DESKTOP, PHONE)

    @property
    def n(self) -> int:
        return len(self.r)

    @cached_property
    def sides(self) -> list[Side]:
        return [
            self._side("Winners", self.won),
            self._side("Losers and even", ~self.won),
        ]

    @cached_property
    def _reach(self) -> tuple[float, float]:
        """How far the axes go; the last hundredth stands at their ends."""
        deepest, highest = np.quantile(-self.mae, 0.99), np.quantile(self.mfe, 0.99)
        return max(1.5, float(deepest)), max(2.0, float(highest))

    @property
    def words(self) -> str:
        won, lost = self.sides
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
        tenth, middle = np.quantile(mae, [0.1, 0.5])
        kept = float(np.median(r[ahead] / mfe[ahead])) if ahead.any() else None
        return Side(
            label=label,
            n=len(mae),
            mae=float(middle),
            mae_tenth=float(tenth),
            mfe=float(np.median(mfe)),
            kept=kept,
        )

    def _draw(self, size: Size) -> SafeString:
        canvas = Canvas(size)
        left, right, bottom = 34, size.width - 6, size.height - 34
        deepest, highest = self._reach
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
        won = self.won[places]
        lefts, tops = pixels(across[~won] - _ARM), pixels(up[~won] - _ARM)
        crosses = "".join(
            f"M{a} {b}l5.2 5.2m0-5.2l-5.2 5.2" for a, b in zip(lefts, tops, strict=True)
        )
        lefts, middles = pixels(across[won] - 3), pixels(up[won])
        rings = "".join(
            f"M{a} {b}a3 3 0 1 0 6 0a3 3 0 1 0-6 0"
            for a, b in zip(lefts, middles, strict=True)
        )
        canvas.path("point-loss", crosses or "M0 0")
        canvas.path("point-gain", rings or "M0 0")
