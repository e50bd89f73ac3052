from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from brokers.models import Command, Order
from risk.models import Decision
from tests import people
from tests.brokers.views import rows
from tests.devices.models import ChaosDevice


def url(order) -> str:
    return reverse("order_amend", args=[order.pk])


@pytest.fixture
def stop(account):
    """The stop of a long position of 100, ten minutes old."""
    rows.a_quote(account, "ACME", "61.00")
    rows.a_position(account)
    return rows.an_exit(account)


def typed(**changed) -> dict[str, str]:
    return {
        "quantity": "100",
        "stop_price": "58.50",
        "time_in_force": "gtc",
        "step": "review",
    } | changed


def send(client, order, **changed):
    """Review the change, then send what the review page holds."""
    review = client.post(url(order), typed(**changed))
    digest = review.context["digest"]
    return client.post(url(order), typed(**changed, step="send", digest=digest))


def test_the_form_shows_the_order_as_it_works(client, stop):
    form = client.get(url(stop)).context["form"]
    assert form["stop_price"].value() == "58.50"
    assert form["quantity"].value() == "100"
    assert "limit_price" not in form.fields


def test_a_price_that_another_page_proposes_stands_ready(client, stop):
    form = client.get(url(stop), {"stop_price": "57.25"}).context["form"]
    assert form["stop_price"].value() == "57.25"


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"stop_price": ""},
        {"stop_price": "-1"},
        {"quantity": "0"},
        {"time_in_force": "fok"},
    ],
)
def test_what_changes_nothing_or_cannot_be_is_refused(client, stop, changed):
    response = client.post(url(stop), typed(**changed))
    assert response.status_code == 422
    assert not Command.objects.exists()


def test_less_than_what_is_filled_is_refused(client, account):
    order = rows.an_order(account, filled_quantity=Decimal(40))
    response = client.post(
        url(order), {"quantity": "40", "limit_price": "60.00", "time_in_force": "day"}
    )
    assert response.status_code == 422
    assert "40 are filled already" in response.content.decode()


def test_the_review_names_the_change_and_sends_nothing(client, stop):
    response = client.post(url(stop), typed(stop_price="59.00"))
    (row,) = response.context["changes"]
    assert (row.label, row.before, row.change, row.after) == (
        "Stop",
        "58.50",
        "+0.50",
        "59.00",
    )
    assert response.context["passes"]
    assert not Command.objects.exists()


def test_a_stop_closer_to_the_market_needs_no_code(client, stop):
    response = send(client, stop, stop_price="59.00")
    assert response.headers["Location"] == reverse("order", args=[stop.pk])
    command = Command.objects.get()
    assert (command.kind, command.status) == ("amend", "queued")
    assert command.change == {"stop_price": "59"}
    assert command.grant_id is None
    assert Decision.objects.get(order_id=stop.pk).phase == "amend"


def test_a_stop_further_away_asks_for_a_code_and_is_refused_without(client, stop):
    review = client.post(url(stop), typed(stop_price="57.00"))
    assert review.context["needs_code"]
    response = send(client, stop, stop_price="57.00")
    assert response.status_code == 422
    assert not Command.objects.exists()


def test_a_code_is_bound_to_exactly_this_change(client, alice, stop):
    device = ChaosDevice.objects.get(user=alice)
    changed = {"stop_price": "57.00"}
    review = client.post(url(stop), typed(**changed))
    sent = {"step": "send", "digest": review.context["digest"]}
    code = {"code": people.next_code(device), "device": device.persistent_id}
    other = client.post(url(stop), typed(stop_price="56.00", **sent, **code))
    assert other.status_code == 409
    assert not Command.objects.exists()
    why = {"reason": "The range of the day is wider"}
    client.post(url(stop), typed(**changed, **sent, **code, **why))
    command = Command.objects.get()
    assert command.change == {"stop_price": "57", **why}
    assert command.grant_id is not None


def test_a_stop_further_away_asks_why_before_it_costs_the_code(client, alice, stop):
    device = ChaosDevice.objects.get(user=alice)
    changed = {"stop_price": "57.00"}
    review = client.post(url(stop), typed(**changed))
    assert review.context["needs_reason"]
    assert b'name="reason"' in review.content
    sent = {"step": "send", "digest": review.context["digest"]}
    code = {"code": people.next_code(device), "device": device.persistent_id}
    refused = client.post(url(stop), typed(**changed, **sent, **code, reason="no"))
    assert refused.status_code == 422
    assert "Write down why" in refused.content.decode()
    assert not Command.objects.exists()
    why = {"reason": "The range of the day is wider"}
    assert (
        client.post(url(stop), typed(**changed, **sent, **code, **why)).status_code
        == 302
    )
    closer = client.post(url(stop), typed(stop_price="59.00"))
    assert not closer.context["needs_reason"]


def test_a_blocked_change_says_why_and_offers_no_button(client, stop):
    response = client.post(url(stop), typed(stop_price="62.00"))  # above the market
    assert response.context["is_blocked"]
    assert b"This change cannot be sent." in response.content
    assert send(client, stop, stop_price="62.00").status_code == 422
    assert not Command.objects.exists()


def test_an_order_that_no_longer_works_cannot_be_changed(client, account):
    assert client.get(url(rows.an_order(account, status="filled"))).status_code == 409
    unsent = rows.an_order(account, status="submitted", broker_order_id="")
    assert client.get(url(unsent)).status_code == 409


def test_one_change_at_a_time(client, stop):
    send(client, stop, stop_price="59.00")
    assert send(client, stop, stop_price="59.50").status_code == 409
    assert Command.objects.count() == 1


def test_a_leg_of_a_bracket_is_changed_beside_its_twin(client, account, stop):
    entry = rows.an_order(account, status="filled", order_class="bracket")
    target = {"type": "limit", "role": "target", "limit_price": Decimal(64)}
    for leg in (stop, rows.an_exit(account, stop_price=None, **target)):
        leg.parent, leg.order_class, leg.source = entry, "bracket", "attached"
        leg.save()
    send(client, stop, stop_price="59.00")
    assert Command.objects.get().change == {"stop_price": "59"}


def test_a_stop_placed_on_its_own_asks_for_a_code_too_when_it_moves_away(client, stop):
    Order.objects.filter(pk=stop.pk).update(role="entry")
    assert client.post(url(stop), typed(stop_price="57.00")).context["needs_code"]
    assert not client.post(url(stop), typed(stop_price="59.00")).context["needs_code"]


def test_only_its_trader_may_change_an_order(reader, stranger, stop):
    assert reader.post(url(stop), typed(stop_price="59.00")).status_code == 403
    assert stranger.get(url(stop)).status_code == 404
    assert stranger.post(url(stop), typed(stop_price="59.00")).status_code == 404
    assert not Command.objects.exists()
