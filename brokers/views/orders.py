"""The blotter: every order, filtered, page by page, and as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from brokers import selectors
from brokers.forms import OrderFilterForm
from brokers.models import Order
from brokers.owned import own_accounts
from brokers.views import blotter
from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


CSV_CHUNK = 500
# Folded away until one of them narrows.
MORE_FILTERS = frozenset({"type", "source", "mode", "broker"})


@require_GET
def orders(request: DeskRequest) -> HttpResponse:
    """A page of orders by tab and filter, newest first; `?part=table` is the table."""
    form = _form(request)
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
    context = _context(request, form)
    part = request.GET.get("part") == "table"
    template = "brokers/orders.html#table" if part else "brokers/orders.html"
    return render(request, template, context, status=status)


def _form(request: DeskRequest) -> OrderFilterForm:
    return OrderFilterForm(
        request.GET, accounts=own_accounts(request, request.user), auto_id="filter_%s"
    )


def _context(request: DeskRequest, form: OrderFilterForm) -> dict[str, Any]:
    wanted = blotter.order_filter(request.GET.get("tab", ""), form.cleaned_data)
    after = request.GET.get("after", "")
    page = selectors.order_page(request.user, wanted, after)
    given = {"tab": wanted.tab, **form.given()}
    counts = selectors.count_by_tab(request.user)
    tabs = [
        {
            "label": label,
            "query": blotter.query_of(given, tab=tab),
            "current": tab == wanted.tab,
            "count": counts.get(tab),
        }
        for tab, label in blotter.TABS
    ]
    return {
        "form": form,
        "tabs": tabs,
        "tab": wanted.tab,
        "rows": [blotter.blotter_row(order) for order in page.orders],
        "query": blotter.query_of(given),
        "saved_views": _saved_views(request, blotter.query_of(given)),
        "here": blotter.query_of(given, after=after, part="table"),
        "older": blotter.query_of(given, after=page.after) if page.after else "",
        "is_first": not after,
        "is_filtered": bool(form.given()),
        "has_more_filters": bool(form.given().keys() & MORE_FILTERS),
        "empty": blotter.EMPTY[wanted.tab],
        "working_count": counts["working"],
        "now": SYSTEM_CLOCK.now(),
    }


def _saved_views(request: DeskRequest, query: str) -> list[dict[str, Any]]:
    """The person's own views; the one whose filters these are is marked."""
    return [
        {"view": one, "current": parse_qs(one.query) == parse_qs(query)}
        for one in selectors.saved_views_of(request.user)
    ]


@require_GET
def orders_csv(request: DeskRequest) -> StreamingHttpResponse:
    """The filtered orders as a file, written row by row however many there are."""
    form = _form(request)
    if not form.is_valid():
        raise InvalidInputError("These filters cannot be used. Change them first.")
    wanted = blotter.order_filter(request.GET.get("tab", ""), form.cleaned_data)
    found = selectors.filtered_orders(request.user, wanted)
    lines = _lines(found.iterator(chunk_size=CSV_CHUNK))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    day = SYSTEM_CLOCK.now().date().isoformat()
    response["Content-Disposition"] = f'attachment; filename="orders-{day}.csv"'
    return response


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(found: Iterator[Order]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(blotter.COLUMNS)
    for order in found:
        yield writer.writerow(blotter.csv_values(order))
