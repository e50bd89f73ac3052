"""A ticket carries its plan and playbook, or says in a few words why not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from brokers.models import Order
from brokers.orders.digests import spec_digest
from journal.models import OrderPlan
from journal.plans import playbooks, writing
from journal.plans.reading import order_plan
from tests import people
from tests.brokers.views import rows
from tests.devices.models import ChaosDevice
from tests.journal.plans.conftest import a_playbook, submit, typed
from tradedesk.audit.selectors import entries_for
from tradedesk.core.clock import SYSTEM_CLOCK


def published(user, text="Trade to live"):
    now, actor = SYSTEM_CLOCK.now(), people.actor(user)
    seen = writing.section_digest({})
    writing.save_section(
        user, "vision", {"vision": text}, seen=seen, actor=actor, now=now
    )
    return writing.publish(user, "", actor=actor, now=now)


def answered(playbook, *done):
    return {
        "playbook": str(playbook.pk),
        "checklist_version": str(playbook.current_id),
        "checklist": [str(index) for index in done],
    }


def test_without_a_playbook_nothing_is_asked_and_the_order_says_so(client, account):
    response, order = submit(client, account)
    assert response.status_code == 302
    carried = order_plan(order)
    assert carried.unplanned_reason == "no playbook yet"
    assert carried.plan_version is None
    assert (carried.planned_entry, carried.planned_stop) == (60, 58.5)
    assert carried.planned_target == 64.5
    assert order.papers_digest


def test_a_ticket_without_playbooks_shows_no_field_of_it(client, account):
    page = client.get(reverse("desk") + "?symbol=ACME").content.decode()
    assert 'name="playbook"' not in page
    assert 'name="unplanned_reason"' not in page


def test_the_published_plan_is_attached_by_itself(client, account, alice):
    version = published(alice)
    _response, order = submit(client, account)
    assert order_plan(order).plan_version == version


def test_with_playbooks_the_choice_is_asked(client, account, playbook):
    response, order = submit(client, account)
    assert response.status_code == 422
    assert order is None
    assert b"Choose the playbook that this follows, or Unplanned." in response.content


def test_a_retired_playbook_is_not_offered(client, account, playbook, alice):
    playbooks.retire(
        playbook, "done", actor=people.actor(alice), now=SYSTEM_CLOCK.now()
    )
    response, order = submit(client, account)
    assert response.status_code == 302
    assert order_plan(order).unplanned_reason == "no playbook yet"


def test_unplanned_wants_a_reason_and_keeps_it(client, account, playbook):
    response, _order = submit(client, account, playbook="unplanned")
    assert response.status_code == 422
    assert b"Say in a few words why." in response.content
    response, order = submit(
        client, account, playbook="unplanned", unplanned_reason="news"
    )
    assert response.status_code == 302
    assert order_plan(order).unplanned_reason == "news"
    assert b"<b>Unplanned:</b> news" in client.get(response["Location"]).content


def test_a_checklist_that_was_not_shown_is_shown_first(client, account, playbook):
    response, order = submit(client, account, playbook=str(playbook.pk))
    assert response.status_code == 422
    assert order is None
    assert b"No earnings within 2 days" in response.content


def test_the_answers_are_frozen_as_given(client, account, playbook):
    response, order = submit(client, account, **answered(playbook, 1))
    assert order_plan(order).checklist == [
        {"item": "Volume above average", "done": False},
        {"item": "No earnings within 2 days", "done": True},
    ]
    page = client.get(response["Location"]).content.decode()
    assert "left open" in page
    assert "Breakout" in page


def test_a_playbook_without_questions_needs_none_answered(client, account, alice):
    bare = a_playbook(alice, "Bare", checklist=[])
    response, order = submit(client, account, playbook=str(bare.pk))
    assert response.status_code == 302
    assert order_plan(order).playbook_version == bare.current


def test_another_traders_playbook_cannot_be_carried(client, account, playbook):
    other = a_playbook(people.person("charlie"), "Charlie's")
    response, _order = submit(client, account, playbook=str(other.pk))
    assert response.status_code == 422


@pytest.mark.parametrize("side", ["sell"])
def test_an_order_that_only_reduces_risk_is_never_asked(
    client, account, playbook, side
):
    rows.a_position(account)
    reducing = {"side": side, "stop_loss_price": "", "take_profit_price": ""}
    preview = client.post(
        reverse("ticket_preview", args=[account.pk]), typed(**reducing)
    )
    assert b'name="playbook"' not in preview.content
    response, order = submit(client, account, **reducing)
    assert response.status_code == 302
    assert order.reduces_risk
    assert order_plan(order).unplanned_reason == "only reduces risk"


def test_the_digest_changes_with_the_plan(client, account, playbook):
    key = {"intent_key": typed()["intent_key"]}
    digests = []
    for version, plan in enumerate(
        [
            answered(playbook, 0),
            answered(playbook, 0, 1),
            {"playbook": "unplanned", "unplanned_reason": "news"},
        ]
    ):
        _response, order = submit(client, account, **key, **plan, version=str(version))
        order.version = 1  # the count of edits alone would change it
        digests.append(spec_digest(order))
    assert len(set(digests)) == 3
    assert OrderPlan.objects.count() == 1


def test_changing_the_plan_voids_what_was_reviewed(client, account, playbook, alice):
    fields = typed() | answered(playbook, 0)
    _response, order = submit(client, account, **fields)
    seen = spec_digest(order)
    submit(client, account, **fields | answered(playbook, 0, 1) | {"version": "1"})
    device = ChaosDevice.objects.get(user=alice)
    response = client.post(
        reverse("order_confirm", args=[order.pk]),
        {
            "digest": seen,
            "code": people.next_code(device),
            "device": device.persistent_id,
        },
    )
    assert response.status_code == 409


def test_editing_a_draft_brings_back_playbook_and_answers(client, account, playbook):
    _response, order = submit(client, account, **answered(playbook, 1))
    page = client.get(reverse("order_edit", args=[order.pk]))
    planning = page.context["planning"]
    assert planning.chosen == playbook
    assert [answer.done for answer in planning.answers] == [False, True]


def test_a_new_version_of_the_playbook_asks_its_questions_again(
    client, account, playbook, alice
):
    old = answered(playbook, 0, 1)
    playbooks.revise(
        playbook,
        playbooks.PlaybookTerms(name="Breakout", rules={}, checklist=["Sector leads"]),
        reason="",
        actor=people.actor(alice),
        now=SYSTEM_CLOCK.now(),
    )
    response, _order = submit(client, account, **old)
    assert response.status_code == 422
    assert b"Sector leads" in response.content


def test_a_risk_beyond_the_playbooks_is_said(client, account, alice):
    small = a_playbook(alice, "Small", max_risk_percent=Decimal("0.010"), checklist=[])
    response = client.post(
        reverse("ticket_preview", args=[account.pk]),
        typed(playbook=str(small.pk)),
    )
    assert b"the playbook allows 0.01%" in response.content


def test_the_audit_log_has_what_was_carried(client, account, playbook):
    _response, order = submit(
        client, account, playbook="unplanned", unplanned_reason="news"
    )
    entry = entries_for("order", order.pk).get()
    assert '"unplanned_reason":"news"' in entry.payload.body


def test_what_an_order_carried_is_never_changed_once_it_left(client, account):
    _response, order = submit(client, account)
    OrderPlan.objects.update(unplanned_reason="still a draft")
    Order.objects.filter(pk=order.pk).update(status="submitted")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        OrderPlan.objects.update(unplanned_reason="rewritten")


def test_a_draft_with_answered_warnings_can_be_edited(client, account):
    _response, order = submit(client, account)
    page = client.get(reverse("order_edit", args=[order.pk]))
    assert page.context["form"].errors == {}
