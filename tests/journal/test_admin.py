"""A reviewer reads warnings, holds, statements and plans in Django admin, and no more."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from journal.models import Nudge
from tests import people
from tests.brokers.views import rows
from tradedesk.accounts.models import Role
from tradedesk.core.clock import SYSTEM_CLOCK


MODELS = (
    "nudge", "coolingoff", "statementimport", "statementrow", "planversion",
    "playbookversion",
)  # fmt: skip


def page(client, model, verb, *ids):
    return client.get(reverse(f"admin:journal_{model}_{verb}", args=ids))


@pytest.mark.django_db
def test_a_reviewer_reads_and_changes_nothing():
    account = rows.an_account(people.person("alice", Role.OWNER))
    nudge = Nudge.objects.create(
        owner=account.owner,
        account=account,
        intent=uuid4(),
        signal="BEHAVIOUR_TILT",
        level=2,
        words="Today: 3 losses in a row.",
        symbol="ACME",
        shown_at=SYSTEM_CLOCK.now(),
    )
    client = people.verified(people.person("rhea", Role.COMPLIANCE))
    for model in MODELS:
        assert page(client, model, "changelist").status_code == 200
        assert page(client, model, "add").status_code == 403
    shown = page(client, "nudge", "change", nudge.pk)
    assert b"3 losses in a row" in shown.content
    assert b'name="_save"' not in shown.content
    assert page(client, "nudge", "delete", nudge.pk).status_code == 403
    trader = people.verified(people.person("trader", Role.TRADER))
    assert page(trader, "nudge", "changelist").status_code != 200
