"""Runs of wins and losses; a breakeven ends both. As quantstats' `consecutive_*`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from journal.analytics.figures import Numbers, floats
from journal.analytics.outcome import least_win


Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaks:
    """Trades in a row; `current` is positive for wins and negative for losses."""

    longest_win: int
    longest_loss: int
    current: int


def streaks(results: Numbers, *, breakeven: float = 0.0) -> Streaks:
    values, least = floats(results), least_win(breakeven)
    n = len(values)
    return streaks_of(
        wins=as_bits(packed(values >= least), n),
        losses=as_bits(packed(values <= -least), n),
    )


def streaks_of(*, wins: int, losses: int) -> Streaks:
    """From one bit per trade, the last trade's the lowest."""
    return Streaks(
        longest_win=_longest(wins),
        longest_loss=_longest(losses),
        current=_at_end(wins) - _at_end(losses),
    )


def longest_run(mask: Mask) -> int:
    """Length of the longest run of true values."""
    return _longest(as_bits(packed(mask), len(mask)))


def packed(mask: Mask) -> bytes:
    """Eight values a byte, the last byte filled up with zeros."""
    return np.packbits(mask).tobytes()


def as_bits(octets: bytes | bytearray, n: int) -> int:
    """The first `n` values as one number, the last of them its lowest bit: a shift of
    all of them is then one cheap step.
    """
    return int.from_bytes(octets) >> (8 * len(octets) - n)


def _longest(bits: int) -> int:
    """In about log2(length) steps.

    A bit of `powers[j]` says that a run of 2^j begins there: two of the power before,
    one behind the other. The longest run is put together from the largest downwards.
    """
    if not bits:
        return 0
    powers, size = [bits], 1
    while longer := powers[-1] & powers[-1] >> size:
        powers.append(longer)
        size *= 2
    found, length = powers.pop(), size
    while powers:
        size //= 2
        if more := found & powers.pop() >> length:
            found, length = more, length + size
    return length


def _at_end(bits: int) -> int:
    """How many of the lowest bits are ones: the place of the lowest zero."""
    return (~bits & (bits + 1)).bit_length() - 1
