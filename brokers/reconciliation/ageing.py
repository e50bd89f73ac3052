"""How old a break is, in trading days."""

from __future__ import annotations

from enum import StrEnum


class AgeBucket(StrEnum):
    """Trading days from the day a break was first seen to the day of the report."""

    DAYS_0_1 = "0-1"
    DAYS_2_3 = "2-3"
    DAYS_4_5 = "4-5"
    DAYS_6_10 = "6-10"
    OLDER = ">10"


_UPPER = (
    (1, AgeBucket.DAYS_0_1),
    (3, AgeBucket.DAYS_2_3),
    (5, AgeBucket.DAYS_4_5),
    (10, AgeBucket.DAYS_6_10),
)


def bucket_of(age_days: int) -> AgeBucket:
    return next((b for upper, b in _UPPER if age_days <= upper), AgeBucket.OLDER)
