from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brokers.wire.stream import Backoff


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_the_wait_stays_within_its_bounds(failures, chance):
    backoff = Backoff(first=1, longest=30, shortest=0.1, random=lambda: chance)
    assert 0.1 <= backoff.seconds(failures) <= 30


def test_the_wait_may_double_with_each_failure():
    backoff = Backoff(first=1, longest=30, random=lambda: 1)
    assert [backoff.seconds(failures) for failures in range(7)] == [
        1,
        2,
        4,
        8,
        16,
        30,
        30,
    ]
