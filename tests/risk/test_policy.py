from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from risk import engine
from risk.facts import (
    LIMITS,
    OPTIONAL_LIMITS,
    Outcome,
    Policy,
    is_looser,
    stricter_limit,
    tightened,
)
from risk.facts.plain import limits_of, plain_limits
from tests.risk.orders import D, buying


numbers = st.decimals(D(0), D(10**6), places=2)


@st.composite
def limits(draw):
    """Some of the limits, each with a value that it may have."""
    chosen = draw(st.lists(st.sampled_from(LIMITS), unique=True))
    return {name: draw(_values(name)) for name in chosen}


def _values(name):
    if name == "stop_required":
        return st.booleans()
    return st.none() | numbers if name in OPTIONAL_LIMITS else numbers


def policies():
    return limits().map(lambda chosen: replace(Policy(), **chosen))


@given(policies(), limits(), limits())
def test_the_stricter_policy_is_looser_than_none_of_its_parts(desk, user, account):
    effective = tightened(tightened(desk, user), account)
    for name in LIMITS:
        value = getattr(effective, name)
        parts = [getattr(desk, name), user.get(name), account.get(name)]
        assert value in parts
        for part in parts:
            assert part is None or not is_looser(name, value, part)


@given(policies(), limits(), limits())
def test_tightening_is_the_same_in_any_order_and_done_twice(policy, one, other):
    both = tightened(tightened(policy, one), other)
    assert both == tightened(tightened(policy, other), one)
    assert both == tightened(tightened(both, one), other)


@given(st.sampled_from(LIMITS), numbers, numbers)
def test_of_two_values_one_is_looser_unless_they_are_equal(name, one, other):
    if name == "stop_required":
        one, other = one > 500, other > 500
    assert (one == other) != (
        is_looser(name, one, other) or is_looser(name, other, one)
    )
    assert stricter_limit(name, one, other) in (one, other)


def test_no_limit_is_the_loosest():
    assert is_looser("max_order_value_block", None, D(10**12))
    assert not is_looser("max_order_value_block", D(10**12), None)


def test_a_longer_window_and_a_required_stop_are_the_stricter():
    assert is_looser("duplicate_window_seconds", D(9), D(10))
    assert is_looser("stop_required", new=False, old=True)
    assert is_looser("quote_age_seconds", D(16), D(15))


@given(limits(), limits(), st.integers(1, 2000))
def test_a_tighter_policy_never_lets_more_through(user, account, quantity):
    facts = buying(order={"quantity": D(quantity)})
    loose = tightened(Policy(), user)
    tight = tightened(loose, account)
    before = _blocked(engine.evaluate(facts, loose))
    assert before <= _blocked(engine.evaluate(facts, tight))


def _blocked(assessment):
    return {v.check for v in assessment.verdicts if v.outcome is Outcome.BLOCK}


@given(limits())
def test_limits_survive_being_written_down(chosen):
    assert limits_of(plain_limits(chosen)) == chosen


def test_a_limit_that_no_longer_exists_is_left_out():
    assert limits_of({"of_old": "1", "quote_age_seconds": "5"}) == {
        "quote_age_seconds": D(5)
    }
