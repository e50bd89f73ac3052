"""The deepest drawdown of a curve that is seen one block at a time; see `drawdown`."""

from __future__ import annotations

import numpy as np

from journal.analytics.figures import FloatArray
from journal.analytics.tally import BLOCK


ROW = 1 << 6


class Fall:
    """The deepest fall of a running total or of a compounded curve, block by block."""

    __slots__ = ("_curve", "_done", "_peak", "_peak_at", "_relative", "depth", "last", "peak_at", "trough_at")  # fmt: skip

    def __init__(self, *, relative: bool) -> None:
        self._relative = relative
        self._curve = np.empty(BLOCK)
        self._done = self._peak_at = 0
        self.last = self._peak = 1.0 if relative else 0.0
        self.depth, self.peak_at, self.trough_at = 0.0, 0, 0

    def add(self, block: FloatArray) -> None:
        curve = self._curve[: len(block)]
        self._extend(block, curve)
        self.last = float(curve[-1])
        if self._may_be_deeper(curve):
            self._search(curve)
        highest = float(curve.max())
        if highest > self._peak:
            self._peak = highest
            self._peak_at = self._done + int(curve.argmax()) + 1
        self._done += len(block)

    def _extend(self, block: FloatArray, curve: FloatArray) -> None:
        """Exactly the numbers that one running total over everything would give."""
        if self._relative:
            np.add(block, 1.0, out=curve)
            curve[0] *= self.last
            np.multiply.accumulate(curve, out=curve)
        else:
            curve[:] = block
            curve[0] += self.last
            np.add.accumulate(curve, out=curve)

    def _may_be_deeper(self, curve: FloatArray) -> bool:
        """Whether some row, were its points in the worst order, held a deeper fall.

        Hardly any does, and the extremes of rows cost a fifth of a running peak.
        """
        if len(curve) % ROW:
            return True
        rows = curve.reshape(-1, ROW)
        tops = np.maximum.accumulate(rows.max(axis=1))
        return bool(self._below(tops, rows.min(axis=1)).max() > self.depth)

    def _search(self, curve: FloatArray) -> None:
        peaks = np.maximum.accumulate(curve)
        below = self._below(peaks, curve)
        place = int(below.argmax())
        if below[place] > self.depth:
            self.depth = float(below[place])
            self.trough_at = self._done + place + 1
            self.peak_at = self._peak_at
            if peaks[place] > self._peak:
                first = int(np.searchsorted(peaks, peaks[place]))
                self.peak_at = self._done + first + 1

    def _below(self, peaks: FloatArray, points: FloatArray) -> FloatArray:
        """How far points lie below their peaks, which are raised to the one so far."""
        np.maximum(peaks, self._peak, out=peaks)
        below = peaks - points
        return below / peaks if self._relative else below
