"""A write that is compiled once writes what Django's own would, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from risk.models import Decision
from tests import people
from tradedesk import writes
from tradedesk.accounts.models import StepUpGrant


pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
open_for = writes.Change(
    lambda pk, purposes, now: StepUpGrant.objects.filter(
        pk=pk, purpose__in=purposes, used_at=None, expires_at__gt=now
    )
)


def grant(user, **fields):
    given = {"purpose": "order", "digest": "0" * 64, "device": "app", **fields}
    return StepUpGrant(
        user=user, issued_at=NOW, expires_at=NOW + timedelta(minutes=1), **given
    )


@pytest.fixture
def alice():
    return people.person("alice")


def test_a_compare_and_set_changes_what_fits_and_says_how_much(alice):
    one, other = grant(alice), grant(alice)
    writes.insert(one)
    writes.insert(other)
    late = NOW + timedelta(minutes=2)
    assert open_for(one.pk, ("loosen",), NOW, used_at=NOW) == 0
    assert open_for(one.pk, ("loosen", "order"), late, used_at=NOW) == 0
    assert open_for(one.pk, ("loosen", "order"), NOW, used_at=NOW) == 1
    assert open_for(one.pk, ("loosen", "order"), NOW, used_at=NOW) == 0
    assert open_for(other.pk, ("order",), NOW, used_at=None, device="key") == 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.used_at, one.device) == (NOW, "app")
    assert (other.used_at, other.device) == (None, "key")


def test_a_new_row_is_as_django_would_write_it(alice):
    told = {
        "order_id": 7, "user": alice, "account_id": 9, "phase": "confirm",
        "outcome": "pass", "reducing": False, "verdicts": [{"code": "A", "note": None}],
        "decided_at": NOW,
    }  # fmt: skip
    ours, theirs = Decision(**told), Decision(**told)
    with CaptureQueriesContext(connection) as asked:
        writes.insert(ours)
    assert len(asked) == 1
    theirs.save()
    (first, second) = Decision.objects.filter(pk__in=[ours.pk, theirs.pk]).values()
    assert {**first, "id": 0} == {**second, "id": 0}
    assert not ours._state.adding
    ours.refresh_from_db()
    assert ours.policy_versions == []


def test_only_the_named_columns_of_one_row_are_saved(alice):
    bob = people.person("bob")
    alice.name, alice.email = "Alice II", "not written"
    with CaptureQueriesContext(connection) as asked:
        writes.save(alice, {"name"})
    assert len(asked) == 1
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.name, alice.email) == ("Alice II", "alice@desk.test")
    assert bob.name != "Alice II"
    alice.pk = -1
    with pytest.raises(DatabaseError, match="no User -1"):
        writes.save(alice, {"name"})


def test_rows_that_are_known_are_left_alone(alice):
    known, new = grant(alice), grant(alice)
    writes.insert(known)
    again = grant(alice, nonce=known.nonce, device="another")
    writes.insert_unknown([again, new])
    writes.insert_unknown([])
    devices = StepUpGrant.objects.order_by("pk").values_list("nonce", "device")
    assert list(devices) == [(known.nonce, "app"), (new.nonce, "app")]


def test_a_value_that_is_changed_on_its_way_is_refused(alice):
    shouting = writes.Change(lambda pk: StepUpGrant.objects.filter(pk=pk + 1))
    with pytest.raises(ValueError, match="changed before"):
        shouting(alice.pk, used_at=NOW)
