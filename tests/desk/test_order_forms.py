"""Every type, class and time in force from the ticket: taken where the practice
exchange takes it, and refused with the words that cannot go together where not.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.urls import reverse

from brokers.domain.orders import OrderClass, OrderType, TimeInForce
from brokers.models import Order
from brokers.orders.drafting import Ticket, judge
from risk.facts import DenialCode
from tests import people
from tests.brokers.views import rows
from tests.sim.engine.test_table import CELLS, expected
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.desk.ticket.forms import TicketForm
from tradedesk.desk.ticket.panel import check_ready, read_panel
from tradedesk.desk.ticket.preview import read


# What the ticket types for each; the exits make the class.
PRICES = {
    OrderType.MARKET: {},
    OrderType.LIMIT: {"limit_price": "60.00"},
    OrderType.STOP: {"stop_price": "61.00"},
    OrderType.STOP_LIMIT: {"stop_price": "61.00", "limit_price": "61.10"},
    OrderType.TRAILING_STOP: {"trail_price": "1.50"},
}
STOP, TARGET = {"stop_loss_price": "58.50"}, {"take_profit_price": "64.50"}
LIMITED = {**STOP, "stop_loss_limit_price": "58.40"}
EXITS = {
    OrderClass.SIMPLE: [{}],
    OrderClass.OTO: [STOP, TARGET, LIMITED],
    OrderClass.BRACKET: [STOP | TARGET, LIMITED | TARGET],
}
BY_MONEY = {"size_model": "amount", "size_amount": "500.00"}


def typed(**changed) -> dict[str, str | list[str]]:
    form = {
        "intent_key": str(uuid4()),
        "version": "0",
        "symbol": "ACME",
        "side": "buy",
        "type": "market",
        "time_in_force": "day",
        "size_model": "units",
        "size_amount": "10",
        "no_stop_reason": "A test of the forms",
        "acknowledged": [code.value for code in DenialCode],
    }
    return form | changed


def posted(fields) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


@pytest.fixture
def account(alice):
    account = rows.an_account(alice)
    rows.list_instruments(account)
    rows.a_quote(account, "ACME", "60.00")
    return account


@pytest.fixture
def client(alice):
    return people.verified(alice)


@pytest.fixture
def ask(account, alice):
    """The ticket's own answer, without the page: its panel and what stands on it."""
    now = SYSTEM_CLOCK.now()
    seen = read(account, "ACME", now, held=())

    def asked(**fields):
        form = TicketForm(posted(typed(**fields)))
        panel = read_panel(account, form, user=alice, now=now, seen=seen)
        check_ready(panel)
        said = [text for errors in form.errors.values() for text in errors]
        return panel, " ".join(said)

    return asked


def names_both(said: str, kind: OrderType, group: OrderClass, force: TimeInForce):
    """The refusal names the type, and the class or the time that it cannot go with."""
    group_named = group is not OrderClass.SIMPLE and group.value in said
    return kind.value.replace("_", " ") in said and (
        f"not take {force.value} for" in said or group_named
    )


@pytest.mark.parametrize("kind", OrderType)
@pytest.mark.parametrize("group", EXITS)
def test_the_ticket_takes_what_the_exchange_takes(ask, kind, group):
    for force, exits in product(TimeInForce, EXITS[group]):
        fields = {"type": kind.value, "time_in_force": force.value}
        panel, said = ask(**fields, **PRICES[kind], **exits)
        if isinstance(expected(kind, group, force), str):
            assert said == "", (force, exits)
            assert panel.preview.spec.order_class is group
        else:
            assert names_both(said, kind, group, force), (force, exits, said)


@pytest.mark.parametrize("kind", OrderType)
def test_a_pair_of_exits_is_judged_as_the_exchange_does(account, alice, kind):
    """One cancels the other: made where a position is protected, not on the ticket."""
    rows.a_position(account)
    exits = {"order_class": OrderClass.OCO, "side": "sell"}
    exits |= {"stop_loss_price": Decimal(58), "take_profit_price": Decimal(64)}
    exits |= {"limit_price": None}
    order = rows.an_order(account, status="draft", type=kind, broker_order_id="")
    for name, value in exits.items():
        setattr(order, name, value)
    for force in TimeInForce:
        order.time_in_force = force.value
        ticket = Ticket(intent_key=uuid4(), spec=order.spec())
        blocks = judge(account, ticket, user=alice, now=SYSTEM_CLOCK.now()).blocks
        said = " ".join(verdict.message for verdict in blocks)
        if isinstance(expected(kind, OrderClass.OCO, force), str):
            assert said == "", force
        else:
            assert names_both(said, kind, OrderClass.OCO, force), (force, said)


def test_every_cell_of_the_exchanges_table_is_walked():
    walked = set(product(OrderType, [*EXITS, OrderClass.OCO], TimeInForce))
    assert walked == set(CELLS)


