from __future__ import annotations

from django.urls import path

from tradedesk.web.styleguide.views import about, styleguide


urlpatterns = [
    path("styleguide", styleguide, name="styleguide"),
    path("about", about, name="about"),
]
