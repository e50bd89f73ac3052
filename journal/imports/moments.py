"""Days and times as brokers write them.

Times are of New York unless the file says otherwise: the brokers read here report in
Eastern time. A time that a clock change made twice is taken as the first.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from journal.imports.problems import MalformedRow


NEW_YORK = ZoneInfo("America/New_York")
SLASHED = ("%m/%d/%Y", "%m/%d/%y")
DAYS = (*SLASHED, "%Y-%m-%d", "%Y%m%d", "%m-%d-%Y", "%Y/%m/%d")
TIMES = ("%H:%M:%S", "%H:%M", "%H%M%S", "%I:%M:%S %p", "%I:%M %p")
_FIRST, _LAST = 1970, 2100


def day(text: str, what: str) -> date:
    """A day alone, or the day of a settlement such as `07/15/2024 as of 07/12/2024`.

    The later date is when it was booked, the one after `as of` when it was true: that
    is the day of the trade.
    """
    found = _day(text.strip().rpartition(" as of ")[2].strip()[:40])
    if found is None:
        raise MalformedRow(f"{what} {text[:40]!r} is not a date")
    return found


@lru_cache(maxsize=4096)  # a file has many rows and few days
def _day(word: str) -> date | None:
    for pattern in DAYS:
        found = _parsed(word, pattern)
        if found is not None:
            return found.date()
    return None


def is_day(text: str) -> bool:
    try:
        day(text, "")
    except MalformedRow:
        return False
    return True


def clock(text: str, what: str) -> time:
    for pattern in TIMES:
        try:
            # A time alone has no zone; `moment` gives it one with its day.
            return datetime.strptime(text.strip(), pattern).time()  # noqa: DTZ007
        except ValueError:
            continue
    raise MalformedRow(f"{what} {text[:40]!r} is not a time")


def moment(on: date, at: time, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.combine(on, at, zone).astimezone(UTC)


def split(text: str, what: str) -> tuple[date, time | None]:
    """`20240115;093000`, `2026-03-02, 09:35:10`, `6/21/22 15:23:42`, or a day alone."""
    word = text.strip().replace(";", " ").replace(",", " ").replace("T", " ")
    first, _, rest = word.partition(" ")
    on = day(first, what)
    return on, clock(rest, what) if rest.strip() else None


def instant(text: str, what: str) -> datetime:
    """An ISO 8601 instant with its zone, in UTC."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise MalformedRow(f"{what} {text[:40]!r} is not an instant") from None
    if found.tzinfo is None or not _FIRST <= found.year <= _LAST:
        raise MalformedRow(f"{what} {text[:40]!r} has no zone or is out of range")
    return found.astimezone(UTC)


def _parsed(word: str, pattern: str) -> datetime | None:
    try:
        found = datetime.strptime(word, pattern)  # noqa: DTZ007
    except ValueError:
        return None
    return found if _FIRST <= found.year <= _LAST else None
