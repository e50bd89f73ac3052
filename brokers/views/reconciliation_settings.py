"""When an account is reconciled, and what a critical break does."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from brokers.owned import owned_account
from brokers.reconciliation import settings as wishes
from brokers.reconciliation.settings import Wishes
from brokers.views.break_forms import ReconciliationForm
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK


@require_http_methods(["GET", "POST"])
@trading_role_required
def account_reconciliation(request: DeskRequest, account_id: int) -> HttpResponse:
    account = owned_account(request, account_id)
    initial = asdict(wishes.wishes_of(account))
    form = ReconciliationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        wishes.change(
            account.pk,
            Wishes(**form.cleaned_data),
            actor=actor_of(request),
            now=SYSTEM_CLOCK.now(),
        )
        messages.success(request, f"The reconciliation of {account.name} is set.")
        return HttpResponseRedirect(reverse("reconciliation"))
    context = {"account": account, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    template = "brokers/reconciliation/settings.html"
    return render(request, template, context, status=status)
