from __future__ import annotations

import random
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from brokers.domain.orders import OrderStatus
from brokers.orders.machine import (
    Execution,
    OrderState,
    Reported,
    count_fills,
    merge,
    recount,
)


SUBMITTED = OrderState(status=OrderStatus.SUBMITTED, quantity=Decimal(100))


def report(status: OrderStatus | None, filled: int = 0, price: int = 10) -> Reported:
    return Reported(
        status=status,
        filled_quantity=Decimal(filled),
        average_price=Decimal(price) if filled else None,
        broker_word=str(status),
    )


reports = st.builds(
    report,
    st.sampled_from(
        [s for s in OrderStatus if s.is_open] + [None, OrderStatus.CANCELLED]
    ),
    st.integers(0, 100),
)


@given(st.lists(reports, max_size=8), st.randoms(use_true_random=False))
def test_reports_in_any_order_and_twice_end_the_same(
    news: list[Reported], rng: random.Random
):
    shuffled = news + news
    rng.shuffle(shuffled)
    assert _ends(news) == _ends(shuffled)


def _ends(news: list[Reported]) -> tuple[OrderStatus, Decimal]:
    state = SUBMITTED
    for one in news:
        state = merge(state, one)
    return state.status, state.filled_quantity


def test_filled_stays_filled_when_the_acknowledgement_comes_late():
    filled = merge(SUBMITTED, report(OrderStatus.FILLED, 100))
    assert merge(filled, report(OrderStatus.WORKING)) == filled


def test_a_late_fill_after_a_cancel_is_booked_and_the_order_stays_cancelled():
    cancelled = merge(SUBMITTED, report(OrderStatus.CANCELLED))
    late = count_fills(cancelled, [Execution(quantity=Decimal(40), price=Decimal(10))])
    assert late.status is OrderStatus.CANCELLED
    assert late.filled_quantity == 40


def test_too_late_to_cancel_ends_filled():
    cancelled = merge(SUBMITTED, report(OrderStatus.CANCELLED))
    assert merge(cancelled, report(None, 100)).status is OrderStatus.FILLED


def test_the_venues_first_word_is_kept_though_the_status_is_the_same():
    held = merge(SUBMITTED, report(OrderStatus.SUBMITTED))
    assert held.broker_word == str(OrderStatus.SUBMITTED)


def test_an_unknown_word_changes_nothing():
    assert merge(SUBMITTED, report(None)) == SUBMITTED


def test_a_bust_takes_the_order_back_to_the_fills_that_stand():
    filled = merge(SUBMITTED, report(OrderStatus.FILLED, 100))
    left = recount(filled, [Execution(quantity=Decimal(60), price=Decimal(10))])
    assert left.status is OrderStatus.PARTIALLY_FILLED
    assert left.filled_quantity == 60
    assert recount(filled, []).status is OrderStatus.WORKING


def test_the_average_is_that_of_the_fills_whichever_came_first():
    """A venue rounds its average; ours is exact to eight places."""
    fills = [
        Execution(quantity=Decimal(1), price=Decimal("10.01")),
        Execution(quantity=Decimal(2), price=Decimal("10.02")),
    ]
    told = Reported(
        status=OrderStatus.PARTIALLY_FILLED,
        filled_quantity=Decimal(3),
        average_price=Decimal("10.0167"),
        broker_word="partially_filled",
    )
    report_first = count_fills(merge(SUBMITTED, told), fills)
    fills_first = merge(count_fills(SUBMITTED, fills), told)
    assert report_first.average_price == fills_first.average_price
    assert report_first.average_price == Decimal("10.01666667")
