"""A warning on its way: shown, answered, with the order, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from brokers.models import Command, Order
from brokers.orders.digests import spec_digest
from journal.behaviour import nudges, services
from journal.models import CoolingOff, Nudge
from tests import people
from tests.brokers.views import rows
from tests.devices.models import ChaosDevice
from tests.journal.behaviour.conftest import a_trade, preview, submit, typed
from tradedesk.audit.selectors import entries_for
from tradedesk.core.clock import SYSTEM_CLOCK


WARNED = "BEHAVIOUR_AFTER_LOSS"


@pytest.fixture
def loss(account):
    """Three ordinary trades that risked 100, the last one lost two minutes ago."""
    for day in (4, 3):
        a_trade(account, opened=day * 1440, closed=day * 1440 - 10, r="1")
    trade = a_trade(account, opened=30, closed=2)
    services.refresh(account, SYSTEM_CLOCK.now())
    return trade


def answered(**changed):
    acknowledged = ["DUPLICATE_ORDER", "SPREAD_WIDE", WARNED]
    return typed(acknowledged=acknowledged, **changed)


def confirm(client, order, **fields):
    device = ChaosDevice.objects.get(user=order.owner)
    form = {"digest": spec_digest(order), "code": people.next_code(device)} | fields
    return client.post(reverse("order_confirm", args=[order.pk]), form)


def test_without_a_history_nothing_is_warned_of_and_nothing_noted(client, account):
    form = typed()
    assert b"data-nudge" not in preview(client, account, form).content
    response, order = submit(client, account, form)
    assert response.status_code == 302
    assert order is not None
    assert not Nudge.objects.exists()


def test_a_hurried_bigger_ticket_is_warned_with_the_traders_own_figures(
    client, account, loss
):
    form = typed()
    page = preview(client, account, form).content.decode()
    assert f'data-nudge="{WARNED}"' in page
    assert "You closed a loss 2 min ago" in page
    assert "risks 1.5 times your usual amount" in page
    assert "Only 0 of your trades" in page
    preview(client, account, form)
    (nudge,) = Nudge.objects.all()
    assert (nudge.signal, nudge.level, nudge.answer) == (WARNED, 1, "")
    assert nudge.order is None
    assert nudge.figures["limit"] == {"unit": "ratio", "amount": "1.25"}


def test_the_usual_size_after_a_loss_is_not_warned_of(client, account, loss):
    page = preview(client, account, typed(size_amount="66")).content
    assert b"data-nudge" not in page
    assert not Nudge.objects.exists()


def test_a_page_that_is_only_looked_at_notes_nothing(client, account, loss):
    assert client.get(reverse("desk") + "?symbol=ACME").status_code == 200
    assert not Nudge.objects.exists()


def test_the_warning_has_to_be_read_and_its_answer_goes_with_the_order(
    client, account, loss
):
    form = typed()
    response, order = submit(client, account, form)
    assert response.status_code == 422
    assert order is None
    form["acknowledged"] = [*form["acknowledged"], WARNED]
    response, order = submit(client, account, form)
    assert response.status_code == 302
    (nudge,) = Nudge.objects.all()
    assert nudge.order == order
    assert nudge.acknowledged_at is not None
    assert confirm(client, order).status_code == 302
    nudge.refresh_from_db()
    assert nudge.answer == "proceeded"
    told = [entry.action for entry in entries_for("order", order.pk)]
    assert "nudge.answered" in told


def test_the_same_warning_is_not_repeated_at_once_but_a_graver_one_is(
    client, account, loss
):
    _response, order = submit(client, account, answered())
    confirm(client, order)
    # The second in a day asks for more than a tick.
    page = preview(client, account, typed(symbol="ACME")).content.decode()
    assert 'name="nudge_reason"' in page
    response, second = submit(client, account, answered())
    assert response.status_code == 422
    assert second is None
    response, second = submit(
        client, account, answered(nudge_reason="The setup of my plan came again")
    )
    assert response.status_code == 302
    confirm(client, second)
    graver = Nudge.objects.get(order=second)
    assert (graver.level, graver.reason) == (2, "The setup of my plan came again")
    assert b"data-nudge" not in preview(client, account, typed()).content


def test_the_reason_is_part_of_what_the_code_confirms(client, account, loss):
    form = answered(nudge_reason="first reason")
    _response, order = submit(client, account, form)
    first = order.papers_digest
    response, order = submit(
        client, account, form | {"nudge_reason": "another one", "version": "1"}
    )
    assert response.status_code == 302
    assert order.papers_digest != first


def test_a_ticket_that_is_never_sent_is_abandoned(client, account, loss):
    preview(client, account, typed())
    now = SYSTEM_CLOCK.now()
    assert nudges.settle(now) == 0
    assert nudges.settle(now + nudges.ABANDONED_AFTER) == 1
    assert nudges.settle(now + nudges.ABANDONED_AFTER) == 0
    assert Nudge.objects.get().answer == "abandoned"


def test_a_ticket_made_smaller_after_its_warning_is_edited(client, account, loss):
    form = typed()
    preview(client, account, form)
    _response, order = submit(client, account, form | {"size_amount": "60"})
    confirm(client, order)
    nudge = Nudge.objects.get()
    assert (nudge.answer, nudge.order) == ("edited", order)


def test_a_warning_that_comes_up_on_the_review_is_answered_there(client, account):
    a_trade(account, opened=4320, closed=4310, r="1")
    _response, order = submit(client, account, typed())
    a_trade(account, opened=30, closed=1)
    services.refresh(account, SYSTEM_CLOCK.now())
    page = client.get(reverse("order_review", args=[order.pk])).content.decode()
    assert f'data-nudge="{WARNED}"' in page
    assert confirm(client, order).status_code == 409
    assert confirm(client, order, acknowledged=[WARNED]).status_code == 302
    nudge = Nudge.objects.get()
    assert (nudge.order, nudge.answer) == (order, "proceeded")


@pytest.fixture(params=["cooling", "lock"])
def hold(request, account):
    now = SYSTEM_CLOCK.now()
    row = CoolingOff.objects.create(
        owner=account.owner,
        account=account,
        kind=request.param,
        signal=WARNED,
        occasion="today",
        words="Two hurried trades today.",
        began_at=now - timedelta(minutes=1),
        ends_at=now + timedelta(minutes=14),
    )
    services.refresh(account, now)
    return row


def test_a_hold_stops_new_risk_and_says_until_when(client, account, hold):
    form = typed()
    page = preview(client, account, form).content.decode()
    assert "data-hold" in page
    assert "data-countdown" in page
    assert "Two hurried trades today." in page
    response, order = submit(client, account, form)
    assert response.status_code == 422
    assert order is None
    assert Nudge.objects.get().level == {"cooling": 3, "lock": 4}[hold.kind]


def test_a_draft_from_before_the_hold_is_not_sent_either(client, account):
    _response, order = submit(client, account, typed())
    now = SYSTEM_CLOCK.now()
    CoolingOff.objects.create(
        owner=account.owner, account=account, kind="cooling", signal=WARNED,
        occasion="x", words="Held.", began_at=now, ends_at=now + timedelta(minutes=9),
    )  # fmt: skip
    assert confirm(client, order).status_code == 422
    order.refresh_from_db()
    assert order.submitted_at is None


def test_in_every_hold_a_position_can_be_closed_in_part_and_whole(
    client, account, hold
):
    for symbol, percent in (("ACME", "50"), ("BRIO", "100")):
        rows.a_quote(account, symbol, "60.00")
        held = rows.a_position(account, symbol, quantity="100")
        url = reverse("position_close", args=[held.pk])
        response = client.post(url, {"percent": percent, "confirmed": "yes"})
        assert response.status_code == 302
    assert Command.objects.filter(kind="submit").count() == 2


def test_in_every_hold_a_sell_on_the_ticket_reduces(client, account, hold):
    rows.a_position(account, quantity="100")
    form = typed(side="sell", type="market", limit_price="", stop_loss_price="")
    response, order = submit(client, account, form)
    assert response.status_code == 302
    assert order.reduces_risk
    assert confirm(client, order).status_code == 302


def test_in_every_hold_orders_are_cancelled_and_the_kill_switch_engages(
    client, account, hold
):
    order = rows.an_order(account)
    url = reverse("order_cancel", args=[order.pk])
    assert client.post(url).status_code == 302
    assert Command.objects.filter(order=order, kind="cancel").exists()
    response = client.post(reverse("kill_switch"), {"action": "engage"})
    assert response.status_code == 302


def amend(client, order, price, **fields):
    url = reverse("order_amend", args=[order.pk])
    form = {"quantity": "100", "stop_price": price, "time_in_force": "gtc", **fields}
    return client.post(url, form)


def test_in_every_hold_a_stop_moves_closer_and_not_away(client, account, hold):
    rows.a_position(account, quantity="100")
    stop = rows.an_exit(account)
    tighter = amend(client, stop, "59.00", step="review")
    assert b"This change cannot be sent" not in tighter.content
    wider = amend(client, stop, "58.00", step="review")
    assert b"This change cannot be sent" in wider.content


def test_a_hold_that_is_over_lets_the_order_go_and_its_ticket_has_waited(
    client, account, alice
):
    now = SYSTEM_CLOCK.now()
    hold = CoolingOff.objects.create(
        owner=alice, account=account, kind="cooling", signal=WARNED, occasion="x",
        words="Held.", began_at=now, ends_at=now + timedelta(minutes=9),
    )  # fmt: skip
    services.refresh(account, now)
    form = typed()
    preview(client, account, form)
    hold.ends_at = now
    hold.save()
    response, order = submit(client, account, form)
    assert response.status_code == 302
    confirm(client, order)
    assert Nudge.objects.get().answer == "waited"
    assert Order.objects.get().submitted_at is not None
