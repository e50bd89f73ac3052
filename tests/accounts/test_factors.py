from __future__ import annotations

import pytest
from django.core import management
from django.db import connection

from tests import people
from tradedesk.accounts import factors, grants, verification
from tradedesk.accounts.attempts import CodeRefusedError, Purpose
from tradedesk.accounts.models import RecoveryDevice, StepUpGrant, TotpDevice, User
from tradedesk.accounts.models.recovery import normalised
from tradedesk.audit.models import AuditEntry
from tradedesk.core.errors import NotAllowedError


def enrol(user, clock, grant_id=None):
    pending = factors.begin_enrolment(user, now=clock.now())
    return factors.confirm_enrolment(
        device=pending,
        code=pending.code_at(clock.now()),
        actor=people.actor(user),
        grant_id=grant_id,
        clock=clock,
    )


def second_factor_grant(user, clock, *, act, subject):
    digest = factors.digest_of(act, subject)
    return people.grant_for(
        user, purpose=Purpose.SECOND_FACTOR, digest=digest, clock=clock
    )


def sign_in_with_recovery(user, code, clock):
    sheet = RecoveryDevice.objects.get(user=user)
    return verification.sign_in(
        user=user,
        device_id=sheet.persistent_id,
        code=code,
        actor=people.actor(user),
        clock=clock,
    )


def test_the_first_authenticator_counts_once_it_has_shown_a_code(alice, clock):
    pending = factors.begin_enrolment(alice, now=clock.now())
    assert verification.devices_of(alice) == []
    with pytest.raises(CodeRefusedError):
        factors.confirm_enrolment(
            device=pending, code="nonsense", actor=people.actor(alice), clock=clock
        )
    assert verification.devices_of(alice) == []
    clock.instant = clock.instant.replace(second=15)
    enrolment = factors.confirm_enrolment(
        device=pending,
        code=pending.code_at(clock.now()),
        actor=people.actor(alice),
        clock=clock,
    )
    assert verification.devices_of(alice)[0].pk == enrolment.device.pk
    assert len(set(enrolment.recovery_codes)) == 10


def test_each_visit_of_the_set_up_page_has_a_seed_of_its_own(alice, clock):
    first = factors.begin_enrolment(alice, now=clock.now())
    second = factors.begin_enrolment(alice, now=clock.now())
    assert first.seed != second.seed
    assert list(TotpDevice.objects.filter(user=alice)) == [second]


def test_another_authenticator_needs_a_grant_for_exactly_that(alice, phone, clock):
    with pytest.raises(NotAllowedError):
        enrol(alice, clock)
    pending = factors.begin_enrolment(alice, now=clock.now())
    grant = second_factor_grant(alice, clock, act="add", subject=pending.pk + 1)
    with pytest.raises(grants.GrantRefusedError):
        factors.confirm_enrolment(
            device=pending,
            code=pending.code_at(clock.now()),
            actor=people.actor(alice),
            grant_id=grant.pk,
            clock=clock,
        )
    assert not TotpDevice.objects.get(pk=pending.pk).confirmed


def test_removing_needs_a_grant_and_another_authenticator(alice, phone, clock):
    tablet = people.authenticator(alice, name="Tablet")
    grant = second_factor_grant(
        alice, clock, act="remove", subject=tablet.persistent_id
    )
    factors.remove_device(
        user=alice,
        device=tablet,
        grant_id=grant.pk,
        actor=people.actor(alice),
        now=clock.now(),
    )
    assert not TotpDevice.objects.filter(pk=tablet.pk).exists()
    assert AuditEntry.objects.filter(action="second_factor.removed").exists()


def test_the_last_authenticator_stays_and_recovery_codes_do_not_replace_it(
    alice, phone, clock
):
    factors._replace_codes(alice, clock.now())
    grant = second_factor_grant(alice, clock, act="remove", subject=phone.persistent_id)
    people.ChaosDevice.objects.all().delete()
    with pytest.raises(NotAllowedError, match="last authenticator"):
        factors.remove_device(
            user=alice,
            device=phone,
            grant_id=grant.pk,
            actor=people.actor(alice),
            now=clock.now(),
        )


def test_changing_factors_ends_other_sessions_and_voids_open_grants(alice, clock):
    enrol(alice, clock)
    assert User.objects.get(pk=alice.pk).session_epoch == 1
    open_grant = people.grant_for(
        alice, purpose=Purpose.ORDER_CONFIRM, digest="0" * 64, clock=clock
    )
    grant = second_factor_grant(alice, clock, act="recovery", subject=alice.pk)
    factors.renew_recovery_codes(
        user=alice, grant_id=grant.pk, actor=people.actor(alice), now=clock.now()
    )
    assert not StepUpGrant.objects.get(pk=open_grant.pk).is_open(clock.now())


def test_a_recovery_code_signs_in_once_however_it_is_typed(alice, clock):
    codes = enrol(alice, clock).recovery_codes
    typed = codes[0].lower().replace("-", " ")
    assert sign_in_with_recovery(alice, typed, clock)
    with pytest.raises(CodeRefusedError, match="already been used"):
        sign_in_with_recovery(alice, codes[0], clock)
    assert AuditEntry.objects.filter(action="recovery.used").count() == 1


def test_what_looks_alike_is_read_alike():
    assert normalised("k70f-1b8l") == "K7OFIBBL"


def test_new_recovery_codes_void_the_old_ones(alice, clock):
    old = enrol(alice, clock).recovery_codes
    grant = second_factor_grant(alice, clock, act="recovery", subject=alice.pk)
    new = factors.renew_recovery_codes(
        user=alice, grant_id=grant.pk, actor=people.actor(alice), now=clock.now()
    )
    assert not set(old) & set(new)
    with pytest.raises(CodeRefusedError):
        sign_in_with_recovery(alice, old[0], clock)


def test_a_person_who_lost_everything_starts_over_by_mail(alice, clock, capsys):
    enrol(alice, clock)
    management.call_command("reset_second_factor", "Alice@desk.test")
    fresh = User.objects.get(pk=alice.pk)
    assert verification.devices_of(fresh) == []
    assert not fresh.has_usable_password()
    assert fresh.session_epoch == 2
    assert "may now reset" in capsys.readouterr().out
    with pytest.raises(management.CommandError):
        management.call_command("reset_second_factor", "nobody@desk.test")


def dump() -> str:
    """Every value of every table, as a thief of the database would read it."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select t::text from "{table}" t')  # noqa: S608 - names of tables
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def test_no_seed_recovery_code_or_link_is_found_in_a_dump(alice, clock):
    enrolment = enrol(alice, clock)
    people.person("CANARY-IN-THE-CLEAR")
    found = dump()
    assert "canary-in-the-clear" in found
    assert enrolment.device.seed not in found
    for code in enrolment.recovery_codes:
        assert code not in found
        assert normalised(code) not in found
