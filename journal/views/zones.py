"""The zones that a field offers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones


@cache
def zones() -> Sequence[str]:
    """Names as people know them: a continent and a city."""
    return sorted(
        one for one in available_timezones() if "/" in one and one[:3] != "Etc"
    )
