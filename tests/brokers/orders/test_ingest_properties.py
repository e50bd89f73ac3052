"""The same news in any order, any number of times, leaves the same book (I5 to I7, I9)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brokers.domain.orders import (
    CommandKind,
    CommandStatus,
    OrderClass,
    OrderRole,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from brokers.domain.reports import FillReport, OrderReport
from brokers.models import Account, Command, Connection, Fill, Order, Position
from brokers.orders import known
from brokers.orders.ingest import News, ingest
from tests import people
from tradedesk.audit.models import AuditEntry


NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
QUANTITY = Decimal(12)


@dataclass(frozen=True, kw_only=True)
class Story:
    """What truly happened at the exchange, told as the news that it causes."""

    told: list[News]
    poll: News


def report(broker_id: str, word: str, *, after: int, **changes: object) -> OrderReport:
    words = {
        "new": OrderStatus.WORKING,
        "partially_filled": OrderStatus.PARTIALLY_FILLED,
        "filled": OrderStatus.FILLED,
        "canceled": OrderStatus.CANCELLED,
        "replaced": OrderStatus.CANCELLED,
    }
    plain = OrderReport(
        broker_order_id=broker_id,
        client_order_id=f"OURS{broker_id}",
        symbol="ACME",
        side=Side.BUY,
        type=OrderType.LIMIT,
        time_in_force=TimeInForce.DAY,
        order_class=OrderClass.SIMPLE,
        status=words[word],
        raw_status=word,
        quantity=QUANTITY,
        notional=None,
        filled_quantity=Decimal(0),
        average_price=None,
        limit_price=Decimal(60),
        updated_at=NOW + timedelta(seconds=after),
    )
    return replace(plain, **changes)  # type: ignore[arg-type] # names are of OrderReport


def average(fills: list[FillReport]) -> Decimal:
    """As a venue states it, to six places."""
    money = sum((fill.quantity * fill.price for fill in fills), Decimal(0))
    quantity = sum((fill.quantity for fill in fills), Decimal(0))
    return (money / quantity).quantize(Decimal("0.000001"), ROUND_HALF_UP)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Fills in parts, perhaps a replace between them, perhaps a cancel at the end."""
    parts = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    replaced_before = draw(st.none() | st.integers(0, len(parts) - 1))
    told: list[News] = [stream(report("v1", "new", after=0))]
    current, fills, here = "v1", list[FillReport](), list[FillReport]()
    replaces, ended = "", list[OrderReport]()
    for number, quantity in enumerate(parts, start=1):
        if replaced_before == number - 1:
            ended = [old_version(here, after=number)]
            current, here, replaces = "v2", [], "v1"
            new = report("v2", "new", after=number, replaces="v1")
            told += [stream(ended[0]), stream(new)]
        cents = draw(st.integers(0, 99))
        fill = execution(current, number, quantity=quantity, cents=cents)
        fills, here = [*fills, fill], [*here, fill]
        state = version(current, here, fills, after=number, replaces=replaces)
        told += [stream(state, fill)] if draw(st.booleans()) else apart(state, fill)
    last = version(current, here, fills, after=len(parts), replaces=replaces)
    if last.status is not OrderStatus.FILLED and draw(st.booleans()):
        last = replace(
            last,
            status=OrderStatus.CANCELLED,
            raw_status="canceled",
            updated_at=NOW + timedelta(seconds=60),
        )
        told.append(stream(last))
    poll = News(told_by="poll", orders=[*ended, last], fills=fills)
    return Story(told=told, poll=poll)


def stream(state: OrderReport, fill: FillReport | None = None) -> News:
    return News(told_by="stream", orders=[state], fills=[fill] if fill else [])


def apart(state: OrderReport, fill: FillReport) -> list[News]:
    return [stream(state), News(told_by="stream", fills=[fill])]


def execution(version: str, number: int, *, quantity: int, cents: int) -> FillReport:
    return FillReport(
        execution_id=f"execution-{number}",
        broker_order_id=version,
        symbol="ACME",
        side=Side.BUY,
        quantity=Decimal(quantity),
        price=Decimal(60) + Decimal(cents) / 100,
        executed_at=NOW + timedelta(seconds=number),
    )


def old_version(fills: list[FillReport], *, after: int) -> OrderReport:
    filled = sum((fill.quantity for fill in fills), Decimal(0))
    return report(
        "v1",
        "replaced",
        after=after,
        filled_quantity=filled,
        average_price=average(fills) if fills else None,
        replaced_by="v2",
    )


