"""Which requests a fault rule strikes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.sim.faults import (
    FaultCount,
    FaultKind,
    FaultPlan,
    FaultRule,
    StreamKind,
    StreamRule,
)
from brokers.sim.faults.delivery import Delivery


def _struck(rule: FaultRule, requests: int, seed: int = 0) -> list[int]:
    plan = FaultPlan(seed=seed)
    plan.add(rule)
    return [
        number for number in range(1, requests + 1) if plan.decide("POST", "/v2/orders")
    ]


def test_a_rule_strikes_each_request_unless_told_otherwise() -> None:
    assert _struck(FaultRule(name="all", kind=FaultKind.DROP), 3) == [1, 2, 3]


def test_a_rule_of_one_time_strikes_once() -> None:
    assert _struck(FaultRule(name="once", kind=FaultKind.DROP, times=1), 5) == [1]


def test_a_rule_lets_the_first_pass_and_strikes_every_nth_after() -> None:
    rule = FaultRule(name="some", kind=FaultKind.HANG, after=2, every=3)
    assert _struck(rule, 10) == [3, 6, 9]


def test_a_rule_strikes_only_what_its_patterns_name() -> None:
    plan = FaultPlan()
    plan.add(
        FaultRule(name="p", kind=FaultKind.DROP, method="POST", path="/v2/orders*")
    )
    assert plan.decide("GET", "/v2/orders") is None
    assert plan.decide("POST", "/v2/positions") is None
    assert plan.decide("POST", "/v2/orders/1") is not None


def test_of_two_rules_that_strike_the_earlier_decides() -> None:
    plan = FaultPlan()
    plan.add(FaultRule(name="first", kind=FaultKind.DROP, times=1))
    plan.add(FaultRule(name="second", kind=FaultKind.HANG))
    names = [rule.name for _ in range(2) if (rule := plan.decide("GET", "/"))]
    assert names == ["first", "second"]


@given(seed=st.integers(0, 2**32), requests=st.integers(1, 60))
def test_chance_follows_from_the_seed(seed: int, requests: int) -> None:
    rule = FaultRule(name="chance", kind=FaultKind.DROP, probability=0.5)
    assert _struck(rule, requests, seed) == _struck(rule, requests, seed)


def test_a_probability_is_met_in_the_long_run() -> None:
    rule = FaultRule(name="chance", kind=FaultKind.DROP, probability=0.25)
    assert 400 < len(_struck(rule, 2000)) < 600


def test_what_was_matched_and_struck_is_counted() -> None:
    plan = FaultPlan()
    plan.add(FaultRule(name="second", kind=FaultKind.DROP, every=2))
    for _ in range(4):
        plan.decide("GET", "/")
    plan.remove("second")
    assert plan.counts == {"second": FaultCount(matched=4, struck=2)}
    assert plan.decide("GET", "/") is None


@pytest.mark.parametrize(
    "members", [{"every": 0}, {"after": -1}, {"times": -1}, {"probability": 1.5}]
)
def test_a_rule_that_makes_no_sense_is_refused(members: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        FaultRule(name="odd", kind=FaultKind.DROP, **members)


def _streamed(kinds: list[StreamKind | None]) -> str:
    """Messages "a", "b", ... with what a faulty stream sends of them."""
    delivery: Delivery[str] = Delivery()
    sent = [
        one
        for message, kind in zip("abcdef", kinds, strict=False)
        for one in delivery.take(message, kind)
    ]
    return "".join(sent) + "|" + "".join(delivery.release())


@pytest.mark.parametrize(
    ("kinds", "sent"),
    [
        ([None, None], "ab|"),
        ([StreamKind.DROP, None], "b|"),
        ([StreamKind.TWICE, None], "aab|"),
        ([StreamKind.SWAP, None, None], "bac|"),
        ([StreamKind.ECHO, None, None], "abac|"),
        ([StreamKind.HOLD, None, None], "bc|a"),
        ([StreamKind.SWAP, StreamKind.SWAP, None], "cab|"),
        ([StreamKind.SWAP], "|a"),
    ],
)
def test_in_which_order_a_faulty_stream_sends(
    kinds: list[StreamKind | None], sent: str
) -> None:
    assert _streamed(kinds) == sent


def test_a_stream_rule_strikes_messages_and_no_requests() -> None:
    plan = FaultPlan()
    plan.add(StreamRule(name="s", kind=StreamKind.DROP, event="*fill", symbol="ACME"))
    assert plan.decide("POST", "/v2/orders") is None
    assert plan.decide_message("partial_fill", "ACME") is not None
    assert plan.decide_message("new", "ACME") is None
    assert plan.decide_message("fill", "BRIO") is None
