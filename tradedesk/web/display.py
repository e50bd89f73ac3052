"""How figures are shown to the person of this request: time zone, and money or not.

Filters see no request, so the choice is activated per request, the way Django's own
`timezone.activate` works; the context processor activates it before every rendering.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    zone: ZoneInfo
    hide_money: bool = False


_active: ContextVar[Display | None] = ContextVar("display", default=None)


def activate(*, zone: str = "", hide_money: bool = False) -> None:
    """Use this for the rest of the request; an empty zone means exchange time."""
    _active.set(Display(zone=_zone(zone), hide_money=hide_money))


def current() -> Display:
    return _active.get() or Display(zone=_zone(""))


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name or settings.EXCHANGE_TIME_ZONE)
