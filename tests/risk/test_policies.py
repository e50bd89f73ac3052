from __future__ import annotations

from datetime import timedelta

import pytest

from risk import services
from risk.facts import Policy, Scope
from risk.models import PolicyVersion
from risk.services import PolicyChange, StepUp
from tests import people
from tests.risk.orders import NAN, D
from tradedesk.accounts.grants import GrantRefusedError, Purpose
from tradedesk.audit.models import AuditEntry
from tradedesk.core.errors import InvalidInputError, NotAllowedError


WHY = "a calmer year than last"
DAY = timedelta(hours=24)
VALUE = "max_order_value_block"


def change(scope=Scope.DESK, scope_id=0, *, next_session=None, reason=WHY, **limits):
    return PolicyChange(
        scope=scope,
        scope_id=scope_id,
        limits=limits,
        reason=reason,
        next_session=next_session,
    )


def tighten(user, clock, wanted):
    return services.set_policy(wanted, actor=people.actor(user), now=clock.now())


def loosen(user, clock, wanted, *, bound_to=None):
    digest = services.policy_digest(bound_to or wanted)
    grant = people.grant_for(
        user, purpose=Purpose.POLICY_LOOSEN, digest=digest, clock=clock
    )
    actor = people.actor(user)
    step_up = StepUp(user=user, grant_id=grant.pk, actor=actor)
    return services.set_policy(wanted, actor=actor, now=clock.now(), step_up=step_up)


def effective(clock, user_id=1, account_id=1, *, after=timedelta()):
    return services.effective_policy(
        user_id=user_id, account_id=account_id, now=clock.now() + after
    )


def test_without_a_version_the_built_in_limits_hold(db, clock):
    assert effective(clock) == Policy()


def test_tightening_acts_now(alice, clock):
    version = tighten(alice, clock, change(**{VALUE: D(500)}))
    assert effective(clock).max_order_value_block == D(500)
    assert effective(clock).versions == (version.pk,)
    assert not version.is_pending(clock.now())


def test_loosening_acts_a_day_later(alice, clock):
    version = loosen(alice, clock, change(**{VALUE: D(900_000)}))
    assert version.is_pending(clock.now())
    assert effective(clock).max_order_value_block == D(100_000)
    almost = DAY - timedelta(microseconds=1)
    assert effective(clock, after=almost).max_order_value_block == D(100_000)
    assert effective(clock, after=DAY).max_order_value_block == D(900_000)


def test_loosening_acts_from_the_venues_next_day_where_it_is_known(alice, clock):
    opens = clock.now() + timedelta(hours=3)
    loosen(alice, clock, change(next_session=opens, **{VALUE: None}))
    assert effective(clock).max_order_value_block == D(100_000)
    after = timedelta(hours=3)
    assert effective(clock, after=after).max_order_value_block is None


def test_one_change_may_do_both(alice, clock):
    mixed = change(max_quantity_block=D(5), quote_age_seconds=D(60))
    loosen(alice, clock, mixed)
    now, later = effective(clock), effective(clock, after=DAY)
    assert (now.max_quantity_block, now.quote_age_seconds) == (D(5), D(15))
    assert (later.max_quantity_block, later.quote_age_seconds) == (D(5), D(60))


def test_a_tightening_cancels_a_loosening_that_waits(alice, clock):
    loosen(alice, clock, change(**{VALUE: D(900_000)}))
    tighten(alice, clock, change(**{VALUE: D(200)}))
    assert effective(clock).max_order_value_block == D(200)
    assert effective(clock, after=2 * DAY).max_order_value_block == D(200)


def test_a_loosening_waits_behind_the_one_before(alice, clock):
    loosen(alice, clock, change(**{VALUE: D(200_000)}))
    clock.instant += timedelta(hours=23)
    loosen(alice, clock, change(**{VALUE: D(300_000)}))
    soon = timedelta(hours=2)
    assert effective(clock, after=soon).max_order_value_block == D(100_000)
    assert effective(clock, after=DAY).max_order_value_block == D(300_000)


def test_taking_a_limit_away_is_loosening(alice, charlie, clock):
    own = {"scope": Scope.USER, "scope_id": charlie.pk}
    tighten(charlie, clock, change(**own, **{VALUE: D(50)}))
    with pytest.raises(NotAllowedError):
        tighten(charlie, clock, change(**own))
    loosen(charlie, clock, change(**own))
    assert effective(clock, charlie.pk).max_order_value_block == D(50)
    later = effective(clock, charlie.pk, after=DAY)
    assert later.max_order_value_block == D(100_000)


def test_the_stricter_of_desk_user_and_account_holds(alice, clock):
    tighten(alice, clock, change(**{VALUE: D(900), "max_quantity_block": D(90)}))
    user = change(Scope.USER, alice.pk, **{VALUE: D(1000), "max_quantity_block": D(9)})
    tighten(alice, clock, user)
    tighten(alice, clock, change(Scope.ACCOUNT, 7, **{VALUE: D(800)}))
    mine = effective(clock, alice.pk, 7)
    assert (mine.max_order_value_block, mine.max_quantity_block) == (D(800), D(9))
    other = effective(clock, alice.pk + 1, 8)
    assert (other.max_order_value_block, other.max_quantity_block) == (D(900), D(90))
    assert len(mine.versions) == 3


def test_loosening_takes_a_grant_for_exactly_this_change(alice, clock):
    wanted = change(**{VALUE: D(900_000)})
    with pytest.raises(NotAllowedError):
        tighten(alice, clock, wanted)
    with pytest.raises(GrantRefusedError):
        loosen(alice, clock, wanted, bound_to=change(**{VALUE: D(800_000)}))
    assert not PolicyVersion.objects.exists()


def test_only_the_owner_loosens_the_desk(charlie, clock):
    with pytest.raises(NotAllowedError):
        loosen(charlie, clock, change(**{VALUE: D(900_000)}))


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"no_such_limit": D(1)}, "no_such_limit"),
        ({"versions": D(1)}, "versions"),
        ({VALUE: NAN}, VALUE),
        ({VALUE: D(-1)}, VALUE),
        ({VALUE: D("1E+99")}, VALUE),
        ({VALUE: True}, VALUE),
        ({"quote_age_seconds": None}, "quote_age_seconds"),
        ({"stop_required": D(1)}, "stop_required"),
    ],
)
def test_a_limit_that_cannot_be_used_is_named(alice, clock, *, limits, field):
    with pytest.raises(InvalidInputError) as refused:
        tighten(alice, clock, change(**limits))
    assert refused.value.field == field


def test_a_reason_is_asked_for_and_no_session_lies_behind(alice, clock):
    with pytest.raises(InvalidInputError):
        tighten(alice, clock, change(reason="  so   "))
    with pytest.raises(InvalidInputError):
        tighten(alice, clock, change(next_session=clock.now()))


def test_every_version_is_numbered_kept_and_audited(alice, clock):
    for value in (500, 400):
        tighten(alice, clock, change(**{VALUE: D(value)}))
    rows = PolicyVersion.objects.order_by("number")
    assert [(row.number, row.limits[VALUE]) for row in rows] == [(1, "500"), (2, "400")]
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.subject) == ("policy.changed", "desk")
    assert entry.payload.data["limits"] == {VALUE: "400"}


def test_one_question_asks_the_database_once(alice, clock, django_assert_num_queries):
    tighten(alice, clock, change(**{VALUE: D(500)}))
    with django_assert_num_queries(1):
        effective(clock, alice.pk, 7)
    with django_assert_num_queries(1):
        services.trading_state(user_id=alice.pk, account_id=7)
