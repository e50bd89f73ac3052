"""The first and the last word on a request: health before all, errors after all."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tradedesk.core.errors import DeskError
from tradedesk.web.errors import render_error
from tradedesk.web.views.health import healthz


class ArrivalMiddleware:
    """Notes when a request came, in milliseconds of the Unix epoch, as text.

    What a page shows is at least as new as that: its stream asks for the news since.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.arrived_ms = str(time.time_ns() // 1_000_000)  # type: ignore[attr-defined]
        return self.get_response(request)


class HealthMiddleware:
    """Answers /healthz before anything that needs a database, a session or a host name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._path = reverse("healthz")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == self._path:
            return healthz(request)
        return self.get_response(request)


class DeskErrorMiddleware:
    """Where every DeskError becomes an answer: a page, a fragment or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Answer a DeskError; anything else is a programmer's error and passes on."""
        if isinstance(exception, DeskError):
            return render_error(
                request,
                status=exception.status,
                title=exception.title,
                message=exception.message,
                code=exception.code,
            )
        return None
