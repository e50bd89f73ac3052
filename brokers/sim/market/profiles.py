"""What distinguishes one venue's calendar from another's: its days and auctions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from brokers.sim.market import holidays


class Auction(StrEnum):
    """The two auctions, by the time in force that enters them."""

    OPENING = "opg"
    CLOSING = "cls"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuctionEntry:
    """Whether an auction takes orders now; `message` says the window in Alpaca's
    words.
    """

    allowed: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One trading day. Instants are UTC; opening auction at `opens`, closing auction
    at `closes`. `settles` is the day on which its trades settle (T+1).
    """

    day: date
    extended_opens: datetime
    opens: datetime
    closes: datetime
    extended_closes: datetime
    settles: date


class Profile(Protocol):
    """What distinguishes one venue's calendar from another's."""

    name: str
    zone: str

    def session(self, day: date) -> Session | None: ...

    def auction_entry(self, auction: Auction, at: datetime) -> AuctionEntry: ...


class ContinuousProfile:
    name = "continuous"
    zone = "UTC"
    cutoff = timedelta(seconds=15)

    def session(self, day: date) -> Session:
        midnight = datetime.combine(day, time(), UTC)
        return Session(
            day=day,
            extended_opens=midnight,
            opens=midnight + timedelta(minutes=1),
            closes=midnight + timedelta(hours=23, minutes=59),
            extended_closes=midnight + timedelta(days=1),
            settles=day + timedelta(days=1),
        )

    def auction_entry(self, auction: Auction, at: datetime) -> AuctionEntry:
        """Closed only for the last 15 seconds before the auction."""
        session = self.session(at.astimezone(UTC).date())
        moment = session.opens if auction is Auction.OPENING else session.closes
        start = moment - self.cutoff
        return AuctionEntry(
            allowed=not start <= at < moment,
            message=f"{auction} orders must be submitted after {moment:%H:%M:%S} "
            f"and before {start:%H:%M:%S}",
        )


class UsProfile:
    """09:30 to 16:00 New York time on weekdays that are no holiday, early closes at
    13:00, extended hours from 04:00 to 20:00 (17:00 after an early close).
    """

    name = "us"
    zone = "America/New_York"

    def __init__(self) -> None:
        self._zone = ZoneInfo(self.zone)

    def _at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), self._zone).astimezone(UTC)

    def session(self, day: date) -> Session | None:
        if not holidays.is_trading_day(day):
            return None
        early = holidays.closes_early(day)
        return Session(
            day=day,
            extended_opens=self._at(day, 4),
            opens=self._at(day, 9, 30),
            closes=self._at(day, 13 if early else 16),
            extended_closes=self._at(day, 17 if early else 20),
            settles=holidays.next_trading_day(day),
        )

    def auction_entry(self, auction: Auction, at: datetime) -> AuctionEntry:
        """From 19:00 New York time until 09:28 (open) or ten minutes before the close
        (Alpaca, "Time in Force").
        """
        local = at.astimezone(self._zone)
        if auction is Auction.OPENING:
            until, told = time(9, 28), "9:28am"
        elif holidays.closes_early(local.date()):
            until, told = time(12, 50), "12:50pm"
        else:
            until, told = time(15, 50), "3:50pm"
        idle = not holidays.is_trading_day(local.date())
        return AuctionEntry(
            allowed=idle or local.time() >= time(19) or local.time() < until,
            message=f"{auction} orders must be submitted after 7:00pm and before {told}",
        )
