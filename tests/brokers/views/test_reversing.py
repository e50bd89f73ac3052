from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from brokers.models import Command, Order
from risk.models import Decision
from tests import people
from tests.brokers.views import rows
from tests.devices.models import ChaosDevice


def url(position) -> str:
    return reverse("position_reverse", args=[position.pk])


def review_url(order) -> str:
    return reverse("reversal", args=[order.pk])


@pytest.fixture
def position(account):
    rows.a_quote(account, "ACME", "61.01")  # bid 61.00
    return rows.a_position(account)


def typed(**changed) -> dict[str, str]:
    form = {"intent_key": str(uuid4()), "quantity": "100", "stop_price": "63.00"}
    return form | changed


def drafted(client, position, **changed) -> Order:
    response = client.post(url(position), typed(**changed))
    order = Order.objects.get(status="draft")
    assert response.headers["Location"] == review_url(order)
    return order


def answers(review) -> list[str]:
    return [one.code for one in review.context["unread"]]


def send(client, alice, order, **changed):
    review = client.get(review_url(order))
    device = ChaosDevice.objects.get(user=alice)
    form = {
        "digest": review.context["digest"],
        "code": people.next_code(device),
        "device": device.persistent_id,
        "acknowledged": answers(review),
    }
    return client.post(review_url(order), form | changed)


def test_the_form_proposes_the_whole_units_that_are_held(client, position):
    assert client.get(url(position)).context["form"]["quantity"].value() == "100"
    position.quantity = position.broker_quantity = Decimal("10.5")
    position.save()
    assert client.get(url(position)).context["form"]["quantity"].value() == "10"


def test_nothing_is_sent_before_the_review(client, position):
    order = drafted(client, position)
    assert (order.side, order.quantity, order.stop_loss_price) == ("sell", 100, 63)
    assert order.reverses == 100
    assert not Command.objects.exists()


def test_the_review_shows_both_orders_and_judges_the_entry_as_if_flat(client, position):
    stop = rows.an_exit(position.account)
    response = client.get(review_url(drafted(client, position)))
    titles = [leg.title for leg in response.context["legs"]]
    assert titles == ["1. Close", "2. Entry, when flat", "Stop, on fill"]
    position_row = response.context["shifts"][0]
    assert (position_row.before, position_row.after) == ("100", "\N{MINUS SIGN}100")
    assert not response.context["is_blocked"]
    assert response.context["exits"] == [stop]
    assert "nothing protects the position" in response.content.decode()


def test_one_code_queues_the_close_and_the_entry_that_follows_it(
    client, alice, position
):
    stop = rows.an_exit(position.account)
    entry = drafted(client, position)
    response = send(client, alice, entry)
    assert response.headers["Location"] == reverse("order", args=[entry.pk])
    entry.refresh_from_db()
    close = entry.follows
    assert (close.side, close.type, close.quantity) == ("sell", "market", 100)
    assert close.reduces_risk
    assert not entry.reduces_risk
    submissions = Command.objects.filter(kind="submit").order_by("pk")
    assert [one.order for one in submissions] == [close, entry]
    assert [bool(one.grant_id) for one in submissions] == [False, True]
    assert Command.objects.get(kind="cancel").order == stop
    assert Decision.objects.filter(order_id=entry.pk, phase="confirm").exists()
    page = client.get(reverse("order", args=[entry.pk])).content.decode()
    assert "waits for the close" in page


def test_without_a_code_neither_goes(client, alice, position):
    order = drafted(client, position)
    assert send(client, alice, order, code="000000").status_code == 422
    assert not Command.objects.exists()


def test_a_blocked_entry_offers_the_close_alone(client, alice, position):
    order = drafted(client, position, stop_price="59.00")  # a short loses upwards
    review = client.get(review_url(order))
    assert review.context["is_blocked"]
    page = review.content.decode()
    assert "Close only" in page
    assert "not even the close" in page
    response = send(client, alice, order)
    assert response.status_code == 422
    assert "not even the close" in response.content.decode()
    assert not Command.objects.exists()


def test_a_position_that_moved_begins_again(client, alice, position):
    order = drafted(client, position)
    position.quantity = position.broker_quantity = Decimal(60)
    position.save()
    assert client.get(review_url(order)).context["moved"]
    assert send(client, alice, order).status_code == 409
    assert not Command.objects.exists()


def test_a_reversal_has_one_page_to_confirm_it(client, position):
    order = drafted(client, position)
    for name in ("order_review", "order_edit"):
        response = client.get(reverse(name, args=[order.pk]))
        assert response.headers["Location"] == review_url(order)


def test_a_short_is_turned_to_a_long(client, alice, account):
    rows.a_quote(account, "GALE", "24.00")
    position = rows.a_position(account, "GALE", "-50")
    order = drafted(client, position, quantity="50", stop_price="23.00")
    send(client, alice, order)
    order.refresh_from_db()
    assert (order.side, order.follows.side, order.follows.quantity) == (
        "buy",
        "buy",
        50,
    )


def test_pressing_twice_turns_once(client, alice, position):
    order = drafted(client, position)
    send(client, alice, order)
    count = Command.objects.count()
    again = client.post(review_url(order), {"digest": "x"})
    assert again.headers["Location"] == reverse("order", args=[order.pk])
    assert Command.objects.count() == count


@pytest.mark.parametrize("changed", [{"quantity": "0"}, {"stop_price": ""}])
def test_what_cannot_be_is_said_at_the_field(client, position, changed):
    assert client.post(url(position), typed(**changed)).status_code == 422
    assert not Order.objects.exists()


def test_what_is_flat_cannot_be_reversed(client, position):
    position.quantity = position.broker_quantity = Decimal(0)
    position.save()
    assert client.get(url(position)).status_code == 409


def test_only_its_trader_may_reverse(client, reader, stranger, position):
    order = drafted(client, position)
    assert reader.post(url(position), typed()).status_code == 403
    assert stranger.get(url(position)).status_code == 404
    assert stranger.post(url(position), typed()).status_code == 404
    assert stranger.get(review_url(order)).status_code == 404


def test_positions_and_desk_lead_to_it(client, position):
    assert url(position) in client.get(reverse("positions")).content.decode()
    assert url(position) in client.get(reverse("desk")).content.decode()
