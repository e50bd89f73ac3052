"""One door: nothing but a short list of pages opens without the second factor.

allauth signs people in by several routes that know nothing of django-otp (password
reset, email confirmation), so views are not trusted to ask: everything is denied here
unless the session is verified.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import django_otp
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils.http import urlencode
from django_otp.middleware import OTPMiddleware
from django_otp.models import Device

from tradedesk.accounts import sessions
from tradedesk.accounts.models import DeskDevice, RecoveryDevice, TotpDevice, User
from tradedesk.reads import Read


# Literal, so that a review sees it change. Static files are served before this.
OPEN_VIEWS = frozenset(
    {
        "healthz",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_confirm_email",
        "people_setup",
        "people_join",
        "second_factor_verify",
        "second_factor_enrol",
    }
)
MACHINE_TYPES = ("application/json", "text/event-stream")


def _devices(model: type[DeskDevice], pk: int) -> QuerySet[Any]:
    return model.objects.filter(pk=pk)


_DEVICES = {
    model._meta.label_lower: Read(partial(_devices, model))
    for model in (TotpDevice, RecoveryDevice)
}


class DeviceMiddleware(OTPMiddleware):  # type: ignore[misc]  # django-otp is untyped
    """django-otp's, which binds a device to its person; only the finding is ours."""

    def _device_from_persistent_id(self, persistent_id: str) -> Device | None:
        label, _, pk = persistent_id.rpartition("/")
        read = _DEVICES.get(label)
        if read is None or not (pk.isascii() and pk.isdecimal()):
            return super()._device_from_persistent_id(persistent_id)
        return read.first(int(pk))


class SecondFactorMiddleware:
    """Sends anonymous people to sign in, others to set up or give their factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponseBase],
        _args: tuple[Any, ...],
        _kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is not None and match.view_name in OPEN_VIEWS:
            return None
        if isinstance(request.user, User) and is_verified(request.user):
            sessions.note_activity(request)
            return None
        return _deny(request)


def is_verified(user: User) -> bool:
    """Whether django-otp's middleware found a confirmed factor in this session.

    False too for a person who was signed in during this very request: Django puts a
    bare user there, which that middleware has not seen.
    """
    return getattr(user, "otp_device", None) is not None


def _deny(request: HttpRequest) -> HttpResponseBase:
    target = f"{_next_step(request)}?{urlencode({'next': _wanted(request)})}"
    if request.headers.get("hx-request") == "true":
        return HttpResponse(headers={"HX-Redirect": target})
    if request.headers.get("accept", "").startswith(MACHINE_TYPES):
        known = request.user.is_authenticated
        return HttpResponse(
            status=HTTPStatus.FORBIDDEN if known else HTTPStatus.UNAUTHORIZED
        )
    return HttpResponseRedirect(target)


def _next_step(request: HttpRequest) -> str:
    if not isinstance(request.user, User):
        return reverse("account_login")
    if django_otp.user_has_device(request.user):
        return reverse("second_factor_verify")
    return reverse("second_factor_enrol")


def _wanted(request: HttpRequest) -> str:
    """Where to go afterwards; an action is not repeated, the desk is shown instead."""
    if request.headers.get("hx-request") == "true":
        return "/"
    return request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
