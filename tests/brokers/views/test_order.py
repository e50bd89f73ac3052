from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from brokers.models import BrokerReference, Order
from brokers.orders.drafting import Ticket, judge
from risk.facts import Phase
from risk.services import record_decision
from tests import people
from tests.brokers.views import rows
from tradedesk.audit.actions import AuditAction
from tradedesk.audit.services import record
from tradedesk.core.actor import broker, system


def url(order) -> str:
    return reverse("order", args=[order.pk])


def write_down(order, action, actor, **payload):
    with transaction.atomic():
        record(
            action,
            actor=actor,
            subject="order",
            subject_id=order.pk,
            payload=payload,
            now=rows.current(),
        )


@pytest.fixture
def filled(account):
    order = rows.an_order(
        account,
        quantity=Decimal(327),
        filled_quantity=Decimal(327),
        average_price=Decimal("59.9937"),
        status="filled",
        stop_loss_price=Decimal("58.50"),
        risk_money=Decimal("488.43"),
    )
    rows.a_fill(order, "120", "60.00")
    rows.a_fill(order, "207", "59.99")
    return order


def test_the_page_tells_the_whole_order(client, filled):
    rows.an_exit(filled.account, parent=filled, quantity=Decimal(327))
    page = client.get(url(filled)).content.decode()
    assert "327 at limit 60.00" in page
    assert "59.9937" in page
    assert "19,617.93" in page  # 120 x 60.00 + 207 x 59.99
    assert "−1.00R" in page  # noqa: RUF001 - the minus of the page
    assert "The stop at 58.50 works at the broker." in page
    assert filled.client_order_id in page


def test_an_entry_without_a_working_stop_says_so(client, filled):
    response = client.get(url(filled))
    assert response.context["next"].kind == "warning"
    assert response.context["exits"][0].order is None  # planned, not working


def test_the_timeline_is_what_the_audit_log_holds(client, alice, filled):
    actor = people.actor(alice)
    write_down(filled, AuditAction.ORDER_DRAFTED, actor, version=1, acknowledged=["A"])
    write_down(filled, AuditAction.ORDER_CONFIRMED, actor, digest="ab" * 32, change={})
    write_down(
        filled, AuditAction.COMMAND_SENT, system("worker"), what="submit", send=1
    )
    write_down(
        filled,
        AuditAction.COMMAND_UNRESOLVED,
        system("worker"),
        what="submit",
        outcome="No answer.",
    )
    told = {"execution": "E-1", "quantity": "120", "price": "60", "told_by": "stream"}
    write_down(filled, AuditAction.FILL_BOOKED, broker("Practice"), **told)
    events = client.get(url(filled)).context["events"]
    assert [event.title for event in events] == [
        "Draft written",
        "Confirmed",
        "Sent the order",
        "No answer yet",
        "Fill 120 at 60.00",
        "Reconciliation",
    ]
    assert events[0].who == "you"
    assert events[4].code == "E-1"
    assert client.get(url(filled)).context["record"]["count"] == 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"reason": "the plan changed"}, "the plan changed"),
        ({"gives_way_to": "0" * 32}, "It makes room for a close or a new exit"),
    ],
)
def test_a_cancel_says_why_it_was_asked_for(client, alice, filled, change, said):
    write_down(
        filled,
        AuditAction.ORDER_CANCEL_REQUESTED,
        people.actor(alice),
        what="cancel",
        change=change,
    )
    event = client.get(url(filled)).context["events"][0]
    assert event.title == "Cancel asked for"
    assert event.detail.startswith(said)
    assert bool(event.detail) is bool(said)


def test_the_checks_are_those_of_the_confirmation(client, alice, account, filled):
    ticket = Ticket(intent_key=filled.intent, spec=filled.spec())
    assessment = judge(account, ticket, user=alice, now=rows.current())
    with transaction.atomic():
        record_decision(
            order_id=filled.pk,
            user_id=alice.pk,
            account_id=account.pk,
            assessment=assessment,
            phase=Phase.CONFIRM,
            now=rows.current(),
        )
    context = client.get(url(filled)).context
    assert len(context["passes"]) == len(assessment.passes)
    assert context["decision"].phase == "confirm"


def test_an_unknown_outcome_is_explained_and_counts_as_exposure(client, account):
    order = rows.an_order(account, status="submitted", broker_order_id="")
    rows.a_command(order, unresolved_since=rows.current())
    page = client.get(url(order)).content.decode()
    assert "Sent, no answer yet." in page
    assert "It was not rejected" in page
    assert "counts as exposure" in page
    assert "Unresolved" in page


def test_a_working_order_can_be_changed_and_cancelled_and_says_what_it_waits_for(
    client, account
):
    order = rows.an_order(account)
    page = client.get(url(order)).content.decode()
    assert reverse("order_cancel", args=[order.pk]) in page
    assert reverse("order_amend", args=[order.pk]) in page
    assert "Waits for 60.00 or less" in page


@pytest.mark.parametrize("status", ["filled", "cancelled", "rejected", "denied"])
def test_an_order_that_has_ended_offers_neither(client, account, status):
    order = rows.an_order(account, status=status)
    page = client.get(url(order)).content.decode()
    assert reverse("order_cancel", args=[order.pk]) not in page
    assert reverse("order_amend", args=[order.pk]) not in page


def test_a_fractional_order_offers_no_change(client, account):
    order = rows.an_order(account, quantity=Decimal("0.5"))
    assert not client.get(url(order)).context["can_amend"]


def test_a_draft_leads_to_its_review(client, account):
    order = rows.an_order(account, status="draft")
    assert (
        reverse("order_review", args=[order.pk])
        in client.get(url(order)).content.decode()
    )


def test_the_body_alone_is_what_live_news_asks_for(client, account):
    page = client.get(url(rows.an_order(account)), {"part": "body"}).content.decode()
    assert 'id="order-page"' in page
    assert "<html" not in page


def test_nobody_opens_the_order_of_another(reader, stranger, account):
    order = rows.an_order(account)
    assert reader.get(url(order)).status_code == 404
    assert stranger.get(url(order)).status_code == 404
    assert stranger.post(url(order)).status_code == 405


@pytest.mark.parametrize("count", [1, 8])
def test_the_page_asks_the_same_few_questions_however_long_its_life(
    client, alice, filled, count, few_queries
):
    for _ in range(count):
        rows.a_fill(filled, "1", "60.00")
        rows.an_exit(filled.account, parent=filled)
        rows.a_command(filled, kind="amend", status="confirmed")
        write_down(filled, AuditAction.ORDER_CANCEL_REQUESTED, people.actor(alice))
    with few_queries(15):
        client.get(url(filled))


def test_the_ids_that_a_change_replaced_are_named(client, account):
    order = rows.an_order(account, broker_order_id="version-1")
    page = client.get(reverse("order", args=[order.pk])).content.decode()
    assert "Replaced id" not in page
    rows.a_command(order, kind="amend", status="confirmed")
    BrokerReference.objects.create(
        account=account, order=order, broker_order_id="version-2", since=rows.current()
    )
    Order.objects.filter(pk=order.pk).update(broker_order_id="version-2")
    page = client.get(reverse("order", args=[order.pk]))
    assert page.context["earlier_ids"] == ["version-1"]
    assert "Replaced id" in page.content.decode()
