"""A read that is compiled once says what its queryset says, for every value."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DataError, connection, connections, transaction
from django.db.models import BigIntegerField, Value
from django.db.models.functions import Cast, Concat
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from risk.facts import Scope
from risk.models import ScopeState
from tests import people
from tradedesk.accounts.models import StepUpGrant, User
from tradedesk.reads import Read, asked_together


pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
by_email = Read(lambda email: User.objects.filter(email=email))
by_ids = Read(lambda ids: User.objects.filter(pk__in=ids).order_by("-pk"))
grants_since = Read(
    lambda user_id, since: (
        StepUpGrant.objects.select_related("user")
        .filter(user_id=user_id, issued_at__gte=since)
        .order_by("issued_at")
    )
)
emails = Read(lambda pk: User.objects.filter(pk=pk).values_list("email", flat=True))
by_number = Read(
    lambda text: User.objects.filter(pk=Cast(Value(text), BigIntegerField()))
)
locked = Read(lambda pk: User.objects.select_for_update().filter(pk=pk))


@pytest.fixture
def alice():
    return people.person("alice")


@pytest.fixture
def bob():
    return people.person("bob")


def test_each_value_gives_its_own_rows(alice, bob):
    for person in (alice, bob, alice):
        assert by_email(person.email) == [person]
        assert emails.first(person.pk) == person.email
    assert by_email("nobody@desk.test") == []
    assert by_email.first("nobody@desk.test") is None


def test_any_number_of_values_can_be_asked_for(alice, bob):
    assert by_ids((alice.pk, bob.pk)) == [bob, alice]
    assert by_ids((bob.pk,)) == [bob]
    assert by_ids((alice.pk, bob.pk, -1)) == [bob, alice]


def test_what_is_joined_comes_along_and_instants_are_compared(alice, bob):
    for hours in range(4):
        StepUpGrant.objects.create(
            user=alice,
            purpose="order",
            digest=str(hours) * 64,
            device="app",
            issued_at=NOW + timedelta(hours=hours),
            expires_at=NOW + timedelta(hours=hours, minutes=1),
        )
    for hours in (1, 3, 4):
        with CaptureQueriesContext(connection) as asked:
            found = grants_since(alice.pk, NOW + timedelta(hours=hours))
            assert [grant.user for grant in found] == [alice] * (4 - hours)
        assert len(asked) == 1
        assert [g.digest[0] for g in found] == [str(n) for n in range(hours, 4)]
    assert grants_since(bob.pk, NOW) == []


def test_none_is_asked_for_as_null(alice):
    unused = Read(lambda pk, used: StepUpGrant.objects.filter(user=pk, used_at=used))
    grant = StepUpGrant.objects.create(
        user=alice, purpose="order", digest="0" * 64, device="app", issued_at=NOW,
        expires_at=NOW, used_at=NOW,
    )  # fmt: skip
    assert unused(alice.pk, None) == []
    assert unused(alice.pk, NOW) == [grant]


def test_a_row_read_twice_is_two_objects(alice):
    first, second = by_email.first(alice.email), by_email.first(alice.email)
    assert first is not second
    first.name = "changed"
    assert second.name == alice.name


def test_it_sees_what_was_written_since(alice):
    assert by_email.first(alice.email).name == alice.name
    User.objects.filter(pk=alice.pk).update(name="another")
    assert by_email.first(alice.email).name == "another"


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only(alice):
    with transaction.atomic():
        assert locked(alice.pk) == [alice]
    with pytest.raises(TransactionManagementError):
        locked(alice.pk)


@pytest.mark.django_db(transaction=True)
def test_every_thread_reads_by_its_own_connection(alice, bob):
    by_email(alice.email)
    found: list[User] = []

    def read():
        try:
            found.extend(by_email(bob.email))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [bob] * 4


def test_a_value_that_is_changed_on_its_way_is_refused(alice):
    shouting = Read(lambda email: User.objects.filter(email=email + "!"))
    with pytest.raises(ValueError, match="changed before"):
        shouting(alice.email)


def test_a_value_may_be_used_twice(alice):
    greeted = Read(
        lambda name: User.objects.filter(name=name).annotate(
            words=Concat(Value("Dear "), Value(name))
        )
    )
    (found,) = greeted(alice.name)
    assert found.words == f"Dear {alice.name}"


def test_bounds_and_amounts_are_compared(alice):
    scopes = Read(lambda scope, least: ScopeState.objects.filter(
        scope=scope, scope_id__gte=least
    ))  # fmt: skip
    assert scopes(Scope.USER.value, alice.pk) == []
    ScopeState.objects.create(scope=Scope.USER.value, scope_id=alice.pk)
    assert len(scopes(Scope.USER.value, alice.pk)) == 1
    assert scopes(Scope.USER.value, alice.pk + 1) == []
    cheap = Read(lambda most: User.objects.annotate(n=Value(most)).filter(n__lt=2))
    assert cheap(Decimal("1.5"))
    assert not cheap(Decimal("2.5"))


def test_what_is_asked_together_is_one_round_trip_and_each_read_finds_its_own(
    alice, bob
):
    asked = [by_email.of(alice.email), emails.of(bob.pk), by_ids.of((bob.pk,))]
    with transaction.atomic(), asked_together(asked):
        with CaptureQueriesContext(connection) as queries:
            assert by_email(alice.email) == [alice]
            assert emails.first(bob.pk) == bob.email
            assert by_ids((bob.pk,)) == [bob]
        assert not queries.captured_queries
        # An answer is used once, and what was not asked before is asked now.
        alice.name = "someone else"
        alice.save()
        assert by_email.first(alice.email).name == "someone else"
        assert by_email("nobody@desk.test") == []
    assert by_ids((alice.pk,)) == [alice]


def test_an_error_of_one_question_is_told_and_the_transaction_is_over(alice):
    asked = [by_email.of(alice.email), by_number.of("no number")]
    with (
        pytest.raises(DataError),
        transaction.atomic(),
        asked_together(asked),
    ):
        pytest.fail("asked")
    assert by_email(alice.email) == [alice]
