"""What time it is at the venue: the wall clock's, a faster one's, or a test's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class MarketTime:
    """Market time runs at `speed` times the wall clock's pace from an origin.

    `real` starts from the wall clock; `fast` and `manual` from where the market was,
    manual without moving by itself. A market that was ahead of the wall clock stays so:
    time never runs backwards.
    """

    def __init__(self, clock: str, wall: Callable[[], datetime], *, speed: int) -> None:
        """`speed` is that of the fast clock."""
        self.clock = clock
        self._wall = wall
        self._speed = {"real": 1, "fast": speed, "manual": 0}[clock]
        self._wall_origin = self._market_origin = wall()

    def resume(self, market: datetime) -> None:
        """Go on from where the market was."""
        wall = self._wall()
        self._wall_origin = wall
        self._market_origin = max(wall, market) if self.clock == "real" else market

    def now(self) -> datetime:
        return self._market_origin + (self._wall() - self._wall_origin) * self._speed

    def advance(self, by: timedelta) -> None:
        self._market_origin += by


def system_wall() -> datetime:
    return datetime.now(UTC)
