"""Alice with an account, a quote and, where a test asks for it, a playbook."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from brokers.models import Order
from journal.plans import playbooks
from journal.plans.playbooks import PlaybookTerms
from tests import people
from tradedesk.core.clock import SYSTEM_CLOCK


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests():
    cache.clear()


@pytest.fixture
def playbook(alice):
    return a_playbook(alice)


def a_playbook(owner, name="Breakout", **terms):
    given = {
        "rules": {"entry": "Close above the 20-day high", "stop": "2 ATR below"},
        "checklist": ["Volume above average", "No earnings within 2 days"],
    } | terms
    return playbooks.create(
        owner,
        PlaybookTerms(name=name, **given),
        actor=people.actor(owner),
        now=SYSTEM_CLOCK.now(),
    )


def typed(**changed):
    """A limit buy of 10 ACME with its stop, as the ticket posts it."""
    form = {
        "intent_key": str(uuid4()),
        "version": "0",
        "symbol": "ACME",
        "side": "buy",
        "type": "limit",
        "time_in_force": "day",
        "limit_price": "60.00",
        "stop_loss_price": "58.50",
        "take_profit_price": "64.50",
        "size_model": "units",
        "size_amount": "10",
        "acknowledged": ["STOP_REQUIRED", "DUPLICATE_ORDER", "SPREAD_WIDE"],
    }
    return form | changed


def submit(client, account, **changed):
    """The ticket's answer, and its draft where it made one."""
    url = reverse("ticket_submit", args=[account.pk])
    response = client.post(url, typed(**changed))
    return response, Order.objects.filter(status="draft").order_by("-pk").first()
