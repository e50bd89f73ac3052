from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from brokers.models import Command, Order
from tests.brokers.views import rows
from tradedesk.audit.selectors import entries_for


ALL = "/orders/cancel/"


def url(order) -> str:
    return reverse("order_cancel", args=[order.pk])


def test_a_cancel_is_queued_at_once_without_a_code(client, alice, account):
    order = rows.an_order(account)
    response = client.post(url(order))
    assert response.headers["Location"] == reverse("order", args=[order.pk])
    command = Command.objects.get(order=order)
    assert (command.kind, command.status) == ("cancel", "queued")
    entry = entries_for("order", order.pk).get()
    assert entry.action == "order.cancel_requested"
    assert entry.actor_user_id == alice.pk


def test_a_stop_that_leaves_units_bare_asks_why_and_then_goes(client, account):
    rows.a_position(account, quantity="100")
    stop = rows.an_exit(account)
    asked = client.post(url(stop))
    assert asked.status_code == 422
    assert "Nothing then protects" in asked.content.decode()
    assert client.post(url(stop), {"reason": "short"}).status_code == 422
    assert not Command.objects.exists()
    why = {"reason": "A trailing stop follows now"}
    assert client.post(url(stop), why).status_code == 302
    assert Command.objects.get(order=stop).change == why


def test_a_stop_beside_another_and_an_exit_of_nothing_go_at_once(client, account):
    spare = rows.an_exit(account)
    assert client.post(url(spare)).status_code == 302
    rows.a_position(account, "BRIO", quantity="100")
    rows.an_exit(account, "BRIO")
    second = rows.an_exit(account, "BRIO")
    assert client.post(url(second)).status_code == 302


def test_asking_twice_asks_once(client, account):
    order = rows.an_order(account)
    client.post(url(order))
    client.post(url(order))
    assert Command.objects.filter(order=order).count() == 1


def test_an_order_that_was_not_sent_yet_ends_here(client, account):
    order = rows.an_order(account, status="submitted", broker_order_id="")
    rows.a_command(order, status="queued", sent_at=None)
    client.post(url(order))
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert Command.objects.get(order=order).status == "refused"


def test_an_order_that_has_ended_answers_that_it_changed(client, account):
    order = rows.an_order(account, status="filled")
    assert client.post(url(order)).status_code == 409
    assert not Command.objects.filter(order=order).exists()


def test_it_goes_back_to_where_it_was_asked_but_never_to_another_host(client, account):
    first, second = rows.an_order(account), rows.an_order(account)
    from_desk = client.post(
        url(first), headers={"referer": "http://testserver/desk/?symbol=ACME"}
    )
    assert from_desk.headers["Location"] == "/desk/?symbol=ACME"
    from_elsewhere = client.post(
        url(second), headers={"referer": "http://elsewhere.test/desk/"}
    )
    assert from_elsewhere.headers["Location"] == reverse("order", args=[second.pk])


def test_only_its_trader_may_cancel_an_order(client, reader, stranger, account):
    order = rows.an_order(account)
    assert reader.post(url(order)).status_code == 403
    assert stranger.post(url(order)).status_code == 404
    assert client.get(url(order)).status_code == 405
    assert not Command.objects.exists()


@pytest.fixture
def working(account) -> dict[str, Order]:
    rows.a_quote(account, "GALE", "24.00")
    return {
        "buy": rows.an_order(account, "ACME"),
        "sell": rows.an_order(account, "BRIO", side="sell"),
        "exit": rows.an_exit(account, "ACME"),
        "done": rows.an_order(account, "GALE", status="filled"),
    }


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"scope": "all"}, {"buy", "sell", "exit"}),
        ({"scope": "buys"}, {"buy"}),
        ({"scope": "sells"}, {"sell", "exit"}),
        ({"scope": "symbol", "symbol": "acme"}, {"buy", "exit"}),
        ({"scope": "what?"}, {"buy", "sell", "exit"}),
    ],
)
def test_the_page_names_what_it_would_cancel(client, working, query, named):
    response = client.get(ALL, query)
    assert {order.pk for order in response.context["orders"]} == {
        working[name].pk for name in named
    }
    assert not Command.objects.exists()


def test_selected_orders_are_named(client, working):
    chosen = {"scope": "selected", "order": [working["buy"].pk, working["done"].pk]}
    assert client.get(ALL, chosen).context["orders"] == [working["buy"]]


def test_count_symbols_and_money_are_told_and_exits_warned_of(client, working):
    page = client.get(ALL, {"scope": "all"}).content.decode()
    assert "3 orders" in page
    assert "ACME, BRIO" in page
    assert "12,000.00" in page  # 100 at 60.00, twice; the exit uses no money
    assert "1 of them close positions." in page
    assert "Cancel 2 orders, keep the exits" in page


def test_exactly_what_was_listed_is_cancelled(client, working):
    late = rows.an_order(working["buy"].account, "LATE")
    listed = [working[name].pk for name in ("buy", "sell", "done")]
    response = client.post(ALL, {"order": listed})
    assert response.headers["Location"] == reverse("orders")
    asked = set(Command.objects.values_list("order", flat=True))
    assert asked == {working["buy"].pk, working["sell"].pk}
    assert late.pk not in asked


def test_exits_stay_when_that_is_chosen(client, working):
    listed = [working[name].pk for name in ("buy", "exit")]
    client.post(ALL, {"order": listed, "keep": "exits"})
    assert Command.objects.get().order == working["buy"]


def test_nothing_left_to_cancel_is_told(client, working):
    assert client.post(ALL, {"order": [working["done"].pk]}).status_code == 409
    assert client.post(ALL, {"order": ["x"]}).status_code == 409


def test_nobody_cancels_the_orders_of_another_in_bulk(reader, stranger, working):
    listed = {"order": [working["buy"].pk]}
    assert reader.post(ALL, listed).status_code == 403
    assert stranger.post(ALL, listed).status_code == 409
    assert b"Nothing to cancel" in stranger.get(ALL).content
    assert not Command.objects.exists()


def test_an_order_without_an_answer_is_named_as_such(client, account):
    order = rows.an_order(account, status="submitted", quantity=Decimal(5))
    rows.a_command(order, unresolved_since=rows.current())
    page = client.get(ALL).content.decode()
    assert "no answer from the broker yet" in page
