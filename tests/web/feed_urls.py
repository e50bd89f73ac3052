"""The desk's URLs with one quote feed that only Alice may read."""

from __future__ import annotations

from django.urls import include, path

from tradedesk.web.views.events import events


def feeds_of(user):
    return ["practice"] if user.email.startswith("alice") else []


urlpatterns = [
    path("events", events, {"feeds_of": feeds_of}, name="events"),
    path("", include("tradedesk.urls")),
]
