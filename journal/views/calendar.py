"""The calendar of results: a month or a year, in money, percent, R or discipline."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from journal.book.days import figures_between
from journal.book.filtering import TradeFilter, parse
from journal.book.reading import bring_up_to_date
from journal.reports.calendar import Scale, Shown, equities, month_of, year_of
from journal.routine.days import exchange_day
from journal.sections import tabs
from tradedesk.accounts import preferences
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


WORDS = {
    Shown.R: "R",
    Shown.MONEY: "Money",
    Shown.PERCENT: "%",
    Shown.DISCIPLINE: "Discipline",
}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# Months before and after, and the Monday of a week, must be days too.
FIRST_YEAR, LAST_YEAR = 1900, 9000


@require_GET
def results_calendar(request: DeskRequest) -> HttpResponse:
    """`?month=2026-11` or `?year=2026`, `&show=r`, and any filter of trades."""
    even = preferences.for_request(request, request.user).breakeven_r
    wanted = parse(request.GET, even)
    today = exchange_day(SYSTEM_CLOCK.now())
    bring_up_to_date(request.user, wanted, clock=SYSTEM_CLOCK)
    shown = _shown(request.GET.get("show", ""))
    year = request.GET.get("year", "")
    first = date(_year(year), 1, 1) if year else _month(request, today)
    last = date(first.year, 12, 31) if year else _end(first)
    days = figures_between(request.user, wanted, first=first, last=last)
    traded = [one.day for one in days.values() if one.trades]
    equity = equities(request.user, wanted, traded) if shown is Shown.PERCENT else {}
    scale = Scale(shown=shown, equity=equity, today=today)
    context: dict[str, Any] = {
        "tabs": tabs("journal", "calendar"),
        "shown": shown.value,
        "filters": wanted.parameters(),
        "unread": wanted.unread,
        "months": year_of(days, first.year, scale) if year else [],
        "month": None if year else month_of(days, first, scale),
        "weekday_names": WEEKDAYS,
        "is_empty": not traded,
        "without_equity": shown is Shown.PERCENT and len(equity) < len(traded),
        **_links(wanted, shown, first, is_year=bool(year), today=today),
    }
    return render(request, "journal/calendar.html", context)


def _shown(text: str) -> Shown:
    if not text:
        return Shown.R
    try:
        return Shown(text)
    except ValueError as error:
        raise InvalidInputError(
            "The calendar shows money, percent, R or discipline."
        ) from error


def _year(text: str) -> int:
    if text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text[:5]) <= LAST_YEAR:
        return int(text)
    raise InvalidInputError(f"“{text[:20]}” is no year.", field="year")


def _month(request: DeskRequest, today: date) -> date:
    text = request.GET.get("month", "")
    if not text:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise InvalidInputError(f"“{text[:20]}” is no month.", field="month") from error
    _year(str(found.year))
    return found


def _end(first: date) -> date:
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _links(
    wanted: TradeFilter, shown: Shown, first: date, *, is_year: bool, today: date
) -> dict[str, Any]:
    """Addresses of what is before, after and beside, with the filter kept."""
    base = reverse("calendar")

    def link(show: Shown, **period: str) -> str:
        return (
            f"{base}?{urlencode({**wanted.parameters(), 'show': show.value, **period})}"
        )

    def of(day: date) -> dict[str, str]:
        return {"year": f"{day.year}"} if is_year else {"month": f"{day:%Y-%m}"}

    end = date(first.year, 12, 31) if is_year else _end(first)
    return {
        "first": first,
        "is_year": is_year,
        "choices": [
            {"label": label, "url": link(one, **of(first)), "current": one is shown}
            for one, label in WORDS.items()
        ],
        "before_url": link(shown, **of(first - timedelta(days=1))),
        "after_url": link(shown, **of(end + timedelta(days=1))),
        "now_url": link(shown, **of(today)),
        "month_url": link(
            shown, month=f"{today if today.year == first.year else first:%Y-%m}"
        ),
        "year_url": link(shown, year=f"{first.year}"),
        "bare_url": f"{base}?{urlencode({'show': shown.value, **of(first)})}",
        "month_links": [
            link(shown, month=f"{first.year}-{number:02d}") for number in range(1, 13)
        ],
    }
