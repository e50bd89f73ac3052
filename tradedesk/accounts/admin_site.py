"""Django admin: signing in happens in one place, and that is not here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_otp.admin import OTPAdminSite

from tradedesk.core.errors import NotAllowedError


class DeskAdminSite(OTPAdminSite):  # type: ignore[misc]  # django-otp is untyped
    """Behind the second factor and the staff roles; its own sign-in page is closed."""

    site_header = "TradeDesk administration"
    site_title = "TradeDesk administration"
    index_title = "Everything here is to look at, nothing to change"

    def login(
        self, request: HttpRequest, _extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.user.is_authenticated:
            raise NotAllowedError("Your role does not open the administration pages.")
        return redirect_to_login(reverse("admin:index"), reverse("account_login"))

    def logout(
        self, _request: HttpRequest, _extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_logout"))