def version(
    broker_id: str,
    here: list[FillReport],
    fills: list[FillReport],
    *,
    after: int,
    replaces: str,
) -> OrderReport:
    filled = sum((fill.quantity for fill in here), Decimal(0))
    whole = sum((fill.quantity for fill in fills), Decimal(0)) >= QUANTITY
    return report(
        broker_id,
        "filled" if whole else "partially_filled",
        after=after,
        filled_quantity=filled,
        average_price=average(here),
        replaces=replaces,
    )


@pytest.fixture
def account(db: None) -> Account:
    owner = people.person("alice")
    connection = Connection.objects.create(
        owner=owner,
        slug="practice",
        environment="practice",
        label="Practice",
        credentials="{}",
        created_at=NOW,
    )
    return Account.objects.create(
        owner=owner,
        connection=connection,
        broker_account_id="one",
        number="1",
        name="Practice",
        mode="practice",
        opened_at=NOW - timedelta(days=1),
    )


@contextmanager
def a_fresh_order(account: Account) -> Iterator[Order]:
    """Sent, with an amend of its own; gone again afterwards."""
    with transaction.atomic():
        order = Order.objects.create(
            owner=account.owner,
            account=account,
            intent=uuid4(),
            client_order_id="OURSv1",
            role=OrderRole.ENTRY.value,
            symbol="ACME",
            side="buy",
            type="limit",
            time_in_force="day",
            quantity=QUANTITY,
            limit_price=Decimal(60),
            status=OrderStatus.SUBMITTED.value,
            created_at=NOW,
            submitted_at=NOW,
        )
        for kind, name in ((CommandKind.SUBMIT, "v1"), (CommandKind.AMEND, "v2")):
            Command.objects.create(
                order=order,
                account=account,
                kind=kind.value,
                status=CommandStatus.SENT.value,
                client_order_id=f"OURS{name}",
                approved_at=NOW,
                due_at=NOW,
            )
        yield order
        transaction.set_rollback(True)


def book(account: Account, order: Order) -> dict[str, object]:
    """Everything that must not depend on how the news arrived."""
    order = Order.objects.get(pk=order.pk)
    position = Position.objects.filter(account=account).values_list(
        "quantity", "average_price", "realised", "opened_at"
    )
    return {
        "status": order.status,
        "filled": order.filled_quantity,
        "average": order.average_price,
        "broker_order_id": order.broker_order_id,
        "limit": order.limit_price,
        "quantity": order.quantity,
        "fills": sorted(Fill.objects.values_list("execution_id", "quantity", "price")),
        "position": list(position),
        "orders": Order.objects.count(),
    }


def take(account: Account, told: list[News]) -> None:
    for number, news in enumerate(told):
        ingest(account.pk, news, NOW + timedelta(minutes=5, seconds=number))


def told_in_order(account: Account, story: Story) -> dict[str, object]:
    with a_fresh_order(account) as order:
        take(account, [*story.told, story.poll])
        return book(account, order)


def what_is_new(account: Account, poll: News) -> News:
    """What a sync takes of a poll."""
    return News(
        told_by="poll",
        orders=known.new_orders(account, poll.orders),
        fills=known.new_fills(account, poll.fills),
    )


MODEST = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@MODEST
@given(story=stories(), data=st.data())
def test_shuffled_and_repeated_news_leaves_the_same_book(
    account: Account, story: Story, data: st.DataObject
):
    expected = told_in_order(account, story)
    repeated = data.draw(st.lists(st.sampled_from(story.told), max_size=4))
    shuffled = data.draw(st.permutations([*story.told, *repeated]))
    with a_fresh_order(account) as order:
        take(account, [*shuffled, story.poll])
        assert book(account, order) == expected


@MODEST
@given(story=stories(), data=st.data())
def test_news_that_was_lost_is_made_up_for_by_one_poll(
    account: Account, story: Story, data: st.DataObject
):
    expected = told_in_order(account, story)
    heard = data.draw(st.lists(st.sampled_from(story.told), unique_by=id))
    with a_fresh_order(account) as order:
        take(account, heard)
        take(account, [what_is_new(account, story.poll)])
        assert book(account, order) == expected


@MODEST
@given(story=stories())
def test_recovering_twice_is_recovering_once(account: Account, story: Story):
    with a_fresh_order(account) as order:
        take(account, [story.poll])
        before = book(account, order), AuditEntry.objects.count()
        assert what_is_new(account, story.poll) == News(
            told_by="poll", orders=[], fills=[]
        )
        take(account, [story.poll, story.poll])
        assert (book(account, order), AuditEntry.objects.count()) == before
