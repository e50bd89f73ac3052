"""Alice with an account and a quote, and a past that a test gives her."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from brokers.models import Order
from journal.models import Trade
from tradedesk.core.clock import SYSTEM_CLOCK


_keys = count(1)


@pytest.fixture(autouse=True)
def _no_rate_limits_from_other_tests():
    cache.clear()


def a_trade(account, *, opened, closed=None, risk=100, r="-1", **fields):
    """A trade of so many minutes ago; open without `closed`."""
    now = fields.pop("now", None) or SYSTEM_CLOCK.now()
    ended = None if closed is None else now - timedelta(minutes=closed)
    result = None if closed is None else Decimal(str(r))
    given = {
        "key": f"trade-{next(_keys)}",
        "symbol": "ACME",
        "direction": "long",
        "opened_at": now - timedelta(minutes=opened),
        "closed_at": ended,
        "trading_day": ended.date() if ended else None,
        "quantity": Decimal(10),
        "entry_price": Decimal(60),
        "fees": Decimal(0),
        "net": None if result is None else result * risk,
        "initial_risk": Decimal(risk),
        "r_multiple": result,
        "open_quantity": Decimal(0 if ended else 10),
        "built_at": now,
    } | fields
    return Trade.objects.create(owner=account.owner, account=account, **given)


def typed(**changed):
    """A limit buy of 100 ACME that risks 150, as the ticket posts it."""
    form = {
        "intent_key": str(uuid4()),
        "version": "0",
        "symbol": "ACME",
        "side": "buy",
        "type": "limit",
        "time_in_force": "day",
        "limit_price": "60.00",
        "stop_loss_price": "58.50",
        "size_model": "units",
        "size_amount": "100",
        "acknowledged": ["DUPLICATE_ORDER", "SPREAD_WIDE"],
    }
    return form | changed


def preview(client, account, form):
    return client.post(reverse("ticket_preview", args=[account.pk]), form)


def submit(client, account, form):
    """The ticket's answer, and its draft where it made one."""
    response = client.post(reverse("ticket_submit", args=[account.pk]), form)
    return response, Order.objects.filter(intent=form["intent_key"]).first()
