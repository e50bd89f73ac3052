"""Reports of a run of chaos, shuffled, doubled, and dropped then polled: one book."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brokers.domain.orders import OrderClass
from brokers.domain.reports import FillKind
from brokers.models import Account, Order, Position
from brokers.orders import ledger
from tests.property import recorded
from tests.property.recorded import Book, Chunk, Told, recording


pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
# Some orders at a time, so that hypothesis has much to choose and little to wait for.
CHUNKS = sorted(chunk for chunk, story in recording().stories.items() if story.heard)
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "20"))
LOT = 200


def test_the_recording_has_every_class_fills_busts_and_corrections():
    stories = recording().stories.values()
    orders = {
        one.broker_order_id: one
        for story in stories
        for told in story.end
        for one in told.orders
    }
    kinds = {
        one.kind for story in stories for told in story.heard for one in told.fills
    }
    assert len(orders) >= 500
    assert {one.order_class for one in orders.values()} == set(OrderClass)
    assert kinds == set(FillKind)
    assert {told.told_by for story in stories for told in story.heard} == {
        "answer",
        "lookup",
        "poll",
        "stream",
    }


@st.composite
def another_course(draw: st.DrawFn) -> tuple[Chunk, list[int]]:
    """A chunk, and which of its news comes when; some twice and some not at all."""
    chunk = draw(st.sampled_from(CHUNKS))
    numbers = range(len(recording().stories[chunk].heard))
    course = list(draw(st.permutations(numbers)))
    if not course:
        return chunk, course
    one = st.sampled_from(numbers)
    again = draw(st.lists(one, max_size=len(numbers) // 2))
    places = st.integers(min_value=0, max_value=len(numbers))
    for number in again:
        course.insert(draw(places), number)
    dropped = draw(st.sets(one, max_size=len(numbers) // 2))
    return chunk, [number for number in course if number not in dropped]


@settings(
    max_examples=EXAMPLES,
    suppress_health_check=[*HealthCheck],
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a course is short enough to be read
)
@given(another_course())
def test_news_in_any_order_twice_or_not_at_all_ends_in_the_same_book(course):
    chunk, numbers = course
    heard = recording().stories[chunk].heard
    assert book_after(chunk, [heard[one] for one in numbers]) == in_order(chunk)


def test_the_whole_run_shuffled_ends_in_the_same_book():
    """Each account whole, in lots as a poll brings them: half of it is dropped, a tenth
    told twice, and what an order came to is often told before what it was.
    """
    for key in sorted(recording().cash):
        stories = recording().of(key)
        heard = [told for story in stories for told in story.heard]
        random = Random(key)
        course = random.sample(heard, len(heard) // 2)
        course += random.sample(heard, len(heard) // 10)
        random.shuffle(course)
        account = recorded.account_of(key)
        recorded.place(account, stories)
        recorded.tell_in_lots(account, course, size=LOT)
        recorded.tell_in_the_end(account, stories)
        recorded.tell_cash(account, recording().cash[key])
        assert statuses(account) == recorded.orders_at_the_exchange(stories)
        held = Position.objects.filter(account=account)
        assert dict(held.values_list("symbol", "quantity")) == (
            recorded.held_at_the_exchange(stories)
        )
        assert ledger.cash_of(account) == recorded.cash_at_the_exchange(key)


def statuses(account: Account) -> dict[str, str]:
    orders = Order.objects.filter(account=account).exclude(broker_order_id="")
    return dict(orders.values_list("broker_order_id", "status"))


@cache
def in_order(chunk: Chunk) -> Book:
    return book_after(chunk, recording().stories[chunk].heard)


def book_after(chunk: Chunk, news: Sequence[Told]) -> Book:
    """The book after this news and a last poll, taken back afterwards."""
    story = recording().stories[chunk]
    with transaction.atomic():
        account = recorded.account_of(chunk[0])
        recorded.place(account, [story])
        recorded.tell(account, news)
        recorded.tell_in_the_end(account, [story])
        book = recorded.book_of(account)
        transaction.set_rollback(True)
    return book
