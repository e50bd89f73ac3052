"""Connecting an account: choose a broker, give its keys, have them tested by reading."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from brokers.forms import ConnectForm
from brokers.models import Account
from brokers.registry import BROKERS, Broker
from brokers.sessions.connecting import NewConnection, connect
from brokers.sessions.live import WARNINGS, accept_live_risk, live_digest
from brokers.views import capabilities
from tradedesk.accounts import grants
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import DeskError, StaleStateError, TryLaterError
from tradedesk.web.queue import hint


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@trading_role_required
def account_connect(request: DeskRequest) -> HttpResponse:
    """Without a choice, the brokers; with one, its form. Stored only once it answered."""
    chosen = _chosen(request)
    if chosen is None:
        context = {"brokers": BROKERS.values()}
        return render(request, "brokers/connect_choice.html", context)
    broker, environment = chosen
    form = ConnectForm(
        broker, environment, request.POST or None, initial={"label": _name(chosen)}
    )
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    try:
        account = _connect(request, form)
    except (grants.CodeRefusedError, StaleStateError) as error:
        form.add_error("code", error.message)
    except DeskError as error:
        form.add_error(None, error.message)
        if isinstance(error, TryLaterError):
            return _page(request, form, status=error.status)
    else:
        messages.success(request, f"{account.name} is connected and is being read.")
        return HttpResponseRedirect(reverse("account", args=[account.pk]))
    return _page(request, form)


def _chosen(request: DeskRequest) -> tuple[Broker, str] | None:
    given = request.POST if request.method == "POST" else request.GET
    broker = BROKERS.get(given.get("broker", ""))
    environment = given.get("environment", "")
    if broker is None or environment not in broker.environments:
        return None
    return broker, environment


def _name(chosen: tuple[Broker, str]) -> str:
    broker, environment = chosen
    if broker.environments[environment].mode == "practice":
        return broker.label
    return f"{broker.label} {environment}"


def _page(
    request: DeskRequest, form: ConnectForm, *, status: int | None = None
) -> HttpResponse:
    broker, environment = form.broker, form.broker.environments[form.environment]
    now = SYSTEM_CLOCK.now()
    context: dict[str, Any] = {
        "form": form,
        "broker": broker,
        "environment": environment,
        "environment_name": form.environment,
        "credential_fields": [
            form[f"credential_{field.name}"] for field in broker.credential_fields
        ],
        **capabilities.context_of(broker),
        "is_live": environment.mode == "live",
        "warnings": WARNINGS,
    }
    if environment.mode == "live":
        due = grants.code_due(request.user, now, purpose=grants.Purpose.LIVE_ENABLE)
        context["code_due"] = due
        context["code_due_seconds"] = int((due - now).total_seconds()) + 1 if due else 0
    answer = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "brokers/connect.html", context, status=status or answer)


def _connect(request: DeskRequest, form: ConnectForm) -> Account:
    actor = actor_of(request)
    new = NewConnection(
        slug=form.broker.slug,
        environment=form.environment,
        label=form.cleaned_data["label"],
        credentials=form.credentials(),
        endpoints={},
    )
    if form.broker.environments[form.environment].mode == "live":
        _accept(request, new, form.cleaned_data["code"])
    account = connect(new, owner=request.user, actor=actor, clock=SYSTEM_CLOCK)
    hint("brokers.tasks.prepare_connection", account.connection_id)
    return account


def _accept(request: DeskRequest, new: NewConnection, code: str) -> None:
    """Real money: the warning was read, and the person is who they say."""
    actor = actor_of(request)
    grant = grants.issue(
        user=request.user,
        purpose=grants.Purpose.LIVE_ENABLE,
        digest=live_digest(new),
        code=code,
        actor=actor,
    )
    accept_live_risk(
        new, grant.pk, user=request.user, actor=actor, now=SYSTEM_CLOCK.now()
    )
