"""When a venue is open: sessions, phases and auction windows, as pure functions.

Two profiles. `continuous`, the practice exchange's own, trades every day of the year
from 00:00 to 24:00 UTC: opening auction at 00:01, closing auction at 23:59, and only
the two minutes between them are outside the regular session. `us` keeps the hours and
holidays of the New York Stock Exchange (`holidays`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from brokers.sim.market.profiles import (
    Auction,
    AuctionEntry,
    ContinuousProfile,
    Profile,
    Session,
    UsProfile,
)


class Phase(StrEnum):
    """Where in its day a venue stands; `extended` is before and after the regular
    session, when only orders that asked for extended hours trade.
    """

    CLOSED = "closed"
    EXTENDED = "extended"
    REGULAR = "regular"


class Calendar:
    """A venue's calendar; `zone` names the time zone in which its days are told."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self.name = profile.name
        self.zone = profile.zone
        self._zone = ZoneInfo(profile.zone)
        self._is_utc = profile.zone == "UTC"
        self._latest: tuple[datetime, Session] | None = None
        self.session = lru_cache(maxsize=4096)(profile.session)

    def sessions(self, start: date, end: date) -> Sequence[Session]:
        """All sessions of the days from `start` to `end`, both included."""
        days = (start + timedelta(days=n) for n in range((end - start).days + 1))
        return [found for day in days if (found := self.session(day)) is not None]

    def day_of(self, at: datetime) -> date:
        if at.tzinfo is UTC and self._is_utc:
            return at.date()
        return at.astimezone(self._zone).date()

    def midnight(self, day: date) -> datetime:
        """The instant at which a day begins in the venue's zone: stamps daily bars."""
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    def current(self, at: datetime) -> Session:
        """The session under way (extended hours included), else the next."""
        known = self._latest
        if known is not None and known[0] <= at < known[1].extended_closes:
            return known[1]
        session = self._search(at)
        self._latest = (at, session)
        return session

    def following(self, session: Session) -> Session:
        return self._search(session.extended_closes)

    def _search(self, at: datetime) -> Session:
        day = self.day_of(at)
        while True:
            session = self.session(day)
            if session is not None and session.extended_closes > at:
                return session
            day += timedelta(days=1)

    def previous(self, at: datetime) -> Session:
        """The last session whose regular close is at or before `at`."""
        day = self.day_of(at)
        while True:
            session = self.session(day)
            if session is not None and session.closes <= at:
                return session
            day -= timedelta(days=1)

    def phase(self, at: datetime) -> Phase:
        session = self.current(at)
        if session.opens <= at < session.closes:
            return Phase.REGULAR
        if session.extended_opens <= at:
            return Phase.EXTENDED
        return Phase.CLOSED

    def is_open(self, at: datetime) -> bool:
        """Whether the regular session is under way."""
        return self.phase(at) is Phase.REGULAR

    def next_open(self, at: datetime) -> datetime:
        """The next opening after `at`."""
        session = self.current(at)
        while session.opens <= at:
            session = self.following(session)
        return session.opens

    def next_close(self, at: datetime) -> datetime:
        """The next close of a regular session after `at`."""
        session = self.current(at)
        while session.closes <= at:
            session = self.following(session)
        return session.closes

    def auction_entry(self, auction: Auction, at: datetime) -> AuctionEntry:
        """Whether an auction order may be entered at this instant."""
        return self._profile.auction_entry(auction, at)


def calendar_named(name: str) -> Calendar:
    """The calendar of a profile: continuous or us.

    Raises:
        ValueError: there is no such profile.
    """
    if name == "continuous":
        return Calendar(ContinuousProfile())
    if name == "us":
        return Calendar(UsProfile())
    raise ValueError(f"There is no calendar {name!r}: use continuous or us.")
