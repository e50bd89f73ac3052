"""A change that lets more be lost is judged like a new order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from brokers.domain.orders import OrderChange
from brokers.models import Command, Order
from brokers.orders.amend import Amendment, request_amend
from risk.models import Decision
from tests import people
from tests.brokers.views import rows
from tests.devices.models import ChaosDevice
from tradedesk.accounts.models import StepUpGrant
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError, NotAllowedError


@pytest.fixture
def entry(account):
    """A working limit buy of 100 at the market, and nothing held yet."""
    rows.a_quote(account, "ACME", "60.00")
    return rows.an_order(account)


@pytest.fixture
def held(account):
    rows.a_quote(account, "ACME", "61.00")
    return rows.a_position(account)


@pytest.fixture
def code(alice):
    device = ChaosDevice.objects.get(user=alice)
    return lambda: {
        "code": people.next_code(device),
        "device": device.persistent_id,
    }


def url(order) -> str:
    return reverse("order_amend", args=[order.pk])


def typed(order, **changed) -> dict[str, str]:
    fields = {"quantity": "100", "time_in_force": order.time_in_force}
    prices = {"limit_price": order.limit_price, "stop_price": order.stop_price}
    fields |= {name: f"{value}" for name, value in prices.items() if value is not None}
    return fields | {"step": "review"} | changed


def send(client, order, code=None, **changed):
    digest = client.post(url(order), typed(order, **changed)).context["digest"]
    sent = {"step": "send", "digest": digest} | (code or {})
    return client.post(url(order), typed(order, **changed, **sent))


def change(alice, order, **fields) -> Command:
    return request_amend(
        Amendment(
            order_id=order.pk,
            change=OrderChange(**fields),
            user=alice,
            grant_id=None,
            actor=people.actor(alice),
        ),
        SYSTEM_CLOCK,
    )


def test_more_units_are_new_risk_and_need_a_code(client, entry):
    review = client.post(url(entry), typed(entry, quantity="150"))
    assert review.context["needs_code"]
    assert send(client, entry, quantity="150").status_code == 422
    assert not Command.objects.exists()


def test_more_units_are_judged_and_go_with_a_code(client, entry, code):
    assert send(client, entry, code(), quantity="150").status_code == 302
    assert Command.objects.get().change == {"quantity": "150"}
    decision = Decision.objects.filter(order_id=entry.pk).latest("pk")
    assert decision.phase == "amend"


def test_fewer_units_of_an_entry_need_none(client, entry):
    assert send(client, entry, quantity="50").status_code == 302
    assert Command.objects.get().grant_id is None


def test_more_units_than_the_money_allows_are_blocked_and_cost_no_code(
    client, entry, code
):
    answer = send(client, entry, code(), quantity="5000")  # 300,000 of 100,000
    assert answer.status_code == 422
    assert "Nothing was changed." in answer.content.decode()
    assert not Command.objects.exists()
    assert not StepUpGrant.objects.exists()


def test_a_limit_far_through_the_market_is_blocked_in_words(client, entry, code):
    review = client.post(url(entry), typed(entry, limit_price="90.00"))
    assert review.context["is_blocked"]
    answer = send(client, entry, code(), limit_price="90.00")
    assert answer.status_code == 422
    assert "through the market" in answer.content.decode()
    assert not Command.objects.exists()


def test_what_filled_meanwhile_is_counted_in_words(alice, entry):
    Order.objects.filter(pk=entry.pk).update(filled_quantity=Decimal(60))
    with pytest.raises(InvalidInputError, match="60 are filled already"):
        change(alice, entry, quantity=Decimal(50))
    assert not Command.objects.exists()


def test_nothing_is_changed_while_a_cancel_is_on_its_way(client, entry, code):
    cancel = rows.a_command(entry, kind="cancel")
    answer = send(client, entry, code(), limit_price="60.10")
    assert answer.status_code == 409
    assert "Another change of this order is on its way" in answer.content.decode()
    assert list(Command.objects.all()) == [cancel]


def test_a_cancel_that_was_refused_lets_it_change_again(client, entry, code):
    rows.a_command(entry, kind="cancel", status="refused")
    assert send(client, entry, code(), limit_price="60.10").status_code == 302


@pytest.mark.parametrize("role", ["stop", "target"])
def test_an_exit_for_more_than_is_held_would_open_the_other_side(
    client, account, held, alice, role
):
    limit = {"type": "limit", "stop_price": None, "limit_price": Decimal("64.00")}
    order = rows.an_exit(account, role=role, **(limit if role == "target" else {}))
    review = client.post(url(order), typed(order, quantity="150"))
    assert review.context["needs_code"] or review.context["is_blocked"]
    assert send(client, order, quantity="150").status_code == 422
    with pytest.raises(NotAllowedError):
        change(alice, order, quantity=Decimal(150))
    assert not Command.objects.exists()


def test_an_exit_for_more_of_what_is_held_needs_no_code(client, account, held):
    order = rows.an_exit(account, quantity=Decimal(50))
    assert send(client, order, quantity="100").status_code == 302
    assert Command.objects.get().grant_id is None
