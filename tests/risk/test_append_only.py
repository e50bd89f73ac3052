"""What was decided stays as it was written, whoever asks the database."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from risk import engine, services
from risk.facts import Phase, Scope
from risk.models import Decision, PolicyVersion, StateChange
from tests import people
from tests.risk.orders import BUY, NOW, POLICY, D


@pytest.fixture
def _written(alice):
    actor = people.actor(alice)
    services.record_decision(
        order_id=1,
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


@pytest.mark.usefixtures("_written")
@pytest.mark.parametrize("model", [Decision, StateChange, PolicyVersion])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda row: type(row).objects.filter(pk=row.pk).update(id=row.pk + 1),
        lambda row: row.save(),
        lambda row: row.delete(),
    ],
    ids=["update", "save", "delete"],
)
def test_the_database_refuses_to_change_or_delete(model, spoil):
    row = model.objects.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        spoil(row)
    assert model.objects.get() == row
