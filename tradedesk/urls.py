from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from brokers.selectors import feeds_of
from tradedesk.web.views import errors
from tradedesk.web.views.events import events


urlpatterns: list[URLPattern | URLResolver] = [
    # The web app knows no brokers, so whose feeds a person may hear is told here.
    path("events", events, {"feeds_of": feeds_of}, name="events"),
    path("", include("tradedesk.web.urls")),
    path("", include("tradedesk.accounts.urls")),
    path("", include("tradedesk.notifications.urls")),
    path("", include("tradedesk.desk.urls")),
    path("", include("journal.urls")),
    path("", include("brokers.urls")),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.failed
