"""Giving the second factor at sign-in, and setting up an authenticator."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tradedesk.accounts import factors, grants, qr, sessions, verification
from tradedesk.accounts.attempts import CodeRefusedError, Purpose
from tradedesk.accounts.factors import Enrolment, digest_of
from tradedesk.accounts.forms import CodeForm, EnrolForm
from tradedesk.accounts.http import DeskRequest, actor_of
from tradedesk.accounts.middleware import is_verified
from tradedesk.accounts.models import TotpDevice
from tradedesk.core.clock import SYSTEM_CLOCK


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def second_factor_verify(request: DeskRequest) -> HttpResponse:
    """The second half of signing in."""
    if is_verified(request.user):
        return HttpResponseRedirect(next_page(request))
    devices = verification.devices_of(request.user)
    if not devices:
        return redirect("second_factor_enrol")
    form = CodeForm(request, devices)
    if request.method == "POST" and form.is_valid() and _signed_in(request, form):
        return HttpResponseRedirect(next_page(request))
    now = SYSTEM_CLOCK.now()
    context = {"form": form, "next": next_page(request), "now": now}
    return render(request, "otp/verify.html", context, status=status_of(form))


def _signed_in(request: DeskRequest, form: CodeForm) -> bool:
    try:
        device = verification.sign_in(
            user=request.user,
            device_id=form.cleaned_data["device"],
            code=form.cleaned_data["code"],
            actor=actor_of(request),
        )
    except CodeRefusedError as error:
        form.add_error("code", error.message)
        return False
    sessions.mark_verified(request, device)
    return True


@never_cache
@login_required
@sensitive_post_parameters("new_code", "code")
@require_http_methods(["GET", "POST"])
def second_factor_enrol(request: DeskRequest) -> HttpResponse:
    """Set up an authenticator: the first freely, more with a code of one there is."""
    devices = verification.devices_of(request.user)
    if devices and not is_verified(request.user):
        return redirect("second_factor_verify")
    pending = _shown_before(request)
    proof = CodeForm(request, devices) if devices else None
    form = EnrolForm(request.POST if pending else None)
    if pending and form.is_valid() and (proof is None or proof.is_valid()):
        enrolment = _enrolled(request, pending, form=form, proof=proof)
        if enrolment:
            return _done(request, enrolment)
    return _enrol_page(request, pending, form=form, proof=proof)


def _shown_before(request: DeskRequest) -> TotpDevice | None:
    """The authenticator that the posted page was about, if it is still pending."""
    shown = request.POST.get("pending", "")
    if request.method != "POST" or not shown.isdecimal():
        return None
    own = TotpDevice.objects.filter(user=request.user, confirmed=False)
    found: TotpDevice | None = own.filter(pk=int(shown)).first()
    return found


def _enrolled(
    request: DeskRequest,
    pending: TotpDevice,
    *,
    form: EnrolForm,
    proof: CodeForm | None,
) -> Enrolment | None:
    failing: EnrolForm | CodeForm | None = proof
    field = "code"
    try:
        grant_id = _grant(request, pending, proof)
        failing, field = form, "new_code"
        return factors.confirm_enrolment(
            device=pending,
            name=form.cleaned_data["name"],
            code=form.cleaned_data["new_code"],
            actor=actor_of(request),
            grant_id=grant_id,
        )
    except CodeRefusedError as error:
        if failing is not None:
            failing.add_error(field, error.message)
        return None


def _grant(
    request: DeskRequest, pending: TotpDevice, proof: CodeForm | None
) -> int | None:
    if proof is None:
        return None
    grant = grants.issue(
        user=request.user,
        purpose=Purpose.SECOND_FACTOR,
        digest=digest_of("add", pending.pk),
        code=proof.cleaned_data["code"],
        device_id=proof.cleaned_data["device"],
        actor=actor_of(request),
    )
    return int(grant.pk)


def _done(request: DeskRequest, enrolment: Enrolment) -> HttpResponse:
    sessions.keep_this_one(request, request.user)
    if not is_verified(request.user):
        sessions.mark_verified(request, enrolment.device)
    if not enrolment.recovery_codes:
        return redirect("settings_security")
    context = {"codes": enrolment.recovery_codes, "next": next_page(request)}
    return render(request, "otp/recovery_codes.html", context)


def _enrol_page(
    request: DeskRequest,
    pending: TotpDevice | None,
    *,
    form: EnrolForm,
    proof: CodeForm | None,
) -> HttpResponse:
    stale = request.method == "POST" and pending is None
    now = SYSTEM_CLOCK.now()
    if pending is None:
        pending = factors.begin_enrolment(request.user, now=now)
        form = EnrolForm(initial={"pending": pending.pk})
    context = {
        "form": form,
        "proof": proof,
        "device": pending,
        "qr": qr.data_uri(pending.enrolment_uri),
        "seed": " ".join(_groups(pending.seed)),
        "next": next_page(request),
        "stale": stale,
        "due": grants.code_due(request.user, now, purpose=Purpose.SECOND_FACTOR),
    }
    status = HTTPStatus.CONFLICT if stale else status_of(form, proof)
    return render(request, "otp/enrol.html", context, status=status)


def _groups(seed: str) -> list[str]:
    return [seed[start : start + 4] for start in range(0, len(seed), 4)]


def status_of(*forms: CodeForm | EnrolForm | None) -> HTTPStatus:
    wrong = any(form is not None and form.errors for form in forms)
    return HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK


def next_page(request: HttpRequest) -> str:
    """Where the person wanted to go; never to another host."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"
