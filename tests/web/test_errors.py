"""Every failure that a person is told about, as a page, a fragment or JSON."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import include, path
from django_htmx.middleware import HtmxDetails

from tests import people
from tradedesk.core import errors
from tradedesk.web.middleware import DeskErrorMiddleware


HTMX = {"HTTP_HX_REQUEST": "true"}


def raising(error: Exception):
    def view(_request):
        raise error

    return view


urlpatterns = [
    path("stale", raising(errors.StaleStateError("Look again.", code="stale"))),
    path("invalid", raising(errors.InvalidInputError("Not a number.", field="price"))),
    path("later", raising(errors.TryLaterError("Try in a minute."))),
    path("forbidden", raising(PermissionDenied("Owners only."))),
    path("missing", raising(Http404())),
    path("broken", raising(ZeroDivisionError("a secret detail"))),
    path("", include("tradedesk.urls")),
]
handler403 = "tradedesk.web.views.errors.forbidden"
handler404 = "tradedesk.web.views.errors.not_found"
handler500 = "tradedesk.web.views.errors.failed"


@pytest.fixture
def client(db, settings):
    settings.ROOT_URLCONF = __name__
    visitor = people.verified(people.person("alice"))
    visitor.raise_request_exception = False
    return visitor


@pytest.mark.parametrize(
    ("where", "status", "words"),
    [
        ("/stale", 409, "Look again."),
        ("/invalid", 422, "Not a number."),
        ("/later", 503, "Try in a minute."),
        ("/forbidden", 403, "Owners only."),
        ("/missing", 404, "not yours to see"),
        ("/broken", 500, "Look at your orders before you try again"),
    ],
)
def test_a_page_says_what_is_wrong_with_the_right_status(client, where, status, words):
    response = client.get(where)
    assert response.status_code == status
    assert words in response.text
    assert "<html" in response.text
    assert "secret detail" not in response.text


@pytest.mark.parametrize("where", ["/stale", "/later", "/forbidden", "/missing"])
def test_htmx_gets_a_fragment_for_the_alert_region(client, where):
    response = client.get(where, **HTMX)
    assert "<html" not in response.text
    assert 'class="notice' in response.text
    assert response["HX-Retarget"] == "#alerts"
    assert response["HX-Push-Url"] == "false"


def test_a_program_gets_json(client):
    response = client.get("/stale", HTTP_ACCEPT="application/json")
    assert response.json()["error"]["code"] == "stale"
    assert response.status_code == 409


def test_a_form_from_before_signing_in_is_told_so(client, settings):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    response = strict.post("/stale")
    assert response.status_code == 403
    assert "out of date" in response.text


def test_a_programmers_error_is_not_dressed_up():
    request = RequestFactory().get("/")
    request.htmx = HtmxDetails(request)
    middleware = DeskErrorMiddleware(lambda _request: None)
    assert middleware.process_exception(request, ZeroDivisionError()) is None
