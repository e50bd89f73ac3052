"""Settings, security: factors, recovery codes, sessions."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from tradedesk.accounts import factors, grants, sessions, verification
from tradedesk.accounts.attempts import CodeRefusedError, Purpose
from tradedesk.accounts.factors import digest_of
from tradedesk.accounts.forms import CodeForm
from tradedesk.accounts.http import DeskRequest, actor_of
from tradedesk.accounts.models import DeskDevice, RecoveryDevice, StepUpGrant
from tradedesk.accounts.navigation import tabs
from tradedesk.core.clock import SYSTEM_CLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a code is asked for on the confirmation page, in words."""

    title: str
    consequence: str
    button: str
    digest: str


@require_GET
def settings_security(request: DeskRequest) -> HttpResponse:
    devices = verification.devices_of(request.user)
    sheet = next((each for each in devices if isinstance(each, RecoveryDevice)), None)
    context = {
        "devices": [each for each in devices if each is not sheet],
        "codes": sheet.codes.order_by("selector") if sheet else [],
        "codes_left": sheet.codes.filter(used_at=None).count() if sheet else 0,
        "sessions": sessions.of(request, request.user),
        "session_key": request.session.session_key,
        "tabs": tabs(request.user, "settings_security"),
    }
    return render(request, "accounts/security.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def remove_factor(request: DeskRequest, model: str, pk: int) -> HttpResponse:
    device = _own_device(request, f"{model}/{pk}")
    act = Act(
        title=f"Remove “{device.name}”",
        consequence="Its codes stop working and your other sessions end.",
        button="Remove it",
        digest=digest_of("remove", device.persistent_id),
    )
    form, grant = _confirmed(request, act)
    if grant is None:
        return _confirm_page(request, act, form)
    factors.remove_device(
        user=request.user,
        device=device,
        grant_id=grant.pk,
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
    return _after_removal(request, device)


def _after_removal(request: DeskRequest, removed: DeskDevice) -> HttpResponse:
    """A session that the removed factor verified gives another one now."""
    sessions.keep_this_one(request, request.user)
    messages.success(request, f"“{removed.name}” was removed.")
    return redirect("settings_security")


def _own_device(request: DeskRequest, device_id: str) -> DeskDevice:
    for device in verification.devices_of(request.user):
        if device.persistent_id == device_id:
            return device
    raise Http404


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def recovery_codes(request: DeskRequest) -> HttpResponse:
    act = Act(
        title="New recovery codes",
        consequence="The codes you have now stop working.",
        button="Make ten new codes",
        digest=digest_of("recovery", request.user.pk),
    )
    form, grant = _confirmed(request, act)
    if grant is None:
        return _confirm_page(request, act, form)
    codes = factors.renew_recovery_codes(
        user=request.user,
        grant_id=grant.pk,
        actor=actor_of(request),
        now=SYSTEM_CLOCK.now(),
    )
    context = {"codes": codes, "next": reverse("settings_security")}
    return render(request, "otp/recovery_codes.html", context)


@require_POST
def end_sessions(request: DeskRequest) -> HttpResponse:
    sessions.end_others(request, request.user, SYSTEM_CLOCK.now())
    messages.success(request, "All other sessions have ended.")
    return redirect("settings_security")


def _confirmed(request: DeskRequest, act: Act) -> tuple[CodeForm, StepUpGrant | None]:
    devices = verification.step_up_devices(request.user, Purpose.SECOND_FACTOR)
    form = CodeForm(request, devices)
    if request.method != "POST" or not form.is_valid():
        return form, None
    try:
        grant = grants.issue(
            user=request.user,
            purpose=Purpose.SECOND_FACTOR,
            digest=act.digest,
            code=form.cleaned_data["code"],
            device_id=form.cleaned_data["device"],
            actor=actor_of(request),
        )
    except CodeRefusedError as error:
        form.add_error("code", error.message)
        return form, None
    return form, grant


def _confirm_page(request: DeskRequest, act: Act, form: CodeForm) -> HttpResponse:
    now = SYSTEM_CLOCK.now()
    context = {
        "act": act,
        "form": form,
        "due": grants.code_due(request.user, now, purpose=Purpose.SECOND_FACTOR),
        "tabs": tabs(request.user, "settings_security"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/confirm.html", context, status=status)
