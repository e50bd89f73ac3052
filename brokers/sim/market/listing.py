"""One symbol of the market with its memory of what was asked lately."""

from __future__ import annotations

from collections import OrderedDict

from brokers.sim.market import overlay
from brokers.sim.market.assets import Asset
from brokers.sim.market.overlay import Pin
from brokers.sim.market.path import (
    DAY_MINUTES,
    Minutes,
    SymbolPath,
)
from brokers.sim.market.ticks import SymbolTicks, Ticks


_DAYS_KEPT = 40
_BLOCKS_KEPT = 8


class Listing:
    """One symbol with its memory."""

    def __init__(self, seed: int, asset: Asset) -> None:
        self.asset = asset
        self.pins: list[Pin] = []
        self._path = SymbolPath(seed, asset)
        self._ticks = SymbolTicks(seed, asset)
        self._days: OrderedDict[int, Minutes] = OrderedDict()
        self._blocks: OrderedDict[int, Ticks] = OrderedDict()

    def forget(self) -> None:
        """Overlaid prices changed: what was remembered no longer holds."""
        self._blocks.clear()

    def _day(self, number: int) -> Minutes:
        found = self._days.get(number)
        if found is None:
            found = self._path.days(number, 1)
            self._days[number] = found
            if len(self._days) > _DAYS_KEPT:
                self._days.popitem(last=False)
        return found

    def minutes(self, first: int, end: int) -> Minutes:
        """Minutes from `first` to before `end`, the operator's prices laid over."""
        day, last = first // DAY_MINUTES, (end - 1) // DAY_MINUTES
        whole = self._path.days(day, last - day + 1) if last > day else self._day(day)
        part = overlay.slice_minutes(whole, first, end)
        return overlay.pinned_minutes(part, self.pins, self._raw_ticks)

    def _raw_ticks(self, first_minute: int) -> Ticks:
        day = self._day(first_minute // DAY_MINUTES)
        return self._ticks.fill(
            overlay.slice_minutes(day, first_minute, first_minute + 1)
        )

    def block(self, minute: int) -> Ticks:
        """The 60 seconds of one minute."""
        found = self._blocks.get(minute)
        if found is None:
            found = overlay.pinned_ticks(self._raw_ticks(minute), self.pins)
            self._blocks[minute] = found
            if len(self._blocks) > _BLOCKS_KEPT:
                self._blocks.popitem(last=False)
        return found

    def ticks(self, first: int, end: int) -> Ticks:
        """Seconds from `first` to before `end`."""
        minute, last = first // 60, (end - 1) // 60
        if minute == last:
            return self.block(minute).cut(first, end)
        raw = self._ticks.fill(self._plain_minutes(minute, last + 1))
        return overlay.pinned_ticks(raw, self.pins).cut(first, end)

    def _plain_minutes(self, first: int, end: int) -> Minutes:
        day, last = first // DAY_MINUTES, (end - 1) // DAY_MINUTES
        whole = self._path.days(day, last - day + 1) if last > day else self._day(day)
        return overlay.slice_minutes(whole, first, end)
