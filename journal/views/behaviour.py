"""The behaviour report, one's own limits, and the lift of somebody else's lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brokers import selectors
from brokers.models import Account
from brokers.owned import own_accounts
from journal.behaviour import holding, limits, reading, services
from journal.behaviour.report import report_of
from journal.book.reading import last_traded
from journal.models import CoolingOff
from journal.sections import tabs
from risk.services import (
    PolicyChange,
    StepUp,
    effective_policy,
    policy_digest,
    set_policy,
)
from tradedesk.accounts import grants, navigation, preferences
from tradedesk.accounts.http import (
    DeskRequest,
    actor_of,
    role_required,
    trading_role_required,
)
from tradedesk.accounts.models import Role
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import DeskError, InvalidInputError


owner_only = role_required(Role.OWNER)


@require_GET
def behaviour(request: DeskRequest) -> HttpResponse:
    """What one account's own trading says: `?account=ID`."""
    accounts = own_accounts(request, request.user)
    context: dict[str, Any] = {
        "tabs": tabs("analytics", "behaviour"),
        "accounts": accounts,
    }
    if accounts:
        now = SYSTEM_CLOCK.now()
        account = _account(request, accounts)
        even = preferences.for_request(request, request.user).breakeven_r
        policy = effective_policy(
            user_id=request.user.pk, account_id=account.pk, now=now
        )
        report = report_of(account, policy, now, breakeven=even)
        context |= {"account": account, "report": report, "now": now}
    return render(request, "journal/behaviour.html", context)


def _account(request: DeskRequest, accounts: Sequence[Account]) -> Account:
    """The one asked for, the one in view, else that of the newest closed trade; a
    stranger's is not found.
    """
    known = {str(one.pk): one for one in accounts}
    asked = request.GET.get("account", "")
    if asked and asked not in known:
        raise Http404
    chosen = asked or str(request.session.get("account_id"))
    if chosen not in known and len(known) > 1:
        chosen = str(last_traded(request.user))
    account = known.get(chosen, accounts[0])
    request.account_in_view = account.pk
    return account


class LimitsForm(forms.Form):
    """One field a limit, empty where one sets none; and why."""

    reason = forms.CharField(label="Why", min_length=10, max_length=200, strip=True)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for own in limits.OWN:
            self.fields[own.name] = forms.DecimalField(
                label=own.label,
                required=False,
                min_value=0,
                max_digits=8,
                decimal_places=2,
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "autocomplete": "off"}
                ),
            )


@require_http_methods(["GET", "POST"])
@trading_role_required
def behaviour_limits(request: DeskRequest) -> HttpResponse:
    """Tighter at once; looser from the next session, and with a code."""
    now = SYSTEM_CLOCK.now()
    if request.method == "GET":
        return _limits_page(request, None, now)
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return _limits_page(request, form, now)
    typed = {own.name: form.cleaned_data[own.name] for own in limits.OWN}
    change = limits.change_of(
        request.user,
        typed,
        reason=form.cleaned_data["reason"],
        next_session=_next_session(request, now),
    )
    looser = limits.loosened(request.user, change, now)
    if looser and not request.POST.get("code"):
        return _limits_page(request, form, now, loosened=looser)
    try:
        step_up = _step_up(request, change) if looser else None
        # The grant was given a moment after this request began.
        now = SYSTEM_CLOCK.now()
        set_policy(change, actor=actor_of(request), now=now, step_up=step_up)
    except DeskError as error:
        return _limits_page(request, form, now, loosened=looser, error=error)
    for account in selectors.accounts_of(request.user):
        services.refresh(account, now)
    messages.success(request, _said(looser))
    return HttpResponseRedirect(reverse("behaviour_limits"))


def _said(looser: object) -> str:
    if not looser:
        return "Your limits hold from now on."
    return "What is tighter holds now; what is looser from your next session."


def _step_up(request: DeskRequest, change: PolicyChange) -> StepUp:
    grant = grants.issue(
        user=request.user,
        purpose=grants.Purpose.POLICY_LOOSEN,
        digest=policy_digest(change),
        code=request.POST.get("code", ""),
        device_id=request.POST.get("device") or None,
        actor=actor_of(request),
    )
    return StepUp(user=request.user, grant_id=grant.pk, actor=actor_of(request))


def _next_session(request: DeskRequest, now: datetime) -> datetime | None:
    accounts = selectors.accounts_of(request.user)
    opens = [reading.next_session(account, now) for account in accounts]
    return max(opens, default=None)


def _limits_page(
    request: DeskRequest,
    form: LimitsForm | None,
    now: datetime,
    *,
    loosened: object = (),
    error: DeskError | None = None,
) -> HttpResponse:
    """The form as it was sent, or with the limits as they stand."""
    standings = limits.standings(request.user, now)
    if form is None:
        form = LimitsForm(initial={one.own.name: one.mine for one in standings})
    purpose = grants.Purpose.POLICY_LOOSEN
    due = grants.code_due(request.user, now, purpose=purpose) if loosened else None
    context = {
        "tabs": navigation.tabs(request.user, "behaviour_limits"),
        "form": form,
        "rows": [{"standing": one, "field": form[one.own.name]} for one in standings],
        "loosened": loosened,
        "error": error,
        "code_due": due,
        "now": now,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "journal/behaviour_limits.html", context, status=status)


@require_GET
@owner_only
def holds(request: DeskRequest) -> HttpResponse:
    """Locks of other people that run now, for the desk's owner to approve an end."""
    return _holds_page(request, SYSTEM_CLOCK.now())


@require_POST
@owner_only
def hold_lift(request: DeskRequest, hold_id: int) -> HttpResponse:
    now = SYSTEM_CLOCK.now()
    if not CoolingOff.objects.filter(pk=hold_id).exists():
        raise Http404
    try:
        row = holding.lift(
            hold_id,
            by=request.user,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=now,
        )
    except InvalidInputError as error:
        return _holds_page(request, now, error=error)
    services.refresh(row.account, now)
    messages.success(request, f"{row.account.name} takes new orders again.")
    return HttpResponseRedirect(reverse("holds"))


def _holds_page(
    request: DeskRequest, now: datetime, *, error: DeskError | None = None
) -> HttpResponse:
    running = CoolingOff.objects.filter(
        kind=CoolingOff.Kind.LOCK, ends_at__gt=now, lifted_at=None
    ).exclude(owner=request.user)
    context = {
        "tabs": tabs("analytics", "behaviour"),
        "holds": running.select_related("owner", "account").order_by("ends_at")[:100],
        "error": error,
        "now": now,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return render(request, "journal/behaviour_holds.html", context, status=status)
