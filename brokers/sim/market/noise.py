"""Chance without state: the n-th number of a named stream, for whole arrays at once.

SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
OOPSLA 2014) is a bijective mixer of a counter, so any member of a stream is computed
directly, in any order, and always the same.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray


Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
_S0, _S16, _S32, _S48 = np.uint64(0), np.uint64(16), np.uint64(32), np.uint64(48)
_LOW16: Final = np.uint64(0xFFFF)
_SCALE = 1.0 / 65536.0


def stream(*parts: str | int) -> np.uint64:
    """The key of a stream, from whatever names it."""
    text = "\x1f".join(str(part) for part in parts).encode()
    return np.uint64(int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()))


def bits(key: np.uint64, counters: Ints) -> Bits:
    """64 random bits for each counter (which must not be negative)."""
    mixed = counters.astype(np.uint64)
    mixed *= _GOLDEN
    mixed += key
    mixed ^= mixed >> _S30
    mixed *= _MIX_1
    mixed ^= mixed >> _S27
    mixed *= _MIX_2
    mixed ^= mixed >> _S31
    return mixed


def fraction(raw: Bits, part: int) -> Floats:
    """One of the four 16-bit parts (0 to 3) as a number in [0, 1)."""
    shift = (_S0, _S16, _S32, _S48)[part]
    return ((raw >> shift) & _LOW16).astype(np.float64) * _SCALE


def bell(raw: Bits) -> Floats:
    """Standard normal to within its tails, from the parts 0 to 2 (Irwin-Hall of 3,
    standard deviation 1/2): cheap, symmetric and bounded by +-3.
    """
    total = (raw & _LOW16) + ((raw >> _S16) & _LOW16) + ((raw >> _S32) & _LOW16)
    result: Floats = total.astype(np.float64)
    result *= 2.0 * _SCALE
    result -= 3.0
    return result
