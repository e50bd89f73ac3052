"""Busts and corrections in any order of news, twice, or lost and polled for later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brokers.domain.orders import OrderStatus
from brokers.domain.reports import FillKind, FillReport, OrderReport
from brokers.models import Account, Fill, Order, Position
from brokers.orders import known
from brokers.orders.ingest import ingest
from tests.brokers.orders import book
from tests.brokers.orders.book import NOW, bust, correction, execution, report
from tradedesk.audit.models import AuditEntry


MODEST = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@dataclass(frozen=True, kw_only=True)
class Story:
    """What a stream tells one after the other, and what the lists say at the end."""

    told: list[FillReport]
    listed: list[FillReport]
    state: OrderReport

    @property
    def standing(self) -> Decimal:
        taken = {one.refers_to for one in self.listed}
        return sum(
            (
                one.quantity
                for one in self.listed
                if one.kind is not FillKind.BUST and one.execution_id not in taken
            ),
            Decimal(0),
        )


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Up to ten filled in parts, of which some are corrected, some more than once, and
    some taken back.
    """
    parts = draw(st.lists(st.integers(1, 6), min_size=1, max_size=2))
    told, listed = list[FillReport](), list[FillReport]()
    for number, quantity in enumerate(parts):
        cents = draw(st.integers(0, 99))
        fill = execution(
            f"e{number}",
            quantity,
            Decimal(60) + Decimal(cents) / 100,
            executed_at=NOW.replace(second=number + 1),
        )
        chain = _corrected(draw, fill)
        told += chain
        listed += [replace(one, executed_at=fill.executed_at) for one in chain]
        if draw(st.booleans()):
            told.append(bust(chain[-1]))
            listed.append(replace(told[-1], executed_at=fill.executed_at))
    whole = sum(parts) >= 10
    state = report("filled" if whole else "canceled", after=1000)
    story = Story(told=told, listed=listed, state=state)
    return replace(story, state=replace(state, filled_quantity=story.standing))


def _corrected(draw: st.DrawFn, fill: FillReport) -> list[FillReport]:
    chain = [fill]
    for number in range(draw(st.integers(0, 2))):
        chain.append(
            correction(
                chain[-1],
                f"{fill.execution_id}c{number}",
                quantity=Decimal(draw(st.integers(1, 4))),
                price=Decimal(60) + Decimal(draw(st.integers(0, 99))) / 100,
            )
        )
    return chain


@pytest.fixture
def account(db: None) -> Account:
    return book.an_account()


@contextmanager
def a_fresh_order(account: Account) -> Iterator[Order]:
    with transaction.atomic():
        order = book.an_order(account)
        book.take(account, report("new"))
        yield order
        transaction.set_rollback(True)


def hear(account: Account, told: list[FillReport]) -> None:
    for number, fill in enumerate(told):
        book.take(account, fills=(fill,), after=number)


def poll(account: Account, story: Story) -> None:
    news = known.unread(account, orders=[story.state], fills=story.listed)
    ingest(account.pk, news, NOW.replace(hour=16))


def written(account: Account, order: Order) -> dict[str, object]:
    order = Order.objects.get(pk=order.pk)
    fills = [
        (
            fill.execution_id,
            fill.quantity,
            fill.price,
            fill.executed_at,
            fill.corrects.execution_id if fill.corrects else "",
            fill.busted_at is None,
            fill.inferred,
        )
        for fill in Fill.objects.select_related("corrects")
    ]
    position = Position.objects.filter(account=account).values_list(
        "quantity", "average_price", "realised"
    )
    return {
        "filled": order.filled_quantity,
        "average": order.average_price,
        "status": order.status,
        "fills": sorted(fills),
        "position": list(position),
    }


@MODEST
@given(story=stories(), data=st.data())
def test_shuffled_and_repeated_words_leave_the_same_fills_and_position(
    account: Account, story: Story, data: st.DataObject
):
    with a_fresh_order(account) as order:
        hear(account, story.told)
        expected = written(account, order)
    assert expected["filled"] == story.standing
    again = data.draw(st.lists(st.sampled_from(story.told), max_size=2))
    shuffled = data.draw(st.permutations([*story.told, *again]))
    with a_fresh_order(account) as order:
        hear(account, shuffled)
        assert written(account, order) == expected


@MODEST
@given(story=stories(), data=st.data())
def test_what_was_lost_is_made_up_for_by_one_poll(
    account: Account, story: Story, data: st.DataObject
):
    with a_fresh_order(account) as order:
        hear(account, story.told)
        poll(account, story)
        expected = written(account, order)
    heard = data.draw(st.lists(st.sampled_from(story.told), unique_by=id))
    with a_fresh_order(account) as order:
        hear(account, heard)
        poll(account, story)
        assert written(account, order) == expected
        entries = AuditEntry.objects.count()
        poll(account, story)
        assert (written(account, order), AuditEntry.objects.count()) == (
            expected,
            entries,
        )


@pytest.mark.django_db
def test_a_stale_report_from_before_a_bust_puts_nothing_back(account: Account):
    order = book.an_order(account)
    fill = execution("one", 10)
    before = report("filled", after=1, filled_quantity=Decimal(10))
    book.take(account, before, fills=(fill,))
    book.take(account, report("partially_filled", after=5), fills=(bust(fill),))
    book.take(account, before)
    order.refresh_from_db()
    assert (order.state, order.filled_quantity) == (OrderStatus.WORKING, 0)


@pytest.mark.django_db
def test_an_order_that_its_venue_left_filled_stays_so_after_a_bust(account: Account):
    order = book.an_order(account)
    fills = (execution("one", 4), execution("two", 6, 61))
    book.take(
        account, report("filled", after=1, filled_quantity=Decimal(10)), fills=fills
    )
    after = report("filled", after=5, filled_quantity=Decimal(6))
    book.take(account, after, fills=(bust(fills[0]),))
    order.refresh_from_db()
    assert (order.state, order.filled_quantity) == (OrderStatus.FILLED, 6)
    assert order.average_price == 61
