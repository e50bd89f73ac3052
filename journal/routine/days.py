"""Which day it is for a trader's routine, and whose clock counts."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from journal.models import RoutineWishes
from tradedesk.accounts import preferences
from tradedesk.accounts.models import Preferences, User


def exchange_day(now: datetime) -> date:
    """The exchange's date: a trading day has its tasks, its rating and its review."""
    return now.astimezone(ZoneInfo(settings.EXCHANGE_TIME_ZONE)).date()


def shown_zone(wishes: Preferences) -> str:
    """The IANA name of the zone in which times are shown to the person."""
    return preferences.zone_name(wishes) or settings.EXCHANGE_TIME_ZONE


def zone_of(user: User, routine: RoutineWishes) -> str:
    """The zone that new reminders start from, and in which it is quiet at night."""
    return routine.zone or shown_zone(preferences.of(user))
