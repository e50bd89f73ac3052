"""Who may send the last requests of a minute, as arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.registry import BROKERS
from brokers.wire import budget
from brokers.wire.budget import Bucket, Priority


LIMIT = budget.limit_of(200)


def sent_at_once(priority: Priority, bucket: Bucket, now: float = 0.0) -> int:
    sent = 0
    while True:
        bucket, wait = budget.spend(bucket, LIMIT, priority=priority, now=now)
        if wait > 0:
            return sent
        sent += 1


def test_whoever_can_wait_leaves_requests_for_whoever_cannot():
    sent = [sent_at_once(one, budget.full(LIMIT, 0)) for one in Priority]
    assert sent == sorted(sent, reverse=True)
    assert len(set(sent)) == len(sent)
    assert sent_at_once(Priority.WAY_OUT, budget.full(LIMIT, 0)) == LIMIT.size


steps = st.lists(
    st.tuples(st.sampled_from([*Priority]), st.floats(0, 5, allow_nan=False)),
    max_size=400,
)


@given(st.integers(1, 300), steps)
def test_no_minute_sees_more_than_the_limit(
    per_minute: int, asked: list[tuple[Priority, float]]
):
    limit, now = budget.limit_of(per_minute), 0.0
    bucket, sent = budget.full(limit, now), list[float]()
    for priority, later in asked:
        now += later
        bucket, wait = budget.spend(bucket, limit, priority=priority, now=now)
        if wait <= 0:
            sent.append(now)
    for start in sent:
        within = sum(start <= moment < start + 60 for moment in sent)
        assert within <= max(per_minute, 2)


@given(st.sampled_from([*Priority]), st.floats(0, 50), st.floats(0, 30))
def test_who_waits_as_long_as_told_is_served(
    priority: Priority, left: float, closed: float
):
    before = Bucket(left=left, at=0, closed_until=closed)
    bucket, wait = budget.spend(before, LIMIT, priority=priority, now=0)
    if wait > 0:
        later = wait + 1e-6
        assert budget.spend(bucket, LIMIT, priority=priority, now=later)[1] == 0


def test_a_broker_that_said_too_many_is_left_alone_but_by_ways_out():
    bucket = budget.drained(budget.full(LIMIT, 0), seconds=30, now=0)
    for priority in Priority:
        _, wait = budget.spend(bucket, LIMIT, priority=priority, now=0)
        assert wait > 0
    _, wait = budget.spend(bucket, LIMIT, priority=Priority.WAY_OUT, now=1)
    assert wait == 0
    _, wait = budget.spend(bucket, LIMIT, priority=Priority.SUBMIT, now=1)
    assert wait == pytest.approx(29)


def test_a_shorter_wait_does_not_cut_a_longer_one_short():
    bucket = budget.drained(budget.full(LIMIT, 0), seconds=30, now=0)
    assert budget.drained(bucket, seconds=1, now=0).closed_until == 30


def test_the_smallest_limit_lets_everybody_through_in_the_end():
    limit = budget.limit_of(1)
    for priority in Priority:
        _, wait = budget.spend(budget.full(limit, 0), limit, priority=priority, now=0)
        assert wait == 0


@pytest.mark.parametrize("slug", BROKERS)
def test_every_broker_states_its_limit(slug: str):
    assert BROKERS[slug].capabilities.requests_per_minute > 0
