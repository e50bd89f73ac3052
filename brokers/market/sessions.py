"""Is the venue open? Told by the venue itself, carried forward by its own times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from brokers.models.connection import Connection


# A venue whose clock has not been heard for this long is unknown, and unknown fails
# closed for new risk: its times may have changed (an early close, a halt of the day).
TOLD_FOR = timedelta(hours=6)


class SessionKind(StrEnum):
    REGULAR = "regular"
    EXTENDED = "extended"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueState:
    kind: SessionKind
    next_open: datetime | None
    next_close: datetime | None


def venue_state(connection: Connection, now: datetime) -> VenueState:
    """What the venue is doing at `now`, from what it last told about itself."""
    told, opens = connection.venue_told_at, connection.venue_next_open
    closes = connection.venue_next_close
    if told is None or opens is None or closes is None or now - told > TOLD_FOR:
        return VenueState(kind=SessionKind.UNKNOWN, next_open=None, next_close=None)
    if _is_open(connection, opens, closes=closes, now=now):
        return VenueState(kind=SessionKind.REGULAR, next_open=opens, next_close=closes)
    kind = _outside(connection, now)
    return VenueState(kind=kind, next_open=opens, next_close=closes)


def _is_open(
    connection: Connection, opens: datetime, *, closes: datetime, now: datetime
) -> bool:
    if connection.venue_is_open:
        return now < closes or now >= opens
    return opens <= now < closes


def _outside(connection: Connection, now: datetime) -> SessionKind:
    for session in connection.calendar:
        starts = datetime.fromisoformat(session["extended_opens"])
        ends = datetime.fromisoformat(session["extended_closes"])
        if starts <= now < ends:
            return SessionKind.EXTENDED
    return SessionKind.CLOSED
