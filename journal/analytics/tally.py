"""What one pass over many trades adds up, block by block, while a block is in the cache.

Deviations are merged by the formula of Chan, Golub and LeVeque (Updating Formulae and a
Pairwise Algorithm for Computing Sample Variances, 1979), which does not lose digits as
sum of squares less square of sum would.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from journal.analytics.deviation import Deviation
from journal.analytics.figures import FloatArray
from journal.analytics.outcome import Outcomes
from journal.analytics.streaks import as_bits, packed


BLOCK = 1 << 14  # 128 KiB of floats: whole bytes of signs, whole rows of a fall


class Moments:
    """Count, mean, deviation, extremes, and the sums on either side of zero."""

    __slots__ = ("_apart", "_buffer", "high", "lost", "low", "mean", "n", "squares_below", "won")  # fmt: skip

    def __init__(self) -> None:
        self._buffer = np.empty(BLOCK)
        self.n = 0
        self.mean = self._apart = 0.0
        self.won = self.lost = self.squares_below = 0.0
        self.low, self.high = math.inf, -math.inf

    def add(self, block: FloatArray) -> None:
        room = self._buffer[: len(block)]
        total = float(block.sum())
        np.minimum(block, 0.0, out=room)
        self.lost += float(room.sum())
        self.squares_below += _squares(room)
        np.maximum(block, 0.0, out=room)
        self.won += float(room.sum())
        mean = total / len(block)
        np.subtract(block, mean, out=room)
        self._merge(len(block), mean, _squares(room))
        self.low = min(self.low, float(block.min()))
        self.high = max(self.high, float(block.max()))

    def _merge(self, n: int, mean: float, apart: float) -> None:
        whole, difference = self.n + n, mean - self.mean
        self._apart += apart + difference * difference * self.n * n / whole
        self.mean += difference * n / whole
        self.n = whole

    def deviation(self) -> Deviation:
        if self.n <= 1:
            return Deviation(n=self.n, mean=self.mean, sd=None)
        if self.low == self.high:
            return Deviation(n=self.n, mean=self.low, sd=0.0)
        sd = math.sqrt(self._apart / (self.n - 1))
        return Deviation(n=self.n, mean=self.mean, sd=sd)


class Signs:
    """Which trades won and which lost, as bits; the others are even."""

    __slots__ = ("_losses", "_n", "_wins")

    def __init__(self) -> None:
        self._n = 0
        self._wins, self._losses = bytearray(), bytearray()

    def add(self, block: FloatArray | Outcomes) -> None:
        """Results whose signs decide, or outcomes."""
        self._wins += packed(block > 0)
        self._losses += packed(block < 0)
        self._n += len(block)

    def wins(self) -> int:
        return as_bits(self._wins, self._n)

    def losses(self) -> int:
        return as_bits(self._losses, self._n)


def _squares(room: FloatArray) -> float:
    """The sum of squares, in place. A dot product would wake the threads of BLAS, which
    wait for each other far longer than a block takes.
    """
    np.multiply(room, room, out=room)
    return float(room.sum())


def blocks(values: FloatArray) -> Iterator[FloatArray]:
    return (values[start : start + BLOCK] for start in range(0, len(values), BLOCK))
