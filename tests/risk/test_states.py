from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from risk import services
from risk.facts import Scope, TradingState
from risk.models import ScopeState, StateChange
from tests import people
from tradedesk.accounts.grants import GrantRefusedError, Purpose
from tradedesk.audit.models import AuditEntry
from tradedesk.core.actor import system
from tradedesk.core.errors import InvalidInputError, NotAllowedError, StaleStateError


ACTIVE, REDUCING, HALTED = TradingState
DESK = {"scope": Scope.DESK, "scope_id": 0}
WHY = "the feed was wrong all morning"


def engage(user, clock, **scope):
    return services.engage_kill_switch(
        **{**DESK, **scope},
        actor=people.actor(user),
        reason="kill switch pressed",
        now=clock.now(),
    )


def step_up(user, clock, digest, *, purpose=Purpose.KILL_RELEASE):
    grant = people.grant_for(user, purpose=purpose, digest=digest, clock=clock)
    actor = people.actor(user)
    return services.StepUp(user=user, grant_id=grant.pk, actor=actor)


def release(user, clock, *, reason=WHY, bound_to=WHY, **scope):
    where = {**DESK, **scope}
    digest = services.release_digest(**where, reason=bound_to)
    return services.release_kill_switch(
        **where, step_up=step_up(user, clock, digest), reason=reason, now=clock.now()
    )


def set_state(state, clock, **scope):
    return services.set_trading_state(
        **{**DESK, **scope},
        state=state,
        actor=system("loss limit"),
        reason="daily loss reached",
        now=clock.now(),
    )


def actions():
    return list(
        AuditEntry.objects.exclude(action__startswith="grant.")
        .order_by("sequence")
        .values_list("action", "subject", "subject_id")
    )


def test_a_desk_that_nobody_touched_is_active(alice):
    assert services.trading_state(user_id=alice.pk, account_id=1) is ACTIVE
    assert services.scope_state(**DESK).trading_state is ACTIVE


def test_the_kill_switch_halts_everybody_at_once(alice, charlie, clock):
    result = engage(alice, clock)
    assert (result.before, result.after, result.changed) == (ACTIVE, HALTED, True)
    assert services.trading_state(user_id=charlie.pk, account_id=9) is HALTED
    assert actions() == [("kill.engaged", "desk", "0")]


def test_a_second_press_changes_nothing(alice, clock):
    engage(alice, clock)
    again = engage(alice, clock)
    assert (again.before, again.after, again.changed) == (HALTED, HALTED, False)
    assert len(actions()) == StateChange.objects.count() == 1


def test_each_scope_has_a_switch_of_its_own(alice, charlie, clock):
    engage(charlie, clock, scope=Scope.USER, scope_id=charlie.pk)
    engage(charlie, clock, scope=Scope.ACCOUNT, scope_id=7)
    states = services.trading_states(user_id=charlie.pk, account_id=7)
    assert (states.desk, states.user, states.account) == (ACTIVE, HALTED, HALTED)
    assert services.trading_state(user_id=alice.pk, account_id=8) is ACTIVE
    assert services.trading_state(user_id=alice.pk, account_id=7) is HALTED


def test_a_release_takes_a_grant_and_says_why(alice, clock):
    engage(alice, clock)
    result = release(alice, clock)
    assert (result.before, result.after) == (HALTED, ACTIVE)
    assert actions()[-1] == ("kill.released", "desk", "0")
    kept = services.state_history(**DESK)[0]
    assert (kept.reason, kept.changed_by) == (WHY, alice)
    assert AuditEntry.objects.latest("sequence").payload.data["grant"] is not None


def test_a_release_restores_the_restriction_from_before(alice, clock):
    set_state(REDUCING, clock)
    engage(alice, clock)
    assert release(alice, clock).after is REDUCING


@pytest.mark.parametrize("reason", ["", "   too   ", "short one"])
def test_a_release_without_a_reason_is_refused(alice, clock, reason):
    engage(alice, clock)
    with pytest.raises(InvalidInputError) as refused:
        release(alice, clock, reason=reason)
    assert refused.value.field == "reason"


