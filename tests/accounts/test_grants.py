from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import people
from tradedesk.accounts import factors, grants, verification
from tradedesk.accounts.attempts import CodeRefusedError, Purpose, Refusal
from tradedesk.accounts.models import StepUpGrant
from tradedesk.audit.models import AuditEntry
from tradedesk.core import canonical


STEP = timedelta(seconds=30)
DIGEST = canonical.digest({"order": "buy 327 ACME at 60.00"})
OTHER = canonical.digest({"order": "buy 328 ACME at 60.00"})


def issue(device, code, clock, *, purpose=Purpose.ORDER_CONFIRM, digest=DIGEST):
    return grants.issue(
        user=device.user,
        purpose=purpose,
        digest=digest,
        code=code,
        device_id=device.persistent_id,
        actor=people.actor(device.user),
        clock=clock,
    )


def consume(grant, clock, **changed):
    exact = {"user": grant.user, "purpose": grant.purpose, "digest": DIGEST}
    with transaction.atomic():
        grants.consume(grant.pk, now=clock.now(), **{**exact, **changed})
    grant.refresh_from_db()
    return grant.used_at


@pytest.fixture
def grant(phone, clock):
    return issue(phone, phone.code_at(clock.now()), clock)


def test_a_grant_names_everything_it_is_bound_to(grant, phone, clock):
    assert (grant.user, grant.purpose, grant.digest) == (
        phone.user,
        "order_confirm",
        DIGEST,
    )
    assert grant.device == phone.persistent_id
    assert grant.expires_at - grant.issued_at == timedelta(seconds=60)
    assert grant.is_open(clock.now())


def test_issuing_is_written_down(grant):
    entry = AuditEntry.objects.get(action="grant.issued")
    assert (entry.subject, entry.subject_id) == ("grant", str(grant.pk))


def test_a_grant_is_consumed_once(grant, clock):
    assert consume(grant, clock) == clock.now()
    with pytest.raises(grants.GrantRefusedError, match="already been used"):
        consume(grant, clock)


def test_a_grant_of_another_person_is_refused_as_unknown(grant, charlie, clock):
    with pytest.raises(grants.GrantRefusedError) as caught:
        consume(grant, clock, user=charlie)
    assert caught.value.code == "unknown"
    assert caught.value.status == 409


def test_a_changed_digest_voids_the_grant(grant, clock):
    with pytest.raises(grants.GrantRefusedError, match="Something changed"):
        consume(grant, clock, digest=OTHER)


def test_a_grant_serves_no_other_purpose(grant, clock):
    with pytest.raises(grants.GrantRefusedError, match="something else"):
        consume(grant, clock, purpose=Purpose.KILL_RELEASE)


def test_a_grant_lives_sixty_seconds(grant, clock):
    clock.instant += timedelta(seconds=60)
    with pytest.raises(grants.GrantRefusedError, match="older than 60 seconds"):
        consume(grant, clock)


def test_the_database_refuses_a_grant_that_lives_longer(grant):
    late = grant.issued_at + timedelta(seconds=61)
    with pytest.raises(IntegrityError, match="grant_lives_60_seconds"):
        StepUpGrant.objects.filter(pk=grant.pk).update(expires_at=late)


def test_a_rolled_back_act_leaves_the_grant_unused(grant, clock):
    def fail_after_consuming():
        with transaction.atomic():
            consume(grant, clock)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_consuming()
    assert consume(grant, clock)


def test_a_code_gives_one_grant_only(phone, grant, clock):
    with pytest.raises(CodeRefusedError) as caught:
        issue(phone, phone.code_at(clock.now()), clock, digest=OTHER)
    assert caught.value.refusal is Refusal.USED
    assert "The next is due at 14:30:30 UTC, in 20 s" in caught.value.message
    assert StepUpGrant.objects.count() == 1


def test_a_code_that_signed_in_cannot_confirm(phone, clock):
    code = phone.code_at(clock.now())
    assert grants.code_due(phone.user, clock.now()) is None
    verification.sign_in(
        user=phone.user,
        device_id=phone.persistent_id,
        code=code,
        actor=people.actor(phone.user),
        clock=clock,
    )
    with pytest.raises(CodeRefusedError, match="already been used"):
        issue(phone, code, clock)
    due = grants.code_due(phone.user, clock.now())
    assert due == clock.now() + timedelta(seconds=20)
    clock.instant = due
    assert grants.code_due(phone.user, clock.now()) is None
    assert issue(phone, phone.code_at(clock.now()), clock)