@pytest.mark.parametrize("kind", OrderType)
def test_money_goes_with_simple_day_orders(ask, kind):
    for force in TimeInForce:
        fields = {"type": kind.value, "time_in_force": force.value}
        panel, said = ask(**fields, **PRICES[kind], **BY_MONEY)
        if force is TimeInForce.DAY and kind is not OrderType.TRAILING_STOP:
            assert said == "", force
            assert (panel.preview.spec.quantity, panel.preview.spec.notional) == (
                None,
                500,
            )
        else:
            assert "no amount of money for this order" in said, (force, said)
            assert "orders with day and no attached stop or target" in said


@pytest.mark.parametrize("exits", [STOP, TARGET, STOP | TARGET])
def test_money_does_not_go_with_attached_exits(ask, exits):
    _panel, said = ask(**BY_MONEY, **exits)
    assert "no amount of money" in said
    assert "no attached stop or target" in said


def test_money_needs_an_instrument_that_is_fractioned(ask, account):
    account.connection.refresh_from_db()
    panel, _said = ask(**BY_MONEY)
    instrument = panel.preview.instrument
    instrument.fractionable = False
    instrument.save()
    _panel, said = ask(**BY_MONEY)
    assert "ACME is traded in whole lots only" in said


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({**BY_MONEY, "size_amount": "500.001"}, "two decimals"),
        ({**BY_MONEY, "size_amount": "0"}, "above 0"),
        ({**BY_MONEY, "size_amount": "0.50"}, "takes no order below 1"),
        ({"type": "trailing_stop"}, "needs a trail: by percent or by an amount"),
        (
            {"type": "trailing_stop", "trail_price": "1", "trail_percent": "2"},
            "not by both",
        ),
        ({"stop_loss_limit_price": "58.40"}, "needs the stop itself"),
        ({**STOP, "stop_loss_limit_price": "58.60"}, "lies at 58.50 or below"),
        (
            {
                "side": "sell",
                "stop_loss_price": "61.00",
                "stop_loss_limit_price": "60.90",
            },
            "lies at 61.00 or above",
        ),
        (
            {"type": "limit", "limit_price": "60", **STOP, "extended_hours": "on"},
            "no attached exits",
        ),
    ],
)
def test_what_cannot_go_together_is_said(client, account, fields, words):
    response = client.post(reverse("ticket_submit", args=[account.pk]), typed(**fields))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Order.objects.exists()


def test_a_trail_that_is_not_used_is_left_out(ask):
    panel, said = ask(trail_price="1.50", trail_percent="2")
    assert said == ""
    spec = panel.preview.spec
    assert (spec.trail_price, spec.trail_percent) == (None, None)


def drafted(client, account, **fields):
    url = reverse("ticket_submit", args=[account.pk])
    response = client.post(url, typed(**fields))
    assert response.status_code == 302, response.context["form"].errors
    order = Order.objects.get()
    return order, client.get(response["Location"])


def test_a_draft_in_money_is_reviewed_and_edited_in_money(client, account):
    order, review = drafted(client, account, **BY_MONEY)
    assert (order.quantity, order.notional) == (None, 500)
    assert review.context["sentence"] == "Buy 500.00 of ACME at market,"
    assert "BUY 500.00 of ACME at market" in review.context["button"]
    form = client.get(reverse("order_edit", args=[order.pk])).context["form"]
    assert (form["size_model"].value(), form["size_amount"].value()) == (
        "amount",
        "500",
    )
    assert form.errors == {}


def test_the_size_of_an_order_in_money_is_shown_as_an_estimate(client, account):
    url = reverse("ticket_preview", args=[account.pk])
    page = client.post(url, typed(**BY_MONEY)).content.decode()
    assert "8.331944675" in page  # 500 at the ask of 60.01
    assert '<b class="strong">500.00</b> is sent' in page


def test_a_draft_that_trails_by_an_amount_keeps_it(client, account):
    order, review = drafted(client, account, type="trailing_stop", trail_price="1.50")
    assert (order.trail_price, order.trail_percent) == (Decimal("1.50"), None)
    assert review.context["sentence"] == "Buy 10 ACME trailing by 1.50,"
    form = client.get(reverse("order_edit", args=[order.pk])).context["form"]
    assert form["trail_price"].value() == "1.5"


def test_a_stop_with_a_limit_warns_that_it_may_not_fill(client, account):
    order, review = drafted(client, account, **LIMITED)
    page = review.content.decode()
    assert "stop 58.50, limit 58.40" in page
    assert "if the market jumps below 58.40, it waits" in page
    edited = client.get(reverse("order_edit", args=[order.pk])).content.decode()
    assert "if the market jumps below 58.40, it waits" in edited
    assert 'class="more-fields span-6" open' in edited


LOOKS_AGAIN = 'hx-trigger="every 2s"'


@pytest.mark.parametrize("lacking", ["quote", "position", "nothing"])
def test_a_ticket_looks_again_only_while_something_is_to_come(client, account, lacking):
    if lacking == "quote":
        rows.a_quote(account, "ACME", "60.00", age_seconds=60)
    if lacking == "position":
        account.synced_at = None
        account.save()
    url = reverse("ticket_preview", args=[account.pk])
    page = client.post(url, typed()).content.decode()
    assert (LOOKS_AGAIN in page) == (lacking != "nothing")
    page = client.post(url, typed(symbol="NOSUCH")).content.decode()
    assert LOOKS_AGAIN not in page