def test_a_grant_for_another_reason_or_scope_releases_nothing(alice, clock):
    engage(alice, clock)
    with pytest.raises(GrantRefusedError):
        release(alice, clock, bound_to="quite another reason")
    assert services.scope_state(**DESK).kill_engaged


def test_a_grant_releases_once(alice, clock):
    engage(alice, clock)
    used = step_up(alice, clock, services.release_digest(**DESK, reason=WHY))
    given = {**DESK, "step_up": used, "reason": WHY, "now": clock.now()}
    services.release_kill_switch(**given)
    engage(alice, clock)
    with pytest.raises(GrantRefusedError):
        services.release_kill_switch(**given)


def test_an_expired_grant_releases_nothing(alice, clock):
    engage(alice, clock)
    late = step_up(alice, clock, services.release_digest(**DESK, reason=WHY))
    with pytest.raises(GrantRefusedError):
        services.release_kill_switch(
            **DESK, step_up=late, reason=WHY, now=clock.now() + timedelta(seconds=60)
        )


def test_only_the_owner_releases_the_desk_and_only_oneself_a_user(
    alice, bob, charlie, *, clock
):
    engage(charlie, clock)
    with pytest.raises(NotAllowedError):
        release(charlie, clock)
    own = {"scope": Scope.USER, "scope_id": charlie.pk}
    engage(charlie, clock, **own)
    with pytest.raises(NotAllowedError):
        release(bob, clock, **own)
    assert release(charlie, clock, **own).after is ACTIVE
    assert release(alice, clock).after is ACTIVE


def test_a_release_of_what_is_not_engaged_is_stale(alice, clock):
    with pytest.raises(StaleStateError):
        release(alice, clock)


def test_a_state_tightens_without_a_code_and_never_loosens_so(clock, db):
    assert set_state(REDUCING, clock).changed
    assert not set_state(REDUCING, clock).changed
    assert set_state(HALTED, clock).before is REDUCING
    with pytest.raises(NotAllowedError):
        set_state(ACTIVE, clock)
    assert actions() == [("state.changed", "desk", "0")] * 2


def loosen(user, clock, state):
    digest = services.state_digest(**DESK, state=state, reason=WHY)
    return services.loosen_trading_state(
        **DESK,
        state=state,
        step_up=step_up(user, clock, digest),
        reason=WHY,
        now=clock.now(),
    )


def test_a_state_is_loosened_with_a_code_but_not_past_the_kill_switch(alice, clock):
    set_state(HALTED, clock)
    assert loosen(alice, clock, REDUCING).after is REDUCING
    with pytest.raises(StaleStateError):
        loosen(alice, clock, REDUCING)
    engage(alice, clock)
    with pytest.raises(StaleStateError, match="release it"):
        loosen(alice, clock, ACTIVE)


def test_a_press_that_fails_leaves_no_trace(alice, clock):
    with transaction.atomic():
        engage(alice, clock)
        transaction.set_rollback(True)
    assert services.trading_state(user_id=alice.pk, account_id=1) is ACTIVE
    assert actions() == []


@pytest.mark.parametrize(
    "row",
    [
        {"scope": "desk", "scope_id": 1},
        {"scope": "user", "scope_id": 0},
        {"scope": "planet", "scope_id": 1},
        {"scope": "desk", "scope_id": 0, "state": "asleep"},
        {"scope": "desk", "scope_id": 0, "state_before_kill": "active"},
    ],
)
def test_the_database_refuses_states_that_make_no_sense(db, row):
    with pytest.raises(DatabaseError), transaction.atomic():
        ScopeState.objects.create(**row)


def test_people_see_what_concerns_them(alice, charlie, clock):
    engage(alice, clock)
    engage(charlie, clock, scope=Scope.USER, scope_id=charlie.pk)
    assert ScopeState.objects.for_user(alice).count() == 1
    assert ScopeState.objects.for_user(charlie).count() == 2
    assert StateChange.objects.for_user(charlie).count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_instant_are_one(clock):
    alice = people.person("alice")
    start, results = threading.Barrier(6), []

    def press():
        try:
            start.wait()
            results.append(engage(alice, clock))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.changed for result in results) == [False] * 5 + [True]
    assert StateChange.objects.count() == 1
