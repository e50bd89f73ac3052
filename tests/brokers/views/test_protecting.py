from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from brokers.domain.reports import Bar, BarInterval
from brokers.market import bars
from brokers.models import Command, Order
from tests.brokers.views import rows


def url(position) -> str:
    return reverse("position_protect", args=[position.pk])


@pytest.fixture
def position(account):
    rows.a_quote(account, "ACME", "61.01")  # bid 61.00
    return rows.a_position(account)


def a_month_of_days_with_a_range_of_one(account):
    today = rows.current()
    days = [
        Bar(
            symbol="ACME",
            start=today - timedelta(days=number),
            open=Decimal(60),
            high=Decimal("60.50"),
            low=Decimal("59.50"),
            close=Decimal(60),
            volume=Decimal(1000),
        )
        for number in range(1, 31)
    ]
    bars.store_bars(account.connection.feed, BarInterval.DAY_1, days)


def protect(client, position, price, **more):
    form = {"intent_key": str(uuid4()), "stop_price": price} | more
    return client.post(url(position), form)


def test_two_atr_and_break_even_are_proposed(client, account, position):
    a_month_of_days_with_a_range_of_one(account)
    context = client.get(url(position)).context
    assert [(level.label, level.price) for level in context["levels"]] == [
        ("2 ATR", Decimal("59.00")),
        ("Break-even", Decimal("60.00")),
    ]
    assert context["form"]["stop_price"].value() == "59.00"


def test_a_proposal_fills_the_form_without_a_script(client, position):
    response = client.get(url(position), {"stop_price": "60.00"})
    assert response.context["form"]["stop_price"].value() == "60.00"


def test_break_even_is_no_stop_while_the_position_loses(client, account):
    rows.a_quote(account, "ACME", "59.00")
    levels = client.get(url(rows.a_position(account))).context["levels"]
    assert levels == []


def test_a_stop_is_queued_for_every_bare_unit_without_a_code(client, position):
    response = protect(client, position, "58.50")
    order = Order.objects.get()
    assert response.headers["Location"] == reverse("order", args=[order.pk])
    assert (order.side, order.type, order.stop_price) == ("sell", "stop", 58.5)
    assert (order.quantity, order.time_in_force) == (100, "gtc")
    assert order.reduces_risk
    assert Command.objects.get().grant_id is None


def test_only_units_without_a_stop_get_one(client, account, position):
    rows.an_exit(account, quantity=Decimal(40))
    protect(client, position, "58.00")
    assert Order.objects.latest("pk").quantity == 60


def test_the_same_form_sent_twice_is_one_stop(client, position):
    key = str(uuid4())
    protect(client, position, "58.50", intent_key=key)
    protect(client, position, "58.50", intent_key=key)
    assert Order.objects.count() == 1


def test_a_stop_on_the_wrong_side_is_refused_with_the_reason(client, position):
    response = protect(client, position, "62.00")
    assert response.status_code == 422
    assert response.context["blocks"]
    assert not Order.objects.exists()


@pytest.mark.parametrize("price", ["", "0", "soon", "-58"])
def test_what_is_no_price_is_refused(client, position, price):
    assert protect(client, position, price).status_code == 422


def test_a_short_is_protected_above_the_market(client, account):
    rows.a_quote(account, "GALE", "24.00")
    protect(client, rows.a_position(account, "GALE", "-500"), "24.76")
    order = Order.objects.get()
    assert (order.side, order.quantity) == ("buy", 500)


def test_a_working_stop_is_moved_closer_without_a_code(client, account, position):
    stop = rows.an_exit(account)
    response = protect(client, position, "59.50")
    command = Command.objects.get()
    assert (command.order, command.kind) == (stop, "amend")
    assert command.change == {"stop_price": "59.5"}
    assert response.headers["Location"] == reverse("order", args=[stop.pk])


def test_a_stop_moved_away_asks_for_a_code_on_its_own_page(client, account, position):
    stop = rows.an_exit(account)
    response = protect(client, position, "57.00")
    amend = reverse("order_amend", args=[stop.pk])
    assert response.headers["Location"] == f"{amend}?stop_price=57.00"
    assert not Command.objects.exists()


def test_units_held_by_a_target_are_told(client, account, position):
    rows.an_exit(
        account, type="limit", role="target", stop_price=None, limit_price=Decimal(64)
    )
    response = protect(client, position, "58.50")
    assert response.status_code == 422
    assert "held by working exits" in response.content.decode()


def test_a_position_that_is_gone_cannot_be_protected(client, account):
    assert client.get(url(rows.a_position(account, quantity="0"))).status_code == 409


def test_only_its_trader_may_protect_a_position(reader, stranger, position):
    assert protect(reader, position, "58.50").status_code == 403
    assert stranger.get(url(position)).status_code == 404
    assert protect(stranger, position, "58.50").status_code == 404
    assert not Order.objects.exists()


def test_a_target_beside_the_stop_is_one_order_for_both(client, position):
    protect(client, position, "59.00", target_price="65.00")
    order = Order.objects.get()
    assert (order.order_class, order.type, order.side) == ("oco", "limit", "sell")
    assert (order.stop_loss_price, order.take_profit_price) == (59, 65)
    assert order.reduces_risk
    assert Command.objects.get().grant_id is None


@pytest.mark.parametrize(
    ("unit", "field"), [("percent", "trail_percent"), ("money", "trail_price")]
)
def test_a_stop_may_trail_by_a_share_or_an_amount(client, position, unit, field):
    protect(client, position, "", kind="trail", trail="2", trail_unit=unit)
    order = Order.objects.get()
    assert order.type == "trailing_stop"
    assert getattr(order, field) == 2
    assert order.reduces_risk


def test_a_trailing_stop_needs_its_trail(client, position):
    assert protect(client, position, "59.00", kind="trail").status_code == 422
    assert not Order.objects.exists()


def test_a_target_for_what_a_stop_holds_says_what_happens_in_between(client, position):
    stop = rows.an_exit(position.account)
    asked = protect(client, position, "59.00", target_price="65.00")
    assert asked.context["asks"]
    assert "nothing protects the position" in asked.content.decode()
    assert not Command.objects.exists()
    protect(client, position, "59.00", target_price="65.00", replace="yes")
    assert Command.objects.get(kind="cancel").order == stop
    pair = Command.objects.get(kind="submit")
    assert pair.awaits_cancels
    assert (pair.order.order_class, pair.order.quantity) == ("oco", 100)


@pytest.mark.parametrize(
    "wider",
    [
        {"price": "57.00", "target_price": "65.00"},
        {"price": "", "kind": "trail", "trail": "20", "trail_unit": "percent"},
    ],
)
def test_what_replaces_a_stop_is_never_further_away(client, position, wider):
    rows.an_exit(position.account)
    response = protect(client, position, replace="yes", **wider)
    assert response.status_code == 422
    assert "further away" in response.content.decode()
    assert not Command.objects.exists()


def test_a_blocked_pair_leaves_the_working_stop_alone(client, position):
    rows.an_exit(position.account)
    wrong = {"target_price": "60.00", "replace": "yes"}  # below the market
    assert protect(client, position, "59.00", **wrong).status_code == 422
    assert not Command.objects.exists()


def test_exits_are_not_replaced_while_an_entry_works(client, position):
    rows.an_exit(position.account)
    rows.an_order(position.account)
    both = {"target_price": "65.00", "replace": "yes"}
    assert protect(client, position, "59.00", **both).status_code == 409
    assert not Command.objects.exists()
