"""Django's own refusals, in the desk's words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tradedesk.web.errors import render_error, render_failure


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render_error(
        request,
        status=400,
        title="That request made no sense",
        message="Go back, reload the page and try once more.",
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render_error(
        request,
        status=403,
        title="Not allowed",
        message=str(exception) or "Your role does not permit this.",
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render_error(
        request,
        status=403,
        title="This form is out of date",
        message="You signed in or out since the page was drawn, or it came from another "
        "address. Nothing was done: reload the page and try again.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render_error(
        request,
        status=404,
        title="Nothing here",
        message="There is no such page, or it is not yours to see.",
    )


def failed(_request: HttpRequest) -> HttpResponse:
    return render_failure()
