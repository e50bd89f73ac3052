"""One look for everything that went wrong, whoever found it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string


# Where the shell shows what went wrong: outside every region that a request may swap,
# inside role="alert", so that a screen reader says it and nothing typed is lost.
ALERTS_TARGET = "#alerts"


def render_error(
    request: HttpRequest, *, status: int, title: str, message: str, code: str = ""
) -> HttpResponse:
    """The error as the asker can use it: a fragment for htmx, JSON if asked, a page."""
    context = {"status": status, "title": title, "message": message, "code": code}
    if getattr(request, "htmx", False):
        return _fragment(request, context, status)
    if request.accepts("text/html"):
        return _page(request, context, status)
    return JsonResponse({"error": context}, status=status)


def _fragment(
    request: HttpRequest, context: dict[str, object], status: int
) -> HttpResponse:
    response = render(request, "web/error.html#fragment", context, status=status)
    response["HX-Retarget"] = ALERTS_TARGET
    response["HX-Reswap"] = "innerHTML"
    response["HX-Push-Url"] = "false"
    return response


def _page(
    request: HttpRequest, context: dict[str, object], status: int
) -> HttpResponse:
    signed_in = getattr(getattr(request, "user", None), "is_authenticated", False)
    context["layout"] = "web/base.html" if signed_in else "web/bare.html"
    return render(request, "web/error.html", context, status=status)


def render_failure() -> HttpResponse:
    """The page for a programmer's error: asks nothing of the database or the session."""
    context = {
        "status": 500,
        "title": "Something broke on our side",
        "message": "The desk has logged it. Look at your orders before you try again: "
        "what you asked for may have happened.",
    }
    return HttpResponse(render_to_string("web/failure.html", context), status=500)
