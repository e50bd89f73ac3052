"""The kill switch: engaged without a code, released with one and a reason."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from brokers.selectors import unresolved_commands
from risk.facts import Scope
from risk.services import (
    StepUp,
    release_digest,
    release_kill_switch,
    scope_state,
    state_history,
)
from tradedesk.accounts import grants
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import DeskError, InvalidInputError
from tradedesk.desk.kill_switch import affected, engage


@require_http_methods(["GET", "POST"])
@trading_role_required
def kill_switch(request: DeskRequest) -> HttpResponse:
    if request.method == "GET":
        return render(request, "desk/kill_switch.html", _context(request))
    if request.POST.get("action") == "engage":
        return _engage(request)
    try:
        _release(request)
    except DeskError as error:
        context = _context(request) | {"error": error, "reason": _reason(request)}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "desk/kill_switch.html", context, status=status)
    messages.success(request, "The kill switch is released.")
    return HttpResponseRedirect(reverse("kill_switch"))


def _engage(request: DeskRequest) -> HttpResponse:
    done = engage(
        request.user,
        actor=actor_of(request),
        reason="Engaged by hand.",
        now=SYSTEM_CLOCK.now(),
    )
    words = f"Trading is halted. {done.cancels} orders are being cancelled."
    if done.unresolved:
        words += (
            f" {done.unresolved} have no answer yet and are cancelled when they do."
        )
    messages.warning(request, words)
    return HttpResponseRedirect(reverse("kill_switch"))


def _reason(request: DeskRequest) -> str:
    return request.POST.get("reason", "").strip()[:300]


def _release(request: DeskRequest) -> None:
    reason, actor = _reason(request), actor_of(request)
    if not reason:
        raise InvalidInputError("Write down why trading may go on.", field="reason")
    scope_id = request.user.pk
    grant = grants.issue(
        user=request.user,
        purpose=grants.Purpose.KILL_RELEASE,
        digest=release_digest(scope=Scope.USER, scope_id=scope_id, reason=reason),
        code=request.POST.get("code", ""),
        device_id=request.POST.get("device") or None,
        actor=actor,
    )
    release_kill_switch(
        scope=Scope.USER,
        scope_id=scope_id,
        step_up=StepUp(user=request.user, grant_id=grant.pk, actor=actor),
        reason=reason,
        now=SYSTEM_CLOCK.now(),
    )


def _context(request: DeskRequest) -> dict[str, Any]:
    user, now = request.user, SYSTEM_CLOCK.now()
    state = scope_state(scope=Scope.USER, scope_id=user.pk)
    cancels, protecting = affected(user)
    due = grants.code_due(user, now)
    return {
        "engaged": state.kill_engaged,
        "killed_at": state.killed_at,
        "cancels": cancels,
        "protecting": protecting,
        "unresolved": len(unresolved_commands(user)),
        "history": state_history(scope=Scope.USER, scope_id=user.pk, limit=20),
        "code_due": due,
        "code_due_seconds": max(int((due - now).total_seconds()) + 1, 0) if due else 0,
    }
