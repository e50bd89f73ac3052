"""The list of notices, the bell, and marking as read."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tradedesk.accounts.http import DeskRequest
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError
from tradedesk.notifications import reading, selectors
from tradedesk.notifications.forms import FilterForm, ReadAllForm
from tradedesk.notifications.models import Notice
from tradedesk.notifications.selectors import NoticeFilter


@require_GET
def notices(request: DeskRequest) -> HttpResponse:
    """Newest first; `?show=unread`, `?kind=`, `?severity=`, `?part=list` for the list."""
    form = FilterForm(request.GET)
    form.full_clean()
    only_unread = request.GET.get("show") == "unread"
    wanted = NoticeFilter(unread=only_unread, **form.cleaned_data)
    after = request.GET.get("after", "")
    page = selectors.notice_page(request.user, wanted, after)
    given = {"show": "unread" if only_unread else "", **form.cleaned_data}
    context = {
        "form": form,
        "notices": page.notices,
        "is_first": not after,
        "is_narrowed": wanted.is_narrowed,
        "only_unread": only_unread,
        "unread": selectors.unread_of(request.user),
        "now": SYSTEM_CLOCK.now(),
        **_addresses(given, after=after, older=page.after),
    }
    part = request.GET.get("part") == "list"
    template = "notifications/list.html" if part else "notifications/notices.html"
    return render(request, template, context)


def _addresses(given: dict[str, Any], *, after: str, older: str) -> dict[str, str]:
    """Query strings that keep the filters."""

    def query(**more: str) -> str:
        return urlencode({k: v for k, v in {**given, **more}.items() if v})

    return {
        "query": query(),
        "here": query(part="list", after=after),
        "older": query(after=older) if older else "",
        "all_query": query(show=""),
        "unread_query": query(show="unread"),
    }


@require_GET
def notices_bell(request: DeskRequest) -> HttpResponse:
    """The bell alone, for a page that has heard of news."""
    return render(request, "notifications/bell.html")


@require_POST
def notice_read(request: DeskRequest, notice_id: int) -> HttpResponse:
    try:
        reading.mark_read(request.user, notice_id, SYSTEM_CLOCK.now())
    except Notice.DoesNotExist as error:
        raise Http404 from error
    return _back(request)


@require_POST
def notices_read(request: DeskRequest) -> HttpResponse:
    """All that the page showed; what has come since stays unread."""
    form = ReadAllForm(request.POST)
    if not form.is_valid():
        raise InvalidInputError("Go back to the notices and press it there.")
    reading.mark_all_read(
        request.user, until=form.cleaned_data["until"], now=SYSTEM_CLOCK.now()
    )
    return _back(request)


def _back(request: DeskRequest) -> HttpResponse:
    """To the list with the filters it was left with; a script's page fetches it anew."""
    if request.htmx:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    query = urlencode(
        {
            name: value
            for name, value in request.POST.items()
            if name in {"show", "kind", "severity", "after"} and value
        }
    )
    address = reverse("notices")
    return HttpResponseRedirect(f"{address}?{query}") if query else redirect(address)
