"""Breakdowns by everything that is known of a trade, and two choices side by side."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from journal.reports import filter_form
from journal.reports.asking import side_of
from journal.reports.breakdown_page import Pair, Table
from journal.reports.dimensions import DIMENSIONS
from journal.reports.report import Report
from journal.sections import tabs
from journal.views.analytics import answered, book_for, frame, read
from tradedesk.accounts.http import DeskRequest


@require_GET
def breakdowns(request: DeskRequest) -> HttpResponse:
    """`?by=` one of the dimensions, with the filter's fields and the unit."""
    found = read(request)
    book = book_for(request, found)
    report = book.report(found.wanted, found.unit)
    kept = f"by={found.dimension.name}"
    context = frame(request, found, book) | {
        "tabs": tabs("analytics", "breakdowns"),
        "table": Table(report, found.dimension, path=request.path, kept=kept),
        "report": report,
        "dimensions": DIMENSIONS,
        "kept_query": kept,
        "kept": {"by": found.dimension.name},
    }
    return answered(request, "journal/breakdowns.html", context, found=found)


@require_GET
def compare(request: DeskRequest) -> HttpResponse:
    """`?a.setup=1&b.setup=2&unit=r`: the filter's fields behind "a." and "b."."""
    found = read(request)
    query = request.GET.dict()
    a, b = (side_of(query, side, found.wanted.breakeven) for side in ("a", "b"))
    found = replace(found, unread=(*found.unread, *a.unread, *b.unread))
    book = book_for(request, found)
    if not {a.account, b.account} <= {None, *book.names.accounts}:
        raise Http404
    pair = Pair(a=book.report(a, found.unit), b=book.report(b, found.unit))
    sides = [
        {
            "label": side.upper(),
            "report": report,
            "said": filter_form.said(report.wanted, book.names),
            "fields": filter_form.fields(report.wanted, book.names, prefix=f"{side}."),
        }
        for side, report in (("a", pair.a), ("b", pair.b))
    ]
    context = frame(request, found, book) | {
        "tabs": tabs("analytics", "breakdowns"),
        "pair": pair,
        "sides": sides,
        "both": bool(_has_trades(pair.a) and _has_trades(pair.b)),
        "query": _both(request),
    }
    return answered(request, "journal/breakdowns_compare.html", context, found=found)


def _has_trades(report: Report) -> bool:
    return report.sample.n > 0


def _both(request: DeskRequest) -> str:
    """The two filters as in the address, without the unit."""
    given = request.GET.copy()
    given.pop("unit", None)
    return given.urlencode()
