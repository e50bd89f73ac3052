"""A warning on what is no ticket: a change of a working order, a reversal's entry."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from brokers.models import Command, Order
from journal.behaviour import nudges, services
from journal.models import Nudge
from tests import people
from tests.brokers.views import rows
from tests.devices.models import ChaosDevice
from tests.journal.behaviour.conftest import a_trade
from tradedesk.audit.selectors import entries_for
from tradedesk.core.clock import SYSTEM_CLOCK


WARNED = "BEHAVIOUR_AFTER_LOSS"
WHY = "The setup of my plan came again"


@pytest.fixture
def loss(account):
    a_trade(account, opened=1440, closed=1430, r="1")
    return a_trade(account, opened=30, closed=2)


@pytest.fixture
def entry(account, loss):
    """A working buy of 60 at 60.00 that risks 90, which is the usual."""
    rows.a_quote(account, "ACME", "60.00")
    return rows.an_order(
        account,
        quantity=Decimal(60),
        order_class="oto",
        stop_loss_price=Decimal("58.50"),
        reference_price=Decimal("60.00"),
    )


@pytest.fixture
def code(alice):
    device = ChaosDevice.objects.get(user=alice)
    return lambda: {"code": people.next_code(device)}


def change(client, order, key, **fields):
    """The page of a change as it was posted, with what its review needs to be sent."""
    form = {
        "intent_key": key,
        "quantity": "60",
        "limit_price": "60.00",
        "time_in_force": "day",
    } | fields
    return client.post(reverse("order_amend", args=[order.pk]), form)


def send(client, order, key, **fields):
    digest = change(client, order, key, **fields).context["digest"]
    return change(client, order, key, step="send", digest=digest, **fields)


def told(order):
    return [entry.action for entry in entries_for("order", order.pk)]


def test_a_bigger_entry_after_a_loss_is_warned_of_and_its_answer_is_kept(
    client, entry, code
):
    key = (
        client.get(reverse("order_amend", args=[entry.pk]))
        .context["form"]["intent_key"]
        .value()
    )
    page = change(client, entry, key, quantity="100").content.decode()
    assert f'data-nudge="{WARNED}"' in page
    assert key in page
    refused = send(client, entry, key, quantity="100", **code())
    assert refused.status_code == 422
    assert "You closed a loss" in refused.context["error"].message
    assert not Command.objects.exists()
    (shown,) = Nudge.objects.all()
    assert (shown.order, shown.level, shown.answer) == (entry, 1, "")
    assert shown.risk_money > 150
    answered = {"quantity": "100", "acknowledged": [WARNED], **code()}
    assert send(client, entry, key, **answered).status_code == 302
    shown.refresh_from_db()
    assert (shown.answer, shown.order) == ("proceeded", entry)
    assert shown.acknowledged_at is not None
    asked = list(entries_for("order", entry.pk))[-1]
    assert asked.payload.data["papers"]["warnings"]["answers"] == {WARNED: "proceeded"}


def test_what_asks_for_less_is_neither_warned_of_nor_noted(client, entry):
    services.refresh(entry.account, SYSTEM_CLOCK.now())
    assert send(client, entry, uuid4(), quantity="40").status_code == 302
    assert not Nudge.objects.exists()


def test_a_change_made_smaller_after_its_warning_is_edited(client, entry):
    key = uuid4()
    change(client, entry, key, quantity="100")
    assert send(client, entry, key, quantity="40").status_code == 302
    nudge = Nudge.objects.get()
    assert (nudge.answer, nudge.acknowledged_at) == ("edited", None)


def test_a_change_that_is_never_sent_is_abandoned_and_stays_with_its_order(
    client, entry
):
    change(client, entry, uuid4(), quantity="100")
    assert nudges.settle(SYSTEM_CLOCK.now() + nudges.ABANDONED_AFTER) == 1
    nudge = Nudge.objects.get()
    assert (nudge.answer, nudge.order) == ("abandoned", entry)
    assert "nudge.answered" in told(entry)


def test_the_second_in_a_day_asks_for_words(client, entry, code):
    first, key = uuid4(), uuid4()
    more = {"quantity": "100", "acknowledged": [WARNED]}
    send(client, entry, first, **more, **code())
    Command.objects.update(status="confirmed")
    more["quantity"] = "110"
    assert b'name="nudge_reason"' in change(client, entry, key, **more).content
    assert send(client, entry, key, **more, **code()).status_code == 422
    more["nudge_reason"] = WHY
    assert send(client, entry, key, **more, **code()).status_code == 302
    graver = Nudge.objects.get(intent=key)
    assert (graver.level, graver.reason, graver.answer) == (2, WHY, "proceeded")
    assert Command.objects.latest("pk").change["reason"] == WHY


def test_a_stop_moved_away_is_kept_with_its_reason_and_one_moved_closer_is_not(
    client, account, code
):
    rows.a_quote(account, "ACME", "61.00")
    rows.a_position(account)
    stop = rows.an_exit(account)
    form = {"quantity": "100", "limit_price": "", "time_in_force": "gtc"}
    closer = change(client, stop, uuid4(), **form, stop_price="59.00")
    assert closer.status_code == 200
    assert not Nudge.objects.exists()
    wider = {**form, "stop_price": "57.00", "reason": WHY, **code()}
    assert send(client, stop, uuid4(), **wider).status_code == 302
    nudge = Nudge.objects.get()
    assert (nudge.signal, nudge.level, nudge.answer) == ("STOP_WIDENED", 2, "proceeded")
    assert (nudge.order, nudge.reason) == (stop, WHY)


def test_an_entry_raised_beyond_its_plan_is_chasing(client, entry):
    rows.a_quote(entry.account, "ACME", "60.90")
    page = change(client, entry, uuid4(), limit_price="60.80", quantity="30")
    assert b'data-nudge="BEHAVIOUR_CHASING"' in page.content


def test_the_entry_of_a_reversal_is_warned_of_and_joined_to_its_order(
    client, account, loss, code
):
    rows.a_quote(account, "ACME", "61.01")
    position = rows.a_position(account)
    form = {"intent_key": uuid4(), "quantity": "100", "stop_price": "63.00"}
    client.post(reverse("position_reverse", args=[position.pk]), form)
    draft = Order.objects.get(status="draft")
    shown = Nudge.objects.get()
    assert (shown.order, shown.signal, shown.answer) == (draft, WARNED, "")
    assert shown.risk_money == draft.risk_money
    url = reverse("reversal", args=[draft.pk])
    review = client.get(url)
    assert f'data-nudge="{WARNED}"' in review.content.decode()
    ticked = [one.code for one in review.context["unread"]]
    sent = {"digest": review.context["digest"], **code()}
    others = [one for one in ticked if one != WARNED]
    refused = client.post(url, sent | {"acknowledged": others})
    assert refused.status_code == 422
    assert "You closed a loss" in refused.context["error"].message
    assert not Command.objects.exists()
    answer = client.post(url, sent | {"acknowledged": ticked, **code()})
    assert answer.status_code == 302
    shown.refresh_from_db()
    assert (shown.answer, shown.order) == ("proceeded", draft)
    assert shown.acknowledged_at is not None
