"""Market data by the page: so many points over all symbols, and a token to go on.

A token says where the next page begins: a symbol, and the instant of its first point.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from brokers.sim.server.errors import bad_request


P = TypeVar("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was asked for; both ends are included."""

    start: datetime
    end: datetime
    limit: int
    descending: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[P]):
    points: dict[str, list[P]]
    next_page_token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[P]):
    """`fetch` answers the points of a symbol in a window, in its order, at least one
    more than its limit where there are more; `instant` is a point's own.
    """

    fetch: Callable[[str, Window], Sequence[P]]
    instant: Callable[[P], datetime]


def page(
    source: Source[P], symbols: Sequence[str], window: Window, *, token: str
) -> Page[P]:
    """Points symbol by symbol until the limit is reached.

    Raises:
        ApiError: 400, the token is none of ours.
    """
    ordered = sorted(set(symbols))
    first, resume = _read(token) if token else ("", None)
    points: dict[str, list[P]] = {}
    left = window.limit
    for symbol in ordered:
        if symbol < first:
            continue
        part = _from(window, resume if symbol == first else None, left)
        found = source.fetch(symbol, part)
        if taken := list(found[:left]):
            points[symbol] = taken
        if len(found) > left:
            return Page(
                points=points,
                next_page_token=_write(symbol, source.instant(found[left])),
            )
        left -= len(taken)
    return Page(points=points, next_page_token=None)


def _from(window: Window, resume: datetime | None, limit: int) -> Window:
    start, end = window.start, window.end
    if resume and window.descending:
        end = resume
    elif resume:
        start = resume
    return Window(start=start, end=end, limit=limit, descending=window.descending)


def _write(symbol: str, at: datetime) -> str:
    return base64.urlsafe_b64encode(f"{symbol}|{at.isoformat()}".encode()).decode()


def _read(token: str) -> tuple[str, datetime]:
    try:
        symbol, at = base64.urlsafe_b64decode(token).decode().split("|")
        return symbol, datetime.fromisoformat(at)
    except (binascii.Error, ValueError):
        raise bad_request(f"invalid page_token: {token}") from None