def test_orders_tolerate_no_step(phone, clock):
    for shift in (-STEP, STEP):
        with pytest.raises(CodeRefusedError) as caught:
            issue(phone, phone.code_at(clock.now() + shift), clock)
        assert caught.value.refusal is Refusal.EXPIRED


def test_a_refused_code_is_counted_and_written_down_though_the_view_fails(phone, clock):
    with pytest.raises(CodeRefusedError, match="That code is wrong") as caught:
        issue(phone, "not a code", clock)
    assert caught.value.refusal is Refusal.WRONG
    phone.refresh_from_db()
    assert phone.step_up_failures == 1
    assert AuditEntry.objects.filter(action="grant.refused").count() == 1


def test_the_throttle_names_the_instant(phone, clock):
    for _ in range(2):
        with pytest.raises(CodeRefusedError) as caught:
            issue(phone, "not a code", clock)
    assert caught.value.refusal is Refusal.THROTTLED
    assert "Try again at 14:30:11 UTC, in 1 s" in caught.value.message
    assert grants.code_due(phone.user, clock.now()) == clock.now() + timedelta(
        seconds=1
    )


def test_guessing_at_sign_in_does_not_lock_a_verified_session_out(phone, clock):
    phone.sign_in_failures, phone.sign_in_failed_at = 50, clock.now()
    phone.save(update_fields=["sign_in_failures", "sign_in_failed_at"])
    assert issue(phone, phone.code_at(clock.now()), clock)


def test_recovery_codes_confirm_no_order(phone, clock):
    codes = factors._replace_codes(phone.user, clock.now())
    sheet = verification.of_kind(verification.devices_of(phone.user), recovery=True)[0]
    with pytest.raises(CodeRefusedError) as caught:
        issue(sheet, codes[0], clock)
    assert caught.value.refusal is Refusal.UNSUITABLE


def test_without_a_choice_the_factor_used_last_is_asked(alice, phone, clock):
    tablet = people.authenticator(alice, name="Tablet")
    tablet.last_used_at = clock.now() + timedelta(days=400)
    tablet.save(update_fields=["last_used_at"])
    given = grants.issue(
        user=alice,
        purpose=Purpose.ORDER_AMEND,
        digest=DIGEST,
        code=tablet.code_at(clock.now()),
        actor=people.actor(alice),
        clock=clock,
    )
    assert given.device == tablet.persistent_id


def test_a_person_without_a_factor_gets_no_grant(charlie, clock):
    with pytest.raises(CodeRefusedError):
        grants.issue(
            user=charlie,
            purpose=Purpose.ORDER_CONFIRM,
            digest=DIGEST,
            code="123456",
            actor=people.actor(charlie),
            clock=clock,
        )


def test_a_refused_grant_can_be_written_down_afterwards(grant, charlie, clock):
    with pytest.raises(grants.GrantRefusedError) as caught:
        consume(grant, clock, digest=OTHER)
    grants.note_refusal(
        caught.value, user=grant.user, actor=people.actor(grant.user), now=clock.now()
    )
    assert AuditEntry.objects.get(action="grant.refused").subject_id == str(grant.pk)


def test_a_device_of_the_tests_goes_through_the_same_path(charlie, clock):
    first = people.grant_for(
        charlie, purpose=Purpose.ORDER_CONFIRM, digest=DIGEST, clock=clock
    )
    second = people.grant_for(
        charlie, purpose=Purpose.ORDER_CONFIRM, digest=DIGEST, clock=clock
    )
    assert first.pk != second.pk
    device = people.chaos_device(charlie)
    code = people.next_code(device)
    assert issue(device, code, clock)
    with pytest.raises(CodeRefusedError) as caught:
        issue(device, code, clock)
    assert caught.value.refusal is Refusal.USED


@pytest.mark.django_db(transaction=True)
def test_a_grant_outside_a_transaction_is_a_mistake(clock):
    with pytest.raises(transaction.TransactionManagementError):
        grants.consume(
            1,
            user=people.person("dora"),
            purpose=Purpose.ORDER_CONFIRM,
            digest=DIGEST,
            now=clock.now(),
        )
