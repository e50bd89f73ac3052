"""Performance: what the trades made, how sure that is, and what it is made of."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from journal.reports import filter_form
from journal.reports.asking import Asked, asked
from journal.reports.breakdown_page import Table
from journal.reports.dimensions import DIMENSIONS
from journal.reports.performance import Performance
from journal.reports.report import Book, book_of
from journal.reports.unit import LABELS, Unit
from journal.sections import tabs
from tradedesk.accounts import preferences
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK


COOKIE = "analytics-unit"
_YEAR = 365 * 24 * 3600
ON_THE_PAGE = ("setup", "mistake", "symbol", "weekday", "hour", "market")


@require_GET
def analytics(request: DeskRequest) -> HttpResponse:
    """`?unit=money|percent|r`, the filter's fields, `by` and `benchmark`."""
    found = read(request)
    book = book_for(request, found)
    report = book.report(found.wanted, found.unit)
    context = frame(request, found, book)
    context |= {
        "tabs": tabs("analytics", "analytics"),
        "page": Performance(
            report=report, benchmark=found.benchmark, path=request.path
        ),
        "table": Table(
            report,
            found.dimension,
            path=request.path,
            kept=context["kept_query"],
        ),
        "dimensions": [one for one in DIMENSIONS if one.name in ON_THE_PAGE],
    }
    return answered(request, "journal/analytics.html", context, found=found)


def read(request: DeskRequest) -> Asked:
    return asked(
        request.GET.dict(),
        remembered=request.COOKIES.get(COOKIE, ""),
        breakeven=preferences.for_request(request, request.user).breakeven_r,
    )


def book_for(request: DeskRequest, found: Asked) -> Book:
    """One's own trades; an account that is not one's own is not found."""
    book = book_of(request.user)
    account = found.wanted.account
    if account is not None:
        if account not in book.names.accounts:
            raise Http404
        request.account_in_view = account
    return book


def frame(request: DeskRequest, found: Asked, book: Book) -> dict[str, Any]:
    """What every page of reports has: the filter, the unit, what could not be read."""
    wanted = found.wanted
    today = SYSTEM_CLOCK.now().astimezone(ZoneInfo(settings.EXCHANGE_TIME_ZONE)).date()
    kept = {"by": found.dimension.name, "benchmark": found.benchmark}
    kept = {name: text for name, text in kept.items() if text and name in request.GET}
    return {
        "wanted": wanted,
        "query": urlencode({**wanted.parameters(), **kept}),
        "filter_query": wanted.query(),
        "fields": filter_form.fields(wanted, book.names),
        "narrowed": filter_form.narrowed(wanted, book.names),
        "periods": filter_form.periods(wanted, today),
        "symbols": filter_form.symbols(book.columns),
        "kept": kept,
        "kept_query": urlencode(kept),
        "unit": found.unit,
        "units": [(one.value, LABELS[one], one is found.unit) for one in Unit],
        "dimension": found.dimension,
        "benchmark": found.benchmark,
        "unread": found.unread,
        "has_trades": bool(book.columns.n),
    }


def answered(
    request: DeskRequest, template: str, context: dict[str, Any], *, found: Asked
) -> HttpResponse:
    """422 where the address holds nonsense; the chosen unit is kept for a year."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if found.unread else HTTPStatus.OK
    response = render(request, template, context, status=status)
    if "unit" in request.GET and "unit" not in found.unread:
        response.set_cookie(
            COOKIE,
            found.unit.value,
            max_age=_YEAR,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response
