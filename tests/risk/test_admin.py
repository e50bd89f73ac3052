"""A reviewer reads risk rows in Django admin, and cannot change them there."""

from __future__ import annotations

import pytest
from django.urls import reverse

from risk import engine, services
from risk.facts import Phase, Scope
from risk.models import Decision
from tests import people
from tests.risk.orders import BUY, NOW, POLICY, D
from tradedesk.accounts.models import Role


@pytest.fixture
def _rows(alice):
    actor = people.actor(alice)
    services.record_decision(
        order_id=12,
        user_id=alice.pk,
        account_id=1,
        assessment=engine.evaluate(BUY, POLICY),
        phase=Phase.DRAFT,
        now=NOW,
    )
    services.engage_kill_switch(
        scope=Scope.DESK, scope_id=0, actor=actor, reason="pressed", now=NOW
    )
    change = services.PolicyChange(
        scope=Scope.DESK,
        scope_id=0,
        limits={"max_order_value_block": D(5)},
        reason="smaller for now",
    )
    services.set_policy(change, actor=actor, now=NOW)


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize(
    "model", ["decision", "policyversion", "scopestate", "behaviourstate"]
)
def test_a_reviewer_reads_and_adds_nothing(model):
    reviewer = people.verified(people.person("rhea", Role.COMPLIANCE))
    listed = reviewer.get(reverse(f"admin:risk_{model}_changelist"))
    assert listed.status_code == 200
    assert reviewer.get(reverse(f"admin:risk_{model}_add")).status_code == 403


@pytest.mark.usefixtures("_rows")
def test_a_row_can_be_read_but_not_deleted():
    reviewer = people.verified(people.person("rhea", Role.COMPLIANCE))
    row = Decision.objects.get()
    shown = reviewer.get(reverse("admin:risk_decision_change", args=[row.pk]))
    assert shown.status_code == 200
    gone = reviewer.post(reverse("admin:risk_decision_delete", args=[row.pk]))
    assert gone.status_code == 403


def test_a_trader_has_no_business_there(charlie):
    url = reverse("admin:risk_decision_changelist")
    assert people.verified(charlie).get(url).status_code != 200
