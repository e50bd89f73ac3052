"""The price path of one symbol: a pure function of seed, symbol and instant.

Three scales, each filling in the one above and never contradicting it:

- days: the logarithm of the price around its anchor follows a mean-reverting walk
  (Uhlenbeck and Ornstein) with slowly changing volatility, a factor shared by all
  symbols and now and then a day of news;
- minutes: a random bridge from the day's first to its last value, busier when the
  real markets are; a minute opens where the one before it closed;
- seconds: inside a minute the prints touch its open, high, low and close, and their
  sizes add up to its volume.

So minute bars are the aggregate of the prints, and longer bars that of the minutes, by
construction. Prices are whole numbers of 0.0001 dollars and lie on the tick of SEC
Rule 612. Floats never leave this module and `ticks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from brokers.sim.market.assets import Asset
from brokers.sim.market.noise import Bits, Floats, Ints, bell, bits, fraction, stream


EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
EPOCH_SECOND: Final = int(EPOCH.timestamp())
DAY_MINUTES: Final = 1440
DOLLAR: Final = 10_000
CENT: Final = 100
_REVERSION = 0.992
_NEWS_DAYS = 0.02
_BLOCK = 30
_MINIMUM_VOLUME = 60


def round_to_tick(values: Floats) -> Ints:
    """To 0.01 from one dollar up, to 0.0001 below, and never to zero."""
    if values.size and values.min() >= DOLLAR:
        return np.rint(values * (1.0 / CENT)).astype(np.int64) * CENT
    fine = np.maximum(np.rint(values), 1.0)
    coarse = np.maximum(np.rint(values / CENT) * CENT, DOLLAR)
    return np.where(fine >= DOLLAR, coarse, fine).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Minutes:
    """Consecutive minutes from `first` (minutes since EPOCH), one value each."""

    first: int
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Ints


def _day_profile() -> Floats:
    """The share of a day's variance that falls on each minute of the UTC day: highest
    around 14:30 and 20:00, when New York opens and closes.
    """
    minute = np.arange(DAY_MINUTES, dtype=np.float64)
    shape = 0.6 + np.exp(-(((minute - 870) / 100) ** 2))
    shape += 0.8 * np.exp(-(((minute - 1195) / 90) ** 2))
    shape += 0.4 * np.exp(-(((minute - 500) / 150) ** 2))
    result: Floats = shape / shape.sum()
    return result


_PROFILE: Final = _day_profile()
_ELAPSED: Final = np.concatenate(([0.0], np.cumsum(_PROFILE)))
_ROOT_PROFILE: Final = np.sqrt(_PROFILE)


class SymbolPath:
    """Days and minutes of one symbol. Remembers days for speed only."""

    def __init__(self, seed: int, asset: Asset) -> None:
        self._anchor = float(asset.anchor_price) * DOLLAR
        self._volatility = asset.daily_volatility
        self._daily_volume = asset.daily_volume
        self._shared = 0.95 if asset.is_fund else 0.5
        self._market = stream(seed, "market", "day")
        self._day = stream(seed, asset.symbol, "day")
        self._regime = stream(seed, asset.symbol, "regime")
        self._minute = stream(seed, asset.symbol, "minute")
        self._block = stream(seed, asset.symbol, "block")
        self._levels = np.zeros(1)
        self._sigmas = np.zeros(0)

    def _extend(self, days: int) -> None:
        """Levels (log of price over anchor) at the starts of days 0 to `days`."""
        known = len(self._sigmas)
        if days <= known:
            return
        numbers = np.arange(known, days + 256, dtype=np.int64)
        sigmas = self._volatility * self._regimes(numbers)
        steps = sigmas * self._shocks(numbers)
        level, levels = float(self._levels[-1]), []
        for step in steps.tolist():
            level = _REVERSION * level + step
            levels.append(level)
        self._levels = np.concatenate((self._levels, levels))
        self._sigmas = np.concatenate((self._sigmas, sigmas))

    def _regimes(self, days: Ints) -> Floats:
        """Volatility relative to its usual: drifts over weeks, between 0.5 and 2."""
        place = days / 12.0
        whole = np.floor(place).astype(np.int64)
        part = place - whole
        blend = part * part * (3.0 - 2.0 * part)
        left = bell(bits(self._regime, whole))
        right = bell(bits(self._regime, whole + 1))
        return np.clip(np.exp(0.35 * (left + (right - left) * blend)), 0.5, 2.0)

    def _shocks(self, days: Ints) -> Floats:
        own = bits(self._day, days)
        news = np.where(fraction(own, 3) < _NEWS_DAYS, 2.2, 1.0)
        rest = (1.0 - self._shared**2) ** 0.5
        shared = self._shared * bell(bits(self._market, days))
        result: Floats = shared + rest * bell(own) * news
        return result

    def _paths(self, first_day: int, days: int) -> tuple[Floats, Bits]:
        """Prices at the minute marks of each day (days x 1441) and the raw bits."""
        self._extend(first_day + days)
        numbers = np.arange(first_day * DAY_MINUTES, (first_day + days) * DAY_MINUTES)
        raw = bits(self._minute, numbers)
        sigma = self._sigmas[first_day : first_day + days]
        walk = np.zeros((days, DAY_MINUTES + 1))
        steps = bell(raw).reshape(days, DAY_MINUTES)
        steps *= _ROOT_PROFILE * self._bursts(first_day, days)
        np.cumsum(steps, axis=1, out=walk[:, 1:])
        walk *= sigma[:, None]
        start = self._levels[first_day : first_day + days, None]
        end = self._levels[first_day + 1 : first_day + days + 1, None]
        walk += start + _ELAPSED * (end - start - walk[:, -1:])
        return self._anchor * np.exp(walk), raw

    def _bursts(self, first_day: int, days: int) -> Floats:
        """Volatility of the half-hours of each day relative to the day's."""
        blocks = DAY_MINUTES // _BLOCK
        numbers = np.arange(first_day * blocks, (first_day + days) * blocks)
        burst = np.exp(0.4 * bell(bits(self._block, numbers)) - 0.08)
        return np.repeat(burst.reshape(days, blocks), _BLOCK, axis=1)

    def days(self, first_day: int, days: int) -> Minutes:
        """All minutes of some days; `first_day` counts from EPOCH."""
        marks, raw = self._paths(first_day, days)
        grid = round_to_tick(marks)
        opens, closes = grid[:, :-1], grid[:, 1:]
        reach = marks[:, :-1] * self._sigmas[first_day : first_day + days, None]
        reach *= _ROOT_PROFILE
        top, bottom = np.maximum(opens, closes), np.minimum(opens, closes)
        wick = fraction(raw, 3).reshape(reach.shape)
        high = round_to_tick(top + reach * (wick * wick))
        wick -= 1.0
        low = round_to_tick(bottom - reach * (wick * wick))
        return Minutes(
            first=first_day * DAY_MINUTES,
            open=opens.ravel(),
            high=np.maximum(high, top).ravel(),
            low=np.minimum(low, bottom).ravel(),
            close=closes.ravel(),
            volume=self._volumes(raw, first_day, days=days).ravel(),
        )

    def _volumes(self, raw: Bits, first_day: int, *, days: int) -> Ints:
        """More where the minute moved further: both come from the same bits."""
        busy = self._sigmas[first_day : first_day + days] / self._volatility
        amount = fraction(raw, 0).reshape(days, DAY_MINUTES)
        amount += 0.5
        amount *= (self._daily_volume * busy)[:, None] * _PROFILE
        return np.maximum(amount, _MINIMUM_VOLUME).astype(np.int64)
