"""Accounts and the connections that lead to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from brokers import selectors
from brokers.models import Account, Position
from brokers.orders.ledger import cash_of
from brokers.orders.queueing import hint_sync
from brokers.owned import own_accounts, owned_account
from brokers.registry import broker_named
from brokers.sessions.testing import run_test
from brokers.views import capabilities
from brokers.views.positions import is_silent
from brokers.views.returning import back_or
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.audit.selectors import entries_for
from tradedesk.core.clock import SYSTEM_CLOCK


# A stream sends something at least this often; longer silence is worth a word.
STREAM_QUIET_SECONDS = 60
EVENTS_SHOWN = 8


@require_GET
def accounts(request: DeskRequest) -> HttpResponse:
    """Every account with what the broker last said; `?part=list` is the list alone."""
    now = SYSTEM_CLOCK.now()
    mine = own_accounts(request, request.user)
    context = {
        "cards": [account_card(account, now) for account in mine],
        "now": now,
    }
    part = request.GET.get("part") == "list"
    template = "brokers/accounts.html#list" if part else "brokers/accounts.html"
    return render(request, template, context)


@require_GET
def account(request: DeskRequest, account_id: int) -> HttpResponse:
    """One account: figures, connection, and what its broker can and cannot do."""
    found = owned_account(request, account_id)
    if found.connection.is_by_statement:
        context = _by_statement(found)
        return render(request, "brokers/account_by_statement.html", context)
    return render(request, "brokers/account.html", _context(found))


def _by_statement(account: Account) -> dict[str, Any]:
    recent = entries_for("account", account.pk).order_by("-sequence")[:EVENTS_SHOWN]
    held = Position.objects.filter(account=account).exclude(quantity=0)
    return {
        "account": account,
        "cash": cash_of(account),
        "holdings": list(held.order_by("symbol")),
        "opening": selectors.opening_of(account),
        "events": list(recent),
        "now": SYSTEM_CLOCK.now(),
    }


def account_card(account: Account, now: datetime) -> dict[str, Any]:
    connection = account.connection
    age = connection.stream_age_seconds(now)
    return {
        "account": account,
        "connection": connection,
        "broker": broker_named(connection.slug),
        "environment": broker_named(connection.slug).environments[
            connection.environment
        ],
        "is_silent": not connection.is_by_statement and is_silent(account, now),
        "stream_is_up": age is not None and age < STREAM_QUIET_SECONDS,
    }


def _context(account: Account) -> dict[str, Any]:
    now = SYSTEM_CLOCK.now()
    broker = broker_named(account.connection.slug)
    recent = entries_for("account", account.pk).order_by("-sequence")[:EVENTS_SHOWN]
    return {
        **account_card(account, now),
        **capabilities.context_of(broker),
        "events": list(recent),
        "opening": selectors.opening_of(account),
        "now": now,
    }


@require_POST
@trading_role_required
def account_test(request: DeskRequest, account_id: int) -> HttpResponse:
    """Read everything that the desk reads and show each step; nothing is changed."""
    found = owned_account(request, account_id)
    steps = run_test(found, actor=actor_of(request), clock=SYSTEM_CLOCK)
    hint_sync(found.pk)
    context = _context(found) | {
        "steps": steps,
        "passed": all(step.passed for step in steps),
    }
    template = "brokers/account.html#test" if request.htmx else "brokers/account.html"
    return render(request, template, context)


@require_POST
@trading_role_required
def account_sync(request: DeskRequest, account_id: int) -> HttpResponse:
    """Ask the worker to read the account now instead of within a minute."""
    found = owned_account(request, account_id)
    hint_sync(found.pk)
    messages.info(request, f"{found.name} is being read.")
    return HttpResponseRedirect(back_or(request, reverse("account", args=[found.pk])))
