"""The new side of a reversal is planned like any entry; an exit is its entry's."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from django.urls import reverse

from brokers.models import Order
from brokers.orders.digests import spec_digest
from journal.models import OrderPlan
from journal.plans.inheriting import carried_by
from journal.plans.reading import order_plan
from tests.brokers.views import rows
from tests.journal.plans.conftest import submit
from tests.journal.views.rows import a_trade


def reverse_it(client, position, *, part="", **answers):
    form = {"intent_key": str(uuid4()), "quantity": "100", "stop_price": "63.00"}
    url = reverse("position_reverse", args=[position.pk])
    return client.post(f"{url}{part}", form | answers)


def test_who_has_no_playbook_is_asked_nothing_and_the_entry_says_so(client, account):
    reverse_it(client, rows.a_position(account))
    assert order_plan(Order.objects.get()).unplanned_reason == "no playbook yet"


def test_a_reversal_says_its_playbook_or_why_none(client, account, playbook):
    position = rows.a_position(account)
    refused = reverse_it(client, position)
    assert refused.status_code == 422
    assert "Choose the playbook" in refused.content.decode()
    refused = reverse_it(client, position, playbook="unplanned")
    assert (refused.status_code, Order.objects.count()) == (422, 0)
    reverse_it(client, position, playbook="unplanned", unplanned_reason="It broke")
    draft = Order.objects.get()
    assert order_plan(draft).unplanned_reason == "It broke"
    review = client.get(reverse("reversal", args=[draft.pk])).content.decode()
    assert "It broke" in review


def test_the_checklist_of_the_new_side_is_answered_and_signed(
    client, account, playbook
):
    position, chosen = rows.a_position(account), {"playbook": str(playbook.pk)}
    part = reverse_it(client, position, part="?part=plan", **chosen).content.decode()
    assert "Volume above average" in part
    assert "<html" not in part
    assert not Order.objects.exists()
    answers = {"checklist_version": str(playbook.current_id), "checklist": ["1"]}
    reverse_it(client, position, **chosen, **answers)
    draft = Order.objects.get()
    carried = order_plan(draft)
    assert carried.playbook_version == playbook.current
    assert [one["done"] for one in carried.checklist] == [False, True]
    assert (carried.planned_stop, carried.planned_target) == (63, None)
    signed = spec_digest(draft)
    draft.papers_digest = ""
    assert spec_digest(draft) != signed


def test_an_exit_is_carried_by_what_its_entry_carries(client, account, playbook):
    _response, entry = submit(
        client, account, playbook="unplanned", unplanned_reason="A hunch"
    )
    OrderPlan.objects.filter(order=entry).update(planned_entry=Decimal(60))
    stop = rows.an_exit(account)
    assert carried_by(stop) is None
    a_trade(
        account,
        None,
        day=stop.created_at.date(),
        opened_at=stop.created_at,
        closed_at=None,
        trading_day=None,
        order=entry,
    )
    found = carried_by(stop)
    assert (found.plan.order, found.entry_id) == (entry, entry.pk)
    assert carried_by(entry).entry_id is None
    page = client.get(reverse("notes_of_order", args=[stop.pk])).content.decode()
    assert "A hunch" in page
    assert f"order {entry.pk}" in page
