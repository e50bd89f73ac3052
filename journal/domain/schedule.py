"""When something that comes again comes next: wall time in a zone, as instants.

A wall time is kept over daylight-saving changes: 08:30 New York is 08:30 on both sides.
A time that a change skips comes at the next minute that exists; one that a change
doubles comes once, the first time. So each day has one instant at most.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


WORKING_DAYS = frozenset({1, 2, 3, 4, 5})
# The longest skip on record is the day that Samoa left out in 2011.
_LONGEST_SKIP = 24 * 60
# Every rule comes again within two months; the rest is for skipped days.
_DAYS_AHEAD = 70
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


class Recurrence(StrEnum):
    ONCE = "once"
    WEEKDAYS = "weekdays"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`weekdays` are 1 (Monday) to 7; a `month_day` past the month's end is its last.

    `day` is the one of ONCE.
    """

    recurrence: Recurrence
    at: time
    zone: ZoneInfo
    weekdays: frozenset[int] = field(default_factory=frozenset)
    month_day: int = 1
    day: date | None = None

    def falls_on(self, day: date) -> bool:
        if self.recurrence is Recurrence.ONCE:
            return day == self.day
        if self.recurrence is Recurrence.WEEKDAYS:
            return day.isoweekday() in self.weekdays
        last = calendar.monthrange(day.year, day.month)[1]
        return day.day == min(self.month_day, last)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a wall time on a day; see above for days of change."""
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    for _minute in range(_LONGEST_SKIP + 1):
        instant = wall.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
        wall = wall.replace(second=0, microsecond=0) + _MINUTE
    raise ValueError(f"{day} {at} does not come in {zone.key}.")


def next_after(schedule: Schedule, after: datetime) -> datetime | None:
    """The first instant later than `after`; None when it never comes again."""
    return next(_later(schedule, after), None)


def occurrences(
    schedule: Schedule, first: datetime, until: datetime
) -> Iterator[datetime]:
    """`first`, which is one of the schedule's own, and all others up to `until`."""
    instant: datetime | None = first
    while instant is not None and instant <= until:
        yield instant
        instant = next_after(schedule, instant)


def upcoming(schedule: Schedule, after: datetime, count: int) -> list[datetime]:
    """The next `count` instants, fewer where it ends before."""
    found: list[datetime] = []
    last = after
    while len(found) < count and (instant := next_after(schedule, last)) is not None:
        found.append(instant)
        last = instant
    return found


def _later(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    for day in _days(schedule, after):
        if schedule.falls_on(day):
            instant = instant_of(day, schedule.at, schedule.zone)
            if instant > after:
                yield instant


def _days(schedule: Schedule, after: datetime) -> Iterator[date]:
    if schedule.recurrence is Recurrence.ONCE:
        if schedule.day is not None:
            yield schedule.day
        return
    day = after.astimezone(schedule.zone).date() - _DAY
    for _number in range(_DAYS_AHEAD):
        yield day
        day += _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `begins` to `ends` by the clock of `zone`, over midnight if need be."""

    begins: time
    ends: time
    zone: ZoneInfo

    def end_of(self, instant: datetime) -> datetime | None:
        """When the quiet that holds at `instant` is over; None while it does not hold."""
        if self.begins == self.ends:
            return None
        today = instant.astimezone(self.zone).date()
        for day in (today - _DAY, today):
            starts = instant_of(day, self.begins, self.zone)
            last = day if self.begins < self.ends else day + _DAY
            over = instant_of(last, self.ends, self.zone)
            if starts <= instant < over:
                return over
        return None
