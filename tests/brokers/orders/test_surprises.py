"""What a trader is told without having asked, and what was filled though nobody told."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from brokers.domain.orders import CommandKind, OrderStatus
from brokers.models import Account, Fill, Order, Position, UnfamiliarWord
from brokers.orders.inferring import infer_missing
from brokers.orders.overfilled import overfilled_orders
from brokers.orders.unfamiliar import note_unfamiliar
from tests.brokers.orders import book
from tests.brokers.orders.book import NOW, bust, execution, report, take
from tradedesk.audit.models import AuditEntry
from tradedesk.notifications.models import Notice


pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def account(db: None) -> Account:
    return book.an_account()


@pytest.fixture
def order(account: Account) -> Order:
    order = book.an_order(account)
    take(account, report("new"))
    return order


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("pk").values_list("severity", "title"))


def seen(order: Order) -> tuple[OrderStatus, Decimal, str]:
    order.refresh_from_db()
    return order.state, order.filled_quantity, order.status_reason


# Ends


def test_a_cancel_that_nobody_asked_for_is_told_with_its_reason(account, order):
    why = "Cancelled by Alpaca for a corporate action."
    take(account, report("canceled", after=1, reason=why))
    assert seen(order) == (OrderStatus.CANCELLED, 0, why)
    assert told() == [("warning", "Buy 10 ACME: cancelled by the broker")]
    take(account, report("canceled", after=1, reason=why))
    assert Notice.objects.get().count == 1


def test_without_a_reason_it_says_who_did_not_ask(account, order):
    take(account, report("canceled", after=1))
    assert seen(order)[2] == "The broker cancelled it; nobody asked for that here."


def test_a_cancel_that_was_asked_for_is_no_news(account, order):
    book.a_command(order, CommandKind.CANCEL)
    take(account, report("canceled", after=1))
    assert seen(order) == (OrderStatus.CANCELLED, 0, "")
    assert told() == []


def test_an_expired_order_is_told_quietly(account, order):
    take(account, report("expired", after=1))
    assert seen(order)[2] == "It ran out of time before it was filled."
    assert told() == [("info", "Buy 10 ACME: expired by the broker")]


def test_what_could_not_be_filled_at_once_ends_without_a_notice(account):
    order = book.an_order(account, time_in_force="ioc")
    take(account, report("canceled", after=1))
    assert seen(order)[2] == "What could not be filled at once was cancelled."
    assert told() == []


# Late and too much


@pytest.mark.parametrize("report_first", [True, False])
def test_a_fill_after_the_end_is_booked_and_told(account, order, *, report_first: bool):
    """FIX J.1.b: the order stays cancelled, the position has what was filled."""
    book.a_command(order, CommandKind.CANCEL)
    take(account, report("canceled", after=1))
    late, fill = (
        report("canceled", after=2, filled_quantity=Decimal(4)),
        execution("x", 4),
    )
    if report_first:
        take(account, late, fills=(fill,))
    else:
        take(account, fills=(fill,))
        take(account, late)
    assert seen(order)[:2] == (OrderStatus.CANCELLED, 4)
    assert Position.objects.get(account=account).quantity == 4
    assert told() == [("warning", "Buy 10 ACME: filled after it had ended")]


def test_a_cancelled_orders_own_fills_are_not_late(account, order):
    book.a_command(order, CommandKind.CANCEL)
    ended = report("canceled", after=1, filled_quantity=Decimal(4))
    take(account, ended, fills=(execution("x", 4),))
    assert told() == []


def test_too_much_filled_is_booked_told_and_kept_as_an_open_question(account, order):
    fills = (execution("one", 10), execution("two", 2))
    take(account, report("filled", after=1, filled_quantity=Decimal(12)), fills=fills)
    assert seen(order)[:2] == (OrderStatus.FILLED, 12)
    assert Position.objects.get(account=account).quantity == 12
    assert told() == [("critical", "Buy 10 ACME: more was filled than asked for")]
    assert list(overfilled_orders(account.pk, "ACME")) == [order]
    assert not overfilled_orders(account.pk, "BOND").exists()
    take(account, fills=(bust(fills[1]),))
    assert not overfilled_orders(account.pk, "ACME").exists()


def test_an_amended_order_cut_below_what_was_filled_is_no_overfill(account, order):
    take(account, report("partially_filled", filled_quantity=Decimal(7)),
         fills=(execution("one", 7),))  # fmt: skip
    smaller = report(
        "filled", after=2, broker_id="v2", replaces="v1", quantity=Decimal(5)
    )
    take(account, smaller)
    assert not overfilled_orders(account.pk, "ACME").exists()
    assert told() == []


# Inferred


def filled_by_word(account: Account, quantity: int, price: str) -> None:
    take(
        account,
        report(
            "partially_filled",
            after=30,
            filled_quantity=Decimal(quantity),
            average_price=Decimal(price),
        ),
    )


def standing(order: Order) -> list[tuple[str, Decimal, Decimal]]:
    rows = order.fills.filter(busted_at=None).order_by("pk")
    return list(rows.values_list("execution_id", "quantity", "price"))


def test_a_fill_that_nobody_told_of_is_inferred_once(account, order):
    take(account, fills=(execution("one", 2, 60),))
    filled_by_word(account, 5, "61.2")
    assert infer_missing(account.pk, LATER) == 1
    assert standing(order) == [("one", 2, 60), ("inferred:v1:5", 3, 62)]
    order.refresh_from_db()
    assert order.average_price == Decimal("61.2")
    assert Position.objects.get(account=account).quantity == 5
    entries = AuditEntry.objects.count()
    assert infer_missing(account.pk, LATER) == 0
    assert AuditEntry.objects.count() == entries


def test_the_real_execution_takes_its_place(account, order):
    filled_by_word(account, 5, "61.2")
    infer_missing(account.pk, LATER)
    take(account, fills=(execution("real", 5, "61.2"),))
    assert standing(order) == [("real", 5, Decimal("61.2"))]
    assert Position.objects.get(account=account).quantity == 5
    assert seen(order)[1] == 5
    take(account, fills=(execution("real", 5, "61.2"),))
    assert infer_missing(account.pk, LATER) == 0
    assert Fill.objects.filter(inferred=True, busted_at=None).count() == 0


def test_a_part_of_it_takes_its_part(account, order):
    filled_by_word(account, 5, "61.2")
    infer_missing(account.pk, LATER)
    take(account, fills=(execution("real", 2, 60),))
    assert [row[:2] for row in standing(order)] == [("real", 2), ("inferred:v1:5:3", 3)]
    assert Position.objects.get(account=account).quantity == 5
    take(account, fills=(execution("other", 3, 62),))
    assert [row[:2] for row in standing(order)] == [("real", 2), ("other", 3)]
    assert Position.objects.get(account=account).quantity == 5


def test_a_newer_execution_leaves_what_was_inferred_alone(account, order):
    filled_by_word(account, 5, "61.2")
    infer_missing(account.pk, LATER)
    newer = execution("next", 3, executed_at=NOW + timedelta(seconds=40))
    take(account, fills=(newer,))
    assert Position.objects.get(account=account).quantity == 8
    assert seen(order)[1] == 8


def test_the_bust_of_what_was_only_inferred_takes_that_back(account, order):
    filled_by_word(account, 5, "61.2")
    infer_missing(account.pk, LATER)
    take(account, fills=(bust(execution("real", 5, "61.2")),))
    assert standing(order) == []
    assert Position.objects.get(account=account).quantity == 0
    assert seen(order)[1] == 0


def test_nothing_is_inferred_for_amended_orders_or_those_from_before_the_opening(
    account, order
):
    take(account, report("new", after=1, broker_id="v2", replaces="v1"))
    Order.objects.filter(pk=order.pk).update(filled_quantity=3)
    old = book.an_order(
        account,
        client_order_id="OLD",
        broker_order_id="old",
        submitted_at=NOW - timedelta(days=2),
    )
    Order.objects.filter(pk=old.pk).update(filled_quantity=3)
    assert infer_missing(account.pk, LATER) == 0


# Words


def test_unknown_words_are_counted_up_for_their_connection(account):
    connection = account.connection
    note_unfamiliar(connection, {"order.new_field": 2, "status=odd": 1}, NOW)
    note_unfamiliar(connection, {"order.new_field": 3, "never": 0}, LATER)
    note_unfamiliar(connection, {}, LATER)
    kept = UnfamiliarWord.objects.order_by("word").values_list(
        "word", "count", "first_seen_at", "last_seen_at"
    )
    assert list(kept) == [
        ("order.new_field", 5, NOW, LATER),
        ("status=odd", 1, NOW, NOW),
    ]
    assert set(UnfamiliarWord.objects.for_user(account.owner)) == set(
        UnfamiliarWord.objects.all()
    )
