from __future__ import annotations

from django.urls import include, path

from tradedesk.web.views.health import healthz


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("tradedesk.web.styleguide.urls")),
]
